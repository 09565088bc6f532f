import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './texts-de.js';

/** Sentences of the commands about protections. */
const en = {
  listed: '!heimdall protections lists them.',
  elsewhere: (name: string, what: string) => `${name} is not a protection here: ${what}.`,
  whichRoom: 'Which room?',
  nothingDone: 'Nothing was done.',

  resetSummary:
    'Sets a setting of a protection, or all of them, back to the default, everywhere or for one room or space.',
  reset: (name: string) => `${name} is back at its default`,
  nothingToReset: (name: string) => `${name} was at its default already`,

  presetSummary:
    'Sets up the protections of a room by its kind: announcements, support, busy, small; none takes that back.',
  presetUsage: 'Write: protections preset NAME ROOM.',
  presetHowTo: 'To set up a room like that: ',
  noPreset: (name: string) => `There is no preset "${name}".`,
  presetsAre: (names: readonly string[]) => `There are: ${names.join(', ')}.`,
  presetApplied: (name: string) => ` is set up as "${name}". On there:`,
  presetOff: (names: readonly string[]) => `Off there: ${names.join(', ')}.`,
  presetBack: 'A setting that you change for this room later overrides it. To undo the preset: ',
  presetGone: ' has no settings of its own any more: the settings of its space, or of all rooms, apply there.',
  presetNothing: ' had no settings of its own.',

  campaignSummary: 'Bans all accounts of a campaign, by a rule for each.',
  noCampaign: 'That case is about no campaign.',
  banCampaign: (accounts: number, id: number) =>
    `Ban all ${accounts} accounts of the campaign of Case ${id} in all protected rooms?`,
  campaignBanned: ({ rules, held, id }: { rules: number; held: number; id: number }) =>
    `${counted(rules, 'rule')} written for the campaign of Case ${id}` +
    `${held > 0 ? `; ${held} existed already` : ''}. ` +
    'Each can be taken back with unban.',
  notBanned: (count: number) => (count === 1 ? 'One was not written:' : `${count} were not written, such as:`),

  simulateSummary:
    'Runs a protection over the recent history of a room and shows whom it would have hit. Nothing is done.',
  simulateUsage: 'Write: protections simulate NAME ROOM [7d].',
  badTime: 'That is not a duration of up to 90 days.',
  noSimulation: (name: string) =>
    `${name} does not look at what is said in rooms, so a room's history says nothing about it.`,
  unreadRoom: (roomId: string) => `${roomId} has not been read yet, or is a space.`,
  simulated: (about: { name: string; events: number; redacted: number; time: string; hits: number }) => {
    const { name, events, redacted, time, hits } = about;
    const who = hits === 0 ? 'nobody' : hits === 1 ? 'one' : `${hits}`;
    const are = redacted === 1 ? 'is' : 'are';
    const gone = redacted === 0 ? '' : ` (${redacted} of them ${are} redacted and could not be judged)`;
    return `With its present settings ${name} would have hit ${who} in the last ${time}, in ${events} events${gone}.`;
  },
  notAll: (since: string) => ` There were more events than I look at: I went back to ${since}.`,
  moreHits: (more: number) => `… and ${more} more.`,
  times: (count: number) => (count === 1 ? 'once' : `${count} times`),
  wouldHave: (deeds: readonly string[]) => `At the end: ${deeds.length === 0 ? 'notify' : deeds.join(' and ')}. First:`,

  lagsHeading: 'How late events of other homeservers come in, the latest first',
  noLags: 'No event of another homeserver has come in since I started, in any protected room.',
  lag: (about: { mean: string; latest: string; events: number; ago: string }) =>
    ` – ${about.mean} on average, the last ${about.latest}; ${about.events} ` +
    `${about.events === 1 ? 'event' : 'events'}, the last ${about.ago} ago`,
  moreLags: 'The others come in sooner.',
  underASecond: 'less than a second',
  campaignReason: (id: number) => `campaign (Heimdall case ${id})`,
  raised: (value: number, of: string, own: string) => `${value} (the value of ${of}; its own is ${own})`,
  on: 'On',
  off: 'Off',
  noneOn: 'No protection is on',
  toSwitchOn: [
    'To switch one on: ',
    { code: '!heimdall enable NAME' },
    '. Its settings: ',
    { code: '!heimdall config get NAME' },
    '.',
  ] as Inline[],
  onlyIn: (only: readonly string[]) => ` (in ${only.join(', ')})`,
  everywhere: ' (in all protected rooms)',
  everywhereBut: (except: readonly string[]) => ` (in all protected rooms except ${except.join(', ')})`,
  isOn: (where: string) => `It is on${where}.`,
  isOff: 'It is off.',
  alsoCalled: (aliases: readonly string[]) => ` Also called ${aliases.join(', ')}.`,
  whichProtection: 'Which protection?',
  noProtection: (name: string, nearest: readonly string[]) =>
    `There is no protection "${name}".${nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`}`,
  ofWhich: 'Of which protection?',
  noSetting: (name: string, key: string) => `${name} has no setting "${key}".`,
  settingsAre: (keys: readonly string[]) => `Its settings are ${keys.join(', ')}.`,
  whichSetting: 'Which setting?',
  settingUsage: (verb: string, name: string) =>
    `Write: config ${verb} ${name}.KEY VALUE. !heimdall config get ${name} shows them.`,
  notAList: (name: string) => `${name} is not a list.`,
  writeSet: (name: string) => `Write: config set ${name} VALUE.`,
  whatValue: 'What?',
  writeValue: (verb: string, name: string) => `Write: config ${verb} ${name} VALUE.`,
  toWhat: 'To what?',
  writeSetNow: (name: string, value: string) => `Write: config set ${name} VALUE. It is ${value} now.`,
  writeList: (name: string, value: string) =>
    `Write: config set ${name} VALUES, or config reset ${name} to empty it. It is ${value} now.`,
  settingProblem: (name: string, problem: string) => `${name} ${problem}.`,
  nothingChanged: 'Nothing was changed.',
  doesNotHold: (name: string, value: string): Inline[] => [{ code: name }, ` does not hold that. It is ${value}.`],
  coversOwnServer: 'That covers your own homeserver: its people cannot join either.',
  isNow: (value: string) => ` is ${value} now`,
  protectionOff: (name: string): Inline[] => [' The protection is off: ', { code: `!heimdall enable ${name}` }, '.'],
  switchedOff: (name: string, place: readonly Inline[]): Inline[] => [
    { bold: name },
    ' is off',
    ...place,
    '. What it did stays as it is.',
  ],
  switchedOn: ' is on',
  inRooms: (rooms: number, all: number) =>
    rooms === all
      ? ` in all protected rooms (${all} now)`
      : ` in all protected rooms except where it was switched off (${rooms} of ${all} now)`,
  whatItDoes: (deeds: string, name: string, isInOneRoom: boolean): Inline[] => [
    `What it does: ${deeds}. `,
    { code: `!heimdall config get ${name}` },
    ' shows its settings; to switch it off: ',
    { code: `!heimdall disable ${name}${isInOneRoom ? ' ROOM' : ''}` },
    '.',
  ],
  encrypted: (names: readonly string[]) =>
    `That room is encrypted, and I cannot read encrypted messages: ${names.join(', ')} ` +
    `${names.length === 1 ? 'sees' : 'see'} nothing of them there.`,
  setOtherwise: (settings: readonly string[]) => `What you have set applies: ${settings.join(', ')}.`,
  nothingToLookFor: (name: string, key: string): Inline[] => [
    'There is nothing to look for yet: ',
    { code: `!heimdall config add ${name}.${key} …` },
  ],
  noRooms: ['No room is protected yet: add one with ', { code: '!heimdall rooms add ROOM' }, '.'] as Inline[],
  dryRun: 'This is a dry run: it says what it would do, and does nothing.',
  notProtected: (said: string) => `${said} is not protected.`,
  notProtectedRemedy: 'See !heimdall rooms, or add it with !heimdall rooms add ROOM.',
  /** what `config set`, `add` and `remove` are for */
  verbs: {
    set: 'Sets a setting of a protection, everywhere or for one room or space. Durations are written 30m, 24h, 7d.',
    add: 'Adds to a list of a protection: words that belong together are one phrase, commas separate entries.',
    remove: 'Removes entries from a list of a protection.',
  },
};

export type English = typeof en;
export const TEXTS = catalogue({ en, de });
