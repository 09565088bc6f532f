import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { command } from '../../../sandbox/command.js';
import { HeimdallProcess, type HeimdallConfigInput } from '../../../sandbox/heimdall.js';
import { Mailbox } from '../../../sandbox/mailbox.js';
import { freePort } from '../../../sandbox/ports.js';
import { ServerAdmin } from '../../../sandbox/synapse/admin.js';
import { Person, type RoomEvent } from '../../../sandbox/synapse/person.js';
import { Homeserver } from '../../../sandbox/synapse/server.js';
import type { WaitOptions } from '../../../sandbox/wait.js';
import { scratchDir } from './scratch.js';

export const OFFICIAL_NAME = 'Asgard (Official Account)';
export const ABUSE_CONTACT = 'abuse@a.test';

export interface StageOptions {
  /** for the scratch folder's name */
  name: string;
  /** a second, federating homeserver; default true */
  remote?: boolean;
  /** default room version of both homeservers; default: Synapse's own (12) */
  roomVersion?: string;
  /** laid over the configuration, one level deep: `{mail: {abuse_contact: null}}` changes that key only */
  config?: Record<string, unknown>;
  /** laid over homeserver.yaml of the homeserver that Heimdall watches */
  synapse?: Record<string, unknown>;
  /** the same for the homeserver of strangers */
  remoteSynapse?: Record<string, unknown>;
  /** an application service of the homeserver of strangers, as its registration says */
  remoteAppservice?: Record<string, unknown>;
  /** laid over the protected identity; gets the server's name, which has a port that is not known before */
  official?: (serverName: string) => Record<string, unknown>;
  /** environment of Heimdall */
  env?: NodeJS.ProcessEnv;
  /** a further application service on the homeserver that Heimdall watches, as its registration says */
  appservice?: Record<string, unknown>;
  /** false: Heimdall is registered and configured but not started, and no room is protected */
  start?: boolean;
}

/** Real servers for one e2e suite: homeserver(s), mailbox, Heimdall, a moderator, a protected room. */
export class Stage {
  private constructor(
    readonly dir: string,
    /** the homeserver that Heimdall watches */
    readonly home: Homeserver,
    private readonly other: Homeserver | undefined,
    readonly mailbox: Mailbox,
    readonly heimdall: HeimdallProcess,
    readonly config: HeimdallConfigInput,
    /** server admin of `home` */
    readonly admin: ServerAdmin,
    /** made the management room and the protected room */
    readonly moderator: Person,
    readonly managementRoom: string,
    /** public, alias #lobby; the bot has power 100 in it */
    readonly lobby: string,
    private readonly removeDir: () => void,
  ) {}

  static async build(options: StageOptions): Promise<Stage> {
    const scratch = scratchDir(options.name);
    const registration = path.join(scratch.dir, 'heimdall', 'registration.yaml');
    const further = path.join(scratch.dir, 'further.yaml');
    if (options.appservice !== undefined) writeFileSync(further, JSON.stringify(options.appservice));
    const base = { roomVersion: options.roomVersion };
    const home = await Homeserver.prepare({
      ...base,
      name: 'a.test',
      dataDir: path.join(scratch.dir, 'a'),
      appserviceRegistrations: options.appservice === undefined ? [registration] : [registration, further],
      officialAccount: { displayName: OFFICIAL_NAME },
      ...(options.synapse === undefined ? {} : { extraConfig: options.synapse }),
    });
    const stranger = path.join(scratch.dir, 'stranger.yaml');
    if (options.remoteAppservice !== undefined) writeFileSync(stranger, JSON.stringify(options.remoteAppservice));
    const other =
      options.remote === false
        ? undefined
        : await Homeserver.prepare({
            ...base,
            name: 'b.test',
            dataDir: path.join(scratch.dir, 'b'),
            ...(options.remoteAppservice === undefined ? {} : { appserviceRegistrations: [stranger] }),
            ...(options.remoteSynapse === undefined ? {} : { extraConfig: options.remoteSynapse }),
          });
    const mailbox = await Mailbox.open();
    const config = layOver(configFor(home, mailbox, await freePort(), options.official), options.config ?? {});
    const heimdall = new HeimdallProcess({ dir: path.join(scratch.dir, 'heimdall'), config, env: options.env });
    const stopAll = async (): Promise<void> => {
      await Promise.all([heimdall.stop(), home.stop(), other?.stop(), mailbox.close()]);
    };
    try {
      await heimdall.register();
      await Promise.all([home.start(), other?.start()]);
      const [admin, moderator] = await Promise.all([
        Person.register(home, 'admin', { admin: true }),
        Person.register(home, 'moderator'),
      ]);
      const bot = home.userId('heimdall');
      // From room version 12 on a creator stands above all levels and may not be listed; before, it must be.
      const creatorLevel = Number(options.roomVersion ?? 12) < 12 ? { [moderator.userId]: 100 } : {};
      const managementRoom = await moderator.createRoom({ name: 'Moderators', alias: 'moderators', invite: [bot] });
      const lobby = await moderator.createRoom({
        name: 'Lobby',
        alias: 'lobby',
        public: true,
        powerLevels: { users: { [bot]: 100, ...creatorLevel } },
        invite: [bot],
      });
      const stage = new Stage(
        scratch.dir,
        home,
        other,
        mailbox,
        heimdall,
        config,
        new ServerAdmin(admin),
        moderator,
        managementRoom,
        lobby,
        scratch.remove,
      );
      if (options.start !== false) await stage.standWatch();
      return stage;
    } catch (error) {
      // A suite whose stage never stood has nobody to call end().
      await stopAll();
      throw error;
    }
  }

