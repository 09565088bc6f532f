#!/usr/bin/env node
import { Command } from 'commander';
import { HeimdallError, messageOf } from './util/errors.js';
import { packageVersion } from './util/package-root.js';

/** Exit code for a configuration that can not be used (sysexits.h, EX_CONFIG). */
const EXIT_CONFIG = 78;
const CONFIG_CODES = new Set(['HEIMDALL_E_CONFIG', 'HEIMDALL_E_REGISTRATION']);

/** What each command needs is loaded only when it is given: `check` in a pipe must not wait for the bridge. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./cli/run.js')).runCommand(),
  setup: async () => (await import('./cli/setup.js')).setupCommand(),
  register: async () => (await import('./cli/register.js')).registerCommand(),
  config: async () => (await import('./cli/config.js')).configCommand(),
  doctor: async () => (await import('./cli/doctor.js')).doctorCommand(),
  check: async () => (await import('./cli/check.js')).checkCommand(),
  scan: async () => (await import('./cli/scan.js')).scanCommand(),
  privacy: async () => (await import('./cli/privacy.js')).privacyCommand(),
  transparency: async () => (await import('./cli/transparency.js')).transparencyCommand(),
  mail: async () => (await import('./cli/mail.js')).mailCommand(),
  policy: async () => (await import('./cli/policy.js')).policyCommand(),
  migrate: async () => (await import('./cli/migrate.js')).migrateCommand(),
  completion: async () =>
    (await import('./cli/completion.js')).completionCommand(() => programWith(Object.values(COMMANDS))),
};

async function main(argv: string[]): Promise<void> {
  const asked = COMMANDS[argv[2] ?? ''];
  await (await programWith(asked === undefined ? Object.values(COMMANDS) : [asked])).parseAsync(argv);
}

async function programWith(commands: readonly (() => Promise<Command>)[]): Promise<Command> {
  const program = new Command('heimdall')
    .description('Watchman of a Matrix homeserver: sees who impersonates the official account, says why, and acts.')
    .version(packageVersion(), '-V, --version', 'print the version');
  for (const load of commands) program.addCommand(await load());
  return program;
}

main(process.argv).catch((error: unknown) => {
  if (error instanceof HeimdallError) {
    process.stderr.write(`${error.code}: ${error.message}${error.remedy === undefined ? '' : `\n${error.remedy}`}\n`);
    process.exit(CONFIG_CODES.has(error.code) ? EXIT_CONFIG : 1);
  }
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
