import { parseMember } from '../../matrix/events.js';
import { settingsWith } from '../settings.js';
import { defineProtection, NO_MEMORY } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** Maximum length of a ban's reason in the case. */
const REASON_SHOWN = 200;

/** The previous membership, from the event's `unsigned`. */
function membershipBefore(unsigned: Readonly<Record<string, unknown>> | undefined): unknown {
  const before = unsigned?.prev_content;
  return typeof before === 'object' && before !== null ? (before as { membership?: unknown }).membership : undefined;
}

export const banPropagation = defineProtection({
  name: 'BanPropagation',
  aliases: ['BanPropagationProtection', 'PropagateRoomBan'],
  about:
    'A moderator bans a person in one protected room, with their own client: Heimdall offers to ban them in all ' +
    'rooms, by a rule. A moderator lifts a ban that a rule still requires: Heimdall offers to remove the rule too.',
  settings: settingsWith(['notify'], {}),
  asks: 'moderation',
  harm: 'm.other',
  exempts: false,
  memory: () => NO_MEMORY,
  judge({ event }, _memory, { isRuledOut }) {
    const { state_key: who, sender, room_id: roomId, content, unsigned } = event;
    const membership = parseMember(content)?.membership;
    if (who === undefined || membership === undefined) return [];
    const before = membershipBefore(unsigned);
    const isBan = membership === 'ban' && before !== 'ban';
    const isUnban = membership === 'leave' && before === 'ban';
    // no offer is needed for what the lists contain already
    if (!(isBan || isUnban) || isRuledOut(who) === isBan) return [];
    const reason = typeof content.reason === 'string' ? content.reason.trim().slice(0, REASON_SHOWN) : '';
    return [
      {
        subject: { kind: 'user', id: who },
        why: isBan ? texts.why.bannedInOneRoom : texts.why.unbannedInOneRoom,
        events: [],
        offer: isBan ? 'ban' : 'unban',
        detail: { by: sender, room: roomId, ...(reason === '' ? {} : { reason }) },
      },
    ];
  },
});
