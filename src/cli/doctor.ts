/** `heimdall doctor`: checks everything that an admin can get wrong, and says how to fix it. */
import { Command } from 'commander';
import { ConfigError, EXIT_CONFIG, loadConfig, type Config } from '../config/index.js';
import type { Settings } from '../store/settings/types.js';
import { messageOf } from '../util/errors.js';
import { checkHomeserver } from './doctor/homeserver.js';
import {
  checkConfig,
  checkDryRun,
  checkImageLibrary,
  checkMail,
  checkRegistration,
  checkRules,
  checkStorage,
  skippedChecks,
} from './doctor/local.js';
import { fail, type CheckResult } from './doctor/result.js';
import { checkNeighbours, checkOfficialNames, checkOfficialRooms } from './doctor/identities.js';
import { checkMailDomain } from './doctor/mail-domain.js';
import { checkReports } from './doctor/reports.js';
import { checkProcess, lookAtOurAddress, type AtOurAddress } from './doctor/process.js';
import { checkManagementRoom, checkOwnList, checkProtectedRooms, checkWatchedLists } from './doctor/rooms.js';
import { checkDisk, checkSurroundings } from './doctor/surroundings.js';
import { texts } from './doctor/texts.js';
import { protectedRooms } from '../tracking/settings.js';
import type { Registration } from '../matrix/registration.js';
import { homeserverTexts } from './doctor/texts-homeserver.js';

interface DoctorOptions {
  config: string;
  json?: boolean;
  publicUrl?: string;
}

/** The command for commander. Exit code 0 when nothing failed, 78 for a broken configuration, else 1. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at everything that an admin can get wrong, and say how to mend it')
    .requiredOption('--config <file>', 'the configuration')
    .option('--json', 'one JSON object a line: {"check", "health", "found", "remedy"?}')
    .option(
      '--public-url <url>',
      'where clients reach the homeserver; default: what its .well-known/matrix/client says',
    )
    .action(async (options: DoctorOptions) => {
      process.exitCode = await runDoctor(options);
    });
}

/** Prints all checks; resolves with the exit code. */
export async function runDoctor({ config: file, json = false, publicUrl }: DoctorOptions): Promise<number> {
  const print = (results: readonly CheckResult[]): void => {
    for (const result of results) process.stdout.write(json ? `${JSON.stringify(result)}\n` : render(result));
  };
  let config: Config;
  try {
    config = loadConfig(file);
  } catch (error) {
    print([fail('configuration', messageOf(error), homeserverTexts.configRemedy)]);
    return error instanceof ConfigError ? EXIT_CONFIG : 1;
  }
  const all: CheckResult[] = [];
  for await (const results of examine(config, file, publicUrl)) {
    print(results);
    all.push(...results);
  }
  if (!json) process.stdout.write(summary(all));
  return all.some(({ health }) => health === 'fail') ? 1 : 0;
}

/** All checks in order; each part is shown as soon as it is available, because a timeout can take a while. */
export async function* examine(
  config: Config,
  file: string,
  publicUrl: string | undefined,
): AsyncGenerator<readonly CheckResult[]> {
  yield await checkConfig(config, file);
  yield [await checkRules(config.rules_dir)];
  yield [...checkOfficialNames(config), ...checkNeighbours(config)];
  const at = await lookAtOurAddress(config);
  yield await checkProcess(config, at);
  const storage = await checkStorage(config);
  yield storage.results;
  yield checkDryRun(config, storage.said);
  if (config.storage.database_url === null) yield await checkDisk(config.storage.data_dir);
  yield [await checkMail(config)];
  yield await checkMailDomain(config);
  const { results, registration } = await checkRegistration(config);
  yield results;
  if (registration === undefined) yield skippedChecks(['homeserver', 'rooms'], homeserverTexts.noTokens);
  else yield* examineHomeserver(config, registration, storage.settings, at);
  if (registration !== undefined) yield await checkReports(config, registration.hs_token, publicUrl);
  yield [await checkImageLibrary(config)];
}

async function* examineHomeserver(
  config: Config,
  registration: Registration,
  settings: Readonly<Settings> | undefined,
  at: AtOurAddress,
): AsyncGenerator<readonly CheckResult[]> {
  const { openHomeserver } = await import('../app/homeserver.js');
  const homeserver = openHomeserver(config, registration);
  try {
    const running = at.what === 'acting' || at.what === 'standby';
    const { results, usable } = await checkHomeserver(homeserver, config, running);
    yield results;
    yield await checkSurroundings(config);
    if (!usable) {
      yield skippedChecks(['management room', 'protected rooms'], homeserverTexts.cannotAsk);
      return;
    }
    yield await checkManagementRoom(homeserver, config, running, settings);
    yield await checkOfficialRooms(homeserver, config);
    if (settings === undefined) {
      yield skippedChecks(['protected rooms'], homeserverTexts.noSettings);
      return;
    }
    yield await checkOwnList(homeserver, settings);
    yield await checkWatchedLists(homeserver, settings);
    yield await checkProtectedRooms(homeserver, protectedRooms(settings), settings);
  } finally {
    await homeserver.close();
  }
}

function render({ check, health, found, remedy }: CheckResult): string {
  const head = `${health.padEnd(7)} ${check}: ${found}\n`;
  return remedy === undefined ? head : `${head}        -> ${remedy}\n`;
}

function summary(results: readonly CheckResult[]): string {
  const count = (health: CheckResult['health']) => results.filter((result) => result.health === health).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed > 0) return texts.summary.failed(failed, warned);
  return warned > 0 ? texts.summary.warned(warned) : texts.summary.well;
}
