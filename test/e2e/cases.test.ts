import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const bodyOf = (event: { content: Record<string, unknown> }) => String(event.content.body);

/** Head notices that name somebody. */
async function noticesOn(stage: Stage, id: string) {
  return (await stage.headNotices()).filter((event) => bodyOf(event).includes(id));
}

/** A person who reports at Heimdall's own door, as through a reverse proxy. */
async function reporter(stage: Stage, name: string): Promise<Person> {
  const { userId, password, accessToken } = await Person.register(stage.home, name);
  const door = { url: String(stage.config.appservice.url), serverName: stage.home.serverName };
  return new Person(door, userId, password, accessToken);
}

const caseNumber = (body: string) => /^Case (\d+)/.exec(body)?.[1] ?? '';

describe('a case', () => {
  let stage: Stage;
  let alice: Person;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'cases' });
    alice = await reporter(stage, 'alice');
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  it('that was dismissed opens again when its subject turns impostor: notice, rule, ban, and a mail of its own', async () => {
    const mallory = await Person.register(stage.remote, 'mallory');
    await alice.reportUser(mallory.userId, 'a bit rude');
    const [notice] = await waitFor(async () => {
      const found = await noticesOn(stage, mallory.userId);
      return found.length > 0 && found;
    });
    await stage.mailbox.waitForMail((mail) => mail.raw.includes('a bit rude'));
    const number = caseNumber(bodyOf(notice!));
    expect(bodyOf(await stage.command(`!heimdall dismiss ${number}`))).toContain('dismissed');

    await mallory.setDisplayName(OFFICIAL_NAME);
    await mallory.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, mallory.userId, 'ban', { timeoutMs: 30_000 });
    const again = await waitFor(async () => (await noticesOn(stage, mallory.userId))[1], { what: 'the second notice' });
    expect(bodyOf(again)).toMatch(new RegExp(`^Case ${number}, open again: certainly an impostor`));
    const mails = await waitFor(
      async () => {
        const found = stage.mailbox.about(mallory.userId);
        return found.length >= 2 && found;
      },
      { what: 'the mail about the verdict' },
    );
    expect(mails).toHaveLength(2);
    expect(mails[1]?.parsed.references ?? mails[1]?.parsed.inReplyTo).toContain(mails[0]?.parsed.messageId);
    await sleep(1500);
    expect(await noticesOn(stage, mallory.userId)).toHaveLength(2);
  }, 120_000);

  it('of a report says nothing about the mail that a verdict is worth, and rings moderators in its thread', async () => {
    const loki = await Person.register(stage.remote, 'loki');
    await alice.reportUser(loki.userId, 'too many emojis');
    await stage.mailbox.waitForMail((mail) => mail.raw.includes('too many emojis'));
    await loki.setDisplayName(OFFICIAL_NAME);
    await loki.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, loki.userId, 'ban', { timeoutMs: 30_000 });
    await waitFor(() => Promise.resolve(stage.mailbox.about(loki.userId).length === 2), { what: 'two mails' });
    const [head] = await noticesOn(stage, loki.userId);
    const ring = await waitFor(
      async () =>
        (await stage.moderator.messages(stage.managementRoom)).find(
          (event) =>
            (event.content['m.relates_to'] as { rel_type?: string; event_id?: string } | undefined)?.rel_type ===
              'm.thread' &&
            (event.content['m.relates_to'] as { event_id?: string }).event_id === head?.event_id &&
            bodyOf(event).includes('now certainly an impostor'),
        ),
      { what: 'a word in the thread' },
    );
    expect(ring.content['m.mentions']).toEqual({ user_ids: [stage.moderator.userId] });
    expect(ring.content.msgtype).toBe('m.text');
    expect(await noticesOn(stage, loki.userId)).toHaveLength(1);
  }, 120_000);

  it('about the official account, the bot or a moderator mails nobody: moderators are told why', async () => {
    for (const userId of [stage.home.officialUserId, stage.botUserId, stage.moderator.userId]) {
      const words = `accused ${userId.slice(1, 4)}`;
      await alice.reportUser(userId, words);
      // in the notice itself when the refusal came before it was sent, else in an edit of it
      await waitFor(
        async () =>
          (await stage.moderator.messages(stage.managementRoom, 200)).some(
            (event) => bodyOf(event).includes(words) && bodyOf(event).includes('abuse desk not notified'),
          ),
        { what: `the notice on ${userId} says why there is no mail` },
      );
    }
    expect(stage.mailbox.about('accused')).toHaveLength(0);
  }, 120_000);

  it('that is dismissed and reported anew rings again; reopen by hand takes the dismissal back', async () => {
    const userId = '@rude:nowhere.example';
    await alice.reportUser(userId, 'first words');
    const [notice] = await waitFor(async () => {
      const found = await noticesOn(stage, userId);
      return found.length > 0 && found;
    });
    const number = caseNumber(bodyOf(notice!));
    await stage.command(`!heimdall dismiss ${number}`);
    await alice.reportUser(userId, 'fake support, asked for my key');
    const again = await waitFor(async () => (await noticesOn(stage, userId))[1], { what: 'the second notice' });
    expect(bodyOf(again)).toContain('fake support, asked for my key');
    await stage.command(`!heimdall dismiss ${number}`);
    expect(bodyOf(await stage.command(`!heimdall reopen ${number}`))).toContain(`Case ${number} is open again`);
  }, 120_000);

  it('is not opened for an account of our own server that nobody has', async () => {
    await alice.reportUser(stage.home.userId('nobody-at-all'), 'spam');
    await sleep(3000);
    expect(await noticesOn(stage, 'nobody-at-all')).toHaveLength(0);
    expect(stage.mailbox.about('nobody-at-all')).toHaveLength(0);
  }, 60_000);
});

