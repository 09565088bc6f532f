import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { sendLetter } from '../../src/mail/letters.js';
import { issueAppealLink } from '../../src/web/pages/tokens.js';
import { form, OFFICIAL, setting, type Setting } from './setting.js';

let site: Setting;
beforeEach(async () => void (site = await setting()));
afterEach(() => site.close());

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(site.url + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const NOTICE = {
  what: 'm.spam.fraud',
  who: '@thief:evil.test',
  where: '',
  why: 'asked for my password',
  name: '',
  mail: 'a@b.test',
  faith: 'yes',
};

describe('is it official?', () => {
  it('says yes for the exact ID and its variants, and no for a look-alike, with the official one', async () => {
    expect((await get(`/check?id=${encodeURIComponent(OFFICIAL)}`)).text).toContain(
      `Yes. ${OFFICIAL} is an official account.`,
    );
    expect((await get('/check?id=%40server-old%3Aexample.org')).text).toContain('Yes.');
    const { text } = await get(`/check?id=${encodeURIComponent('@sеrver:example.org')}`);
    expect(text).toContain('No.');
    expect(text).toContain('looks like @server:example.org');
    expect(text).toContain('U+0435');
  });

  it('reads links, and refuses what is not a user ID', async () => {
    expect(
      (await get(`/check?id=${encodeURIComponent('https://matrix.to/#/%40server%3Aexample.org?via=x')}`)).text,
    ).toContain('Yes.');
    expect((await get(`/check?id=${encodeURIComponent('matrix:u/server:example.org')}`)).text).toContain('Yes.');
    expect((await get('/check?id=server')).status).toBe(400);
    // who asks nothing yet is told of no mistake
    expect((await get('/check')).text).not.toContain('This is not a Matrix user ID.');
    expect((await get(`/check?id=${encodeURIComponent(`Is ${OFFICIAL} the official one?`)}`)).text).toContain('Yes.');
  });

  it('answers programs in JSON, from anywhere', async () => {
    const { text, headers } = await get('/api/v1/check?id=%40server%3Aexample.org');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(JSON.parse(text)).toEqual({
      id: OFFICIAL,
      official: true,
      verdict: 'official',
      official_ids: [OFFICIAL, '@server-old:example.org'],
      reasons: [],
    });
    const other = JSON.parse((await get('/api/v1/check?id=%40server%3Aexarnple.org')).text) as {
      official: boolean;
      reasons: string[];
    };
    expect(other.official).toBe(false);
    expect(other.reasons.length).toBeGreaterThan(0);
    expect((await get('/api/v1/check?id=nonsense')).status).toBe(400);
  });

  it('speaks German to those who ask for it', async () => {
    expect((await get('/', { 'accept-language': 'de-AT,en;q=0.5' })).text).toContain('<html lang="de"');
  });

  it('shows the pictures of official accounts, made once an hour whoever asks, and no others', async () => {
    await site.close();
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    site = await setting({ officialPicture: 'mxc://example.org/p', picture });
    expect((await get('/')).text).toContain('<img src="/official-picture/%40server%3Aexample.org"');
    for (let n = 0; n < 3; n++) {
      const response = await fetch(`${site.url}/official-picture/${encodeURIComponent(OFFICIAL)}`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width).toBe(96);
    }
    expect(site.pictureRequests).toEqual(['mxc://example.org/p']);
    for (const other of ['%40a%3Ab.c', 'mxc%3A%2F%2Fevil.test%2Fx', '..%2F..%2Fetc%2Fpasswd', '%E0%A4%A'])
      expect([other, (await fetch(`${site.url}/official-picture/${other}`)).status]).toEqual([
        other,
        other.endsWith('%A') ? 400 : 404,
      ]);
    expect(site.pictureRequests).toHaveLength(1);
    site.moveClock(3_600_001);
    await fetch(`${site.url}/official-picture/${encodeURIComponent(OFFICIAL)}`);
    expect(site.pictureRequests).toHaveLength(2);
  });

  it('forbids scripts, frames and everything from elsewhere', async () => {
    const { headers, text } = await get('/');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('script-src');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(text).not.toMatch(/<script|style="|javascript:|onload=/i);
  });

  it.each([
    '"><script>alert(1)</script>',
    '@x" onfocus=alert(1) y=":example.org',
    '@<img src=x onerror=alert(1)>:example.org',
    'javascript:alert(1)//@a:b',
  ])('never lets %s become markup', async (hostile) => {
    const { text } = await get(`/check?id=${encodeURIComponent(hostile)}`);
    expect(text).not.toMatch(/<script>|<img|" onfocus=alert/i);
  });
});

describe('a report without an account', () => {
  it('opens a case, gives a receipt, and shows its state at a private link', async () => {
    const response = await fetch(`${site.url}/notice`, form(NOTICE));
    const text = await response.text();
    expect(response.status).toBe(201);
    expect(text).toMatch(/receipt number is \d{4}-\d{4}/);
    const link = /\/case\/([\w-]+)/.exec(text)?.[0] ?? '';
    expect((await get(link)).text).toContain('A moderator has not decided yet.');
    const record = await site.ledger.caseOfSubject('user', '@thief:evil.test');
    expect((await site.ledger.findingsOf(record?.id ?? 0))[0]?.data).toMatchObject({
      reason: 'm.spam.fraud: asked for my password',
      source: 'web',
      reporter: 'mailto:a@b.test',
    });
    await site.ledger.commit((tx) => tx.setCaseState(record?.id ?? 0, 'dismissed', 1));
    expect((await get(link)).text).toContain('took no measures');
    expect((await get('/case/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
  });

  it.each([
    ['https://matrix.to/#/!hall:evil.test/$event?via=evil.test', '!hall:evil.test'],
    ['https://matrix.to/#/%23hall%3Aevil.test', '#hall:evil.test'],
    ['!hall:evil.test', '!hall:evil.test'],
  ])('about the room %s is about the room', async (who, subject) => {
    expect((await fetch(`${site.url}/notice`, form({ ...NOTICE, who }))).status).toBe(201);
    expect(await site.ledger.cases({})).toMatchObject([{ subjectKind: 'room', subject }]);
  });

  it('takes the place from a link to a message', async () => {
    const where = 'https://matrix.to/#/!hall:evil.test/%24event?via=evil.test';
    await fetch(`${site.url}/notice`, form({ ...NOTICE, where }));
    const [record] = await site.ledger.cases({});
    expect((await site.ledger.findingsOf(record?.id ?? 0))[0]).toMatchObject({
      roomId: '!hall:evil.test',
      eventId: '$event',
    });
  });

  it('says what is missing and keeps what was written', async () => {
    const response = await fetch(`${site.url}/notice`, form({ ...NOTICE, who: 'somebody', faith: '', mail: 'no' }));
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain('asked for my password');
    expect(text.match(/aria-invalid="true"/g)).toHaveLength(3);
    expect(await site.ledger.cases({})).toEqual([]);
  });

  it('takes five an hour from an address, and again an hour later', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++)
      statuses.push((await fetch(`${site.url}/notice`, form({ ...NOTICE, who: `@t${n}:evil.test` }))).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
    expect(await site.ledger.caseOfSubject('user', '@t5:evil.test')).toBeUndefined();
    site.moveClock(3_600_001);
    expect((await fetch(`${site.url}/notice`, form({ ...NOTICE, who: '@t6:evil.test' }))).status).toBe(201);
  });

  it('mails one address three times a day at most, whoever writes it into the form', async () => {
    for (let n = 0; n < 5; n++)
      await fetch(
        `${site.url}/notice`,
        form({ ...NOTICE, who: `@m${n}:evil.test`, mail: n % 2 ? 'Carl@example.net' : 'carl@example.net' }),
      );
    const lane = sendLetter.lane({ to: 'carl@example.net', subject: '', text: '' });
    const other = sendLetter.lane({ to: 'Carl@example.net', subject: '', text: '' });
    const due = await Promise.all([lane, other].map((one) => site.ledger.dueInLane(one, 10)));
    expect(due.flat()).toHaveLength(3);
  });

  it('refuses a body that is too large', async () => {
    expect((await fetch(`${site.url}/notice`, form({ ...NOTICE, why: 'x'.repeat(40_000) }))).status).toBe(413);
  });
});

const SITE_TIME = Date.UTC(2026, 10, 29, 12);

describe('an appeal', () => {
  it('is taken once, by the one link, and shows its outcome', async () => {
    const caseId = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const { pathname } = new URL(await issueAppealLink(site.ledger, () => SITE_TIME, site.url, caseId));
    expect((await get(pathname)).text).toContain('<textarea');
    await fetch(site.url + pathname, form({ why: 'It is my name <b>' }));
    await fetch(site.url + pathname, form({ why: 'again' }));
    expect(site.appeals).toEqual([[caseId, 'It is my name <b>']]);
    expect((await get(pathname)).text).toContain('Nobody has decided on it yet.');
    await site.ledger.commit((tx) => tx.setCaseState(caseId, 'dismissed', 1));
    expect((await get(pathname)).text).toContain('upheld');
  });
});

describe('transparency', () => {
  it('gives the same figures as a page, JSON and CSV', async () => {
    await site.finding('@sеrver:example.org', 'Example (Official Account)');
    await fetch(`${site.url}/notice`, form(NOTICE));
    const { months } = JSON.parse((await get('/transparency.json')).text) as {
      months: { month: string; cases: { user: number }; reports: number }[];
    };
    expect(months).toHaveLength(12);
    expect(months.at(-1)).toMatchObject({ month: '2026-11', cases: { user: 2 }, reports: 1 });
    expect((await get('/transparency.csv')).text).toContain('2026-11,cases,user,2,');
    expect((await get('/transparency')).text).toContain('2026-11');
  });
});
