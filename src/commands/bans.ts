import { visible } from '../detection/index.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { Block } from '../matrix/message.js';
import { HeimdallError } from '../util/errors.js';
import { howToAnswer, listName } from './answers.js';
import { duration, list, targets, text, yes } from './args/index.js';
import type { Entity } from './args/entity.js';
import { isWatched } from './args/lists.js';
import { command, type Command } from './spec.js';
import { asSpelled } from './spelling.js';
import type { Services } from './types.js';
import { ALLOW, answerLines, endWords, questionOf, write, writeAndAnswer, type Wish } from './write-rules.js';
import { banTexts } from './texts/bans.js';

const forTime = duration('for', 'Ends automatically after this time: 30m, 12h, 7d, 2w.');

const ban = command({
  name: 'ban',
  group: 'Bans',
  role: 'moderator',
  summary: 'Writes a ban rule: an account is banned from all protected rooms, a server is blocked by their server ACL.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    reason: text(),
  },
  options: { for: forTime, yes },
  examples: [
    'ban @spammer:evil.example spam',
    'ban @rude:evil.example rude --for 7d',
    'ban evil.example spam',
    'ban case 12',
    'ban user @spam*:evil.example spam --yes',
  ],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets.map((target) => asSpelled(target, services)),
      reason: args.reason,
      recommendation: 'm.ban',
      ...(until === undefined ? {} : { until }),
    };
    const question = await questionOf(services, invocation, wish, options.yes === true, banTexts.ban);
    if (question !== undefined) return question;
    return writeAndAnswer(services, invocation, wish, banTexts.banRule);
  },
});

const takedown = command({
  name: 'takedown',
  group: 'Bans',
  role: 'moderator',
  summary:
    'Writes a takedown rule: a ban, and by the settings redaction, suspended accounts, quarantined media, ' +
    'blocked rooms.',
  args: {
    who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }),
    reason: text(),
  },
  options: { for: forTime, yes },
  examples: ['takedown @spammer:evil.example spam', 'takedown case 12 spam'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets.map((target) => asSpelled(target, services)),
      reason: args.reason,
      recommendation: 'm.takedown',
      ...(until === undefined ? {} : { until }),
    };
    const gone = wish.targets.filter((target) => deactivates(services, target));
    const extra: Block[] = wish.targets.map((target) => ({
      line: banTexts.takedownWould(target.entity, whatATakedownDoes(services, target)),
    }));
    if (gone.length > 0) extra.push({ line: [banTexts.deactivationIsFinal] });
    const asks = gone.length > 0 && options.yes !== true && invocation.confirmed === undefined;
    const question = await questionOf(services, invocation, wish, options.yes === true, banTexts.takeDown, extra);
    if (question !== undefined) return question;
    if (asks) return { ask: { blocks: [...extra, howToAnswer()] } };
    return writeAndAnswer(services, invocation, wish, banTexts.takedownRule, (target) => [
      banTexts.takedownWill(whatATakedownDoes(services, target)),
    ]);
  },
});

/** What the settings do for a takedown of this target, in words. */
function whatATakedownDoes(services: Services, target: Entity): string[] {
  const {
    redact,
    withdraw_invites: withdraw,
    local_accounts: accounts,
    quarantine_media: media,
    block_rooms: block,
  } = services.config.takedown;
  if (target.kind === 'server') return [banTexts.blockServer];
  if (target.kind === 'room') return [block && !target.isGlob ? banTexts.blockRoom : banTexts.keepRoomRule];
  const local = mayBeLocal(services, target);
  return [
    banTexts.banFromRooms,
    ...(redact ? [banTexts.redactAll] : []),
    ...(withdraw ? [banTexts.withdrawInvites] : []),
    ...(local && accounts === 'suspend' ? [banTexts.suspendAccount] : []),
    ...(local && accounts === 'deactivate' ? [banTexts.deactivateAccount] : []),
    ...(local && media ? [banTexts.quarantineMedia] : []),
  ];
}

function deactivates(services: Services, target: Entity): boolean {
  return (
    services.config.takedown.local_accounts === 'deactivate' && target.kind === 'user' && mayBeLocal(services, target)
  );
}

function mayBeLocal({ homeserver }: Services, { entity, isGlob: glob }: Entity): boolean {
  return glob || serverNameOf(entity) === homeserver.serverName;
}

const allow = command({
  name: 'allow',
  aliases: ['ignore', 'add-unban'],
  group: 'Bans',
  role: 'moderator',
  summary:
    'Writes an allow rule: what it names is exempt from the ban rules, and bans that only rules required are lifted.',
  args: { who: targets('[LIST] [user|room|server] TARGET… [LIST]', { globs: true, list: true }), reason: text() },
  options: { for: forTime, yes },
  examples: ['allow @friend:good.example known here', 'allow good.example --for 30d'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const wish: Wish = {
      listRoomId: args.who.listRoomId,
      targets: args.who.targets.map((target) => asSpelled(target, services)),
      reason: args.reason,
      recommendation: ALLOW,
      ...(until === undefined ? {} : { until }),
    };
    const question = await questionOf(services, invocation, wish, options.yes === true, banTexts.exempt);
    if (question !== undefined) return question;
    const { listRoomId, written } = await write(services, invocation, wish);
    return answerLines(wish, written, (target) =>
      banTexts.allowed(target.entity, listName(services, listRoomId), endWords(wish)),
    );
  },
});

const defaultCommand = command({
  name: 'default',
  group: 'Bans',
  role: 'admin',
  summary: 'Shows or sets the list that ban and takedown write to when none is named.',
  args: { list: list('[LIST]'), rest: text('', 'text') },
  options: {},
  examples: ['default'],
  async run(services, { args }) {
    const { default_list: chosen, policy_list_room: own } = services.settings.get();
    if (args.rest !== '')
      throw new HeimdallError('HEIMDALL_E_NO_LIST', banTexts.noList(visible(args.rest)), banTexts.noListRemedy);
    if (args.list === undefined) {
      const current = chosen !== null && isWatched(chosen, services) ? chosen : own;
      return [
        {
          line: current === null ? [banTexts.defaultIsOwn] : banTexts.defaultIs(listName(services, current)),
        },
      ];
    }
    const roomId = args.list;
    await services.settings.update((draft) => void (draft.default_list = roomId));
    return [{ line: banTexts.defaultSet(listName(services, roomId)) }];
  },
});

export const banCommands: readonly Command[] = [ban, takedown, allow, defaultCommand];
