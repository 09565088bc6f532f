import { describe, expect, it } from '@jest/globals';
import { Message } from '../../src/protections/message.js';
import { printOf, printOfText } from '../../src/protections/prints.js';
import { event } from '../support/events.js';
import { fc } from '../support/properties.js';

/** The fingerprint by way of folding: a text of two parts is never read as a plain one. */
const folded = (body: string) =>
  printOf(
    new Message(
      event({ type: 'm.room.message', content: { msgtype: 'm.text', body, 'm.location': { description: '' } } }),
    ),
    3,
  );

describe('a plain text read in one pass', () => {
  it('has the same fingerprint as one that is folded first', () => {
    const pieces = ['a', 'b', 'Ab', 'hello', 'World', '1', '12', '3d', 'x9', '!', '!!', '?', '.', ',', ' ', ' ', '\n'];
    const more = ['-', '_', "'", '"', '(', ')', ':', '/', '+', '$', '@', '|', '%', '=', '\u0001', 'é', '№', '\t'];
    const text = fc.array(fc.constantFrom(...pieces, ...pieces, ...more), { maxLength: 24 });
    fc.assert(
      fc.property(text, (list) => {
        const body = list.join('');
        expect(printOfText(body, 3)).toEqual(folded(body));
      }),
      { numRuns: 5_000 },
    );
    expect(printOfText('12 of 30 are done!', 3)).toEqual(printOfText('7 of 41 are done', 3));
  });
});
