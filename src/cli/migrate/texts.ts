/** How a protection differs, whatever its settings: the end of a sentence that begins with its name. */
export const differences = {
  knownPeople:
    'has the same limit for everybody there. Here people who have been in the room for more than 7 days may send ' +
    'more (known_max)',
  roomByRoom: 'counts what somebody sends in all rooms together there, and in each room apart here',
  perMessage: 'adds up the mentions of several messages there. Here it counts those of one message',
  namesInText: 'counts only the mentions that the client marks there. Here ids, pills and links in the text count too',
  noEarlyWarning: 'warns people before they reach the limit there. Here it does not',
  wholeWords: 'finds its words inside other words there. Here it finds whole words, disguised ones too',
  removedOnly: 'bans newcomers there. Here it removes them: a ban would also take those who were in other rooms before',
  moreMedia: 'redacts pictures and videos there. Here it redacts sounds and files too',
  voiceOnly: 'redacts all sounds there. Here it redacts voice messages only',
  onlyMedia: 'redacts every type of message that is not allowed there. Here it redacts media only',
  reportsOfPerson: 'counts the reports of one message there. Here it counts those of one person, within `window`',
  closesRoom:
    'removes whoever comes beyond the limit there. Here it sets the room to invite only for that time ' +
    '(lockdown_for); config set JoinWaveShortCircuit.response notify only tells you',
  simulated: (steps: readonly string[]) => `only simulates ${steps.join(' and ')} there. Here that is left out`,
};

