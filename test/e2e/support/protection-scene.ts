import { isAnswerTo } from '../../../sandbox/command.js';
import { Person, type RoomEvent } from '../../../sandbox/synapse/person.js';
import { waitFor } from '../../../sandbox/wait.js';
import { Stage } from './stage.js';

/** The account of the other homeserver's application service: it says itself when its events were sent. */
export const LATE = { localpart: 'late', token: 'late-as-token' };

/** One thing that somebody does; resolves with the event that the protection is about, if there is one. */
export type Act = (scene: Scene) => Promise<string | undefined | void>;

/** What a protection does by default, to be seen on the homeserver. */
export type Effect =
  /** the person is banned by a rule, and what they wrote redacted */
  | 'ban'
  | 'kick'
  /** what they wrote is redacted, and they stay */
  | 'redact'
  /** the room is invite only */
  | 'lockdown'
  /** moderators get a case */
  | 'notice'
  /** moderators get a case with a command, which bans all who took part */
  | 'offer'
  /** moderators get messages, and no case */
  | 'message';

/** How one protection is shown from end to end: `protections.test.ts` and `protections-dry.test.ts` play all of them. */
export interface Trial {
  /** as in the table of protections */
  name: string;
  /** the name by which it is switched on, when not its own: another bot's */
  by?: string;
  /** commands that it needs besides `enable` */
  settings?: (scene: Scene) => string[] | Promise<string[]>;
  /** how many others take part */
  helpers?: number;
  /** where the person is from */
  from?: 'remote' | 'late';
  /** joining is what they are about to do */
  joinsLater?: boolean;
  /**
   * One offence, in order. Heimdall is killed in the middle, and sees what happens before its next start only
   * afterwards.
   */
  acts: readonly Act[];
  /** Heimdall is back before the second half begins */
  waits?: boolean;
  /** true once Heimdall has the first half, where the answer to a command does not show it */
  hasHalf?: (scene: Scene) => Promise<boolean>;
  /** what others may do */
  fair?: readonly Act[];
  effect: Effect;
  /** whom the case is about, when not the person */
  subject?: (scene: Scene) => string;
  /** whom a step hits, when not the person */
  hits?: (scene: Scene) => Person[];
  /** the room in which an offer's ban is to be seen, when not its own */
  elsewhere?: (scene: Scene) => string;
  /** how the offence is repeated after it was undone, when not by the same acts */
  again?: readonly Act[];
  /** how the person comes in again, when not by joining */
  comesBack?: (scene: Scene) => Promise<void>;
  /** the command that an offer names */
  offer?: (number: string) => string;
  /** it concerns lists, and is switched on for all rooms */
  everywhere?: boolean;
  /** what its messages say */
  shown?: readonly RegExp[];
}

/** One protection's room, with those who act in it. */
export class Scene {
  person!: Person;
  /** behaves */
  bystander: Person | undefined;
  helpers: Person[] = [];
  /** events that the protection is about */
  events: string[] = [];
  /** events that it must leave alone */
  fair: string[] = [];
  /** of its case */
  number = '';
  /** what a trial remembers from one act to the next */
  readonly notes = new Map<string, string>();

  constructor(
    readonly play: Play,
    readonly trial: Trial,
    readonly room: string,
  ) {}

  get stage(): Stage {
    return this.play.stage;
  }

  get subject(): string {
    return this.trial.subject?.(this) ?? this.person.userId;
  }

  /** Everybody is there and has said hello, or is about to come. */
  async gather(): Promise<void> {
    const { from, helpers = 0, joinsLater = false } = this.trial;
    this.events = [];
    this.fair = [];
    this.helpers = [];
    // a room that nobody may join any more keeps who is there
    if (this.bystander === undefined || !joinsLater) this.bystander = await this.play.somebody();
    this.person = from === 'late' ? await this.play.latecomer() : await this.play.somebody(from);
    for (let number = 0; number < helpers; number++) this.helpers.push(await this.play.somebody());
    await this.enter(this.bystander);
    if (!joinsLater) await this.enter(this.person);
  }

  enter(person: Person): Promise<string> {
    return person.join(this.room, [this.stage.home.serverName]);
  }

