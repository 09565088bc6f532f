/** Several processes on one ledger: one acts, and when it is gone another does, with nothing lost and nothing doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Fleet, LOBBY, type Member } from '../support/fleet.js';
import { freshDatabase, ownPostgres } from '../support/postgres.js';
import { TcpRelay } from '../support/tcp-relay.js';
import { openLedger, openSettings, openSettingsInLedger } from '../../src/store/index.js';

/**
 * A process that is gone is followed by another within 15 s. That is a matter of times that Heimdall waits; the rest is
 * for the machine, which may be busy with other things.
 */
const TAKE_OVER_MS = 4 * 15_000;
const undo: (() => unknown)[] = [];

async function protectLobby(place: { dataDir: string; databaseUrl: string | null }): Promise<void> {
  const ledger = await openLedger(place);
  const settings = place.databaseUrl === null ? await openSettings(place) : await openSettingsInLedger(ledger);
  await settings.update((draft) => void draft.protected_rooms.push(LOBBY));
  await settings.close();
  await ledger.close();
}

/** Several on one PostgreSQL, each with a wire of its own to it. */
async function onPostgres(
  names: readonly string[],
  url: string,
): Promise<{ fleet: Fleet; wires: Map<string, TcpRelay> }> {
  await protectLobby({ dataDir: '', databaseUrl: url });
  const wires = new Map<string, TcpRelay>();
  const { hostname, port } = new URL(url);
  for (const name of names) {
    const wire = await TcpRelay.to({ host: hostname, port: Number(port) });
    wires.set(name, wire);
    undo.push(() => wire.close());
  }
  const fleet = await Fleet.build((name) => {
    const own = new URL(url);
    own.port = String(wires.get(name)?.port);
    return { data_dir: 'data', database_url: own.href };
  }, names);
  undo.push(() => fleet.end());
  return { fleet, wires };
}

async function fresh(): Promise<string> {
  const database = await freshDatabase();
  undo.push(() => database.drop());
  return database.url;
}

function signal(member: Member, name: NodeJS.Signals): void {
  if (member.process.pid !== undefined) process.kill(member.process.pid, name);
}

/** People come in at short intervals while `trouble` happens; in the end each must have been dealt with once. */
async function attack(fleet: Fleet, count: number, trouble: (done: number) => Promise<void> | void): Promise<void> {
  const people: string[] = [];
  for (let number = 0; number < count; number += 1) {
    people.push(fleet.impostor());
    await trouble(number);
    await sleep(60);
  }
  await fleet.untilDone(people, 60_000);
  await sleep(1_500);
  const wrong = people.map((userId) => ({ userId, ...fleet.tally(userId) }));
  expect(wrong.filter(({ bans, rules, notices }) => bans !== 1 || rules !== 1 || notices !== 1)).toEqual([]);
}

