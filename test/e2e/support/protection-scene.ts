import type { Person, RoomEvent } from '../../../sandbox/synapse/person.js';
import { waitFor } from '../../../sandbox/wait.js';
import type { Play } from './protection-play.js';
import type { Act, Trial } from './protection-trial.js';
import type { Stage } from './stage.js';

/** A room, as its moderator sees it. */
export class Place {
  constructor(
    readonly stage: Stage,
    readonly room: string,
  ) {}

  /** The power level that a mute leaves behind. */
  async levelOf(userId: string): Promise<number | undefined> {
    return ((await this.stage.moderator.powerLevels(this.room)).users as Record<string, number> | undefined)?.[userId];
  }

  async isRedacted(eventId: string): Promise<boolean> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(this.room)}/event/${encodeURIComponent(eventId)}`;
    return (await this.stage.moderator.request<RoomEvent>('GET', path)).unsigned?.redacted_because !== undefined;
  }

  membership(person: Person): Promise<string | undefined> {
    return this.stage.moderator.membership(this.room, person.userId);
  }

  async joinRule(): Promise<unknown> {
    return (await this.stage.moderator.stateContent(this.room, 'm.room.join_rules'))?.join_rule;
  }
}

/** One protection's room, with those who act in it. */
export class Scene extends Place {
  person!: Person;
  /** behaves */
  bystander: Person | undefined;
  helpers: Person[] = [];
  /** events that the protection is about */
  events: string[] = [];
  /** events that it must leave alone */
  fair: string[] = [];
  /** of its case */
  number = '';
  /** what a trial remembers from one act to the next */
  readonly notes = new Map<string, string>();

  constructor(
    readonly play: Play,
    readonly trial: Trial,
    room: string,
  ) {
    super(play.stage, room);
  }

  /** Whom a step hits. */
  get hit(): Person[] {
    return this.trial.hits?.(this) ?? [this.person];
  }

  get subject(): string {
    return this.trial.subject?.(this) ?? this.person.userId;
  }

  /** Everybody is there and has said hello, or is about to come. */
  async gather(): Promise<void> {
    const { from, helpers = 0, joinsLater = false } = this.trial;
    this.events = [];
    this.fair = [];
    this.helpers = [];
    // nobody new where nobody may join any more, or where it makes no difference
    const { fair = [], effect } = this.trial;
    const stays = joinsLater || (fair.length <= 2 && effect !== 'lockdown');
    if (this.bystander === undefined || !stays) {
      this.bystander = await this.play.somebody();
      await this.enter(this.bystander);
    }
    this.person = from === 'late' ? await this.play.latecomer() : await this.play.somebody(from);
    for (let number = 0; number < helpers; number++) this.helpers.push(await this.play.somebody());
    if (!joinsLater) await this.enter(this.person);
  }

  enter(person: Person): Promise<string> {
    return person.join(this.room, [this.stage.home.serverName]);
  }

  /** The person is in again, unless coming is what they are about to do. */
  async comeBack(): Promise<void> {
    if (this.trial.comesBack !== undefined) return this.trial.comesBack(this);
    if (this.trial.joinsLater !== true && (await this.membership(this.person)) !== 'join')
      await this.enter(this.person);
  }

  async act(acts: readonly Act[]): Promise<void> {
    for (const one of acts) {
      const event = await one(this);
      if (typeof event === 'string') this.events.push(event);
    }
  }

  async beFair(): Promise<void> {
    for (const one of this.trial.fair ?? []) {
      const event = await one(this);
      if (typeof event === 'string') this.fair.push(event);
    }
  }

  /** Its effect is to be seen on the homeserver. */
  async acted(): Promise<void> {
    const { effect, name } = this.trial;
    if (effect === 'lockdown')
      await waitFor(async () => (await this.joinRule()) === 'invite', { what: `${name}: the room to be invite only` });
    if (effect === 'ban' || effect === 'redact')
      for (const id of this.events)
        await waitFor(() => this.isRedacted(id), { what: `${name}: ${id} to be redacted`, everyMs: 300 });
    if (effect === 'ban') await this.isBanned('ban');
    if (effect === 'kick') await this.isBanned('leave');
    if (effect === 'redact' && (await this.membership(this.person)) !== 'join') throw new Error(`${name} did too much`);
  }

  /** All whom it hits have that membership. */
  async isBanned(membership: 'ban' | 'leave'): Promise<void> {
    const room = this.trial.elsewhere?.(this) ?? this.room;
    for (const { userId } of this.hit) await this.stage.moderator.waitForMembership(room, userId, membership);
  }

  /** What was undone is no more to be seen. */
  async freed(): Promise<void> {
    const { effect } = this.trial;
    if (effect === 'lockdown')
      await waitFor(async () => (await this.joinRule()) === 'public', { what: 'the room to be open again' });
    if (effect === 'ban' || effect === 'offer') await this.isBanned('leave');
  }

  /** Somebody whom it hits is warned in the room. */
  async warned(): Promise<void> {
    const [person] = this.hit;
    if (person === undefined) return;
    await this.stage.moderator.waitForEvent(
      this.room,
      ({ sender, content }) => sender === this.stage.botUserId && String(content.body).includes(person.userId),
      { what: `${this.trial.name}: a warning` },
    );
  }

  /** Whether more was done than to warn. */
  async isHit(): Promise<boolean> {
    const room = this.trial.elsewhere?.(this) ?? this.room;
    const [person] = this.hit;
    const stands = person === undefined ? 'join' : await this.stage.moderator.membership(room, person.userId);
    return stands === 'ban' || (await this.joinRule()) !== 'public';
  }

  /** Whether anything was done on the homeserver. */
  async isTouched(): Promise<boolean> {
    for (const id of this.events) if (await this.isRedacted(id)) return true;
    for (const person of this.hit) {
      const stands = await this.membership(person);
      const asLeft = this.trial.elsewhere === undefined ? 'join' : 'ban';
      if (stands !== asLeft || (await this.levelOf(person.userId)) !== undefined) return true;
    }
    return (await this.joinRule()) !== 'public';
  }

  /** Whether those who behave suffered. */
  async isUnfair(): Promise<boolean> {
    for (const id of this.fair) if (await this.isRedacted(id)) return true;
    return this.bystander !== undefined && (await this.membership(this.bystander)) !== 'join';
  }

  /** The number of the case about its subject, which names the protection. */
  async caseNumber(): Promise<string> {
    const about = new RegExp(`(?<![\\w:.-])${this.subject.replace(/[$.*+?^|()[\]{}\\]/g, '\\$&')}(?![\\w:.-])`);
    const words = { what: `a case about ${this.subject} by ${this.trial.name}`, everyMs: 400 };
    const notice = await waitFor(
      async () => (await this.stage.headNotices()).find(({ content }) => about.test(String(content.body))),
      words,
    );
    const [, number = ''] = /Case (\d+)/.exec(String(notice.content.body)) ?? [];
    return number;
  }
}
