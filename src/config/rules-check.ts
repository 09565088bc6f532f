import { configTexts } from './texts.js';
/**
 * Validates rules/*.yaml by hand and collects all errors. No schema library: `heimdall check` in a pipe reads these
 * files at every start, and loading the library takes longer than ten thousand verdicts.
 */

/** Weights and thresholds are log-odds; no sensible value is larger. */
const FURTHEST = 20;

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The functions' results may only be used if `problems` is still empty. */
export class RulesCheck {
  /** each with the key and what is wrong with it */
  readonly problems: string[] = [];

  note(at: string, problem: string): void {
    this.problems.push(`${at === '' ? configTexts.theFile : at}: ${problem}`);
  }

  /** A map with exactly these keys. */
  map<Name extends string>(value: unknown, at: string, names: readonly Name[]): Record<Name, unknown> {
    if (!isMap(value)) {
      this.note(at, configTexts.mustBeKeys);
      return {} as Record<Name, unknown>;
    }
    for (const key of Object.keys(value))
      if (!(names as readonly string[]).includes(key)) this.note(at, configTexts.unrecognizedKey(key));
    return value;
  }

  numbers<Name extends string>(value: unknown, at: string, names: readonly Name[]): Record<Name, number> {
    const map = this.map(value, at, names);
    for (const name of names)
      if (typeof map[name] !== 'number' || !(Math.abs(map[name]) <= FURTHEST))
        this.note(`${at}.${name}`, configTexts.mustBeNumber(FURTHEST));
    return map as Record<Name, number>;
  }

  /** A list of words; surrounding white space is ignored. */
  words(value: unknown, at: string): string[] {
    if (!Array.isArray(value)) {
      this.note(at, configTexts.mustBeWords);
      return [];
    }
    return value.map((word: unknown, index) => {
      if (typeof word !== 'string' || word.trim() === '') this.note(`${at}.${index}`, configTexts.mustBeWord);
      return String(word).trim();
    });
  }

  /** Lists of words by language, as one list. */
  languages(value: unknown, at: string): string[] {
    if (isMap(value)) return Object.entries(value).flatMap(([language, list]) => this.words(list, `${at}.${language}`));
    this.note(at, configTexts.mustBeLanguages);
    return [];
  }
}
