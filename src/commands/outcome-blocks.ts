import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ActionRecord } from '../store/records/actions.js';
import { effectOf } from './answers.js';
import { outcomeTexts } from './texts/outcome.js';

/** The outcomes of many actions, by room. */
export type Deed = 'kick' | 'redact' | 'work';

const FAILURES_SHOWN = 20;

/** Counts successes, and lists failures with place and reason. */
export function outcomeBlocks(deed: Deed, whom: string, ends: readonly ActionRecord[]): Block[] {
  const cancelled = ends.filter(({ state }) => state === 'cancelled').length;
  const blocks = deed === 'work' ? workBlocks(whom, ends) : deedBlocks(deed, whom, ends);
  return cancelled === 0 ? blocks : [...blocks, { line: [outcomeTexts.notBegun(cancelled)] }];
}

function workBlocks(what: string, ends: readonly ActionRecord[]): Block[] {
  const done = ends.filter(({ state }) => state === 'done').length;
  return [{ line: [outcomeTexts.worked(what, done, ends.length)] }, ...failureBlocks(ends)];
}

function deedBlocks(deed: Exclude<Deed, 'work'>, whom: string, ends: readonly ActionRecord[]): Block[] {
  const simulated = ends.filter(({ state }) => state === 'simulated').length;
  const done = ends.filter(({ state }) => state === 'done');
  const acted = done.filter((action) => ['kicked', 'redacted'].includes(effectOf(action)));
  const rooms = new Set(acted.map(roomOf)).size;
  const gone = acted.reduce((sum, action) => sum + numberIn(action, 'gone'), 0);
  const stayed = done.reduce((sum, action) => sum + numberIn(action, 'failed'), 0);
  const already = done.reduce((sum, action) => sum + numberIn(action, 'already'), 0);
  const where = outcomeTexts.where(deed, rooms);
  const what =
    deed === 'kick'
      ? outcomeTexts.kicked(whom, ends.length > rooms ? acted.length : undefined, where)
      : outcomeTexts.redacted(gone, whom, where);
  const nothing: Inline[] = [deed === 'kick' ? outcomeTexts.nobodyKicked : outcomeTexts.nothingRedacted];
  const line: Inline[] = simulated > 0 ? [outcomeTexts.simulated(simulated)] : acted.length === 0 ? nothing : what;
  const blocks: Block[] = [
    {
      line: [...line, already > 0 ? outcomeTexts.already(already) : '', stayed > 0 ? outcomeTexts.stayed(stayed) : ''],
    },
  ];
  return [...blocks, ...failureBlocks(ends)];
}

function failureBlocks(ends: readonly ActionRecord[]): Block[] {
  const failed = ends.filter(({ state }) => ['failed', 'refused'].includes(state));
  if (failed.length === 0) return [];
  return [
    { line: [outcomeTexts.notDone(failed.length)] },
    {
      list: failed
        .slice(0, FAILURES_SHOWN)
        .map((action) => [{ code: placeOf(action) }, ` – ${visible(action.lastError ?? action.state)}`]),
    },
  ];
}

/** The place or person of an action. */
function placeOf({ payload }: ActionRecord): string {
  const { roomId, entity, userId } = payload as { roomId?: unknown; entity?: unknown; userId?: unknown };
  return visible(String(roomId ?? entity ?? userId ?? ''));
}

function roomOf(action: ActionRecord): string {
  return String((action.payload as { roomId?: unknown }).roomId);
}

function numberIn(action: ActionRecord, key: 'gone' | 'already' | 'failed'): number {
  const value = (action.result as Record<string, unknown> | null)?.[key];
  return typeof value === 'number' ? value : 0;
}
