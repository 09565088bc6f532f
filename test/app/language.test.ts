import { afterEach, expect, it } from '@jest/globals';
import { helpFor, COMMANDS, unknownCommand } from '../../src/commands/table.js';
import { deskLanguage, speak } from '../../src/util/language.js';
import { contextFor } from '../support/context.js';

afterEach(() => speak('en'));

it('the composition root sets the language of the desk, and the next one sets its own', async () => {
  const german = await contextFor({ config: { language: 'de' } });
  expect(deskLanguage()).toBe('de');
  expect(JSON.stringify(unknownCommand('bann'))).toContain('Einen Befehl „bann“ gibt es nicht. Meintest du „ban“');
  const ban = COMMANDS.find(({ name }) => name === 'ban')!;
  expect(JSON.stringify(helpFor(ban))).toMatch(/!heimdall ban .*Schreibt eine Sperrregel.*Endet nach dieser Zeit/);
  await german.close();
  const english = await contextFor();
  expect(deskLanguage()).toBe('en');
  expect(JSON.stringify(unknownCommand('bann'))).toContain('There is no command');
  await english.close();
});
