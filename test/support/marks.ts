/** Calls the functions of a catalogue with arguments that can be found again in what they say. */

/**
 * Something that answers to whatever a sentence asks of it, as a text, a number or a list, and leaves its mark: `⟦0⟧` is
 * the first argument, `⟦1.name⟧` a property of the second.
 */
function mark(name: string): unknown {
  const text = `⟦${name}⟧`;
  return new Proxy(() => undefined, {
    get(_target, key) {
      if (key === Symbol.toPrimitive || key === 'toString' || key === 'valueOf') return () => text;
      if (key === Symbol.iterator) return () => [mark(name)][Symbol.iterator]();
      if (key === 'length') return 2;
      if (key === 'toJSON') return () => text;
      if (key === 'map' || key === 'flatMap')
        return (of: (one: unknown, index: number) => unknown) => [of(mark(name), 0), of(mark(name), 1)].flat();
      if (key === 'filter' || key === 'slice') return () => [mark(name)];
      if (key === 'entries') return () => [[0, mark(name)]][Symbol.iterator]();
      // what a text or number becomes (a list joined, a number written out) still is that argument
      if (typeof key === 'string' && key in String.prototype) return () => mark(name);
      if (typeof key === 'string' && (key in Number.prototype || key in Array.prototype)) return () => mark(name);
      return typeof key === 'string' ? mark(`${name}.${key}`) : undefined;
    },
  });
}

/** What one argument may be, so that each branch of a sentence is met: a mark, nothing, one, several, yes and no. */
const OTHERS: readonly unknown[] = [undefined, null, 0, 1, 1234, true, false, ''];

/** All that a value of a catalogue may say: itself, or what it answers to marks and to each other argument in turn. */
export function marked(value: unknown): unknown[] {
  if (typeof value !== 'function') return [value];
  const count = Math.max(value.length, 1);
  const marks = Array.from({ length: count }, (_, index) => mark(String(index)));
  const calls = [marks, ...marks.flatMap((_, at) => OTHERS.map((other) => marks.with(at, other)))];
  return calls.map((args) => {
    try {
      return (value as (...args: unknown[]) => unknown)(...args);
    } catch {
      // an argument of this kind makes no sense to it
      return undefined;
    }
  });
}

/** The marks in each thing that a function says, sorted; calls that make no sense to it are `null`. */
export function whatIsFilledIn(value: (...args: never[]) => unknown): (string[] | null)[] {
  return marked(value).map((one) =>
    one === undefined ? null : [...new Set([...said(one).matchAll(/⟦[^⟧]*⟧/g)].map(([found]) => found))].sort(),
  );
}

/** Whatever a catalogue answers, as the text that a person reads; code stands in back-ticks. */
export function said(value: unknown): string {
  if (typeof value === 'function') return String(value);
  if (Array.isArray(value)) return value.map(said).join('');
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([key, part]) => (key === 'code' ? `\`${said(part)}\`` : said(part)))
    .join('');
}
