import { count, settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** How many accounts the case names; the rest are counted. */
const SHOWN = 5;

const settings = settingsWith(
  ['redact', 'redact+ban'],
  {
    max: count(10, 'How many accounts one message may name.', [
      { name: 'maxMentions' },
      { name: 'maxMentionsPerMessage' },
      { name: 'limit' },
    ]),
  },
  { trustedAliases: [{ name: 'minutesBeforeTrusting', in: 'minutes' }] },
);

export const mentionLimit = defineProtection({
  name: 'MentionLimit',
  aliases: ['MentionLimitProtection', 'MentionSpam', 'MentionFlood', 'MaxMentions'],
  about: 'A message names more than 10 accounts: in its text, by pills and links, or in `m.mentions`.',
  settings,
  asks: 'message',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  alone({ event, message }, { settings: { max } }) {
    const { mentions } = message;
    if (mentions.size <= max) return [];
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: texts.why.mentions(mentions.size, max),
        events: [{ roomId: event.room_id, eventId: event.event_id }],
        detail: { accounts: mentions.size, first: [...mentions].slice(0, SHOWN).join(', ') },
      },
    ];
  },
});
