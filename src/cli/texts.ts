/** All texts of the command line except the options' descriptions. */
import { counted } from '../util/counted.js';

export const texts = {
  check: {
    addedUnknown: (why: string) =>
      `Only the official accounts of the configuration are known here, not those added by command: ${why}`,
  },
  weights: {
    heading: (verdict: string, score: number) =>
      `\n    ${verdict} ${score}. Each line leaves out one weight or word of rules/ and says what the verdict ` +
      'would be then:',
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
      'until the management room is there, this page, on this machine, shows what is missing (the link works once)',
  },
  man: {
    manual: 'Heimdall',
    name: 'watchman of a Matrix homeserver',
    description:
      'It runs as an application service beside the homeserver, is led from a private room (the management ' +
      'room), and keeps what it found and did in a ledger.',
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
      ['1', 'Something failed; standard error says what, and how to fix it.'],
      ['78', 'The configuration or the registration cannot be used: restarting does not help.'],
    ],
    seeAlso: 'The documentation in docs/ of the distribution: install.md, moderate.md, operate/.',
  },
  setup: {
    protects: (room: string, space: boolean) => `Protecting ${room}${space ? ' and the rooms of this space' : ''}.`,
    lacks: (room: string, space: boolean, bot: string, missing: readonly string[], level: number) =>
      `Protecting ${room}${space ? ' and the rooms of this space' : ''}, but ${bot} lacks permission to ` +
      `${missing.join(', ')}: give it power level ${level}.`,
    people: (count: number) => counted(count, 'person', 'people'),
    whichRooms: 'Which of these rooms are to be protected? (numbers, separated by spaces; empty: none yet)',
    notInList: (count: number) => `Give numbers from 1 to ${count}.`,
    mailSent: (to: string) => `A test mail is on its way to ${to}.`,
    mailFailed: (to: string, error: string) =>
      `The test mail to ${to} was not taken: ${error}. Correct mail in the configuration, then try: heimdall mail test`,
  },
  config: {
    valid: (about: { file: string; server: string; identities: number; dryRun: boolean }) =>
      `${about.file} is valid: ${about.server}, ` +
      `${counted(about.identities, 'protected identity', 'protected identities')}${about.dryRun ? ', dry run' : ''}.\n`,
  },
} as const;

/** Texts of `heimdall register`. */
export const registerTexts = {
  exists: (file: string) =>
    `${file} already exists, and a running homeserver may know its tokens. Nothing was changed.`,
  existsRemedy:
    'Keep it, choose another --output, or use --force for fresh tokens; then the homeserver must be restarted ' +
    'with the new file.',
  cannotWrite: (file: string, why: string) => `${file} cannot be written (${why}).`,
  cannotWriteRemedy: 'Use --output to choose a folder that this user can write to.',
  otherRegistration: (registration: string, file: string) =>
    `Note: the configuration names another registration (${registration}). Set appservice.registration to ${file}.`,
  header: "# Heimdall's registration. It holds secrets: only Heimdall and the homeserver may read it.\n",
  nextSteps: (about: {
    file: string;
    url: string;
    room: string;
    botUserId: string;
    configFile: string;
    program: string;
  }): string[] => [
    `Wrote ${about.file} with fresh tokens (readable for its owner only).`,
    '',
    '1. Let the homeserver read it: add to homeserver.yaml (Synapse), then restart the homeserver.',
    '',
    '   app_service_config_files:',
    `     - ${about.file}`,
    '',
    '   The homeserver must be allowed to read the file, for example ' +
      'with `setfacl -m u:matrix-synapse:r FILE`, or give it a copy.',
    `   The homeserver will reach Heimdall at ${about.url}.`,
    '',
    `2. Make the private, unencrypted room ${about.room} and invite ${about.botUserId} to it.`,
    `3. Start Heimdall: ${about.program} run --config ${about.configFile}`,
    `4. Check that all is well: ${about.program} doctor --config ${about.configFile}`,
  ],
};

/** Texts of `heimdall check`. */
export const checkTexts = {
  bothSources: '--protect and --config both name protected identities.',
  giveOne: 'Give one of them.',
  noSource: 'No protected identities are given.',
  noSourceRemedy: 'Give --protect FILE or --config FILE.',
  notAUserId: (userId: string) => `${userId} is not a user ID.`,
  notAUserIdRemedy: 'A user ID looks like @name:example.org.',
  moreCharacters: (more: number) => `and ${more} more`,
  exempt: (why: string) => `exempt: ${why}; no response acts on it`,
  lineForm: 'the line: must be an object with the key user_id',
  badUserId: 'user_id: is not a user ID',
  nameForm: 'displayname: is neither text nor null',
  avatarForm: 'avatar_url: is neither text nor null',
};

/** Texts of `heimdall policy`. */
export const policyTexts = {
  bothStdin: '--rules and --entities are both stdin.',
  bothStdinRemedy: 'Give at least one of them as a file.',
  noServerName: '--server-name is empty.',
  noServerNameRemedy: 'Give the name of your homeserver, as in example.org or example.org:8448.',
  cannotRead: (file: string, error: string) => `${file} cannot be read: ${error}`,
  cannotReadRemedy: 'Give the path of a readable NDJSON file, or - for stdin.',
  couldStandFor: (glob: string, standsFor: number) => `A rule "${glob}" could stand for ${standsFor} of them.`,
  entityForm: 'The line is not of the form {"kind": "user|room|server", "entity": "…"}.',
  notAnObject: 'The line is not a JSON object.',
};

/** Texts of `heimdall privacy`. */
export const privacyTexts = {
  notAUserId: (said: string) => `${said} is not a user ID.`,
  notAUserIdRemedy: 'Write it in full and in quotes: "@anna:example.org".',
};

/** Texts of `heimdall scan`. */
export const scanTexts = {
  interrupted: 'The scan was interrupted.',
  resuming: (since: string, position: string) =>
    `Resuming the scan started ${since} (${position}). --fresh starts over.`,
  goesOn: (error: string) => `${error} Run the same command again to resume.`,
  carriedOut: 'The running Heimdall now carries out what `responses` says.',
  notRunning: (bind: string, port: number) =>
    `No Heimdall is running at ${bind}:${port}: what \`responses\` says is carried out when it next starts.`,
  more: '… and more; --json prints them all.\n',
  opensOnly: 'Cases were opened; nobody was reported or banned. --act does what `responses` says.',
  lookedAt: (what: string, found: string, fresh: string) => `Looked at ${what}: found ${found}; new: ${fresh}.`,
};

/** The header of the configuration written by `heimdall setup`. */
export const setupFileTexts = {
  header: "# Heimdall's configuration, made by heimdall setup. All keys: heimdall config sample\n",
};
