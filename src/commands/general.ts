import { disguiseBlocks, explainVerdict, idWithDisguise } from '../notify/disguise.js';
import { evidenceWords } from '../notify/evidence-words.js';
import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import type { AdminRights } from '../matrix/types.js';
import { characterNames } from '../util/character-names.js';
import { choice, targets, text } from './args/index.js';
import { federation } from './protections/federation.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';
import { encodePart } from '../util/encode.js';
import { botTexts } from './texts/bot.js';

const status = command({
  name: 'status',
  group: 'General',
  role: 'viewer',
  summary: 'Shows how Heimdall is doing.',
  args: { about: choice('[federation]', ['federation']) },
  options: {},
  examples: ['status', 'status federation'],
  async run(services, { args }) {
    if (args.about === 'federation') return federation(services);
    const { settings, protection, ledger, config } = services;
    const open = await ledger.countCases(['open', 'triaged', 'appealed']);
    const due = await ledger.countDueActions();
    const rights = await services.homeserver.adminRights().catch(() => 'none' as const);
    const rules = [...services.lists.policy.rules()].length;
    const lines: Inline[][] = [
      [botTexts.status(services.version, duration(services.clock() - services.startedAt), config.dry_run)],
      [botTexts.protects(config.protected_identities.map((identity) => identity.user_id))],
      [botTexts.inForce(protection.roomIds.length, settings.get().watched_lists.length, rules)],
      [botTexts.waiting(open, due)],
      [rightsWords(rights, services.homeserver.botUserId)],
      ...[services.rulesProblem()].flatMap((problem): Inline[][] =>
        problem === undefined ? [] : [[botTexts.rulesNotInForce(visible(problem.message))]],
      ),
      ...[protection.lists.ownTrouble()].flatMap((trouble): Inline[][] =>
        trouble === undefined || config.dry_run ? [] : [[trouble]],
      ),
      ...(protection.skipped.size === 0 ? [] : [botTexts.rulesSkipped(protection.skipped.size)]),
      ...[...protection.failures].map(([roomId, reason]): Inline[] => botTexts.cannotRead(roomId, reason)),
    ];
    return [{ list: lines }];
  },
});

const check = command({
  name: 'check',
  group: 'General',
  role: 'viewer',
  summary: 'Shows whether an account looks like the official one, and why.',
  args: { who: targets('USER', { kinds: ['user'], single: true }), name: text('[DISPLAY NAME]', 'text') },
  options: {},
  examples: ['check @someone:good.example', 'check @someone:good.example Their Display Name'],
  async run(services, { args }) {
    const userId = args.who.targets[0]?.entity ?? '';
    const displayName = args.name !== '' ? args.name : await displayNameOf(services, userId);
    const sighting = { userId, displayName };
    const verdict = services.detector().inspect(sighting);
    const who: Inline[] = [...idWithDisguise(userId), displayName === null ? '' : ` (${visible(displayName)})`];
    if (verdict.verdict === 'official') return [{ line: botTexts.official(who) }];
    if (verdict.verdict === 'none') return [{ line: botTexts.notOfficial(who) }];
    const exempt = services.exempt(userId);
    return [
      {
        line: botTexts.imitates(who, verdict.verdict, verdict.protected ?? ''),
      },
      { list: verdict.evidence.map((item) => [evidenceWords(item.sentence)]) },
      ...disguiseBlocks(
        explainVerdict(sighting, verdict, services.config.protected_identities, await characterNames()),
      ),
      ...(exempt === undefined ? [] : [{ line: [botTexts.exempt(visible(exempt))] }]),
    ];
  },
});

function rightsWords(rights: AdminRights, botUserId: string): string {
  if (rights === 'no_api') return botTexts.noAdminApi;
  return rights === 'admin' ? botTexts.isAdmin : botTexts.notAdmin(botUserId);
}

/** The display name from the homeserver; null if there is none. */
async function displayNameOf(services: Services, userId: string): Promise<string | null> {
  try {
    const profile = await services.homeserver.request<{ displayname?: unknown }>(
      'GET',
      `/_matrix/client/v3/profile/${encodePart(userId)}`,
      { timeoutMs: 5000 },
    );
    return typeof profile.displayname === 'string' ? profile.displayname : null;
  } catch {
    // No profile, or its server does not answer: only the id is judged.
    return null;
  }
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return botTexts.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : botTexts.days(Math.floor(hours / 24));
}

export const generalCommands: readonly Command[] = [status, check];
