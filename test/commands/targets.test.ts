import { describe, expect, it } from '@jest/globals';
import { BOT, LIST, policyOf, room } from '../enforcement/fixtures.js';
import { askedOf, type AskedOptions } from './services.js';

const BAD = '@bad:evil.example';
const TWO = '!two:example.org';
const link = (id: string) => `https://matrix.to/#/${encodeURIComponent(id)}`;
const pill = (id: string, name: string) => `<a href="https://matrix.to/#/${id}">${name}</a>`;

/** What a message has come to: rules that were written, or why none was. */
async function outcome(content: Record<string, unknown> | string, options: AskedOptions = {}): Promise<unknown> {
  const asked = askedOf(options);
  const message = typeof content === 'string' ? { body: `!heimdall ${content}` } : content;
  try {
    const answers = await asked.send({ msgtype: 'm.text', ...message });
    if (answers.some((answer) => typeof answer !== 'string')) return 'question';
  } catch (error) {
    expect(asked.actions).toEqual([]);
    return (error as Error).message;
  }
  return asked.actions.map(({ payload }) => {
    const { kind, entity, reason, hashed, listRoomId } = payload as Record<string, unknown>;
    return [
      kind,
      entity,
      reason,
      ...(hashed === true ? ['hashed'] : []),
      ...(listRoomId === LIST ? ['in Spam'] : []),
    ].join(' | ');
  });
}
const html = (body: string, formatted: string, more: Record<string, unknown> = {}) => ({
  body,
  format: 'org.matrix.custom.html',
  formatted_body: formatted,
  ...more,
});
const NO_REASON = `user | ${BAD} | no reason given`;
const SPAM = `user | ${BAD} | spamming`;

