const { imul } = Math;
const SIZE = 3;
const SLOTS = 1 << 14;
/** After this many texts, more add nothing new. */
const ENOUGH_TEXTS = 20_000;

/** For one kind of text: in how many of them each trigram was seen, by a hash of the trigram. */
interface Counts {
  /** undefined until the first text, as most indexes of servers or rooms stay small */
  slots: Uint32Array | undefined;
  texts: number;
}

/**
 * How often trigrams were seen in literal rules and in globs: an estimate of how often they will occur in queried
 * entities, so that a glob is filed under a piece that few entities have (`1337`, not `:matrix.org`). Both kinds count:
 * literals look like entities, and a piece shared by many globs is a bad choice.
 */
export class GramCounts {
  /** where the trigram begins that `shareOf` found last */
  rarestAt = 0;
  readonly #literals: Counts = { slots: undefined, texts: 0 };
  readonly #globs: Counts = { slots: undefined, texts: 0 };

  observeLiteral(text: string): void {
    observe(this.#literals, text);
  }

  observeGlob(text: string): void {
    observe(this.#globs, text);
  }

  /** The estimated share of texts that contain the rarest trigram of a run. A shorter run is assumed to be common. */
  shareOf(text: string, from: number, to: number): number {
    this.rarestAt = from;
    if (to - from < SIZE) return 1 / (to - from + 1);
    let least = Infinity;
    for (let at = from; at + SIZE <= to && least > 0; at += 1) {
      const slot = slotAt(text, at);
      const share = shareIn(this.#literals, slot) + shareIn(this.#globs, slot);
      if (share >= least) continue;
      least = share;
      this.rarestAt = at;
    }
    return least;
  }
}

function observe(counts: Counts, text: string): void {
  if (counts.texts >= ENOUGH_TEXTS) return;
  counts.texts += 1;
  const slots = (counts.slots ??= new Uint32Array(SLOTS));
  for (let at = 0; at + SIZE <= text.length; at += 1) {
    const slot = slotAt(text, at);
    slots[slot] = (slots[slot] ?? 0) + 1;
  }
}

function shareIn({ slots, texts }: Counts, slot: number): number {
  return slots === undefined ? 0 : (slots[slot] ?? 0) / texts;
}

function slotAt(text: string, at: number): number {
  return (
    (imul(text.charCodeAt(at), 0x9e37) ^
      imul(text.charCodeAt(at + 1), 0x79b9) ^
      imul(text.charCodeAt(at + 2), 0x1f35)) &
    (SLOTS - 1)
  );
}
