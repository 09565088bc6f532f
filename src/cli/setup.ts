/** `heimdall setup`: from a fresh clone to a protected server; everything it does can also be done by hand. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig, parseConfig, type Config } from '../config/index.js';
import { openHomeserver } from '../app/homeserver.js';
import { readRegistration } from '../matrix/registration.js';
import { MatrixError, type Homeserver } from '../matrix/types.js';
import { Correspondence, isFolderLocked, openLedger, openSettings, openSettingsInLedger } from '../store/index.js';
import type { SettingsStore } from '../store/settings/types.js';
import { systemClock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { runDoctor } from './doctor.js';
import { lookAtOurAddress } from './doctor/process.js';
import {
  askForAnswers,
  chooseRooms,
  DEFAULT_WAIT_SECONDS,
  readAnswers,
  stopped,
  type Answers,
} from './setup/answers.js';
import {
  assertWritable,
  forgetLeft,
  freePort,
  provideRegistration,
  readLeft,
  writeLeft,
  type LeftToDo,
} from './setup/folder.js';
import { makeAdmin, managementRoom, protectRooms, roomsToChoose, waitForRestart } from './setup/homeserver-steps.js';
import { texts } from './texts.js';
import { setupTexts } from './setup/texts.js';
import { setupFileTexts } from './texts.js';
import { programName } from './program-name.js';

interface SetupOptions {
  config: string;
  answers?: string;
  force?: boolean;
}

/** As in a shell: 128 plus the number of SIGINT. */
const EXIT_STOPPED = 130;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The command for commander. Exit code 0 if the doctor has no objections at the end. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('ask what is needed, write the configuration, and go all the way to a green doctor')
    .option('--config <file>', 'the configuration to write', 'config.yaml')
    .option(
      '--answers <file>',
      'do not ask: read the answers from this file (keys of the configuration, rooms, wait_seconds)',
    )
    .option('--force', 'replace a configuration that is there')
    .action(async (options: SetupOptions) => {
      process.exitCode = await setUp(options);
    });
}

async function setUp(options: SetupOptions): Promise<number> {
  const file = path.resolve(options.config);
  // an interrupted setup continues with what it wrote
  const goesOn = existsSync(file) && options.force !== true && options.answers === undefined;
  if (goesOn) say(setupTexts.resuming(file));
  else await begin(file, options);
  const config = loadConfig(file);
  const left = readLeft(config);
  const stop = (): void => {
    const { message, remedy } = stopped();
    process.stderr.write(`\n${message}\n${remedy}\n`);
    process.exit(EXIT_STOPPED);
  };
  process.once('SIGINT', stop);
  say(await provideRegistration(config));
  say(homeserverWords(config));
  await onHomeserver(config, left ?? { rooms: [], asks: false, waitSeconds: DEFAULT_WAIT_SECONDS });
  forgetLeft(config);
  process.off('SIGINT', stop);
  say(setupTexts.doctorSays);
  const code = await runDoctor({ config: file });
  say(nextWords(config, file));
  return code;
}

/** Gets the answers and stores all of them, including those that are not configuration keys. */
async function begin(file: string, options: SetupOptions): Promise<void> {
  assertWritable(file);
  const answers = options.answers === undefined ? await askForAnswers() : readAnswers(options.answers);
  const written = writeConfig(file, await withFreePort(file, answers), options.force === true);
  const { rooms, waitSeconds, asks = false } = answers;
  if (written || rooms.length > 0) writeLeft(loadConfig(file), { rooms, waitSeconds, asks });
}

/**
 * Another port if another program is listening on the usual one. With an existing configuration, that program may be
 * ours.
 */
async function withFreePort(file: string, answers: Answers): Promise<Answers> {
  const config = parseConfig(stringify(answers.config), { file });
  const { appservice = {} } = answers.config;
  const named = process.env.HEIMDALL_APPSERVICE__PORT !== undefined || 'port' in Object(appservice);
  if (named || existsSync(file)) return answers;
  const port = await freePort(config.appservice);
  if (port === config.appservice.port) return answers;
  say(setupTexts.portTaken(config.appservice.port, port));
  return { ...answers, config: { ...answers.config, appservice: { ...Object(appservice), port } } };
}

