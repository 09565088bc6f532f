/** Copies each of which was changed at another place, and honest series that are alike. */
import { describe, expect, it } from '@jest/globals';
import { repeatedMessage } from '../../src/protections/kinds/repeated-message.js';
import { Judge } from './judging.js';

/** How many of these somebody new is hit for, who writes one each twenty seconds. */
function hits(texts: readonly string[], where: 'rooms' | 'room', restart = false): number {
  const judge = new Judge(repeatedMessage);
  let found = 0;
  for (const [at, body] of texts.entries()) {
    judge.now += 20_000;
    found += judge.say(body, {
      event_id: `$m${at}`,
      room_id: where === 'rooms' ? `!room${at}:a.test` : '!one:a.test',
    }).length;
    if (restart) judge.restart(judge.memory.all(judge.now));
  }
  return found;
}

const OTHERS = [
  'really',
  'green',
  'tomorrow',
  'Peter',
  'window',
  'seven',
  'gladly',
  'music',
  'paper',
  'north',
  'quick',
  'salt',
];
type Change = (words: string[], at: number, copy: number) => string[];
const CHANGES: Record<string, Change> = {
  exchanged: (words, at, copy) => words.map((word, index) => (index === at ? OTHERS[copy]! : word)),
  added: (words, at, copy) => [...words.slice(0, at), OTHERS[copy]!, ...words.slice(at)],
  'left out': (words, at) => words.filter((_, index) => index !== at),
  misspelt: (words, at) => words.map((word, index) => (index === at ? `${word.slice(0, 1)}x${word.slice(2)}` : word)),
  'with a sign': (words, at, copy) => [
    ...words.slice(0, at),
    ['🔥', '💰', '🎉', '✅', '👉', '🚀', '🔔', '⭐'][copy % 8]!,
    ...words.slice(at),
  ],
  'with a number': (words, at, copy) => [...words.slice(0, at), String(copy * 37 + 11), ...words.slice(at)],
  'with a sign that is not seen': (words, at) =>
    words.map((word, index) => (index === at ? `${word.slice(0, 1)}\u200b${word.slice(1)}` : word)),
  'with a tail of letters': (words, _at, copy) => [
    ...words,
    ['qzxv', 'wplk', 'bnjr', 'tyfg', 'hdcs', 'mkou', 'vrew', 'gijz'][copy % 8]!,
  ],
};
const turn = (copy: number, length: number): number => (copy * 2 + Math.floor((copy * 2) / length)) % length;
function changed(text: string, count: number, change: Change): string[] {
  const words = text.split(' ');
  return Array.from({ length: count }, (_, copy) => change(words, turn(copy, words.length), copy).join(' '));
}

/** Of five to eight words, of more, and of many. */
const SHORT = [
  'Join our channel for free coins today',
  'Write me and get rich within weeks',
  'Cheap watches from our shop on telegram',
  'Lonely girls nearby want to meet you',
  'Verdiene sofort viel Geld von zu Hause',
  'Зарабатывай деньги каждый день прямо из дома',
  'Gana mucho dinero desde casa cada semana',
];
const LONG = [
  'I will double your coins within one hour, just write a message to me and send what you have',
  'We need people for easy work at home, you get five hundred dollars a day and start at once',
  'Ask my friend about trading with her group, she made me rich in only one week from nothing',
  'Our experts recover stolen wallets and lost keys for a small fee, contact the office by telegram',
  'Die besten Signale der Börse gibt es jeden Morgen kostenlos in unserer Gruppe, komm einfach herein',
  'Le meilleur casino du monde paie tout de suite et sans question, venez nous voir dans notre canal',
  'Attention everybody, this room is moving to another server today, please follow the link and sign in again',
];

