/** How many of a case's findings are kept whole, and how much of later ones. */
export const WHOLE_FINDINGS = 3;
const MOST_BYTES = 8_192;
const MOST_LETTERS = 500;
const MOST_ITEMS = 12;

/**
 * The JSON of a finding. The first ones of a case are kept whole; later ones are reduced, first by their event, then by
 * every long text, so that nobody can fill the ledger by repetition.
 */
export function findingJson(data: unknown, whole: boolean): string {
  const text = JSON.stringify(data ?? null);
  if (whole || text.length <= MOST_BYTES) return text;
  const bare = Object.fromEntries(Object.entries(data as Record<string, unknown>).filter(([key]) => key !== 'event'));
  const short = JSON.stringify(bare);
  return short.length <= MOST_BYTES ? short : JSON.stringify(cut(bare));
}

/** A truncated id would be somebody else's; the specification allows 255 bytes. */
const IDS: ReadonlySet<string> = new Set(['userId', 'roomId', 'eventId', 'reporter', 'protected']);
const MOST_ID_LETTERS = 2_000;

function cut(value: unknown, most = MOST_LETTERS): unknown {
  if (typeof value === 'string') return value.length <= most ? value : `${value.slice(0, most)}…`;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((entry) => cut(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, cut(entry, IDS.has(key) ? MOST_ID_LETTERS : MOST_LETTERS)]),
  );
}
