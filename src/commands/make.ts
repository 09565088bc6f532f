import { change } from '../enforcement/actions.js';
import type { Block, Inline } from '../matrix/message.js';
import { answerFor } from './answers.js';
import { type NamedRoom, targets } from './args/index.js';
import { usageError } from './args/reading.js';
import type { Invocation, Services } from './types.js';
import { roomTexts } from './texts/rooms.js';

type Change = Parameters<typeof change.create>[0];

/** Carries out one change and answers. */
export async function make(
  services: Services,
  invocation: Invocation,
  what: Change,
  done: Inline[],
  part = '',
): Promise<Block[]> {
  const [action] = await services.runAndWait([change.create(what, { key: `command:${invocation.key}:change${part}` })]);
  return answerFor(action, () => [{ line: done }]);
}

export function must(named: NamedRoom | undefined): NamedRoom {
  if (named === undefined) throw usageError(roomTexts.which, roomTexts.roomForms);
  return named;
}

export const oneUser = targets('USER', { kinds: ['user'], single: true });

export const firstOf = ({ targets: all }: { targets: readonly { entity: string }[] }): string => all[0]?.entity ?? '';
