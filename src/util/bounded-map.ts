/**
 * A map in bounded memory: the key set longest ago is dropped when there are more than `most` keys. Setting a key again
 * makes it the newest.
 */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  /** @param most maximum number of keys; 1 or more */
  constructor(private readonly most: number) {
    super();
  }

  override set(key: Key, value: Value): this {
    this.delete(key);
    super.set(key, value);
    if (this.size > this.most) {
      const oldest = this.keys().next();
      if (oldest.done !== true) this.delete(oldest.value);
    }
    return this;
  }
}

/** A set in bounded memory, like `BoundedMap`. Adding a key again makes it the newest. */
export class BoundedSet<Key> extends Set<Key> {
  constructor(private readonly most: number) {
    super();
  }

  override add(key: Key): this {
    this.delete(key);
    super.add(key);
    if (this.size > this.most) {
      const oldest = this.values().next();
      if (oldest.done !== true) this.delete(oldest.value);
    }
    return this;
  }
}
