import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { ActionRecord } from '../store/types.js';

/** The answer when the action did what was asked; else what came of it, in words. */
export function answerFor(action: ActionRecord | undefined, done: () => Block[]): Block[] {
  switch (action?.state) {
    case 'done':
      return done();
    case 'simulated':
      return [{ line: ['Dry run: nothing was changed. I would have done it.'] }];
    case 'refused':
      return [{ line: [`Not done: ${visible(action.lastError ?? 'the interlock refused it')}`] }];
    case 'failed':
    case 'cancelled':
      return [{ line: [`It failed: ${visible(action.lastError ?? 'no reason given')}`] }];
    default:
      return [
        {
          line: [
            `The homeserver has not taken it yet${action?.lastError == null ? '' : ` (${visible(action.lastError)})`}. It is written down and tried again.`,
          ],
        },
      ];
  }
}

/** What came of an action, as its handler said: `banned`, `held`, … */
export function effectOf(action: ActionRecord | undefined): string {
  const effect = (action?.result as { effect?: unknown } | null | undefined)?.effect;
  return typeof effect === 'string' ? effect : '';
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
