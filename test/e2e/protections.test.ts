import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { openLedger } from '../../src/store/index.js';
import { Details } from './support/protection-details.js';
import { Play } from './support/protection-play.js';
import type { Scene } from './support/protection-scene.js';
import type { Effect } from './support/protection-trial.js';
import { PROTECTION_TRIALS } from './support/protection-trials.js';

/** What `undo case` answers, by what was done. */
const UNDONE: Record<Exclude<Effect, 'message'>, RegExp> = {
  ban: /^Undone for Case \d+: 1 rule removed.*redacted messages.*counts as the first again/,
  offer: /^Undone for Case \d+: \d+ rules? removed.*counts as the first again/,
  lockdown: /^Undone for Case \d+: 1 action taken back.*counts as the first again/,
  redact: /^There was nothing to undo.*cannot be taken back: redacted messages\..*counts as the first again/,
  kick: /^There was nothing to undo.*cannot be taken back: (?:redacted messages, )?kicks\..*counts as the first again/,
  notify: /^There was nothing to undo/,
};

/**
 * All protections, each in a room of its own, on two real homeservers: from `enable` to what is seen on the homeserver,
 * with a kill in the middle of each offence; first in a dry run, then live. Then what is special to some of them.
 */
describe('protections, on real homeservers', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.build('protections', PROTECTION_TRIALS);
  }, 180_000);
  afterAll(() => play?.stage.end(), 60_000);

  const nameOf = ({ trial }: Scene) => trial.name;
  /** Asks about all scenes at once, so that a failure names each that it is true of. */
  const those = async (scenes: readonly Scene[], isTrue: (scene: Scene) => Promise<boolean>): Promise<string[]> =>
    (await Promise.all(scenes.map(async (scene) => ((await isTrue(scene)) ? [nameOf(scene)] : [])))).flat();
  const isOfHistory = ({ trial }: Scene) => {
    const protection = PROTECTIONS.find(({ name }) => name === trial.name);
    return protection?.asks !== 'elsewhere' && protection?.judgesArrival !== true;
  };

  it('each is switched on in its room, and in a dry run does nothing but tell, also over a kill', async () => {
    const on = await play.enable();
    for (const [at, { trial }] of play.scenes.entries()) expect(on[at]).toContain(`${trial.name} is on`);
    await play.gather();
    expect(await play.say('go dry')).toContain('nothing is changed');
    await play.begin();
    await play.killInTheMiddle();
    await play.found();
    const told = await play.cases();
    for (const { trial, number } of play.withCase()) {
      expect(told.get(number)).toContain(`${trial.name}: `);
      if (trial.effect !== 'notify' && trial.effect !== 'offer') expect(told.get(number)).toContain('(dry run)');
    }
    const simulated = await play.sayAll(
      play.scenes.map(({ trial, room }) => `protections simulate ${trial.name} ${room} 1h`),
    );
    for (const [at, scene] of play.scenes.entries())
      expect(simulated[at]).toContain(
        isOfHistory(scene) ? scene.subject : `a room's history says nothing about it. Nothing was done.`,
      );
    expect(await those(play.scenes, (scene) => scene.isTouched())).toEqual([]);
    const { botUserId } = play.stage;
    expect((await play.stage.rules()).filter(({ sender }) => sender === botUserId)).toEqual([]);
  }, 300_000);

  it('each acts over a kill in its middle, leaves others alone, is undone, and then begins anew', async () => {
    expect(await play.say('go live --yes')).toContain('live');
    await play.gather();
    await play.begin();
    await play.killInTheMiddle();
    await play.found();
    await play.each((scene) => scene.acted());
    expect(await those(play.scenes, (scene) => scene.isUnfair())).toEqual([]);
    const offers = play.scenes.filter(({ trial }) => trial.effect === 'offer');
    await play.sayAll(offers.map(({ trial, number }) => `${trial.offer?.(number)} --yes`));
    await play.each((scene) => scene.isBanned('ban'), offers);

    const scenes = play.withCase();
    const undone = await play.sayAll(scenes.map(({ number }) => `undo case ${number}`));
    for (const [at, { trial }] of scenes.entries())
      expect([trial.name, undone[at]]).toEqual([trial.name, expect.stringMatching(UNDONE[trial.effect as never])]);
    await play.each((scene) => scene.freed(), scenes);

    // with another first step: the last of the default ladder would show that their count stands
    const again = scenes.filter(({ trial }) => trial.effect !== 'notify');
    const first = ({ trial }: Scene) => (trial.effect === 'lockdown' ? 'notify' : 'warn');
    const last = ({ trial }: Scene) => (trial.effect === 'lockdown' ? 'lockdown' : 'ban');
    await play.sayAll(again.map((scene) => `config set ${nameOf(scene)}.response [${first(scene)}, ${last(scene)}]`));
    await play.each(async (scene) => {
      await scene.comeBack();
      await scene.act(scene.trial.again ?? scene.trial.acts);
      await scene.warned();
    }, again);
    await waitFor(
      async () => {
        const now = await play.cases();
        return again.every((scene) => now.get(scene.number)?.includes(`Offence 1; response: ${first(scene)}`));
      },
      { what: 'a first offence of each', everyMs: 500 },
    );
    expect(await those(again, (scene) => scene.isHit())).toEqual([]);
    await play.sayAll(again.map((scene) => `config reset ${nameOf(scene)}.response`));
  }, 300_000);

  it('FederationLag tells on request and by a metric which homeservers are late', async () => {
    const { heimdall, remote } = play.stage;
    expect(await play.say('status federation')).toContain(remote.serverName);
    const metrics = await (await fetch(`${heimdall.url}/metrics`)).text();
    const lag = new RegExp(`heimdall_federation_lag_seconds\\{server="${remote.serverName}"\\} (\\d+)`);
    expect(Number(lag.exec(metrics)?.[1])).toBeGreaterThan(60);
  });

  it('moderators hear on Mondays which homeservers made work', async () => {
    const { heimdall, dir, remote } = play.stage;
    await heimdall.stop();
    // as if the last message had been long ago
    const ledger = await openLedger({ dataDir: path.join(dir, 'heimdall', 'data') });
    await ledger.commit((tx) => tx.setMeta('weekly_servers', '1'));
    await ledger.close();
    await heimdall.start();
    const { content } = await play.heard(/Last week: homeservers whose accounts made work/);
    expect(content.body).toContain(`${remote.serverName} – 1 case, anybody can register there`);
  }, 60_000);

  it('PolicyChangeNotification tells of a rule that is redacted, and its message has nothing to undo', async () => {
    const { moderator, managementRoom } = play.stage;
    const list = play.scenes.find(({ trial }) => trial.everywhere)?.notes.get('list') ?? '';
    const content = { entity: '@third:far.test', recommendation: 'm.ban', reason: 'spam' };
    const rule = await moderator.sendState(list, 'm.policy.rule.user', 'third', content);
    await play.heard(/added a rule to .*@third:far\.test/);
    await moderator.redact(list, rule);
    const message = await play.heard(/removed a rule from .*@third:far\.test/);
    const more = { 'm.relates_to': { 'm.in_reply_to': { event_id: message.event_id } } };
    const asked = await moderator.sendMessage(managementRoom, '!heimdall undo', more);
    expect((await play.answerTo(asked)).content.body).toMatch(/nothing/i);
  }, 60_000);

  it('WordList sees a disguised word in an edit and in a name, and leaves moderators alone', async () => {
    const { say, lobby, newcomer } = new Details(play);
    expect(await say(`enable wordlist ${lobby.room}`)).toContain('WordList is on');
    const [editor, named] = [await newcomer(), await newcomer()];
    const original = await editor.sendMessage(lobby.room, 'hello');
    const edit = await editor.sendMessage(lobby.room, '* fun', {
      'm.new_content': { msgtype: 'm.text', body: 'FREE  BTC' },
      'm.relates_to': { rel_type: 'm.replace', event_id: original },
    });
    await named.setDisplayName('ＦＲＥＥ btc');
    const remark = await play.stage.moderator.sendMessage(lobby.room, 'no free btc here, please');
    for (const person of [editor, named])
      await play.stage.moderator.waitForMembership(lobby.room, person.userId, 'ban');
    await lobby.redacted(edit);
    await say(`disable WordList ${lobby.room}`);
    expect(await lobby.isRedacted(remark)).toBe(false);
  }, 90_000);

  it('JoinWaveShortCircuit opens the room by "lockdown end", and by itself', async () => {
    const { say, lobby, newcomer } = new Details(play);
    await say('config set JoinWaveShortCircuit.maxPer 3');
    await say('config set JoinWaveShortCircuit.lockdown_for 1h');
    await say(`enable joinwaveshortcircuit ${lobby.room}`);
    for (let i = 0; i < 4; i++) await newcomer();
    await waitFor(async () => (await lobby.joinRule()) === 'invite', { what: 'the room to be invite only' });
    const late = await play.somebody();
    await expect(late.join(lobby.room)).rejects.toThrow();
    expect(await say(`lockdown end ${play.stage.lobbyAlias}`)).toContain('has ended');
    expect(await lobby.joinRule()).toBe('public');
    await late.join(lobby.room);
    await say('config set JoinWaveShortCircuit.lockdown_for 3s');
    for (let i = 0; i < 4; i++) await newcomer().catch(() => undefined);
    await waitFor(async () => (await lobby.joinRule()) === 'invite', { what: 'the second lockdown' });
    await waitFor(async () => (await lobby.joinRule()) === 'public', { what: 'its end' });
    await say(`disable JoinWaveShortCircuit ${lobby.room}`);
  }, 90_000);

  it('climbs the ladder: a warning, a mute with an end, a kick, a ban', async () => {
    const { say, lobby, newcomer } = new Details(play);
    const { moderator, botUserId } = play.stage;
    await say('config set MessageIsMedia.response [redact+warn, mute, kick, ban]');
    await say('config set MessageIsMedia.mute_for 3s');
    await say(`enable MessageIsMedia ${play.stage.lobbyAlias}`);
    const person = await newcomer();
    const show = () =>
      person.sendEvent(lobby.room, 'm.room.message', { msgtype: 'm.file', body: 'x', url: 'mxc://a.test/x' });
    await lobby.redacted(await show());
    const warning = await moderator.waitForEvent(
      lobby.room,
      (event) => event.sender === botUserId && String(event.content.body).includes(person.userId),
    );
    expect(String(warning.content.body)).toContain('muted');
    await show();
    await waitFor(async () => (await lobby.levelOf(person.userId)) === -1, { what: 'the mute' });
    await expect(person.sendMessage(lobby.room, 'hm')).rejects.toThrow();
    await waitFor(async () => (await lobby.levelOf(person.userId)) === undefined, { what: 'the end of the mute' });
    await show();
    await moderator.waitForMembership(lobby.room, person.userId, 'leave');
    await person.join(lobby.room);
    await show();
    await moderator.waitForMembership(lobby.room, person.userId, 'ban');
    await say(`disable MessageIsMedia ${lobby.room}`);
  }, 90_000);

  it('undo takes back a mute', async () => {
    const { say, lobby, newcomer } = new Details(play);
    await say('config set MessageIsMedia.response [mute, ban]');
    await say('config set MessageIsMedia.mute_for 1h');
    await say(`enable MessageIsMedia ${lobby.room}`);
    const person = await newcomer();
    const show = () =>
      person.sendEvent(lobby.room, 'm.room.message', { msgtype: 'm.file', body: 'x', url: 'mxc://a.test/x' });
    await show();
    await waitFor(async () => (await lobby.levelOf(person.userId)) === -1, { what: 'the mute' });
    expect(await say(`undo case ${person.userId}`)).toContain('1 action taken back');
    await waitFor(async () => (await lobby.levelOf(person.userId)) === undefined, { what: 'the end of the mute' });
    await show();
    await waitFor(async () => (await lobby.levelOf(person.userId)) === -1, { what: 'the second mute' });
    expect(await lobby.membership(person)).toBe('join');
    await say(`disable MessageIsMedia ${lobby.room}`);
  }, 90_000);

  it('one that is on in a space is on in its rooms, until it is off there', async () => {
    const { say } = new Details(play);
    const [scene] = play.scenes.filter(({ trial }) => trial.name === 'BasicFlooding');
    const person = await play.somebody();
    await scene!.enter(person);
    const signs = async () => person.sendMessage(scene!.room, 'try evil.example');
    expect(await say(`enable LinkFilter ${play.space}`)).toContain('LinkFilter is on');
    const sign = await signs();
    await waitFor(() => scene!.isRedacted(sign), { what: 'the link to be redacted' });
    await say(`disable LinkFilter ${play.space}`);
    const later = await signs();
    await say('version');
    await sleep(1000);
    expect(await scene!.isRedacted(later)).toBe(false);
  }, 60_000);

  it('a preset sets up a room, the next one changes that, and none takes it back', async () => {
    const { say, lobby, newcomer } = new Details(play);
    const { lobbyAlias } = play.stage;
    const link = 'how do I do https://good.example/ ?';
    const broken = { msgtype: 'm.text', body: 'x', info: 'big' };
    expect(await say(`protections preset announcements ${lobbyAlias}`)).toContain('FirstMessageIsLink');
    await lobby.redacted(await (await newcomer()).sendMessage(lobby.room, link));
    expect(await say(`protections preset support ${lobbyAlias}`)).toContain('FirstMessageIsLink');
    const asker = await newcomer();
    const help = await asker.sendMessage(lobby.room, link);
    await lobby.redacted(await asker.sendEvent(lobby.room, 'm.room.message', broken));
    expect(await lobby.isRedacted(help)).toBe(false);
    expect(await say(`protections preset none ${lobbyAlias}`)).toContain(lobby.room);
    const later = await asker.sendEvent(lobby.room, 'm.room.message', broken);
    await say('version');
    await sleep(1000);
    expect(await lobby.isRedacted(later)).toBe(false);
  }, 90_000);

  it('busy redacts the first link of somebody, small only tells of mentions and redacts what is broken', async () => {
    const { say, lobby, newcomer } = new Details(play);
    const { lobbyAlias } = play.stage;
    const [linker, namer, bystander] = [await newcomer(), await newcomer(), await newcomer()];
    expect(await say(`protections preset busy ${lobbyAlias}`)).toContain('FirstMessageIsLink');
    expect(await say('config get BasicFlooding.max')).toContain(`15 in ${lobby.room}`);
    const honest = [await bystander.sendMessage(lobby.room, 'good morning')];
    await lobby.redacted(await linker.sendMessage(lobby.room, 'see https://good.example/'));
    expect(await lobby.membership(linker)).toBe('join');
    expect(await say(`protections preset small ${lobbyAlias}`)).toContain('MentionLimit');
    expect(await say('config get BasicFlooding.max')).toContain(`40 in ${lobby.room}`);
    const user_ids = Array.from({ length: 31 }, (_, at) => `@named${at}:far.test`);
    honest.push(await bystander.sendMessage(lobby.room, 'https://good.example/ is what I meant'));
    honest.push(await namer.sendMessage(lobby.room, 'all of you', { 'm.mentions': { user_ids } }));
    await play.heard(new RegExp(namer.userId));
    const broken = { msgtype: 'm.text', body: 'x', info: 'big' };
    await lobby.redacted(await linker.sendEvent(lobby.room, 'm.room.message', broken));
    for (const id of honest) expect(await lobby.isRedacted(id)).toBe(false);
    expect(await lobby.membership(bystander)).toBe('join');
    expect(await say(`protections preset none ${lobbyAlias}`)).toContain(lobby.room);
    expect(await say('config get BasicFlooding.max')).not.toContain(`40 in ${lobby.room}`);
  }, 90_000);

  it('QuarantinedPicture forgets a picture that is released', async () => {
    const { say } = new Details(play);
    const scene = play.scenes.find(({ trial }) => trial.name === 'QuarantinedPicture')!;
    expect(await say(`unquarantine-media ${scene.notes.get('picture')}`)).toContain('How it looks is forgotten');
    const person = await play.somebody();
    await scene.enter(person);
    scene.person = person;
    scene.events = [];
    await scene.act(scene.trial.again ?? []);
    await say('version');
    await sleep(1000);
    for (const id of scene.events) expect(await scene.isRedacted(id)).toBe(false);
  }, 60_000);
});
