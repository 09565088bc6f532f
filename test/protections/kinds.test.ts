import { describe, expect, it } from '@jest/globals';
import { protectionNamed, PROTECTIONS } from '../../src/protections/table.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import type { AnyProtection } from '../../src/protections/types.js';
import { Judge } from './judging.js';

const named = (name: string): AnyProtection => {
  const found = protectionNamed(name);
  if (found === undefined) throw new Error(name);
  return found;
};
const judge = (name: string, values?: Record<string, unknown>) => new Judge(named(name), values);

describe('the table', () => {
  it.each([
    ['BasicFloodingProtection', 'BasicFlooding'],
    ['basicflooding', 'BasicFlooding'],
    ['basic_flooding', 'BasicFlooding'],
    ['FirstMessageIsImageProtection', 'FirstMessageIsImage'],
    ['FirstMessageIsLinkProtection', 'FirstMessageIsLink'],
    ['MentionLimitProtection', 'MentionLimit'],
    ['MentionSpam', 'MentionLimit'],
    ['WORDLIST', 'WordList'],
    ['MessageIsVoiceProtection', 'MessageIsVoice'],
    ['JoinWaveShortCircuit', 'JoinWaveShortCircuit'],
    ['MembershipChangeProtection', 'MembershipChange'],
    ['InvalidEventProtection', 'InvalidEvent'],
    ['NewJoinerProtection', 'NewJoiner'],
    ['anti_flood', 'BasicFlooding'],
    ['bad_words', 'WordList'],
    ['bad_displaynames', 'NameWordList'],
    ['FirstMessageIsWordProtection', 'FirstMessageIsWord'],
    ['max_mentions', 'MentionLimit'],
    ['no_media', 'MessageIsMedia'],
    ['max_join_rate', 'JoinWaveShortCircuit'],
  ])('knows %s as %s', (name, ours) => expect(protectionNamed(name)?.name).toBe(ours));

  it('gives no two protections the same name', () => {
    const names = PROTECTIONS.flatMap(({ name, aliases }) =>
      [name, ...aliases].map((one) => one.toLowerCase().replace(/protection$/, '')),
    );
    const own = PROTECTIONS.flatMap(({ name, aliases }) => [
      ...new Set([name, ...aliases].map((one) => one.toLowerCase().replace(/protection$/, ''))),
    ]);
    expect(new Set(names).size).toBe(own.length);
  });

  it.each(PROTECTIONS.map((protection) => [protection.name, protection] as const))(
    '%s has defaults for all its settings',
    (_name, protection) => {
      const settings = protection.settings.parse({}) as unknown as { response: string[][]; memory: number };
      expect(settings.response.flat().length).toBeGreaterThan(0);
      expect(settings.memory).toBe(86_400_000);
    },
  );
});

