import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../src/commands/table.js';
import { GROUPS } from '../src/commands/spec.js';
import { GROUPS_DE, OPTIONS_DE, SUMMARIES_DE } from '../src/commands/texts/help-german.js';
import { COMMON_SETTINGS_DE, PROTECTIONS_DE } from '../src/protections/descriptions-de.js';
import { aboutOf, settingAboutOf } from '../src/protections/descriptions.js';
import { PROTECTIONS } from '../src/protections/table.js';
import { settingsFor } from '../src/protections/values.js';
import { languagesOf } from '../src/util/catalogue.js';
import { inLanguage, speak } from '../src/util/language.js';
import { packageRoot } from '../src/util/package-root.js';
import { marked, said, whatIsFilledIn } from './support/marks.js';

/** What is said alike in both languages: it only puts together what others say. */
const SAME = ['commands/texts/cases.ts caseTexts.inList'];
const isSame = (at: string, text: string): boolean =>
  SAME.includes(at) || !/\p{L}{2,}/u.test(text.replace(AS_THEY_ARE, ''));
/** Commands are English, also where they stand in a sentence. */
const AS_THEY_ARE = /`[^`]*`|⟦[^⟧]*⟧|undo everything of the last hour|\b\w+(?:\.\w+)+/g;
/** Words that no German sentence holds, unless they stand in a command or are a name. */
const ENGLISH =
  /(?<![\p{L}-])(?:the|and|of|is|are|has|have|not|this|that|with|for|from|by|its|nothing|there|which|was done|cannot)(?![\p{L}-])/iu;

interface Pair {
  at: string;
  en: unknown;
  de: unknown;
}

/** Every sentence and function of every catalogue, in both languages. */
async function pairs(): Promise<{ found: Pair[]; keys: { at: string; en: string[]; de: string[] }[] }> {
  const src = path.join(packageRoot(), 'src');
  const files = readdirSync(src, { recursive: true })
    .map(String)
    .filter((file) => /texts[^/]*\.ts$|\/texts\/[^/]+\.ts$/.test(file) && !file.startsWith('cli'));
  const found: Pair[] = [];
  const keys: { at: string; en: string[]; de: string[] }[] = [];
  const walk = (at: string, en: unknown, de: unknown): void => {
    if (typeof en !== 'object' || en === null || Array.isArray(en)) return void found.push({ at, en, de });
    const german = (de ?? {}) as Record<string, unknown>;
    keys.push({ at, en: Object.keys(en), de: Object.keys(german) });
    for (const [key, value] of Object.entries(en)) walk(`${at}.${key}`, value, german[key]);
  };
  for (const file of files) {
    const exported = (await import(pathToFileURL(path.join(src, file)).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      const both = languagesOf(value);
      if (both !== undefined) walk(`${file} ${name}`, both.en, both.de);
    }
  }
  return { found, keys };
}

describe('every catalogue of the desk', () => {
  let all: Awaited<ReturnType<typeof pairs>>;
  beforeAll(async () => {
    all = await pairs();
    speak('de');
  });
  afterAll(() => speak('en'));

  it('has the same keys in both languages', () => {
    expect(all.keys.length).toBeGreaterThan(60);
    expect(all.keys.filter(({ en, de }) => [...en].sort().join() !== [...de].sort().join())).toEqual([]);
  });

  it('fills in the same in German as in English', () => {
    const functions = all.found.filter(({ en }) => typeof en === 'function');
    expect(functions.length).toBeGreaterThan(500);
    const differing = functions.flatMap(({ at, en, de }) => {
      const english = whatIsFilledIn(en as () => unknown);
      const german = whatIsFilledIn(de as () => unknown);
      // what makes no sense to one of them is no question to the other
      const asked = english.flatMap((one, index) => (one && german[index] ? [[one, german[index]] as const] : []));
      const same = asked.every(([one, other]) => one.join() === other.join());
      return Boolean(english[0]) === Boolean(german[0]) && same
        ? []
        : [{ at, asked: asked.find(([a, b]) => a.join() !== b.join()) }];
    });
    expect(differing).toEqual([]);
  });

  it('says something else in German, without words of English', () => {
    const wrong = all.found.flatMap(({ at, en, de }) => {
      const german = marked(de)
        .map(said)
        .filter((text) => /\p{L}{2,}[^\p{L}]+\p{L}{2,}/u.test(text));
      const english = said(marked(en)[0]);
      return german
        .filter((text) => ENGLISH.test(text.replace(AS_THEY_ARE, '')) || (text === english && !isSame(at, text)))
        .map((text) => `${at}: ${text}`);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
});

it('the help has every command, option and topic in German, and no others', () => {
  const options = new Set(COMMANDS.flatMap((one) => Object.values(one.options).map(({ label }) => label)));
  expect(Object.keys(SUMMARIES_DE).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  expect(Object.keys(OPTIONS_DE).sort()).toEqual([...options].sort());
  expect(Object.keys(GROUPS_DE)).toEqual([...GROUPS]);
});

describe('what protections do', () => {
  const commands = (text: string): string[] => [...text.matchAll(/`[^`]+`/g)].map(([one]) => one).sort();

  it.each(PROTECTIONS.map((one) => [one.name, one] as const))(
    '%s is described in German, with its settings',
    (_, one) => {
      const described = (): [string, string][] => [
        ['about', aboutOf(one)],
        ...settingsFor(one).map((setting): [string, string] => [setting.key, settingAboutOf(one, setting)]),
      ];
      const english = new Map(inLanguage('en', described));
      for (const [key, german] of inLanguage('de', described)) {
        expect([key, german]).not.toEqual([key, english.get(key)]);
        expect([key, german.replace(AS_THEY_ARE, '')]).not.toEqual([key, expect.stringMatching(ENGLISH)]);
        expect([key, commands(german)]).toEqual([key, commands(english.get(key) ?? '')]);
      }
    },
  );

  it('nothing is described in German that there is not', () => {
    const own = PROTECTIONS.map(({ name, settings }) => [name, Object.keys(settings.shape)] as const);
    const common = Object.keys(COMMON_SETTINGS_DE);
    expect(common.filter((key) => !own.every(([, keys]) => keys.includes(key)))).toEqual([]);
    expect(
      Object.entries(PROTECTIONS_DE).map(([name, { settings = {} }]) => [name, Object.keys(settings).sort()]),
    ).toEqual(own.map(([name, keys]) => [name, keys.filter((key) => !common.includes(key)).sort()]));
  });
});
