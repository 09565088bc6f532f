import { Covering } from './acl-covers.js';
import { entryOf, Rank, type AclEntry } from './acl-entries.js';
import { didNotFit, fit, LARGEST_CONTENT } from './acl-fit.js';
import type { FoundServerAcl } from './acl-simulate.js';
import { isGlob } from './glob.js';
import { quote } from './quote.js';
import { compareCodePoints } from './rule-order.js';
import { foldCase, portless } from './server-name.js';
import type { ServerAclContent } from './types.js';
import { policyTexts } from './texts.js';

/** The part of a room's server ACL that its moderators set, without our entries, validated. */
export interface ForeignServerAcl {
  allow: string[];
  deny: string[];
  allow_ip_literals: boolean;
}

/**
 * What we last sent to a room and what its moderators had set then, stored with the action so that the two can be
 * separated later.
 */
export interface SentServerAcl {
  sent: ServerAclContent;
  /** undefined: the room had no ACL of its own */
  foreign: ForeignServerAcl | undefined;
}

/** The `deny` entries of a send that are only ours, not also the moderators'. */
export function ownServerAclEntries({ sent, foreign }: SentServerAcl): string[] {
  return without(sent.deny, foreign?.deny ?? []);
}

/** What to do with an ACL set by the room's moderators: merge ours with it, or leave it alone. */
export type ServerAclMode = 'merge' | 'leave';

export interface MergedServerAcl {
  /** the ACL that the room should have; undefined: leave it as it is */
  content: ServerAclContent | undefined;
  /** one plain sentence for each omitted entry of theirs or ours, with the reason */
  warnings: string[];
  /** how many entries did not fit */
  leftOut: number;
}

/**
 * The part of a server ACL that the room's moderators want: everything in it except what we added and they did not have
 * before. Editing our event does not make our entries theirs.
 * @param found the ACL in the room now
 * @param last what we sent there last; undefined when we never sent one
 * @returns undefined when nothing is their own
 */
export function foreignServerAcl(
  found: FoundServerAcl | undefined,
  last?: SentServerAcl,
): ForeignServerAcl | undefined {
  if (found === undefined) return undefined;
  const now = read(found);
  if (last === undefined) return now;
  const { sent } = last;
  const before = last.foreign ?? { allow: ['*'], deny: [], allow_ip_literals: true };
  const foreign: ForeignServerAcl = {
    allow: sameEntries(now.allow, sent.allow) ? before.allow : without(now.allow, without(sent.allow, before.allow)),
    deny: without(now.deny, without(sent.deny, before.deny)),
    allow_ip_literals:
      now.allow_ip_literals === sent.allow_ip_literals ? before.allow_ip_literals : now.allow_ip_literals,
  };
  const nothing =
    last.foreign === undefined &&
    foreign.deny.length === 0 &&
    foreign.allow_ip_literals &&
    sameEntries(foreign.allow, ['*']);
  return nothing ? undefined : foreign;
}

/**
 * Merges what the room's moderators set with what the rules produce. Their `deny` entries stay as written and have
 * priority when not everything fits (of ours, globs and short entries then come first); an `allow` list of theirs that
 * is narrower than everybody stays narrow. Only entries that would deny a server that must stay are removed, with a
 * message. Because theirs is an input each time, removing a rule removes its own entry and nothing else.
 * @param ours the content of `buildServerAcl`
 * @param mustStay our own server and those that must stay, with port if they have one
 */
export function mergeServerAcl(
  foreign: ForeignServerAcl | undefined,
  ours: ServerAclContent,
  mode: ServerAclMode,
  mustStay: readonly string[],
): MergedServerAcl {
  if (foreign === undefined) return { content: ours, warnings: [], leftOut: 0 };
  if (mode === 'leave') return { content: undefined, warnings: [], leftOut: 0 };
  const names = [...new Set(mustStay.flatMap((name) => [portless(name), name]))].filter((name) => name !== '');
  const warnings: string[] = [];
  const theirs = [...new Set(foreign.deny)]
    .map((text) => entryOf(text, Rank.Takedown))
    .filter((entry) => {
      const hit = names.find((name) => hits(entry, name));
      if (hit !== undefined) warnings.push(policyTexts.peoplesEntry(quote(entry.text), quote(hit)));
      return hit === undefined;
    });
  const allow = allowBoth(foreign.allow, ours.allow, names);
  const nothingOurs = ours.deny.length === 0 && ours.allow.includes('*');
  const content: ServerAclContent = {
    allow,
    deny: theirs.map(({ text }) => text),
    allow_ip_literals: ours.allow_ip_literals || (nothingOurs && foreign.allow_ip_literals),
  };
  const space = LARGEST_CONTENT - Buffer.byteLength(JSON.stringify(content)) - (theirs.length > 0 ? 1 : 0);
  if (space < 0)
    return {
      content: undefined,
      warnings: [...warnings, policyTexts.noSpace],
      leftOut: ours.deny.length,
    };
  const covering = new Covering(theirs);
  const wanted = entriesOf(ours).filter((entry) => !covering.covers(entry));
  const chosen = fit(wanted, space);
  content.deny = [...content.deny, ...chosen.map(({ text }) => text)].sort(compareCodePoints);
  const leftOut = wanted.length - chosen.length;
  if (leftOut > 0) warnings.push(didNotFit(leftOut));
  return { content, warnings, leftOut };
}

/** All rooms get the same content, so its entries are prepared once. */
const entries = new WeakMap<ServerAclContent, readonly AclEntry[]>();

function entriesOf(ours: ServerAclContent): readonly AclEntry[] {
  const known = entries.get(ours) ?? ours.deny.map((text) => entryOf(text, isGlob(text) ? Rank.Glob : Rank.Rest));
  entries.set(ours, known);
  return known;
}

/** What both lists allow, plus the servers that must stay. Two globs that merely overlap are both dropped. */
function allowBoth(foreign: readonly string[], ours: readonly string[], names: readonly string[]): string[] {
  if (foreign.includes('*')) return [...ours];
  const [theirs, wanted] = [
    foreign.map((text) => entryOf(text, Rank.Rest)),
    ours.map((text) => entryOf(text, Rank.Rest)),
  ];
  const [byThem, byUs] = [new Covering(theirs), new Covering(wanted)];
  const both = [...theirs.filter((entry) => byUs.covers(entry)), ...wanted.filter((entry) => byThem.covers(entry))];
  const stay = names.filter((name) => !both.some((entry) => hits(entry, name)));
  return [...new Set([...both.map(({ text }) => text), ...stay])].sort(compareCodePoints);
}

function hits({ glob, key }: AclEntry, name: string): boolean {
  return glob === undefined ? key === foldCase(name) : glob.test(foldCase(name));
}

/**
 * As homeservers read it: values that are not strings are ignored, and address literals are allowed unless that is
 * denied.
 */
function read({ allow, deny, allow_ip_literals: addresses }: FoundServerAcl): ForeignServerAcl {
  return { allow: texts(allow), deny: texts(deny), allow_ip_literals: addresses !== false };
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}

function without(entries: readonly string[], gone: readonly string[]): string[] {
  const out = new Set(gone);
  return entries.filter((entry) => !out.has(entry));
}

function sameEntries(a: readonly string[], b: readonly string[]): boolean {
  const entries = new Set(a);
  return entries.size === new Set(b).size && b.every((entry) => entries.has(entry));
}
