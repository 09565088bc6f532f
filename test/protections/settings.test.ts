import { afterEach, describe, expect, it } from '@jest/globals';
import { PROTECTIONS } from '../../src/protections/table.js';
import { problemOf, readValue, settingsFor } from '../../src/protections/values.js';
import { speak } from '../../src/util/language.js';

afterEach(() => speak('en'));

/** As somebody might write them in a command. */
const WRONG = ['-1', '1000000000', 'nonsense', '!', '@@', 'co.uk', 'ban+', '0.5', 'x'.repeat(300), '#room:a.test'];

describe('what is wrong with the value of a setting', () => {
  it("is said in the desk's language, though the schemas were made before it was known", () => {
    const said = (): string[] =>
      PROTECTIONS.flatMap((protection) =>
        settingsFor(protection).flatMap((setting) =>
          WRONG.map((text) => [protection.name, setting.key, text, problemOf(setting, readValue(setting, [text]))])
            .filter(([, , , problem]) => problem !== undefined)
            .map((parts) => parts.join(' ')),
        ),
      );
    const english = said();
    speak('de');
    const german = said();
    expect(english.length).toBeGreaterThan(200);
    expect(german.length).toBe(english.length);
    expect(german.filter((line) => english.includes(line))).toEqual([]);
  });
});
