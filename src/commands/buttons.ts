import { CANCEL } from '../notify/actions.js';
import type { CaseRecord } from '../store/records/cases.js';

/** A button under a message of ours: a reaction by the bot for people to press. */
export interface Button {
  /** an emoji and the command's word */
  key: string;
  /** the command that it gives, before the case's number */
  command: string;
}

export const BUTTONS: readonly Button[] = [
  { key: '🔨 ban', command: 'ban' },
  { key: '🕊️ unban', command: 'unban' },
  { key: '🧨 ban all', command: 'campaign ban' },
  { key: '👌 dismiss', command: 'dismiss' },
  { key: '🧹 redact', command: 'redact' },
  { key: '✉️ forward', command: 'mail forward' },
  { key: '↩️ undo', command: 'undo' },
  { key: '🙋 claim', command: 'claim' },
];
export const YES = '✅ yes';
export const NO = '❌ no';

/** The button of a reaction; undefined if it is not one of ours. The emoji alone counts too. */
export function buttonWords(key: string): string | undefined {
  const bare = plain(key);
  if (['✅', '✔', '☑', '✅ yes', '✅ ja'].includes(bare)) return 'yes';
  if (['❌', '✖', '❎', '❌ no', '❌ nein'].includes(bare)) return 'no';
  if (bare === CANCEL) return 'cancel';
  return BUTTONS.find((button) => plain(button.key) === bare || plain(button.key).split(' ')[0] === bare)?.command;
}

/** Without variation selectors and skin tones, which keyboards add. */
function plain(key: string): string {
  return key
    .replace(/[\ufe0e\ufe0f]|[\u{1f3fb}-\u{1f3ff}]/gu, '')
    .trim()
    .toLowerCase();
}

/** Further input for choosing buttons. */
export interface ButtonsAbout {
  /** the case is about a campaign of many accounts */
  campaign?: boolean;
  /** its subject is a protected room */
  ownRoom?: boolean;
  /** a moderator lifted a ban in one room while a rule still requires it */
  unban?: boolean;
}

/** The buttons that make sense for a case in its current state. */
export function buttonsOf(
  { state, subjectKind }: Pick<CaseRecord, 'state' | 'subjectKind'>,
  acted: boolean,
  about: ButtonsAbout = {},
): Button[] {
  const closed = state === 'dismissed';
  return BUTTONS.filter(({ command }) => {
    // a wave or campaign in one of our rooms is no reason to ban the room
    if (command === 'ban') return !closed && !acted && subjectKind !== 'event' && about.ownRoom !== true;
    if (command === 'unban') return about.unban === true;
    if (command === 'campaign ban') return !closed && about.campaign === true;
    if (command === 'redact') return subjectKind === 'user' && !closed;
    if (command === 'undo') return acted;
    if (command === 'mail forward') return !closed && subjectKind === 'user';
    return !closed;
  });
}
