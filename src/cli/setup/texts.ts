/** The report endpoints of all versions, as in the documentation of the reverse proxy. */
export const REPORT_PATHS =
  '^/_matrix/client/(v3|r0|v1|api/v1|unstable(/org\\.matrix\\.msc[0-9]+)?)/' +
  '(rooms/[^/]+/report(/.+)?|users/.+/report|safety/report/.+)$';

function wordsForSeconds(seconds: number): string {
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}

/** Texts and questions of `heimdall setup`. */
export const setupTexts = {
  resuming: (file: string) => `Resuming with ${file}. (--force starts over.)`,
  registrationExists: (registration: string) => `The registration ${registration} already exists.`,
  doctorSays: '\nWhat doctor says:\n',
  keeping: (file: string) => `Keeping ${file}, which already exists. (--force replaces it.)`,
  wrote: (file: string) => `Wrote ${file}.`,
  wroteRegistration: (file: string) => `Wrote ${file} with fresh tokens (readable for its owner only).`,
  unusable: (file: string) => `${file} already exists and cannot be used.`,
  unusableRemedy: 'Correct it (heimdall config check), or use --force to replace it.',
  waiting: (seconds: number) =>
    `\nWaiting until the homeserver knows Heimdall, for ${wordsForSeconds(seconds)} at most. Ctrl+C stops; setup ` +
    'goes on from here when it is run again.',
  notReadYet: 'it has not read the registration yet',
  stopped: 'Stopped. What is written stays.',
  stoppedRemedy: 'Run heimdall setup again: it resumes from here.',
  portTaken: (port: number, free: number) =>
    `Another program listens at port ${port}, so Heimdall will listen at port ${free} (appservice.port).`,
  cannotWrite: (file: string, reason: string) => `${file} cannot be written: ${reason}.`,
  cannotWriteRemedy:
    'Give a file in a folder that you may write to and that has room (--config FILE), or mend that. Nothing was asked.',
  registrationFitted: (file: string, what: string) =>
    `The registration ${file} did not fit the configuration (${what}): it does now, with the same tokens. Restart ` +
    'the homeserver (or register it there again) so that it reads the new one.',
  notMade: (room: string, error: string) => `${room} could not be created: ${error}`,
  oldRegistrationRemedy: (file: string) =>
    `The homeserver has not read ${file} since it was last changed: restart it, and run heimdall setup again.`,
  notMadeRemedy: (botUserId: string) =>
    `Create it yourself, invite ${botUserId}, and run heimdall setup again: it resumes from here.`,
  homeserverFailed: (error: string) => `The homeserver did not do what was asked: ${error}`,
  homeserverFailedRemedy: 'heimdall doctor says what is wrong; then run heimdall setup again: it resumes from here.',
  runsAlready: 'Heimdall runs already: protect the rooms with !heimdall rooms add ROOM in the management room.',
  notYet: (reason: string) => `  not yet: ${reason}`,
  known: (botUserId: string) => `The homeserver knows ${botUserId}.`,
  startIt: (program: string, file: string) => `Start it: ${program} run --config ${file}`,
  thenHelp: (management_room: string) => `Then write !heimdall help in ${management_room}.`,
  dryRun:
    'It starts as a dry run: it decides and says what it would do, and changes nothing. When you trust what you ' +
    'see, say !heimdall go live there.',
  noAnswers: (file: string) => `${file} contains no answers.`,
  noAnswersRemedy: 'Write keys of the configuration, at least homeserver, protected_identities and management_room.',
  roomsForm: 'rooms must be a list of room IDs and aliases.',
  roomsExample: 'For example: ["#lobby:example.org"]',
  waitForm: 'wait_seconds must be a number of seconds.',
  waitExample: 'For example: 600',
  askUrl: 'At which address does the homeserver answer (client API)?',
  askServerName: 'What comes after the colon in its user IDs?',
  notAServerName: 'That is not a server name.',
  askProtected: 'Which account should be protected from impostors?',
  notAUserId: 'That is not a user ID. It looks like @name:server.',
  askName: 'What is its display name?',
  giveName: 'Please give a name.',
  askModerators: 'Who are the moderators? (user IDs, separated by spaces)',
  askRoom: 'Which room is for the moderators? It is created if it does not exist.',
  notARoom: 'That is not a room alias or ID.',
  askRooms: 'Which rooms should be protected? (aliases or IDs; empty: none yet)',
  askAdminToken: 'An access token of a server admin (empty: none)?',
  askSmtp: 'A mail server for abuse reports, as smtp://host:port (empty: no mail)?',
  askFrom: 'From which address?',
  askDesk: 'To which abuse desk?',
  notAnAddress: 'That is not an email address.',
  notMatrix: 'Something answers there, but not a Matrix homeserver.',
  noAnswer: (error: string) => `Nothing answers there (${error}).`,
  about: (word: string, problem: string) => `${word}: ${problem}`,
  notAUrl: 'That is not an http or https URL.',
  answersAt: (url: string) => `A homeserver answers at ${url}: is that the one?`,
  tookTooLong: (seconds: number) => `no answer within ${seconds} s`,
  otherServerName: (own: string) => `The homeserver calls itself ${own}.`,
  tokenOfOtherServer: (userId: string, serverName: string) =>
    `This is the token of ${userId}, so what comes after the colon is not ${serverName}.`,
  noAccount: (userId: string) => `There is no account ${userId} on this homeserver.`,
  noRoom: (room: string) => `There is no room ${room}.`,
  tokenRefused: 'The homeserver does not take this token.',
  tokenNotAdmin: (userId: string) => `This is the token of ${userId}, who is not a server admin.`,
  notSmtp: 'That is not a URL such as smtp://127.0.0.1:25.',
  inputEnded: 'The input ended before all questions were answered. Nothing was written.',
  inputEndedRemedy: 'Run heimdall setup again on a terminal, or with --answers FILE.',
  otherServer: (known: string, userId: string) =>
    `The homeserver says that Heimdall is ${known} there, not ${userId}: homeserver.server_name is wrong.`,
  otherServerRemedy: 'Run heimdall setup --force and give the name that is in its user IDs.',
  atLeastOne: 'Please give at least one.',
  notKnown: (reason: string) => `The homeserver does not know Heimdall yet (${reason}).`,
  notKnownRemedy:
    'Add the registration to its configuration, restart it, and run heimdall setup again: it resumes from here.',
  isAdmin: (botUserId: string) => `${botUserId} is a server admin.`,
  notAdmin: (botUserId: string, error: string) =>
    `${botUserId} could not be made a server admin (${error}). Heimdall works without, but sees less: heimdall ` +
    'doctor says how to change that.',
  roomTopic: 'Cases and commands. Everybody in this room may command Heimdall.',
  madeRoom: (room: string, made: string, admins: readonly string[]) =>
    `Created ${room} (${made}) and invited ${admins.join(', ') || 'nobody: name somebody in `admins`'}.`,
  roomExists: (room: string, invited: readonly string[]) =>
    `${room} exists${invited.length === 0 ? '' : `; invited ${invited.join(', ')}`}.`,
  joined: (room: string) => `Joined ${room}.`,
  roomOpen: (room: string) => `Anybody can join ${room}, and everybody in the moderators' room may command Heimdall.`,
  roomOpenRemedy: 'Make it invite-only, and run heimdall setup again: it resumes from here.',
  notLetIn: (room: string, botUserId: string, error: string) =>
    `${room} exists and does not let ${botUserId} in (${error}).`,
  notLetInRemedy: (botUserId: string) =>
    `Invite ${botUserId} to it, and run heimdall setup again: it resumes from here.`,
  notProtected: (room: string, error: string) => `${room} is not protected yet: ${error}`,
  readRegistration: (file: string, url: string): string[] => [
    'The homeserver must read the registration:',
    '  Synapse: in homeserver.yaml, then restart it',
    '    app_service_config_files:',
    `      - ${file}`,
    '    Its user must be allowed to read that file, for example with `setfacl -m u:matrix-synapse:r FILE`.',
    '  Tuwunel, Continuwuity: in the admin room, `!admin appservices register` with the file’s content',
    'For reports made in clients, route these paths to Heimdall in the reverse proxy (docs/report.md):',
    `  ${REPORT_PATHS}`,
    `  →  ${url}`,
  ],
};
