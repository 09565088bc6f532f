import { describe, expect, it } from '@jest/globals';
import { messageContent, paginate } from '../../src/matrix/message.js';

describe('a message', () => {
  it('says the same in plain text and in escaped HTML', () => {
    const content = messageContent([
      { line: ['A ', { code: '<x>' }, ' & ', { link: 'https://m.test/?a="b"', text: 'here' }] },
    ]);
    expect(content.body).toBe('A <x> & here (https://m.test/?a="b")');
    expect(content.formatted_body).toBe(
      '<p>A <code>&lt;x&gt;</code> &amp; <a href="https://m.test/?a=&quot;b&quot;">here</a></p>',
    );
  });

  it('keeps an id with direction controls inside an isolate', () => {
    expect(messageContent([{ line: [{ code: '@a\u202eb:c' }] }]).body).toBe('\u2068@a\u202eb:c\u2069');
  });

  it('is split so that every part fits an event, and nothing is lost', () => {
    const list = Array.from({ length: 3000 }, (_, index) => [`item ${index} ${'ы'.repeat(20)}`]);
    const pages = paginate([{ heading: 'Many' }, { list }]);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(Buffer.byteLength(JSON.stringify(messageContent(page)))).toBeLessThan(60_000);
    const text = pages.map((page) => messageContent(page).body).join('\n');
    for (const index of [0, 1499, 2999]) expect(text).toContain(`item ${index} `);
  });

  it('relates to what it answers or replaces', () => {
    expect(messageContent([{ line: ['x'] }])['m.relates_to']).toBeUndefined();
    expect(messageContent([{ line: ['x'] }], { inReplyTo: '$a' })['m.relates_to']).toEqual({
      'm.in_reply_to': { event_id: '$a' },
    });
    expect(messageContent([{ line: ['x'] }], { replaces: '$a' })['m.relates_to']).toEqual({
      rel_type: 'm.replace',
      event_id: '$a',
    });
  });
});
