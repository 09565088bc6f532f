/** Every sentence of the command line that is not an option's own description. */

export const texts = {
  check: {
    addedUnknown: (why: string) =>
      `Only the official accounts of the configuration are known here, not those added by command: ${why}`,
  },
  weights: {
    heading: (verdict: string, score: number) =>
      `\n    ${verdict} ${score}. Each line leaves out one weight or word of rules/ and says what the verdict would be then:`,
    without: (name: string, verdict: string, score: number) => `      ${name}: ${verdict} ${score}`,
    weight: (name: string, weight: number) => `${name} (${weight})`,
    word: (word: string, list: string) => `the word "${word}" (${list})`,
    none: '      No weight and no word changes it.',
    packaged: (verdict: string, score: number) =>
      `    With the rules that come with Heimdall, without yours: ${verdict} ${score}`,
    needsOne: '--explain-weights is about one account.',
    needsOneHint: 'Give its user ID, and with --display the name it bears.',
  },
  run: {
    description: 'run Heimdall until SIGTERM',
    json: 'write JSON lines also on a terminal',
    waiting: (seconds: number, what: string) => `waiting for ${seconds} s: ${what}`,
    stopHint: 'Stop with Ctrl+C. Log as JSON lines: --json',
    firstRun:
      'there is no management room yet: this page, on this machine, shows what is missing (the link works once)',
  },
  man: {
    manual: 'Heimdall',
    name: 'watchman of a Matrix homeserver',
    description:
      'It runs as an application service beside the homeserver, is led from a private room (the management room), and keeps what it found and did in a ledger.',
    room: 'Written as messages in the management room. "!heimdall help COMMAND" shows options and examples.',
    files: [
      ['/etc/heimdall/config.yaml', 'The configuration; "heimdall config sample" prints one with every key explained.'],
      ['/etc/heimdall/registration.yaml', 'The registration with the tokens, which the homeserver reads too.'],
      ['/var/lib/heimdall', 'What is remembered: storage.data_dir.'],
    ],
    environment: [
      ['HEIMDALL_SECTION__KEY', 'Every key of the configuration, for example HEIMDALL_HOMESERVER__URL.'],
      ['HEIMDALL_LOG_LEVEL', 'trace, debug, info (the default), warn, error, fatal or silent.'],
    ],
    exits: [
      ['0', 'All is well.'],
      ['1', 'Something failed; what and how to mend it stands on standard error.'],
      ['78', 'The configuration or the registration cannot be used: starting again does not mend it.'],
    ],
    seeAlso: 'The documentation in docs/ of the distribution: install.md, moderate.md, operate/.',
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
