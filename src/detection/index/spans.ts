/** Names found in a text, in reused flat arrays: searching a text allocates nothing. */
export class Spans {
  count = 0;
  ids = new Int32Array(64);
  /** letters `starts[i]` to `ends[i]` of the text spell the name `ids[i]` */
  starts = new Int32Array(64);
  ends = new Int32Array(64);

  push(id: number, start: number, end: number): void {
    if (this.count === this.ids.length) this.#grow();
    this.ids[this.count] = id;
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }

  #grow(): void {
    const larger = (old: Int32Array<ArrayBuffer>) => {
      const array = new Int32Array(old.length * 2);
      array.set(old);
      return array;
    };
    [this.ids, this.starts, this.ends] = [larger(this.ids), larger(this.starts), larger(this.ends)];
  }
}
