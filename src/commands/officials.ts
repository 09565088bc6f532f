import { toProtectedIdentity } from '../config/identities.js';
import { createDetector, visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { urlPath } from '../matrix/url-path.js';
import { howToAnswer } from './answers.js';
import { targets, text, yes } from './args/index.js';
import { usageError } from './args/reading.js';
import { noteOfficial } from './audit.js';
import { firstOf, oneUser } from './make.js';
import { command, type Command } from './spec.js';
import { officialTexts } from './texts/officials.js';
import type { Services } from './types.js';

/** How many rooms are searched for members' names before an account is added. */
const ROOMS_READ = 50;

const official = command({
  name: 'official',
  aliases: ['official list'],
  group: 'General',
  role: 'viewer',
  summary: 'Shows the official accounts that are protected: names, domains and known good variants.',
  args: {},
  options: {},
  examples: ['official'],
  run({ config, officials }) {
    return Promise.resolve([
      {
        list: config.protected_identities.map((identity): Inline[] => [
          { code: identity.user_id },
          identity.display_names.length === 0
            ? ''
            : `, ${identity.display_names.map((name) => visible(name)).join(', ')}`,
          identity.domains.length === 0 ? '' : officialTexts.domains(identity.domains),
          identity.variants.length === 0 ? '' : officialTexts.variants(identity.variants),
          officials.isConfigured(identity.user_id) ? '' : officialTexts.byCommand,
        ]),
      },
      { line: [officialTexts.change] },
    ]);
  },
});

const add = command({
  name: 'official add',
  group: 'General',
  role: 'admin',
  summary: 'Adds an official account, with its display name if it has one. Says first who looks like it.',
  args: { who: oneUser, name: text('[DISPLAY NAME]', 'text') },
  options: { yes },
  examples: ['official add @support:example.org Example Support', 'official add @news:example.org --yes'],
  async run(services, { args, options, invocation }) {
    const userId = firstOf(args.who);
    const name = args.name.trim().slice(0, 256);
    const names = name === '' ? [] : [name];
    const there = services.config.protected_identities.find(({ user_id }) => user_id === userId);
    if (there !== undefined && names.every((one) => there.display_names.includes(one)))
      return [{ line: officialTexts.alreadyOfficial(userId) }];
    if (options.yes !== true && invocation.confirmed === undefined)
      return { ask: { blocks: [...(await preview(services, userId, names)), howToAnswer()] } };
    await services.officials.add(userId, names);
    await noteOfficial(services, invocation.sender, 'official.added', userId);
    return [{ line: officialTexts.added(userId) }];
  },
});

/** The people who would count as impostors of a new official account. */
async function preview(services: Services, userId: string, names: readonly string[]): Promise<Block[]> {
  const identity = toProtectedIdentity(services.officials.identityOf(userId, names));
  const detector = createDetector([identity], services.rules());
  const alike = new Set<string>();
  for (const { roomId } of [...services.protectedRooms.all()].slice(0, ROOMS_READ)) {
    const { joined = {} } = await services.homeserver
      .request<{ joined?: Record<string, { display_name?: unknown }> }>(
        'GET',
        urlPath`/_matrix/client/v3/rooms/${roomId}/joined_members`,
      )
      .catch(() => ({ joined: {} as Record<string, { display_name?: unknown }> }));
    for (const [id, { display_name: shown }] of Object.entries(joined)) {
      const displayName = typeof shown === 'string' ? shown : null;
      if (['likely', 'certain'].includes(detector.inspect({ userId: id, displayName }).verdict)) alike.add(id);
    }
  }
  return [
    {
      line: officialTexts.askAdd(
        userId,
        names.map((name) => visible(name)),
      ),
    },
    { line: alike.size === 0 ? [officialTexts.nobodyAlike] : officialTexts.alike([...alike]) },
  ];
}

const variant = command({
  name: 'official variant',
  aliases: ['official variant add'],
  group: 'General',
  role: 'admin',
  summary: 'Adds another known good ID of an official account: it is never accused.',
  args: { who: targets('USER', { kinds: ['user'], single: true }), of: text('[OFFICIAL USER]', 'user') },
  options: {},
  examples: ['official variant @support:example.com @support:example.org'],
  async run(services, { args, invocation }) {
    const other = firstOf(args.who);
    const named = args.of.replace(/^(?:of|von|for)\s+/i, '').replace(/[,;.!?)]+$/, '');
    const all = services.config.protected_identities;
    const of = named === '' && all.length === 1 ? all[0]?.user_id : named;
    if (of === undefined || of === '') throw usageError(officialTexts.whichOfficial, officialTexts.whichOfficialRemedy);
    if (!all.some(({ user_id }) => user_id === of))
      throw usageError(officialTexts.notOfficial(visible(of)), officialTexts.officialList);
    if (all.some(({ user_id, variants }) => user_id === other || variants.includes(other)))
      return [{ line: officialTexts.alreadyOfficial(other) }];
    await services.officials.addVariant(of, other);
    await noteOfficial(services, invocation.sender, 'official.variant_added', other);
    return [{ line: officialTexts.variantAdded(other, of) }];
  },
});

const remove = command({
  name: 'official remove',
  aliases: ['official variant remove'],
  group: 'General',
  role: 'admin',
  summary: 'Removes what official add or official variant added.',
  args: { who: oneUser },
  options: {},
  examples: ['official remove @support:example.com'],
  async run(services, { args, invocation }) {
    const userId = firstOf(args.who);
    const removed = await services.officials.remove(userId);
    if (!removed)
      return [
        {
          line: services.officials.isConfigured(userId)
            ? officialTexts.configured(userId)
            : officialTexts.notAdded(userId),
        },
      ];
    await noteOfficial(services, invocation.sender, 'official.removed', userId);
    return [{ line: officialTexts.removed(userId) }];
  },
});

export const officialCommands: readonly Command[] = [official, add, variant, remove];