describe('a pill', () => {
  it.each([
    ['matrix.org'],
    ['Bad Guy'],
    ['server'],
    ['ban'],
    ['*'],
    ['Spam'],
    ['--yes'],
    ['“quoted”'],
    ['*stars* and _lines_'],
    ['two\nlines'],
    ['!heimdall ban @innocent:good.example'],
    ['Innocent @innocent:good.example'],
    [''],
  ])('shows %j and means the account behind it', async (name) => {
    const seen = name.replace(/\*(\w+)\*/g, '<em>$1</em>').replace(/_(\w+)_/g, '<em>$1</em>');
    const content = html(`!heimdall ban ${name} spamming`, `!heimdall ban ${pill(BAD, seen)} spamming`, {
      'm.mentions': { user_ids: [BAD] },
    });
    const result = await outcome(content);
    expect(result).toEqual([SPAM]);
  });

  it.each([
    '@innocent:good.example',
    '@innocent:good.example:',
    '\u2068@innocent:good.example\u2069',
    '#room:good.example',
  ])('that shows %j, which is an identifier of somebody else, is refused', async (name) => {
    expect(await outcome(html(`!heimdall ban ${name} spamming`, `!heimdall ban ${pill(BAD, name)} spamming`))).toMatch(
      /The text says .*good.example, but the link leads to @bad:evil.example/,
    );
  });

  it('stands in the body as Element X, old Element Android, nheko and FluffyChat write it', async () => {
    for (const body of [
      `!heimdall ban [Bad Guy](${link(BAD)}) spamming`,
      `!heimdall ban [${BAD}](https://matrix.to/#/${BAD}) spamming`,
      `!heimdall ban [Bad \\[x\\]](https://matrix.to/#/${BAD}) spamming`,
      `!heimdall ban "Bad Guy" (https://matrix.to/#/${BAD}) spamming`,
      `!heimdall ban <https://matrix.to/#/${BAD}> spamming`,
      `!heimdall ban https://matrix.to/#/${BAD} spamming`,
      `!heimdall ban https://matrix.to/#/${BAD}, spamming`,
      `!heimdall ban (https://matrix.to/#/${BAD}) spamming`,
      `!heimdall ban http://matrix.to/#/${BAD} spamming`,
      `!heimdall ban ${link(BAD)}?via=evil.example spamming`,
      `!heimdall ban matrix:u/bad:evil.example spamming`,
      `!heimdall ban matrix:u/bad:evil.example?action=chat spamming`,
      `!heimdall ban https://app.element.io/#/user/${BAD} spamming`,
      `!heimdall ban \u2068${BAD}\u2069 spamming`,
      `!heimdall ban \`${BAD}\` spamming`,
      `!heimdall ban “${BAD}” spamming`,
      `!heimdall ban „${BAD}“ spamming`,
      `!heimdall ban '${BAD}' spamming`,
      `!heimdall ban ‘${BAD}’, spamming`,
      `!heimdall ban <${BAD}> spamming`,
      `!heimdall ban (${BAD}) spamming`,
      `!heimdall ban ${BAD}, spamming`,
      `!heimdall ban ${BAD}; spamming`,
      `!heimdall ban ${BAD}. spamming`,
      `!heimdall ban ${BAD}: spamming`,
      `!heimdall ban ${BAD}! spamming`,
      `!heimdall ban ${BAD}? spamming`,
      `!heimdall ban\u00a0${BAD}\u00a0spamming`,
      `!heimdall ban user ${BAD} spamming`,
      `!heimdall Ban USER ${BAD} spamming`,
      `Heimdall: ban ${BAD} spamming`,
    ])
      expect([body, await outcome({ body })]).toEqual([body, [SPAM]]);
    for (const [body, formatted] of [
      [`!heimdall ban [Bad Guy](${link(BAD)}) spamming`, `!heimdall ban ${pill(BAD, 'Bad Guy')} spamming`],
      [`!heimdall ban @[Bad Guy] spamming`, `!heimdall ban ${pill(BAD, '@Bad Guy')} spamming`],
      [`!heimdall ban ${BAD} spamming`, `!heimdall ban ${pill(BAD, 'Bad Guy')} spamming`],
      [
        `!heimdall ban [a](https://matrix.to/#/@innocent:x.example)](${link(BAD)}) spamming`,
        `!heimdall ban ${pill(BAD, 'a](https://matrix.to/#/@innocent:x.example)')} spamming`,
      ],
      [
        `!heimdall ban Bad Guy spamming`,
        `<p>!heimdall ban ${pill(encodeURIComponent(BAD), 'Bad&nbsp;Guy')} <b>spamming</b></p>`,
      ],
      [`!heimdall ban Bad Guy: spamming`, `!heimdall ban ${pill(BAD, 'Bad Guy')}: spamming`],
    ] as const)
      expect([body, await outcome(html(body, formatted))]).toEqual([body, [SPAM]]);
  });

  it('that the message does not mention, or whose text and HTML differ, bans nobody', async () => {
    expect(
      await outcome({ body: `!heimdall ban [x](${link(BAD)}) spam`, 'm.mentions': { user_ids: ['@other:x.example'] } }),
    ).toContain('does not mention');
    expect(await outcome({ body: '!heimdall ban matrix.org spam', 'm.mentions': { user_ids: [BAD] } })).toContain(
      'The text says matrix.org, but the message mentions @bad:evil.example',
    );
    expect(await outcome(html('!heimdall status', `!heimdall ban ${pill(BAD, 'x')} <em>spam</em>`))).not.toEqual([
      SPAM,
    ]);
    expect(await outcome(html('!heimdall ban evil.example', `!heimdall ban ${pill(BAD, 'x')} <em>y</em>`))).toEqual([
      'server | evil.example | no reason given',
    ]);
  });
});

