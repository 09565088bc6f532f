import { deskLanguage, type Language } from './language.js';

/** The same catalogue in another language: the same keys, and functions with the same parameters. */
export type Translated<T> = T extends (...args: infer A) => infer R
  ? (...args: A) => Translated<R>
  : T extends string
    ? string
    : T extends object
      ? { [K in keyof T]: Translated<T[K]> }
      : T;

type Both<T> = { readonly en: T; readonly de: Translated<T> };

const pairs = new WeakMap<object, Both<object>>();

/**
 * A catalogue in the configured language. Functions and groups can be stored; strings are resolved when they are read,
 * so long-lived code stores the group rather than the string.
 */
export function catalogue<T extends object>(both: Both<T>): T {
  const speaking = mirror(both.en, (language) => both[language]) as T;
  pairs.set(speaking, both as Both<object>);
  return speaking;
}

/** Both languages of a catalogue, for tests that compare them; undefined for anything else. */
export function languagesOf(of: unknown): Both<object> | undefined {
  return typeof of === 'object' && of !== null ? pairs.get(of) : undefined;
}

type Group = Record<string, unknown>;

/** An object with the same keys that takes each value from the group that `spoken` returns. */
function mirror(english: object, spoken: (language: Language) => unknown): object {
  const all: object = {};
  for (const [key, value] of Object.entries(english)) {
    const of = (language: Language): unknown => (spoken(language) as Group)[key] ?? value;
    const now = (): unknown => of(deskLanguage());
    Object.defineProperty(all, key, { enumerable: true, ...access(value, of, now) });
  }
  return all;
}

function access(value: unknown, of: (language: Language) => unknown, now: () => unknown): PropertyDescriptor {
  if (typeof value === 'function')
    return { value: (...args: unknown[]) => (now() as (...args: unknown[]) => unknown)(...args) };
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: mirror(value, of) };
  return { get: now };
}
