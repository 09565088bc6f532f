import { randomOf } from '../detection/attacks.js';
import { HOUR, MINUTE, Script, sentence, type Stream } from './world.js';

/** Honest people of the kinds that the other streams lack. Committed before the protections were measured on them. */
export function laterHonest(seed: number): Stream[] {
  return [puppets, farewells, quizzes, pastes, spaceless, thumbs, quoting, workshops, commuters, planning, outage].map(
    (kind, at) => kind(new Script(kind.name, randomOf(seed * 151 + at))),
  );
}

const html = (formatted: string) => ({ format: 'org.matrix.custom.html', formatted_body: formatted });
const NAMES = ['Anna', 'Jonas', 'Marie', 'Felix', 'Lena', 'Paul', 'Emma', 'Max', 'Clara', 'Tim', 'Greta', 'Noah'];

/** A bridge of another server, which nobody has configured as one: relayed names, edits, emoji, a relay bot. */
function puppets(script: Script): Stream {
  const hours = 60;
  for (let at = 0; at < hours * HOUR; at += script.between(2, 90) * 1000) {
    const puppet = `@_discord_${script.between(100, 139)}:bridge.test`;
    const said = sentence(script);
    const form = script.between(0, 9);
    if (form < 5) script.say(at, script.room(), puppet, said);
    else if (form < 7)
      script.say(at, script.room(), '@relay:t.test', `<${script.pick(NAMES)}> ${said}`, { msgtype: 'm.text' });
    else if (form === 7)
      script.say(at, script.room(), puppet, `${said} :party:`, {
        ...html(`${said} <img data-mx-emoticon src="mxc://bridge.test/party" alt=":party:" height="32">`),
      });
    else if (form === 8)
      script.say(at, script.room(), puppet, `* ${said}`, {
        'm.new_content': { msgtype: 'm.text', body: said },
        'm.relates_to': { rel_type: 'm.replace', event_id: `$edited${Math.round(at)}` },
      });
    else
      script.say(at, script.room(), puppet, `@${script.pick(NAMES)}#1234 ${said}`, {
        'm.mentions': { user_ids: [`@_discord_${script.between(100, 139)}:bridge.test`] },
      });
  }
  return script.done('people of a bridge on another server, which is not configured as one, and its relay bot', hours);
}

/** The last minutes of an event: everybody thanks, claps and waves, most of them new in the room. */
function farewells(script: Script): Stream {
  const thanks = [
    'Thank you so much, that was a great event!',
    'Thank you!',
    'Vielen Dank an das ganze Team, es war ein toller Tag!',
    'Merci beaucoup à toute l’équipe pour cette journée !',
    'thanks everyone 👏👏👏',
    '👏👏👏👏👏👏👏👏👏👏👏👏👏👏👏👏',
    'Bye bye, see you next year!',
    '❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️',
  ];
  const hours = 24;
  for (let event = 0; event < 8; event++) {
    const began = event * 3 * HOUR;
    for (let guest = 0; guest < 70; guest++) {
      const who = `@guest${event}x${guest}:g${guest % 6}.test`;
      script.join(began + guest * 30_000, script.room(), who, `${script.pick(NAMES)} ${guest}`);
      for (let word = script.between(0, 3); word > 0; word--)
        script.say(
          began + 40 * MINUTE + script.between(0, 110) * MINUTE + word * 1000,
          script.room(),
          who,
          sentence(script),
        );
      const end = began + 160 * MINUTE + script.between(0, 600) * 1000;
      script.say(end, script.room(), who, script.pick(thanks));
      for (let clap = script.between(0, 5); clap > 0; clap--)
        script.add(end + clap * 1500, script.room(), who, 'm.reaction', {
          content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: `$talk${clap}`, key: '👏' } },
        });
    }
  }
  return script.done('eight events that end: seventy guests each, most new, thank and clap within ten minutes', hours);
}

