/**
 * The words of policy: rules, and what they say of an entity. This room is pure: no I/O.
 * Sources: spec "Moderation policy lists" (m.policy.rule.*), MSC4204 (takedown), MSC4205 (hashed entities).
 */

export type EntityKind = 'user' | 'room' | 'server';
export type PolicyAction = 'ban' | 'takedown' | 'allow';

/** A state event that may state a policy rule, as it came from outside: nothing in it is to be trusted. */
export interface PolicyEvent {
  type: string;
  state_key?: unknown;
  content?: unknown;
  sender?: string;
  event_id?: string;
  room_id?: string;
  origin_server_ts?: number;
}

/** A rule in force. Its place is (roomId, kind, stateKey); at one place stands at most one rule. */
export interface PolicyRule {
  /** the list's room; undefined only for rules read from a file without room ids */
  roomId: string | undefined;
  kind: EntityKind;
  stateKey: string;
  /** the source event's type, e.g. `m.policy.rule.user` */
  type: string;
  action: PolicyAction;
  /** the recommendation as written */
  recommendation: string;
  /** the entity, literal or glob; undefined for a hashed rule */
  entity: string | undefined;
  /** SHA-256 of the whole entity, unpadded standard base64; only when `entity` is undefined */
  sha256: string | undefined;
  reason: string | undefined;
  sender: string | undefined;
  eventId: string | undefined;
}

/** What happened to one place when an event or a list was applied. */
export type RuleChange =
  | { change: 'added'; rule: PolicyRule }
  | { change: 'changed'; rule: PolicyRule; previous: PolicyRule }
  | { change: 'removed'; previous: PolicyRule };

/** The strongest rule that matches an entity: allow beats takedown beats ban. */
export interface PolicyMatch {
  action: PolicyAction;
  rule: PolicyRule;
}

/** A policy event that states no rule, and why (for `rules malformed`). */
export interface MalformedRule {
  roomId: string | undefined;
  type: string;
  stateKey: string;
  reason: string;
}

/**
 * All rules of all watched lists. Applying events one by one and rebuilding from the state give the same result:
 * it is the same function.
 */
export interface Policy {
  /** Applies one policy event; other events and lines without a string state_key change nothing. */
  apply(event: PolicyEvent): RuleChange[];
  /** Makes a list's rules exactly those of this state; what is gone is removed. */
  replaceList(roomId: string, state: Iterable<PolicyEvent>): RuleChange[];
  /** Forgets a list: all its rules are removed. */
  removeList(roomId: string): RuleChange[];
  /**
   * What the rules say of an entity; null when nothing matches. A user or room is compared exactly, a server without
   * case and port.
   */
  match(kind: EntityKind, entity: string): PolicyMatch | null;
  /** Every rule that matches an entity, the one that answers first. */
  rulesMatching(kind: EntityKind, entity: string): PolicyRule[];
  /** The rules in force, in a stable order. */
  rules(filter?: { kind?: EntityKind; roomId?: string }): IterableIterator<PolicyRule>;
  malformed(roomId?: string): MalformedRule[];
}

/** Content of `m.room.server_acl`. */
export interface ServerAclContent {
  allow: string[];
  deny: string[];
  allow_ip_literals: boolean;
}

export interface ServerAclPlan {
  content: ServerAclContent;
  /** one plain sentence each: what was left out and why */
  warnings: string[];
  /** how many entries did not fit */
  leftOut: number;
}

export interface ServerAclOptions {
  /** our own server name, with port if it has one */
  ownServer: string;
  /** servers that must stay, e.g. those of the moderators */
  mustAllow: readonly string[];
  /** servers seen in the rooms, with or without port: hashed rules that mean one of them act on it by name */
  seen?: readonly string[];
  /** allow-list mode, off by default: only servers that allow rules name, and those that must stay, may take part */
  allowList?: boolean;
  /** address literals may take part; default: only when our own server or one that must stay is one */
  allowIpLiterals?: boolean;
}
