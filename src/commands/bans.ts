import { writeRule as writeRuleAction } from '../enforcement/actions.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { isGlob, compileGlob } from '../policy/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { WriteRulePayload } from '../enforcement/payloads.js';
import type { NewAction } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { answerFor, counted } from './answers.js';
import { parseDuration, timeOf } from './duration.js';
import { defaultList, requireForce, targetOf, type Target } from './target.js';
import type { Command, Invocation, Services } from './types.js';

const ban: Command = {
  name: 'ban',
  group: 'Bans',
  usage: 'ban [LIST] [user|room|server] ENTITY [REASON] [--for TIME] [--force]',
  summary:
    'Writes a ban rule. A user is banned from all protected rooms, a server is shut out. With --for (30m, 12h, 7d, 2w) it ends by itself. * and ? need --force.',
  async run(services, invocation) {
    const target = targetOf(services, invocation);
    requireForce(target.entity, target.kind, invocation);
    const length = invocation.options.get('for');
    const until = length === undefined ? undefined : services.clock() + parseDuration(length);
    const written = await writeRule(services, invocation, target, {
      recommendation: 'm.ban',
      ...(until === undefined ? {} : { until }),
    });
    const end = until === undefined ? '' : ` It ends by itself: ${timeOf(until)}.`;
    return answerFor(written, () => [
      { line: ['Ban rule for ', { code: target.entity }, ' written. ', whatABanDoes(services, target), end] },
    ]);
  },
};

const takedown: Command = {
  name: 'takedown',
  group: 'Bans',
  usage: 'takedown [LIST] [user|room|server] ENTITY [REASON] [--force] [--confirm]',
  summary:
    'Writes a takedown rule: a ban, and by the settings redaction, suspended accounts, quarantined media, blocked rooms.',
  async run(services, invocation) {
    const target = targetOf(services, invocation);
    requireForce(target.entity, target.kind, invocation);
    const deeds = whatATakedownDoes(services, target);
    if (deactivates(services, target) && !invocation.flags.has('confirm')) {
      return [
        {
          line: [
            'A takedown of ',
            { code: target.entity },
            ` would: ${deeds.join(', ')}. A deactivated account can not be given back. If that is meant, say it again with --confirm.`,
          ],
        },
      ];
    }
    const written = await writeRule(services, invocation, target, { recommendation: 'm.takedown' });
    return answerFor(written, () => [
      { line: ['Takedown rule for ', { code: target.entity }, ` written. It will: ${deeds.join(', ')}.`] },
    ]);
  },
};

async function writeRule(
  services: Services,
  invocation: Invocation,
  target: Target,
  rule: Pick<WriteRulePayload, 'recommendation' | 'until'>,
) {
  const reason = target.rest.join(' ');
  const payload: WriteRulePayload = {
    listRoomId: target.listRoomId ?? (await defaultList(services)),
    kind: target.kind,
    entity: target.entity,
    reason: reason === '' ? 'no reason given' : reason,
    ...rule,
  };
  const [written] = await services.runAndWait([
    writeRuleAction.create(payload, { key: `command:${invocation.eventId}:write` }),
  ]);
  return written;
}

function whatABanDoes(services: Services, { kind }: Target): string {
  const rooms = services.protectedRooms.size;
  if (kind === 'room') return 'Room rules are kept in the list.';
  if (rooms === 0) return 'No room is protected yet: add one with !heimdall rooms add ROOM.';
  const where = rooms === 1 ? 'the protected room' : `all ${rooms} protected rooms`;
  return kind === 'user' ? `It acts in ${where}.` : `The server is shut out of ${where}.`;
}

/** What the settings make of a takedown of this target, in words. */
function whatATakedownDoes(services: Services, target: Target): string[] {
  const { redact, local_accounts: accounts, quarantine_media: media, block_rooms: block } = services.config.takedown;
  if (target.kind === 'server') return ['shut the server out of the protected rooms'];
  if (target.kind === 'room')
    return [
      block && !isGlob(target.entity)
        ? 'block the room on this server'
        : 'be kept in the list (blocking rooms is off in the settings)',
    ];
  const local = mayBeLocal(services, target);
  return [
    'ban from the protected rooms',
    ...(redact ? ['redact what was written there (this can not be undone)'] : []),
    ...(local && accounts === 'suspend' ? ['suspend the account'] : []),
    ...(local && accounts === 'deactivate' ? ['deactivate the account (this can not be undone)'] : []),
    ...(local && media ? ['quarantine its media'] : []),
  ];
}

function deactivates(services: Services, target: Target): boolean {
  return (
    services.config.takedown.local_accounts === 'deactivate' && target.kind === 'user' && mayBeLocal(services, target)
  );
}

function mayBeLocal({ homeserver }: Services, { entity }: Target): boolean {
  return isGlob(entity) || serverNameOf(entity) === homeserver.serverName;
}

