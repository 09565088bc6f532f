import type { Config } from '../config/types.js';
import { createHomeserver, type HomeserverOptions } from '../matrix/client.js';
import type { Registration } from '../matrix/registration.js';
import type { Homeserver } from '../matrix/types.js';

/** The homeserver of a configuration, with the tokens of its registration. The caller closes it. */
export function openHomeserver(
  config: Pick<Config, 'homeserver' | 'bot' | 'mas'>,
  registration: Registration,
  options: Pick<HomeserverOptions, 'mayWrite'> = {},
): Homeserver {
  return createHomeserver({
    url: config.homeserver.url,
    serverName: config.homeserver.server_name,
    botLocalpart: config.bot.localpart,
    asToken: registration.as_token,
    hsToken: registration.hs_token,
    adminToken: config.homeserver.admin_token,
    registration,
    mas: config.mas && {
      url: config.mas.url,
      clientId: config.mas.client_id,
      clientSecret: config.mas.client_secret,
    },
    ...options,
  });
}
