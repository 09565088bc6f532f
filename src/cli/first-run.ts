import path from 'node:path';
import type { Instance } from '../app/instance.js';
import type { Config } from '../config/types.js';
import { systemClock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import { idlePause } from '../util/timers.js';
import type { Logger } from '../util/logger.js';
import type { FirstRun } from '../web/first-run/server.js';
import type { Finding } from '../web/first-run/steps.js';

/** So often it is asked whether the first run is over, and so long the page stays to say that all is well. */
const LOOK_MS = 5_000;
const STAYS_MS = 10 * 60_000;
const ROOM_WITHIN_MS = 3_000;
const ROOM_LOOK_MS = 200;

/**
 * While there is no management room yet, an admin has nowhere to ask what is missing: a page on loopback shows it, with
 * the doctor's answers. Undefined when there is one. Never rejects: what it shows is a help, and holds nothing up.
 */
export async function beginFirstRun(
  { config, file, instance, logger }: { config: Config; file: string; instance: Instance; logger: Logger },
  tell: (link: string) => void,
): Promise<{ end(): Promise<void> } | undefined> {
  // one that `setup` made is found in a moment
  for (let waited = 0; waited < ROOM_WITHIN_MS && instance.hasManagementRoom() === false; waited += ROOM_LOOK_MS)
    await idlePause(ROOM_LOOK_MS);
  if (instance.hasManagementRoom() !== false) return undefined;
  try {
    // loaded only when it is needed: most starts are not the first
    const { openFirstRun } = await import('../web/first-run/server.js');
    const page = await openFirstRun({
      installation: {
        configFile: file,
        registrationFile: path.resolve(config.appservice.registration),
        homeserverUrl: config.homeserver.url,
        botUserId: `@${config.bot.localpart}:${config.homeserver.server_name}`,
        managementRoom: config.management_room,
      },
      examine: () => findingsOf(config, file),
      clock: systemClock,
    });
    tell(page.link);
    return { end: closing(page, instance) };
  } catch (error) {
    logger.warn({ error: messageOf(error) }, 'the page of the first run could not be opened');
    return undefined;
  }
}

async function findingsOf(config: Config, file: string): Promise<Finding[]> {
  const { examine } = await import('./doctor.js');
  const all: Finding[] = [];
  for await (const results of examine(config, file, undefined)) all.push(...results);
  return all;
}

/** Closes the page some time after the management room is there, or when it is asked to. */
function closing(page: FirstRun, instance: Instance): () => Promise<void> {
  let over: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (instance.hasManagementRoom() === false) return;
    clearInterval(timer);
    over = setTimeout(() => void page.close(), STAYS_MS).unref();
  }, LOOK_MS).unref();
  return () => {
    clearInterval(timer);
    clearTimeout(over);
    return page.close();
  };
}
