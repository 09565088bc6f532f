/**
 * The language of messages to moderators. One process serves one team, so it is set once, by the composition root;
 * until then, and on the command line, it is English.
 */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

let spoken: Language = 'en';

export function deskLanguage(): Language {
  return spoken;
}

/** Switches every catalogue to this language. */
export function speak(language: Language): void {
  spoken = language;
}

/** Runs `work` in this language, whatever is configured. It must be synchronous, because the setting is global. */
export function inLanguage<T>(language: Language, work: () => T): T {
  const before = spoken;
  spoken = language;
  try {
    return work();
  } finally {
    spoken = before;
  }
}
