import type { Inline } from '../../matrix/message.js';
import { counted, figure } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/outcome.js';

/** Texts about many actions of one command: outcomes and progress. */
const en = {
  where: (deed: 'kick' | 'redact', rooms: number) => ` ${deed === 'kick' ? 'out of' : 'in'} ${counted(rooms, 'room')}.`,
  kicked: (whom: string, kicks: number | undefined, where: string): Inline[] => [
    'Kicked ',
    { code: whom },
    kicks === undefined ? '' : ` (${counted(kicks, 'kick')})`,
    where,
  ],
  redacted: (gone: number, whom: string, where: string): Inline[] => [
    `${counted(gone, 'message')} of `,
    { code: whom },
    ' redacted',
    where,
  ],
  nobodyKicked: 'Nobody was kicked.',
  nothingRedacted: 'There was nothing to redact.',
  already: (count: number) => ` ${counted(count, 'message was', 'messages were')} redacted already.`,
  stayed: (count: number) => ` ${counted(count, 'message')} could not be redacted.`,
  simulated: (count: number) => `Dry run: nothing was changed. I would have acted ${counted(count, 'time')}.`,
  notDone: (count: number) => `Not done ${counted(count, 'time')}:`,
  /** part of an answer, and updated there */
  atWork: (done: number, total: number) =>
    `At work: ${figure(done)} of ${figure(total)} done. To stop, press ❌ or reply ` +
    'cancel; you hear of the end here.',
  over: (done: number, total: number, cancelled: boolean) =>
    `${cancelled ? 'Cancelled' : 'Over'}: ${figure(done)} of ${figure(total)} done.`,
  /** what is counted where a command is neither a kick nor a redaction */
  rules: 'Rules written',
  lifts: 'Bans lifted',
  bans: 'Bans',
  changes: 'Done',
  worked: (what: string, done: number, total: number) => `${what}: ${figure(done)} of ${figure(total)}.`,
  notBegun: (count: number) => `Cancelled before it began: ${figure(count)}.`,
  noWork: 'Nothing is under way that could be cancelled.',
  whichWork: (count: number) =>
    `${figure(count)} commands are at work. Reply cancel to the one that you mean, or press its ❌.`,
  takenBack: 'Cancelled: the rule is taken back, and the bans that it brought.',
  cancelled:
    'Cancelled: what has not begun will not be done. What was done stays; to take it back, reply undo to the command.',
};

export type English = typeof en;
export const outcomeTexts = catalogue({ en, de });