/** Starts the first until it is ready, then the others, which stand by. */
async function begin(fleet: Fleet): Promise<void> {
  const [first, ...others] = fleet.members;
  if (first === undefined) throw new Error('nobody there');
  await first.process.start();
  for (const other of others) {
    other.process.launch();
    await waitFor(async () => (await fleet.readiness(other)).status === 503, { timeoutMs: 30_000, what: other.name });
    expect((await fleet.readiness(other)).body).toEqual({ state: 'standby' });
  }
}

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('two processes on one PostgreSQL', () => {
  it('one acts; the other answers health checks, takes nothing, and follows at once after a SIGTERM', async () => {
    const { fleet } = await onPostgres(['a', 'b'], await fresh());
    await begin(fleet);
    const [a, b] = [fleet.member('a'), fleet.member('b')];
    expect((await fetch(`${b.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${b.url}/metrics`)).text()).toMatch(/^heimdall_acting 0$/m);
    expect(await (await fetch(`${a.url}/metrics`)).text()).toMatch(/^heimdall_acting 1$/m);
    const refused = await fetch(`${b.url}/_matrix/app/v1/transactions/x`, { method: 'PUT', body: '{"events":[]}' });
    expect(refused.status).toBe(503);
    expect(b.writes).toEqual([]);
    await attack(fleet, 3, () => undefined);
    expect(b.writes).toEqual([]);
    const began = Date.now();
    expect(await a.process.stop()).toBe(true);
    await fleet.untilReady(b);
    expect(Date.now() - began).toBeLessThan(TAKE_OVER_MS);
    await attack(fleet, 3, () => undefined);
  }, 180_000);

  it('kill -9 of the one that acts, in the middle of an attack', async () => {
    const { fleet } = await onPostgres(['a', 'b'], await fresh());
    await begin(fleet);
    const [a, b] = [fleet.member('a'), fleet.member('b')];
    let killed = 0;
    await attack(fleet, 30, async (number) => {
      if (number !== 12) return;
      killed = Date.now();
      await a.process.kill9();
    });
    expect(fleet.taken.find(({ by }) => by === 'b')?.at ?? Infinity).toBeLessThan(killed + TAKE_OVER_MS);
    a.process.launch();
    await waitFor(async () => (await fleet.readiness(a)).status === 503, { what: 'a stands by' });
    expect((await fleet.readiness(b)).status).toBe(200);
  }, 180_000);

  it('SIGSTOP of the one that acts: when it wakes up it changes nothing, and stands by', async () => {
    const { fleet } = await onPostgres(['a', 'b'], await fresh());
    await begin(fleet);
    const [a, b] = [fleet.member('a'), fleet.member('b')];
    let wokenAt = 0;
    await attack(fleet, 30, async (number) => {
      if (number !== 12) return;
      signal(a, 'SIGSTOP');
      expect(await fleet.untilReady(b)).toBeLessThan(TAKE_OVER_MS);
      wokenAt = Date.now();
      signal(a, 'SIGCONT');
    });
    await waitFor(async () => (await fleet.readiness(a)).status === 503, { what: 'a stands by' });
    await waitFor(async () => JSON.stringify((await fleet.readiness(a)).body) === '{"state":"standby"}', {
      what: 'a stands by',
    });
    // what was in the kernel's hands already when it was stopped may still leave
    expect(a.writes.filter(({ at }) => at > wokenAt + 1_000)).toEqual([]);
    // and it can take over once more
    await b.process.kill9();
    expect(await fleet.untilReady(a)).toBeLessThan(TAKE_OVER_MS);
    await attack(fleet, 3, () => undefined);
  }, 180_000);

  it('the network between the one that acts and the database is cut', async () => {
    const { fleet, wires } = await onPostgres(['a', 'b'], await fresh());
    await begin(fleet);
    const [a, b] = [fleet.member('a'), fleet.member('b')];
    await attack(fleet, 30, async (number) => {
      if (number !== 12) return;
      wires.get('a')?.cut();
      expect(await fleet.untilReady(b)).toBeLessThan(TAKE_OVER_MS);
    });
    expect((await fetch(`${a.url}/healthz`)).status).toBe(200);
    expect((await fleet.readiness(a)).status).toBe(503);
    wires.get('a')?.mend();
    await waitFor(async () => JSON.stringify((await fleet.readiness(a)).body) === '{"state":"standby"}', {
      timeoutMs: 30_000,
      what: 'a stands by',
    });
    await attack(fleet, 3, () => undefined);
  }, 180_000);

  it('the database is restarted: the one that acts goes on, or the other does', async () => {
    const postgres = await ownPostgres();
    undo.push(() => postgres.end());
    const { fleet } = await onPostgres(['a', 'b'], postgres.url);
    await begin(fleet);
    await attack(fleet, 30, async (number) => {
      if (number === 12) await postgres.restart();
    });
  }, 180_000);
});

describe('three processes on one PostgreSQL', () => {
  it('one after another is killed, and started again', async () => {
    const { fleet } = await onPostgres(['a', 'b', 'c'], await fresh());
    await begin(fleet);
    await attack(fleet, 30, async (number) => {
      if (number % 10 !== 5) return;
      const acting = await waitFor(async () => {
        for (const member of fleet.members) if ((await fleet.readiness(member)).status === 200) return member;
        return undefined;
      });
      await acting.process.kill9();
      acting.process.launch();
    });
  }, 240_000);
});

describe('two processes on one folder with SQLite', () => {
  it('one acts; the other follows when it is killed, also while the first is stopped it does not act', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-shared-'));
    undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
    await protectLobby({ dataDir, databaseUrl: null });
    const fleet = await Fleet.build(() => ({ data_dir: dataDir }), ['a', 'b']);
    undo.push(() => fleet.end());
    await begin(fleet);
    const [a, b] = [fleet.member('a'), fleet.member('b')];
    signal(a, 'SIGSTOP');
    await sleep(10_000);
    expect((await fleet.readiness(b)).body).toEqual({ state: 'standby' });
    signal(a, 'SIGCONT');
    await attack(fleet, 20, async (number) => {
      if (number === 8) await a.process.kill9();
    });
    expect(b.writes.length).toBeGreaterThan(0);
    a.process.launch();
    await waitFor(async () => (await fleet.readiness(a)).status === 503, { what: 'a stands by' });
    expect(await b.process.stop()).toBe(true);
    expect(await fleet.untilReady(a)).toBeLessThan(TAKE_OVER_MS);
  }, 180_000);
});
