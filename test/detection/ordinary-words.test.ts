import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { linesOf, ordinaryWords } from '../../scripts/ordinary-words.js';
import { loadRules, rulesFolder } from '../../src/config/rules.js';
import { Lexicon } from '../../src/detection/lexicon.js';

describe('the lists of ordinary words and names', () => {
  it('are what the generator makes of the npm data', () => {
    const { names, ordinary } = ordinaryWords();
    expect(readFileSync(path.join(rulesFolder(), 'names.txt'), 'utf8')).toBe(linesOf(names));
    expect(readFileSync(path.join(rulesFolder(), 'ordinary.txt'), 'utf8')).toBe(linesOf(ordinary));
  });

  it('know a word as it is honestly written, and no disguise of one', () => {
    const lexicon = Lexicon.of(loadRules());
    for (const word of ['silver', 'Silver', 'Sílver', 'hanna44', 'oliver_', 'sever', 'Müller'])
      expect([word, lexicon.isOrdinary(word)]).toEqual([word, true]);
    for (const word of ['sılver', 's1lver', 'silvеr', 'novapost', 'svchost', 'silver gold', ''])
      expect([word, lexicon.isOrdinary(word)]).toEqual([word, false]);
    expect(lexicon.isOrdinary('wallet2', 'wallet24')).toBe(false);
  });
});
