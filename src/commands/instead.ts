/** Words of other bots without a counterpart here. Each says what takes its place, and changes nothing. */
import { text } from './args/index.js';
import { command, type Command } from './spec.js';
import { insteadTexts as texts } from './texts/instead.js';

/** Mjolnir's, which writes into a room where its reports go (MSC3215). */
const setupReporting = command({
  name: 'rooms setup',
  aliases: ['rooms setup reporting'],
  group: 'Rooms',
  role: 'viewer',
  summary: texts.reportingSummary,
  args: { what: text('[ROOM] [reporting]', 'text') },
  options: {},
  examples: ['rooms setup #lobby:example.org reporting'],
  run: () => Promise.resolve([{ line: texts.reporting }, { line: texts.reportByHand }]),
});

/** Draupnir's, which stops acting so that its settings can be mended. */
const safeMode = command({
  name: 'safe-mode',
  aliases: ['safemode'],
  group: 'Bot',
  role: 'viewer',
  summary: texts.safeModeSummary,
  args: {},
  options: {},
  examples: ['safe-mode'],
  run: ({ config }) => Promise.resolve([{ line: texts.safeMode(config.dry_run) }, { line: texts.oneProtection }]),
});

/** For those who expect that invites are stopped. */
const allowInvite = command({
  name: 'allow-invite',
  group: 'Bans',
  role: 'viewer',
  summary: texts.allowInviteSummary,
  args: { who: text('[USER] [ROOM]', 'text') },
  options: {},
  examples: ['allow-invite @someone:good.example'],
  run: () => Promise.resolve([{ line: texts.allowInvite }, { line: texts.joinByHand }]),
});

export const insteadCommands: readonly Command[] = [setupReporting, safeMode, allowInvite];
