/**
 * What surrounds a name, on real homeservers: copied pictures, copied rooms, our own staff, rules that change while
 * Heimdall runs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { CHANGES, officialPicture, randomFrom, randomPicture } from '../support/pictures.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const ROOM_NAME = 'Asgard Announcements';

describe('what surrounds a name', () => {
  let stage: Stage;
  let folder: string;
  let official: Buffer;
  let news: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-context-'));
    mkdirSync(path.join(folder, 'rules'));
    official = await officialPicture();
    writeFileSync(path.join(folder, 'official.png'), official);
    stage = await Stage.build({
      name: 'context',
      start: false,
      config: { rules_dir: path.join(folder, 'rules') },
      official: (serverName) => ({ avatars: [path.join(folder, 'official.png')], rooms: [`#news:${serverName}`] }),
    });
    news = await stage.moderator.createRoom({ name: ROOM_NAME, alias: 'news', public: true });
    await stage.standWatch();
  }, 180_000);
  afterAll(async () => {
    await stage?.end();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const noticesOn = async (id: string) =>
    (await stage.headNotices()).filter((notice) => String(notice.content.body).includes(id));
  const officialAlias = () => `#news:${stage.home.serverName}`;
  const answer = async (words: string) => String((await stage.command(words)).content.body);
  /** The case's level, as its notice says now: later words are edits, so the case itself is asked. */
  const caseOf = async (id: string) => answer(`!heimdall case ${id}`);

  it('a name that is merely possible becomes likely with the official picture in another file', async () => {
    const impostor = await Person.register(stage.remote, 's3rver', { displayName: 'Somebody' });
    await impostor.uploadAvatar(
      await CHANGES['recompressed as poor JPEG']!(await CHANGES['with a badge']!(official)),
      'image/jpeg',
    );
    await impostor.join(stage.lobbyAlias);
    await waitFor(async () => (await noticesOn(impostor.userId)).length > 0, { what: 'the notice' });
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(impostor.userId));
    expect(mail).toBeDefined();
    const told = await caseOf(impostor.userId);
    expect(told).toContain('likely an impostor');
    expect(told).toMatch(/avatar (is a copy of|looks like) the official one/);
    expect(await noticesOn(impostor.userId)).toHaveLength(1);
  }, 90_000);

  it('with another picture it stays possible, and a picture without a name is nothing', async () => {
    const namesake = await Person.register(stage.remote, 'serv3r', { displayName: 'Somebody' });
    await namesake.uploadAvatar(await randomPicture(randomFrom(9), 0));
    await namesake.join(stage.lobbyAlias);
    const fan = await Person.register(stage.remote, 'anna', { displayName: 'Anna' });
    await fan.uploadAvatar(official);
    await fan.join(stage.lobbyAlias);
    await sleep(3000);
    expect(await noticesOn(fan.userId)).toHaveLength(0);
    expect(await caseOf(namesake.userId)).toContain('possibly an impostor');
    expect(stage.mailbox.about(namesake.userId)).toHaveLength(0);
  }, 60_000);

  it('a room that copies an official one is found when one of us enters it', async () => {
    const loki = await Person.register(stage.remote, 'loki', { displayName: 'Loki' });
    const copy = await loki.createRoom({ name: 'Аsgard Аnnouncements', alias: 'news', public: true });
    const user = await Person.register(stage.home, 'user', { displayName: 'User' });
    await user.join(`#news:${stage.remote.serverName}`);
    const [notice] = await waitFor(
      async () => {
        const found = await noticesOn(copy);
        return found.length > 0 && found;
      },
      { what: 'the notice on the room' },
    );
    expect(notice?.content.body).toContain('copy of an official room');
    expect(notice?.content.body).toContain(officialAlias());
    await stage.mailbox.waitForMail((received) => received.raw.includes(copy));
    // the official room itself, and a room of our moderator with the same name, are left in peace
    const second = await stage.moderator.createRoom({ name: ROOM_NAME });
    await sleep(2000);
    for (const honest of [news, second]) expect(await noticesOn(honest)).toHaveLength(0);
    expect((await stage.rules()).filter((rule) => rule.content.entity === copy)).toHaveLength(0);
  }, 90_000);

  it('our own staff may joke: what they look like is said, and nothing is done; the same of others is', async () => {
    const staff = await Person.register(stage.home, 'staff', { displayName: 'Staff' });
    await staff.join(news);
    await stage.moderator.setPowerLevel(news, staff.userId, 50);
    await sleep(1500);
    await staff.setDisplayName(OFFICIAL_NAME);
    await staff.join(stage.lobby);
    await sleep(3000);
    expect(await noticesOn(staff.userId)).toHaveLength(0);
    expect(await stage.moderator.membership(stage.lobby, staff.userId)).toBe('join');
    expect(await answer(`!heimdall check ${staff.userId} ${OFFICIAL_NAME}`)).toContain(
      `Exempt: moderator of ${officialAlias()}`,
    );
    const other = await Person.register(stage.home, 'other', { displayName: OFFICIAL_NAME });
    const own = await other.createRoom({ name: 'Mine', powerLevels: {} });
    expect(own).toBeDefined();
    await other.join(stage.lobby);
    await stage.moderator.waitForMembership(stage.lobby, other.userId, 'ban');
  }, 90_000);

  it('rules that change take effect while it runs; broken ones change nothing and are told', async () => {
    const told = async (words: string) =>
      waitFor(async () => (await stage.headNotices()).some((notice) => String(notice.content.body).includes(words)), {
        what: words,
      });
    const verdict = () => answer('!heimdall check @x:far.example Asgard (Official Account)');
    expect(await verdict()).toContain('certain');
    writeFileSync(path.join(folder, 'rules', 'detection.yaml'), 'thresholds: {possible: 2, likely: 4, certain: 19}\n');
    await told('have changed and are now in force');
    expect(await verdict()).toContain('likely');
    writeFileSync(
      path.join(folder, 'rules', 'detection.yaml'),
      'thresholds: {possible: 2, likely: 4, certain: high}\n',
    );
    await told('cannot be used');
    expect(await verdict()).toContain('likely');
    expect(await answer('!heimdall status')).toContain('thresholds.certain');
  }, 60_000);
});
