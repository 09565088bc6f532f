import { interlock } from '../../src/enforcement/interlock.js';
/**
 * `heimdall scan` as a process of its own, beside another one that writes to the same ledger: as on an admin's machine.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createExecutor } from '../../src/actions/executor.js';
import { openLedger, type Ledger } from '../../src/store/index.js';
import { packageRoot } from '../../src/util/package-root.js';
import { silentLogger } from '../../src/util/logger.js';
import { waitFor } from '../../sandbox/wait.js';
import { compileSources, type CompiledSources } from '../support/compiled.js';
import { startStubHomeserver, type StubHomeserver } from '../support/stub-homeserver.js';
import { factsOf, policyOf } from '../enforcement/fixtures.js';
import { accountsWith, OFFICIAL_NAME } from '../scan/scanning.js';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

describe('heimdall scan', () => {
  let compiled: CompiledSources;
  let folder: string;
  let stub: StubHomeserver;
  const open: Ledger[] = [];
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    compiled = await compileSources('src');
    symlinkSync(path.join(packageRoot(), 'rules'), path.join(compiled.folder, 'rules'));
  });
  afterAll(() => compiled.remove());
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-cli-scan-'));
    stub = await startStubHomeserver({ botUserId: '@heimdall:a.test' });
    stub.admin.allowed = true;
    writeFileSync(
      path.join(folder, 'config.yaml'),
      `
homeserver: {url: ${stub.url}, server_name: a.test}
appservice: {bind: 127.0.0.1, port: 1, url: http://127.0.0.1:1, registration: registration.yaml}
management_room: "#moderators:a.test"
protected_identities: [{user_id: "@server:a.test", display_names: ["${OFFICIAL_NAME}"], domains: [a.test]}]
scan: {requests_per_second: 1000}
`,
    );
    const registered = await ended(start('register'));
    expect(registered.code).toBe(0);
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const ledger of open.splice(0)) await ledger.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (command: string, ...args: string[]): ChildProcess => {
    const child = spawn(
      process.execPath,
      [path.join(compiled.folder, 'src', 'main.js'), command, '--config', path.join(folder, 'config.yaml'), ...args],
      { cwd: folder },
    );
    children.add(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<Ended> => {
    const result: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
    return new Promise((resolve) =>
      child.on('close', (code) => {
        children.delete(child);
        resolve({ ...result, code });
      }),
    );
  };
  const ledger = async (): Promise<Ledger> => {
    const opened = await openLedger({ dataDir: path.join(folder, 'data') });
    open.push(opened);
    return opened;
  };
  const userRequests = () => stub.requests.filter(({ path: asked }) => asked.endsWith('/users')).length;

  it('prints what it found as NDJSON, like check, with the case; progress and the rest go to stderr', async () => {
    stub.admin.accounts = accountsWith(1500, [4, 1200]);
    stub.setState(
      '!a:elsewhere.example',
      'm.room.member',
      '@server:asgard.test',
      { membership: 'join', displayname: OFFICIAL_NAME },
      '@server:asgard.test',
    );
    const { code, stdout, stderr } = await ended(start('scan', '--json'));
    expect(stderr).toContain('Looked at 1,500 accounts, 1 room with 1 member: found 3 certain; new: 3 certain.');
    expect(stderr).toContain('nobody was reported or banned');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line.user_id)).toEqual([
      '@impostor4:a.test',
      '@impostor1200:a.test',
      '@server:asgard.test',
    ]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['user_id', 'verdict', 'score', 'protected', 'evidence', 'case']);
      expect(line).toMatchObject({ verdict: 'certain', protected: '@server:a.test', case: expect.any(Number) });
    }
    expect(code).toBe(0);
    const { code: again, stdout: table } = await ended(start('scan', '--users'));
    expect(again).toBe(0);
    expect(table).toMatch(/case +verdict +score +account\n/);
    expect(table).toContain('@impostor1200:a.test');
    expect(table).not.toContain('@server:asgard.test');
    expect(await (await ledger()).cases({})).toHaveLength(3);
  });

  it('goes on after kill -9 where it was', async () => {
    stub.admin.accounts = accountsWith(30_000, [10, 16_000, 29_999]);
    stub.setRoundTrip(150);
    const killed = start('scan', '--users');
    void ended(killed);
    await waitFor(() => userRequests() >= 14, { timeoutMs: 20_000, everyMs: 20 });
    killed.kill('SIGKILL');
    await waitFor(() => !children.has(killed));
    const before = userRequests();
    const { code, stdout, stderr } = await ended(start('scan', '--users', '--json'));
    expect(stderr).toContain('Resuming the scan started');
    expect(code).toBe(0);
    // at most a second of work is done again
    expect(userRequests() - before).toBeLessThanOrEqual(30 - 14 + 9);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { user_id: string }).user_id),
    ).toEqual(['@impostor10:a.test', '@impostor16000:a.test', '@impostor29999:a.test']);
    expect(await (await ledger()).cases({})).toHaveLength(3);
  });

  it('writes beside a process that writes without pause, and its actions are noticed there without a nudge', async () => {
    stub.admin.accounts = {
      length: 800,
      at: (index) => ({ name: `@server${index}:a.test`, displayname: OFFICIAL_NAME }),
    };
    const beside = await ledger();
    const performed: string[] = [];
    const executor = createExecutor({
      ledger: beside,
      handlers: [
        {
          kind: 'act_on_scan',
          hasSideEffects: false,
          perform: (action) => Promise.resolve({ state: 'done' as const, result: performed.push(action.key) }),
        },
      ],
      guard: (question) => interlock(question, factsOf({ policy: policyOf() })),
      clock: Date.now,
      logger: silentLogger,
      dryRun: false,
    });
    executor.start();
    const scan = ended(start('scan', '--users', '--act', '--json'));
    let over = false;
    void scan.then(() => (over = true));
    let commits = 0;
    while (!over) {
      await beside.commit(async (tx) => {
        await tx.markEventSeen(`$event${commits}`, 1);
        await tx.recordFinding({
          subjectKind: 'user',
          subject: `@live${commits % 50}:x`,
          key: `k${commits}`,
          kind: 'verdict',
          seenAt: 1,
          data: {},
        });
      });
      commits += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { code, stdout, stderr } = await scan;
    expect(stderr).toContain('No Heimdall is running at 127.0.0.1:1');
    expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, 800]);
    expect(commits).toBeGreaterThan(50);
    await waitFor(() => performed.length === 1);
    await executor.stop();
    expect(await beside.scanSummary(performed[0]?.split(':').slice(1, 3).join(':') ?? '')).toEqual({
      levels: { certain: 800 },
      newLevels: { certain: 800 },
    });
  });

  it('ends with 1 when accounts cannot be listed, and when the homeserver refuses', async () => {
    stub.admin.allowed = false;
    const denied = await ended(start('scan'));
    expect([denied.code, denied.stderr]).toEqual([1, expect.stringContaining('not a server admin')]);
    stub.admin.allowed = true;
    stub.fault({ match: /users/, status: 400, errcode: 'M_INVALID_PARAM' });
    const refused = await ended(start('scan'));
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('Run the same command again to resume.'),
    ]);
  });
});
