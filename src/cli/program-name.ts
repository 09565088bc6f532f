/** How the person started this program, for commands that we suggest: within a clone it is not in the path. */
export function programName(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.npm_command === 'exec' ? 'npx heimdall' : 'heimdall';
}
