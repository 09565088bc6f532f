import { describe, expect, it } from '@jest/globals';
import { urlPath } from '../../src/matrix/url-path.js';
import { eventPermalink, permalink } from '../../src/matrix/permalinks.js';

describe('a link to what strangers named', () => {
  it('is made of an id that holds a lone surrogate too, which has no UTF-8 form', () => {
    expect(permalink('#a\ud800:b.test', ['b\udc00.test'])).toBe(
      'https://matrix.to/#/%23a%EF%BF%BD%3Ab.test?via=b%EF%BF%BD.test',
    );
    expect(eventPermalink('!r\udfff', '$e\ud83d')).toBe('https://matrix.to/#/!r%EF%BF%BD/%24e%EF%BF%BD');
    expect(urlPath`/rooms/${'!r\ud800'}/state`).toBe('/rooms/!r%EF%BF%BD/state');
  });

  it('leaves whole pairs as they are', () => {
    expect(permalink('#😀:b.test')).toBe('https://matrix.to/#/%23%F0%9F%98%80%3Ab.test');
  });
});
