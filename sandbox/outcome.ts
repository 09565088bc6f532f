import {
  bansInLobby,
  headNotices,
  keptReports,
  mailsAbout,
  managementTimeline,
  names,
  standingRules,
} from './evidence.js';
import type { Act } from './scenes/index.js';
import { RequestError } from './synapse/person.js';
import { sleep } from './wait.js';
import type { World } from './world.js';

/** The contract's promise: case, mail, rule and bans stand within 20 s of the event. */
const PROMISED_MS = 20_000;

/** One thing that Heimdall should bring about, and when it was seen from outside. */
export interface Effect {
  kind: 'rule' | 'ban' | 'report' | 'notice' | 'mail';
  /** one line for a person */
  told: string;
  /** ms after the impostor's deed; undefined: not seen in time */
  after: number | undefined;
}

export interface Outcome {
  act: Act;
  userId: string;
  effects: Effect[];
  caught: boolean;
  /** ms until the last effect stood */
  took: number;
}

type Look = (world: World, userId: string) => Promise<string | undefined>;

const LOOKS: Record<Effect['kind'], { missing: string; look: Look }> = {
  rule: {
    missing: 'no rule in a policy list',
    look: async (world, userId) => {
      const rule = (await standingRules(world)).find(
        ({ entity, recommendation }) => entity === userId && recommendation === 'm.ban',
      );
      return (
        rule &&
        `rule in Heimdall's policy list: ${rule.recommendation}${rule.reason === '' ? '' : `, "${rule.reason}"`}`
      );
    },
  },
  ban: {
    missing: 'not banned from the lobby',
    look: async (world, userId) =>
      (await bansInLobby(world)).some((event) => event.state_key === userId && event.sender === world.botUserId)
        ? 'banned from the lobby'
        : undefined,
  },
  report: {
    missing: 'no report on the homeserver',
    look: async (world, userId) => {
      const report = (await keptReports(world)).find(({ subject }) => subject === userId);
      return report && `${report.what} report to the homeserver's admins: "${report.reason}"`;
    },
  },
  notice: {
    missing: 'no notice in the management room',
    look: async (world, userId) => {
      const notice = headNotices(await managementTimeline(world), world.botUserId).find((event) =>
        names(String(event.content.body), userId),
      );
      return notice && 'notice in the management room';
    },
  },
  mail: {
    missing: 'no mail at the abuse desk',
    look: async (world, userId) => {
      const [mail] = mailsAbout(world, userId);
      return mail && `mail at ${mail.envelopeTo.join(', ')}: "${mail.parsed.subject ?? ''}"`;
    },
  },
};

/** Looks for the effects of these kinds until all are there or the time is up. */
async function watchFor(
  world: World,
  userId: string,
  kinds: readonly Effect['kind'][],
  since: number,
): Promise<Effect[]> {
  const found = new Map<Effect['kind'], Effect>();
  while (found.size < kinds.length && Date.now() - since < PROMISED_MS) {
    const looks = kinds
      .filter((kind) => !found.has(kind))
      .map(async (kind) => {
        const told = await LOOKS[kind].look(world, userId);
        if (told !== undefined) found.set(kind, { kind, told, after: Date.now() - since });
      });
    await Promise.all(looks);
    if (found.size < kinds.length) await sleep(100);
  }
  const missing = kinds
    .filter((kind) => !found.has(kind))
    .map((kind) => ({ kind, told: LOOKS[kind].missing, after: undefined }));
  return [...found.values(), ...missing];
}

/** Those who were not in the lobby try its door now: the rule that stands must throw them out at once. */
async function tryTheDoor(world: World, act: Act): Promise<Effect> {
  const start = Date.now();
  try {
    await act.impostor.join(world.lobbyAlias);
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 403) throw error;
  }
  const [effect] = await watchFor(world, act.impostor.userId, ['ban'], start);
  if (effect?.after === undefined)
    return { kind: 'ban', told: 'walked into the lobby and was not banned', after: undefined };
  return { ...effect, told: `tried the lobby's door and was banned ${(effect.after / 1000).toFixed(1)} s later` };
}

/** Reads back, from Synapse and the mailbox only, what became of an impostor. */
export async function outcomeOf(world: World, act: Act): Promise<Outcome> {
  const { userId } = act.impostor;
  // Synapse takes a report on a user of another server, answers 200 and throws it away (FACTS): nothing to read back
  // there.
  const isLocal = userId.endsWith(`:${world.asgard.serverName}`);
  const kinds: Effect['kind'][] = [
    'rule',
    'notice',
    'mail',
    ...(act.inLobby ? (['ban'] as const) : []),
    ...(isLocal ? (['report'] as const) : []),
  ];
  const effects = await watchFor(world, userId, kinds, act.at);
  const took = Math.max(...effects.map(({ after }) => after ?? PROMISED_MS));
  if (!act.inLobby) effects.push(await tryTheDoor(world, act));
  return { act, userId, effects, took, caught: effects.every(({ after }) => after !== undefined) };
}

/** What happened to people who had done nothing, or twice to those who had: one line each; empty when all is well. */
export async function harmDone(world: World, impostors: ReadonlySet<string>): Promise<string[]> {
  const harm: string[] = [];
  const [rules, bans, reports, timeline] = await Promise.all([
    standingRules(world),
    bansInLobby(world),
    keptReports(world),
    managementTimeline(world),
  ]);
  for (const { entity } of rules) if (!impostors.has(entity)) harm.push(`a policy rule against ${entity}`);
  for (const { state_key: userId = '' } of bans)
    if (!impostors.has(userId)) harm.push(`${userId} banned from the lobby`);
  for (const { subject } of reports) if (!impostors.has(subject)) harm.push(`${subject} reported`);
  const notices = headNotices(timeline, world.botUserId);
  const members = await world.moderators.freya.members(world.rooms.lobby);
  for (const { userId } of [...Object.values(world.people), ...Object.values(world.moderators)]) {
    if (members.get(userId) !== 'join') harm.push(`${userId} is no longer in the lobby`);
    // A notice about an impostor may well name its victim, or the moderator who gave a command.
    const accused = (text: string): boolean =>
      names(text, userId) && ![...impostors].some((impostor) => names(text, impostor));
    if (world.mailbox.mails.some(({ parsed }) => accused(`${parsed.subject ?? ''}\n${parsed.text ?? ''}`)))
      harm.push(`a mail about ${userId}`);
    if (notices.some((event) => accused(String(event.content.body)))) harm.push(`a notice about ${userId}`);
  }
  for (const userId of impostors) {
    const mails = mailsAbout(world, userId).length;
    if (mails > 1) harm.push(`${mails} mails about ${userId} instead of one`);
    const heads = notices.filter((event) => names(String(event.content.body), userId)).length;
    if (heads > 1) harm.push(`${heads} notices about ${userId} instead of one`);
  }
  if (world.mailbox.mails.length > impostors.size)
    harm.push(`${world.mailbox.mails.length} mails for ${impostors.size} impostors`);
  return harm;
}
