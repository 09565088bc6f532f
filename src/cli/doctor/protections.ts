/** Checks of the protections' settings. */
import type { Config } from '../../config/index.js';
import { oursListed } from '../../protections/our-server.js';
import type { Settings } from '../../store/settings/types.js';
import { warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** Our own server in a list of servers from which nobody may join. */
export function checkProtections(
  { homeserver }: Pick<Config, 'homeserver'>,
  settings: Readonly<Settings>,
): CheckResult[] {
  return oursListed(settings, homeserver.server_name).map(({ setting, entry, roomId }) =>
    warn(
      'protections',
      texts.protections.ours(setting, entry, roomId),
      texts.protections.oursRemedy(setting, entry, roomId),
    ),
  );
}
