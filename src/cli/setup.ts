/** `heimdall setup`: from a fresh clone to a watched server, with everything in it that can also be done by hand. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig, parseConfig, type Config } from '../config/index.js';
import { openHomeserver } from '../app/homeserver.js';
import { holdsTokens, readRegistration } from '../matrix/registration.js';
import { Correspondence, openLedger, openSettings, openSettingsInLedger } from '../store/index.js';
import { systemClock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { runDoctor } from './doctor.js';
import { register } from './register.js';
import { askForAnswers, chooseRooms, readAnswers, type Answers } from './setup/answers.js';
import { makeAdmin, managementRoom, protectRooms, publicRooms, waitForRestart } from './setup/homeserver-steps.js';
import { texts } from './texts.js';
import { setupTexts } from './setup/texts.js';
import { setupFileTexts } from './texts.js';
import { programName } from './program-name.js';

interface SetupOptions {
  config: string;
  answers?: string;
  force?: boolean;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The command for commander. Exit code 0 when doctor has nothing to object at the end. */
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
  // a setup that was interrupted goes on with what it wrote
  const goesOn = existsSync(file) && options.force !== true && options.answers === undefined;
  const answers: Answers = goesOn
    ? { config: {}, rooms: [], waitSeconds: 600 }
    : options.answers === undefined
      ? await askForAnswers()
      : readAnswers(options.answers);
  if (goesOn) say(setupTexts.resuming(file));
  else writeConfig(file, answers, options.force === true);
  const config = loadConfig(file);
  if (holdsTokens(config.appservice.registration)) say(setupTexts.registrationExists(config.appservice.registration));
  else {
    await register(config, config.appservice.registration);
    say(setupTexts.wroteRegistration(config.appservice.registration));
  }
  say(homeserverWords(config));
  await onHomeserver(config, answers);
  say(setupTexts.doctorSays);
  const code = await runDoctor({ config: file });
  say(nextWords(config, file));
  return code;
}

/** Writes the configuration, readable for its owner only; checked before it is there. */
function writeConfig(file: string, { config }: Answers, force: boolean): void {
  const text = setupFileTexts.header + stringify(config);
  if (existsSync(file) && !force) {
    const same = loadable(file);
    if (same) return say(setupTexts.keeping(file));
  }
  parseConfig(text, { file });
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
  say(setupTexts.wrote(file));
}

function loadable(file: string): boolean {
  try {
    loadConfig(file);
    return true;
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_SETUP', setupTexts.unusable(file), setupTexts.unusableRemedy, { cause: error });
  }
}

async function onHomeserver(config: Config, { rooms, waitSeconds, asks }: Answers): Promise<void> {
  const registration = readRegistration(config.appservice.registration);
  const homeserver = openHomeserver(config, registration);
  try {
    say(setupTexts.waiting);
    await waitForRestart(homeserver, waitSeconds, (reason) => say(setupTexts.notYet(reason)));
    say(setupTexts.known(homeserver.botUserId));
    if (config.homeserver.admin_token !== null) say(await makeAdmin(homeserver));
    say(await managementRoom(homeserver, config));
    const found = asks === true && rooms.length === 0 ? await publicRooms(homeserver) : [];
    const chosen = found.length === 0 ? rooms : await chooseRooms(found);
    if (chosen.length > 0) await protect(config, chosen, homeserver);
    if (config.mail.smtp_url !== null && config.mail.abuse_contact !== null) say(await testMail(config));
  } finally {
    await homeserver.close();
  }
}

/** Sends a few plain words to the abuse desk, also before a dry run; says what came of it. */
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

async function protect(
  config: Config,
  rooms: readonly string[],
  homeserver: ReturnType<typeof openHomeserver>,
): Promise<void> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  const ledger = databaseUrl === null ? undefined : await openLedger({ dataDir, databaseUrl });
  const settings = ledger === undefined ? await openSettings({ dataDir }) : await openSettingsInLedger(ledger);
  try {
    for (const line of await protectRooms(homeserver, settings, rooms)) say(line);
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
