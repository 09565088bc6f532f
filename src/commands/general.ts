import { disguiseBlocks, explainVerdict, idWithDisguise } from '../notify/disguise.js';
import { visible } from '../detection/index.js';
import type { Inline } from '../matrix/message.js';
import { characterNames } from '../util/character-names.js';
import { counted } from '../util/counted.js';
import { choice, targets, text } from './args/index.js';
import { federation } from './protections/federation.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';
import { encodePart } from '../util/encode.js';

const status = command({
  name: 'status',
  group: 'General',
  role: 'viewer',
  summary: 'Says how Heimdall is doing.',
  args: { about: choice('[federation]', ['federation']) },
  options: {},
  examples: ['status', 'status federation'],
  async run(services, { args }) {
    if (args.about === 'federation') return federation(services);
    const { settings, protection, ledger, config } = services;
    const open = await ledger.countCases(['open', 'triaged', 'appealed']);
    const due = await ledger.countDueActions();
    const admin = await services.homeserver.isAdmin().catch(() => false);
    const rules = [...services.lists.policy.rules()].length;
    const lines: Inline[][] = [
      [
        `Heimdall ${services.version}, running for ${duration(services.clock() - services.startedAt)}${config.dry_run ? ', DRY RUN: nothing is changed' : ''}`,
      ],
      [`Defends ${config.protected_identities.map((identity) => identity.user_id).join(', ') || 'nobody yet'}`],
      [
        `${counted(protection.roomIds.length, 'protected room')}, ${counted(settings.get().watched_lists.length, 'watched list')}, ${counted(rules, 'rule')} in force`,
      ],
      [`${counted(open, 'open case')}, ${counted(due, 'action')} waiting`],
      [
        admin
          ? 'I am a server admin.'
          : `I am not a server admin: accounts that are in no room, and members of rooms joined from afar, stay unseen. Make ${services.homeserver.botUserId} a server admin to change that.`,
      ],
      ...[services.rulesProblem()].flatMap((problem): Inline[][] =>
        problem === undefined
          ? []
          : [[`The changed rules are not in force, the last good ones are: ${visible(problem.message)}`]],
      ),
      ...[protection.ownListTrouble()].flatMap((trouble): Inline[][] =>
        trouble === undefined || config.dry_run ? [] : [[trouble]],
      ),
      ...(protection.skipped.size === 0
        ? []
        : [
            [
              `${protection.skipped.size} of the rules are not followed, because they would hit us: `,
              { code: '!heimdall rules' },
              ' says which.',
            ],
          ]),
      ...[...protection.failures].map(([roomId, reason]): Inline[] => [
        'Cannot be read: ',
        { code: roomId },
        ` – ${reason}`,
      ]),
    ];
    return [{ list: lines }];
  },
});

const check = command({
  name: 'check',
  group: 'General',
  role: 'viewer',
  summary: 'Says whether an account looks like the official one, and why.',
  args: { who: targets('USER', { kinds: ['user'], single: true }), name: text('[DISPLAY NAME]', 'text') },
  options: {},
  examples: ['check @someone:good.example', 'check @someone:good.example Their Display Name'],
  async run(services, { args }) {
    const userId = args.who.targets[0]?.entity ?? '';
    const displayName = args.name !== '' ? args.name : await displayNameOf(services, userId);
    const sighting = { userId, displayName };
    const verdict = services.detector().inspect(sighting);
    const who: Inline[] = [...idWithDisguise(userId), displayName === null ? '' : ` (${visible(displayName)})`];
    if (verdict.verdict === 'official') return [{ line: [...who, ' IS official.'] }];
    if (verdict.verdict === 'none') return [{ line: [...who, ' is not official, and does not look like it.'] }];
    const exempt = services.exempt(userId);
    return [
      {
        line: [
          ...who,
          ` is not official. It is ${verdict.verdict} that it imitates `,
          { code: verdict.protected ?? '' },
          '.',
        ],
      },
      { list: verdict.evidence.map((item) => [item.sentence]) },
      ...disguiseBlocks(
        explainVerdict(sighting, verdict, services.config.protected_identities, await characterNames()),
      ),
      ...(exempt === undefined ? [] : [{ line: [`Exempt: ${visible(exempt)}. No response acts on it.`] }]),
    ];
  },
});

/** The profile's name as the homeserver gives it; null when it gives none. */
async function displayNameOf(services: Services, userId: string): Promise<string | null> {
  try {
    const profile = await services.homeserver.request<{ displayname?: unknown }>(
      'GET',
      `/_matrix/client/v3/profile/${encodePart(userId)}`,
      { timeoutMs: 5000 },
    );
    return typeof profile.displayname === 'string' ? profile.displayname : null;
  } catch {
    // No profile, or its server does not answer: the id alone is judged then.
    return null;
  }
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

export const generalCommands: readonly Command[] = [status, check];
