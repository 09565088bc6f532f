import { messageContent } from '../matrix/message.js';
import type { MatrixEvent } from '../matrix/types.js';
import { tell } from '../notify/actions.js';
import type { RuleChange } from '../policy/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { Settings } from '../store/settings/types.js';
import type { Clock } from '../util/clock.js';
import { isEnabled, settingsOf } from './current.js';
import { durationWords } from './durations.js';
import {
  changeLine,
  isTold,
  policyChangeNotification,
  type PolicyChangeSettings,
  type ToldTimes,
} from './kinds/policy-change.js';
import type { Memories } from './memories.js';
import { PROTECTION_TEXTS as texts } from './texts.js';

export interface RuleChangesOptions {
  settings: { get(): Readonly<Settings> };
  botUserId: string;
  clock: Clock;
  memories: Memories;
}

/** The PolicyChangeNotification protection: announces changes that others make to lists. */
export class RuleChanges {
  /** by the event that changed them, not stored yet */
  readonly #told = new Map<string, NewAction[]>();

  constructor(private readonly options: RuleChangesOptions) {}

  /**
   * The message about an event that changed rules of a list. Repeating the call before it was stored gives the same.
   */
  of(event: MatrixEvent, changes: readonly RuleChange[]): NewAction[] {
    const { settings, botUserId, clock, memories } = this.options;
    const { event_id: eventId, room_id: roomId, sender } = event;
    const before = this.#told.get(eventId);
    if (before !== undefined) return before;
    const { name } = policyChangeNotification;
    if (changes.length === 0 || sender === botUserId || !isEnabled(settings.get(), name, roomId)) return [];
    if (settings.get().watched_lists.some((one) => one.room_id === roomId && one.options?.notify === false)) return [];
    const own = settingsOf(settings.get(), policyChangeNotification) as PolicyChangeSettings;
    const told = isTold(roomId, memories.of(name) as ToldTimes, own, clock());
    if (told === 'no') return [];
    const list = settings.get().watched_lists.find((one) => one.room_id === roomId)?.shortcode ?? roomId;
    const content = messageContent([
      ...changes.map((change) => ({ line: changeLine(change, list, sender) })),
      ...(told === 'last' ? [{ line: texts.ruleChange.last(own.max, durationWords(own.window)) }] : []),
    ]);
    const actions = [tell.create({ content }, { key: `protection:${name}:${eventId}` })];
    this.#told.set(eventId, actions);
    return actions;
  }

  /** They have been stored. */
  written(): void {
    this.#told.clear();
  }
}