const unban: Command = {
  name: 'unban',
  group: 'Bans',
  usage: 'unban [LIST] [user|room|server] ENTITY [true]',
  summary:
    'Removes a ban or takedown rule and lifts its bans. With true, lifts every matching ban in all protected rooms, whoever set it.',
  async run(services, invocation) {
    const target = targetOf(services, invocation);
    const everywhere = target.rest.some((word) => /^(?:true|apply)$/i.test(word));
    const lists = target.listRoomId === undefined ? listsWith(services, target) : [target.listRoomId];
    const removals = lists.map((listRoomId): NewAction => ({
      kind: 'remove_rule',
      lane: 'policy_list',
      key: `command:${invocation.eventId}:${listRoomId}`,
      payload: { listRoomId, kind: target.kind, entity: target.entity },
    }));
    const removed = removals.length === 0 ? [] : await services.runAndWait(removals);
    const bad = removed.find(({ state }) => state !== 'done');
    if (bad !== undefined && removed.every(({ state }) => state !== 'done')) return answerFor(bad, () => []);
    const gone = new Set(removed.flatMap((action, index) => (action.state === 'done' ? [lists[index] ?? ''] : [])));
    const lifts = everywhere && target.kind === 'user' ? unbanEverywhere(services, target.entity) : [];
    const lifted = lifts.length === 0 ? [] : await services.runAndWait(lifts);
    const line: Inline[] = [
      removed.length === 0 ? 'There is no ban rule for ' : 'Removed the ban rule for ',
      { code: target.entity },
      '.',
    ];
    if (everywhere && target.kind === 'user')
      line.push(` Bans lifted: ${lifted.filter(({ state }) => state === 'done').length} of ${lifts.length}.`);
    const blocks: Block[] = [{ line }];
    const others = othersThatWantIt(services, target, gone);
    if (others.length > 0)
      blocks.push({ line: [`It stays banned by ${counted(others.length, 'rule')} elsewhere:`] }, { list: others });
    return blocks;
  },
};

/** The watched lists that hold a rule for exactly this entity. */
function listsWith(services: Services, { kind, entity }: Target): string[] {
  const rooms = new Set<string>();
  for (const rule of services.lists.policy.rules({ kind }))
    if (rule.entity === entity && rule.action !== 'allow' && rule.roomId !== undefined) rooms.add(rule.roomId);
  return [...rooms];
}

/** Rules that still hit the entity after it was taken out of the lists in `gone`, one line each. */
function othersThatWantIt(services: Services, { kind, entity }: Target, gone: ReadonlySet<string>): Inline[][] {
  if (isGlob(entity)) return [];
  const rules = services.lists.policy.rulesMatching(kind, entity);
  if (rules.some(({ action }) => action === 'allow')) return [];
  return rules
    .filter((rule) => rule.entity !== entity || !gone.has(rule.roomId ?? ''))
    .map((rule) => [
      { code: rule.entity ?? 'a hashed entity' },
      ` in ${services.lists.shortcodeOf(rule.roomId ?? '') ?? rule.roomId ?? 'a list'}`,
    ]);
}

/** Unbans whom the entity covers in all protected rooms, whoever banned them. */
function unbanEverywhere(services: Services, entity: string): NewAction[] {
  const matches = isGlob(entity) ? compileGlob(entity) : undefined;
  const actions: NewAction[] = [];
  for (const room of services.protectedRooms.all()) {
    for (const [userId, member] of matches === undefined ? entryOf(room.members, entity) : room.members) {
      if (member.membership !== 'ban' || (matches !== undefined && !matches.test(userId))) continue;
      actions.push({
        kind: 'unban',
        lane: room.roomId,
        key: `unban:${room.roomId}:${member.eventId}`,
        payload: { roomId: room.roomId, userId, reason: 'Ban lifted by a moderator' },
      });
    }
  }
  return actions;
}

export function entryOf<V>(map: ReadonlyMap<string, V>, key: string): [string, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}

const defaultCommand: Command = {
  name: 'default',
  group: 'Bans',
  usage: 'default [LIST]',
  summary: 'Says or chooses, by shortcode or room, which list ban and takedown write to when none is named.',
  async run(services, { args }) {
    const word = args[0];
    const { default_list: chosen, watched_lists: watched, policy_list_room: own } = services.settings.get();
    if (word === undefined) {
      const list = chosen ?? own;
      return [
        {
          line:
            list === null
              ? ['The default list is my own, made with the first rule.']
              : ['The default list is ', { code: services.lists.shortcodeOf(list) ?? list }, '.'],
        },
      ];
    }
    const roomId =
      services.lists.byShortcode(word) ?? (watched.some((list) => list.room_id === word) ? word : undefined);
    if (roomId === undefined)
      throw new HeimdallError(
        'HEIMDALL_E_NO_LIST',
        `There is no watched list called ${word}.`,
        '!heimdall lists shows them; !heimdall list create SHORTCODE makes one.',
      );
    await services.settings.update((draft) => void (draft.default_list = roomId));
    return [
      {
        line: ['Rules go to ', { code: services.lists.shortcodeOf(roomId) ?? roomId }, ' now, when no list is named.'],
      },
    ];
  },
};

export const banCommands: readonly Command[] = [ban, takedown, unban, defaultCommand];