/** A quiz: a host asks, newcomers answer with the same letter or word, react, and vote. */
function quizzes(script: Script): Stream {
  const hours = 12;
  for (let night = 0; night < 6; night++) {
    const began = night * 2 * HOUR;
    for (let player = 0; player < 25; player++)
      script.join(began + player * 5000, script.room(), `@p${night}x${player}:q${player % 3}.test`, script.pick(NAMES));
    for (let question = 0; question < 40; question++) {
      const at = began + 10 * MINUTE + question * 100_000;
      script.say(at, script.room(), '@host:a.test', `Question ${question}: who wrote it?`, { msgtype: 'm.notice' });
      const answer = script.pick(['A', 'B', 'Answer C', 'William Shakespeare', 'the second one I think']);
      for (let player = 0; player < 25; player++) {
        const who = `@p${night}x${player}:q${player % 3}.test`;
        if (script.chance(0.7)) script.say(at + script.between(4, 60) * 1000, script.room(), who, answer);
        if (script.chance(0.3))
          script.add(at + script.between(60, 90) * 1000, script.room(), who, 'm.reaction', {
            content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: `$q${question}`, key: '🎉' } },
          });
      }
    }
  }
  return script.done('six quiz nights: 25 new players answer forty questions with the same words', hours);
}

/** Developers who are new paste code, diffs, commands and packages, in their first message too. */
function pastes(script: Script): Stream {
  const pieces = [
    '@app.route("/login")\n@limiter.limit("5/m")\ndef login():\n    return render(user.name)',
    'error[E0433]: failed to resolve: use of undeclared crate\n --> src/main.rs:12:5',
    'npm i @types/node:latest @scope/pkg:2 @babel/core:7',
    'File "app/models.py", line 10, in save\n  self.validate()\nTypeError: None is not callable',
    'const x = await fetch(url); console.log(x.status, x.body)',
    'cargo.toml says edition = "2021", lib.rs is empty',
    'git clone git@host:team/project.git && cd project && make',
    'docker run -p 8080:80 nginx:1.27 && curl localhost:8080',
    'std::vector<std::string> v; v.push_back(args.at(0));',
    'SELECT u.name, o.total FROM users u JOIN orders o ON o.user = u.id',
    'we use asp.net core and node.js, e.g. with socket.io',
    'line 12: obj.method().then(r=>r.json()).catch(e=>log(e.message))',
  ];
  const hours = 80;
  for (let n = 0; n < 300; n++) {
    const who = `@dev${n}:a.test`;
    const at = n * 16 * MINUTE;
    script.join(at, script.room(), who);
    const piece = script.pick(pieces);
    const asCode = html(`<pre><code>${piece.replaceAll('<', '&lt;')}</code></pre>`);
    script.say(at + 20_000, script.room(), who, piece, script.chance(0.5) ? asCode : {});
    script.say(at + 80_000, script.room(), who, script.pick(['any idea?', 'what does that mean?', sentence(script)]));
    if (script.chance(0.3)) script.say(at + 140_000, script.room(), who, script.pick(pieces));
  }
  return script.done('new developers whose first words are code, errors, packages and commands', hours);
}

/** Scripts without spaces, and languages whose words look like others'. */
function spaceless(script: Script): Stream {
  const said = [
    '大家好,请问这个怎么安装?',
    '谢谢大家,已经可以了',
    '这个软件是免费的吗?',
    '我觉得比特币和这个没有关系',
    '哈哈哈哈哈哈哈哈哈哈',
    '今天的更新有问题吗?服务器好像很慢',
    'これは便利ですね、ありがとうございます',
    'インストールの方法を教えてください',
    'สวัสดีครับ ขอถามเรื่องการติดตั้งหน่อยครับ',
    'ขอบคุณมากครับ ใช้ได้แล้ว',
    '5555555555',
    '안녕하세요 질문이 있습니다',
    'ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ',
    'مرحبا، كيف أثبت هذا البرنامج؟',
    'شكرا جزيلا لكم',
    'ההתקנה לא עובדת לי, מישהו יודע למה?',
    'хахахахахахаха',
    'Это платно или без оплаты?',
    'Öğrenciler için ücretsiz mi acaba?',
    'Tôi không cài được, ai giúp với ạ',
  ];
  const hours = 100;
  for (let at = 0; at < hours * HOUR; at += script.between(20, 600) * 1000) {
    const isNew = script.chance(0.2);
    const who = isNew ? `@fresh${Math.round(at)}:c.test` : `@reg${script.between(0, 30)}:a.test`;
    if (isNew) script.join(at - 30_000, script.room(), who, script.pick(['小明', 'さくら', 'สมชาย', '민수', 'علي']));
    const words = script.pick(said);
    for (let time = isNew ? script.between(1, 3) : 1; time > 0; time--)
      script.say(at + time * 9000, script.room(), who, time === 1 ? words : script.pick(said));
    if (isNew && /^(?:哈|5|ㅋ|х)/.test(words))
      for (let laugh = 0; laugh < 5; laugh++) script.say(at + 30_000 + laugh * 20_000, script.room(), who, words);
  }
  return script.done(
    'rooms in Chinese, Japanese, Thai, Korean, Arabic, Hebrew and more, with newcomers who laugh',
    hours,
  );
}