describe('BasicFlooding', () => {
  it('finds the eleventh event within a minute, with all eleven, and what follows as more of the same', () => {
    const flood = judge('BasicFlooding');
    const findings = Array.from({ length: 14 }, (_, i) => {
      flood.now += 1000;
      return flood.say(`m${i}`);
    });
    expect(findings.slice(0, 10).flat()).toEqual([]);
    expect(findings[10]?.[0]).toMatchObject({
      why: 'more than 10 events in 60 seconds',
      subject: { id: '@someone:a.test' },
    });
    expect(findings[10]?.[0]?.events).toHaveLength(11);
    expect(findings[11]?.[0]).toMatchObject({ continues: true });
  });

  it('lets people and bots who are known here send more, up to a limit', () => {
    const flood = judge('BasicFlooding');
    flood.person = { hereForMs: undefined };
    const findings = Array.from({ length: 31 }, (_, i) => flood.say(`m${i}`));
    expect(findings.slice(0, 30).flat()).toEqual([]);
    expect(findings[30]?.[0]?.events).toHaveLength(31);
  });

  it('leaves ten a minute in peace, for hours, and does not add rooms together', () => {
    const calm = judge('BasicFlooding');
    for (let i = 0; i < 500; i++) {
      calm.now += 6001;
      expect(calm.say('x')).toEqual([]);
    }
    for (let i = 0; i < 10; i++)
      for (const room of ['!a:x', '!b:x', '!c:x']) expect(calm.say('x', { room_id: room })).toEqual([]);
  });

  it('counts as much again as a second offence', () => {
    const flood = judge('BasicFlooding');
    const offences = Array.from({ length: 22 }, () => flood.say('x'))
      .flat()
      .filter(({ continues }) => continues !== true);
    expect(offences).toHaveLength(2);
  });

  it('believes when a server that was cut off says that its day of chat was sent, up to a limit', () => {
    const late = judge('BasicFlooding');
    for (let i = 0; i < 40; i++) expect(late.ask({ content: { body: 'x' } }, (40 - i) * 60_000)).toEqual([]);
    const liar = judge('BasicFlooding');
    const lies = Array.from({ length: 60 }, (_, i) => liar.ask({ content: { body: 'x' } }, (60 - i) * 60_000)).flat();
    expect(lies.length).toBeGreaterThan(0);
    const missed = judge('BasicFlooding');
    missed.catchingUp = true;
    for (let i = 0; i < 200; i++) expect(missed.ask({ content: { body: 'x' } }, (200 - i) * 60_000)).toEqual([]);
  });

  it('counts the same event once when a restart brings it again', () => {
    const flood = judge('BasicFlooding');
    const ids = Array.from({ length: 6 }, (_, i) => `$same${i}`);
    for (const id of ids) flood.ask({ event_id: id }, 10_000 - Number(id.slice(-1)));
    const kept = flood.memory.all(flood.now);
    flood.restart(kept);
    expect(ids.flatMap((id) => flood.ask({ event_id: id }, 10_000 - Number(id.slice(-1))))).toEqual([]);
  });

  it('takes what came before a long restart with it, and what comes until it is redacted', () => {
    const flood = judge('BasicFlooding');
    for (let i = 0; i < 6; i++) flood.say('x');
    const after = judge('BasicFlooding');
    after.now = flood.now + 120_000;
    after.memory.restore(flood.memory.takeChanged(), flood.now);
    const found = Array.from({ length: 5 }, (_, i) => after.ask({ content: { body: 'x' } }, 119_000 - i)).flat();
    expect(found).toHaveLength(1);
    expect(found[0]?.also?.sinceMs).toBeGreaterThanOrEqual(120_000);
    expect(found[0]?.also?.count).toBeGreaterThan(11);
  });

  it('goes on after a restart with what mattered', () => {
    const flood = judge('BasicFlooding');
    for (let i = 0; i < 6; i++) flood.say('x');
    const rows = flood.memory.takeChanged();
    flood.restart(rows);
    const findings = Array.from({ length: 5 }, () => flood.say('y')).flat();
    expect(findings).toHaveLength(1);
  });

  it('writes nothing down about people who write now and then', () => {
    const calm = judge('BasicFlooding');
    for (let i = 0; i < 4; i++) calm.say('x');
    expect(calm.memory.takeChanged()).toEqual([]);
  });
});

describe('MentionLimit', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `@u${i}:a.test`);
  it('finds more than ten accounts, however they are named', () => {
    const limit = judge('MentionLimit');
    expect(limit.say(ids(10).join(' '))).toEqual([]);
    expect(limit.say(ids(11).join(' '))).toHaveLength(1);
    expect(limit.ask({ content: { body: 'x', 'm.mentions': { user_ids: ids(11) } } })).toHaveLength(1);
    expect(limit.say(Array.from({ length: 30 }, () => '@one:a.test').join(' '))).toEqual([]);
  });
});

describe('FirstMessageIsImage', () => {
  const image = { content: { msgtype: 'm.image', body: 'x' } };
  it('finds the first picture of somebody new, not a later one, and not one of somebody known', () => {
    const first = judge('FirstMessageIsImage');
    expect(first.ask(image)).toHaveLength(1);
    first.person = { spokeBefore: true };
    expect(first.ask(image)).toEqual([]);
    first.person = { hereForMs: undefined };
    expect(first.ask(image)).toEqual([]);
  });

  it('finds a first text that is edited into a picture', () => {
    const first = judge('FirstMessageIsImage');
    first.person = { spokeBefore: true, firstEventId: '$first' };
    const edit = (id: string) => ({
      content: { body: '*', 'm.new_content': image.content, 'm.relates_to': { rel_type: 'm.replace', event_id: id } },
    });
    expect(first.ask(edit('$first'))).toHaveLength(1);
    expect(first.ask(edit('$other'))).toEqual([]);
  });
});

