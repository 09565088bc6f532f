import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Precision } from '../../src/web/pages/precision.js';
import { form, MODERATOR, setting, type Setting, type SettingOptions } from './setting.js';

let site: Setting;
let cookie: string;
const begin = async (options: SettingOptions = {}): Promise<void> => {
  site = await setting(options);
  cookie = await site.signIn();
};
beforeEach(() => begin());
afterEach(() => site.close());

const page = async (path: string): Promise<string> => (await fetch(site.url + path, { headers: { cookie } })).text();

describe('rooms', () => {
  it('show missing permissions, protections, and what of the server ACL is ours', async () => {
    await site.close();
    await begin({
      rooms: [
        {
          roomId: '!lobby:x',
          name: 'Lobby',
          canonicalAlias: null,
          members: new Map([['@a:b', { membership: 'join' }]]),
          acl: { content: { deny: ['evil.test', 'theirs.test'] } },
        },
      ],
      missing: ['ban'],
      protections: ['BasicFlooding', 'WordList'],
      ownAcl: ['evil.test'],
    });
    const text = await page('/rooms');
    expect(text).toMatch(/Lobby[^]*ban[^]*BasicFlooding, WordList[^]*2, 1 of them by Heimdall[^]*evil\.test/);
    expect(text).not.toContain('theirs.test');
  });
});

describe('a list', () => {
  it('is previewed by a command that names a room and nothing else', async () => {
    const csrf = await site.csrf(cookie);
    const ask = async (list: string): Promise<number> => {
      const request = form({ csrf, list });
      const response = await fetch(`${site.url}/lists/preview`, {
        ...request,
        headers: { ...request.headers, cookie },
      });
      return response.status;
    };
    const link = 'https://matrix.to/#/!abc:example.org?via=example.org';
    for (const list of ['#bad:example.org', link]) expect(await ask(list)).toBe(200);
    expect(site.executed).toEqual([
      [MODERATOR, 'preview #bad:example.org'],
      [MODERATOR, `preview ${link}`],
    ]);
    for (const list of ['', 'bad', '@a:b', '#a:b\nban @c:d', '#a:b --yes', '#a:b"'])
      expect([list, await ask(list)]).toEqual([list, 400]);
    expect(site.executed).toHaveLength(2);
  });
});

describe('protections', () => {
  it('are tried on the past of a protected room, by a command of offered words alone', async () => {
    await site.close();
    await begin({ rooms: [{ roomId: '!lobby:x', name: 'Lobby', canonicalAlias: null, members: new Map() }] });
    const text = await page('/protections');
    expect(text).toMatch(/<option value="BasicFlooding"[^]*<option value="!lobby:x"[^>]*>Lobby/);
    expect(text).not.toContain('<option value="TrustedReporters"');
    const csrf = await site.csrf(cookie);
    site.executed.length = 0;
    const simulate = (fields: Record<string, string>) => {
      const request = form({ csrf, name: 'WordList', room: '!lobby:x', days: '7', ...fields });
      return fetch(`${site.url}/protections/simulate`, {
        ...request,
        redirect: 'manual',
        headers: { ...request.headers, cookie },
      });
    };
    expect((await simulate({})).status).toBe(200);
    const foreign: Record<string, string>[] = [
      { name: 'TrustedReporters' },
      { name: 'WordList --force' },
      { room: '!elsewhere:x' },
      { room: '' },
      { days: '365' },
      { days: '7d ban @a:b' },
    ];
    for (const fields of foreign) expect([fields, (await simulate(fields)).status]).toEqual([fields, 303]);
    expect(site.executed).toEqual([[MODERATOR, 'protections simulate WordList !lobby:x 7d']]);
  });
});

describe('figures', () => {
  it('say how much was done, how much of it by itself, and how soon', async () => {
    const id = await site.finding('@a:evil.test', 'Example (Official Account)');
    const at = Date.UTC(2026, 10, 29, 12);
    const actions = await site.ledger.commit((tx) =>
      tx.addActions([
        { kind: 'ban', lane: 'l', key: 'verdict:1', caseId: id, payload: {} },
        { kind: 'ban', lane: 'l', key: 'verdict:2', caseId: id, payload: {} },
        { kind: 'kick', lane: 'l', key: 'command:3', caseId: id, payload: {} },
      ]),
    );
    for (const action of actions) await site.ledger.endAction(action.id, { state: 'done', at: at + 120_000 });
    site.moveClock(300_000);
    const row = /<td>2026-11<\/td>(.*?)<\/tr>/.exec(await page('/figures'))?.[1];
    expect(row).toContain('<td>3</td><td>67 %</td><td>2 minutes</td>');
  });
});

