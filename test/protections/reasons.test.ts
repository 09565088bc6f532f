import { describe, expect, it } from '@jest/globals';
import { World } from './world.js';

const membership = (world: World, content: Record<string, unknown>) => {
  if (content.membership === 'leave') world.join('@new:a.test');
  return world.send({
    type: 'm.room.member',
    state_key: '@new:a.test',
    content,
    unsigned: { prev_content: { membership: content.membership === 'leave' ? 'join' : 'leave' } },
  });
};

describe('a listed word in the reason of a membership', () => {
  it.each(['knock', 'leave', 'join'])('is no word in the name: %s', (kind) => {
    const content = { membership: kind, displayname: 'Anna', reason: 'the casino sent me' };
    expect(membership(new World({ NameWordList: { words: ['casino'] } }), content)).toHaveLength(0);
    const [found] = membership(new World({ WordList: { words: ['casino'] } }), content);
    expect(found?.finding.why).toBe('a listed word in the reason given for coming or leaving');
  });

  it('does not hide one in the name', () => {
    const content = { membership: 'knock', displayname: 'Casino', reason: 'the casino sent me' };
    expect(membership(new World({ NameWordList: { words: ['casino'] } }), content)).toHaveLength(1);
    const [found] = membership(new World({ WordList: { words: ['casino'] } }), content);
    expect(found?.finding.why).toBe('a listed word in their name');
  });
});
