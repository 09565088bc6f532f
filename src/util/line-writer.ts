import type { Writable } from 'node:stream';

const NEWLINE = 0x0a;
/** The most bytes that a code unit can take in UTF-8. */
const BYTES_A_UNIT = 3;
/** Room for the line that exceeds a batch. */
const SLACK = 1024;

/** Writes lines in large batches and waits when the reader is slow. */
export class LineWriter {
  #bytes: Buffer;
  #length = 0;
  #failure: Error | undefined;

  constructor(
    private readonly stream: Writable,
    private readonly batchSize = 1 << 18,
  ) {
    this.#bytes = Buffer.allocUnsafe(batchSize + SLACK);
    stream.on('error', (error: Error) => {
      this.#failure ??= error;
    });
  }

  /** Adds one line (without its "\n"). Resolves at once unless a batch is full and the stream asks us to wait. */
  write(text: string): Promise<void> | undefined {
    this.addText(text);
    return this.endLine();
  }

  /** Adds a part of a line, which `endLine` ends. */
  addText(text: string): void {
    this.#makeRoom(text.length * BYTES_A_UNIT + 1);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** Adds bytes to a line, which `endLine` ends. */
  add(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length + 1);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The same for a range of them: a few bytes are copied faster one by one than by a call. */
  addPart(bytes: Uint8Array, from: number, to: number): void {
    this.#makeRoom(to - from + 1);
    const target = this.#bytes;
    let length = this.#length;
    for (let at = from; at < to; at++) target[length++] = bytes[at]!;
    this.#length = length;
  }

  endLine(): Promise<void> | undefined {
    this.#bytes[this.#length++] = NEWLINE;
    return this.#length >= this.batchSize ? this.flush() : undefined;
  }

  /**
   * Flushes everything to the stream; resolves when it is accepted. @throws the stream's error, e.g. EPIPE when the
   * reader has gone.
   */
  async flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#length === 0) return;
    const bytes = this.#bytes.subarray(0, this.#length);
    // the stream may hold on to the buffer until it is read
    this.#bytes = Buffer.allocUnsafe(this.batchSize + SLACK);
    this.#length = 0;
    await new Promise<void>((resolve, reject) => {
      this.stream.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(error);
      });
    });
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
