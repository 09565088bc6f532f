/** Checks of the homeserver: is it up, does it know us, does it reach us, what are we permitted. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { brokenWay } from '../../app/way-back.js';
import type { Config } from '../../config/index.js';
import { parseUserId } from '../../matrix/identifiers.js';
import { urlPath } from '../../matrix/url-path.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import { messageOf } from '../../util/errors.js';
import { attempt, fail, ok, warn, type CheckResult } from './result.js';
import { skippedChecks } from './local.js';
import { texts } from './texts.js';
import { homeserverTexts } from './texts-homeserver.js';

const TIMEOUT_MS = 10_000;
const PINGS = 3;
const PING_AGAIN_MS = 500;

export interface HomeserverHealth {
  results: CheckResult[];
  /** the homeserver accepts our token, so that rooms can be checked */
  usable: boolean;
}

/**
 * Checks in order of dependency; checks that are impossible are skipped with the reason. `running`: a Heimdall answers
 * at the configured address.
 */
export async function checkHomeserver(
  homeserver: Homeserver,
  config: Config,
  running: boolean,
): Promise<HomeserverHealth> {
  const reachable = await checkReachable(homeserver, config);
  if (reachable.health === 'fail')
    return {
      results: [
        reachable,
        ...skippedChecks(
          ['as_token', 'server name', 'hs_token', 'bot account', 'admin rights'],
          homeserverTexts.noAnswer,
        ),
      ],
      usable: false,
    };
  const token = await checkToken(homeserver, config);
  if (token.some(({ health }) => health === 'fail'))
    return {
      results: [
        reachable,
        ...token,
        ...skippedChecks(['hs_token', 'bot account', 'admin rights'], homeserverTexts.notRecognised),
      ],
      usable: false,
    };
  const results = [
    reachable,
    ...token,
    await checkPing(homeserver, config, running),
    await checkBot(homeserver),
    await checkAdmin(homeserver, config),
    ...(await checkMas(homeserver, config)),
  ];
  return { results, usable: true };
}