  /** The person is in again, unless coming is what they are about to do. */
  async comeBack(): Promise<void> {
    if (this.trial.comesBack !== undefined) return this.trial.comesBack(this);
    if (this.trial.joinsLater !== true && (await this.membership(this.person)) !== 'join') await this.enter(this.person);
  }

  async act(acts: readonly Act[]): Promise<void> {
    for (const one of acts) {
      const event = await one(this);
      if (typeof event === 'string') this.events.push(event);
    }
  }

  async beFair(): Promise<void> {
    for (const one of this.trial.fair ?? []) {
      const event = await one(this);
      if (typeof event === 'string') this.fair.push(event);
    }
  }

  /** The power level that a mute leaves behind. */
  async levelOf(userId: string): Promise<number | undefined> {
    return ((await this.stage.moderator.powerLevels(this.room)).users as Record<string, number> | undefined)?.[userId];
  }

  async isRedacted(eventId: string): Promise<boolean> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(this.room)}/event/${encodeURIComponent(eventId)}`;
    return (await this.stage.moderator.request<RoomEvent>('GET', path)).unsigned?.redacted_because !== undefined;
  }

  membership(person: Person): Promise<string | undefined> {
    return this.stage.moderator.membership(this.room, person.userId);
  }

  async joinRule(): Promise<unknown> {
    return (await this.stage.moderator.stateContent(this.room, 'm.room.join_rules'))?.join_rule;
  }

  /** The number of the case about its subject, which names the protection. */
  async caseNumber(): Promise<string> {
    const about = new RegExp(`(?<![\\w:.-])${this.subject.replace(/[$.*+?^|()[\]{}\\]/g, '\\$&')}(?![\\w:.-])`);
    const words = { what: `a case about ${this.subject} by ${this.trial.name}`, everyMs: 400 };
    const notice = await waitFor(
      async () => (await this.stage.headNotices()).find(({ content }) => about.test(String(content.body))),
      words,
    );
    const [, number = ''] = /Case (\d+)/.exec(String(notice.content.body)) ?? [];
    return number;
  }
}

/** All trials on one stage. */
export class Play {
  #people = 0;
  #late: Person | undefined;
  /** how often the trials were played */
  pass = 0;
  scenes: Scene[] = [];

  private constructor(readonly stage: Stage) {}

  /** One room for each trial, all of them in a space that Heimdall is told to protect. */
  static async build(name: string, trials: readonly Trial[], config: Record<string, unknown> = {}): Promise<Play> {
    const stage = await Stage.build({
      name,
      start: false,
      config,
      // anybody can make accounts there, which one protection asks about
      remoteSynapse: { enable_registration: true, enable_registration_without_verification: true },
      remoteAppservice: {
        id: 'late',
        url: null,
        as_token: LATE.token,
        hs_token: 'unused',
        sender_localpart: LATE.localpart,
        rate_limited: false,
        namespaces: {},
      },
    });
    const overrides = { [stage.remote.serverName]: stage.remote.url };
    const mail = { ...(stage.config.mail as object), discovery: { enabled: false, overrides } };
    stage.heimdall.writeConfig({ ...stage.config, mail });
    const play = new Play(stage);
    const powerLevels = { users: { [stage.botUserId]: 100 } };
    const { moderator, home } = stage;
    const space = await moderator.createRoom({ name: 'All of them', type: 'm.space', public: true, powerLevels });
    await moderator.invite(space, stage.botUserId);
    play.scenes = await Promise.all(
      trials.map(async (trial) => {
        const room = await moderator.createRoom({ name: trial.name, public: true, powerLevels });
        await moderator.sendState(space, 'm.space.child', room, { via: [home.serverName] });
        return new Scene(play, trial, room);
      }),
    );
    await stage.standWatch();
    await play.sayAll([`rooms add ${space}`]);
    await waitFor(
      async () => {
        const [rooms = ''] = await play.sayAll(['rooms']);
        return play.scenes.every(({ room }) => rooms.includes(room));
      },
      { what: 'the rooms of the space to be protected', everyMs: 500 },
    );
    return play;
  }

  /** Somebody new. */
  somebody(from: 'home' | 'remote' = 'home'): Promise<Person> {
    return Person.register(from === 'home' ? this.stage.home : this.stage.remote, `person${++this.#people}`);
  }

  /** The application service's own account on the other homeserver. */
  async latecomer(): Promise<Person> {
    if (this.#late !== undefined) return this.#late;
    const { remote } = this.stage;
    this.#late = new Person(remote, remote.userId(LATE.localpart), '', LATE.token);
    const body = { type: 'm.login.application_service', username: LATE.localpart, inhibit_login: true };
    await this.#late.request('POST', '/_matrix/client/v3/register', { body });
    return this.#late;
  }

  /** Several commands in one message; resolves with the answers in their order. */
  async sayAll(lines: readonly string[]): Promise<string[]> {
    const { moderator, managementRoom, botUserId } = this.stage;
    if (lines.length === 0) return [];
    const asked = await moderator.sendMessage(managementRoom, lines.map((line) => `!heimdall ${line}`).join('\n'));
    const found = await waitFor(
      async () => {
        const answers = (await moderator.messages(managementRoom, 500)).filter(
          (event) => event.sender === botUserId && event.type === 'm.room.message' && isAnswerTo(event, asked),
        );
        return answers.length >= lines.length && answers;
      },
      { what: `${lines.length} answers to "${lines.join('", "').slice(0, 500)}"`, everyMs: 250, timeoutMs: 60_000 },
    );
    return found.map(({ content }) => String(content.body));
  }

  async say(line: string): Promise<string> {
    const [answer = ''] = await this.sayAll([line]);
    return answer;
  }

  /** Does something in all scenes, a few at a time: the machine is small. */
  async each(work: (scene: Scene) => Promise<void>, scenes = this.scenes): Promise<void> {
    const left = [...scenes];
    const one = async (): Promise<void> => {
      for (let scene = left.shift(); scene !== undefined; scene = left.shift()) {
        const { name } = scene.trial;
        await work(scene).catch((error: unknown) => {
          throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        });
      }
    };
    await Promise.all(Array.from({ length: 6 }, one));
  }

  /** Switches each protection on in its room. */
  async enable(): Promise<string[]> {
    return this.sayAll(
      this.scenes.map(
        ({ trial, room }) => `enable ${trial.by ?? trial.name}${trial.everywhere === true ? '' : ` ${room}`}`,
      ),
    );
  }

  /** Lets new people in, and makes the settings. */
  async gather(): Promise<void> {
    this.pass += 1;
    await this.each((scene) => scene.gather());
    await this.set();
  }

  /** Plays the first half of every offence. */
  async begin(): Promise<void> {
    await this.each(async (scene) => {
      await scene.beFair();
      await scene.act(scene.trial.acts.slice(0, half(scene.trial)));
    });
    await this.each(async (scene) => {
      const { hasHalf, name } = scene.trial;
      if (hasHalf !== undefined) await waitFor(() => hasHalf(scene), { what: `the first half of ${name}`, everyMs: 300 });
    });
    // what happened before a command was handled before its answer
    await this.say('version');
  }

  /** The settings that the trials ask for. */
  private async set(): Promise<void> {
    const asked = await Promise.all(this.scenes.map(async (scene) => (await scene.trial.settings?.(scene)) ?? []));
    const answers = await this.sayAll(asked.flat());
    const refused = answers.filter((answer) => answer.includes('Nothing was'));
    if (refused.length > 0) throw new Error(`not set: ${refused.join('\n')}`);
  }

  /** Kills Heimdall, plays the second half, and starts it again: for some before the second half. */
  async killInTheMiddle(): Promise<void> {
    await this.stage.heimdall.kill9();
    const rest = (scene: Scene) => scene.act(scene.trial.acts.slice(half(scene.trial)));
    await this.each(
      rest,
      this.scenes.filter(({ trial }) => trial.waits !== true),
    );
    await this.stage.heimdall.start();
    // its first sight of the own server's clock
    await this.stage.moderator.sendMessage(this.stage.lobby, 'Good morning');
    await this.say('version');
    await this.each(
      rest,
      this.scenes.filter(({ trial }) => trial.waits === true),
    );
  }
}

/** Of a single act nothing comes before the kill but who they are and since when they are here. */
function half({ acts }: Trial): number {
  return acts.length === 1 ? 0 : Math.ceil(acts.length / 2);
}