describe('the rule tester', () => {
  const upload = async (fields: Record<string, string>, picture?: Blob): Promise<{ status: number; text: string }> => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    if (picture !== undefined) body.set('picture', picture, 'p.png');
    const response = await fetch(`${site.url}/rules/try`, { method: 'POST', body, headers: { cookie } });
    return { status: response.status, text: await response.text() };
  };

  it('judges a picture with the name, and says when it cannot', async () => {
    await site.close();
    await begin({ compared: { like: [{ protected: '@server:example.org', likeness: 'same' }] } });
    const csrf = await site.csrf(cookie);
    const fields = { csrf, id: '@x:evil.test', name: 'Example Account' };
    const without = /Score ([\d.]+)/.exec((await upload(fields)).text)?.[1];
    const { text } = await upload(fields, new Blob(['a picture']));
    expect(Number(/Score ([\d.]+)/.exec(text)?.[1])).toBeGreaterThan(Number(without));
    expect(text).toContain('avatar');
    expect(await site.ledger.cases({})).toEqual([]);
    await site.close();
    await begin({ compared: { problem: 'not_a_picture' } });
    const again = { ...fields, csrf: await site.csrf(cookie) };
    expect((await upload(again, new Blob(['x']))).text).toContain('This picture cannot be read.');
    expect((await upload({ ...again, id: 'nobody' }, new Blob(['x']))).status).toBe(400);
  });

  it('compares cases of the last days by other weights, with the picture as it was found to be', async () => {
    const sighting = {
      userId: '@x:evil.test',
      displayName: 'Exemple Account',
      avatarLike: [{ protected: '@server:example.org', likeness: 'same' as const }],
    };
    const data = { sighting, verdict: site.detector.inspect(sighting), where: { source: 'member', at: 1 } };
    const id = await site.finding(sighting.userId, sighting.displayName, { data });
    const csrf = await site.csrf(cookie);
    const compared = async (weights: string): Promise<string> => {
      const request = form({ csrf, weights });
      return (await fetch(`${site.url}/rules`, { ...request, headers: { ...request.headers, cookie } })).text();
    };
    const without = site.detector.inspect({ ...sighting, avatarLike: [] }).verdict;
    const before = data.verdict.verdict;
    expect(before).not.toBe(without);
    const text = await compared('avatar_same: 0');
    expect(text).toMatch(new RegExp(`/cases/${id}"[^]*@x:evil[.]test[^]*>${before}<[^]*>${without}<`));
    expect(await compared('avatar_same: 2.5')).not.toContain(`/cases/${id}"`);
  });

  it('takes no upload from strangers, of another form, or of any size', async () => {
    const csrf = await site.csrf(cookie);
    const fields = { csrf, id: '@x:evil.test' };
    const big = new Blob([Buffer.alloc(3_000_000)]);
    expect((await upload(fields, big)).status).toBe(413);
    expect((await upload({ id: '@x:evil.test' }, new Blob(['x']))).status).toBe(403);
    const broken = await fetch(`${site.url}/rules/try`, {
      method: 'POST',
      body: 'no parts in it',
      headers: { cookie, 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(broken.status).toBe(400);
    cookie = 'heimdall_session=guess';
    expect((await upload(fields, new Blob(['x']))).status).toBe(403);
  });
});

describe('precision', () => {
  it('counts decided cases by what found them, what was dismissed most first, once in five minutes', async () => {
    const evidence = (disguise: string) => ({
      field: 'display_name',
      protected: 'x',
      disguise,
      view: 'raw',
      weight: 1,
      sentence: 'x',
    });
    const found = async (subject: string, disguises: string[], state: 'actioned' | 'dismissed' | 'open') => {
      const id = await site.finding(subject, 'x', {
        data: {
          sighting: { userId: subject },
          verdict: { verdict: 'likely', score: 4, protected: null, evidence: disguises.map(evidence) },
          where: { source: 'member', at: 1 },
        },
      });
      await site.ledger.commit((tx) => tx.setCaseState(id, state, Date.UTC(2026, 10, 29, 12)));
      return id;
    };
    await found('@a:x', ['same_name', 'same_name', 'leet'], 'actioned');
    await found('@b:x', ['same_name'], 'dismissed');
    await found('@c:x', ['case'], 'dismissed');
    await found('@d:x', ['affix'], 'open');
    const id = await site.finding('@e:x', 'x', {
      kind: 'protection',
      data: { protection: 'WordList', why: 'x', detail: {}, offence: 1, response: [] },
    });
    await site.ledger.commit((tx) => tx.setCaseState(id, 'actioned', Date.UTC(2026, 10, 29, 12)));
    let now = Date.UTC(2026, 10, 29, 13);
    const precision = new Precision(site.ledger, () => now);
    const first = await precision.latest();
    expect(first).toEqual([
      { kind: 'rule', name: 'case', decided: 1, dismissed: 1 },
      { kind: 'rule', name: 'same_name', decided: 2, dismissed: 1 },
      { kind: 'protection', name: 'WordList', decided: 1, dismissed: 0 },
      { kind: 'rule', name: 'leet', decided: 1, dismissed: 0 },
    ]);
    await found('@f:x', ['leet'], 'dismissed');
    expect(await precision.latest()).toBe(first);
    now += 5 * 60_000;
    expect((await precision.latest()).find(({ name }) => name === 'leet')).toMatchObject({ decided: 2, dismissed: 1 });
    expect(await page('/figures')).toMatch(/What stood, and what was dismissed[^]*same name[^]*50 %/);
  });
});
