import type { Person, RoomEvent } from './person.js';

const enc = encodeURIComponent;

export interface UserReport {
  id: number;
  user_id: string;
  target_user_id: string;
  reason: string;
}

export interface EventReport {
  id: number;
  room_id: string;
  event_id: string;
  sender: string;
  user_id: string;
  reason: string | null;
}

/** What only a server admin can see and do: Synapse's admin API, for reading back what really happened. */
export class ServerAdmin {
  constructor(
    /** an account with admin rights */
    readonly person: Person,
  ) {}

  /** A room's state, also where the admin is not. */
  async roomState(roomId: string): Promise<RoomEvent[]> {
    return (await this.person.request<{ state: RoomEvent[] }>('GET', `/_synapse/admin/v1/rooms/${enc(roomId)}/state`))
      .state;
  }

  async joinedRoomsOf(userId: string): Promise<string[]> {
    return (
      await this.person.request<{ joined_rooms: string[] }>(
        'GET',
        `/_synapse/admin/v1/users/${enc(userId)}/joined_rooms`,
      )
    ).joined_rooms;
  }

  async userReports(): Promise<UserReport[]> {
    return (
      await this.person.request<{ user_reports: UserReport[] }>('GET', '/_synapse/admin/v1/user_reports', {
        query: { limit: 100, dir: 'b' },
      })
    ).user_reports;
  }

  async eventReports(): Promise<EventReport[]> {
    return (
      await this.person.request<{ event_reports: EventReport[] }>('GET', '/_synapse/admin/v1/event_reports', {
        query: { limit: 100, dir: 'b' },
      })
    ).event_reports;
  }

  /** Makes somebody a server admin, or takes the right away. */
  async setAdmin(userId: string, admin: boolean): Promise<void> {
    await this.person.request('PUT', `/_synapse/admin/v1/users/${enc(userId)}/admin`, { body: { admin } });
  }

  /**
   * Sends a message from the official (server-notices) account; its member events are the only trace of that account.
   */
  async sendServerNotice(userId: string, body: string): Promise<string> {
    const answer = await this.person.request<{ event_id: string }>('POST', '/_synapse/admin/v1/send_server_notice', {
      body: { user_id: userId, content: { msgtype: 'm.text', body } },
    });
    return answer.event_id;
  }

  /** Policy rules in force in a room: state events of a rule type with some content. */
  async policyRules(roomId: string): Promise<RoomEvent[]> {
    return (await this.roomState(roomId)).filter(
      (event) => /^m\.policy\.rule\.(user|room|server)$/.test(event.type) && Object.keys(event.content).length > 0,
    );
  }
}
