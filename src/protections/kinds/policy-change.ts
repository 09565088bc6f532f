import { visible } from '../../detection/index.js';
import type { Inline } from '../../matrix/message.js';
import type { PolicyRule, RuleChange } from '../../policy/types.js';
import { numbersOf, Rolling } from '../rolling.js';
import { count, settingsWith, windowOf, type CommonSettings } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

export interface PolicyChangeSettings extends CommonSettings {
  max: number;
  window: number;
}

/** When changes were announced, by list. */
export type ToldTimes = Rolling<number[]>;

const settings = settingsWith(['notify'], {
  max: count(20, 'How many changes of one list are told within `window`; what goes beyond is passed over.'),
  window: windowOf('10m', 'In how long a time they are counted.'),
});

export const policyChangeNotification = defineProtection({
  name: 'PolicyChangeNotification',
  aliases: ['PolicyChangeNotificationProtection', 'PolicyChange'],
  about:
    'Somebody adds, changes or removes a rule in a list that you watch: you are told who, and which. What ' +
    'Heimdall writes itself is not told. Switch it on without naming a room: it is about lists.',
  settings,
  asks: 'elsewhere',
  harm: 'm.other',
  exempts: false,
  memory: () =>
    new Rolling<number[]>({
      lifeMs: 600_000,
      most: 1_000,
      write: (times) => times,
      read: numbersOf,
    }),
});

/** Whether another change of a list is announced, and whether it is the last for now. */
export function isTold(
  list: string,
  told: ToldTimes,
  { max, window }: PolicyChangeSettings,
  now: number,
): 'no' | 'yes' | 'last' {
  told.liveFor(window);
  const times = (told.get(list) ?? []).filter((time) => time > now - window);
  if (times.length >= max) return 'no';
  told.set(list, [...times, now], now, true);
  return times.length + 1 === max ? 'last' : 'yes';
}

/** Maximum displayed length of an entity and of a reason. */
const SHOWN = 255;

/** A change as one line. All of its content is untrusted. */
export function changeLine(change: RuleChange, list: string, by: string): Inline[] {
  const rule = change.change === 'removed' ? change.previous : change.rule;
  const before = change.change === 'changed' ? texts.ruleChange.before(ruleWords(change.previous)) : [];
  return [...texts.ruleChange.line(by, texts.ruleChange[change.change], list, ruleWords(rule)), ...before];
}

function ruleWords({ action, kind, entity, sha256, reason }: PolicyRule): Inline[] {
  const named = entity === undefined ? `sha256 ${sha256 ?? ''}` : entity;
  const why = reason?.trim() ?? '';
  return [
    `${action} ${kind} `,
    { code: visible(named.slice(0, SHOWN)) },
    why === '' ? '' : ` – ${visible(why.slice(0, SHOWN))}`,
  ];
}
