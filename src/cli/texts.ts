/** Every sentence of the command line that is not an option's own description. */

export const texts = {
  run: {
    description: 'run Heimdall until SIGTERM',
    json: 'write JSON lines also on a terminal',
    waiting: (seconds: number, what: string) => `waiting for ${seconds} s: ${what}`,
    stopHint: 'Stop with Ctrl+C. Log as JSON lines: --json',
  },
  setup: {
    protects: (room: string, space: boolean) => `Protecting ${room}${space ? ' and the rooms of this space' : ''}.`,
    lacks: (room: string, space: boolean, bot: string, missing: readonly string[], level: number) =>
      `Protecting ${room}${space ? ' and the rooms of this space' : ''}, but ${bot} lacks permission to ${missing.join(', ')}: give it power level ${level}.`,
    people: (count: number) => (count === 1 ? '1 person' : `${count} people`),
    whichRooms: 'Which of these rooms are to be protected? (numbers, separated by spaces; empty: none yet)',
    notInList: (count: number) => `Give numbers from 1 to ${count}.`,
    mailSent: (to: string) => `A test mail is on its way to ${to}.`,
    mailFailed: (to: string, error: string) =>
      `The test mail to ${to} was not taken: ${error}. Correct mail in the configuration, then try: heimdall mail test`,
  },
} as const;
