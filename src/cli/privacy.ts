/**
 * `heimdall privacy export|erase USER`: the data stored about a person, and its erasure. Works while Heimdall is
 * running.
 */
import { Command } from 'commander';
import { loadConfig } from '../config/index.js';
import { isUserId } from '../matrix/identifiers.js';
import { openLedger } from '../store/index.js';
import type { SqlLedger } from '../store/ledger.js';
import { HeimdallError } from '../util/errors.js';
import { privacyTexts } from './texts.js';

export function privacyCommand(): Command {
  const both = new Command('privacy').description('what is kept about a person, and its erasure');
  both
    .command('export')
    .description('print all that is kept about and by a person, as one JSON object')
    .argument('<user>', 'full user id, e.g. @anna:example.org')
    .requiredOption('--config <file>', 'configuration file')
    .action((userId: string, options: { config: string }) =>
      print(userId, options, (ledger) => ledger.exportPerson(userId)),
    );
  both
    .command('erase')
    .description('remove or blank all that is kept about and by a person; it cannot be undone')
    .argument('<user>', 'full user id, e.g. @anna:example.org')
    .requiredOption('--config <file>', 'configuration file')
    .action((userId: string, options: { config: string }) =>
      print(userId, options, (ledger) => ledger.erasePerson(userId, 'cli')),
    );
  return both;
}

async function print(
  userId: string,
  { config: file }: { config: string },
  work: (ledger: SqlLedger) => Promise<unknown>,
): Promise<void> {
  if (!isUserId(userId))
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      privacyTexts.notAUserId(JSON.stringify(userId)),
      privacyTexts.notAUserIdRemedy,
    );
  const { data_dir: dataDir, database_url: databaseUrl, synchronous } = loadConfig(file).storage;
  const ledger = await openLedger({ dataDir, databaseUrl, synchronous });
  try {
    process.stdout.write(`${JSON.stringify(await work(ledger), null, 2)}\n`);
  } finally {
    await ledger.close();
  }
}