function checkReachable(homeserver: Homeserver, config: Config): Promise<CheckResult> {
  return attempt('homeserver', homeserverTexts.checkUrl(config.homeserver.url), async () => {
    await homeserver.request('GET', '/_matrix/client/versions', { timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
      // Synapse answers this without a token, but not with an unknown one, which is left to the next check
      if (!(error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN')) throw error;
    });
    return ok('homeserver', homeserverTexts.answers(config.homeserver.url));
  });
}

async function checkToken(homeserver: Homeserver, config: Config): Promise<CheckResult[]> {
  let userId: string;
  try {
    userId = await homeserver.whoami();
  } catch (error) {
    const unknown = error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN';
    const found = unknown ? homeserverTexts.unknownToken : homeserverTexts.whoamiFailed(messageOf(error));
    return [fail('as_token', found, homeserverTexts.addRegistration(config.appservice.registration))];
  }
  const taken = ok('as_token', homeserverTexts.accepted(userId));
  const parts = parseUserId(userId);
  if (parts?.serverName !== config.homeserver.server_name)
    return [
      taken,
      fail(
        'server name',
        homeserverTexts.otherName(parts?.serverName ?? 'nothing', config.homeserver.server_name),
        homeserverTexts.otherNameRemedy,
      ),
    ];
  if (parts.localpart !== config.bot.localpart)
    return [
      taken,
      fail('bot name', homeserverTexts.otherBot(userId, homeserver.botUserId), homeserverTexts.otherBotRemedy),
    ];
  return [taken, ok('server name', homeserverTexts.sameName(config.homeserver.server_name))];
}

/**
 * The homeserver pings us with the hs_token (spec, Application Service API, "Pinging"): which tests the whole way back.
 */
async function checkPing(homeserver: Homeserver, { appservice }: Config, running: boolean): Promise<CheckResult> {
  try {
    const duration = await pinged(homeserver, appservice.url);
    return ok('hs_token', homeserverTexts.reached(Math.round(duration)));
  } catch (error) {
    const refused = error instanceof MatrixError ? error : undefined;
    const broken = refused === undefined ? undefined : brokenWay(refused, appservice.url);
    if (broken !== undefined && (running || broken.kind === 'refused')) return fromBroken(broken.words);
    if (refused?.status === 404 || refused?.errcode === 'M_UNRECOGNIZED')
      return warn('hs_token', homeserverTexts.noPing, homeserverTexts.noPingRemedy);
    if (!running)
      return warn(
        'hs_token',
        homeserverTexts.notRunning(appservice.bind, appservice.port),
        homeserverTexts.notRunningRemedy,
      );
    return fail('hs_token', homeserverTexts.pingFailed(messageOf(error)), homeserverTexts.seeLog);
  }
}

/** A single failed ping is not conclusive: a busy homeserver takes its time. */
async function pinged(homeserver: Homeserver, url: string): Promise<number> {
  for (let left = PINGS - 1; ; left -= 1) {
    try {
      return await homeserver.pingAppservice();
    } catch (error) {
      const broken = error instanceof MatrixError ? brokenWay(error, url) : undefined;
      if (left === 0 || broken?.kind !== 'unreachable') throw error;
      await pause(PING_AGAIN_MS);
    }
  }
}

/** The first sentence is the finding; the rest is the remedy. */
function fromBroken(words: string): CheckResult {
  const [found = words] = /^.*?\.(?=\s)/s.exec(words) ?? [];
  return fail('hs_token', found, words.slice(found.length).trim());
}

const profileSchema = z.object({ displayname: z.string().nullish() });

async function checkBot(homeserver: Homeserver): Promise<CheckResult> {
  try {
    const profile = profileSchema.safeParse(
      await homeserver.request('GET', urlPath`/_matrix/client/v3/profile/${homeserver.botUserId}`, {
        timeoutMs: TIMEOUT_MS,
      }),
    );
    const name = profile.success ? profile.data.displayname : undefined;
    return ok(
      'bot account',
      homeserverTexts.registered(homeserver.botUserId, name == null ? null : JSON.stringify(name)),
    );
  } catch (error) {
    if (error instanceof MatrixError && error.status === 404)
      return warn(
        'bot account',
        homeserverTexts.notRegistered(homeserver.botUserId),
        homeserverTexts.notRegisteredRemedy,
      );
    return fail('bot account', messageOf(error), homeserverTexts.seeLog);
  }
}

async function checkAdmin(homeserver: Homeserver, config: Config): Promise<CheckResult> {
  const remedy = homeserverTexts.makeAdmin(homeserver.botUserId);
  return attempt('admin rights', remedy, async () => {
    const ownToken = config.homeserver.admin_token === null;
    const error = await refusalOfAdmin(homeserver);
    if (error === undefined) return ok('admin rights', homeserverTexts.adminBy(ownToken));
    const { admin } = texts;
    if (error.status === 404) return warn('admin rights', admin.noApi, admin.noApiRemedy);
    if (ownToken) return warn('admin rights', homeserverTexts.noAdminRemedy, remedy);
    if (error.errcode === 'M_UNKNOWN_TOKEN' || error.status === 401)
      return fail('admin rights', admin.tokenRefused, admin.tokenRefusedRemedy);
    const whose = whoamiSchema.safeParse(
      await homeserver.request('GET', '/_matrix/client/v3/account/whoami', { admin: true, timeoutMs: TIMEOUT_MS }),
    );
    const owner = whose.success ? whose.data.user_id : 'somebody';
    return fail('admin rights', admin.tokenOfNobody(owner), admin.tokenOfNobodyRemedy(owner));
  });
}

/** Checks that our client may use Matrix Authentication Service's admin API, if configured. */
export async function checkMas(homeserver: Homeserver, { mas }: Config): Promise<CheckResult[]> {
  if (mas === null) return [];
  const asked = attempt('mas', homeserverTexts.masRemedy, async () => {
    await homeserver.adminAccount(homeserver.botUserId);
    return ok('mas', homeserverTexts.masWorks(mas.url));
  });
  return [await asked];
}

const whoamiSchema = z.object({ user_id: z.string() });

/** Why the homeserver does not let us use the admin API; undefined when it does. */
async function refusalOfAdmin(homeserver: Homeserver): Promise<MatrixError | undefined> {
  try {
    await homeserver.request('GET', '/_synapse/admin/v2/users', {
      query: { limit: 1 },
      admin: true,
      timeoutMs: TIMEOUT_MS,
    });
    return undefined;
  } catch (error) {
    if (error instanceof MatrixError && [401, 403, 404].includes(error.status)) return error;
    throw error;
  }
}
