import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { command } from './command.js';
import { HeimdallProcess, type HeimdallConfigInput } from './heimdall.js';
import { Mailbox } from './mailbox.js';
import { freePort } from './ports.js';
import { cloneRoot } from './root.js';
import { ServerAdmin } from './synapse/admin.js';
import { Person } from './synapse/person.js';
import { Homeserver } from './synapse/server.js';
import type { Terminal } from './terminal.js';

export const OFFICIAL_NAME = 'Asgard (Official Account)';
const ABUSE_DESK = 'abuse@asgard.test';

/** Everybody and everything on stage. */
export interface World {
  dir: string;
  /** the homeserver that Heimdall watches */
  asgard: Homeserver;
  /** a homeserver of strangers, federating */
  jotunheim: Homeserver;
  mailbox: Mailbox;
  heimdall: HeimdallProcess;
  botUserId: string;
  /** reads back what really happened, through Synapse's admin API */
  admin: ServerAdmin;
  /** moderators: they share the management room with Heimdall */
  moderators: { freya: Person; tyr: Person };
  /** ordinary people of Asgard and a friend from Jotunheim; none of them may come to harm */
  people: { sif: Person; bragi: Person; observer: Person; skadi: Person; anya: Person };
  rooms: {
    /** private: moderators and Heimdall */
    management: string;
    /** public, protected by Heimdall */
    lobby: string;
  };
  lobbyAlias: string;
  /** Heimdall's web pages */
  pagesUrl: string;
}

/** Ends what was begun, last first. Each is tried, whatever becomes of the others. */
export class Closers {
  private readonly closers: (() => Promise<unknown>)[] = [];
  private closing: Promise<void> | undefined;

  add(close: () => Promise<unknown>): void {
    this.closers.push(close);
  }

  /** May be called more than once: the second call waits for the first. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await Promise.all(this.closers.reverse().map((close) => close().catch(() => undefined)));
  }
}

/** A folder for this run under .sandbox/; those of runs that are over are cleared away. */
export function freshDir(): string {
  const base = path.join(cloneRoot(), '.sandbox');
  mkdirSync(base, { recursive: true });
  for (const name of readdirSync(base)) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1] ?? NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(path.join(base, name), { recursive: true, force: true });
  }
  const dir = path.join(base, `run-${process.pid}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  return dir;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function heimdallConfig(asgard: Homeserver, mailbox: Mailbox, port: number, pagesPort: number): HeimdallConfigInput {
  return {
    homeserver: { url: asgard.url, server_name: asgard.serverName },
    appservice: { bind: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, registration: 'registration.yaml' },
    bot: { localpart: 'heimdall', display_name: 'Heimdall' },
    management_room: `#watchtower:${asgard.serverName}`,
    protected_identities: [
      { user_id: asgard.officialUserId, display_names: [OFFICIAL_NAME], domains: ['asgard.test'] },
    ],
    mail: { smtp_url: mailbox.url, from: 'Heimdall <heimdall@asgard.test>', abuse_contact: ABUSE_DESK },
    storage: { data_dir: 'data' },
    web: { enabled: true, port: pagesPort },
  };
}

