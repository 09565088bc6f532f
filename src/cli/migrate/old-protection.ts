import { differences } from './texts.js';
import { protectionNamed } from '../../protections/table.js';
import { settingNamed } from '../../protections/values.js';

/** A protection as another bot has it, read but not yet in our terms. */
export interface OldProtection {
  /** its name there */
  name: string;
  enabled: boolean;
  /** what is written down there, under their names */
  settings: Record<string, unknown>;
  /** what holds there without being written down, under their names or ours */
  implied?: Record<string, unknown>;
  /** numbers that mean another one here, as they are there, by their names */
  there?: Record<string, unknown>;
  /** its words are taken literally there, whatever signs are in them */
  literal?: boolean;
  /** what no setting here can make the same */
  differs?: string[];
  /** its settings only apply to this room */
  roomId?: string;
  /** another one there, which is the same here and is taken over instead */
  sameAs?: string;
  /** why it cannot be taken over yet: nothing is set, so that another run can do it */
  unread?: string;
}

/** What a protection did there: the parts of it that depend on which one it is. */
export type InEffect = Pick<OldProtection, 'settings' | 'implied' | 'there' | 'literal' | 'differs'>;

/**
 * A limit at which it acts there, where ours acts above. Other values than numbers stay as they are: the report says
 * what is wrong with them.
 */
export function actsAt(settings: Record<string, unknown>, name: string, byDefault?: number): InEffect {
  const { [name]: written, ...rest } = settings;
  const limit = written ?? byDefault;
  if (limit === undefined) return { settings };
  const here = { [name]: typeof limit === 'number' ? limit - 1 : limit };
  const there = { [name]: limit };
  return written === undefined ? { settings: rest, implied: here, there } : { settings: { ...here, ...rest }, there };
}

/** Whether people who are known in a room may send more here than the limit of a flood there. */
export function ofKnownPeople(limit: unknown): string[] {
  const flooding = protectionNamed('BasicFlooding')!;
  const known = settingNamed(flooding, 'known_max')!.schema.parse(undefined) as number;
  return typeof limit === 'number' && limit > known ? [] : [differences.knownPeople];
}
