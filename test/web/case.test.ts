import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { caseOf, isOffered, noteCommand, reasonsFor, withReason } from '../../src/web/pages/desk-commands.js';
import { form, MODERATOR, setting, type Setting } from './setting.js';

const NAME = 'Example (Official Account)';
const OTHER = '@tyr:example.org';

let site: Setting;
let cookie: string;
let csrf: string;
beforeEach(async () => {
  const square = { create: { width: 64, height: 64, channels: 3 as const, background: '#123456' } };
  const stripe = { input: { ...square, create: { ...square.create, height: 8, background: '#ffffff' } }.create };
  const picture = await sharp(square)
    .composite([{ input: await sharp({ create: stripe.input }).png().toBuffer(), top: 20, left: 0 }])
    .png()
    .toBuffer();
  site = await setting({
    picture,
    lists: [
      {
        roomId: '!own:example.org',
        shortcode: 'Spam',
        rules: [{ entity: '@a:evil.test', action: 'ban', kind: 'user' }],
      },
    ],
    rooms: [
      {
        roomId: '!lobby:x',
        name: 'Lobby',
        canonicalAlias: null,
        members: new Map([['@a:evil.test', { membership: 'join' }]]),
      },
      {
        roomId: '!hall:x',
        name: 'Hall',
        canonicalAlias: null,
        members: new Map([['@a:evil.test', { membership: 'ban' }]]),
      },
    ],
  });
  site.moderators.add(OTHER);
  cookie = await site.signIn();
  csrf = await site.csrf(cookie);
});
afterEach(() => site.close());

const page = async (path: string, as = cookie): Promise<string> =>
  (await fetch(site.url + path, { headers: { cookie: as } })).text();
const post = async (path: string, fields: Record<string, string>): Promise<{ status: number; text: string }> => {
  const request = form({ csrf, ...fields });
  const response = await fetch(site.url + path, {
    ...request,
    redirect: 'manual',
    headers: { ...request.headers, cookie },
  });
  return { status: response.status, text: await response.text() };
};
/** A verdict about an account with a picture. */
const seen = async (userId: string, displayName: string, avatarUrl: string, key = `k:${userId}${displayName}`) =>
  site.finding(userId, displayName, {
    key,
    data: {
      sighting: { userId, displayName, avatarUrl },
      verdict: {
        verdict: 'certain',
        score: 6,
        protected: '@server:example.org',
        evidence: [
          {
            field: 'display_name',
            protected: 'x',
            disguise: 'same_name',
            view: 'raw',
            weight: 6,
            sentence: 'The same.',
          },
        ],
      },
      where: { source: 'rename', roomId: '!lobby:x', at: Date.UTC(2026, 10, 29, 12) + displayName.length },
    },
  });

