import type { MatrixEvent } from '../matrix/types.js';
import type { ActiveProtection } from './current.js';
import type { AnyProtection } from './types.js';

/** A protection prepared for judging events, with frequently used values precomputed. */
export interface AskedProtection extends ActiveProtection {
  exempts: boolean;
  exemptsBridges: boolean;
  trustedAfter: number;
  bridgeUsers: boolean;
}

/** Protections that judge one kind of event. */
export interface AskedProtections {
  /** judged by the event and its sender alone */
  alone: readonly AskedProtection[];
  /** the same for events without media, the majority */
  aloneOfText: readonly AskedProtection[];
  /** judged with memory of earlier events */
  inCourse: readonly AskedProtection[];
  /** whether bridge users are exempt from some of them */
  sparesGhosts: boolean;
}

/** The enabled protections of a room that judge one kind of event, by who sent it. */
export interface AskedAbout {
  /** newcomers, of whom those here for long enough are exempt from some */
  newcomer: AskedProtections;
  /** people here for long: those that trust them after some time are left out */
  familiar: AskedProtections;
  /** people above the default power: only those without exemptions are left */
  above: AskedProtections;
}

/** `own`: changes of one's own membership; `moderation`: of other people's. */
type Kind = 'message' | 'own' | 'moderation' | 'state';

/** Rooms without settings of their own share an immutable list, so each is prepared once. */
const sorted = new WeakMap<readonly ActiveProtection[], Readonly<Record<Kind, AskedAbout>>>();

/** The protections of a room that judge an event. This runs for every event. */
export function askedAbout(active: readonly ActiveProtection[], event: MatrixEvent): AskedAbout {
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

function askedOf(active: readonly ActiveProtection[], kind: Kind): AskedAbout {
  const asked = active
    .filter(({ protection }) => isAsked(protection, kind))
    .map(({ protection, settings }) => ({
      protection,
      settings,
      exempts: protection.exempts,
      exemptsBridges: protection.exemptsBridges === true,
      trustedAfter: settings.trusted_after,
      bridgeUsers: settings.bridge_users,
    }));
  return {
    newcomer: grouped(asked),
    familiar: grouped(asked.filter(({ exempts, trustedAfter }) => !(exempts && trustedAfter > 0))),
    above: grouped(asked.filter(({ exempts }) => !exempts)),
  };
}

function grouped(asked: readonly AskedProtection[]): AskedProtections {
  const alone = asked.filter(({ protection }) => protection.alone !== undefined);
  return {
    alone,
    aloneOfText: alone.filter(({ protection }) => protection.onlyMedia !== true),
    inCourse: asked.filter(({ protection }) => protection.judge !== undefined),
    sparesGhosts: asked.some(({ exempts, exemptsBridges, bridgeUsers }) => (exempts || exemptsBridges) && bridgeUsers),
  };
}

function isAsked({ asks }: AnyProtection, kind: Kind): boolean {
  if (kind === 'message') return asks === 'message' || asks === 'any' || asks === 'written';
  if (kind === 'own') return asks === 'member' || asks === 'any' || asks === 'written';
  return asks === kind || (kind === 'state' && asks === 'written');
}