describe('a word that names nobody', () => {
  it.each([
    'ban the spammer spam',
    'ban Evil Person spam',
    'ban cco',
    'ban server evil',
    'ban cco evil.example spam',
    'ban cco @bad:evil.example',
    'ban @bad',
    'ban @bad:http://example.com/',
    'ban @spam:http://example.com/',
    'ban @bad:evil.example,@x:y.example',
    'ban @Half-Shot@half-shot.uk',
    'ban https://evil.example/ spam',
    'ban ::1',
    'ban e.g. him',
    'ban v1.2 spam',
    'ban !room',
    'ban #room',
    'ban ""',
    'ban `',
    'ban *',
    'ban case',
    'ban case 99',
    'ban case twelve',
    `ban @${'x'.repeat(300)}:evil.example`,
    'ban １２ spam',
    'ban 3232235777 spam',
    'ban spam_bot.py now',
    'ban user evil.example',
    'ban room evil.example',
    'ban',
    'ban spam',
    'ban --yes',
    'ban @b* --yes x:evil.org',
  ])('%s', async (words) => expect(typeof (await outcome(words))).toBe('string'));

  it('is told what it may have meant', async () => {
    const rooms = [room({ members: { '@x:evil.example': 'join' } })];
    expect(await outcome('ban evil', { rooms })).toContain('evil.example');
    expect(await outcome('ban ::1')).toContain('[::1]');
    expect(await outcome('ban cco @x:y.example')).toContain('no watched list called cco');
    expect(await outcome('ban https://evil.example/x')).toContain('evil.example');
  });
});

describe('a server', () => {
  it.each([
    ['evil.example', 'evil.example'],
    ['evil.example: spam', 'evil.example'],
    ['evil.example, spam', 'evil.example'],
    ['evil.example. spam', 'evil.example'],
    ['evil.example:8448 spam', 'evil.example:8448'],
    ['server evil.example spam', 'evil.example'],
    ['[::1] spam', '[::1]'],
    ['203.0.113.7 spam', '203.0.113.7'],
    ['２０３．０．１１３．７ spam', '203.0.113.7'],
    ['пример.example spam', 'xn--e1afmkfd.example'],
    ['“evil.example” spam', 'evil.example'],
    ['`evil.example` spam', 'evil.example'],
  ])('%s', async (words, entity) =>
    expect(await outcome(`ban ${words}`)).toEqual([
      expect.stringMatching(new RegExp(`^server \\| ${entity.replace(/[.[\]]/g, '\\$&')} \\|`)),
    ]),
  );

  it('without a dot is one only when somebody here has it', async () => {
    expect(typeof (await outcome('ban localhost'))).toBe('string');
    const rooms = [room({ members: { '@x:localhost:8448': 'join' } })];
    expect(await outcome('ban localhost', { rooms })).toEqual(['server | localhost | no reason given']);
  });
});

describe('several targets', () => {
  it.each([
    [`ban ${BAD} @two:evil.example spamming`],
    [`ban ${BAD}, @two:evil.example spamming`],
    [`ban ${BAD} and @two:evil.example: spamming`],
    [`ban [a](${link(BAD)}), [b](${link('@two:evil.example')}) spamming`],
    [`ban ${BAD}\n@two:evil.example spamming`],
    [`ban \`${BAD}\` \`@two:evil.example\` spamming`],
    [`ban ${BAD} “@two:evil.example”, spamming`],
    [`ban "A" (${link(BAD)}) "B" (${link('@two:evil.example')}) spamming`],
  ])('%s', async (words) => expect(await outcome(words)).toEqual([SPAM, 'user | @two:evil.example | spamming']));

  it('stop where the reason begins', async () => {
    expect(await outcome(`ban ${BAD} for what @two:evil.example told`)).toEqual([
      `user | ${BAD} | for what @two:evil.example told`,
    ]);
    expect(await outcome(`ban ${BAD} "@two:evil.example told me"`)).toEqual([
      `user | ${BAD} | @two:evil.example told me`,
    ]);
    expect(await outcome('ban evil.example "other.example" links')).toEqual([
      'server | evil.example | other.example links',
    ]);
    expect(await outcome(`ban ${BAD} evil.example sent it`)).toEqual([`user | ${BAD} | evil.example sent it`]);
    expect(await outcome(`ban evil.example other.example raids`)).toEqual([
      'server | evil.example | raids',
      'server | other.example | raids',
    ]);
  });

  it('of which one is broken do nothing at all', async () => {
    expect(await outcome(`ban ${BAD} [x](${link('@two:http://x')}) spam`)).toContain('not a valid');
  });
});

