/** Commands of other bots without a counterpart here. Each says what to use instead, and changes nothing. */
import { text } from './args/index.js';
import { command, type Command } from './spec.js';
import { insteadTexts } from './texts/instead.js';

/** Mjolnir's, which writes to a room where its reports go (MSC3215). */
const setupReporting = command({
  name: 'rooms setup',
  aliases: ['rooms setup reporting'],
  group: 'Rooms',
  role: 'viewer',
  summary: insteadTexts.reportingSummary,
  args: { what: text('[ROOM] [reporting]', 'text') },
  options: {},
  examples: ['rooms setup #lobby:example.org reporting'],
  run: () => Promise.resolve([{ line: insteadTexts.reporting }, { line: insteadTexts.reportByHand }]),
});

/** Draupnir's, which stops acting so that its settings can be repaired. */
const safeMode = command({
  name: 'safe-mode',
  aliases: ['safemode'],
  group: 'Bot',
  role: 'viewer',
  summary: insteadTexts.safeModeSummary,
  args: {},
  options: {},
  examples: ['safe-mode'],
  run: ({ config }) =>
    Promise.resolve([{ line: insteadTexts.safeMode(config.dry_run) }, { line: insteadTexts.oneProtection }]),
});

/** For those who expect invites to be blocked. */
const allowInvite = command({
  name: 'allow-invite',
  group: 'Bans',
  role: 'viewer',
  summary: insteadTexts.allowInviteSummary,
  args: { who: text('[USER] [ROOM]', 'text') },
  options: {},
  examples: ['allow-invite @someone:good.example'],
  run: () => Promise.resolve([{ line: insteadTexts.allowInvite }, { line: insteadTexts.joinByHand }]),
});

export const insteadCommands: readonly Command[] = [setupReporting, safeMode, allowInvite];