describe('FirstMessageIsWord', () => {
  it('finds a listed word in the first message of somebody new, and in no other', () => {
    const first = judge('FirstMessageIsWord', { words: ['free btc'] });
    expect(first.say('get FREE BTC now')).toHaveLength(1);
    expect(first.say('freedom, and btcpay')).toEqual([]);
    expect(
      first.ask({
        type: 'm.room.member',
        state_key: '@someone:a.test',
        content: { membership: 'join', displayname: 'free btc' },
      }),
    ).toEqual([]);
    first.person = { spokeBefore: true };
    expect(first.say('get free btc now')).toEqual([]);
    first.person = { hereForMs: undefined };
    expect(first.say('get free btc now')).toEqual([]);
  });

  it('finds nothing without words', () => expect(judge('FirstMessageIsWord').say('hello')).toEqual([]));
});

describe('names with listed words', () => {
  const named = (displayname: string, membership = 'join') => ({
    type: 'm.room.member',
    state_key: '@someone:a.test',
    content: { membership, displayname },
  });

  it('are what NameWordList finds, whoever joins or renames; it finds nothing in messages', () => {
    const names = judge('NameWordList', { words: ['admin bot'] });
    expect(names.ask(named('The Admin Bot'))).toHaveLength(1);
    expect(names.ask(named('The Аdmin Bоt'))).toHaveLength(1);
    expect(names.ask(named('Adminka'))).toEqual([]);
    expect(names.ask(named('admin bot', 'leave'))).toEqual([]);
    expect(judge('NameWordList').ask(named('admin bot'))).toEqual([]);
  });

  it('are what WordList finds too, unless that is off', () => {
    expect(judge('WordList', { words: ['casino'] }).ask(named('Casino'))).toHaveLength(1);
    const messages = judge('WordList', { words: ['casino'], names: false });
    expect(messages.ask(named('Casino'))).toEqual([]);
    expect(messages.say('casino')).toHaveLength(1);
    expect(messages.ask({ type: 'm.room.topic', state_key: '', content: { topic: 'casino' } })).toHaveLength(1);
  });
});

describe('FirstMessageIsLink', () => {
  it.each([
    ['https://evil.example/', 1],
    ['see evil.com', 1],
    ['hello @a:b.c', 0],
    ['[Ann](https://matrix.to/#/@ann:a.test) hello', 0],
    ['come to https://matrix.to/#/#spam:evil.example', 1],
    ['as in https://matrix.to/#/!room:a.test/$event', 0],
    ['look at main.rs', 0],
    ['hello.how are you, thanks.it works', 0],
    ['it says http://localhost:8008 and http://192.168.1.5/ are down', 0],
    ['user.name = x, foo.bar()', 0],
    ['evil.is', 1],
    ['www.evil.is it', 1],
    ['evil.is/x now', 1],
  ])('%s', (body, findings) => expect(judge('FirstMessageIsLink').say(body)).toHaveLength(findings));
});