/** Telephones: no space after a full stop, every message mended, elongated words, one word a message. */
function thumbs(script: Script): Stream {
  const hours = 60;
  const bits = [
    'ok.so now',
    'yes.im here',
    'Danke.De nada',
    'wait.no',
    'sooooo',
    'nooooo',
    'hahahahahahahaha',
    "he'll",
    'gut.Es geht',
  ];
  for (let n = 0; n < 400; n++) {
    const who = `@thumb${n}:a.test`;
    const at = n * 9 * MINUTE;
    script.join(at, script.room(), who);
    script.say(at + 10_000, script.room(), who, script.pick(bits));
    let time = at + 20_000;
    for (let word = script.between(2, 9); word > 0; word--) {
      const text = script.chance(0.5) ? sentence(script) : script.pick(bits);
      const id = script.say(time, script.room(), who, text);
      if (script.chance(0.4))
        script.say(time + 3000, script.room(), who, `* ${text}!`, {
          'm.new_content': { msgtype: 'm.text', body: `${text}!` },
          'm.relates_to': { rel_type: 'm.replace', event_id: id },
        });
      time += script.between(7, 20) * 1000;
    }
  }
  return script.done('newcomers on telephones: words a message, mended ones, no space after a full stop', hours);
}

/** People who answer spam, by replies with the quote that clients add, to tell the moderators. */
function quoting(script: Script): Stream {
  const spam = ['get free btc at https://evil.com', 'best casino in town, bit.ly/x', 'cheap viagra here'];
  const hours = 40;
  for (let n = 0; n < 240; n++) {
    const who = n % 3 === 0 ? `@watcher${n % 20}:a.test` : `@passerby${n}:a.test`;
    const at = n * 10 * MINUTE;
    if (n % 3 !== 0) script.join(at, script.room(), who);
    if (n % 3 !== 0) script.say(at + 20_000, script.room(), who, 'hello there');
    const quoted = script.pick(spam);
    const answer = script.pick(['this is spam, please remove it', 'mods?', '@mod:a.test please look', 'reported']);
    script.say(at + 60_000, script.room(), who, `> <@bad:y.test> ${quoted}\n\n${answer}`, {
      ...html(
        `<mx-reply><blockquote><a href="https://matrix.to/#/!r:a.test/$x">In reply to</a> <a href="https://matrix.to/#/@bad:y.test">@bad:y.test</a><br>${quoted}</blockquote></mx-reply>${answer}`,
      ),
      'm.relates_to': { 'm.in_reply_to': { event_id: '$x' } },
    });
  }
  return script.done('people who quote spam in a reply to report it', hours);
}

/** A course: thirty newcomers of one university introduce themselves by a template and type the same commands. */
function workshops(script: Script): Stream {
  const hours = 30;
  const subjects = ['computer science', 'biology', 'law', 'history', 'medicine', 'physics'];
  for (let course = 0; course < 10; course++) {
    const began = course * 3 * HOUR;
    for (let student = 0; student < 30; student++) {
      const who = `@s${4_100_000 + course * 100 + student}:uni.test`;
      const at = began + student * 20_000;
      script.join(at, script.room(course), who, `${script.pick(NAMES)} ${script.pick(['Meier', 'Okafor', 'Silva'])}`);
      script.say(
        at + 60_000,
        script.room(course),
        who,
        `Hi, my name is ${script.pick(NAMES)}, I study ${script.pick(subjects)} and I am here for the workshop on ${script.pick(['Monday', 'Tuesday'])}`,
      );
      script.say(at + 15 * MINUTE, script.room(course), who, '!register workshop');
      script.say(at + 20 * MINUTE, script.room(course), who, script.pick(['done', 'it works', 'I get an error', '✅']));
      if (script.chance(0.4))
        script.say(at + 25 * MINUTE, script.room(course), who, 'https://wiki.uni.test/workshop/exercise1');
    }
  }
  return script.done('ten workshops: thirty new students each, who introduce themselves by one template', hours);
}

