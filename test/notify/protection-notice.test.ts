import { afterEach, expect, it } from '@jest/globals';
import { lengthOf } from '../../src/commands/args/duration.js';
import { messageContent } from '../../src/matrix/message.js';
import { protectionLines } from '../../src/notify/protection-notice.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { speak } from '../../src/util/language.js';

afterEach(() => speak('en'));

const said = () =>
  String(
    messageContent(
      protectionLines(
        [
          {
            protection: PROTECTIONS[0]!.name,
            why: 'x',
            harm: 'm.spam',
            detail: { events: 11, joins: 2, unheard: 1 },
            offence: 1,
            response: ['redact', 'ban'],
            event: {},
          },
        ],
        1,
      ),
    ).body,
  );

it('an offence is told in the language of the desk', () => {
  expect(said()).toContain('(events 11, joins 2, unheard 1). Offence 1; response: redact and ban.');
  speak('de');
  expect(said()).toContain('(Ereignisse 11, Beitritte 2, unheard 1). Verstoß 1; Reaktion: redact und ban.');
});

it('and so is a length of time', () => {
  const times = [604_800_000, 2 * 86_400_000, 3_600_000, 90_000].map(lengthOf);
  expect(times).toEqual(['1 week', '2 days', '1 hour', '90 seconds']);
  speak('de');
  expect([604_800_000, 2 * 86_400_000, 3_600_000, 90_000].map(lengthOf)).toEqual([
    '1 Woche',
    '2 Tage',
    '1 Stunde',
    '90 Sekunden',
  ]);
});
