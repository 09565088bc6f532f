import { randomOf } from '../detection/attacks.js';
import { HOUR, MINUTE, Script, type Stream } from './world.js';

/** Honest rooms whose texts, forms and paces were written down after the protections: nothing was tuned on them. */
export function unseenHonest(seed: number): Stream[] {
  return [languages, dice, ticker, incident, visitors, album].map((stream, at) =>
    stream((name) => new Script(name, randomOf(seed * 131 + at))),
  );
}

type Begin = (name: string) => Script;

const TALK: Readonly<Record<string, readonly string[]>> = {
  de: [
    'Guten Morgen zusammen, wer kommt heute Abend zum Stammtisch?',
    'Die Bahn hat schon wieder Verspätung, ich komme eine halbe Stunde später.',
    'Hat jemand das Protokoll vom letzten Treffen?',
    'z.B. geht das auch mit Docker, d.h. ohne eigenes Paket',
    'Danke dir!',
    'Genau so.Und danach noch neu starten',
    'Ich schaue mir das morgen an, heute wird das nichts mehr.',
    'Preis ist 14,90 € im Monat, Kündigungsfrist 3 Monate',
  ],
  fr: [
    'Bonjour à toutes et à tous !',
    "Quelqu'un a-t-il déjà essayé la nouvelle version ?",
    "J'ai le même souci depuis hier soir, ça plante au démarrage.",
    'merci beaucoup',
    'On se retrouve à 19h30 devant la mairie, comme d’habitude.',
    'C.-à-d. que le fichier conf.d/local.cfg est ignoré',
    'Ah bon ?',
    'Voilà, c’est réglé. Il fallait juste vider le cache.',
  ],
  es: [
    '¡Buenas tardes! ¿Alguien sabe a qué hora empieza la charla?',
    'A mí también me pasa, creo que es del proxy',
    'jajajaja',
    'Gracias a todos por la ayuda de ayer, ya funciona.',
    'Nos vemos el sábado en la biblioteca.',
    'EE.UU. gana 3-1, increíble',
    'vale',
    'He subido las fotos del viaje al álbum de siempre',
  ],
  ru: [
    'Всем привет! Кто сегодня идёт на встречу?',
    'У меня после обновления не запускается, т.е. висит на старте.',
    'спасибо',
    'Завтра посмотрю, сегодня уже поздно.',
    'А где лежит конфиг? В /etc/matrix-synapse/conf.d?',
    'хахаха',
    'Билеты платные, но студентам скидка.',
    'Сервер упал в 3 часа ночи, поднял вручную.',
  ],
  ja: [
    'おはようございます。今日の会議は何時からですか?',
    'ありがとうございます',
    '設定ファイルの場所が分かりません。教えてください。',
    'wwww',
    '明日までに直しておきます。',
    'バージョン1.2.3で直りました',
    '昨日の写真、アルバムに上げました。',
    'そうですね。',
  ],
};

/** One room a language, fifteen people in each, and now and then somebody new who says hello first. */
function languages(begin: Begin): Stream {
  const script = begin('languages');
  const hours = 100;
  Object.values(TALK).forEach((sentences, room) => {
    for (let at = 0; at < hours * HOUR; at += script.between(10, 900) * 1000) {
      const who = `@l${room}x${script.between(0, 14)}:a.test`;
      script.say(at, script.room(room), who, script.pick(sentences));
      if (!script.chance(0.02)) continue;
      const guest = `@neu${room}x${Math.round(at)}:d.test`;
      script.join(at, script.room(room), guest, script.pick(['Söhnke', 'Zoé', 'Íñigo', 'Дарья', 'さくら']));
      for (let n = script.between(1, 4); n > 0; n--)
        script.say(at + n * 40_000, script.room(room), guest, script.pick(sentences));
    }
  });
  return script.done('rooms in German, French, Spanish, Russian and Japanese, with newcomers', hours * 5);
}

/** Six people and a bot play a role-playing game: commands, rolls, shouted words, the same call again and again. */
function dice(begin: Begin): Stream {
  const script = begin('dice');
  const hours = 24;
  for (let night = 0; night < 6; night++) {
    const began = night * 24 * HOUR;
    for (let person = 0; person < 6; person++) script.join(began, script.room(), `@hero${person}n${night}:e.test`);
    for (let at = MINUTE; at < 4 * HOUR; at += script.between(2, 25) * 1000) {
      const who = `@hero${script.between(0, 5)}n${night}:e.test`;
      const said = script.pick([
        '!roll 2d6+3',
        '!roll d20',
        'NATURAL TWENTY!!!',
        'I attack the goblin',
        'brb tea',
        'ha',
      ]);
      script.say(began + at, script.room(), who, said);
      if (said.startsWith('!roll'))
        script.say(began + at + 400, script.room(), '@dicebot:a.test', `${who} rolled ${script.between(1, 20)}`, {
          msgtype: 'm.notice',
        });
    }
  }
  return script.done('six nights of a role-playing game: the players are new, a bot rolls dice for them', hours);
}

