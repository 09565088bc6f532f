import { describe, expect, it } from '@jest/globals';
import { renderDisguise } from '../../src/cli/check-disguise.js';
import { explain } from '../../src/detection/index.js';
import { characterNames } from '../../src/util/character-names.js';

const MATRIX = {
  userId: '@server:matrix.org',
  displayNames: ['Matrix.org (Official Account)'],
  avatars: [],
  domains: ['matrix.org'],
  rooms: [],
  variants: [],
};

async function rendered(displayName: string): Promise<string[]> {
  const evidence = [
    {
      field: 'display_name' as const,
      protected: MATRIX.userId,
      view: 'fold' as const,
      disguise: 'other' as const,
      weight: 1,
      sentence: 'x',
    },
  ];
  return renderDisguise(
    explain(
      { userId: '@x:evil.test', displayName },
      { verdict: 'likely', score: 4, protected: MATRIX.userId, evidence },
      MATRIX,
      await characterNames(),
    ),
  ).split('\n');
}

describe('a disguise on a terminal', () => {
  it('is a sentence and a table whose columns stand below one another', async () => {
    expect(await rendered('M\u200bаtrіx.org 𝓞fficial')).toEqual([
      '',
      '    The display name "M⟨U+200B⟩аtrіx.org 𝓞fficial" has 3 look-alike characters and 1 invisible character; the closest official name is "Matrix.org (Official Account)" (14 edits away).',
      '         U+200B   cannot be seen  ZERO WIDTH SPACE',
      '      а  U+0430   looks like "a"  CYRILLIC SMALL LETTER A',
      '      і  U+0456   looks like "i"  CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I',
      '      𝓞  U+1D4DE  looks like "O"  MATHEMATICAL BOLD SCRIPT CAPITAL O',
      '',
    ]);
  });

  it('never prints what steers a terminal or turns a line around', async () => {
    const lines = await rendered('\u001b[2J\u202eMatrix.org\u2066 \u0007(Official Account)');
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(lines.join('\n')).toContain('U+202E  turns the text around');
  });
});
