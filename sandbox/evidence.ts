import type { ReceivedMail } from './mailbox.js';
import type { RoomEvent } from './synapse/person.js';
import type { World } from './world.js';

/**
 * What can be seen from outside of Heimdall: in Synapse (client and admin API) and in the abuse desk's mailbox.
 * Nothing here asks Heimdall itself.
 */

/** A policy rule in force, and the room whose state holds it. */
export interface StandingRule {
  roomId: string;
  entity: string;
  recommendation: string;
  reason: string;
}

/** Rules in all rooms that the bot is in: its own list is one of them. */
export async function standingRules({ admin, botUserId }: World): Promise<StandingRule[]> {
  const rooms = await admin.joinedRoomsOf(botUserId);
  const rules = await Promise.all(
    rooms.map(async (roomId) => (await admin.policyRules(roomId)).map((event) => ({ roomId, ...ruleOf(event) }))),
  );
  return rules.flat();
}

function ruleOf({ content }: RoomEvent): Omit<StandingRule, 'roomId'> {
  return {
    entity: String(content.entity),
    recommendation: String(content.recommendation),
    reason: String(content.reason ?? ''),
  };
}

/** Member events of everybody who is banned from the lobby. */
export async function bansInLobby({ moderators, rooms }: World): Promise<RoomEvent[]> {
  return (await moderators.freya.state(rooms.lobby)).filter(
    (event) => event.type === 'm.room.member' && event.content.membership === 'ban',
  );
}

/** A report by Heimdall that Synapse keeps: of a user, or of an event of theirs. */
export interface KeptReport {
  subject: string;
  what: 'user' | 'event';
  reason: string;
}

export async function keptReports({ admin, botUserId }: World): Promise<KeptReport[]> {
  const [users, events] = await Promise.all([admin.userReports(), admin.eventReports()]);
  return [
    ...users
      .filter((report) => report.user_id === botUserId)
      .map((report) => ({ subject: report.target_user_id, what: 'user' as const, reason: report.reason })),
    ...events
      .filter((report) => report.user_id === botUserId)
      .map((report) => ({ subject: report.sender, what: 'event' as const, reason: report.reason ?? '' })),
  ];
}

/** The timeline of the management room, as a moderator sees it, oldest first. */
export async function managementTimeline({ moderators, rooms }: World): Promise<RoomEvent[]> {
  return moderators.freya.messages(rooms.management, 500);
}

/** Head notices: messages of the bot's that answer nobody and change nothing. */
export function headNotices(timeline: readonly RoomEvent[], botUserId: string): RoomEvent[] {
  return timeline.filter(
    (event) =>
      event.type === 'm.room.message' && event.sender === botUserId && event.content['m.relates_to'] === undefined,
  );
}

/** Says whether a text names this user id, and not a longer one that begins alike. */
export function names(text: string, userId: string): boolean {
  const at = text.indexOf(userId);
  return at >= 0 && !/[\w.-]/.test(text[at + userId.length] ?? '');
}

export function mailsAbout({ mailbox }: World, userId: string): ReceivedMail[] {
  return mailbox.mails.filter((mail) => names(mail.parsed.text ?? '', userId));
}
