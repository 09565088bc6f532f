/**
 * Longer prefixes are truncated: the first 64 units are selective enough, and a hostile rule cannot make the trie deep.
 */
const LONGEST = 64;
/** A node holds this many items before it is split. */
const CROWDED = 8;

interface Filed<T> {
  affix: string;
  item: T;
  /** the pairs that a matching text must have */
  pairs: number;
}

interface Node<T> {
  items: Filed<T>[];
  children: Map<number, Node<T>> | undefined;
}

/**
 * Items by the literal text that a matching text must start with (or end with, read backwards). A lookup walks down one
 * path and visits the few items along it.
 */
export class AffixTrie<T> {
  readonly #root: Node<T> = { items: [], children: undefined };
  /** number of items with exactly this affix */
  readonly #loads = new Map<string, number>();

  constructor(private readonly side: 'start' | 'end') {}

  /** The number of items with exactly this affix. */
  load(affix: string): number {
    return this.#loads.get(this.#cut(affix)) ?? 0;
  }

  /** @param pairs `pairsOf` of everything that a matching text must contain */
  add(affix: string, item: T, pairs: number): void {
    const cut = this.#cut(affix);
    this.#loads.set(cut, (this.#loads.get(cut) ?? 0) + 1);
    let node = this.#root;
    let depth = 0;
    while (node.children !== undefined && depth < cut.length) {
      node = this.#child(node.children, cut, depth);
      depth += 1;
    }
    node.items.push({ affix: cut, item, pairs });
    if (node.children === undefined && node.items.length > CROWDED) this.#burst(node, depth);
  }

  delete(affix: string, item: T): void {
    const cut = this.#cut(affix);
    const left = (this.#loads.get(cut) ?? 1) - 1;
    if (left > 0) this.#loads.set(cut, left);
    else this.#loads.delete(cut);
    this.#remove(this.#root, cut, 0, item);
  }

  /**
   * Visits the items whose affix and pairs the text has, and some whose truncated affix it may have.
   * @param pairs those of the text
   */
  find(text: string, pairs: number, visit: (item: T) => void): void {
    let node: Node<T> | undefined = this.#root;
    for (let depth = 0; node !== undefined; depth += 1) {
      for (const filed of node.items) if ((filed.pairs & ~pairs) === 0) visit(filed.item);
      if (node.children === undefined || depth >= text.length) return;
      node = node.children.get(this.#unit(text, depth));
    }
  }

  /** Moves items with longer affixes down to children. */
  #burst(node: Node<T>, depth: number): void {
    const stay = node.items.filter(({ affix }) => affix.length === depth);
    if (stay.length === node.items.length) return;
    const children = new Map<number, Node<T>>();
    for (const entry of node.items) {
      if (entry.affix.length > depth) this.#child(children, entry.affix, depth).items.push(entry);
    }
    node.items = stay;
    node.children = children;
    for (const child of children.values()) {
      if (child.items.length > CROWDED) this.#burst(child, depth + 1);
    }
  }

  /** Removes the item and the nodes that became empty; true when this node is empty now. */
  #remove(node: Node<T>, affix: string, depth: number, item: T): boolean {
    const unit = depth < affix.length ? this.#unit(affix, depth) : -1;
    const child = node.children?.get(unit);
    if (child === undefined) {
      const at = node.items.findIndex((entry) => entry.item === item);
      if (at >= 0) node.items.splice(at, 1);
    } else if (this.#remove(child, affix, depth + 1, item)) {
      node.children?.delete(unit);
      if (node.children?.size === 0) node.children = undefined;
    }
    return node.items.length === 0 && node.children === undefined;
  }

  #child(children: Map<number, Node<T>>, affix: string, depth: number): Node<T> {
    const unit = this.#unit(affix, depth);
    let child = children.get(unit);
    if (child === undefined) children.set(unit, (child = { items: [], children: undefined }));
    return child;
  }

  #unit(text: string, depth: number): number {
    return this.side === 'start' ? text.charCodeAt(depth) : text.charCodeAt(text.length - 1 - depth);
  }

  #cut(affix: string): string {
    if (affix.length <= LONGEST) return affix;
    return this.side === 'start' ? affix.slice(0, LONGEST) : affix.slice(-LONGEST);
  }
}
