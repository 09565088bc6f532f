/** The composition root, borrowed by tests and benches: all parts as the product ties them, on a ledger of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppContext, type Overrides } from '../../src/app/context.js';
import { parseConfig } from '../../src/config/index.js';
import type { Config } from '../../src/config/types.js';
import type { Homeserver } from '../../src/matrix/types.js';
import { openSettings } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';

export const BOT = '@heimdall:a.test';
export const LIST = '!list:a.test';
export const MANAGEMENT = '!management:a.test';

export interface ContextOptions extends Overrides {
  /** over the configuration of a.test; top-level keys replace */
  config?: Partial<Config>;
  /** a folder of an earlier run, to go on from it; default: a fresh one, removed at the end */
  dataDir?: string;
  /** false: nothing was ever set up, so the homeserver's past is being sent; default true */
  settled?: boolean;
}

const YAML = `
homeserver: {url: "http://127.0.0.1:9", server_name: a.test}
bot: {localpart: heimdall}
management_room: "${MANAGEMENT}"
protected_identities:
  - {user_id: "@server:a.test", display_names: ["Asgard (Official Account)"], domains: [a.test]}
mail: {smtp_url: "smtp://127.0.0.1:9", from: "heimdall@a.test", abuse_contact: "abuse@a.test"}
`;

/** What a homeserver says that has no rooms and forbids nothing. */
export const emptyHomeserver = (over: Partial<Homeserver> = {}): Homeserver =>
  ({
    botUserId: BOT,
    serverName: 'a.test',
    state: () => Promise.resolve([]),
    joinedRooms: () => Promise.resolve([]),
    resolveAlias: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
    ...over,
  }) as Homeserver;

export interface TestContext {
  app: AppContext;
  dataDir: string;
  /** ends all parts and, unless it is to be gone on from, removes the folder */
  close(remove?: boolean): Promise<void>;
}

export async function contextFor(options: ContextOptions = {}): Promise<TestContext> {
  const { config: over = {}, dataDir: before, settled = true, ...overrides } = options;
  const dataDir = before ?? mkdtempSync(path.join(tmpdir(), 'heimdall-context-'));
  const parsed = parseConfig(YAML, { env: {} });
  const config: Config = { ...parsed, ...over, storage: { ...parsed.storage, data_dir: dataDir } };
  if (settled) await setUp(dataDir);
  const app = await AppContext.fromConfig(
    config,
    silentLogger,
    { mayAct: () => true },
    {
      homeserver: emptyHomeserver(),
      registration: { as_token: 'as', hs_token: 'hs' } as never,
      ...overrides,
    },
  );
  return {
    app,
    dataDir,
    async close(remove = true) {
      await app.lifecycle.stop(silentLogger);
      if (remove) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** As an earlier start would have left it. */
async function setUp(dataDir: string): Promise<void> {
  const settings = await openSettings({ dataDir });
  await settings.update((now) => {
    now.management_room ??= MANAGEMENT;
    now.policy_list_room ??= LIST;
  });
  await settings.close();
}