  /** Starts Heimdall, makes its bot a server admin and puts the lobby under its protection. */
  async standWatch(): Promise<void> {
    await this.heimdall.start();
    await this.admin.setAdmin(this.botUserId, true);
    await this.command(`!heimdall rooms add #lobby:${this.home.serverName}`);
    await this.moderator.waitForMembership(this.lobby, this.botUserId, 'join');
  }

  get botUserId(): string {
    return this.home.userId('heimdall');
  }

  /** The homeserver of strangers. */
  get remote(): Homeserver {
    if (this.other === undefined) throw new Error('this stage has no second homeserver');
    return this.other;
  }

  get lobbyAlias(): string {
    return `#lobby:${this.home.serverName}`;
  }

  /** The moderator gives a command; resolves with the bot's first answer to it. */
  command(words: string, options?: WaitOptions): Promise<RoomEvent> {
    return command(this, words, options);
  }

  /** Messages of the bot in the management room that answer nobody and edit nothing: head notices, oldest first. */
  async headNotices(): Promise<RoomEvent[]> {
    const timeline = await this.moderator.messages(this.managementRoom, 500);
    return timeline.filter(
      (event) =>
        event.sender === this.botUserId &&
        event.type === 'm.room.message' &&
        event.content['m.relates_to'] === undefined,
    );
  }

  /** Policy rules in force in any room that the bot is in. */
  async rules(): Promise<RoomEvent[]> {
    const rooms = await this.admin.joinedRoomsOf(this.botUserId);
    return (await Promise.all(rooms.map((roomId) => this.admin.policyRules(roomId)))).flat();
  }

  /** Stops everything and removes the folder (HEIMDALL_KEEP=1 keeps it). */
  async end(): Promise<void> {
    await Promise.all([this.heimdall.stop(), this.home.stop(), this.other?.stop(), this.mailbox.close()]);
    this.removeDir();
  }
}

function configFor(
  home: Homeserver,
  mailbox: Mailbox,
  port: number,
  official: StageOptions['official'],
): HeimdallConfigInput {
  return {
    homeserver: { url: home.url, server_name: home.serverName },
    appservice: { bind: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, registration: 'registration.yaml' },
    bot: { localpart: 'heimdall', display_name: 'Heimdall' },
    management_room: `#moderators:${home.serverName}`,
    protected_identities: [
      {
        user_id: home.officialUserId,
        display_names: [OFFICIAL_NAME],
        domains: ['a.test'],
        ...official?.(home.serverName),
      },
    ],
    mail: { smtp_url: mailbox.url, from: 'Heimdall <heimdall@a.test>', abuse_contact: ABUSE_CONTACT },
    storage: { data_dir: 'data' },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function layOver(config: HeimdallConfigInput, over: Record<string, unknown>): HeimdallConfigInput {
  const result: HeimdallConfigInput = { ...config };
  for (const [key, value] of Object.entries(over)) {
    const below = config[key];
    result[key] = isObject(value) && isObject(below) ? { ...below, ...value } : value;
  }
  return result;
}
