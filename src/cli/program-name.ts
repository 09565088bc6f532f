/** How this program was started, for suggested commands: in a clone it is not in the PATH. */
export function programName(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.npm_command === 'exec' ? 'npx heimdall' : 'heimdall';
}
