import { settingsWith, type SettingNote, type Unit } from './settings.js';
import { PROTECTIONS } from './table.js';
import type { AnyProtection } from './types.js';
import { settingsFor, shownValue, type Setting } from './values.js';

/** The page about the protections, generated from the table: `docs/moderate/protections.md`. */
export function protectionReference(): string {
  const common = [...COMMON.values()].map(settingLine);
  return `${[INTRODUCTION, ...common, '', ...PROTECTIONS.map(section)].join('\n').trimEnd()}\n`;
}

/** The settings that every protection has, with the usual defaults. */
const COMMON: ReadonlyMap<string, Setting> = new Map(
  settingsFor({ settings: settingsWith(['notify'], {}) } as unknown as AnyProtection).map((one) => [one.key, one]),
);

const INTRODUCTION = `# Protections
<!-- Made from the table of protections by \`npm run generate\`. Do not edit. -->
A protection looks at what happens in protected rooms and answers by itself. All are off until an admin switches them on. [All commands](commands.md)

| to | write |
|---|---|
| see what there is, and what is on | \`!heimdall protections\`, \`!heimdall protections show WordList\` |
| switch one on in all protected rooms | \`!heimdall enable BasicFlooding\` |
| … in one room, or in a space with its rooms | \`!heimdall enable WordList #lobby:example.org\` |
| switch it off everywhere, or in one room | \`!heimdall disable BasicFlooding\`, \`!heimdall disable BasicFlooding #lobby:example.org\` |
| see its settings | \`!heimdall config get BasicFlooding\` |
| set one | \`!heimdall config set BasicFlooding.max 20\` |
| … for one room | \`!heimdall config set BasicFlooding.max 20 #lobby:example.org\` |
| set one, or all of them, back to the default | \`!heimdall config reset BasicFlooding.max\`, \`!heimdall config reset BasicFlooding #lobby:example.org\` |
| add to a list, or take out | \`!heimdall config add WordList.words free btc\`, \`!heimdall config remove WordList.words free btc\` |
| set up a room by its kind | \`!heimdall protections preset support #help:example.org\`; \`!heimdall protections preset\` lists the kinds, \`none\` takes it back |
| see whom one would have hit lately, before you switch it on | \`!heimdall protections simulate BasicFlooding #lobby:example.org 7d\` |
| ban all accounts of a campaign | the button \`🧨 ban all\` under its notice, or \`!heimdall campaign ban case NUMBER\` |
| see how late other homeservers are | \`!heimdall status federation\` |

[How well they tell harm from honest talk](../understand/protections-quality.md) is measured. Names are taken in any case, with or without \`Protection\` at the end, and as other bots call them. What is set for a room counts there before what is set for its space, and that before what is set for all.

**What it leads to.** \`response\` is a ladder: the n-th offence within \`memory\` gets the n-th step, and the last step repeats. \`[redact, warn, kick, ban]\` redacts the first time, and so on. Several at once are joined by \`+\`: \`redact+ban\`. Once a step has redacted, later steps redact too.

| step | does |
|---|---|
| \`notify\` | opens a case and tells you; nothing else |
| \`redact\` | redacts what triggered |
| \`warn\` | tells the person in the room what was wrong and what comes next |
| \`mute\` | takes their right to write, for \`mute_for\` |
| \`kick\` | puts them out of the room; they can come back |
| \`ban\` | writes a rule into Heimdall's list, so that they are banned in all protected rooms, for \`ban_for\` |
| \`lockdown\` | sets the room to invite only |

Each offence stands in a case, with the event that triggered and what was counted.

**Dry run.** With \`dry_run: true\` in the configuration, cases are opened and tell what would be done, and nothing is done.

**Undo.** \`!heimdall dismiss NUMBER\` closes the case as harmless: its rule is removed, its bans are lifted, and the ladder begins anew. \`!heimdall undo case NUMBER\` takes back what the case has led to – of a campaign for all its accounts –, opens the room that it locked down, and lets the ladder begin anew; it says what cannot be taken back; \`!heimdall unmute USER\` a mute, \`!heimdall lockdown end ROOM\` a lockdown. What is redacted stays redacted; the case keeps the event. To switch a protection off takes nothing back.

**Before you switch one on.** \`protections simulate\` reads a room's history and tells whom the protection would have hit with its present settings, and what the last step would have been. It does nothing. What is redacted by now cannot be judged, and power is that of now.

**Who is left in peace.** Always: Heimdall, members of the management room, protected accounts, and moderators of your official and protected rooms. Where a protection is about single people: also everybody whose power in the room is above its default, the ghosts of your bridges (unless \`bridge_users\` is off), and those who have been in the room for longer than \`trusted_after\`. An event that comes in late, or twice, counts once and for when it was sent.

## Settings that all have
Lengths of time are written \`30s\`, \`30m\`, \`24h\`, \`7d\`. A protection below shows only what is different for it.
`;

