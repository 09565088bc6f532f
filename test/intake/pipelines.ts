/** The live pipeline as the product ties it, with a homeserver that has no rooms, for tests of what events lead to. */
import type { ProtectedIdentity } from '../../src/detection/types.js';
import type { PipelineOptions } from '../../src/intake/pipeline.js';
import { contextFor } from '../support/context.js';

export const ASGARD: ProtectedIdentity = {
  userId: '@server:a.test',
  displayNames: ['Asgard (Official Account)'],
  avatars: [],
  domains: ['a.test'],
  rooms: [],
  variants: [],
};

/** @param over what the test puts in the place of the product's own */
export async function pipelineFor(over: Partial<PipelineOptions> = {}) {
  const { app, close } = await contextFor({
    pipeline: over,
    ...(over.clock === undefined ? {} : { clock: over.clock }),
  });
  const { ledger, detector } = app.foundation;
  /** Kinds of the actions that wait, looks at rooms left out. */
  const asked = async (): Promise<string[]> => {
    const due = await ledger.dueActions(Date.now() + 1000, new Set(), 1000);
    return due
      .map(({ kind }) => kind)
      .filter((kind) => kind !== 'backfill_members')
      .sort();
  };
  return { pipeline: app.intake.pipeline, ledger, detector, rooms: app.tracking.protectedRooms, asked, close };
}
