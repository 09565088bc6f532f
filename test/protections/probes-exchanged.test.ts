import { describe, expect, it } from '@jest/globals';
import { repeatedMessage } from '../../src/protections/kinds/repeated-message.js';
import { Judge } from './judging.js';

/** A text with places in which the words differ: the n-th copy has the n-th of each place, over and over. */
function copies(text: string, count: number): string[] {
  return Array.from({ length: count }, (_, copy) =>
    text.replace(/\{([^}]*)\}/g, (_all, words: string) => {
      const choices = words.split('|');
      return choices[copy % choices.length]!;
    }),
  );
}

/** Whether somebody new who writes these is hit, in one room or in as many as there are texts. */
function isHit(texts: readonly string[], where: 'rooms' | 'room', { restart = false } = {}): boolean {
  const judge = new Judge(repeatedMessage);
  let found = 0;
  for (const [at, body] of texts.entries()) {
    judge.now += 20_000;
    found += judge.say(body, { room_id: where === 'rooms' ? `!room${at}:a.test` : '!one:a.test' }).length;
    if (restart) judge.restart(judge.memory.all(judge.now));
  }
  return found > 0;
}

const IN_ROOMS = [
  'Join {my|our|the} channel t.me/a for cash',
  'Join my channel t.me/a {for|with|and} cash now',
  'Join my {channel|group|room} t.me/cashnow for cash today',
  '{Best|Top|Great} crypto signals every single day, write me',
  'Earn money from home {quickly|easily|safely}, ask me how',
  'I will {double|triple|multiply} your coins within one hour, write to me',
  'Free nitro for {everyone|everybody|anyone} at discord.gift/abc today only',
  'Visit {our|my|this} shop at shop.example for cheap watches',
  'Hot {girls|women|ladies} in your town wait for you at dates.example',
  'We {hire|recruit|need} people for easy work at home, five hundred a day',
  '{Verdiene|Mache|Bekomme} jeden Tag viel Geld von zu Hause, schreib mir',
  '{Gagnez|Faites|Recevez} de l’argent chaque jour depuis la maison, contactez moi',
  '{Gana|Consigue|Haz} dinero cada dia desde tu casa, escribe me ahora',
  'Зарабатывай {легко|быстро|много} каждый день из дома, пиши мне в личку',
  'Claim {your|the|this} airdrop before midnight at claim.example/drop',
  'Ask {Anna|Marta|Julia} about trading, she made me rich in a week',
];
const IN_ONE_ROOM = [
  'Join {my|our|the|this|that} channel on telegram, there is free cash for every new member today',
  'I will {double|triple|multiply|return|grow} your coins within one hour, just write a message to me',
  'Hot {girls|women|ladies|singles|models} in your town wait for you at dates.example, come and see them',
  'We {hire|recruit|need|want|seek} people for easy work at home, you get five hundred dollars a day',
  'Ask {Anna|Marta|Julia|Nina|Olga} about trading with her, she made me rich in only one week',
  '{Verdiene|Mache|Bekomme|Hole|Kassiere} jeden Tag viel Geld von zu Hause aus, schreib mir einfach eine Nachricht',
  'The {best|top|greatest|finest|leading} casino in the world pays out at once, visit casino.example and play',
  'Our {experts|traders|brokers|analysts|advisers} recover stolen wallets and lost keys, contact recover.example',
];
/** Somebody who is new and writes each series within two minutes. */
const HONEST_ROOM: string[][] = [
  copies('good {morning|evening|night|day|afternoon} all', 5),
  copies('+1 {yes|agreed|same|right|true}', 5),
  copies('thanks {anna|bob|carl|dora|emil}, that helps', 5),
  copies('hello {anna|bob|carl|dora|emil} and welcome', 5),
  copies('!roll 2d6 {attack|defend|run|hide|dodge}', 5),
  copies('/cast {fireball|heal|shield|haste|light} on the orc', 5),
  copies('what is the capital of {France|Spain|Italy|Peru|Chad}?', 5),
  copies('how do you say {dog|cat|house|tree|water} in German?', 5),
  copies('and the {second|third|fourth|fifth|last} one?', 5),
  copies('who wants {tea|coffee|juice|water|beer}?', 5),
  copies('{Anna|Bob|Carl|Dora|Emil} is here', 5),
  copies('does it work with {firefox|chrome|safari|edge|opera}?', 5),
  copies('it does not work in {firefox|chrome|safari|edge|opera}', 5),
  copies('goal for {Ajax|Porto|Celtic|Lazio|Lyon}!!!', 5),
  copies('my favourite is {red|blue|green|black|white}', 5),
  copies('apt install {curl|wget|git|vim|make}', 5),
  copies('sudo systemctl restart {nginx|synapse|postgres|redis|cron}', 5),
  copies('kubectl get pods -n {web|db|mail|auth|chat}', 5),
  copies('ich hätte gern {Tee|Kaffee|Saft|Wasser|Bier}', 5),
  copies('je voudrais {du thé|du café|un jus|de l’eau|une bière}', 5),
  [
    'has anybody tried the new release of the server on a small machine with two cores?',
    'I mean the one that came out yesterday, with the new way to store the events',
    'mine takes a gigabyte of memory after the start, and then it grows for an hour',
    'the log says nothing about it, except that the cache is full after some minutes',
    'maybe it is only the cache, I will look at the figures again tomorrow morning',
  ],
  [
    'the first chapter is about the people who built the bridge over the river',
    'the second chapter tells why the bridge was closed after only three years',
    'the third chapter has letters of those who lived on the other side of it',
    'the fourth chapter asks who paid for all of this, and who earned from it',
    'the last chapter is a walk along the river as it looks today, with maps',
  ],
  [
    'Anna will write the notes of the meeting and send them to everybody by Friday',
    'Bob will ask the hosting company how much two more machines would cost us',
    'Carl will test the backup on the old server before we switch anything off',
    'Dora will call the printer about the posters and bring them to the office',
    'Emil will write the notes for the users and translate them into German',
  ],
  [
    'I tried to turn the cache off and it was slower than it had been before',
    'I tried to turn the workers off and nothing at all came in for a minute',
    'I tried to move the database and now it starts in half of the time',
    'I tried the other branch and got the same error as you had last week',
    'I gave up for today, thanks for all the help, I will read the manual',
  ],
];
const HONEST_ROOMS: string[][] = [
  copies('hello {all|everybody|friends}, I am new here', 3),
  copies('good morning {all|everybody|friends}', 3),
  copies('thanks {anna|bob|carl} for the help', 3),
  copies('I will be away until {monday|tuesday|friday}', 3),
  copies('+1 from {me|us|here}', 3),
  copies('{yes|no|maybe}, I think so too', 3),
  copies('is {synapse|dendrite|conduit} down?', 3),
  copies('!help {ban|kick|invite}', 3),
  copies('see you {later|tomorrow|soon} everyone', 3),
  [
    'how do I build the server on Debian?',
    'how can I add a user to a room?',
    'where do I find the logs of the server?',
  ],
  [
    'the meeting about the budget is moved to Monday at ten',
    'the meeting about the website will be on Tuesday at noon',
    'nobody has time for the meeting about the posters, so it is off',
  ],
  [
    'does anybody here know how to set up a TURN server for calls?',
    'which of these bridges works best with an old phone these days?',
    'has anybody here a list of good clients for an old telephone?',
  ],
  [
    'the new release of the library fixes the crash on start, thanks',
    'the new release of the client is out, please test it and tell us',
    'we will have no new release of the server before next spring',
  ],
  [
    'ich suche jemanden, der mit mir am Wochenende in die Berge fährt',
    'ich habe am Wochenende keine Zeit, aber danach komme ich gern mit',
    'wer hat am Wochenende Lust, mit uns die neue Halle anzusehen?',
  ],
];

describe('copies in which a word was exchanged', () => {
  it('are copies in three rooms', () =>
    expect(IN_ROOMS.filter((text) => !isHit(copies(text, 3), 'rooms'))).toEqual([]));
  it('are copies in one room, five times', () =>
    expect(IN_ONE_ROOM.filter((text) => !isHit(copies(text, 5), 'room'))).toEqual([]));
  it('are so after a restart in between', () =>
    expect(IN_ROOMS.filter((text) => !isHit(copies(text, 3), 'rooms', { restart: true }))).toEqual([]));
  it('are none where people write alike', () => {
    expect(HONEST_ROOM.length + HONEST_ROOMS.length).toBeGreaterThanOrEqual(IN_ROOMS.length + IN_ONE_ROOM.length);
    expect(HONEST_ROOM.filter((texts) => isHit(texts, 'room'))).toEqual([]);
    expect(HONEST_ROOMS.filter((texts) => isHit(texts, 'rooms'))).toEqual([]);
  });
});
