import { MatrixRoomID } from '@the-draupnir-project/matrix-basic-types';
import * as suite from '@the-draupnir-project/matrix-protection-suite';
import type { PolicyEvent } from '../../src/policy/index.js';

/**
 * Draupnir's library (7.1.0) as Draupnir uses it: a room's state becomes changes, changes become the revision of all
 * watched lists, which is asked about a user; and a changed rule is asked which members it means.
 */
export interface ProtectionSuite {
  /** the rule that bans somebody, if any */
  bans(userId: string): boolean;
  /** applies one rule more and finds the members that it means; the next call starts from the same rules again */
  membersMeant(event: PolicyEvent): number;
}

const {
  PolicyRuleType,
  Recommendation,
  SetMembershipChangeType,
  StandardPolicyListRevision,
  StandardPolicyRoomRevision,
  StandardSetMembershipPolicyRevision,
  StandardSetMembershipRevision,
} = suite;

export function startProtectionSuite(events: readonly PolicyEvent[], members: readonly string[]): ProtectionSuite {
  const room = new MatrixRoomID('!list:example.org', []);
  const create = {
    type: 'm.room.create',
    state_key: '',
    sender: '@mod:example.org',
    event_id: '$create',
    room_id: '!list:example.org',
    origin_server_ts: 0,
    content: { room_version: '11' },
  };
  const blank = StandardPolicyRoomRevision.blankRevision(room, create as never);
  const changes = blank.changesFromState(events.map(stateEvent) as never);
  const ofRoom = blank.reviseFromChanges(changes);
  const all = StandardPolicyListRevision.blankRevision().reviseFromChanges(changes);
  const present = [...new Set(members)].map((userID) => ({
    userID,
    changeType: SetMembershipChangeType.BecamePresent,
    roomsJoined: 1,
    roomsLeft: 0,
  }));
  const everybody = StandardSetMembershipRevision.blankRevision().reviseFromChanges({
    addedRoom: '!room:example.org',
    removedRoom: undefined,
    changes: present,
  } as never);
  const matches = StandardSetMembershipPolicyRevision.blankRevision();
  const options = { type: PolicyRuleType.User, recommendation: Recommendation.Ban, searchHashedRules: false };
  return {
    bans: (userId) => all.findRuleMatchingEntity(userId, options) !== undefined,
    membersMeant: (event) => {
      const more = ofRoom.changesFromState([stateEvent(event)] as never);
      all.reviseFromChanges(more);
      return matches.changesFromPolicyChanges(more, everybody).addedMemberMatches.length;
    },
  };
}

function stateEvent(event: PolicyEvent): PolicyEvent {
  return { sender: '@mod:example.org', origin_server_ts: 0, ...event };
}
