import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { loadConfig } from '../config/index.js';
import type { Config } from '../config/types.js';
import { databaseStatement } from '../statements/database.js';
import { factsOf } from '../statements/facts.js';
import { csvOf, markdownOf, totalOf } from '../statements/figures.js';
import { loadPolicies } from '../statements/policies.js';
import { texts } from '../statements/texts.js';
import { openLedger } from '../store/index.js';
import type { SqlLedger } from '../store/ledger.js';
import { HeimdallError } from '../util/errors.js';

interface Options {
  config: string;
  from: string;
  to: string;
  json?: boolean;
  csv?: boolean;
  md?: boolean;
  statements?: string;
  write?: boolean;
}

/** `heimdall transparency`: figures for a period, and statement files. Works while Heimdall is running. */
export function transparencyCommand(): Command {
  return new Command('transparency')
    .description('figures of a span of time, for a transparency report')
    .requiredOption('--config <file>', 'configuration file')
    .requiredOption('--from <date>', 'first day or month, in UTC: 2026-01-01 or 2026-01')
    .requiredOption('--to <date>', 'last day or month, itself included: 2026-12-31 or 2026-12')
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV, one figure a row')
    .option('--md', 'as a report in Markdown (default)')
    .option(
      '--statements <folder>',
      'statements of reasons in the form of the DSA Transparency Database, as JSON files',
    )
    .option('--write', 'really write those files')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const config = loadConfig(options.config);
  const from = spanOf(options.from).begin;
  const to = spanOf(options.to).end;
  if (to <= from) throw new HeimdallError('HEIMDALL_E_USAGE', texts.backwards, texts.dateRemedy);
  const { data_dir: dataDir, database_url: databaseUrl, synchronous } = config.storage;
  const ledger = await openLedger({ dataDir, databaseUrl, synchronous });
  try {
    if (options.statements !== undefined)
      return await writeStatements(ledger, config, { from, to, folder: options.statements, write: options.write });
    const months = await ledger.monthlyFigures(from, to);
    const { server_name: server } = config.homeserver;
    const [first, last] = [from, to - 1].map((at) => new Date(at).toISOString().slice(0, 10)) as [string, string];
    if (options.json === true)
      print(JSON.stringify({ server, from: first, to: last, months, total: totalOf(months) }, null, 2));
    else if (options.csv === true) process.stdout.write(csvOf(months));
    else print(markdownOf(server, first, last, months));
  } finally {
    await ledger.close();
  }
}

/** A day or a month, as [begin, end) in ms since the epoch, in UTC. */
export function spanOf(text: string): { begin: number; end: number } {
  const [, year = '', month = '', day] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text) ?? [];
  const begin = Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1));
  const end = day === undefined ? Date.UTC(Number(year), Number(month), 1) : begin + 86_400_000;
  const written = Number.isNaN(begin) ? '' : new Date(begin).toISOString();
  if (year === '' || !written.startsWith(`${year}-${month}${day === undefined ? '' : `-${day}`}`))
    throw new HeimdallError('HEIMDALL_E_USAGE', texts.badDate(JSON.stringify(text)), texts.dateRemedy);
  return { begin, end };
}

/** One file for each case with a statement. Dry unless `write` is given; nothing is ever sent. */
async function writeStatements(
  ledger: SqlLedger,
  config: Config,
  span: { from: number; to: number; folder: string; write: boolean | undefined },
): Promise<void> {
  const policies = loadPolicies(config.statements.policies);
  const cases = await ledger.casesAudited('statement.sent', span.from, span.to);
  let count = 0;
  for (const caseId of cases) {
    const facts = await factsOf(ledger, caseId, policies);
    if (facts === undefined) continue;
    count += 1;
    if (span.write !== true) continue;
    const statement = databaseStatement(facts, config.homeserver.server_name);
    mkdirSync(span.folder, { recursive: true });
    writeFileSync(path.join(span.folder, `${statement.puid}.json`), `${JSON.stringify(statement, null, 2)}\n`);
  }
  print(span.write === true ? texts.wrote(count, span.folder) : texts.wouldWrite(count, span.folder));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