const numbered = (count: number, one: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => one(n));
const of = (list: readonly string[], index: number): string => list[index % list.length]!;
const NAMES = ['Anna', 'Bob', 'Carl', 'Dora', 'Emil', 'Frida', 'Georg', 'Hanna', 'Ivan', 'Jana', 'Kurt', 'Lena'];
const THINGS = [
  'the gateway',
  'a mirror',
  'our wiki',
  'the mail relay',
  'some tests',
  'an old printer',
  'the router',
  'both clocks',
];
const HONEST_ROOM: Record<string, string[]> = {
  greetings: numbered(8, (n) => `good morning ${of(NAMES, n)}, how are you?`),
  'greetings of many': numbered(8, (n) => `hello ${of(NAMES, n)} and welcome to our little room`),
  thanks: numbered(8, (n) => `thank you ${of(NAMES, n)}, that was ${of(['kind', 'fast', 'very good', 'a help'], n)}`),
  'a quiz': numbered(
    8,
    (n) => `what is the capital of ${of(['France', 'Spain', 'Chad', 'Peru', 'Oman', 'Cuba', 'Mali', 'Fiji'], n)}?`,
  ),
  answers: numbered(
    8,
    (n) => `I think it is ${of(['Paris', 'Madrid', 'Lima', 'Muscat', 'Havana', 'Bamako', 'Suva', 'Rome'], n)}`,
  ),
  'commands of a game': numbered(
    8,
    (n) =>
      `/attack ${of(['orc', 'troll', 'elf', 'rat', 'bat', 'wolf', 'ghost', 'imp'], n)} with ${of(['sword', 'bow', 'axe'], n)}`,
  ),
  dice: numbered(8, (n) => `!roll ${n + 1}d6 for ${of(['damage', 'luck', 'wisdom', 'speed'], n)} please`),
  'commands of a music bot': numbered(
    8,
    (n) =>
      `!play ${of(['blue', 'red', 'slow', 'late', 'night', 'moon', 'rain', 'sun'], n)} ${of(['song', 'train', 'river', 'road'], n + 1)} by ${of(NAMES, n)}`,
  ),
  installs: numbered(
    8,
    (n) => `sudo apt install ${of(['curl', 'wget', 'git', 'vim', 'make', 'tree', 'htop', 'jq'], n)}`,
  ),
  'work notes': numbered(8, (n) => `${of(NAMES, n)} will look after ${of(THINGS, n)} next week`),
  'a bot of builds': numbered(
    8,
    (n) =>
      `Build ${of(['alpha', 'beta', 'gamma', 'delta'], n)} of ${of(THINGS, n)} by ${of(NAMES, n)} has ${of(['passed', 'failed'], n)}`,
  ),
  'a bot of changes': numbered(
    8,
    (n) =>
      `${of(NAMES, n)} merged “${of(['fix a crash', 'add more tests', 'speed up the start', 'mend a typo', 'drop old code'], n)}” into main`,
  ),
  'a bot of tickets': numbered(
    8,
    (n) =>
      `Ticket #${n + 400}: ${of(THINGS, n)} is ${of(['down', 'slow', 'loud', 'lost', 'back'], n)}, reported by ${of(NAMES, n)}`,
  ),
  'lines of a log': numbered(
    8,
    (n) => `WARN worker ${of(['fetch', 'send', 'sync', 'purge'], n)}: ${of(THINGS, n)} took ${n * 31} ms`,
  ),
  'lines of a poem': [
    'the wind was cold, the night was long',
    'the wind was low, the sea was strong',
    'the boat went out, the boat came in',
    'and where it went there we have been',
    'the wind is gone, the night is new',
    'the sea is calm, the sky is blue',
    'the boat is home, the lamp is lit',
    'and by the fire we all sit',
  ],
  'questions one after the other': numbered(
    8,
    (n) => `does it also work with ${of(THINGS, n)} ${of(['today', 'at night', 'on Linux', 'without root'], n)}?`,
  ),
  scores: numbered(
    8,
    (n) =>
      `${of(['Ajax', 'Porto', 'Celtic', 'Lazio'], n)} ${n} : ${n + 1} ${of(['Lyon', 'Genk', 'Basel'], n)}, what a match`,
  ),
  orders: numbered(
    8,
    (n) =>
      `one ${of(['tea', 'coffee', 'juice', 'soup', 'cake'], n)} for ${of(NAMES, n)} at the ${of(['left', 'right', 'big'], n)} table`,
  ),
  imports: numbered(
    8,
    (n) =>
      `import ${of(['fs', 'path', 'os', 'url', 'zlib', 'http', 'net', 'dns'], n)} from 'node:${of(['fs', 'path', 'os', 'url', 'zlib', 'http', 'net', 'dns'], n)}';`,
  ),
  translations: numbered(
    8,
    (n) =>
      `how do you say “${of(['dog', 'cat', 'house', 'tree', 'water', 'stone', 'bread', 'light'], n)}” in ${of(['German', 'Dutch', 'Polish'], n)}?`,
  ),
};
const HONEST_ROOMS: Record<string, string[]> = {
  introductions: [
    'hello everybody, I am new here and glad to see you all',
    'hi all, I have just found this room by the list of rooms',
    'hello, is this the right room to ask about bridges?',
  ],
  'three questions about one thing': [
    'how do I add a user to my own server?',
    'how do I remove a user from a room?',
    'why can a user not join the space?',
  ],
  'three notes of a meeting': numbered(
    3,
    (n) => `the meeting about ${of(THINGS, n)} is moved to ${of(['Monday', 'Thursday', 'next week'], n)}`,
  ),
  'three builds': numbered(
    3,
    (n) => `${of(THINGS, n)} has ${of(['passed', 'failed', 'a new release'], n)} after ${n + 4} hours`,
  ),
  'three answers': [
    'you need the newest release of the client for that',
    'that needs a newer release of the server, I think',
    'no, for that you need both the client and the server',
  ],
  'three wishes': [
    'happy birthday Anna, have a great day',
    'happy new year to all of you here',
    'have a great weekend everybody, see you',
  ],
  'three commands': [
    '!help rooms list of all commands',
    '!help users who may do this',
    '!status rooms of all spaces now',
  ],
  'three thanks': [
    'thanks for the talk, it was great',
    'thanks for all the help of today',
    'many thanks for the fish, Bob',
  ],
};

describe('copies of which each was changed at another place', () => {
  const missed = (texts: readonly string[], count: number, where: 'rooms' | 'room', restart = false): string[] =>
    Object.entries(CHANGES).flatMap(([kind, change]) =>
      texts
        .filter((text) => hits(changed(text, count, change), where, restart) === 0)
        .map((text) => `${kind}: ${text}`),
    );

  it('long ones are copies in one room', () => expect(missed(LONG, 8, 'room')).toEqual([]));
  it('long ones are copies in other rooms', () => expect(missed(LONG, 4, 'rooms')).toEqual([]));
  it('short ones are copies in one room, but for those with one word more each, as answers to a question have', () => {
    const others = missed(SHORT, 8, 'room').filter((text) => !/^(added|with a tail of letters): /.test(text));
    expect(others).toEqual([]);
  });
  it('short ones are copies in other rooms', () => expect(missed(SHORT, 4, 'rooms')).toEqual([]));
  it('after a restart in between, too', () => expect(missed(LONG, 8, 'room', true)).toEqual([]));
});

describe('no copies', () => {
  it.each(Object.entries(HONEST_ROOM))('in one room: %s', (_, texts) => expect(hits(texts, 'room')).toBe(0));
  it.each(Object.entries(HONEST_ROOMS))('in three rooms: %s', (_, texts) => expect(hits(texts, 'rooms')).toBe(0));
});
