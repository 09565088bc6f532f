/** `heimdall migrate`: migrates the setup of Mjolnir, Draupnir or Meowlnir, without changing theirs. */
import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { parse } from 'yaml';
import { loadConfig, type Config } from '../config/index.js';
import { visible } from '../detection/index.js';
import { openHomeserver } from '../app/homeserver.js';
import { isRoomAlias } from '../matrix/identifiers.js';
import { readRegistration } from '../matrix/registration.js';
import type { Homeserver } from '../matrix/types.js';
import { openLedger, openSettings, openSettingsInLedger } from '../store/index.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { objectOf, openOldBot, textsOf, type OldBot } from './migrate/old-bot.js';
import { readMeowlnir, readMjolnir, type OldConfig, type OldSetup } from './migrate/old-setup.js';
import { showPlan, takeOver } from './migrate/takeover.js';
import { migrateTexts } from './migrate/texts.js';
import { utilTexts } from '../util/texts.js';

const BOTS = ['mjolnir', 'draupnir', 'meowlnir'] as const;

interface MigrateOptions {
  config: string;
  from?: string;
  tokenFile?: string;
  room?: string;
  as?: string;
  dryRun?: boolean;
}

/** The command for commander. Exit code 1 when something could not be migrated. */
export function migrateCommand(write: (text: string) => void = (text) => void process.stdout.write(text)): Command {
  return new Command('migrate')
    .description('take over protected rooms, watched lists and protections of another moderation bot')
    .addArgument(new Argument('<bot>', 'which bot').choices(BOTS))
    .requiredOption('--config <file>', 'the configuration of Heimdall')
    .option(
      '--from <file>',
      'Mjolnir, Draupnir: its configuration, for its access token, its rooms, and what protections have only there',
    )
    .option('--token-file <file>', "a file with the other bot's access token; it is read, never stored")
    .option(
      '--room <room>',
      "the other bot's management room, by id or alias; Mjolnir's and Draupnir's is found where possible",
    )
    .option('--as <user>', "with an appservice's token: the bot's user id")
    .option('--dry-run', 'only show what would be taken over')
    .action(async (bot: (typeof BOTS)[number], options: MigrateOptions) => {
      process.exitCode = await migrate(bot, options, (line) => write(`${visible(line, 2_000)}\n`));
    });
}

async function migrate(
  kind: (typeof BOTS)[number],
  options: MigrateOptions,
  say: (line: string) => void,
): Promise<number> {
  const config = loadConfig(options.config);
  const old = options.from === undefined ? {} : readOldConfig(options.from);
  const token = options.tokenFile === undefined ? textsOf([old.accessToken])[0] : readText(options.tokenFile).trim();
  checkOptions(kind, options, token);
  const url = textsOf([old.rawHomeserverUrl, old.homeserverUrl])[0] ?? config.homeserver.url;
  const homeserver = ourHomeserver(config);
  let bot: OldBot | undefined;
  try {
    bot = token === undefined ? undefined : await openOld(url, token, options.as);
    if (bot !== undefined) say(migrateTexts.readingAs(bot.userId));
    const setup =
      kind === 'meowlnir' || bot === undefined
        ? await fromMeowlnir(bot ?? homeserver, options.room ?? '')
        : await readMjolnir(kind, bot, configOf(old, options));
    return await apply(setup, { config, homeserver, bot, dryRun: options.dryRun === true, say });
  } finally {
    await bot?.close();
    await homeserver.close();
  }
}

function checkOptions(kind: string, { from, room, tokenFile }: MigrateOptions, token: string | undefined): void {
  if (kind === 'meowlnir' && from !== undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', migrateTexts.fromNotMeowlnir, migrateTexts.giveRoom);
  if (token === '')
    throw new HeimdallError('HEIMDALL_E_USAGE', migrateTexts.noToken(tokenFile ?? '--from'), migrateTexts.writeToken);
  if (kind === 'meowlnir' && room === undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', migrateTexts.meowlnirRoom, migrateTexts.meowlnirRoomRemedy);
  if (kind !== 'meowlnir' && token === undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', migrateTexts.needsToken(kind), migrateTexts.needsTokenRemedy);
}

function ourHomeserver(config: Config): Homeserver {
  return openHomeserver(config, readRegistration(config.appservice.registration));
}

async function openOld(url: string, token: string, as: string | undefined): Promise<OldBot> {
  try {
    return await openOldBot(url, token, as);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_MIGRATE',
      migrateTexts.tokenRefused(messageOf(error)),
      migrateTexts.tokenRefusedRemedy,
      { cause: error },
    );
  }
}

async function fromMeowlnir(reader: OldBot | Homeserver, room: string): Promise<OldSetup> {
  try {
    const roomId = isRoomAlias(room) ? await reader.resolveAlias(room) : room;
    if (roomId === undefined) throw new Error(migrateTexts.noRoom(room));
    return await readMeowlnir(reader, roomId);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_MIGRATE',
      migrateTexts.roomUnreadable(messageOf(error)),
      migrateTexts.roomUnreadableRemedy,
      { cause: error },
    );
  }
}

function readOldConfig(file: string): Record<string, unknown> {
  try {
    const read = objectOf(parse(readText(file)));
    if (read !== undefined) return read;
  } catch (error) {
    if (error instanceof HeimdallError) throw error;
  }
  // Its content is not shown: it may contain the token.
  throw new HeimdallError('HEIMDALL_E_USAGE', migrateTexts.notYaml(file), migrateTexts.notYamlRemedy);
}

function configOf(old: Record<string, unknown>, { from, room }: MigrateOptions): OldConfig {
  return {
    isRead: from !== undefined,
    isNoop: old.noop === true,
    protectedRooms: textsOf(old.protectedRooms),
    protectAllJoinedRooms: old.protectAllJoinedRooms === true,
    managementRoom: textsOf([room ?? old.managementRoom])[0],
    protections: old.protections,
  };
}

async function apply(
  setup: OldSetup,
  {
    config,
    homeserver,
    bot,
    dryRun,
    say,
  }: {
    config: Config;
    homeserver: Homeserver;
    bot: OldBot | undefined;
    dryRun: boolean;
    say: (line: string) => void;
  },
): Promise<number> {
  const { data_dir: dataDir, database_url: databaseUrl } = config.storage;
  const ledger = databaseUrl === null ? undefined : await openLedger({ dataDir, databaseUrl });
  const settings = ledger === undefined ? await openSettings({ dataDir }) : await openSettingsInLedger(ledger);
  try {
    if (dryRun) {
      showPlan(setup, { settings, say });
      say(migrateTexts.dryRun);
      return 0;
    }
    const invite = bot === undefined ? undefined : (roomId: string) => bot.invite(roomId, homeserver.botUserId);
    const failed = await takeOver(setup, { homeserver, settings, invite, say });
    say(migrateTexts.restart);
    if (failed > 0) say(migrateTexts.again);
    return failed === 0 ? 0 : 1;
  } finally {
    await settings.close();
    await ledger?.close();
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_FILE',
      migrateTexts.cannotRead(file, (error as NodeJS.ErrnoException).code ?? utilTexts.unknownReason),
      migrateTexts.cannotReadRemedy,
      { cause: error },
    );
  }
}
