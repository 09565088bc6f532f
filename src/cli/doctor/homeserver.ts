/** The checks that ask the homeserver: is it there, does it know us, does it reach us, what may we do. */
import { z } from 'zod';
import { urlHostOf, type Config } from '../../config/index.js';
import { parseUserId } from '../../matrix/identifiers.js';
import { urlPath } from '../../matrix/url-path.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import { messageOf } from '../../util/errors.js';
import { attempt, fail, ok, warn, type CheckResult } from './result.js';
import { skippedChecks } from './local.js';

const TIMEOUT_MS = 10_000;

export interface HomeserverHealth {
  results: CheckResult[];
  /** the homeserver takes our token, so that rooms can be asked about */
  usable: boolean;
  /** a Heimdall runs and answers at the configured address */
  running: boolean;
}

/** Asks in the order in which things depend on each other; what can not be asked is left out with the reason. */
export async function checkHomeserver(homeserver: Homeserver, config: Config): Promise<HomeserverHealth> {
  const reachable = await checkReachable(homeserver, config);
  if (reachable.health === 'fail')
    return {
      results: [
        reachable,
        ...skippedChecks(
          ['as_token', 'server name', 'hs_token', 'bot account', 'admin rights'],
          'the homeserver does not answer',
        ),
      ],
      usable: false,
      running: false,
    };
  const token = await checkToken(homeserver, config);
  if (token.some(({ health }) => health === 'fail'))
    return {
      results: [
        reachable,
        ...token,
        ...skippedChecks(['hs_token', 'bot account', 'admin rights'], 'the homeserver does not take us for who we are'),
      ],
      usable: false,
      running: false,
    };
  const running = await isRunning(config);
  const results = [
    reachable,
    ...token,
    await checkPing(homeserver, config, running),
    await checkBot(homeserver),
    await checkAdmin(homeserver, config),
  ];
  return { results, usable: true, running };
}

function checkReachable(homeserver: Homeserver, config: Config): Promise<CheckResult> {
  return attempt(
    'homeserver',
    `Check homeserver.url (${config.homeserver.url}), and that the homeserver runs and serves the client API there.`,
    async () => {
      await homeserver.request('GET', '/_matrix/client/versions', { timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
        // Synapse answers this even to nobody, but not to a token that it does not know: that is the next check's
        // business
        if (!(error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN')) throw error;
      });
      return ok('homeserver', `${config.homeserver.url} answers.`);
    },
  );
}

async function checkToken(homeserver: Homeserver, config: Config): Promise<CheckResult[]> {
  let userId: string;
  try {
    userId = await homeserver.whoami();
  } catch (error) {
    const unknown = error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN';
    const found = unknown
      ? 'The homeserver does not know our as_token.'
      : `The homeserver did not say who we are: ${messageOf(error)}`;
    return [
      fail(
        'as_token',
        found,
        `Add ${config.appservice.registration} to app_service_config_files in homeserver.yaml, and restart the homeserver; after \`register --force\` too.`,
      ),
    ];
  }
  const taken = ok('as_token', `The homeserver takes our token and calls us ${userId}.`);
  const parts = parseUserId(userId);
  if (parts?.serverName !== config.homeserver.server_name)
    return [
      taken,
      fail(
        'server name',
        `The homeserver calls itself ${parts?.serverName ?? 'nothing'}, the configuration says ${config.homeserver.server_name}.`,
        'Set homeserver.server_name to the name in your user ids, or homeserver.url to the right homeserver.',
      ),
    ];
  if (parts.localpart !== config.bot.localpart)
    return [
      taken,
      fail(
        'bot name',
        `The homeserver knows us as ${userId}, the configuration says ${homeserver.botUserId}.`,
        'Set bot.localpart to what the registration says, or run `heimdall register --force` and restart the homeserver.',
      ),
    ];
  return [taken, ok('server name', `The homeserver calls itself ${config.homeserver.server_name}, as configured.`)];
}

/** Says whether a Heimdall listens where the configuration says. */
async function isRunning({ appservice }: Config): Promise<boolean> {
  try {
    const answer = await fetch(`http://${urlHostOf(appservice.bind)}:${appservice.port}/healthz`, {
      signal: AbortSignal.timeout(3_000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * The homeserver pings us with the hs_token (spec, Application Service API, "Pinging"): the whole way back is tested.
 */
async function checkPing(homeserver: Homeserver, { appservice }: Config, running: boolean): Promise<CheckResult> {
  try {
    const duration = await homeserver.pingAppservice();
    return ok(
      'hs_token',
      `The homeserver reaches the running Heimdall, which takes its token (${Math.round(duration)} ms).`,
    );
  } catch (error) {
    const code = error instanceof MatrixError ? error.errcode : '';
    if (code === 'M_BAD_STATUS')
      return fail(
        'hs_token',
        'Heimdall refuses what the homeserver sends: their hs_tokens differ.',
        'Give the homeserver the registration that Heimdall reads, and restart both.',
      );
    if (code === 'M_URL_NOT_SET')
      return fail(
        'hs_token',
        'The registration that the homeserver has names no url.',
        'Give the homeserver the registration that `heimdall register` wrote, and restart it.',
      );
    if (code === 'M_UNRECOGNIZED')
      return warn(
        'hs_token',
        'The homeserver knows no ping, so the way back could not be tested.',
        'Nothing to do; newer homeservers can.',
      );
    if (!running)
      return warn(
        'hs_token',
        `No Heimdall runs at ${appservice.bind}:${appservice.port}, so the way back could not be tested.`,
        'Start it with `heimdall run` and ask the doctor again.',
      );
    return fail(
      'hs_token',
      `Heimdall runs, but the homeserver does not reach it at ${appservice.url} (${messageOf(error)}).`,
      'Set appservice.url to an address that the homeserver can reach (in containers: not 127.0.0.1), run `heimdall register --force`, and restart the homeserver.',
    );
  }
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
      `${homeserver.botUserId} is registered${name == null ? '' : ` and is called ${JSON.stringify(name)}`}.`,
    );
  } catch (error) {
    if (error instanceof MatrixError && error.status === 404)
      return warn(
        'bot account',
        `${homeserver.botUserId} is not registered yet.`,
        'Nothing to do: `heimdall run` registers it.',
      );
    return fail('bot account', messageOf(error), 'Look into the log of the homeserver.');
  }
}

async function checkAdmin(homeserver: Homeserver, config: Config): Promise<CheckResult> {
  const remedy = `Make ${homeserver.botUserId} a server admin (Synapse: PUT /_synapse/admin/v1/users/${homeserver.botUserId}/admin with {"admin": true}), or set homeserver.admin_token.`;
  return attempt('admin rights', remedy, async () => {
    if (await homeserver.isAdmin())
      return ok(
        'admin rights',
        `${config.homeserver.admin_token === null ? "The bot's token" : 'homeserver.admin_token'} has them.`,
      );
    return warn(
      'admin rights',
      'Without them Heimdall sees no new accounts, no look-alikes that are already inside rooms, and no reports made to the homeserver.',
      remedy,
    );
  });
}
