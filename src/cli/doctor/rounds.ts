/** The doctor's checks inside a running Heimdall: they change nothing and need few requests. */
import type { Inside } from '../../app/app.js';
import type { Config } from '../../config/index.js';
import type { HomeserverReader, MatrixEvent } from '../../matrix/types.js';
import { checkHomeserver } from './homeserver.js';
import { checkNeighbours, checkOfficialNames, checkOfficialRooms } from './identities.js';
import { checkConfig, checkImageLibrary, checkMail, checkRegistration } from './local.js';
import { checkMailDomain } from './mail-domain.js';
import { checkReports } from './reports.js';
import { attempt, warn, type CheckResult } from './result.js';
import { checkManagementRoom, checkOwnList, checkSpaces, checkWatchedLists } from './rooms.js';
import { checkDisk, checkSurroundings } from './surroundings.js';
import { texts } from './texts.js';
import { homeserverTexts } from './texts-homeserver.js';

/** Each identity is compared with each other; with more than this, only the command does so. */
const MOST_COMPARED = 12;

/** The frequent checks: a dozen requests, however many rooms are protected. */
export async function lookOften(config: Config, inside: Inside): Promise<CheckResult[]> {
  const { homeserver } = inside;
  const { results, usable } = await checkHomeserver(homeserver, config, true);
  if (!usable) return results;
  const { dryRun } = texts;
  const settings = inside.settings();
  const rooms = inside.protectedRooms();
  return [
    ...results,
    ...(await checkManagementRoom(homeserver, config, true, settings)),
    ...(await checkOwnList(homeserver, settings, (list) => powersIn(homeserver, list))),
    ...(await checkWatchedLists(homeserver, settings)),
    // power in each of them is known from memory, and announced elsewhere
    ...(inside.dryRun ? [warn('dry run', dryRun.on, dryRun.remedy)] : []),
    ...checkSpaces(rooms, settings.protected_spaces),
    ...(rooms.length === 0 ? [warn('protected rooms', texts.rooms.none, texts.rooms.noneRemedy)] : []),
  ];
}

/** Checks of things that rarely change, or that query other servers. */
export async function lookSeldom(config: Config, file: string, inside: Inside): Promise<CheckResult[]> {
  const { results, registration } = await checkRegistration(config);
  const { data_dir: folder, database_url: database } = config.storage;
  const hasAvatars = config.protected_identities.some(({ avatars }) => avatars.length > 0);
  const compared = config.protected_identities.length <= MOST_COMPARED;
  return [
    ...(await whole('configuration', () => checkConfig(config, file))),
    ...results,
    ...checkOfficialNames(config),
    ...(compared ? checkNeighbours(config) : []),
    ...(database === null ? await checkDisk(folder) : []),
    await checkMail(config),
    ...(await checkMailDomain(config)),
    ...(registration === undefined ? [] : await checkReports(config, registration.hs_token)),
    // without official pictures nothing is compared, and the library is not loaded
    ...(hasAvatars ? [await checkImageLibrary(config)] : []),
    ...(await checkSurroundings(config)),
    ...(await checkOfficialRooms(inside.homeserver, config)),
  ];
}

/**
 * Only those parts of our own list's state, which may have thousands of rules, that determine who may write, including
 * its creator.
 */
async function powersIn(homeserver: HomeserverReader, list: string): Promise<MatrixEvent[]> {
  const events: MatrixEvent[] = [];
  for (const type of ['m.room.create', 'm.room.power_levels']) {
    const event = await homeserver.stateEvent(list, type);
    if (event !== undefined) events.push(event);
  }
  return events;
}

/** A check that throws counts as one failure. */
async function whole(check: string, look: () => Promise<CheckResult[]>): Promise<CheckResult[]> {
  let results: CheckResult[] = [];
  const end = await attempt(check, texts.rounds.again, async () => {
    results = await look();
    return { check, health: 'ok', found: '' };
  });
  return end.health === 'ok' ? results : [end];
}

/** Nothing needs fixing there. */
const NOTHING_TO_DO: ReadonlySet<string> = new Set([homeserverTexts.noPingRemedy, homeserverTexts.notRegisteredRemedy]);

/** Whether somebody has to do something about it. */
export function isToMend({ health, remedy }: CheckResult): boolean {
  return (health === 'warn' || health === 'fail') && !NOTHING_TO_DO.has(remedy ?? '');
}

/** Announced in the room by other means, or in the greeting, or not fixable by moderators. */
const NOT_FOR_THE_ROOM: ReadonlySet<string> = new Set([
  'homeserver',
  'as_token',
  'server name',
  'bot name',
  'bot account',
  'hs_token',
  'management room',
  'protected rooms',
  'own list',
  'watched lists',
  'config file mode',
  'registration file mode',
  'neighbours',
  'dry run',
]);
const IN_THE_GREETING: ReadonlySet<string> = new Set(['admin rights', 'mail']);

/** Whether it is announced in the management room. */
export function isForRoom({ check, health, found }: CheckResult, config: Pick<Config, 'management_room'>): boolean {
  if (found === texts.room.open(config.management_room)) return true;
  return !NOT_FOR_THE_ROOM.has(check) && !(health === 'warn' && IN_THE_GREETING.has(check));
}
