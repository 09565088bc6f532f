import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../sandbox/ports.js';
import { registerCommand } from '../../src/cli/register.js';

/**
 * A folder with a configuration and its registration, as an admin's of the homeserver `stub.test`; Heimdall will listen
 * on a free port of loopback. `register` writes to stdout: silence it before.
 */
export async function configuredFolder(
  homeserverUrl: string,
  managementRoom: string,
): Promise<{ folder: string; config: string; port: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-configured-'));
  const config = path.join(folder, 'config.yaml');
  const port = await freePort();
  const content = {
    homeserver: { url: homeserverUrl, server_name: 'stub.test' },
    appservice: { bind: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, registration: 'registration.yaml' },
    management_room: managementRoom,
    protected_identities: [{ user_id: '@official:stub.test', display_names: ['Official'] }],
    storage: { data_dir: 'data' },
  };
  writeFileSync(config, JSON.stringify(content));
  await registerCommand().parseAsync(['--config', config], { from: 'user' });
  return { folder, config, port };
}
