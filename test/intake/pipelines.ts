/** A pipeline on a ledger of its own, for unit tests of the watch. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadRules } from '../../src/config/rules.js';
import type { ProtectedIdentity } from '../../src/detection/types.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { openLedger } from '../../src/store/index.js';
import { DetectorHolder } from '../../src/impersonation/detector-holder.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { Pipeline, type PipelineOptions } from '../../src/intake/pipeline.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';

export const ASGARD: ProtectedIdentity = {
  userId: '@server:a.test',
  displayNames: ['Asgard (Official Account)'],
  avatars: [],
  domains: ['a.test'],
  rooms: [],
  variants: [],
};

export async function pipelineFor(over: Partial<PipelineOptions> = {}) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'heimdall-pipeline-'));
  const ledger = await openLedger({ dataDir, databaseUrl: null });
  const rooms = new RoomStateCache();
  const lists = new WatchedLists(createPolicy(), {
    state: () => Promise.resolve([]),
    botUserId: '@heimdall:a.test',
  });
  const facts = (): GuardContext => ({
    botUserId: '@heimdall:a.test',
    serverName: 'a.test',
    protectedIdentities: [],
    moderators: new Set(),
    ownRooms: new Set(),
    policy: lists.policy,
    rooms,
  });
  const detector = new DetectorHolder([ASGARD], loadRules());
  const pipeline = new Pipeline({
    config: { responses: { possible: ['notify'], likely: ['notify', 'report'], certain: ['notify', 'report', 'ban'] } },
    serverName: 'a.test',
    botUserId: '@heimdall:a.test',
    detector: () => detector.get(),
    ledger,
    protectedRooms: rooms,
    ownRooms: new RoomStateCache(),
    lists,
    effects: new EnforcementPlanner({
      rooms,
      lists,
      bans: new BanRegister(),
      facts,
      unreadLists: () => new Set(),
      epoch: 'test',
    }),
    officialRooms: { apply: () => undefined, settle: () => undefined, has: () => false },
    exempt: () => undefined,
    capabilities: () => ({ mail: true, policyList: '!list:a.test' }),
    extraActions: () => [],
    clock: Date.now,
    ...over,
  });
  /** Kinds of the actions that wait, looks at rooms left out. */
  const asked = async (): Promise<string[]> => {
    const due = await ledger.dueActions(Date.now() + 1000, new Set(), 1000);
    return due
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'backfill_members')
      .sort();
  };
  const close = async (): Promise<void> => {
    await ledger.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { pipeline, ledger, detector, rooms, asked, close };
}
