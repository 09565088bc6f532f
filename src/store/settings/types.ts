/** What people decided. Small, human-readable, hand-editable (settings.json, or one row in PostgreSQL). */
export interface Settings {
  /** protected rooms, by id */
  protected_rooms: string[];
  /**
   * protected spaces (they stand among the protected rooms too), each with the rooms that are protected because of it
   */
  protected_spaces: { room_id: string; rooms: string[] }[];
  /** lists whose rules are in force, by room id */
  watched_lists: {
    room_id: string;
    shortcode?: string;
    /** the alias by which people named it: it may lead nowhere later */
    alias?: string;
    /** Heimdall made it */
    own?: boolean;
    /** its allow rules free also those whom other lists ban */
    trust_allow?: boolean;
    /** how it is followed, where that is otherwise than in full */
    options?: {
      apply?: boolean | undefined;
      acl?: boolean | undefined;
      lift?: boolean | undefined;
      suspend?: boolean | undefined;
      notify?: boolean | undefined;
    };
  }[];
  /** Heimdall's own policy list, once made */
  policy_list_room: string | null;
  /** the list that `ban` writes to when none is named; null: our own */
  default_list: string | null;
  /** the management room's id, once known (the configuration may name an alias) */
  management_room: string | null;
  /** protections that were switched on or set, by name */
  protections: Record<string, ProtectionSettings>;
  /** how the configuration named the management room then: when an admin writes another name there, that counts */
  management_room_name: string | null;
  /** room upgrades that protection, lists or the management room have followed, oldest first */
  followed_upgrades: { from: string; to: string }[];
  /** official accounts, names and known good ids that were added by command to those of the configuration */
  officials: { user_id: string; display_names: string[]; variants: string[] }[];
}

/** How one protection is set. Its values are checked where they are used: a newer Heimdall may have written them. */
export interface ProtectionSettings {
  /** in all protected rooms, but for those that are named in `rooms` */
  enabled: boolean;
  /** by room id or that of a space: on or off there, and what is set otherwise there */
  rooms: Record<string, { enabled?: boolean; values?: Record<string, unknown> }>;
  /** what was set, by key; what is missing has its default */
  values: Record<string, unknown>;
}

export interface SettingsStore {
  /** The settings now; never mutate what it returns. */
  get(): Readonly<Settings>;
  /** Changes a copy and writes it durably before it resolves; calls are carried out one after another. */
  update(change: (settings: Settings) => void): Promise<void>;
  close(): Promise<void>;
}
