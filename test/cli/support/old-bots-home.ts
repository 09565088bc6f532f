import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { migrateCommand } from '../../../src/cli/migrate.js';
import { registerCommand } from '../../../src/cli/register.js';
import type { Settings } from '../../../src/store/settings/types.js';

export const DESK = '!desk:stub.test';

/** A homeserver with the account data and the rooms of another bot, and a Heimdall that takes them over. */
export class OldBotsHome {
  /** by type */
  readonly accountData: Record<string, object> = {};
  /** the state of each room that the other bot is in, as `[type, state key, content]` */
  readonly rooms = new Map<string, [string, string, object][]>([[DESK, []]]);

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async start(): Promise<OldBotsHome> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const home = new OldBotsHome(server, mkdtempSync(path.join(tmpdir(), 'heimdall-migrate-')));
    server.on('request', (request, response) => {
      const found = home.#answer(request.url ?? '');
      request.resume();
      response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(found ?? { errcode: 'M_NOT_FOUND', error: 'Not found' }));
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    home.file(
      'config.yaml',
      `homeserver: {url: "${url}", server_name: stub.test}\nmanagement_room: "#mods:stub.test"\n` +
        'protected_identities: [{user_id: "@server:stub.test"}]\n',
    );
    home.file('token', 'secret\n');
    const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await registerCommand().parseAsync(['--config', path.join(home.folder, 'config.yaml')], { from: 'user' });
    silent.mockRestore();
    return home;
  }

  async stop(): Promise<void> {
    process.exitCode = undefined;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  /** Writes a file, for an option. */
  file(name: string, content: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  enable(...protections: string[]): void {
    this.accountData['org.matrix.mjolnir.enabled_protections'] = { enabled: protections };
  }

  /** What `heimdall migrate` says. */
  async migrate(...args: string[]): Promise<string> {
    const lines: string[] = [];
    const [config, token] = ['config.yaml', 'token'].map((name) => path.join(this.folder, name));
    const words = [...args, '--token-file', token!, '--config', config!];
    await migrateCommand((line) => void lines.push(line)).parseAsync(words, { from: 'user' });
    return lines.join('');
  }

  get protections(): Settings['protections'] {
    const file = readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('settings.json'),
    );
    if (file === undefined) return {};
    return (JSON.parse(readFileSync(path.join(this.folder, file), 'utf8')) as Settings).protections;
  }

  #answer(url: string): unknown {
    const parts = url.split('?')[0]!.split('/').slice(4).map(decodeURIComponent);
    const [area, first = '', second = '', type = '', key = ''] = parts;
    if (area === 'account') return { user_id: '@old:stub.test' };
    if (area === 'user') return this.accountData[type];
    if (area === 'joined_rooms') return { joined_rooms: [...this.rooms.keys()] };
    const state = area === 'rooms' && second === 'state' ? this.rooms.get(first) : undefined;
    if (type !== '') return state?.find((one) => one[0] === type && one[1] === key)?.[2];
    return state?.map(([kind, stateKey, content], at) => ({
      type: kind,
      state_key: stateKey,
      sender: '@old:stub.test',
      event_id: `$${at}`,
      origin_server_ts: 1,
      content,
    }));
  }
}
