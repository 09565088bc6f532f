/**
 * `heimdall register`: creates the registration file with fresh tokens, and says what to configure on the homeserver.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig, type Config } from '../config/index.js';
import { holdsTokens, makeRegistration, readRegistration, type Registration } from '../matrix/registration.js';
import { HeimdallError } from '../util/errors.js';
import { registerTexts } from './texts.js';
import { utilTexts } from '../util/texts.js';
import { programName } from './program-name.js';

interface RegisterOptions {
  config: string;
  output?: string;
  force?: boolean;
}

/** The command for commander. */
export function registerCommand(): Command {
  return new Command('register')
    .description('write the registration file (with fresh tokens) that makes Heimdall known to the homeserver')
    .requiredOption('--config <file>', 'the configuration')
    .option('--output <file>', 'where to write it (default: appservice.registration of the configuration)')
    .option('--force', 'replace the tokens of an existing registration')
    .action(async (options: RegisterOptions) => {
      const config = loadConfig(options.config);
      const file = path.resolve(options.output ?? config.appservice.registration);
      await register(config, file, options);
      process.stdout.write(nextSteps(file, config, options.config));
    });
}

/**
 * Writes the registration.
 * @throws HeimdallError HEIMDALL_E_REGISTRATION_EXISTS if the file has tokens and `force` is not set
 */
export async function register(
  config: Config,
  file: string,
  { force = false }: Pick<RegisterOptions, 'force'> = {},
): Promise<void> {
  if (!force && holdsTokens(file)) {
    throw new HeimdallError('HEIMDALL_E_REGISTRATION_EXISTS', registerTexts.exists(file), registerTexts.existsRemedy);
  }
  writePrivately(file, textOf(await registrationFor(config)));
}

/** Updates a registration from the configuration; its id and tokens stay. */
export async function fitRegistration(config: Config, file: string): Promise<void> {
  const { id, as_token, hs_token } = readRegistration(file);
  writePrivately(file, textOf({ ...(await registrationFor(config)), id, as_token, hs_token }));
}

function registrationFor(config: Config): Promise<Registration> {
  return makeRegistration({
    url: config.appservice.url,
    serverName: config.homeserver.server_name,
    botLocalpart: config.bot.localpart,
  });
}

function textOf({ id, url, as_token, hs_token, ...rest }: Registration): string {
  return registerTexts.header + `${stringify({ id, url, as_token, hs_token, ...rest }, { lineWidth: 0 })}`;
}

/** Readable only by the owner, and written atomically, because a homeserver may be reading it. */
function writePrivately(file: string, text: string): void {
  const fresh = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw notWritten(file, error);
  }
  try {
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
    chmodSync(fresh, 0o600); // regardless of the umask
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true }); // it holds tokens
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): HeimdallError {
  return new HeimdallError(
    'HEIMDALL_E_WRITE',
    registerTexts.cannotWrite(file, (error as NodeJS.ErrnoException).code ?? utilTexts.unknownReason),
    registerTexts.cannotWriteRemedy,
  );
}

function nextSteps(file: string, config: Config, configFile: string): string {
  const botUserId = `@${config.bot.localpart}:${config.homeserver.server_name}`;
  const lines = registerTexts.nextSteps({
    file,
    url: config.appservice.url,
    room: config.management_room,
    botUserId,
    configFile,
    program: programName(),
  });
  if (file !== config.appservice.registration) {
    lines.push('', registerTexts.otherRegistration(config.appservice.registration, file));
  }
  return `${lines.join('\n')}\n`;
}
