import { figure } from '../../util/counted.js';

/** The texts of `heimdall doctor`: finding and remedy for each problem. */

const list = (items: readonly string[]): string => items.join(', ');
const quoted = (items: readonly string[]): string => items.map((item) => JSON.stringify(item)).join(', ');
/** How many of several similar items are named. */
const SHOWN = 5;

export const texts = {
  summary: {
    failed: (failed: number, warned: number) =>
      `\n${failed} failed, ${warned} to look at. Fix what failed, then run doctor again.\n`,
    warned: (warned: number) => `\nNothing failed; ${warned} to look at.\n`,
    well: '\nAll is well.\n',
  },
  dryRun: {
    on: 'dry_run is on: Heimdall decides and tells, but bans, reports and mails nothing.',
    remedy: 'Say `!heimdall go live` in the management room, or set dry_run: false, when you trust what it would do.',
    saidOff: (by: string, when: string) =>
      `dry_run is true in the configuration, but ${by} said \`go live\` (${when} UTC): Heimdall acts.`,
    saidOn: (by: string, when: string) =>
      `dry_run is false in the configuration, but ${by} said \`go dry\` (${when} UTC): nothing is changed.`,
    saidRemedy: (on: boolean) =>
      on
        ? 'Say `!heimdall go live` to end it.'
        : 'Write dry_run: false, so that the file says what is so; or say `!heimdall go dry`.',
  },
  configMode: {
    found: (file: string) => `Every user of this machine may read ${file}, which holds a secret.`,
    remedy: (file: string) => `chmod 640 ${file}, or put the secret into a file of its own (…_file).`,
  },
  officialNames: {
    found: (names: readonly string[]) =>
      `${quoted(names)} ${names.length === 1 ? 'is' : 'are'} made of words for roles and plain words only: ` +
      'honest people bear such names, so nobody who takes one is banned automatically.',
    remedy: 'Give a display name with a name of your own in it, such as "Example Support" instead of "Support".',
  },
  neighbours: {
    found: (pairs: readonly { one: string; other: string }[]) =>
      `These protected identities look alike enough for one to be taken for an impostor of the other: ${list(
        pairs.slice(0, SHOWN).map(({ one, other }) => `${one} and ${other}`),
      )}${pairs.length > SHOWN ? `, and ${pairs.length - SHOWN} more pairs` : ''}.`,
    remedy:
      'Is one a variant of the other? Then write its id under variants of the other and remove its own entry. ' +
      'If they are two accounts of yours, nothing needs to be done.',
  },
  officialRooms: {
    ok: (count: number) => `All ${count} of them exist.`,
    found: (rooms: readonly string[]) => `No room is found behind ${list(rooms)}.`,
    remedy: 'Correct protected_identities.*.rooms.',
  },
  disk: {
    ok: (folder: string, free: string) => `${free} free at ${folder}.`,
    full: (folder: string, free: string) => `Only ${free} free at ${folder}: the ledger will soon take no more writes.`,
    remedy: 'Make room on that disk, or move storage.data_dir.',
  },
  rounds: {
    again: 'Restart Heimdall; `heimdall doctor` says more.',
  },
  clock: {
    ok: (seconds: number) => `The clocks of homeserver and this machine differ by ${seconds} s.`,
    found: (seconds: number, ahead: boolean) =>
      `This machine's clock is ${seconds} s ${ahead ? 'ahead of' : 'behind'} the homeserver's: times in cases ` +
      'and mails are wrong.',
    remedy: 'Let both keep time by NTP (`timedatectl set-ntp true`).',
  },
  process: {
    standby: (address: string) => `The Heimdall at ${address} stands by: another process acts on this ledger.`,
    standbyRemedy:
      'Nothing to do where that is meant. Else stop the other process, or give it a data folder and a database ' +
      'of its own.',
    elsewhere: (folder: string, address: string) =>
      `Another Heimdall uses ${folder} and does not answer at ${address}: one started here stands by.`,
    elsewhereRemedy:
      'Stop that process (it may have been started with another configuration), or set storage.data_dir to ' +
      'another folder.',
    port: (address: string) => `Another program listens at ${address}: Heimdall cannot start there.`,
    otherHeimdall: (address: string, folder: string) =>
      `The Heimdall that answers at ${address} does not use ${folder}: it is another one, and this one cannot start.`,
    portRemedy:
      'Set appservice.port to a free port, run `heimdall register --force`, and give the new file to the homeserver.',
    ready: 'The running Heimdall is ready.',
    notReady: (reasons: readonly string[]) => `The running Heimdall is not ready: ${reasons.join(' ')}`,
    notReadyRemedy: 'Fix what it waits for; it goes on without a restart.',
  },
  admin: {
    tokenRefused: 'The homeserver refuses homeserver.admin_token.',
    tokenRefusedRemedy:
      'Write the access token of a server admin there (it ends when that session logs out), or null to use the ' +
      'bot’s own.',
    tokenOfNobody: (userId: string) => `homeserver.admin_token belongs to ${userId}, who is not a server admin.`,
    tokenOfNobodyRemedy: (userId: string) => `Make ${userId} a server admin, or take the token of somebody who is one.`,
    noApi:
      'This homeserver has no admin API of Synapse: Heimdall sees no new accounts, no members of rooms it is ' +
      'not in, and no reports made to the homeserver.',
    noApiRemedy: 'docs/operate/homeservers.md says what works without.',
  },
  homeserver: {
    named: (name: string) => `It is ${name}.`,
    limits: (name: string, limits: readonly string[]) =>
      `It is ${name}. What does not work there: ${limits.join('; ')}.`,
    unknown: 'It does not say what it is.',
  },
  mailDomain: {
    ok: (domain: string) => `${domain} has SPF and DMARC records.`,
    noSpf: (domain: string) => `${domain} has no SPF record`,
    spfForbids: (domain: string) => `the SPF record of ${domain} allows nobody to send ("v=spf1 -all")`,
    noDmarc: (domain: string) => `${domain} has no DMARC record`,
    noDkim: (name: string) => `no DKIM key stands at ${name}`,
    noPtr: (address: string) => `the mail server's address ${address} has no name (PTR record)`,
    found: (problems: readonly string[]) => `Other servers may refuse our mail: ${problems.join('; ')}.`,
    remedy: 'Publish these DNS records, or set mail.from to an address of a domain that has them.',
  },
  reports: {
    ok: (url: string) => `Reports that clients send to ${url} come to Heimdall.`,
    elsewhere: (url: string) =>
      `Reports that clients send to ${url} do not come to Heimdall: Synapse throws those about accounts of ` +
      'other servers away.',
    remedy: 'Lead the report endpoints to Heimdall in the reverse proxy: docs/report.md.',
    silent: (url: string) => `${url} does not answer.`,
    silentRemedy: 'Give the address that clients use with --public-url.',
  },
  lists: {
    ok: (count: number) => `The bot is in all ${count} of them and reads their rules.`,
    found: (lists: readonly string[]) => `The bot is not in the watched list ${list(lists)}: its rules are not read.`,
    remedy: 'Say `!heimdall watch LIST` in the management room, or `!heimdall unwatch LIST`.',
  },
  space: {
    found: (rooms: readonly string[]) => `${list(rooms)} is a space of which only the space itself is protected.`,
    remedy: 'Say `!heimdall rooms add SPACE` in the management room: its rooms come along.',
  },
  room: {
    ok: (name: string) => `The bot is in ${name} and may speak.`,
    aliasMoved: (alias: string, leadsTo: string) =>
      `The alias ${alias} leads to another room (${leadsTo}) than the management room: Heimdall stays where it is.`,
    aliasMovedRemedy:
      'If the move is meant, set management_room to the id of the new room and restart; else point the alias back.',
    missing: (room: string) => `There is no room ${room} yet.`,
    missingRemedy: (botUserId: string) =>
      `Create a private room with that alias and invite ${botUserId}; else \`heimdall run\` makes one as soon as ` +
      "it knows who to invite (`admins`, or the homeserver's admins).",
    unreadable: (room: string, error: string) => `${room} cannot be looked at: ${error}`,
    unreadableRemedy: (room: string, botUserId: string) =>
      `Create a private room ${room}, invite ${botUserId}, and start Heimdall.`,
    out: (name: string, roomId: string) => `The bot is not in ${name}${name === roomId ? '' : ` (${roomId})`}.`,
    outRemedy: (botUserId: string, name: string, running: boolean) =>
      `Invite ${botUserId} to ${name}${running ? '' : '; `heimdall run` accepts'}.`,
    mute: (name: string) => `The bot may not speak in ${name}.`,
    encrypted: (name: string) => `${name} is encrypted: Heimdall cannot read commands there.`,
    encryptedRemedy: 'Make a new private room without encryption, and set management_room to it.',
    empty: (name: string) => `Nobody but the bot is in ${name}: nobody can command it.`,
    invited: (name: string, people: readonly string[]) =>
      `Nobody but the bot is in ${name} yet; invited: ${list(people)}.`,
    invitedRemedy: 'Accept the invite in a client, with one of these accounts.',
    emptyRemedy:
      'Set `admins` in the configuration, or make the bot a server admin: it invites them. Else set ' +
      'management_room to a room of your own.',
    openNew: (name: string) => `Anybody can join ${name}, so it is not accepted as the management room.`,
    open: (name: string) => `Anybody can join ${name}, so only members who may change its settings can command.`,
    openRemedy: 'Make the room invite-only.',
  },
  ownList: {
    ok: (list: string) => `The bot is in its own list ${list} and may write to it.`,
    notWatched: (list: string) => `Heimdall's own list ${list} is not watched: the bans in it do not act.`,
    notWatchedRemedy: 'Restart Heimdall, which watches it again.',
    out: (list: string) => `The bot is not in its own list ${list}: bans cannot be written.`,
    outRemedy: (botUserId: string) => `Invite ${botUserId} to it.`,
    mayNotWrite: (list: string) => `The bot may not write to its own list ${list}.`,
    mayNotWriteRemedy: (botUserId: string) => `Give ${botUserId} power there.`,
  },
  rooms: {
    none: 'No room is protected yet: nobody is banned anywhere.',
    noneRemedy: 'Say `!heimdall rooms add ROOM` in the management room.',
    unreadable: (roomId: string, error: string) => `${roomId} cannot be read: ${error}`,
    unreadableRemedy: 'Try again; if it stays so, remove the room and add it again.',
    lacks: (room: string, powers: readonly string[]) => `In ${room} the bot lacks the power to ${list(powers)}.`,
    give: (botUserId: string, level: number) => `Give ${botUserId} power level ${level} there.`,
    ok: (count: number) =>
      `The bot has the power it needs in ${count === 1 ? 'the one there is' : `all ${figure(count)}`}.`,
    out: (room: string) => `The bot is not in ${room}.`,
    outRemedy: (botUserId: string, roomId: string) =>
      `Invite ${botUserId} there, or say \`!heimdall rooms remove ${roomId}\`.`,
  },
} as const;
