import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/bot.js';

/** Texts about the bot itself and its state, aliases and the directory, and whether an account is official. */
const en = {
  knocked: 'knocked on',
  worksThere: 'I work in that room.',
  worksThereRemedy: 'Nothing was done. Use rooms remove or unwatch first.',
  haveDone: (done: string, said: string): Inline[] => [`I have ${done} `, { code: said }, '.'],
  named: (name: string): Inline[] => ['My name is now ', { code: name }, '.'],
  notMxc: (mxc: string) => `${mxc} is not an mxc:// URI.`,
  nothingDone: 'Nothing was done.',
  avatarChanged: 'My avatar has been changed.',
  sent: (said: string): Inline[] => ['Sent to ', { code: said }, '.'],
  aliasLeadsTo: (alias: string, said: string): Inline[] => [{ code: alias }, ' now leads to ', { code: said }, '.'],
  notOurAlias: (alias: string) => `${alias} is not an alias of this server.`,
  notOurAliasRemedy: (serverName: string) => `It must look like #name:${serverName}. Nothing was done.`,
  aliasRemoved: (alias: string): Inline[] => [{ code: alias }, ' is removed.'],
  resolved: (said: string, roomId: string): Inline[] => [{ code: said }, ' is ', { code: roomId }, '.'],
  inDirectory: ' is now in the public directory.',
  notInDirectory: ' is no longer in the public directory.',
  pagesOff: 'The web pages are switched off.',
  pagesOffRemedy: 'An admin can switch them on with web.enabled in the configuration.',
  linkSent: 'I sent you a link by direct message. It works once, for 10 minutes.',
  status: (version: string, runs: string, dry: boolean) =>
    `Heimdall ${version}, running for ${runs}${dry ? ', DRY RUN: nothing is changed' : ''}`,
  protects: (ids: readonly string[]) => `Protects ${ids.join(', ') || 'nobody yet'}`,
  inForce: (rooms: number, lists: number, rules: number) =>
    `${counted(rooms, 'protected room')}, ${counted(lists, 'watched list')}, ${counted(rules, 'rule')} in force`,
  waiting: (open: number, due: number) => `${counted(open, 'open case')}, ${counted(due, 'action')} waiting`,
  isAdmin: 'I am a server admin.',
  notAdmin: (botUserId: string) =>
    'I am not a server admin, so I cannot see accounts that are in no room, or the members of rooms that ' +
    `people here joined on other servers. Make ${botUserId} a server admin to change that.`,
  noAdminApi:
    'This homeserver serves no admin API of Synapse, so I cannot see accounts that are in no room, or the members of ' +
    'rooms that I am not in (docs/operate/homeservers.md).',
  rulesNotInForce: (message: string) =>
    `The changed rules cannot be used; the last good ones stay in force: ${message}`,
  rulesSkipped: (count: number): Inline[] => [
    `${counted(count, 'rule is', 'rules are')} not followed, because that would hit us: `,
    { code: '!heimdall rules' },
    ' says which.',
  ],
  cannotRead: (roomId: string, reason: string): Inline[] => ['Cannot be read: ', { code: roomId }, ` – ${reason}`],
  official: (who: readonly Inline[]): Inline[] => [...who, ' IS official.'],
  notOfficial: (who: readonly Inline[]): Inline[] => [...who, ' is not official, and does not look like it.'],
  imitates: (who: readonly Inline[], verdict: string, official: string): Inline[] => [
    ...who,
    ` is not official. It is ${verdict} that it imitates `,
    { code: official },
    '.',
  ],
  exempt: (exempt: string) => `Exempt: ${exempt}. No response acts on it.`,
  minutes: (minutes: number) => `${minutes} min`,
  days: (days: number) => `${days} days`,
};

export type English = typeof en;
export const botTexts = catalogue({ en, de });
