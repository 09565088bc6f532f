import path from 'node:path';
import type { Instance } from '../app/instance.js';
import type { Config } from '../config/types.js';
import { systemClock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { FirstRun } from '../web/first-run/server.js';
import type { Finding } from '../web/first-run/steps.js';

/** How often we check whether the first run is over, and how long the page stays to show success. */
const LOOK_MS = 5_000;
const STAYS_MS = 10 * 60_000;

/**
 * While there is no management room yet, an admin has nowhere to ask what is missing, so a page on loopback shows it,
 * with the doctor's findings. Undefined when there is one. Never rejects: the page is only a help, and delays nothing.
 */
export async function beginFirstRun(
  { config, file, instance, logger }: { config: Config; file: string; instance: Instance; logger: Logger },
  tell: (link: string) => void,
): Promise<{ end(): Promise<void> } | undefined> {
  if (instance.hasManagementRoom() !== false) return undefined;
  try {
    // loaded only if needed, since most starts are not the first
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

/** Closes the page some time after the management room exists, or on request. */
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
