import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase } from '../support/postgres.js';
import { form, MODERATOR, setting, type Setting } from './setting.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let site: Setting;
let cookie: string;
let caseId: number;
beforeAll(async () => {
  database = await freshDatabase();
  site = await setting({ databaseUrl: database.url });
  caseId = await site.finding('@sеrver:example.org', 'Example (Official Account)');
  await site.finding('@other:evil.test', 'Example (Official Account)');
  cookie = await site.signIn();
}, 60_000);
afterAll(async () => {
  await site?.close();
  await database?.drop();
});

/** The pages themselves; the ledger's answers are held on both databases by `test/store`. */
describe('the pages on PostgreSQL', () => {
  it('are all there, for everybody and for moderators', async () => {
    const paths = [
      ...['/', '/check?id=%40a%3Ab.c', '/notice', '/transparency', '/transparency.json', '/transparency.csv'],
      ...['/cases', '/cases?state=all&kind=user&verdict=likely&age=7&server=evil.test&text=O%25&sort=score&page=2'],
      ...['/cases?room=%21lobby%3Ax&assignee=nobody', '/cases?assignee=%40a%25%27%3Ab.c'],
      // PostgreSQL takes no NUL in a text
      ...['text', 'server', 'assignee', 'state', 'room'].map((name) => `/cases?${name}=%21%00%3Ax`),
      ...['', '/person', '/server'].map((part) => `/cases/${caseId}${part}`),
      ...['/rooms', '/lists', '/rules', '/protections', '/mail', '/audit', '/audit?before=9', '/figures'],
    ];
    for (const path of paths)
      expect([path, (await fetch(site.url + path, { headers: { cookie } })).status]).toEqual([path, 200]);
  });

  it('take a report, show what became of it, and keep a filter', async () => {
    const notice = await fetch(
      `${site.url}/notice`,
      form({ what: 'm.spam', who: '@t:evil.test', why: 'bad', faith: 'on' }),
    );
    expect(notice.status).toBe(201);
    const receipt = /\/case\/[\w-]{22}/.exec(await notice.text())?.[0] ?? '';
    expect(await (await fetch(site.url + receipt)).text()).toContain('A moderator has not decided yet.');
    const filter = form({ csrf: await site.csrf(cookie), name: 'mine', query: 'state=all' });
    await fetch(`${site.url}/filters`, { ...filter, headers: { ...filter.headers, cookie } });
    expect((await site.ledger.savedFilters(MODERATOR)).map(({ name }) => name)).toEqual(['mine']);
    expect(await (await fetch(`${site.url}/cases?text=EVIL`, { headers: { cookie } })).text()).toContain('2 cases');
  });
});
