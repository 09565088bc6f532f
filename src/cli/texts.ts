/** Every sentence of the command line that is not an option's own description. */

export const texts = {
  run: {
    description: 'run Heimdall until SIGTERM',
    json: 'write JSON lines also on a terminal',
    waiting: (seconds: number, what: string) => `waiting for ${seconds} s: ${what}`,
    stopHint: 'Stop with Ctrl+C. Log as JSON lines: --json',
  },
} as const;
