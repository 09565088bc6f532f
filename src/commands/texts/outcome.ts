import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';

/** What is said of many actions of one command: what came of them, and how far they are. */
export const outcomeTexts = {
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
  atWork: (done: number, open: number) =>
    `At work: ${counted(done, 'room')} done, ${open} to go. I tell you here when it is over.`,
};
