/** Texts about the start and about what a running Heimdall is waiting for. */
import type { Inline } from '../matrix/message.js';
import { catalogue } from '../util/catalogue.js';
import { deTexts, deApp } from './texts-de.js';

const enTexts = {
  /** what `run` is waiting for, and what to do about it */
  waiting: {
    first: 'The homeserver has not answered yet.',
    room: 'The management room is not read yet.',
    step: (step: string, error: string, remedy: string) =>
      `${step}: ${error}${/[.!?]$/.test(error) ? '' : '.'} ${remedy}`,
    homeserverGone: (url: string) => `Check that the homeserver runs and answers at homeserver.url (${url}).`,
    notMatrix: (url: string) =>
      `Something that is not a Matrix homeserver answers at homeserver.url (${url}): use the address of the ` +
      'client API itself.',
    unknownToken:
      'Add the registration to app_service_config_files in homeserver.yaml and restart the homeserver; after ' +
      '`heimdall register --force` too.',
    exclusive:
      'bot.localpart differs from the registration that the homeserver has: run `heimdall register --force`, ' +
      'give it the new file and restart it.',
    doctor: '`heimdall doctor` says what is wrong.',
    again: 'Restarting, as a command asked.',
    standby:
      'Another process acts on this ledger. This one takes over when the other one ends. If that is not meant, stop ' +
      'one of them, or give it a storage.data_dir (or a storage.database_url) of its own.',
  },
  /** what the homeserver calls us */
  whoWeAre: {
    found: (theirs: string, ours: string) =>
      `The homeserver says that Heimdall is ${theirs} there, but the configuration makes it ${ours}.`,
    otherServer:
      'Set homeserver.server_name to what comes after the colon in its user IDs, or homeserver.url to the right ' +
      'homeserver, and restart.',
    otherBot:
      'Set bot.localpart to what the registration says, or run `heimdall register --force`, give the homeserver the ' +
      'new file and restart both.',
  },
  /** whether the homeserver reaches us */
  wayBack: {
    tokensDiffer:
      'The homeserver sends a different hs_token, so everything that it sends is refused. Give it the ' +
      'registration that Heimdall reads, and restart both.',
    unreachable: (url: string, error: string) =>
      `The homeserver cannot reach Heimdall at ${url} (${error}), so no events arrive. Set appservice.url to ` +
      'an address that the homeserver can reach (in containers: not 127.0.0.1), run `heimdall register ' +
      '--force`, give it the new file and restart it.',
    badAnswer: (url: string, error: string) =>
      `Something else than this Heimdall answers the homeserver at ${url} (${error}), so no events arrive. ` +
      'Check appservice.url and any proxy in between.',
    noUrl:
      'The registration that the homeserver has names no url, so no events arrive. Give it the registration ' +
      'that `heimdall register` wrote, and restart it.',
  },
  troubles: {
    'display name': 'I could not set my display name',
    'own list': 'My own policy list could not be made, so bans of mine cannot be written',
    history: 'The end of the past could not be marked',
  } as Record<string, string>,
  trouble: (what: string, error: string): Inline[] => [`${what} (${error}). I try again.`],
  noAnswer: (seconds: number) => `no answer within ${seconds} s`,
} as const;

export type EnglishTexts = typeof enTexts;
export const texts = catalogue({ en: enTexts, de: deTexts });

/** What the parts of a running Heimdall tell moderators and the log. */
const enApp = {
  cannotListen: (bind: string, port: number, error: string) =>
    `Cannot listen on ${bind}:${port} for the web pages (${error}).`,
  cannotListenRemedy: 'Is another program using the port? Set web.bind and web.port.',
  leaseLost: 'The lease of the ledger could not be renewed: another process may act.',
  rulesChanged: (folder: string): Inline[] => [
    'The rules in ',
    { code: folder },
    ' have changed and are now in force.',
  ],
  rulesUnusable: (message: string, remedy: string) =>
    `The changed rules cannot be used; the last good ones stay in force. ${message} ${remedy}`,
  setAside:
    'An event could not be handled and was set aside, so that the others go on; the log names it. If it was ' +
    'meant for me, do it again.',
  signIn: (link: Inline): Inline[] => [
    'Sign in to the Heimdall pages: ',
    link,
    ' – the link works once, for 10 minutes.',
  ],
  web: (error: string) => `The web pages are not open: ${error}`,
};

export type EnglishApp = typeof enApp;
export const appTexts = catalogue({ en: enApp, de: deApp });
