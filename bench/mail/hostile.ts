/**
 * 10,000 hostile requests: 8,500 at the report endpoints (fuzzed bodies and paths, header injection, huge reasons, wrong
 * tokens, bombs, smuggling, garbage) while 20 slow bodies drip all the time, and 1,500 mails (forged plus-addresses and
 * references, MIME nested 500 deep, header, HTML and charset bombs, machines' complaints about nobody of ours). On SQLite
 * and on PostgreSQL. None may leave a row, be answered 5xx over HTTP, or be taken over SMTP, and afterwards an honest
 * report and an honest answer are taken. The smaller run of the same is test/reports/hostile.integration.test.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { hostileDoors } from '../../test/support/hostile-doors.js';
import type { Row } from '../row.js';
import { withPostgres } from '../store/postgres.js';

const REPORTS = 8_500;
const MAILS = 1_500;

export async function run(): Promise<Row[]> {
  return [await storm('SQLite'), await withPostgres((url) => storm('PostgreSQL', url))];
}

async function storm(database: string, url?: string): Promise<Row> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const doors = await hostileDoors(folder, url);
  try {
    const before = JSON.stringify(await doors.traces());
    const start = process.cpuUsage();
    const { reports, mails } = await doors.storm({ reports: REPORTS, mails: MAILS, seed: 20_261_129 });
    const { user, system } = process.cpuUsage(start);
    const left = JSON.stringify(await doors.traces()) === before ? 'no trace' : 'TRACES LEFT';
    const faults = sum(reports, (status) => status >= 500);
    const taken = sum(reports, (status) => status === 200) + sum(mails, (code) => code < 500);
    const honest = [await doors.honestReport(), await doors.honestAnswer()].join(' and ');
    process.stderr.write(`${database}: HTTP ${JSON.stringify(reports)}, SMTP ${JSON.stringify(mails)}\n`);
    return {
      work: `${(REPORTS + MAILS).toLocaleString('en')} hostile requests and mails, ${database}`,
      rival: '–',
      ours: `${left}, ${faults} x 5xx, ${taken} taken, ${doors.errors.length} faults logged; then honest: ${honest}`,
      theirs: '–',
      ratio: `${((user + system) / (REPORTS + MAILS) / 1000).toFixed(2)} ms of processor each, clients included`,
      target: 'no trace, 0 x 5xx',
    };
  } finally {
    await doors.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function sum(counted: Record<string, number>, which: (status: number) => boolean): number {
  return Object.entries(counted).reduce((all, [status, count]) => (which(Number(status)) ? all + count : all), 0);
}