/** Somebody reports a match minute by minute, fans shout the same word together. */
function ticker(begin: Begin): Stream {
  const script = begin('ticker');
  const hours = 20;
  for (let match = 0; match < 10; match++) {
    const began = match * 2 * HOUR;
    for (let fan = 0; fan < 25; fan++)
      script.join(began + fan * 40_000, script.room(), `@fan${match}x${fan}:f${fan % 4}.test`, `Fan ${fan}`);
    for (let minute = 1; minute <= 90; minute += script.between(1, 3)) {
      const at = began + 15 * MINUTE + minute * MINUTE;
      const lines = script.between(1, 6);
      for (let line = 0; line < lines; line++)
        script.say(
          at + line * 6_000,
          script.room(),
          '@reporter:a.test',
          `${minute}' ${script.pick(['Corner', 'Shot wide', 'Yellow card', 'Substitution', 'Save'])} for ${script.pick(['Rovers', 'City'])}`,
        );
      if (!script.chance(0.08)) continue;
      for (let fan = 0; fan < 25; fan++)
        if (script.chance(0.6))
          script.say(
            at + script.between(1, 20) * 1000,
            script.room(),
            `@fan${match}x${fan}:f${fan % 4}.test`,
            script.pick(['GOAL!!!!', 'GOOOOAL', 'yesss', '⚽⚽⚽⚽⚽⚽⚽⚽⚽⚽⚽⚽⚽']),
          );
    }
  }
  return script.done('live reports of ten matches: a reporter line by line, new fans who shout the same', hours);
}

/** Administrators mend an outage: pasted errors, graphs, the same alert from several of them, mentions of the team. */
function incident(begin: Begin): Stream {
  const script = begin('incident');
  const hours = 30;
  const team = Array.from({ length: 7 }, (_, at) => `@oncall${at}:a.test`);
  for (let outage = 0; outage < 15; outage++) {
    const began = outage * 2 * HOUR;
    for (let at = 0; at < 100 * MINUTE; at += script.between(4, 40) * 1000) {
      const who = script.pick(team);
      const said = script.pick([
        'ERROR: deadlock detected, process 4711 waits for ShareLock on transaction 99182',
        `db${script.between(1, 3)}.internal.example.org is down`,
        `https://grafana.example.org/d/abc/db?from=now-${script.between(1, 12)}h`,
        'systemctl restart synapse-worker@federation_sender1',
        `CPU ${script.between(70, 100)} %, load ${script.between(8, 40)}`,
        'same here',
        `${team.slice(0, 6).join(' ')} please join the call`,
        'rolling back to v1.163.0rc1',
      ]);
      script.say(began + at, script.room(), who, said);
    }
    // a vendor's engineer, new in the room, pastes what was asked for
    const vendor = `@vendor${outage}:g.test`;
    script.join(began, script.room(), vendor);
    script.say(began + MINUTE, script.room(), vendor, 'hi, Priya from the database support here');
    for (let line = 0; line < 8; line++)
      script.say(
        began + 5 * MINUTE + line * 5_000,
        script.room(),
        vendor,
        `SELECT pid, wait_event, query FROM pg_stat_activity WHERE pid = ${script.between(1000, 9000)};`,
      );
  }
  return script.done('fifteen outages: alerts, graphs, commands, and a new engineer who pastes queries', hours);
}

/** After a stream its audience comes over, friendly, and some paste the greeting that the streamer has asked for. */
function visitors(begin: Begin): Stream {
  const script = begin('visitors');
  const hours = 10;
  for (let visit = 0; visit < 5; visit++)
    for (let person = 0; person < 45; person++) {
      const who = `@viewer${visit}x${person}:h${person % 9}.test`;
      const at = visit * 2 * HOUR + script.between(0, 15) * MINUTE;
      script.join(at, script.room(visit), who, script.pick(['Mika', 'Robin', 'Noor', 'Alex', 'Toni']) + person);
      const greeting =
        person % 15 === 0 ? '💜 The Hedgehog crew comes in peace and says hello to this lovely channel 💜' : undefined;
      script.say(
        at + script.between(10, 200) * 1000,
        script.room(visit),
        who,
        greeting ??
          script.pick([
            'hiii',
            'hello from the hedgehog stream!',
            'hey, what is this room about?',
            '🦔',
            'good evening',
          ]),
      );
    }
  return script.done('five friendly raids: 45 viewers each within a quarter of an hour, some with one greeting', hours);
}

/** People share their photographs: several at once, some with a caption. */
function album(begin: Begin): Stream {
  const script = begin('album');
  const hours = 40;
  for (let at = 0; at < hours * HOUR; at += script.between(5, 50) * MINUTE) {
    const who = `@hiker${script.between(0, 19)}:a.test`;
    const place = script.pick(['the summit', 'our camp', 'the old mill', 'the lake in the morning']);
    for (let photo = script.between(1, 8); photo > 0; photo--)
      script.add(at + photo * 4_000, script.room(), who, 'm.room.message', {
        content: {
          msgtype: 'm.image',
          filename: `IMG_${script.between(1000, 9999)}.jpg`,
          body: photo % 2 === 0 ? `IMG_${photo}.jpg` : `View number ${photo} of ${place}`,
          url: `mxc://a.test/${at}x${photo}`,
        },
      });
  }
  return script.done('people who share up to eight photographs at once, some with captions', hours);
}
