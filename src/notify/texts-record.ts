import type { Language } from '../util/language.js';
import { recordDe } from './texts-record-de.js';

/** What was done and what happened, in words: the kinds and states of actions, and the entries of the audit. */
const EFFECTS: Readonly<Record<string, string>> = {
  write_rule: 'ban rule',
  remove_rule: 'removal of the rule',
  report: 'report of the account to the homeserver',
  report_event: 'report of the message to the homeserver',
  mail: 'mail to the abuse desk',
  forward_mail: "mail to their server's abuse desk",
  redact: 'redaction of a message',
  redact_user: 'redaction of their messages',
  kick: 'kick',
  ban: 'ban',
  unban: 'lifting of the ban',
  mute: 'mute',
  warn: 'warning',
  lock: 'lock of the account',
  suspend: 'suspension of the account',
  statement: 'statement of reasons',
  receipt: 'word to the reporter',
  letter: 'mail to the reporter',
  unmute: 'end of the mute',
  unlock: 'unlock of the account',
  unsuspend: 'end of the suspension',
  deactivate: 'deactivation of the account',
  acl: 'server ACL of a room',
  quarantine_media: 'quarantine of media',
  unquarantine_media: 'end of the quarantine of media',
  block_room: 'block of the room',
  unblock_room: 'end of the block of the room',
  lockdown: 'lockdown of a room',
  lockdown_end: 'end of the lockdown',
  warn_victim: 'warning to somebody it approached',
  warn_victims: 'warnings to people it approached',
  appeal_outcome: 'answer to the appeal',
};

const STATES: Readonly<Record<string, string>> = {
  due: 'not done yet',
  refused: 'not done',
  simulated: 'only simulated (dry run)',
};

const HAPPENED: Readonly<Record<string, string>> = {
  'case.opened': 'opened',
  'case.reopened': 'reopened',
  'case.assigned': 'assigned',
  'case.noted': 'note',
  'case.merged': 'closed',
  'case.closed': 'closed',
  'case.dismissed': 'dismissed',
  'case.banned': 'banned',
  'case.actioned': 'dealt with',
  'case.appealed': 'appeal received',
  'case.appeal_added': 'another appeal received',
  'case.appeal_upheld': 'appeal upheld',
  'case.appeal_rejected': 'appeal rejected',
  'statement.sent': 'statement of reasons sent',
  'web.signed_in': 'signed in to the pages',
  'rooms.add': 'room protected',
  'rooms.remove': 'room no longer protected',
  'lists.watch': 'list watched',
  'lists.unwatch': 'list no longer watched',
};

export const recordEn = {
  effect: (kind: string): string => EFFECTS[kind] ?? kind.replaceAll('_', ' '),
  state: (state: string): string => STATES[state] ?? state,
  happened: (what: string): string => HAPPENED[what] ?? what,
};

export function recordTextsIn(language: Language): typeof recordEn {
  return language === 'de' ? recordDe : recordEn;
}
