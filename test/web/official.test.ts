import { describe, expect, it } from '@jest/globals';
import { userIdIn, userIdMeant } from '../../src/web/pages/official.js';

const ID = '@server:example.org';

describe('the user ID that a person meant', () => {
  it.each([
    ID,
    ` ${ID} `,
    `${ID}.`,
    `\`${ID}\`,`,
    `“${ID}”`,
    `\u2068${ID}\u2069`,
    `is ${ID} official?`,
    `${ID} wrote to me`,
    `Is it (${ID})? Or is ${ID} somebody else?`,
    `[Server](https://matrix.to/#/${ID})`,
    `[Server](https://matrix.to/#/%40server%3Aexample.org?via=example.org).`,
    `see matrix.to/#/${ID}!`,
    `matrix:u/server:example.org`,
  ])('is read out of %j', (typed) => {
    expect(userIdMeant(typed)).toBe(ID);
  });

  it.each(['', 'server', 'nobody:example.org', `${ID} or @ѕerver:example.org`, '#room:example.org', 'a @ b : c'])(
    'is not guessed from %j',
    (typed) => {
      expect(userIdMeant(typed)).toBeUndefined();
    },
  );

  it('is never the official one inside of an ID that holds blanks', () => {
    expect(userIdMeant(`@evil ${ID}`)).toBe(`@evil ${ID}`);
    expect(userIdMeant(`@server :example.org`)).toBe('@server :example.org');
  });

  it('is taken as it stands from programs, but for what frames it', () => {
    expect(userIdIn(`${ID}.`)).toBe(`${ID}.`);
    expect(userIdIn(`"${ID}",`)).toBe(ID);
    expect(userIdIn(`is ${ID} official?`)).toBeUndefined();
  });
});