describe('a list', () => {
  it.each([
    `ban spam ${BAD} spamming`,
    `ban ${BAD} spam spamming`,
    `ban SPAM user ${BAD} spamming`,
    `ban ${BAD} Spam: spamming`,
    `ban ${LIST} ${BAD} spamming`,
    `ban #list:example.org ${BAD} spamming`,
    `ban ${BAD} #list:example.org spamming`,
    `ban ${link('#list:example.org')} ${BAD} spamming`,
  ])('%s', async (words) =>
    expect(await outcome(words, { aliases: { '#list:example.org': LIST } })).toEqual([`${SPAM} | in Spam`]),
  );

  it('that is watched is never a target', async () => {
    const aliases = { '#list:example.org': LIST };
    for (const words of ['ban #list:example.org', `ban room ${LIST} spam`, 'takedown #list:example.org'])
      expect(await outcome(words, { aliases })).toContain('a list that I am watching');
  });

  it('of two with one shortcode ours counts, else neither', async () => {
    expect(await outcome(`ban spam ${BAD}`, { shortcodes: { [LIST]: 'spam', [TWO]: 'Spam' } })).toContain(
      '2 watched lists are called spam',
    );
    const ours = { [TWO]: 'spam', '!own:example.org': 'Spam' };
    expect(await outcome(`ban spam ${BAD}`, { shortcodes: ours })).toEqual([NO_REASON]);
  });

  it.each([BAD, 'evil.example', 'user', 'server', 'case', 'true', 'ban', 'help', '12', '*'])(
    'whose shortcode is %j captures nothing',
    async (code) => {
      const shortcodes = { [LIST]: code };
      expect(await outcome(`ban ${BAD} spamming`, { shortcodes })).toEqual([SPAM]);
      expect(await outcome('ban evil.example x', { shortcodes })).toEqual(['server | evil.example | x']);
      expect(await outcome(`ban user ${BAD} spamming`, { shortcodes })).toEqual([SPAM]);
    },
  );
});

describe('a case as a target', () => {
  const cases = [
    { id: 12, subject: BAD, subjectKind: 'user' as const, noticeEventId: '$notice' },
    { id: 13, subject: '@b* --yes x:evil.org', subjectKind: 'user' as const },
    { id: 14, subject: 'evil.example', subjectKind: 'server' as const },
    { id: 15, subject: '$event', subjectKind: 'event' as const },
  ];
  it.each([
    ['ban case 12 spamming', [SPAM]],
    ['ban Case #12: spamming', [SPAM]],
    ['ban case 12', [NO_REASON]],
    [`ban case ${BAD} spamming`, [SPAM]],
    ['ban Fall 12 spamming', [SPAM]],
    ['ban case 12 case 14 x', [`user | ${BAD} | x`]],
    ['ban case 13', ['user | @b* --yes x:evil.org | no reason given | hashed']],
    ['ban case 14', ['server | evil.example | no reason given']],
  ])('%s', async (words, expected) => {
    const result = await outcome(words, { cases });
    expect((result as string[])[0]).toEqual(expected[0]);
  });

  it('or that the command replies to', async () => {
    const reply = (to: string) => ({
      body: '!heimdall ban spamming',
      'm.relates_to': { 'm.in_reply_to': { event_id: to } },
    });
    expect(await outcome(reply('$notice'), { cases })).toEqual([SPAM]);
    expect(await outcome(reply('$said'), { events: { $said: { sender: BAD } } })).toEqual([SPAM]);
    expect(typeof (await outcome(reply('$mine'), { events: { $mine: { sender: BOT } } }))).toBe('string');
    expect(
      await outcome(
        {
          body: '!heimdall ban',
          'm.relates_to': {
            rel_type: 'm.thread',
            event_id: '$notice',
            is_falling_back: true,
            'm.in_reply_to': { event_id: '$other' },
          },
        },
        { cases },
      ),
    ).toEqual([NO_REASON]);
  });

  it('about an event is none', async () => expect(await outcome('ban case 15', { cases })).toContain('event'));
});