describe('very many reports at once', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'cases-flood', remote: false });
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  it('of one person open twenty cases; of several, sixty ring one by one, and the others are told together', async () => {
    const people = await Promise.all(['eve', 'bob', 'carol', 'dave'].map((name) => reporter(stage, name)));
    for (let i = 0; i < 25; i += 1) await people[0]!.reportUser(`@eve${i}:nowhere.example`, 'spam');
    for (const person of people.slice(1))
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          person.reportUser(`@x${i}-${person.userId.slice(1, 4)}:nowhere.example`, 'spam'),
        ),
      );
    const told = async (words: RegExp) => (await stage.headNotices()).filter((event) => words.test(bodyOf(event)));
    await waitFor(async () => (await told(/^Case \d+: reported user/)).length === 60, {
      what: 'sixty notices',
      timeoutMs: 30_000,
    });
    await waitFor(async () => (await told(/more new cases at once/)).length > 0, {
      what: 'a digest',
      timeoutMs: 90_000,
    });
    await waitFor(async () => (await told(/recorded without a notice/)).length > 0, {
      what: 'word of kept reports',
      timeoutMs: 90_000,
    });
    const gathered = await stage.mailbox.waitForMail((mail) => /and \d+ more/.test(mail.parsed.subject ?? ''), {
      timeoutMs: 60_000,
    });
    await sleep(2000);
    expect(await told(/^Case \d+: reported user/)).toHaveLength(60);
    expect(stage.mailbox.mails.length).toBeLessThanOrEqual(62);
    // everybody who was reported within the limits is named in some mail, and nobody beyond them
    const all = stage.mailbox.mails.map((mail) => mail.parsed.text ?? '').join('\n');
    for (const person of people.slice(1))
      for (let i = 0; i < 20; i += 1) expect(all).toContain(`@x${i}-${person.userId.slice(1, 4)}:nowhere.example`);
    expect(gathered.parsed.text).not.toContain('@eve24:');
    expect(all).not.toContain('@eve24:');
    const raid = bodyOf((await told(/more new cases at once/))[0]!);
    const listed = bodyOf(await stage.command(/!heimdall cases raid \d+/.exec(raid)?.[0] ?? ''));
    expect(listed).toMatch(/@x\d+-/);
  }, 300_000);
});

describe('a dry run and the start after it', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'cases-dry', config: { dry_run: true } });
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  it('leave every effect owed: a message says how many cases wait, a sighting and `scan --act` act on them', async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => Person.register(stage.remote, name, { displayName: OFFICIAL_NAME })),
    );
    await first!.join(stage.lobbyAlias);
    await second!.join(stage.lobbyAlias);
    for (const { userId } of [first!, second!])
      await waitFor(async () => (await noticesOn(stage, userId)).length > 0, {
        what: `a notice on ${userId}`,
        // a dry run sends no event of its own, so the homeserver's past ends when it has been quiet for a while
        timeoutMs: 90_000,
      });
    await sleep(2000);
    expect(stage.mailbox.mails).toHaveLength(0);

    await stage.heimdall.stop();
    stage.heimdall.writeConfig({ ...stage.config, dry_run: false });
    await stage.heimdall.start();
    await waitFor(async () => (await stage.headNotices()).some((event) => /2 cases wait/.test(bodyOf(event))), {
      what: 'how many cases wait',
    });
    // the bot joins for real only now
    await stage.command(`!heimdall rooms add #lobby:${stage.home.serverName}`);
    // entering the room, the bot may see them before they come anew
    await first!.leave(stage.lobby).catch(() => undefined);
    await first!.join(stage.lobbyAlias).catch(() => undefined);
    await stage.moderator.waitForMembership(stage.lobby, first!.userId, 'ban', { timeoutMs: 30_000 });
    await stage.mailbox.waitForMail((mail) => mail.raw.includes(first!.userId));
    expect((await stage.rules()).some(({ content }) => content.entity === first!.userId)).toBe(true);

    await stage.command('!heimdall scan --act');
    await stage.moderator.waitForMembership(stage.lobby, second!.userId, 'ban', { timeoutMs: 60_000 });
    await stage.mailbox.waitForMail((mail) => mail.raw.includes(second!.userId), { timeoutMs: 30_000 });
    expect(stage.mailbox.about(first!.userId)).toHaveLength(1);
    expect(stage.mailbox.about(second!.userId)).toHaveLength(1);
    expect(await noticesOn(stage, first!.userId)).toHaveLength(1);
  }, 240_000);
});
