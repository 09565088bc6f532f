/**
 * The vocabulary of policy: rules, and their verdict on an entity. This module is pure: no I/O. Sources: spec
 * "Moderation policy lists" (m.policy.rule.*), MSC4204 (takedown), MSC4205 (hashed entities).
 */

export type EntityKind = 'user' | 'room' | 'server';
export type PolicyAction = 'ban' | 'takedown' | 'allow';

/** A state event from outside that may state a policy rule; none of it is trusted. */
export interface PolicyEvent {
  type: string;
  state_key?: unknown;
  content?: unknown;
  sender?: string;
  event_id?: string;
  room_id?: string;
  origin_server_ts?: number;
}

/** A rule in force. Its place is (roomId, kind, stateKey); each place has at most one rule. */
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

/** The change at one place when an event or a list was applied. */
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
 * All rules of all watched lists. Applying events one by one and rebuilding from the state give the same result,
 * because they share one function.
 */
export interface Policy {
  /** Applies one policy event; other events and lines without a string state_key change nothing. */
  apply(event: PolicyEvent): RuleChange[];
  /** Replaces a list's rules with those of this state. */
  replaceList(roomId: string, state: Iterable<PolicyEvent>): RuleChange[];
  /** Forgets a list: all its rules are removed. */
  removeList(roomId: string): RuleChange[];
  /**
   * The rules' verdict on an entity; null when nothing matches. Users and rooms are compared exactly, servers without
   * case and port.
   */
  match(kind: EntityKind, entity: string): PolicyMatch | null;
  /** Every rule that matches an entity, the winning one first. */
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
  /** one plain sentence for each omission, with the reason */
  warnings: string[];
  /** number of entries that did not fit */
  leftOut: number;
}

export interface ServerAclOptions {
  /** our own server name, with port if it has one */
  ownServer: string;
  /** servers that must stay, e.g. those of the moderators */
  mustAllow: readonly string[];
  /** servers seen in the rooms, with or without port; hashed rules that match one of them apply to it by name */
  seen?: readonly string[];
  /** allow-list mode, off by default: only servers in allow rules, and those that must stay, may take part */
  allowList?: boolean;
  /** whether address literals may take part; default: only when our own server or one that must stay is one */
  allowIpLiterals?: boolean;
}
