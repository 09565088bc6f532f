/** The doctor's texts about the homeserver and the bot's account there. */
export const homeserverTexts = {
  noAnswer: 'the homeserver does not answer',
  notRecognised: 'the homeserver does not accept our token',
  checkUrl: (url: string) =>
    `Check homeserver.url (${url}), and that the homeserver is running and serves the client API there.`,
  answers: (url: string) => `${url} answers.`,
  unknownToken: 'The homeserver does not know our as_token.',
  whoamiFailed: (error: string) => `The homeserver did not say which user our token belongs to: ${error}`,
  addRegistration: (registration: string) =>
    `Add ${registration} to app_service_config_files in homeserver.yaml, and restart the homeserver; after ` +
    '`register --force` too.',
  accepted: (userId: string) => `The homeserver accepts our token and calls us ${userId}.`,
  otherName: (theirs: string, ours: string) =>
    `The homeserver calls itself ${theirs}, but the configuration says ${ours}.`,
  otherNameRemedy:
    'Set homeserver.server_name to the name in your user IDs, or homeserver.url to the right homeserver.',
  otherBot: (userId: string, botUserId: string) =>
    `The homeserver knows us as ${userId}, but the configuration says ${botUserId}.`,
  otherBotRemedy:
    'Set bot.localpart to what the registration says, or run `heimdall register --force` and restart the homeserver.',
  sameName: (name: string) => `The homeserver calls itself ${name}, as configured.`,
  reached: (round: number) => `The homeserver reaches the running Heimdall, which accepts its token (${round} ms).`,
  noPing: 'The homeserver does not support pings, so its connection to Heimdall could not be tested.',
  noPingRemedy: 'Nothing to do; newer homeservers support them.',
  notRunning: (bind: string, port: number) =>
    `No Heimdall is running at ${bind}:${port}, so the connection from the homeserver could not be tested.`,
  notRunningRemedy: 'Start it with `heimdall run`, then run doctor again.',
  pingFailed: (error: string) => `The ping failed: ${error}.`,
  seeLog: "See the homeserver's log.",
  registered: (botUserId: string, name: string | null) =>
    `${botUserId} is registered${name === null ? '' : ` and is called ${name}`}.`,
  notRegistered: (botUserId: string) => `${botUserId} is not registered yet.`,
  notRegisteredRemedy: 'Nothing to do: `heimdall run` registers it.',
  makeAdmin: (botUserId: string) =>
    `Make ${botUserId} a server admin (Synapse: PUT /_synapse/admin/v1/users/${botUserId}/admin with {"admin": ` +
    'true}), or set homeserver.admin_token.',
  adminBy: (ownToken: boolean) => `${ownToken ? "The bot's token" : 'homeserver.admin_token'} has them.`,
  noAdminRemedy:
    'Without them Heimdall cannot see new accounts, look-alikes that are already in rooms, or reports made to ' +
    'the homeserver.',
  configRemedy: 'See docs/operate/configuration.md, or `heimdall config sample`.',
  noTokens: 'there are no tokens to talk to it with',
  cannotAsk: 'the homeserver cannot be asked',
  noSettings: 'the settings cannot be read',
  masWorks: (url: string) => `Matrix Authentication Service at ${url} lets Heimdall use its admin API.`,
  masRemedy: 'Correct mas in the configuration; docs/operate/homeservers.md says what the service itself needs.',
};
