/**
 * The language in which moderators are spoken to. One process serves one desk, so it is set once, by the composition
 * root; until then, and in the command line, it is English.
 */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

let spoken: Language = 'en';

export function deskLanguage(): Language {
  return spoken;
}

/** Lets every catalogue speak this language from now on. */
export function speak(language: Language): void {
  spoken = language;
}

/** What `work` says in this language, whatever the desk speaks. It waits for nothing: others speak meanwhile. */
export function inLanguage<T>(language: Language, work: () => T): T {
  const before = spoken;
  spoken = language;
  try {
    return work();
  } finally {
    spoken = before;
  }
}
