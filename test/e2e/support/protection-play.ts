import { isAnswerTo } from '../../../sandbox/command.js';
import { Person, type RoomEvent } from '../../../sandbox/synapse/person.js';
import { waitFor } from '../../../sandbox/wait.js';
import { Scene } from './protection-scene.js';
import type { Trial } from './protection-trial.js';
import { Stage } from './stage.js';

/** The account of the other homeserver's application service: it says itself when its events were sent. */
export const LATE = { localpart: 'late', token: 'late-as-token' };

/** All trials on one stage. */
export class Play {
  #people = 0;
  #late: Person | undefined;
  /** how often the trials were played */
  pass = 0;
  scenes: Scene[] = [];
  /** all rooms of the scenes are in it */
  space = '';

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
    play.space = await moderator.createRoom({ name: 'All of them', type: 'm.space', public: true, powerLevels });
    await moderator.invite(play.space, stage.botUserId);
    play.scenes = await Promise.all(
      trials.map(async (trial) => {
        const room = await moderator.createRoom({ name: trial.name, public: true, powerLevels });
        await moderator.sendState(play.space, 'm.space.child', room, { via: [home.serverName] });
        return new Scene(play, trial, room);
      }),
    );
    await stage.standWatch();
    await play.sayAll([`rooms add ${play.space}`]);
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

  /** Those with a case. */
  withCase(): Scene[] {
    return this.scenes.filter(({ trial }) => trial.effect !== 'message');
  }

  /** What `case N` says about each, by the number. */
  async cases(): Promise<Map<string, string>> {
    const numbers = [...new Set(this.withCase().map(({ number }) => number))];
    const answers = await this.sayAll(numbers.map((number) => `case ${number}`));
    return new Map(numbers.map((number, at) => [number, answers[at] ?? '']));
  }

  /** Waits until each offence of this pass was found since the last start, and finds the cases. */
  async found(): Promise<void> {
    await this.each(async (scene) => {
      scene.number = await scene.caseNumber();
    }, this.withCase());
    await waitFor(
      async () => {
        const metrics = await (await fetch(`${this.stage.heimdall.url}/metrics`)).text();
        return this.withCase().every(({ trial }) =>
          new RegExp(`heimdall_offences_total\\{protection="${trial.name}"\\} [1-9]`).test(metrics),
        );
      },
      { what: 'an offence against each', everyMs: 300 },
    );
    for (const { trial } of this.scenes) for (const words of trial.shown ?? []) await this.heard(words, this.pass);
  }

  /** A message to moderators by itself, told that many times; resolves with the last. */
  async heard(words: RegExp, times = 1): Promise<RoomEvent> {
    const all = await waitFor(
      async () => {
        const said = await this.stage.headNotices();
        const found = said.filter(({ content }) => words.test(String(content.body)));
        return found.length >= times && found;
      },
      { what: `a message like ${String(words)}`, everyMs: 300 },
    );
    return all.at(-1)!;
  }

  answerTo(eventId: string): Promise<RoomEvent> {
    const { moderator, managementRoom, botUserId } = this.stage;
    const isIt = (event: RoomEvent) => event.sender === botUserId && isAnswerTo(event, eventId);
    return moderator.waitForEvent(managementRoom, isIt);
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
      if (hasHalf !== undefined)
        await waitFor(() => hasHalf(scene), { what: `the first half of ${name}`, everyMs: 300 });
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
