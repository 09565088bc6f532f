import { Command } from 'commander';
import { bridgeUserMatcher } from '../config/bridge-users.js';
import { toProtectedIdentity } from '../config/identities.js';
import { loadConfig } from '../config/index.js';
import { loadRules } from '../config/rules.js';
import type { Config } from '../config/types.js';
import { createDetector } from '../detection/index.js';
import { openHomeserver } from '../app/homeserver.js';
import { readRegistration } from '../matrix/registration.js';
import { openLedger, openSettings, openSettingsInLedger } from '../store/index.js';
import { systemClock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { silentLogger } from '../util/logger.js';
import { packageVersion } from '../util/package-root.js';
import { Exemptions } from '../impersonation/exemptions.js';
import { withOfficials } from '../impersonation/officials.js';
import { OfficialRooms } from '../tracking/official-rooms.js';
import { RoomStateCache } from '../tracking/rooms.js';
import { Scanner } from '../scan/scanner.js';
import { RequestThrottle } from '../scan/request-throttle.js';
import { hitsOf, type ScanPart } from '../scan/state.js';
import {
  foundWords,
  lookedAtWords,
  missedWords,
  positionWords,
  progressWords,
  type ScanProgress,
} from '../scan/summary.js';
import { ProgressLine, writeJson, writeTable } from './scan-output.js';
import { scanTexts } from './texts.js';

interface ScanCommandOptions {
  config: string;
  users?: boolean;
  rooms?: boolean;
  json?: boolean;
  act?: boolean;
  fresh?: boolean;
}

/** How long a running Heimdall has to respond. */
const PROBE_MS = 2_000;

/**
 * `heimdall scan`: scans all accounts and room members. It writes to the same ledger as the running Heimdall, which
 * carries out the resulting actions.
 */
export function scanCommand(): Command {
  return new Command('scan')
    .description('look at all accounts and all members of rooms for impostors that are there already')
    .requiredOption('--config <file>', 'configuration file')
    .option('--users', 'all accounts of the homeserver (with neither --users nor --rooms: both)')
    .option('--rooms', 'all members of all rooms that the homeserver is in')
    .option('--act', 'do what `responses` says; without it only cases are opened')
    .option('--fresh', 'begin anew, also when an unfinished scan could go on')
    .option('--json', 'NDJSON: the lines of `heimdall check`, and the case')
    .action(async (options: ScanCommandOptions) => {
      process.exitCode = await runScan(options);
    });
}

async function runScan(options: ScanCommandOptions): Promise<number> {
  const config = loadConfig(options.config);
  const parts: ScanPart[] =
    options.users === options.rooms ? ['users', 'rooms'] : options.users === true ? ['users'] : ['rooms'];
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error(scanTexts.interrupted));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const line = new ProgressLine(process.stderr);
  const { scanner, ledger, close } = await openScanner(config);
  try {
    const progress = await scanner.run(
      { name: 'cli', parts, act: options.act === true ? 'all' : 'no', fresh: options.fresh === true },
      {
        signal: stop.signal,
        onBegin: (state, resumed) => {
          if (resumed) line.say(scanTexts.resuming(new Date(state.startedAt).toISOString(), positionWords(state)));
        },
        onProgress: (now) => line.show(progressWords(now)),
      },
    );
    const scan = hitsOf('cli', progress.state);
    await (options.json === true ? writeJson(ledger, scan, process.stdout) : writeTable(ledger, scan, process.stdout));
    for (const words of await closingWords(config, progress)) line.say(words);
    return progress.state.withoutRights.includes('users') ? 1 : 0;
  } catch (error) {
    if (error instanceof HeimdallError) throw error;
    line.say(scanTexts.goesOn(messageOf(error)));
    return 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await close();
  }
}

/** The parts of a Heimdall that a scan needs. */
async function openScanner(config: Config) {
  const registration = readRegistration(config.appservice.registration);
  const { server_name: serverName } = config.homeserver;
  const homeserver = openHomeserver(config, registration);
  const rules = loadRules(config.rules_dir);
  const ledger = await openLedger({
    dataDir: config.storage.data_dir,
    databaseUrl: config.storage.database_url,
    synchronous: config.storage.synchronous,
  });
  const settings =
    config.storage.database_url === null
      ? await openSettings({ dataDir: config.storage.data_dir })
      : await openSettingsInLedger(ledger);
  const { management_room: managementRoom, officials } = settings.get();
  await settings.close();
  const official = withOfficials(config.protected_identities, officials);
  const identities = official.map(toProtectedIdentity);
  const detector = createDetector(identities, rules);
  const officialRooms = new OfficialRooms({
    homeserver,
    identities: official,
    protectedRooms: new RoomStateCache(),
    clock: systemClock,
    logger: silentLogger,
  });
  await officialRooms.start();
  const exemptions = new Exemptions({ officialRooms, bridgeUser: bridgeUserMatcher(config.bridge_users, serverName) });
  const scanner = new Scanner({
    homeserver,
    ledger,
    looksFor: () => ({ detector, identities, rules }),
    version: packageVersion(),
    exempt: (userId) => exemptions.of(userId),
    pace: new RequestThrottle({ requestsPerSecond: config.scan.requests_per_second }),
    managementRoom: () => managementRoom ?? undefined,
    clock: systemClock,
  });
  const close = async (): Promise<void> => {
    await officialRooms.stop();
    await ledger.close();
    await homeserver.close();
  };
  return { scanner, ledger, close };
}

/** The final summary, one line each. */
async function closingWords(config: Config, { state, found }: ScanProgress): Promise<string[]> {
  const words = [
    scanTexts.lookedAt(lookedAtWords(state), foundWords(found.levels), foundWords(found.newLevels)),
    ...missedWords(state),
  ];
  if (Object.keys(found.levels).length === 0) return words;
  if (state.act === 'no') return [...words, scanTexts.opensOnly];
  const running = await isRunning(config);
  return [
    ...words,
    running ? scanTexts.carriedOut : scanTexts.notRunning(config.appservice.bind, config.appservice.port),
  ];
}

async function isRunning({ appservice: { bind, port } }: Config): Promise<boolean> {
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '[::1]' : bind.includes(':') ? `[${bind}]` : bind;
  try {
    return (await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) })).ok;
  } catch {
    return false;
  }
}
