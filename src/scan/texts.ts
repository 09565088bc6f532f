/** Texts about scans. */
import type { Inline } from '../matrix/message.js';
import { counted, figure } from '../util/counted.js';
import { catalogue } from '../util/catalogue.js';
import { de } from './texts-de.js';

const en = {
  nobody: 'nobody',
  level: (count: number, level: string) => `${figure(count)} ${level}`,
  progress: (position: string, found: string) => `${position}; found ${found}`,
  atAccounts: (at: number, total: number) => `accounts: ${figure(at)}${total > 0 ? ` of ${figure(total)}` : ''}`,
  atRooms: (at: number, total: number, members: number) =>
    `rooms: ${figure(at)}${total > 0 ? ` of ${figure(total)}` : ''}, ${counted(members, 'member')}`,
  accounts: (count: number) => counted(count, 'account'),
  rooms: (count: number, members: number) => `${counted(count, 'room')} with ${counted(members, 'member')}`,
  noAdminRights:
    'The accounts could not be listed: the bot is not a server admin, and homeserver.admin_token is not set.',
  onlyOwnRooms: 'Without admin rights, only rooms that the bot is in were searched.',
  unread: (count: number) => `${counted(count, 'room')} could not be read.`,

  running: (progress: string) => `Scan: ${progress}.`,
  done: (progress: string) => `Scan done: ${progress}.`,
  interrupted: (why: string) => `The scan was interrupted: ${why}. Run the same command to continue where it stopped.`,
  ended: 'A moderator has ended it',
  stopping: 'Heimdall is stopping',
  alreadyRunning: (how: string) => `A scan is already running, ${how}.`,
  alreadyRunningRemedy: 'Wait until it has finished: a scan finds the same whoever asks for it.',
  forThisRoom: 'for this room',
  byProcess: (pid: number, host: string) => `by process ${pid} on ${host}`,

  summary: (found: string) => `Scan done: found ${found}`,
  lookedAt: (what: string, found: string) => `Looked at ${what}. New: ${found}.`,
  toAct: [
    'Nobody was reported or banned. To do what ',
    { code: 'responses' },
    ' asks for: ',
    { code: '!heimdall scan --act' },
  ] as Inline[],
  acts: ['What ', { code: 'responses' }, ' asks for is being done, or was done before.'] as Inline[],

  decide: 'Please decide',
  tooManyNew: (count: number) =>
    `A scan, or the homeserver's past, has found ${figure(count)} new cases. So many at once are an attack or ` +
    'a mistake in the rules, so I only list them.',
  tooManyBans: (count: number) =>
    `A scan has found ${counted(count, 'account')} to ban, more than scan.most_bans allows without asking. I ` +
    'ban nobody until you decide.',
  howToDecide: [
    'Review them: ',
    { code: '!heimdall dismiss NUMBER' },
    ' closes a wrong one. Then ',
    { code: '!heimdall scan --act' },
    ' does what ',
    { code: 'responses' },
    ' asks for.',
  ] as Inline[],
  moreFound: (count: number) => `… and ${figure(count)} more. `,
  allOpen: [
    'All open cases: ',
    { code: '!heimdall cases' },
    '; details: ',
    { code: '!heimdall case NUMBER' },
  ] as Inline[],
  imitates: ', imitates ',
};

export type English = typeof en;
export const texts = catalogue({ en, de });