describe('RepeatedMessage', () => {
  const text = 'Buy the very best coins of all the world here today, friends';
  it('finds the same text in three rooms', () => {
    const repeated = judge('RepeatedMessage');
    expect(repeated.say(text, { room_id: '!a:x' })).toEqual([]);
    expect(repeated.say(text.toUpperCase(), { room_id: '!b:x' })).toEqual([]);
    const [finding] = repeated.say(text, { room_id: '!c:x' });
    expect(finding?.events).toHaveLength(3);
    expect(repeated.say(text, { room_id: '!d:x' })[0]).toMatchObject({ continues: true });
  });

  it('finds it five times in one room, with other numbers and other letters that look the same', () => {
    const repeated = judge('RepeatedMessage');
    const found = [text, `${text} 1`, `${text} 22`, text.replace('Buy', 'Вuy'), `${text} 333`].map((one) =>
      repeated.say(one),
    );
    expect(found.map(({ length }) => length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('takes what was sent before a restart with it, as far as it is in this room', () => {
    const repeated = judge('RepeatedMessage');
    for (let i = 0; i < 3; i++) expect(repeated.say(text)).toEqual([]);
    const after = judge('RepeatedMessage');
    after.memory.restore(repeated.memory.takeChanged(), after.now);
    after.now += 600_000;
    const content = { msgtype: 'm.text', body: text };
    expect(after.ask({ content }, 599_000)).toEqual([]);
    const [found] = after.ask({ content }, 598_000);
    expect([found?.events.length, found?.also?.count]).toEqual([2, 5]);
    expect(found?.also?.sinceMs).toBeGreaterThanOrEqual(600_000);
  });

  it('finds a long row of signs without letters', () => {
    const repeated = judge('RepeatedMessage');
    const found = Array.from({ length: 5 }, () => repeated.say('🚀💰'.repeat(12)));
    expect(found.map(({ length }) => length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('finds one caption under five pictures, and one picture under five captions, and no five pictures', () => {
    const show = (repeated: Judge, at: number, filename: string, body: string) =>
      repeated.ask({ content: { msgtype: 'm.image', filename, body, url: `mxc://a.test/${at}` } });
    const findings = (more: (at: number) => [number, string, string]) => {
      const repeated = judge('RepeatedMessage');
      return [1, 2, 3, 4, 5].map((at) => show(repeated, ...more(at)).length);
    };
    expect(findings((at) => [at, `p${at}x.png`, 'Join our airdrop today and win'])).toEqual([0, 0, 0, 0, 1]);
    expect(findings((at) => [1, 'p.png', ['so', 'cheap', 'deals', 'here', 'now'][at - 1] ?? ''])).toEqual([
      0, 0, 0, 0, 1,
    ]);
    expect(findings((at) => [at, `holiday${at}.png`, `holiday${at}.png`])).toEqual([0, 0, 0, 0, 0]);
  });

  it('finds nearly the same long text', () => {
    const repeated = judge('RepeatedMessage');
    const found = ['mike', 'anna', 'john', 'judy', 'paul'].map((name) =>
      repeated.say(`Hello ${name}! ${text}. ${text.split(' ').reverse().join(' ')}`),
    );
    expect(found.map(({ length }) => length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('lets a bot that is known here repeat its notices in its room, but nobody else and nowhere else', () => {
    const repeated = judge('RepeatedMessage');
    const notice = { content: { msgtype: 'm.notice', body: text } };
    repeated.person = { hereForMs: undefined };
    for (let i = 0; i < 12; i++) expect(repeated.ask(notice)).toEqual([]);
    expect(repeated.ask({ ...notice, room_id: '!b:x' })).toEqual([]);
    expect(repeated.ask({ ...notice, room_id: '!c:x' })).toHaveLength(1);
    const fresh = judge('RepeatedMessage');
    expect(Array.from({ length: 5 }, () => fresh.ask(notice)).flat()).toHaveLength(1);
  });

  it('lets people who are known here say the same more often, up to a limit, and in no more rooms', () => {
    const known = judge('RepeatedMessage');
    known.person = { hereForMs: undefined };
    const findings = Array.from({ length: 12 }, () => known.say('I attack the goblin').length);
    expect(findings).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const everywhere = judge('RepeatedMessage');
    everywhere.person = { hereForMs: undefined };
    const rooms = ['!a:x', '!b:x', '!c:x'].map(
      (room) => everywhere.say('I attack the goblin', { room_id: room }).length,
    );
    expect(rooms).toEqual([0, 0, 1]);
  });

  it('leaves greetings, different texts, and slow repetition in peace', () => {
    const repeated = judge('RepeatedMessage');
    for (let i = 0; i < 10; i++) expect(repeated.say('hello')).toEqual([]);
    for (let i = 0; i < 10; i++) expect(repeated.say('😂😂😂')).toEqual([]);
    const sticker = { type: 'm.sticker', content: { body: 'a cat that waves its paw', url: 'mxc://a/cat' } };
    for (let i = 0; i < 10; i++) expect(repeated.ask(sticker)).toEqual([]);
    for (let i = 0; i < 20; i++)
      expect(
        repeated.say(
          `this is the ${['first', 'second', 'third', 'fourth', 'fifth'][i % 5]} thing that I say about ${'abcdefghijklmnopqrst'[i]}`,
        ),
      ).toEqual([]);
    for (let i = 0; i < 20; i++) {
      repeated.now += 100_000;
      expect(repeated.say(text)).toEqual([]);
    }
  });
});

describe('LinkFilter', () => {
  const one = (values: Record<string, unknown>, body: string) => judge('LinkFilter', values).say(body).length;
  it('denies a domain, what is below it, and its disguises', () => {
    const deny = { deny: ['evil.com'] };
    for (const body of [
      'evil.com',
      'https://a.b.evil.com/x',
      'еvil.com',
      'https://ev%69l.com',
      'https://xn--vil-qdd.com',
      'evil(dot)com',
      'evil [.] com',
      'evil dot com',
      'evil .com',
    ])
      expect([body, one(deny, body)]).toEqual([body, 1]);
    for (const body of [
      'https://good.com',
      'evil.com.example.org',
      'notevil.com',
      'thanks @ann:evil.com',
      '[Ann](https://matrix.to/#/@ann:evil.com) #room:evil.com',
    ])
      expect([body, one(deny, body)]).toEqual([body, 0]);
  });

  it('lets allowed domains alone through, matched exactly', () => {
    const allow = { allow: ['good.com'] };
    expect(one(allow, 'https://good.com and https://www.good.com/x')).toBe(0);
    expect(one(allow, 'https://other.com')).toBe(1);
    expect(one(allow, 'https://gооd.com')).toBe(1);
    expect(one(allow, 'http://localhost:8008/, http://10.0.0.1')).toBe(0);
    expect(one(allow, 'hello [Ann](https://matrix.to/#/@ann:a.test), see main.rs')).toBe(0);
    expect(one({ ...allow, others: 'allow' }, 'https://other.com')).toBe(0);
  });

  it('lets the narrower entry count', () => {
    const both = { deny: ['evil.com'], allow: ['docs.evil.com'], others: 'allow' };
    expect([one(both, 'https://docs.evil.com/'), one(both, 'https://www.evil.com/')]).toEqual([0, 1]);
    // … and what is disguised, spelled or written bare beside it is still seen
    for (const body of [
      'evil (dot) com',
      'evil。com',
      'ev\u200bil.com',
      'info@evil.com',
      'see docs.evil.com or еvil.com',
    ])
      expect([body, one(both, body)]).toEqual([body, 1]);
    for (const body of ['see docs.evil.com.', 'a.docs.evil.com/x', 'DOCS.EVIL.COM'])
      expect([body, one(both, body)]).toEqual([body, 0]);
    expect(one(both, 'docs.evil.com.evil.com')).toBe(1);
  });

  it('refuses an ending that anybody registers under', () => {
    const { deny } = named('LinkFilter').settings.shape as unknown as {
      deny: { safeParse(value: unknown): { success: boolean } };
    };
    for (const bad of ['co.uk', 'com', 'github.io', 'localhost', ''])
      expect([bad, deny.safeParse([bad]).success]).toEqual([bad, false]);
    for (const good of ['evil.co.uk', '*.evil.com', 'https://evil.com/x', 'me.github.io', '1.2.3.4'])
      expect([good, deny.safeParse([good]).success]).toEqual([good, true]);
  });
});

describe('JoinWaveShortCircuit', () => {
  const join = (who: string) => ({
    type: 'm.room.member',
    state_key: who,
    sender: who,
    content: { membership: 'join' },
  });
  it('finds the 51st person within an hour, and counts nobody twice', () => {
    const wave = judge('JoinWaveShortCircuit');
    for (let i = 0; i < 50; i++) expect(wave.ask(join(`@u${i}:x`))).toEqual([]);
    for (let i = 0; i < 50; i++) expect(wave.ask(join(`@u${i}:x`))).toEqual([]);
    expect(wave.ask(join('@last:x'))).toMatchObject([{ subject: { kind: 'room', id: '!room:a.test' } }]);
    expect(wave.ask(join('@more:x'))).toEqual([]);
  });

  it('lets fifty an hour come, and new names of people who are in', () => {
    const wave = judge('JoinWaveShortCircuit');
    for (let i = 0; i < 300; i++) {
      wave.now += 73_000;
      expect(wave.ask(join(`@u${i}:x`))).toEqual([]);
    }
    for (let i = 0; i < 100; i++)
      expect(wave.ask({ ...join(`@v${i}:x`), unsigned: { prev_content: { membership: 'join' } } })).toEqual([]);
  });
});

describe('MembershipChange', () => {
  it('finds the eleventh change of one person in ten minutes, and none that others made', () => {
    const change = judge('MembershipChange');
    const rename = { type: 'm.room.member', state_key: '@u:x', sender: '@u:x', content: { membership: 'join' } };
    for (let i = 0; i < 10; i++) expect(change.ask(rename)).toEqual([]);
    for (let i = 0; i < 20; i++) expect(change.ask({ ...rename, sender: '@mod:x' })).toEqual([]);
    expect(change.ask(rename)).toHaveLength(1);
  });
});

describe('MembershipChange', () => {
  it('finds whoever comes and goes too often, when they come', () => {
    const restless = judge('MembershipChange', { max: 3 });
    const change = (membership: string) =>
      restless.ask({ type: 'm.room.member', state_key: '@someone:a.test', content: { membership } }).length;
    expect(['join', 'leave', 'join', 'leave', 'join', 'leave'].map(change)).toEqual([0, 0, 0, 0, 1, 0]);
  });
});

describe('Campaign', () => {
  const text = 'Dear friends, our group pays daily: write to the teacher today';
  const by = (index: number, more: Partial<MatrixEvent> = {}): Partial<MatrixEvent> => ({
    sender: `@camp${index}:s${index}.test`,
    room_id: `!room${index % 3}:a.test`,
    content: { msgtype: 'm.text', body: `${text} ${index}` },
    ...more,
  });
  const asked = (judged: Judge, count: number, more?: (index: number) => Partial<MatrixEvent>) =>
    Array.from({ length: count }, (_, index) => judged.ask(by(index, more?.(index)))).flat();

  it('finds five new accounts with one text, in any rooms, as one finding with a list', () => {
    const campaign = judge('Campaign');
    const found = asked(campaign, 12);
    expect(found.map(({ members }) => members?.length)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(found[0]).toMatchObject({ subject: { kind: 'room' }, detail: { accounts: 5, rooms: 3 } });
    expect(found[1]?.subject).toEqual(found[0]?.subject);
    expect(found[0]?.parts?.[0]?.events).toHaveLength(1);
  });

  it('finds ten with one link, or with names of one form from one server', () => {
    const link = (index: number) => ({
      content: { msgtype: 'm.text', body: `${'abcdefghijkl'[index]} https://x.com/${index}` },
    });
    expect(asked(judge('Campaign'), 10, link).map(({ why }) => why)).toEqual([expect.stringContaining('same link')]);
    const names = Array.from({ length: 10 }, (_, index) => {
      const who = `@x${index}:far.test`;
      return {
        type: 'm.room.member',
        state_key: who,
        sender: who,
        content: { membership: 'join', displayname: `Crypto Anna ${index}` },
      };
    });
    const wave = judge('Campaign');
    expect(names.flatMap((one) => wave.ask(one)).map(({ why }) => why)).toEqual([
      expect.stringContaining('names of the same form'),
    ]);
  });

  it('leaves known people, one person who says it often, greetings, and slow ones in peace', () => {
    const known = judge('Campaign');
    known.person = { hereForMs: undefined };
    expect(asked(known, 12)).toEqual([]);
    expect(asked(judge('Campaign'), 12, () => ({ sender: '@one:a.test' }))).toEqual([]);
    expect(
      asked(judge('Campaign'), 12, () => ({
        content: { msgtype: 'm.text', body: 'hello everybody here, good evening' },
      })),
    ).toEqual([]);
    const slow = judge('Campaign');
    const found = Array.from({ length: 12 }, (_, index) => {
      slow.now += 900_000;
      return slow.ask(by(index));
    });
    expect(found.flat()).toEqual([]);
  });

  it('goes on after a restart', () => {
    const before = judge('Campaign');
    asked(before, 4);
    const after = judge('Campaign');
    after.memory.restore(before.memory.takeChanged(), after.now);
    expect(after.ask(by(4))).toHaveLength(1);
  });
});

describe('InvalidEvent', () => {
  const find = (content: Record<string, unknown>) => judge('InvalidEvent').ask({ content }).length;
  it.each([
    [{ msgtype: 'm.text', body: { a: 1 } }],
    [{ msgtype: 'm.text', body: 'x', formatted_body: [1] }],
    [{ msgtype: 'm.text', body: 'x', 'm.relates_to': 'y' }],
    [{ msgtype: 'm.text', body: 'x', 'm.relates_to': { event_id: 5 } }],
    [{ msgtype: 'm.text', body: 'x', 'm.mentions': { user_ids: 'all' } }],
    [{ msgtype: 'm.image', body: 'x', info: { w: 1e9, h: 2 } }],
    [{ msgtype: 'm.image', body: 'x', info: { w: '10' } }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': { body: 5 } }],
    [{ msgtype: 'm.text', body: 'x', 'm.relates_to': { 'm.in_reply_to': { event_id: 5 } } }],
    [{ msgtype: 'm.text', body: 'x', 'm.mentions': { room: 'all' } }],
    [{ msgtype: 'm.image', body: 'x', info: { thumbnail_info: 'x' } }],
    [{ msgtype: 'm.image', body: 'x', info: { mimetype: {} } }],
    [{ msgtype: 'm.image', body: 'x', file: { url: 5 } }],
    [{ msgtype: 'm.audio', body: 'x', 'org.matrix.msc1767.audio': { waveform: 'x' } }],
    [{ 'm.poll': { answers: 'x' } }],
    [{ msgtype: 'm.text', body: null }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': 'x' }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': { body: 'x', 'm.mentions': { user_ids: 'all' } } }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': { body: 'x', 'm.new_content': 5 } }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': { body: 'x', formatted_body: '<b>'.repeat(300) } }],
    [{ msgtype: 'm.text', body: 'x', url: 5 }],
    [{ msgtype: 'm.text', body: 'x', itemtypes: 'x' }],
  ])('finds %j', (content) => expect(find(content)).toBe(1));

  it.each([
    [{ msgtype: 'm.text', body: 'x' }],
    [{}],
    [{ body: 'x', 'm.mentions': {} }],
    [{ msgtype: 'm.image', body: 'x', info: { w: 640, h: 480, size: 0 }, url: null }],
    [{ msgtype: 'm.text', body: 'x', 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }],
    [{ msgtype: 'm.audio', body: 'x', 'org.matrix.msc1767.audio': { duration: 1, waveform: [1, 2] } }],
    [{ msgtype: 'm.image', body: 'x', info: { thumbnail_info: { w: 1 }, thumbnail_url: 'mxc://a/b' } }],
    [{ msgtype: 'm.text', body: 'x', 'm.new_content': { msgtype: 'm.text', body: 'x', 'm.mentions': {} } }],
    [{ msgtype: 'm.text', body: 'x', 'm.text': 'x', 'of.somebody': 'x', 'of.others': 5, nothing: null }],
  ])('leaves %j alone', (content) => expect(find(content)).toBe(0));

  it('finds an encrypted event that holds no text, and leaves the others alone', () => {
    const judged = (content: Record<string, unknown>) =>
      judge('InvalidEvent').ask({ type: 'm.room.encrypted', content }).length;
    expect([judged({ ciphertext: 5 }), judged({ algorithm: 'm.megolm', ciphertext: 'x', device_id: 'A' })]).toEqual([
      1, 0,
    ]);
  });

  it('finds a name that is not a text', () => {
    const member = { type: 'm.room.member', state_key: '@someone:a.test' };
    const judged = (content: Record<string, unknown>) => judge('InvalidEvent').ask({ ...member, content }).length;
    expect(judged({ membership: 'join', displayname: {} })).toBe(1);
    expect(judged({ membership: 'join', displayname: null, avatar_url: 'mxc://a/b' })).toBe(0);
  });

  it('finds what is nested without end, without failing itself', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(find({ msgtype: 'm.text', body: 'x', deep })).toBe(1);
  });
});
