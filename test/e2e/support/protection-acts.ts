import sharp from 'sharp';
import type { Person } from '../../../sandbox/synapse/person.js';
import { officialPicture, randomFrom, randomPicture } from '../../support/pictures.js';
import type { Scene } from './protection-scene.js';
import type { Act } from './protection-trial.js';

export const FILE = { body: 'x', url: 'mxc://a.test/x' };

export const message =
  (content: Record<string, unknown>, type = 'm.room.message'): Act =>
  ({ person, room }) =>
    person.sendEvent(room, type, content);
export const says = (body: string, more: Record<string, unknown> = {}): Act =>
  message({ msgtype: 'm.text', body, ...more });
export const times = (count: number, act: (number: number) => Act): Act[] =>
  Array.from({ length: count }, (_, at) => act(at));

/** What somebody who behaves does. */
export const fairly =
  (content: Record<string, unknown>, type = 'm.room.message'): Act =>
  ({ bystander, room }) =>
    bystander!.sendEvent(room, type, content);
export const remarks = (body: string): Act => fairly({ msgtype: 'm.text', body });

export const mentions = (count: number) => ({
  'm.mentions': { user_ids: Array.from({ length: count }, (_, at) => `@nobody${at}:a.test`) },
});

/** Somebody takes a name, in this room only. */
export const renames =
  (displayname: string): Act =>
  ({ person, room }) =>
    person.sendState(room, 'm.room.member', person.userId, { membership: 'join', displayname });

export const comes: Act = (scene) => scene.enter(scene.person).then(() => undefined);
export const leaves: Act = ({ person, room }) => person.leave(room);
export const comer =
  (number: number): Act =>
  (scene) =>
    scene.enter(scene.helpers[number]!).then(() => undefined);
/** Somebody more comes in. */
export const another: Act = async (scene) => {
  const more = await scene.play.somebody();
  await scene.enter(more);
};

/** A text that all of a campaign send, each with a number of their own. */
export const pitch = (person: Person, { room, play }: Scene, number: number) =>
  person.sendMessage(
    room,
    `${play.pass} Friends, I made four thousand in one week with this coach, ask him, code ${number}`,
  );
export const promoted =
  (number: number): Act =>
  async (scene) => {
    const helper = scene.helpers[number]!;
    await scene.enter(helper);
    await pitch(helper, scene, number);
  };

/** An event that its own server says was sent ten minutes ago. */
export const late =
  (number: number): Act =>
  async ({ person, room, play }) => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/late-${play.pass}-${number}`;
    const { event_id: id } = await person.request<{ event_id: string }>('PUT', path, {
      query: { ts: Date.now() - 600_000 },
      body: { msgtype: 'm.text', body: `late ${number}` },
    });
    return id;
  };

export const arrived = async ({ events, stage, room }: Scene): Promise<boolean> =>
  (await stage.moderator.messages(room)).some((event) => event.event_id === events.at(-1));

/** A picture, as the one that was quarantined or changed a little. */
export const shows =
  (kind: 'copy' | 'sticker' | 'other'): Act =>
  async ({ person, bystander, room }) => {
    const who = kind === 'other' ? bystander! : person;
    const bad = await officialPicture();
    const [bytes, type] =
      kind === 'other'
        ? [await randomPicture(randomFrom(5), 0), 'image/png']
        : kind === 'copy'
          ? [await sharp(bad).resize(180).jpeg({ quality: 35 }).toBuffer(), 'image/jpeg']
          : [await sharp(bad).webp().toBuffer(), 'image/webp'];
    const url = await who.upload(bytes, type);
    if (kind === 'sticker') return who.sendEvent(room, 'm.sticker', { body: 'x', url, info: {} });
    return who.sendEvent(room, 'm.room.message', { msgtype: 'm.image', body: 'x', url, info: {} });
  };

export const rule =
  (key: string, content: Record<string, unknown>): Act =>
  async ({ stage, notes, play }) => {
    await stage.moderator.sendState(notes.get('list') ?? '', 'm.policy.rule.user', `${key}${play.pass}`, content);
  };
export const bans = (entity: string, reason: string) => ({ entity, recommendation: 'm.ban', reason });