describe('a pattern', () => {
  it.each([
    'ban @*:evil.example',
    'ban *.evil.example',
    'ban user @spam*',
    'unban @*:evil.example true',
    'takedown @spam?:evil.example',
    'kick evil.example',
  ])('%s asks first', async (words) => {
    const rooms = [room({ members: { [BAD]: 'join' } })];
    expect(await outcome(words, { rooms, policy: policyOf() })).toBe('question');
    for (const skip of ['--yes', '--force', '—yes', '–FORCE', '--confirm'])
      expect(await outcome(`${words} ${skip}`, { rooms })).not.toBe('question');
  });

  it('kicks after its yes only those whom the question named', async () => {
    const rooms = [room({ members: { [BAD]: 'join', '@late:evil.example': 'join' } })];
    const asked = askedOf({ rooms, end: () => ({ result: { effect: 'kicked' } }) });
    await asked.say('kick @*:evil.example', { bound: [BAD] });
    expect(asked.actions.map(({ payload }) => (payload as { userId: string }).userId)).toEqual([BAD]);
  });
});

describe('rooms in commands', () => {
  it('are joined through the server of their alias: an id from room version 12 on names none', async () => {
    const given: unknown[] = [];
    const id = '!abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
    const note = (...args: unknown[]) => Promise.reject(new Error(JSON.stringify(given.push(args))));
    const asked = askedOf({
      aliases: { '#far:far.example:8448': id },
      more: { protection: { protect: note, lists: { watch: note, preview: note } } },
    });
    for (const words of ['rooms add', 'watch', 'preview'])
      await asked.say(`${words} #far:far.example:8448`).catch(() => undefined);
    const via = ['far.example:8448'];
    expect(given).toEqual([
      [id, via],
      [id, expect.objectContaining({ via, alias: '#far:far.example:8448' })],
      [id, via],
    ]);
  });

  it('keep the servers that a link names', async () => {
    const given: unknown[] = [];
    const more = { protection: { protect: (...args: unknown[]) => Promise.resolve(given.push(args)) } };
    const id = '!abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
    for (const said of [
      `https://matrix.to/#/${id}?via=a.example&via=b.example`,
      `matrix:roomid/${id.slice(1)}?via=a.example&via=b.example`,
    ])
      await askedOf({
        more: { ...more, ledger: { commit: () => Promise.resolve(), caseByNotice: () => Promise.resolve(undefined) } },
      }).say(`rooms add ${said}`);
    expect(given).toEqual([
      [id, ['a.example', 'b.example']],
      [id, ['a.example', 'b.example']],
    ]);
  });
});

describe('an identifier that is longer than one can be', () => {
  const long = `@${'a'.repeat(260)}:evil.example`;
  const wide = `@${'я'.repeat(130)}:evil.example`;
  it.each([
    ['an ID', `ban ${long} spam`],
    ['an ID of letters of two bytes', `ban ${wide} spam`],
    ['a link', `ban ${link(long)} spam`],
    ['an alias', `takedown #${'r'.repeat(260)}:evil.example spam`],
    ['a pill', html(`!heimdall ban Long spam`, `!heimdall ban ${pill(long, 'Long')} spam`)],
  ])('given as %s is refused in words, and nothing is written', async (_how, content) => {
    expect(await outcome(content)).toMatch(
      /is (?:longer than an identifier can be \(255 bytes\)|not a valid identifier)\.$/,
    );
  });
});
