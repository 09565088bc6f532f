import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { NewAction } from '../store/records/actions.js';
import { howToAnswer } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { protectedRooms, targets, text, yes } from './args/index.js';
import type { Entity } from './args/entity.js';
import { type PeopleHit, blastRadius, peopleHit } from './effects.js';
import { answerWithOutcome } from './outcome.js';
import { type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { peopleTexts } from './texts/people.js';

const EXCEPTIONS_SHOWN = 10;

const kick = command({
  name: 'kick',
  group: 'People',
  role: 'moderator',
  summary:
    'Kicks somebody from one protected room or all, without a ban. A pattern or a server means everybody it matches.',
  args: {
    who: targets('USER|SERVER…', { kinds: ['user', 'server'], globs: true }),
    rooms: protectedRooms(),
    reason: text(),
  },
  options: { yes },
  examples: ['kick @loud:good.example too loud', 'kick @*:evil.example --yes', 'kick evil.example'],
  async run(services, { args, options, invocation }) {
    const { targets: whom } = args.who;
    const wide = whom.filter((target) => target.isGlob || target.kind === 'server');
    const hits = whom.map((target) => peopleHit(services, target, args.rooms.rooms));
    const allowed = boundPeople(invocation);
    const asks = wide.length > 0 && options.yes !== true && invocation.confirmed === undefined;
    if (asks) {
      const people = new Set(hits.flatMap((hit) => [...hit.people.keys()]));
      if (people.size === 0)
        return exceptions(hits, peopleTexts.notKicked).concat({ line: [peopleTexts.nobodyMatches] });
      const blocks = wide.flatMap((target): Block[] => [
        { line: peopleTexts.askKick(target.entity) },
        ...blastRadius(services, peopleHit(services, target, args.rooms.rooms)),
      ]);
      return { ask: { blocks: [...blocks, howToAnswer()], bound: [...people] } };
    }
    const actions = hits.flatMap((hit) => kicks(services, invocation, hit, args.reason, allowed));
    const blocks: Block[] = [];
    if (actions.length > 0)
      blocks.push(...(await answerWithOutcome(services, invocation, 'kick', namesOf(whom), actions)));
    blocks.push(...exceptions(hits, wide.length > 0 ? peopleTexts.notKicked : peopleTexts.notDone));
    if (blocks.length > 0) return blocks;
    return [
      {
        line: [
          ...enumerated(whom.map(({ entity }) => ({ code: entity }))),
          args.rooms.named ? peopleTexts.notInRoom : peopleTexts.inNoProtectedRoom,
        ],
      },
    ];
  },
});

/** The people named in a question: only they are affected after a yes, even if more match by then. */
export function boundPeople({ confirmed }: Invocation): ReadonlySet<string> | undefined {
  const bound = confirmed?.bound;
  return Array.isArray(bound) ? new Set(bound.filter((one): one is string => typeof one === 'string')) : undefined;
}

export function namesOf(whom: readonly Entity[]): string {
  const [first] = whom;
  return whom.length === 1 && first !== undefined ? first.entity : peopleTexts.accounts(whom.length);
}

function kicks(
  services: Services,
  invocation: Invocation,
  { people }: PeopleHit,
  reason: string,
  allowed: ReadonlySet<string> | undefined,
): NewAction[] {
  return [...people].flatMap(([userId, rooms]) =>
    allowed?.has(userId) === false
      ? []
      : rooms.map((roomId) => ({
          kind: 'kick',
          lane: roomId,
          key: `command:${invocation.key}:${roomId}:${userId}`,
          payload: { roomId, userId, ...(reason === '' ? {} : { reason }) },
        })),
  );
}

export function exceptions(hits: readonly PeopleHit[], title = peopleTexts.notDoneFor): Block[] {
  const staying = new Map(hits.flatMap((hit) => [...hit.staying]));
  if (staying.size === 0) return [];
  return [{ line: [title] }, { list: [...staying].slice(0, EXCEPTIONS_SHOWN).map(([, why]) => [visible(why, 400)]) }];
}

export const peopleCommands: readonly Command[] = [kick];
