import { describe, expect, it } from '@jest/globals';
import { messageContent } from '../../src/matrix/message.js';
import { Greeting, greetingOf, type GreetingFacts } from '../../src/notify/greeting.js';
import { silentLogger } from '../../src/util/logger.js';
import { describeLedgers } from '../support/ledgers.js';

const FACTS: GreetingFacts = {
  serverName: 'home.test',
  botUserId: '@heimdall:home.test',
  dryRun: true,
  mail: false,
  rights: 'none',
  rooms: 0,
  lists: 1,
};
const body = (facts: Partial<GreetingFacts>, found = { certain: 0, likely: 0, possible: 0 }) =>
  String(messageContent(greetingOf({ ...FACTS, ...facts }, found)).body);

describe('the first message', () => {
  it('says what was found, what is missing, and how to begin', () => {
    const text = body({}, { certain: 43, likely: 0, possible: 2 });
    for (const words of [
      'Heimdall watches home.test',
      'already: 43 certain, 2 possible',
      'Make @heimdall:home.test a server admin',
      '!heimdall rooms add ROOM',
      'No mail',
      '!heimdall help',
      '!heimdall go live',
    ])
      expect(text).toContain(words);
  });

  it('asks for no rights that this homeserver does not know', () => {
    const text = body({ rights: 'no_api' });
    expect(text).toContain('serves no admin API of Synapse');
    expect(text).not.toMatch(/a server admin|admin_token/);
  });

  it('names nothing that is not missing', () => {
    const text = body({ dryRun: false, mail: true, rights: 'admin', rooms: 1 });
    expect(text).toContain('nobody who is here already looks like');
    expect(text).toContain('I protect 1 room and follow 1 list.');
    expect(text).not.toMatch(/missing|go live|server admin|No mail/);
  });
});

describeLedgers('the greeting', (open) => {
  it('is written down once for a ledger, when the past is over and those who are here were looked at', async () => {
    const ledger = await open();
    let asked = 0;
    const greeting = () =>
      new Greeting({
        ledger,
        past: Promise.resolve(),
        scanned: () => Promise.resolve((asked += 1) > 0),
        facts: () => Promise.resolve(FACTS),
        logger: silentLogger,
      });
    greeting().start();
    const written = async () => (await ledger.actionsByKey(['greeting'])).length;
    while ((await written()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = asked;
    await greeting().greet();
    greeting().start();
    expect([await written(), asked]).toEqual([1, before]);
  });
});