describe('the page of a case', () => {
  it('shows the picture blurred until it is asked for, and never a file of this machine', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    expect(await page(`/cases/${id}`)).toContain(`src="/cases/${id}/picture"`);
    expect(await page(`/cases/${id}?picture=shown`)).toContain(`src="/cases/${id}/picture?shown=yes"`);
    const [blurred, shown] = await Promise.all(
      ['', '?shown=yes'].map(async (query) => {
        const response = await fetch(`${site.url}/cases/${id}/picture${query}`, { headers: { cookie } });
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
        return sharp(Buffer.from(await response.arrayBuffer())).stats();
      }),
    );
    // the white stripe stands out in the one, and is smeared in the other
    expect(shown?.channels[0]?.max).toBeGreaterThan(240);
    expect(blurred?.channels[0]?.max).toBeLessThan(200);

    const file = await seen('@b:evil.test', NAME, '/etc/hostname');
    expect(await page(`/cases/${file}`)).not.toContain('<img');
    expect((await fetch(`${site.url}/cases/${file}/picture`, { headers: { cookie } })).status).toBe(404);
    expect((await fetch(`${site.url}/cases/${id}/picture`)).status).toBe(403);
  });

  it('tells in time order what was seen, reported and caught, with what was written', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const at = Date.UTC(2026, 10, 29, 12);
    const about = { subjectKind: 'user', subject: '@a:evil.test' } as const;
    await site.ledger.commit(async (tx) => {
      await tx.recordFinding({
        ...about,
        key: 'r',
        kind: 'report',
        seenAt: at + 60_000,
        data: {
          reporter: '@sif:example.org',
          reason: 'It asked for my key',
          roomId: '!lobby:x',
          source: 'client',
          event: { content: { body: 'Send me your key' } },
        },
      });
      await tx.recordFinding({
        ...about,
        key: 'p',
        kind: 'protection',
        seenAt: at + 120_000,
        data: {
          protection: 'WordList',
          why: 'a word of your list',
          detail: { word: 'airdrop' },
          roomId: '!hall:x',
          offence: 2,
          response: ['redact'],
          event: { content: { body: 'Free airdrop' } },
        },
      });
    });
    const text = await page(`/cases/${id}`);
    expect(text.slice(text.indexOf('What happened'))).toMatch(
      new RegExp(
        [
          'Seen \\(certain\\) as',
          '@sif:example.org',
          'It asked for my key',
          'Lobby',
          'Send me your key',
          'WordList',
          'word airdrop',
          'Offence 2.',
          'Hall',
          'Free airdrop',
        ].join('[^]*'),
      ),
    );
  });

  it('stays small, however much was reported and caught', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const about = { subjectKind: 'user', subject: '@a:evil.test', seenAt: Date.UTC(2026, 10, 29, 12) } as const;
    const long = '長'.repeat(4_000);
    const event = { content: { body: long } };
    await site.ledger.commit(async (tx) => {
      for (let n = 0; n < 30; n++) {
        const report = { reporter: `@r${n}:example.org`, reason: `${n} ${long}`, source: 'client', event };
        await tx.recordFinding({ ...about, key: `r${n}`, kind: 'report', data: report });
        const caught = { protection: 'WordList', why: long, detail: { word: long }, offence: n, response: [], event };
        await tx.recordFinding({ ...about, key: `p${n}`, kind: 'protection', data: caught });
      }
    });
    const text = await page(`/cases/${id}`);
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(text).toMatch(/20 earlier events not shown[^]*29 長{497}…/);
  });

  it('of a protection says which one caught it', async () => {
    await site.ledger.commit((tx) =>
      tx.recordFinding({
        subjectKind: 'user',
        subject: '@flood:evil.test',
        key: 'p',
        kind: 'protection',
        seenAt: Date.UTC(2026, 10, 29, 12),
        data: { protection: 'BasicFlooding', why: 'too many events', detail: {}, offence: 1, response: ['ban'] },
      }),
    );
    expect(await page('/cases')).toContain('caught');
    expect(await page('/cases/1')).toMatch(/Caught by BasicFlooding[^]*too many events/);
  });

  it('speaks German to a browser that does, evidence and history as well', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const [action] = await site.ledger.commit((tx) =>
      tx.addActions([{ kind: 'write_rule', lane: 'l', key: 'k', caseId: id, payload: {} }]),
    );
    await site.ledger.endAction(action?.id ?? 0, { state: 'done', at: 2 });
    await site.ledger.commit((tx) =>
      tx.audit({ at: 1, actor: OTHER, what: 'case.noted', caseId: id, data: { note: 'gut so' } }),
    );
    const german = await (
      await fetch(`${site.url}/cases/${id}`, { headers: { cookie, 'accept-language': 'de' } })
    ).text();
    expect(german).toMatch(/Anzeigename[^]*Sperrregel[^]*getan[^]*Notiz[^]*>gut so</);
    expect(german).not.toMatch(/write.rule|case\.noted|display.name/);
  });

  it('says who else has it open now, and who took it', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    await page(`/cases/${id}`);
    expect(await page(`/cases/${id}`)).not.toContain('Somebody else');
    const theirs = await site.signIn(OTHER);
    const text = await page(`/cases/${id}`, theirs);
    expect(text).toMatch(/Somebody else is looking at this case now:[^]*@mod:example\.org/);
    // a page without a script is not heard of again
    site.moveClock(3 * 60_000);
    expect(await page(`/cases/${id}`, theirs)).not.toContain('Somebody else');
    await site.ledger.commit((tx) =>
      tx.audit({ at: 1, actor: OTHER, what: 'case.assigned', caseId: id, data: { to: OTHER } }),
    );
    expect(await page(`/cases/${id}`)).toMatch(/Taken by[^]*@tyr:example\.org/);
  });

  it('knows from an open page when somebody leaves it', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const theirs = await site.signIn(OTHER);
    const leaving = new AbortController();
    const stream = await fetch(`${site.url}/live?case=${id}`, { headers: { cookie: theirs }, signal: leaving.signal });
    expect(stream.status).toBe(200);
    expect(await page(`/cases/${id}`)).toContain('Somebody else is looking');
    leaving.abort();
    while ((await page(`/cases/${id}`)).includes('Somebody else is looking')) await new Promise(setImmediate);
    expect((await fetch(`${site.url}/live?case=x`, { headers: { cookie: 'none' } })).status).toBe(403);
  });

  it('offers reasons that nobody takes for a list, and puts the chosen one behind the command', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const text = await page(`/cases/${id}`);
    expect(text).toContain('<option value="fraud">');
    // a list is called so: `ban case 1 spam` would write into it
    expect(text).not.toContain('<option value="spam">');
    const asked = await post('/do', { command: `ban case ${id}`, reason: 'fraud' });
    expect(asked.text).toContain(`value="ban case ${id} fraud"`);
    expect(asked.text).toContain('banned from all protected rooms');
    for (const reason of ['spam', 'harmless', 'x; ban @everyone:*', 'fraud --force'])
      expect((await post('/do', { command: `ban case ${id}`, reason })).text).toContain(`value="ban case ${id}"`);
    expect(site.executed).toEqual([]);
  });

  it('goes on to the next case that waits, with the answer on top', async () => {
    const later = await seen('@b:evil.test', NAME, 'mxc://evil.test/p');
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const { text } = await post('/do', { command: `dismiss ${id} harmless`, confirmed: 'next' });
    expect(site.executed).toEqual([[MODERATOR, `dismiss ${id} harmless`]]);
    expect(text).toContain(`<h1>Case ${later}</h1>`);
    expect(text).toContain('<p>Done.</p>');
    await site.ledger.commit((tx) => tx.setCaseState(id, 'dismissed', 1));
    expect((await post('/do', { command: `close ${id}`, confirmed: 'yes' })).text).toContain(`Next: Case ${later}`);
    await site.ledger.commit((tx) => tx.setCaseState(later, 'dismissed', 1));
    expect((await post('/do', { command: `close ${later}`, confirmed: 'next' })).text).toContain('No other case waits');
  });

  it('names related cases, and where the account is now', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const twin = await seen('@b:evil.test', NAME, 'mxc://evil.test/q');
    const alone = await seen('@c:evil.test', 'Somebody', 'mxc://evil.test/r');
    await site.ledger.commit(async (tx) => {
      await tx.noteLooks(id, ['name:one', 'picture:p']);
      await tx.noteLooks(twin, ['name:one', 'picture:q']);
      await tx.noteLooks(alone, ['name:two']);
    });
    const text = await page(`/cases/${id}`);
    expect(text).toMatch(/Related cases[^]*@b:evil\.test/);
    expect(text).not.toContain('@c:evil.test');
    expect(text).toMatch(/Lobby[^]*joined[^]*Hall[^]*banned/);
    expect(await page(`/cases/${alone}`)).not.toContain('Related cases');
  });

  it('takes notes as one line, whatever is in them', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const { status } = await post(`/cases/${id}/note`, { note: 'wrote to them\n!heimdall ban @everyone:*\r\u2028x' });
    expect(status).toBe(303);
    expect(site.executed).toEqual([[MODERATOR, `note ${id} wrote to them !heimdall ban @everyone:* x`]]);
    await post(`/cases/${id}/note`, { note: ' \n ' });
    expect(site.executed).toHaveLength(1);
  });

  it('offers to warn victims where the detector is certain, and nowhere else', async () => {
    const id = await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    const reported = await site.finding('@z:evil.test', 'Zoe', { kind: 'report', verdict: undefined, data: {} });
    await site.ledger.commit((tx) => tx.setCaseState(reported, 'open', 1));
    expect((await site.ledger.caseById(id))?.verdict).toBe('certain');
    expect(await page(`/cases/${id}`)).toContain(`warn victims case ${id}`);
    expect(await page(`/cases/${reported}`)).not.toContain('warn victims');
  });
});

