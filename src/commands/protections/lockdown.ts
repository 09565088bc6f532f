import { lockdown as lock, lockdownEnd } from '../../enforcement/actions.js';
import type { LockdownResult } from '../../enforcement/handlers/lockdown.js';
import { lockdownEndPayload } from '../../enforcement/payloads.js';
import type { Block } from '../../matrix/message.js';
import type { ActionRecord, NewAction } from '../../store/types.js';
import { answerFor, effectOf } from '../answers.js';
import { timeOf } from '../args/duration.js';
import { duration, room, text, type NamedRoom } from '../args/index.js';
import { usageError } from '../args/reading.js';
import { command } from '../spec.js';
import type { Invocation, Services } from '../types.js';
import { placeOf } from './parts.js';

export const lockdown = command({
  name: 'lockdown',
  group: 'Protections',
  role: 'moderator',
  summary: 'Sets a protected room to invite only: nobody joins who is not invited.',
  args: { place: room('ROOM'), reason: text('[REASON]') },
  options: { for: duration('for', 'Ends by itself after this time: 30m, 12h, 7d.') },
  examples: ['lockdown #lobby:example.org', 'lockdown #lobby:example.org raid --for 2h'],
  async run(services, { args, options, invocation }) {
    if (args.place === undefined) throw usageError('Which room?', 'Write: lockdown ROOM.');
    const roomId = placeOf(services, args.place);
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const { reason } = args;
    const payload = { roomId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
    const [action] = await services.runAndWait([lock.create(payload, { key: `command:${invocation.key}:lockdown` })]);
    return answerFor(action, () => [
      {
        line:
          effectOf(action) === 'held'
            ? [{ code: roomId }, ' was invite only already.']
            : [
                { code: roomId },
                ` is invite only now${until === undefined ? '' : `, until ${timeOf(until)}`}. As before: `,
                { code: `!heimdall lockdown end ${roomId}` },
              ],
      },
    ]);
  },
});

export const lockdownEndCommand = command({
  name: 'lockdown end',
  aliases: ['lockdown stop', 'lockdown off'],
  group: 'Protections',
  role: 'moderator',
  summary: 'Ends a lockdown: the join rules are as they were before.',
  args: { place: room('ROOM') },
  options: {},
  examples: ['lockdown end #lobby:example.org'],
  run: (services, { args, invocation }) => endLockdown(services, invocation, args.place),
});

async function endLockdown(services: Services, invocation: Invocation, named: NamedRoom | undefined): Promise<Block[]> {
  if (named === undefined) throw usageError('Of which room?', 'Write: lockdown end ROOM.');
  const roomId = placeOf(services, named);
  const done = await services.ledger.doneOfKind('lockdown', roomId);
  const latest = done.filter((action) => effectOf(action) === 'locked').at(-1);
  const end = latest === undefined ? undefined : endOf(latest, `lockdown_end:command:${invocation.key}`);
  if (end === undefined) return [{ line: [{ code: roomId }, ' was not locked down by me.'] }];
  const [ended] = await services.runAndWait([end]);
  return answerFor(ended, () => [
    {
      line:
        effectOf(ended) === 'moot'
          ? [{ code: roomId }, ' is no longer as I set it: its join rules were changed since, and stay.']
          : ['The lockdown of ', { code: roomId }, ' has ended: people join as before.'],
    },
  ]);
}

/** What ends a lockdown that was carried out; undefined when there is nothing to end. */
export function endOf(action: ActionRecord, key: string): NewAction | undefined {
  if (action.kind !== 'lockdown' || action.state !== 'done' || effectOf(action) !== 'locked') return undefined;
  const { roomId } = action.payload as { roomId?: unknown };
  const { before, event_id: eventId } = (action.result ?? {}) as Partial<LockdownResult>;
  const payload = lockdownEndPayload.safeParse({ roomId, before, eventId });
  return payload.success ? lockdownEnd.create(payload.data, { key, caseId: action.caseId }) : undefined;
}
