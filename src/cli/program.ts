import { Command } from 'commander';
import { packageVersion } from '../util/package-root.js';

/** Each command's dependencies are loaded only when it is used: `check` in a pipe must not wait for the bridge. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./run.js')).runCommand(),
  setup: async () => (await import('./setup.js')).setupCommand(),
  register: async () => (await import('./register.js')).registerCommand(),
  config: async () => (await import('./config.js')).configCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  check: async () => (await import('./check.js')).checkCommand(),
  scan: async () => (await import('./scan.js')).scanCommand(),
  privacy: async () => (await import('./privacy.js')).privacyCommand(),
  transparency: async () => (await import('./transparency.js')).transparencyCommand(),
  mail: async () => (await import('./mail.js')).mailCommand(),
  policy: async () => (await import('./policy.js')).policyCommand(),
  migrate: async () => (await import('./migrate.js')).migrateCommand(),
  completion: async () => (await import('./completion.js')).completionCommand(() => wholeProgram()),
};

/** The program with the requested command; with all of them if none was given, or it does not exist. */
export async function programFor(name: string | undefined): Promise<Command> {
  const asked = COMMANDS[name ?? ''];
  return asked === undefined ? wholeProgram() : programWith([asked]);
}

export function wholeProgram(): Promise<Command> {
  return programWith(Object.values(COMMANDS));
}

async function programWith(commands: readonly (() => Promise<Command>)[]): Promise<Command> {
  const program = new Command('heimdall')
    .description('Watchman of a Matrix homeserver: sees who impersonates the official account, says why, and acts.')
    .version(packageVersion(), '-V, --version', 'print the version');
  for (const load of commands) program.addCommand(await load());
  return program;
}