/** Writes the configuration, readable only by its owner, after validating it. Returns whether it was written. */
function writeConfig(file: string, { config }: Answers, force: boolean): boolean {
  const text = setupFileTexts.header + stringify(config);
  if (existsSync(file) && !force) {
    assertLoadable(file);
    say(setupTexts.keeping(file));
    return false;
  }
  parseConfig(text, { file });
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
  say(setupTexts.wrote(file));
  return true;
}

function assertLoadable(file: string): void {
  try {
    loadConfig(file);
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_SETUP', setupTexts.unusable(file), setupTexts.unusableRemedy, { cause: error });
  }
}

async function onHomeserver(config: Config, { rooms, waitSeconds, asks }: LeftToDo): Promise<void> {
  const registration = readRegistration(config.appservice.registration);
  const homeserver = openHomeserver(config, registration);
  try {
    say(setupTexts.waiting(waitSeconds));
    await waitForRestart(homeserver, waitSeconds, (reason) => say(setupTexts.notYet(reason)));
    say(setupTexts.known(homeserver.botUserId));
    if (config.homeserver.admin_token !== null) say(await makeAdmin(homeserver));
    const room = await managementRoom(homeserver, config);
    say(room.words);
    const found = asks && rooms.length === 0 ? await roomsToChoose(homeserver, room.roomId) : [];
    const chosen = found.length === 0 ? rooms : await chooseRooms(found);
    await note(config, homeserver, { room: room.roomId, chosen });
    if (config.mail.smtp_url !== null && config.mail.abuse_contact !== null) say(await testMail(config));
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    throw new HeimdallError(
      'HEIMDALL_E_SETUP',
      setupTexts.homeserverFailed(messageOf(error)),
      setupTexts.homeserverFailedRemedy,
      { cause: error },
    );
  } finally {
    await homeserver.close();
  }
}

/** Stores the management room and the protected rooms, so that `run` need not look for them. */
async function note(
  config: Config,
  homeserver: Homeserver,
  { room, chosen }: { room: string; chosen: readonly string[] },
): Promise<void> {
  if (await isRunning(config)) {
    if (chosen.length > 0) say(setupTexts.runsAlready);
    return;
  }
  await inSettings(config, async (settings) => {
    const { management_room: id, management_room_name: name } = settings.get();
    if (id !== room || name !== config.management_room)
      await settings.update((draft) => {
        draft.management_room = room;
        draft.management_room_name = config.management_room;
      });
    for (const line of await protectRooms(homeserver, settings, chosen)) say(line);
  });
}

/** Sends a short plain mail to the abuse desk, even before a dry run; returns the outcome. */
async function testMail(config: Config): Promise<string> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  const { MailDesk } = await import('../mail/desk.js');
  const ledger = await openLedger({ dataDir, databaseUrl });
  try {
    const correspondence = new Correspondence(ledger);
    const desk = new MailDesk({ ledger, correspondence, config: { ...config, dry_run: false }, clock: systemClock });
    const { recipient } = await desk.test();
    return texts.setup.mailSent(recipient);
  } catch (error) {
    return texts.setup.mailFailed(String(config.mail.abuse_contact), messageOf(error));
  } finally {
    await ledger.close();
  }
}

async function isRunning(config: Config): Promise<boolean> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  if (databaseUrl === null) return existsSync(dataDir) && isFolderLocked(dataDir);
  const { what } = await lookAtOurAddress(config);
  return what === 'acting' || what === 'standby';
}

async function inSettings(config: Config, work: (settings: SettingsStore) => Promise<void>): Promise<void> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  const ledger = databaseUrl === null ? undefined : await openLedger({ dataDir, databaseUrl });
  const settings = ledger === undefined ? await openSettings({ dataDir }) : await openSettingsInLedger(ledger);
  try {
    await work(settings);
  } finally {
    await settings.close();
    await ledger?.close();
  }
}

function homeserverWords(config: Config): string {
  const file = config.appservice.registration;
  return setupTexts.readRegistration(file, config.appservice.url).join('\n');
}

function nextWords(config: Config, file: string): string {
  return [
    '',
    setupTexts.startIt(programName(), file),
    setupTexts.thenHelp(config.management_room),
    ...(config.dry_run ? [setupTexts.dryRun] : []),
  ].join('\n');
}