/** Builds the stage: two federating homeservers, mailbox, people, rooms, Heimdall on watch over the lobby. */
export async function buildWorld(terminal: Terminal, closers: Closers, dir: string): Promise<World> {
  const mailbox = await Mailbox.open({ port: 2525 });
  closers.add(() => mailbox.close());
  const heimdallDir = path.join(dir, 'heimdall');
  const asgard = await Homeserver.prepare({
    name: 'asgard.test',
    dataDir: path.join(dir, 'asgard'),
    appserviceRegistrations: [path.join(heimdallDir, 'registration.yaml')],
    preferredPorts: { client: 8008, federation: 8441 },
    officialAccount: { displayName: OFFICIAL_NAME },
  });
  const jotunheim = await Homeserver.prepare({
    name: 'jotunheim.test',
    dataDir: path.join(dir, 'jotunheim'),
    preferredPorts: { client: 8009, federation: 8442 },
    officialAccount: { displayName: 'Jotunheim (Official Account)' },
  });
  const port = await freePort(9995);
  const pagesPort = await freePort(9996);
  const heimdall = new HeimdallProcess({
    dir: heimdallDir,
    config: heimdallConfig(asgard, mailbox, port, pagesPort),
  });
  closers.add(() => jotunheim.stop());
  closers.add(() => asgard.stop());
  closers.add(() => heimdall.stop());

  await terminal.task('Two homeservers: asgard.test, which Heimdall watches, and jotunheim.test', async () => {
    await heimdall.register();
    await Promise.all([asgard.start(), jotunheim.start()]);
  });
  const cast = await terminal.task('People, moderators, a public lobby, a private room for the moderators', () =>
    bringPeople(asgard, jotunheim),
  );
  const world: World = {
    dir,
    asgard,
    jotunheim,
    mailbox,
    heimdall,
    botUserId: asgard.userId('heimdall'),
    lobbyAlias: `#lobby:${asgard.serverName}`,
    pagesUrl: `http://127.0.0.1:${pagesPort}`,
    ...cast,
  };
  await terminal.task('Heimdall on watch, the lobby under its protection', () => postTheWatch(world));
  return world;
}

type Cast = Pick<World, 'admin' | 'moderators' | 'people' | 'rooms'>;

async function bringPeople(asgard: Homeserver, jotunheim: Homeserver): Promise<Cast> {
  const [odin, freya, tyr, sif, bragi, observer, skadi, anya] = await Promise.all([
    Person.register(asgard, 'odin', { displayName: 'Odin', admin: true }),
    Person.register(asgard, 'freya', { displayName: 'Freya' }),
    Person.register(asgard, 'tyr', { displayName: 'Tyr' }),
    Person.register(asgard, 'sif', { displayName: 'Sif' }),
    Person.register(asgard, 'bragi', { displayName: 'Bragi' }),
    Person.register(asgard, 'observer', { displayName: 'Server Observer' }),
    Person.register(jotunheim, 'skadi', { displayName: 'Skaði' }),
    Person.register(jotunheim, 'anya', { displayName: 'Аня' }),
  ]);
  const admin = new ServerAdmin(odin);
  const management = await freya.createRoom({
    name: 'Watchtower',
    alias: 'watchtower',
    topic: 'Moderators and Heimdall',
    invite: [tyr.userId, asgard.userId('heimdall')],
  });
  await tyr.join(management);
  const lobby = await freya.createRoom({
    name: 'Lobby',
    alias: 'lobby',
    topic: 'Everybody is welcome',
    public: true,
    powerLevels: { users: { [tyr.userId]: 50, [asgard.userId('heimdall')]: 100 } },
  });
  await Promise.all([tyr, sif, bragi, observer].map((person) => person.join(lobby)));
  for (const guest of [skadi, anya]) await guest.join(`#lobby:${asgard.serverName}`);
  await sif.sendMessage(lobby, 'Good morning!');
  return {
    admin,
    moderators: { freya, tyr },
    people: { sif, bragi, observer, skadi, anya },
    rooms: { management, lobby },
  };
}

async function postTheWatch(world: World): Promise<void> {
  const { heimdall, admin, moderators, people, rooms, botUserId } = world;
  await heimdall.start();
  await admin.setAdmin(botUserId, true);
  await moderators.freya.invite(rooms.lobby, botUserId);
  await command(
    { moderator: moderators.freya, managementRoom: rooms.management, botUserId },
    `!heimdall rooms add ${world.lobbyAlias}`,
  );
  await moderators.freya.waitForMembership(rooms.lobby, botUserId, 'join', { what: 'Heimdall to join the lobby' });
  // The real official account speaks to an ordinary person: nobody may take it for an impostor of itself.
  await admin.sendServerNotice(people.sif.userId, 'Welcome to Asgard. This account will never ask for your password.');
}
