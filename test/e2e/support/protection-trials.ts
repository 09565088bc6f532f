import { officialPicture } from '../../support/pictures.js';
import {
  FILE,
  another,
  arrived,
  bans,
  comer,
  comes,
  fairly,
  late,
  leaves,
  mentions,
  message,
  pitch,
  promoted,
  remarks,
  renames,
  rule,
  says,
  shows,
  times,
} from './protection-acts.js';
import type { Trial } from './protection-trial.js';

/** A trial for each protection, in the order of the table. `e2e-trials.test.ts` holds that none is missing. */
export const PROTECTION_TRIALS: readonly Trial[] = [
  {
    name: 'BasicFlooding',
    by: 'BasicFloodingProtection',
    acts: times(11, (number) => says(`flood ${number}`)),
    fair: times(10, (number) => remarks(`a word in between ${number}`)),
    effect: 'ban',
  },
  {
    name: 'MentionLimit',
    by: 'MentionSpam',
    // its first step redacts only
    acts: [says('hello all', mentions(11)), says('hello again', mentions(11))],
    again: [says('hello once more', mentions(11))],
    hasHalf: (scene) => scene.caseNumber().then(() => true),
    fair: [fairly({ msgtype: 'm.text', body: 'hello some', ...mentions(10) })],
    effect: 'ban',
  },
  {
    name: 'WordList',
    settings: () => ['config add WordList.words free btc'],
    acts: [says('get fr33 вtс now')],
    fair: [remarks('freedom, and btcpay')],
    effect: 'ban',
  },
  {
    name: 'NameWordList',
    by: 'bad_displaynames',
    settings: () => ['config add NameWordList.words free btc'],
    acts: [renames('Get fr33 вtс')],
    fair: [remarks('get free btc now')],
    effect: 'kick',
  },
  {
    name: 'FirstMessageIsImage',
    by: 'FirstMessageIsImageProtection',
    acts: [message({ ...FILE, msgtype: 'm.image' })],
    fair: [remarks('hello'), fairly({ ...FILE, msgtype: 'm.image' })],
    effect: 'ban',
  },
  {
    name: 'FirstMessageIsLink',
    by: 'FirstMessageIsLinkProtection',
    acts: [says('look at https://good.example/')],
    fair: [remarks('hello.how are you all'), remarks('see https://good.example/')],
    effect: 'ban',
  },
  {
    name: 'FirstMessageIsWord',
    by: 'FirstMessageIsWordProtection',
    settings: () => ['config add FirstMessageIsWord.words free btc'],
    acts: [says('get fr33 вtс now')],
    fair: [remarks('hello all'), remarks('get free btc now')],
    effect: 'kick',
  },
  {
    name: 'MessageIsMedia',
    by: 'MessageIsMediaProtection',
    acts: [message({ ...FILE, msgtype: 'm.file' })],
    fair: [remarks('no picture')],
    effect: 'redact',
  },
  {
    name: 'MessageIsVoice',
    by: 'MessageIsVoiceProtection',
    acts: [message({ ...FILE, msgtype: 'm.audio', 'org.matrix.msc3245.voice': {} })],
    fair: [fairly({ ...FILE, msgtype: 'm.audio' })],
    effect: 'redact',
  },
  {
    name: 'MessageIsVideo',
    by: 'MessageIsVideoProtection',
    acts: [message({ ...FILE, msgtype: 'm.file', info: { mimetype: 'video/mp4' } })],
    fair: [fairly({ ...FILE, msgtype: 'm.image' })],
    effect: 'redact',
  },
  {
    name: 'MessageIsSticker',
    acts: [message({ ...FILE, info: {} }, 'm.sticker')],
    fair: [fairly({ ...FILE, msgtype: 'm.image' })],
    effect: 'redact',
  },
  {
    name: 'QuarantinedPicture',
    async settings({ notes, bystander }) {
      // one picture for all rounds
      if (notes.has('picture')) return [];
      notes.set('picture', await bystander!.upload(await officialPicture(), 'image/png'));
      return [`quarantine-media ${notes.get('picture')}`];
    },
    acts: [shows('copy'), shows('sticker')],
    again: [shows('copy')],
    hasHalf: (scene) => scene.caseNumber().then(() => true),
    fair: [shows('other')],
    effect: 'ban',
  },
  {
    name: 'LinkFilter',
    settings: () => ['config add LinkFilter.deny evil.example'],
    acts: [says('have you seen evil(dot)example today')],
    fair: [remarks('see https://good.example/evil')],
    effect: 'redact',
  },
  {
    name: 'RepeatedMessage',
    acts: times(5, () => says('join our new channel and get rich')),
    fair: times(4, () => remarks('has anybody seen my keys today')),
    effect: 'ban',
  },
  {
    name: 'Campaign',
    helpers: 5,
    acts: times(5, promoted),
    again: [
      async (scene) => {
        const sixth = await scene.play.somebody();
        await scene.enter(sixth);
        await pitch(sixth, scene, 6);
      },
    ],
    fair: [remarks('I wonder how many of you made it to the meeting in a single week like that')],
    effect: 'offer',
    offer: (number) => `campaign ban case ${number}`,
    subject: ({ room }) => room,
    hits: ({ helpers }) => helpers,
  },
  {
    name: 'InvalidEvent',
    by: 'InvalidEventProtection',
    acts: [says('x', { info: 'big' })],
    fair: [fairly({ msgtype: 'm.text', body: 'x', info: { w: 1 } })],
    effect: 'redact',
  },
  {
    name: 'MembershipChange',
    by: 'MembershipChangeProtection',
    // with their coming the eleventh change
    acts: times(10, (number) => (number % 2 === 0 ? leaves : comes)),
    effect: 'kick',
  },
  {
    name: 'JoinWaveShortCircuit',
    by: 'JoinWaveShortCircuitProtection',
    settings: () => ['config set JoinWaveShortCircuit.maxPer 8'],
    helpers: 7,
    // two are there already
    acts: times(7, comer),
    again: times(9, () => another),
    effect: 'lockdown',
    subject: ({ room }) => room,
    hits: () => [],
  },
  {
    name: 'NewJoiner',
    by: 'NewJoinerProtection',
    settings: ({ stage }) => [`config set NewJoiner.servers ${stage.home.serverName}`],
    joinsLater: true,
    acts: [comes],
    effect: 'kick',
  },
  {
    name: 'InsecureRegistration',
    by: 'insecure_registration',
    settings: () => ['config set InsecureRegistration.memory 1s'],
    from: 'remote',
    joinsLater: true,
    acts: [comes],
    effect: 'notify',
    subject: ({ stage }) => stage.remote.serverName,
    hits: () => [],
  },
  {
    name: 'BanPropagation',
    by: 'PropagateRoomBan',
    acts: [
      ({ person, stage }) => person.join(stage.lobby).then(() => undefined),
      ({ person, stage, room }) => stage.moderator.ban(room, person.userId, 'rude'),
    ],
    again: [({ person, stage, room }) => stage.moderator.ban(room, person.userId, 'rude again')],
    effect: 'offer',
    offer: (number) => `ban case ${number}`,
    elsewhere: ({ stage }) => stage.lobby,
    // the moderator's own ban is theirs to lift
    comesBack: async (scene) => {
      await scene.stage.moderator.unban(scene.room, scene.person.userId);
      await scene.enter(scene.person);
    },
  },
  {
    name: 'TrustedReporters',
    settings: ({ helpers }) => [
      'config set TrustedReporters.reports 2',
      ...helpers.map(({ userId }) => `config add TrustedReporters.mxids ${userId}`),
    ],
    helpers: 2,
    acts: [
      async (scene) => {
        const { helpers, person, room, notes } = scene;
        for (const helper of helpers) await scene.enter(helper);
        notes.set('insult', await person.sendMessage(room, 'an insult'));
        await helpers[0]?.reportEvent(room, notes.get('insult') ?? '', 'rude');
        return notes.get('insult');
      },
      ({ helpers, room, notes }) =>
        helpers[1]?.reportEvent(room, notes.get('insult') ?? '', 'rude') ?? Promise.resolve(),
    ],
    again: [
      async ({ helpers, person, room }) => {
        const insult = await person.sendMessage(room, 'another insult');
        for (const helper of helpers) await helper.reportEvent(room, insult, 'rude again');
      },
    ],
    hasHalf: (scene) => scene.caseNumber().then(() => true),
    effect: 'ban',
  },
  {
    name: 'FederationLag',
    by: 'DetectFederationLag',
    settings: () => ['config set FederationLag.lasting 1s', 'config set FederationLag.memory 1s'],
    from: 'late',
    acts: times(10, late),
    waits: true,
    hasHalf: arrived,
    effect: 'notify',
    subject: ({ stage }) => stage.remote.serverName,
    hits: () => [],
  },
  {
    name: 'PolicyChangeNotification',
    by: 'PolicyChangeNotificationProtection',
    everywhere: true,
    async settings({ notes, stage }) {
      if (notes.has('list')) return [];
      notes.set('list', await stage.moderator.createRoom({ name: 'A list', public: true, type: 'm.policy' }));
      return [`watch ${notes.get('list')}`];
    },
    acts: [
      rule('first', bans('@first:far.test', 'spam')),
      rule('second', bans('@second:far.test', 'spam')),
      rule('first', bans('@first:far.test', 'scam')),
      rule('second', {}),
    ],
    effect: 'message',
    shown: [
      /added a rule to .*@first:far\.test.*spam/,
      /added a rule to .*@second:far\.test/,
      /changed a rule of .*@first:far\.test.*scam/,
      /removed a rule from .*@second:far\.test/,
    ],
    hits: () => [],
  },
];