/** Texts of `heimdall migrate`. */
export const migrateTexts = {
  readingAs: (userId: string) => `Reading as ${userId}.`,
  fromNotMeowlnir: '--from is for Mjolnir and Draupnir: the configuration of Meowlnir does not say what it protects.',
  giveRoom: 'Give --room ROOM instead.',
  noToken: (tokenFile: string) => `${tokenFile} holds no token.`,
  writeToken: 'Write the token into this file.',
  meowlnirRoom: 'Meowlnir keeps its setup in its management room.',
  meowlnirRoomRemedy: "Name it: --room ROOM. Without --token-file Heimdall's own bot reads it, and must be in it.",
  needsToken: (kind: string) => `Without its access token the setup of ${kind} cannot be read.`,
  needsTokenRemedy: 'Give --token-file FILE, or --from its configuration if that holds accessToken.',
  tokenRefused: (error: string) => `The homeserver does not accept the other bot's token (${error}).`,
  tokenRefusedRemedy: 'Is it the token of that bot, and still valid? For an appservice add --as @bot:server.',
  noRoom: (room: string) => `${room} does not lead to a room`,
  roomUnreadable: (error: string) => `The management room of Meowlnir cannot be read (${error}).`,
  roomUnreadableRemedy: "Give --token-file FILE with the token of its bot, or let Heimdall's bot join that room.",
  notYaml: (file: string) => `${file} is not a YAML configuration.`,
  notYamlRemedy: "Give the other bot's own configuration file, or --token-file FILE.",
  dryRun: 'Nothing was changed. Run this without --dry-run to apply it.',
  restart: 'Restart Heimdall if it is running: it reads this when it starts. Stop the other bot, or both of them act.',
  again: 'Fix what was not taken over and run the command again: what is done is not done twice.',
  cannotRead: (file: string, why: string) => `${file} cannot be read (${why}).`,
  cannotReadRemedy: 'Give the path of a file that this user can read.',
  autoSuspend: (name: string) =>
    `The list ${name} suspends accounts for bans there (auto_suspend). Here it does so for takedowns only.`,
  skipAcl: (roomId: string) =>
    `${roomId} gets no server ACL there (skip_acl). Here server_acl is for all protected rooms.`,
  noRoomBehind: (said: string) => `${said} does not lead to a room.`,
  notFound: (said: string, error: string) => `${said} cannot be found: ${error}`,
  protectedAlready: (said: string) => `Protected already: ${said}`,
  wouldProtect: (said: string) => `Would protect ${said}`,
  wouldDefault: (list: string) => `Would make ${list} the default list, if the bot may write to it`,
  wouldSet: { on: 'Would enable', off: 'Would set (without enabling)' },
  set: { on: 'Enabled', off: 'Set (without enabling)' },
  notTaken: (note: string) => `Not taken over: ${note}`,
  notTakenBecause: (said: string, error: string) => `Not taken over: ${said}: ${error}`,
  protecting: (said: string) => `Protecting ${said}`,
  protectingLacks: (said: string, botUserId: string, missing: readonly string[]) =>
    `Protecting ${said}, but ${botUserId} lacks permission to ${missing.join(', ')}: give it power level 100`,
  watchedAlready: (list: string) => `Watched already: ${list}`,
  watching: (list: string) => `Watching ${list}`,
  defaultAlready: (list: string) => `The default list already: ${list}`,
  otherDefault: (now: string) => `Left as it is: another default list is set here (${now})`,
  defaultNotWatched: (list: string) => `Not taken over: ${list} as the default list, because it is not watched`,
  defaultNoPower: (list: string, botUserId: string, shortcode: string) =>
    `Not taken over: ${list} as the default list, because ${botUserId} may not write to it. Give it power ` +
    `there, then: !heimdall default ${shortcode}`,
  defaultIs: (list: string) => `The default list is ${list}`,
  protectionIs: (shown: string, elsewhere: string) => `The protection ${shown} is ${elsewhere}`,
  noCounterpart: (shown: string) => `Not taken over: the protection ${shown} has no counterpart here`,
  sameProtection: (shown: string, other: string) =>
    `Not taken over: the protection ${shown}, because it is the same here as ${other}`,
  withSettings: (deed: string, name: string, settings: readonly string[]) =>
    `${deed} ${name} with ${settings.join(', ')}`,
  offIn: (roomId: string) => `off in ${roomId} (there ignoreRooms)`,
  noSetting: (protection: string, name: string, value: string) =>
    `Not taken over: ${protection} has no setting like ${name} (there ${value})`,
  badSetting: (protection: string, name: string, value: string, problem: string) =>
    `Not taken over: ${name} of ${protection} is ${value} there; here it ${problem}`,
  pattern: (protection: string, pattern: string) =>
    `Not taken over: ${protection} has no regular expressions, only words and phrases (there ${pattern})`,
  settingsNotFound:
    'The protections: their settings stand in its management room, which was not found. Run this again with ' +
    '--room ROOM.',
  onlyInFile: (shown: string) =>
    `Not taken over: the protection ${shown}, because its settings stand in the configuration file of that bot only. ` +
    'Run this again with --from FILE (its config.yaml)',
  noop: 'It runs with noop, and changes nothing. Set dry_run: true in the configuration of Heimdall, or Heimdall acts.',
  olderForm:
    'These protections stand in fi.mau.meowlnir.protections, which newer versions of Meowlnir do not read. If yours ' +
    'is newer, they were off: switch them off here too.',
  bansEverywhere:
    'A ban by a protection is for one room there. Here it is a rule, and holds in all protected rooms: a response of ' +
    'kick removes people from one room.',
  differs: (name: string, how: string) => `Differs: ${name} ${how}`,
  offInRoom: (name: string, roomId: string) => `Off in ${roomId}, as there: ${name}`,
  withDefaults: (deed: string, name: string) => `${deed} ${name}, with its default settings here`,
  leftAsItIs: (name: string, on: boolean) => `Left as it is: ${name} is already ${on ? 'on' : 'off'} here`,
  roomIsList: (said: string) => `Not taken over: ${said} as a protected room, because it is a policy list`,
  listIsManagementRoom: (said: string) => `Not taken over: ${said} as a list, because it is the management room`,
  listIsProtected: (said: string) => `Not taken over: ${said} as a list, because it is protected here`,
  defaultNamed: (name: string, none: boolean) =>
    `Not taken over: the default list ${name}, because ` +
    `${none ? 'no watched list has' : 'more than one list has'} that name`,
};
