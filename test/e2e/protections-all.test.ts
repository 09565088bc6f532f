import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../sandbox/wait.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { Play, type Scene } from './support/protection-scene.js';
import { PROTECTION_TRIALS } from './support/protection-trials.js';

/** All protections, each in a room of its own, on two real homeservers, with a kill in the middle of each offence. */
describe('each protection', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.build('protections-all', PROTECTION_TRIALS);
  }, 180_000);
  afterAll(() => play?.stage.end(), 60_000);

  const withCase = () => play.scenes.filter(({ trial }) => trial.effect !== 'message');
  const textsOf = (scenes: readonly Scene[]) => play.sayAll(scenes.map(({ number }) => `case ${number}`));
  const findCases = () =>
    play.each(async (scene) => {
      scene.number = await scene.caseNumber();
    }, withCase());
  const hitBy = (scene: Scene) => scene.trial.hits?.(scene) ?? [scene.person];
  /** A list of names is easier to mend by than the first of them. */
  const failing = async (scenes: readonly Scene[], holds: (scene: Scene) => Promise<boolean>): Promise<string[]> => {
    const all = await Promise.all(scenes.map(async (scene) => ((await holds(scene)) ? [] : [scene.trial.name])));
    return all.flat();
  };

  it('is switched on in its room, and does nothing in a dry run but tell, also over a kill', async () => {
    const on = await play.enable();
    for (const [at, { trial }] of play.scenes.entries()) expect(on[at]).toContain(`${trial.name} is on`);
    await play.gather();
    expect(await play.say('go dry')).toContain('nothing is changed');
    await play.begin();
    await play.killInTheMiddle();
    await findCases();
    await play.each(async (scene) => {
      await waitFor(async () => (await play.say(`case ${scene.number}`)).includes(scene.trial.name), {
        what: 'its case to name it',
        everyMs: 500,
      });
    }, withCase());
    await told(1);
    const simulated = play.scenes.filter(
      ({ trial }) => !['elsewhere', undefined].includes(PROTECTIONS.find(({ name }) => name === trial.name)?.asks),
    );
    const answers = await play.sayAll(
      simulated.map(({ trial, room }) => `protections simulate ${trial.name} ${room} 1h`),
    );
    console.log(answers.join('\n----\n'));
    console.log((await textsOf(withCase())).join('\n----\n'));
    for (const scene of play.scenes) {
      const { trial, events, room } = scene;
      for (const id of events) expect([trial.name, await scene.isRedacted(id)]).toEqual([trial.name, false]);
      for (const person of hitBy(scene)) {
        const stands = [trial.name, await scene.membership(person), await scene.levelOf(person.userId)];
        expect(stands).toEqual([trial.name, trial.name === 'BanPropagation' ? 'ban' : 'join', undefined]);
      }
      expect([room, await scene.joinRule()]).toEqual([room, 'public']);
    }
    const { botUserId } = play.stage;
    expect((await play.stage.rules()).filter(({ sender }) => sender === botUserId)).toEqual([]);
  }, 300_000);

  it('acts over a kill in its middle, is undone, and begins anew', async () => {
    expect(await play.say('go live --yes')).toContain('live');
    await play.gather();
    await play.begin();
    await play.killInTheMiddle();
    await findCases();
    await play.each(acted);
    await told(2);
    await fairPlay();
    // BanPropagation and Campaign ask moderators
    const offers = play.scenes.filter(({ trial }) => trial.effect === 'offer');
    console.log((await play.sayAll(offers.map(({ trial, number }) => `${trial.offer?.(number)} --yes`))).join('\n'));
    await play.each(async (scene) => {
      const room = scene.trial.elsewhere?.(scene) ?? scene.room;
      for (const { userId } of hitBy(scene)) await play.stage.moderator.waitForMembership(room, userId, 'ban');
    }, offers);

    const undone = await play.sayAll(withCase().map(({ number }) => `undo case ${number}`));
    console.log(undone.join('\n'));
    await play.each(freed);

    await play.sayAll(
      withCase().map(
        ({ trial }) =>
          `config set ${trial.name}.response ${trial.effect === 'lockdown' ? '[notify, lockdown]' : '[warn, ban]'}`,
      ),
    );
    const again = withCase().filter(({ trial }) => trial.effect !== 'notice');
    await play.each(async (scene) => {
      await scene.comeBack();
      await scene.act(scene.trial.again ?? scene.trial.acts);
    }, again);
    await play.each(async (scene) => {
      const [person] = hitBy(scene);
      if (person === undefined) return;
      await play.stage.moderator.waitForEvent(
        scene.room,
        ({ sender, content }) => sender === play.stage.botUserId && String(content.body).includes(person.userId),
      );
    }, again);
    await play.say('version');
    console.log((await textsOf(withCase())).join('\n----\n'));
    expect(
      await failing(again, async (scene) => {
        const [person] = hitBy(scene);
        const stands = person === undefined ? 'join' : await scene.membership(person);
        return (await scene.joinRule()) === 'public' && (stands !== 'ban' || scene.trial.elsewhere !== undefined);
      }),
    ).toEqual([]);
  }, 300_000);

  /** What an effect looks like on the homeserver. */
  async function acted(scene: Scene): Promise<void> {
    const { trial, room, events } = scene;
    const { moderator } = play.stage;
    if (trial.effect === 'lockdown')
      await waitFor(async () => (await scene.joinRule()) === 'invite', { what: 'the room to be invite only' });
    if (trial.effect === 'ban' || trial.effect === 'redact')
      for (const id of events) await waitFor(() => scene.isRedacted(id), { what: `${id} to be redacted`, everyMs: 300 });
    if (trial.effect === 'ban') await moderator.waitForMembership(room, scene.person.userId, 'ban');
    if (trial.effect === 'kick') await moderator.waitForMembership(room, scene.person.userId, 'leave');
    if (trial.effect === 'redact') expect(await scene.membership(scene.person)).toBe('join');
  }

  async function fairPlay(): Promise<void> {
    for (const scene of play.scenes) {
      for (const id of scene.fair) expect([scene.trial.name, await scene.isRedacted(id)]).toEqual([scene.trial.name, false]);
      expect([scene.trial.name, await scene.membership(scene.bystander!)]).toEqual([scene.trial.name, 'join']);
    }
  }

  /** Nobody is banned any more by what was undone. */
  async function freed(scene: Scene): Promise<void> {
    const { trial } = scene;
    const { moderator } = play.stage;
    if (trial.effect === 'lockdown')
      await waitFor(async () => (await scene.joinRule()) === 'public', { what: 'the room to be open again' });
    if (trial.effect !== 'ban' && trial.effect !== 'offer') return;
    const room = trial.elsewhere?.(scene) ?? scene.room;
    for (const { userId } of hitBy(scene)) await moderator.waitForMembership(room, userId, 'leave');
  }

  /** What moderators are told without a case, that many times. */
  async function told(count: number): Promise<void> {
    for (const scene of play.scenes)
      for (const words of scene.trial.shown ?? [])
        await waitFor(
          async () => {
            const said = await play.stage.headNotices();
            return said.filter(({ content }) => words.test(String(content.body))).length >= count;
          },
          { what: `a message like ${String(words)}`, everyMs: 300 },
        );
  }
});