const NOBODY_EXEMPT = 'It is about no single person: `trusted_after` and `bridge_users` change nothing here.';
const BRIDGES_EXEMPT =
  'It is about no single person: `trusted_after` changes nothing here. Ghosts of your bridges do not count, unless ' +
  '`bridge_users` is off.';

/** How a setting's value is written, by its unit. */
const WRITTEN: Readonly<Record<Unit, string>> = {
  count: 'a whole number',
  duration: 'a length of time',
  switch: '`on` or `off`',
  words: 'a list of words and phrases',
  domains: 'a list of domains',
  servers: 'a list of homeservers',
  people: 'a list of user ids',
  ladder: 'steps',
  choice: 'one word',
};

function section(protection: AnyProtection): string {
  const own = settingsFor(protection).filter((setting) => setting.key === 'response' || !isAsUsual(setting));
  return [
    `## ${protection.name}`,
    protection.about,
    '',
    ...(protection.aliases.length === 0 ? [] : [`Also: ${protection.aliases.map(code).join(', ')}.`, '']),
    ...own.map((setting) => (setting.key === 'response' ? responseLine(setting) : settingLine(setting))),
    ...(protection.exempts ? [] : ['', protection.exemptsBridges === true ? BRIDGES_EXEMPT : NOBODY_EXEMPT]),
    '',
  ].join('\n');
}

/** A setting that all have, with the default that it has everywhere and no other name. */
function isAsUsual(setting: Setting): boolean {
  const common = COMMON.get(setting.key);
  return (
    common !== undefined &&
    common.note.about === setting.note.about &&
    setting.note.aliases === undefined &&
    shownValue(common, undefined) === shownValue(setting, undefined)
  );
}

function responseLine(setting: Setting): string {
  return `- \`response\` – what is done. Default: \`${shownValue(setting, undefined)}\`.`;
}

function settingLine(setting: Setting): string {
  const { key, note } = setting;
  const inWords = note.unit === 'choice' ? choicesOf(setting) : WRITTEN[note.unit];
  const standard = COMMON.get(key) === setting && note.unit === 'ladder' ? 'see each protection' : standardOf(setting);
  return `- \`${key}\` (${inWords}) – ${note.about} Default: ${standard}.${alsoOf(note)}`;
}

function standardOf(setting: Setting): string {
  const value = shownValue(setting, undefined);
  return value === '(empty)' ? 'empty' : code(value);
}

function choicesOf({ schema }: Setting): string {
  const { options } = (schema as unknown as { unwrap(): { options: readonly string[] } }).unwrap();
  return options
    .map(code)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}

function alsoOf({ aliases = [] }: SettingNote): string {
  if (aliases.length === 0) return '';
  const names = aliases.map(({ name, in: unit }) => (unit === undefined ? code(name) : `${code(name)} in ${unit}`));
  return ` Also: ${names.join(', ')}.`;
}

function code(text: string): string {
  return `\`${text}\``;
}
