import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const KILLS = 20;

describe('kill -9', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'crash', remote: false });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it(`at ${KILLS} random moments of an attack loses no case, ban or mail and doubles none`, async () => {
    const impostors: Person[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const impostor = await Person.register(stage.home, `guest${kill}`, { displayName: OFFICIAL_NAME });
      impostors.push(impostor);
      await impostor.join(stage.lobby);
      await sleep(Math.random() * 400);
      await stage.heimdall.kill9();
      await stage.heimdall.start();
    }
    // Synapse keeps what it could not deliver and sends it with its next event at the latest.
    for (const impostor of impostors) {
      await waitFor(
        async () => {
          if ((await stage.moderator.membership(stage.lobby, impostor.userId)) === 'ban') return true;
          await stage.moderator.sendMessage(stage.lobby, 'anybody there?');
          return false;
        },
        { timeoutMs: 120_000, everyMs: 1000, what: `the ban of ${impostor.userId}` },
      );
    }
    await waitFor(() => impostors.every(({ userId }) => stage.mailbox.about(userId).length > 0), {
      timeoutMs: 60_000,
      what: 'all mails',
    });
    await sleep(3000);
    const rules = await stage.rules();
    const notices = await stage.headNotices();
    for (const { userId } of impostors) {
      const named = (body: unknown) => new RegExp(`${userId}(?!\\d)`).test(String(body));
      expect([userId, rules.filter(({ content }) => content.entity === userId).length]).toEqual([userId, 1]);
      expect([userId, notices.filter(({ content }) => named(content.body)).length]).toEqual([userId, 1]);
      const messageIds = stage.mailbox.about(userId).map(({ parsed }) => parsed.messageId);
      expect([userId, new Set(messageIds).size]).toEqual([userId, 1]);
    }
  }, 400_000);
});
