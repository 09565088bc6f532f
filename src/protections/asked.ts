import type { MatrixEvent } from '../matrix/types.js';
import type { ActiveProtection } from './current.js';
import type { AnyProtection } from './types.js';

/** A protection that is asked about an event, with what is looked up for every event laid ready in one form. */
export interface AskedProtection extends ActiveProtection {
  exempts: boolean;
  trustedAfter: number;
  bridgeUsers: boolean;
}

/** Of the protections that are on in a room, those that are asked about one kind of event. */
export interface AskedProtections {
  /** by nothing but the event and who sent it */
  alone: readonly AskedProtection[];
  /** the same, of what shows and plays nothing: most of what is written */
  aloneOfText: readonly AskedProtection[];
  /** in the course of events */
  inCourse: readonly AskedProtection[];
}

/** `own`: what people do about their own membership; `moderation`: what they do to that of others. */
type Kind = 'message' | 'own' | 'moderation' | 'state';

/** Rooms without settings of their own share a list, and none ever changes: each is sorted once. */
const sorted = new WeakMap<readonly ActiveProtection[], Readonly<Record<Kind, AskedProtections>>>();

/** Those of a room's protections that are asked about an event. This runs for every event. */
export function askedAbout(active: readonly ActiveProtection[], event: MatrixEvent): AskedProtections {
  let kinds = sorted.get(active);
  if (kinds === undefined) {
    const of = (kind: Kind) => askedOf(active, kind);
    kinds = { message: of('message'), own: of('own'), moderation: of('moderation'), state: of('state') };
    sorted.set(active, kinds);
  }
  return kinds[kindOf(event)];
}

function kindOf({ type, sender, state_key: who }: MatrixEvent): Kind {
  if (who === undefined) return 'message';
  if (type !== 'm.room.member') return 'state';
  return who === sender ? 'own' : 'moderation';
}

function askedOf(active: readonly ActiveProtection[], kind: Kind): AskedProtections {
  const asked = active
    .filter(({ protection }) => isAsked(protection, kind))
    .map(({ protection, settings }) => ({
      protection,
      settings,
      exempts: protection.exempts,
      trustedAfter: settings.trusted_after,
      bridgeUsers: settings.bridge_users,
    }));
  const alone = asked.filter(({ protection }) => protection.alone !== undefined);
  return {
    alone,
    aloneOfText: alone.filter(({ protection }) => protection.onlyMedia !== true),
    inCourse: asked.filter(({ protection }) => protection.judge !== undefined),
  };
}

function isAsked({ asks }: AnyProtection, kind: Kind): boolean {
  if (kind === 'message') return asks === 'message' || asks === 'any' || asks === 'written';
  if (kind === 'own') return asks === 'member' || asks === 'any' || asks === 'written';
  return asks === kind || (kind === 'state' && asks === 'written');
}
