import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createReportRecorder } from '../../src/reports/record.js';
import { createDetector, type Detector } from '../../src/detection/index.js';
import { loadRules } from '../../src/config/rules.js';
import type { Compared } from '../../src/impersonation/avatars.js';
import { parseCreate } from '../../src/matrix/events.js';
import { openLedger } from '../../src/store/index.js';
import type { NewFinding } from '../../src/store/records/findings.js';
import type { Ledger } from '../../src/store/types.js';
import { createPages, type Pages } from '../../src/web/pages/index.js';
import type { ProviderSignIn } from '../../src/web/pages/deps.js';
import type { Logger } from '../../src/util/logger.js';
import { silent } from '../support/world.js';

export const OFFICIAL = '@server:example.org';
export const MODERATOR = '@mod:example.org';

/** What every tracked room has. */
const EMPTY_ROOM = { create: parseCreate({ sender: '', content: {} }), powerLevels: undefined };

/** The pages on a real ledger, with what commands were asked for and what appeals came. */
export interface Setting {
  url: string;
  pages: Pages;
  ledger: Ledger;
  detector: Detector;
  executed: [string, string][];
  /** the mxc:// URIs that the homeserver was asked for */
  pictureRequests: string[];
  appeals: [number, string][];
  /** who may command now */
  moderators: Set<string>;
  moveClock(ms: number): void;
  /** Signs somebody in, MODERATOR unless another is named; resolves with the cookie. */
  signIn(userId?: string): Promise<string>;
  /** The CSRF token in the form of a page. */
  csrf(cookie: string): Promise<string>;
  finding(subject: string, displayName: string, more?: Partial<NewFinding>): Promise<number>;
  close(): Promise<void>;
}

export interface SettingOptions {
  answer?: string;
  rooms?: unknown[];
  lists?: { roomId: string; shortcode: string; rules: unknown[] }[];
  missing?: string[];
  ownAcl?: string[];
  protections?: string[];
  compared?: Compared;
  /** what the homeserver gives for every mxc:// URI */
  picture?: Buffer;
  officialName?: string;
  /** the official account has a picture */
  officialPicture?: string;
  patience?: Parameters<typeof createPages>[1];
  logger?: Logger;
  signIn?: ProviderSignIn;
  publicUrl?: string;
  /** a PostgreSQL database; SQLite without */
  databaseUrl?: string;
}

export async function setting(options: SettingOptions = {}): Promise<Setting> {
  const { answer = '<p>Done.</p>', lists = [] } = options;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-pages-'));
  let now = Date.UTC(2026, 10, 29, 12);
  const clock = () => now;
  const ledger = await openLedger({ dataDir, databaseUrl: options.databaseUrl ?? null, clock });
  const identities = [
    {
      user_id: OFFICIAL,
      display_names: [options.officialName ?? 'Example (Official Account)'],
      avatars: options.officialPicture === undefined ? [] : [options.officialPicture],
      domains: ['example.org'],
      rooms: [],
      variants: ['@server-old:example.org'],
    },
  ];
  const rules = loadRules();
  const detector = createDetector(
    identities.map((one) => ({
      userId: one.user_id,
      displayNames: one.display_names,
      avatars: [],
      domains: one.domains,
      rooms: [],
      variants: one.variants,
    })),
    rules,
  );
  const executed: [string, string][] = [];
  const pictureRequests: string[] = [];
  const appeals: [number, string][] = [];
  const moderators = new Set([MODERATOR]);
  const rooms = (options.rooms ?? []).map((room) => ({ ...EMPTY_ROOM, ...(room as object) }));
  const pages = createPages(
    {
      config: { protected_identities: identities },
      publicUrl: options.publicUrl ?? 'http://127.0.0.1:1',
      homeserver: {
        botUserId: '@heimdall:example.org',
        serverName: 'example.org',
        request: () => Promise.reject(new Error('down')),
        picture: (source) => {
          pictureRequests.push(source);
          return options.picture === undefined ? Promise.reject(new Error('down')) : Promise.resolve(options.picture);
        },
      },
      ledger,
      settings: { get: () => ({ policy_list_room: '!own:example.org' }) as never },
      detector: () => detector,
      rules: () => rules,
      rooms: {
        all: () => rooms as never,
        get: (roomId) => rooms.find((room) => (room as { roomId?: string }).roomId === roomId) as never,
      },
      missingPower: () => options.missing ?? [],
      lists: {
        rooms: () => lists.map(({ roomId }) => roomId),
        shortcodeOf: (roomId) => lists.find((list) => list.roomId === roomId)?.shortcode,
        rules: (roomId) => (lists.find((list) => list.roomId === roomId)?.rules ?? []) as never,
        matching: (_kind, entity) =>
          lists
            .flatMap(({ roomId, rules: all }) => all.map((rule) => ({ roomId, ...(rule as { entity?: string }) })))
            .filter((rule) => rule.entity === entity) as never,
      },
      ownAcl: () => options.ownAcl ?? [],
      protectionsIn: () => options.protections ?? [],
      compare: () => Promise.resolve(options.compared ?? { problem: 'nothing_official' }),
      warnVictims: true,
      ...(options.signIn === undefined ? {} : { signIn: options.signIn }),
      mayCommand: (userId) => moderators.has(userId),
      moderators: () => moderators,
      execute: (userId, command) => {
        executed.push([userId, command]);
        return Promise.resolve(answer);
      },
      onReport: createReportRecorder({
        ledger,
        means: () => ({ mail: false, policyList: '!own:example.org' }),
        clock,
        committed: () => undefined,
      } as never),
      onAppeal: async (caseId, words) => {
        appeals.push([caseId, words]);
        await ledger.commit((tx) => tx.setCaseState(caseId, 'appealed', now));
      },
      mailAnswers: true,
      clock,
      logger: options.logger ?? silent,
    },
    options.patience,
  );
  pages.server.listen(0, '127.0.0.1');
  await once(pages.server, 'listening');
  const url = `http://127.0.0.1:${(pages.server.address() as AddressInfo).port}`;
  return {
    url,
    pages,
    ledger,
    detector,
    executed,
    pictureRequests,
    appeals,
    moderators,
    moveClock: (ms) => void (now += ms),
    async signIn(userId = MODERATOR) {
      const link = new URL(await pages.signInLink(userId)).pathname;
      const response = await fetch(url + link, { redirect: 'manual' });
      return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    },
    async csrf(cookie) {
      const text = await (await fetch(`${url}/cases`, { headers: { cookie } })).text();
      return /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    },
    async finding(subject, displayName, more = {}) {
      const verdict = detector.inspect({ userId: subject, displayName });
      const recorded = await ledger.commit((tx) =>
        tx.recordFinding({
          subjectKind: 'user',
          subject,
          key: `k:${subject}`,
          kind: 'verdict',
          roomId: null,
          eventId: null,
          seenAt: now,
          data: { sighting: { userId: subject, displayName }, verdict, where: { source: 'member', at: now } },
          verdict: { level: verdict.verdict, score: verdict.score, protected: verdict.protected },
          ...more,
        } as NewFinding),
      );
      return recorded.case.id;
    },
    async close() {
      pages.server.closeAllConnections();
      pages.server.close();
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function form(fields: Record<string, string>): {
  method: string;
  headers: Record<string, string>;
  body: string;
} {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}