/** People whose connection comes and goes, who mark themselves away in their name, or try out pictures. */
function commuters(script: Script): Stream {
  const hours = 60;
  for (let n = 0; n < 150; n++) {
    const who = `@rail${n}:a.test`;
    const at = n * 24 * MINUTE;
    script.join(at, script.room(), who, 'Kim');
    let before: Record<string, unknown> = { membership: 'join', displayname: 'Kim' };
    for (let change = script.between(2, 9); change > 0; change--) {
      const leaves = n % 3 === 0 && before.membership === 'join';
      const next = leaves
        ? { membership: 'leave' }
        : { membership: 'join', displayname: change % 2 === 0 ? 'Kim' : 'Kim (away)' };
      script.add(at + (10 - change) * 50_000, script.room(), who, 'm.room.member', {
        state_key: who,
        content: next,
        unsigned: { prev_content: before },
      });
      before = next;
    }
  }
  return script.done('people who come and go, and who change their names up to nine times', hours);
}

/** Friends find a date: polls, changed votes, places, voice messages, photographs of menus, many links. */
function planning(script: Script): Stream {
  const hours = 50;
  for (let round = 0; round < 25; round++) {
    const began = round * 2 * HOUR;
    for (let friend = 0; friend < 9; friend++) {
      const who = `@friend${round}x${friend}:a.test`;
      script.join(began + friend * 20_000, script.room(round), who, script.pick(NAMES));
      script.say(began + 4 * MINUTE + friend * 11_000, script.room(round), who, 'hi all');
      for (let vote = script.between(1, 6); vote > 0; vote--)
        script.add(began + 10 * MINUTE + vote * 6_000 + friend * 500, script.room(round), who, 'm.poll.response', {
          content: { 'm.selections': [`${vote}`], 'm.relates_to': { rel_type: 'm.reference', event_id: '$poll' } },
        });
      for (let place = script.between(0, 4); place > 0; place--)
        script.say(
          began + 20 * MINUTE + place * 15_000 + friend * 1000,
          script.room(round),
          who,
          `what about https://maps.example.org/place/${script.between(1, 40)}?`,
        );
      for (let memo = script.between(0, 3); memo > 0; memo--)
        script.add(began + 40 * MINUTE + memo * 20_000 + friend * 1000, script.room(round), who, 'm.room.message', {
          content: {
            msgtype: 'm.audio',
            body: 'Voice message.ogg',
            url: `mxc://a.test/v${round}x${friend}x${memo}`,
            'org.matrix.msc3245.voice': {},
            info: { duration: 4000, size: 20_000, mimetype: 'audio/ogg' },
          },
        });
      for (let photo = script.between(0, 6); photo > 0; photo--)
        script.add(began + 60 * MINUTE + photo * 2_000 + friend * 30_000, script.room(round), who, 'm.room.message', {
          content: {
            msgtype: 'm.image',
            body: 'image.png',
            url: `mxc://a.test/p${round}x${friend}x${photo}`,
            info: {},
          },
        });
    }
  }
  return script.done('friends who plan: polls and changed votes, places, voice messages, photographs', hours);
}

/** A service is down, and everybody new asks the same, some with the same error, some in two rooms. */
function outage(script: Script): Stream {
  const hours = 24;
  const asked = [
    'is matrix.org down?',
    'same here',
    'MatrixError: [502] Bad Gateway (https://matrix.example.org/_matrix/client/v3/sync)',
    'I cannot log in since this morning, does anybody else have that?',
    'ERR_CONNECTION_REFUSED',
    'any status page?',
    'anyone else getting 502?',
  ];
  for (let day = 0; day < 12; day++)
    for (let user = 0; user < 20; user++) {
      const who = `@u${day}x${user}:s${user % 7}.test`;
      const at = day * 2 * HOUR + script.between(0, 50) * MINUTE;
      script.join(at, script.room(), who, script.pick(NAMES));
      const said = script.pick(asked);
      script.say(at + 40_000, script.room(), who, said);
      if (!script.chance(0.2)) continue;
      script.join(at + 90_000, script.room(1), who, script.pick(NAMES));
      script.say(at + 120_000, script.room(1), who, said);
    }
  return script.done('twelve outages: twenty newcomers each ask the same, some with the same error', hours);
}
