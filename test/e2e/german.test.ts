import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const bodyOf = (event: { content: Record<string, unknown> }) => String(event.content.body);

/** Words that only an English sentence has; what stands in back-ticks, names and numbers aside. */
const ENGLISH = /(?<![\w-])(?:the|and|is|are|not|of|with|has|nothing|case|display|name of|rule for)(?![\w-])/i;
const withoutNames = (text: string) =>
  text
    .replaceAll(OFFICIAL_NAME, '')
    .replaceAll(/\bcase \d+/g, '')
    .replace(/!heimdall [^\n.;]*|[@#!]\S+|[`„"][^`“"]*[`“"]/gu, '')
    .replace(/\b[a-z]+_[a-z_]+\b/g, '');

describe('a desk that speaks German', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'german', config: { language: 'de' } });
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  it('reads notices, answers, questions and errors in German, with the command words as they are', async () => {
    const mallory = await Person.register(stage.remote, 'mallory', { displayName: OFFICIAL_NAME });
    await mallory.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, mallory.userId, 'ban', { timeoutMs: 30_000 });
    const notice = await waitFor(
      async () => (await stage.headNotices()).find((event) => bodyOf(event).includes(mallory.userId)),
      { what: 'the notice' },
    );
    const head = bodyOf(notice);
    expect(head).toMatch(/^Fall \d+: sicher ein falsches Konto/);
    expect(head).toMatch(/Ahmt nach: .*Warum: Der Anzeigename „/s);
    expect(withoutNames(head)).not.toMatch(ENGLISH);
    const number = /^Fall (\d+)/.exec(head)?.[1] ?? '';

    const said: Record<string, string> = {};
    const give = async (words: string): Promise<string> => (said[words] = bodyOf(await stage.command(words)));
    expect(await give('!heimdall cases all')).toContain(`Fall ${number}: `);
    expect(await give(`!heimdall case ${number}`)).toMatch(
      new RegExp(`Fall ${number}: sicher .*Belege:.*Verlauf:`, 's'),
    );
    expect(await give(`!heimdall undo Fall ${number}`)).toContain(
      `Rückgängig gemacht in Fall ${number}: 1 Regel entfernt`,
    );
    await stage.moderator.waitForMembership(stage.lobby, mallory.userId, 'leave', { timeoutMs: 30_000 });
    expect(await give(`!heimdall ban fall ${number} Betrug`)).toMatch(/^Sperrregel für .* geschrieben in /);
    await mallory.join(stage.lobbyAlias).catch(() => undefined);
    await stage.moderator.waitForMembership(stage.lobby, mallory.userId, 'ban', { timeoutMs: 30_000 });
    expect(await give('!heimdall ban @spam*:b.test')).toMatch(/^Jedes Konto sperren, .*Noch ist nichts getan/s);
    await stage.command('!heimdall ja');
    await waitFor(async () => (await give('!heimdall match @spammer:b.test')).includes('@spam*:b.test'), {
      what: 'the rule that was asked about',
    });
    // it lists the commands, whose names are English
    expect(bodyOf(await stage.command('!heimdall hilfe'))).toMatch(/Fälle: .*cases.*Mehr: /s);
    expect(await give('!heimdall help ban')).toContain('Schreibt eine Sperrregel');
    expect(await give('!heimdall bann @x:b.test')).toContain('Einen Befehl „bann“ gibt es nicht. Meintest du „ban“');
    expect(await give('!heimdall ban @x:b.test --fro 7d')).toContain('Meintest du --for?');
    expect(await give('!heimdall ban example')).toContain('Nichts wurde getan');
    expect(await give('!heimdall status')).toMatch(/läuft seit .*1 geschützter Raum/s);
    expect(await give('!heimdall verify')).toContain('Ich habe die nötigen Rechte in 1 geschützten Raum.');
    expect(await give(`!heimdall dismiss ${number}`)).toContain(`Fall ${number} ist verworfen.`);
    expect(await give('!heimdall protections')).toContain('NewJoiner – Jemand tritt von einem Server auf deiner Liste');
    expect(await give('!heimdall protections show WordList')).toContain('Wörter und Wendungen. Ganze Wörter');
    expect(await give('!heimdall enable MentionLimit')).toContain('Eine Nachricht nennt mehr als 10 Konten');
    expect(await give('!heimdall config get BasicFlooding')).toContain('Wie viele Ereignisse innerhalb von `window`');
    for (const [words, answer] of Object.entries(said))
      expect(`${words}: ${withoutNames(answer)}`.slice(words.length)).not.toMatch(ENGLISH);
  }, 180_000);
});
