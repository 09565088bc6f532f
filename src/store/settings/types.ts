/** People's decisions. Small, human-readable, hand-editable (settings.json, or one row in PostgreSQL). */
export interface Settings {
  /** protected rooms, by id */
  protected_rooms: string[];
  /** protected spaces (also listed as protected rooms), each with the rooms that are protected because of it */
  protected_spaces: { room_id: string; rooms: string[] }[];
  /** lists whose rules are in force, by room id */
  watched_lists: {
    room_id: string;
    shortcode?: string;
    /** the alias by which it was given, which may stop resolving */
    alias?: string;
    /** Heimdall created it */
    own?: boolean;
    /** its allow rules exempt from other lists' bans too */
    trust_allow?: boolean;
    /** how it is followed, if not in full */
    options?: {
      apply?: boolean | undefined;
      acl?: boolean | undefined;
      lift?: boolean | undefined;
      suspend?: boolean | undefined;
      notify?: boolean | undefined;
    };
  }[];
  /** Heimdall's own policy list, once created */
  policy_list_room: string | null;
  /** the list that `ban` writes to when none is named; null: our own */
  default_list: string | null;
  /** the management room's id, once known (the configuration may name an alias) */
  management_room: string | null;
  /** protections that were enabled or configured, by name */
  protections: Record<string, ProtectionSettings>;
  /** the management room as configured at that time: if an admin changes it, the new one counts */
  management_room_name: string | null;
  /** room upgrades that protection, lists or the management room have followed, oldest first */
  followed_upgrades: { from: string; to: string }[];
  /** official accounts, names and variants added by command, in addition to the configuration */
  officials: { user_id: string; display_names: string[]; variants: string[] }[];
}

/**
 * The settings of one protection. Values are validated where they are used, because a newer Heimdall may have written
 * them.
 */
export interface ProtectionSettings {
  /** in all protected rooms, except those in `rooms` */
  enabled: boolean;
  /** by id of a room or space: enabled or not there, and different settings there */
  rooms: Record<string, { enabled?: boolean; values?: Record<string, unknown> }>;
  /** values by key; missing ones have their defaults */
  values: Record<string, unknown>;
}

export interface SettingsStore {
  /** The current settings; never mutate the result. */
  get(): Readonly<Settings>;
  /** Changes a copy and writes it durably before it resolves; calls are serialised. */
  update(change: (settings: Settings) => void): Promise<void>;
  close(): Promise<void>;
}
