import { randomOf } from '../detection/attacks.js';
import { DOMAINS, WORDS } from './bad.js';
import { HOUR, MINUTE, Script, sentence, type Stream } from './world.js';

/** Streams of the kinds that hundreds of single probes had shown to be missing in the others. */
export function probedHonest(seed: number): Stream[] {
  return [addressed, essays, retold].map((kind, at) => kind(new Script(kind.name, randomOf(seed * 139 + at))));
}

export function probedBad(seed: number): Stream[] {
  return [buried, edged, leading, crossposts, malformed].map((kind, at) =>
    kind(new Script(kind.name, randomOf(seed * 149 + at))),
  );
}

const [WORD = ''] = WORDS.filter((word) => /^[a-z]+$/.test(word));
const [DOMAIN = ''] = DOMAINS;
const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });

/** Newcomers who speak to somebody whose id is a listed word, on a server whose name is a denied domain. */
function addressed(script: Script): Stream {
  const id = `@${WORD}:${DOMAIN}`;
  for (let n = 0; n < 200; n++) {
    const who = `@asker${n}:a.test`;
    const at = n * 10 * MINUTE;
    script.join(at, script.room(), who);
    script.say(at + 4_000, script.room(), who, 'hello');
    const words = sentence(script);
    const forms: [string, Record<string, unknown>][] = [
      [`${id} ${words}`, {}],
      [`${WORD}: ${words}`, html(`<a href="https://matrix.to/#/${id}">${WORD}</a>: ${words}`)],
      [`[${WORD}](https://matrix.to/#/${id}) ${words}`, {}],
      [`see https://matrix.to/#/#${WORD}:${DOMAIN}, ${words}`, {}],
      [`> <${id}> ${WORD}\n\n${words}`, { 'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } } }],
    ];
    const [body, more] = forms[n % forms.length]!;
    script.say(at + 60_000, script.room(), who, body, more);
  }
  return script.done('newcomers who speak to somebody whose id is a listed word, on a denied server', 34);
}

/** Newcomers who write long: a story, a log, a configuration. */
function essays(script: Script): Stream {
  for (let n = 0; n < 120; n++) {
    const who = `@writer${n}:a.test`;
    const at = n * 20 * MINUTE;
    script.join(at, script.room(), who);
    const lines = Array.from({ length: script.between(40, 400) }, (_, line) =>
      n % 2 === 0 ? sentence(script) : `2026-11-29 12:00:${line % 60} worker-${line} ${sentence(script)} (${line} ms)`,
    );
    script.say(at + 5 * MINUTE, script.room(), who, lines.join('\n'));
  }
  return script.done('newcomers who write long: stories, logs of up to 400 lines', 40);
}

/** Newcomers who mend what they wrote, again and again, and ask in a second room when nobody answers. */
function retold(script: Script): Stream {
  for (let n = 0; n < 100; n++) {
    const who = `@mender${n}:a.test`;
    const at = n * 20 * MINUTE;
    const question = `how do I move the media store of my server to the second disk, it is number ${n}`;
    for (const room of [0, 1]) {
      script.join(at + room * MINUTE, script.room(room), who);
      const first = script.say(at + room * MINUTE + 5_000, script.room(room), who, question);
      for (let time = 0; time < 4; time++)
        script.say(at + room * MINUTE + 10_000 + time * 5_000, script.room(room), who, '* x', {
          'm.new_content': { msgtype: 'm.text', body: `${question}${'?'.repeat(time)} thanks` },
          'm.relates_to': { rel_type: 'm.replace', event_id: first },
        });
    }
  }
  return script.done('newcomers who mend their question four times, and ask it in a second room', 34);
}

/** Listed words in the middle of long texts, behind hundreds of tags, in every name of a poll. */
function buried(script: Script): Stream {
  const talk = () => Array.from({ length: 60 }, () => sentence(script)).join('. ');
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@digger${n}:y.test`);
    const at = n * 10 * MINUTE;
    script.join(at, script.room(), who);
    const poll = { question: { body: 'x' }, answers: [{ id: 'a', 'm.text': [{ body: WORD }] }] };
    const forms: [string, Record<string, unknown>][] = [
      ['m.room.message', { msgtype: 'm.text', body: `${talk()} ${WORD} ${talk()}` }],
      ['m.room.message', { msgtype: 'm.text', body: 'x', ...html(`${'<b></b>'.repeat(400)}<i>${WORD}</i>`) }],
      ['m.poll.start', { 'm.poll': { question: { body: 'x' }, answers: [] }, 'm.poll.start': poll }],
      ['org.matrix.msc3381.v2.poll.start', { 'org.matrix.msc3381.v2.poll': poll }],
    ];
    const [type, content] = forms[n % forms.length]!;
    script.add(at + 4_000, script.room(), who, type, { content });
  }
  return script.done('listed words in the middle of long texts, behind 400 tags, in polls of four names', 10, [
    'WordList',
  ]);
}

/** Listed words with signs at their edges or amid all letters, on their heads, and hidden in a quote of nobody. */
function edged(script: Script): Stream {
  const forms: [string, Record<string, unknown>][] = [
    [`!${WORD} now`, {}],
    [`||${WORD}||`, {}],
    [[...WORD].join('|'), {}],
    ['x', html(`<mx-reply>${WORD}</mx-reply>hello`)],
    ['x', html(`${WORD.slice(0, 2)}<wbr>${WORD.slice(2)}`)],
    ['x', html(`<span data-mx-maths="${WORD}">x</span>`)],
  ];
  for (let n = 0; n < 60; n++) {
    const who = script.harm(`@edger${n}:y.test`);
    script.join(n * 10 * MINUTE, script.room(), who);
    const [body, more] = forms[n % forms.length]!;
    script.say(n * 10 * MINUTE + 4_000, script.room(), who, body, more);
  }
  return script.done('listed words with signs at their edges, in a quote of nobody, cut by a tag, as a formula', 10, [
    'WordList',
  ]);
}

/** Links to a denied domain through another site, in the middle of long texts, and in what browsers forgive. */
function leading(script: Script): Stream {
  const talk = () => Array.from({ length: 60 }, () => sentence(script)).join('. ');
  const forms: (() => [string, Record<string, unknown>])[] = [
    () => [`https://google.com/url?q=https%3A%2F%2F${DOMAIN}%2Fx`, {}],
    () => ['x', html(`<a href="https://google.com/url?q=https%3A%2F%2F${DOMAIN}">x</a>`)],
    () => [`${talk()} https://${DOMAIN}/x ${talk()}`, {}],
    () => ['x', html(`<a/href="https://${DOMAIN}/x">good</a>`)],
    () => ['x', html(`<a href="mailto:x@${DOMAIN}">write to us</a>`)],
  ];
  for (let n = 0; n < 50; n++) {
    const who = script.harm(`@leader${n}:y.test`);
    script.join(n * 10 * MINUTE, script.room(), who);
    const [body, more] = forms[n % forms.length]!();
    script.say(n * 10 * MINUTE + 4_000, script.room(), who, body, more);
  }
  return script.done('links through other sites, in long texts, in forms that browsers forgive, by mail', 9, [
    'LinkFilter',
  ]);
}

/** One short advertisement in three rooms, with another word in each, or put there by an edit. */
function crossposts(script: Script): Stream {
  for (let n = 0; n < 40; n++) {
    const who = script.harm(`@poster${n}:y.test`);
    for (let room = 0; room < 3; room++) {
      const at = n * HOUR + room * 20_000;
      script.join(at, script.room(room), who);
      const text = `hello ${['anna', 'boris', 'chloe'][room] ?? ''} join my channel right now`;
      if (n % 2 === 0) {
        script.say(at + 5_000, script.room(room), who, text);
        continue;
      }
      const first = script.say(at + 5_000, script.room(room), who, ['good day', 'hi there all', 'hey'][room] ?? '');
      script.say(at + 9_000, script.room(room), who, '* x', {
        'm.new_content': { msgtype: 'm.text', body: text },
        'm.relates_to': { rel_type: 'm.replace', event_id: first },
      });
    }
  }
  return script.done('one short advertisement in three rooms, with another word in each, or by an edit', 40, [
    'RepeatedMessage',
  ]);
}

/** Further contents of wrong types. */
function malformed(script: Script): Stream {
  const text = { msgtype: 'm.text', body: 'x' };
  const forms: Record<string, unknown>[] = [
    { msgtype: 'm.text' },
    { ...text, body: null },
    { ...text, 'm.text': 5 },
    { ...text, 'org.matrix.msc1767.message': [5] },
    { ...text, 'com.beeper.per_message_profile': 'x' },
    { msgtype: 'm.image', body: 'x', url: 'mxc://a/b', info: { thumbnail_info: { w: 'x' } } },
    { msgtype: 'm.gallery', body: 'x', itemtypes: 'x' },
  ];
  for (let n = 0; n < 35; n++) {
    const who = script.harm(`@breaker${n}:y.test`);
    script.join(n * MINUTE, script.room(), who);
    script.add(n * MINUTE + 3_000, script.room(), who, 'm.room.message', { content: forms[n % forms.length]! });
  }
  return script.done('contents of wrong types in seven more places', 1, ['InvalidEvent']);
}
