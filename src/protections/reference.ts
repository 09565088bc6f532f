import { settingsWith, type SettingNote, type Unit } from './settings.js';
import { PROTECTIONS } from './table.js';
import type { AnyProtection } from './types.js';
import { PROTECTION_TEXTS as texts } from './texts.js';
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

const BLIND = PROTECTIONS.filter(({ readsMessages }) => readsMessages)
  .map(({ name }) => name)
  .join(', ')
  .replace(/, (\w+)$/, ' and $1');

const INTRODUCTION = `# Protections
<!-- Made from the table of protections by \`npm run generate\`. Do not edit. -->
A protection watches the protected rooms and acts on its own. All of them are off until an admin switches them on. [All commands](commands.md)

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
| add to a list, or remove from it | \`!heimdall config add WordList.words free btc\`, \`!heimdall config remove WordList.words free btc\` |
| use the usual settings for a kind of room | \`!heimdall protections preset support #help:example.org\`; \`!heimdall protections preset\` lists the kinds, \`none\` undoes it |
| see whom one would have hit recently, before you switch it on | \`!heimdall protections simulate BasicFlooding #lobby:example.org 7d\` |
| ban all accounts of a campaign | the button \`🧨 ban all\` under its notice, or \`!heimdall campaign ban case NUMBER\` |
| see how late other homeservers are | \`!heimdall status federation\` |

[How well they tell harm from honest talk](../understand/protections-quality.md) is measured. You may write names in upper or lower case, with or without \`Protection\` at the end, or as other bots call them. A setting for one room wins over the setting for its space, and that over the setting for all rooms.

**What happens to people.** \`response\` is a ladder: a person's first offence within \`memory\` gets the first step, the second offence the second step, and so on; the last step repeats. \`[redact, warn, kick, ban]\` redacts the first time and bans from the fourth time on. \`+\` joins steps that are taken together: \`redact+ban\`. After a step that redacts, later steps redact too.

| step | does |
|---|---|
| \`notify\` | opens a case and tells you; nothing else |
| \`redact\` | redacts the messages that triggered it |
| \`warn\` | writes in the room what the person did wrong, and what happens next time |
| \`mute\` | takes away their right to write, for \`mute_for\` |
| \`kick\` | removes them from the room; they can come back |
| \`ban\` | writes a rule into Heimdall's list, so that they are banned in all protected rooms, for \`ban_for\` |
| \`lockdown\` | sets the room to invite only |

Each offence is recorded in a case, with the event that triggered it and what was counted.

**Dry run.** With \`dry_run: true\` in the configuration, cases are opened and say what would be done. Nothing is done.

**Undo.** \`!heimdall dismiss NUMBER\` closes the case as harmless: its rule is removed, its bans are lifted, and the next offence counts as the first again. \`!heimdall undo case NUMBER\` takes back what was done for the case (for a campaign, to all of its accounts), opens the room if the case locked it down, and says what cannot be taken back; here too the next offence counts as the first. \`!heimdall unmute USER\` ends a mute, \`!heimdall lockdown end ROOM\` a lockdown. What is redacted stays redacted; the case keeps the event.

If you switch a protection off, nothing is taken back: bans stay, and mutes and lockdowns end at their time.

**Before you switch one on.** \`protections simulate\` reads a room's history and says whom the protection would have hit with its present settings, and which step they would have reached. Nothing is done to anybody. Messages that are redacted by now cannot be judged, and everybody counts with the power that they have now.

**Who is left alone.** Always: Heimdall, members of the management room, protected accounts, and moderators of your official and protected rooms. Protections that look at single people also leave alone: everybody whose power in the room is above its default, the ghosts of your bridges (unless \`bridge_users\` is off), and people who have been in the room for longer than \`trusted_after\`. Somebody who leaves and comes back within 7 days is as well known as before, if they had been there for more than 7 days; if they had not, they are new again, but what they had written is still their first message. Whoever was removed begins anew. When a room is upgraded, the new room keeps the settings of the old one, and its people are as well known as before. An event that arrives late or twice counts once, at the time when it was sent.

**Encrypted rooms.** Heimdall cannot read encrypted messages. It counts them, sees who sent them, and reads names, joins and reports as everywhere; but ${BLIND} find nothing in them.

**Old dates.** When an event was sent is what its homeserver says. It is believed, because a server that was cut off delivers a day in a second, but not without end: what comes in within \`window\` with older dates than that counts from five times the limit on, and copies of somebody who is new in the room (RepeatedMessage) from twice the limit. After a downtime of your own homeserver, or of Heimdall, old dates are simply true.

## Settings that all have
Lengths of time are written \`30s\`, \`30m\`, \`24h\`, \`7d\`. Below, each protection shows only the settings that it has besides these, or with another default.
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
  return value === texts.noEntries ? 'empty' : code(value);
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