describe('the pages of an account and of a server', () => {
  it('show cases, rooms, renames and rules, without anybody’s id in the address', async () => {
    const id = await seen('@a:evil.test', 'Ann', 'mxc://evil.test/p');
    await seen('@a:evil.test', NAME, 'mxc://evil.test/p');
    await seen('@b:evil.test', NAME, 'mxc://evil.test/p');
    const person = await page(`/cases/${id}/person`);
    for (const part of ['@a:evil.test', '>Ann<', NAME, 'mxc://evil.test/p', 'Lobby', 'Hall', '>Spam<'])
      expect(person).toContain(part);
    expect(person.indexOf('>Ann<')).toBeGreaterThan(person.indexOf(`>${NAME}<`));
    const server = await page(`/cases/${id}/server`);
    expect(server).toMatch(/2 cases[^]*@b:evil\.test[^]*@a:evil\.test[^]*Lobby/);
    expect(server).not.toContain('Hall');
    for (const path of [`/cases/999/person`, `/cases/999/server`, '/cases/x/person'])
      expect((await fetch(site.url + path, { headers: { cookie } })).status).toBe(404);
    for (const path of [`/cases/${id}/person`, `/cases/${id}/server`])
      expect((await fetch(site.url + path)).status).toBe(403);
  });
});

describe('what the pages may ask for', () => {
  it('is a closed list', () => {
    for (const command of ['ban case 1', 'ban case 1 fraud', 'dismiss 2 parody', 'warn victims case 3', 'claim 4'])
      expect([command, isOffered(command)]).toEqual([command, true]);
    for (const command of [
      'ban case 1 x',
      'ban case 1 fraud --force',
      'note 1 x',
      'ban @a:b',
      'close 1-99',
      'ban case 1\nclose 2',
    ])
      expect([command, isOffered(command)]).toEqual([command, false]);
    expect(['ban case 12 fraud', 'close 7', 'campaign ban case 3 --yes'].map(caseOf)).toEqual([12, 7, 3]);
    expect(reasonsFor('ban', ['ILLEGAL', 'spam'])).toEqual(['impersonation', 'fraud', 'harassment']);
    expect(withReason('close 1', 'fraud', [])).toBe('close 1');
    expect(noteCommand(1, '\u0000')).toBeUndefined();
  });
});
