import type { Settings } from '../store/settings/types.js';

/** How one watched list is followed. Unset options default to following it in full. */
export interface ListOptions {
  /** its rules act; false: they are only consulted by `match`, `search` and `explain` */
  apply: boolean;
  /** its server rules go into server ACLs */
  acl: boolean;
  /** bans that only it wanted are lifted automatically; false: they wait for a moderator */
  lift: boolean;
  /** its takedown rules suspend accounts on this server, whatever `takedown.local_accounts` says */
  suspend: boolean;
  /** its changes are announced where PolicyChangeNotification is on */
  notify: boolean;
}

const IN_FULL: ListOptions = { apply: true, acl: true, lift: true, suspend: false, notify: true };

/** How a list is followed. Our own list is always followed in full, because all our bans act through it. */
export function listOptions(settings: Readonly<Settings>, roomId: string | undefined): ListOptions {
  const list = settings.watched_lists.find((one) => one.room_id === roomId);
  if (list?.options === undefined || roomId === settings.policy_list_room) return IN_FULL;
  return { ...IN_FULL, ...list.options };
}
