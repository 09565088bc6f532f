import { describe, expect, it } from '@jest/globals';
import { visible } from '../../src/detection/index.js';

describe('making a name visible', () => {
  it('writes out what reorders or hides text', () => {
    expect(visible('a\u202eb\u200bc\u{e0041}d\u2800\u3164')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+E0041⟩d⟨U+2800⟩⟨U+3164⟩');
  });

  it('keeps the message one line', () => {
    expect(visible('a\nb\r\tc\u2028d')).toBe('a⟨U+000A⟩b⟨U+000D⟩⟨U+0009⟩c⟨U+2028⟩d');
  });

  it('leaves honest names of any script alone', () => {
    for (const name of ['Sérver', 'Анна Каренина', '公式アカウント', 'Zoë (she/her) 🦊'])
      expect(visible(name)).toBe(name);
  });

  it('puts right-to-left names into an isolate, so that they cannot move the words around them', () => {
    expect(visible('محمد علي')).toBe('\u2068محمد علي\u2069');
  });

  it('writes out towers of combining marks and cuts what is too long', () => {
    expect(visible('e\u0301\u0302\u0303')).toBe('e\u0301\u0302⟨U+0303⟩');
    expect(visible('x'.repeat(500))).toBe(`${'x'.repeat(120)}…`);
    expect(visible('\ud800')).toBe('⟨U+D800⟩');
  });
});
