import type { Settings } from '../store/settings/types.js';

/** How one watched list is followed. What is not set is as by default: in full. */
export interface ListOptions {
  /** its rules act; false: they are only looked at, by `match`, `search` and `explain` */
  apply: boolean;
  /** its server rules stand in server ACLs */
  acl: boolean;
  /** bans that only it wanted are lifted by themselves; false: they wait for a moderator's word */
  lift: boolean;
  /** its takedown rules suspend accounts of this server, whatever `takedown.local_accounts` says */
  suspend: boolean;
  /** its changes are told where PolicyChangeNotification is on */
  notify: boolean;
}

const IN_FULL: ListOptions = { apply: true, acl: true, lift: true, suspend: false, notify: true };

/** How a list is followed. Our own list is always followed in full: all bans of ours act through it. */
export function listOptions(settings: Readonly<Settings>, roomId: string | undefined): ListOptions {
  const list = settings.watched_lists.find((one) => one.room_id === roomId);
  if (list?.options === undefined || roomId === settings.policy_list_room) return IN_FULL;
  return { ...IN_FULL, ...list.options };
}
