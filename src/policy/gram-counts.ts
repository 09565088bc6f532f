const { imul } = Math;
const SIZE = 3;
const SLOTS = 1 << 14;
/** After so many texts more of them tell nothing new. */
const ENOUGH_TEXTS = 20_000;

/** One kind of texts: in how many of them three characters in a row were seen, by a number for these three. */
interface Counts {
  /** undefined until the first text: most indexes of servers or rooms stay small */
  slots: Uint32Array | undefined;
  texts: number;
}

/**
 * How often three characters in a row were seen in literal rules and in globs: a guess at how often they will stand in
 * the entities that are asked about, so that a glob is filed under a piece that few entities have (`1337`, not
 * `:matrix.org`). Both kinds count: the literals look like entities, and a piece that many globs share is not a good
 * place.
 */
export class GramCounts {
  readonly #literals: Counts = { slots: undefined, texts: 0 };
  readonly #globs: Counts = { slots: undefined, texts: 0 };

  observeLiteral(text: string): void {
    observe(this.#literals, text);
  }

  observeGlob(text: string): void {
    observe(this.#globs, text);
  }

  /**
   * The share of texts, guessed, that have the rarest three characters of this run, and where in the run they stand.
   * A shorter run stands in many texts.
   */
  rarest(run: string): { share: number; at: number } {
    let best = { share: run.length < SIZE ? 1 / (run.length + 1) : Infinity, at: 0 };
    for (let at = 0; at + SIZE <= run.length && best.share > 0; at += 1) {
      const slot = slotAt(run, at);
      const share = shareOf(this.#literals, slot) + shareOf(this.#globs, slot);
      if (share < best.share) best = { share, at };
    }
    return best;
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

function shareOf({ slots, texts }: Counts, slot: number): number {
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
