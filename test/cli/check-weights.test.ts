import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '../../src/cli/check.js';
import { explainWeights } from '../../src/cli/check-weights.js';
import { loadRules } from '../../src/config/rules.js';
import type { DetectionRules } from '../../src/detection/index.js';

const identity = {
  userId: '@help:corvenna.app',
  displayNames: ['Corvenna Helpdesk'],
  domains: ['corvenna.app'],
  avatars: [],
  rooms: [],
  variants: [],
};
// few words, so that leaving out each is quick
const packaged: DetectionRules = {
  ...loadRules(),
  roles: { strong: ['support', 'helpdesk'], weak: ['news'], filler: ['the'], disclaim: ['not'] },
};
const look = (displayName: string, rules = packaged) =>
  explainWeights({ userId: '@mia:elsewhere.example', displayName }, [identity], rules, packaged);

describe('heimdall check --explain-weights', () => {
  it('names the weights and the words that a verdict rests on, the strongest first', () => {
    const lines = look('Corvenna Support News').split('\n');
    expect(lines[1]).toContain('likely 5');
    expect(lines.slice(2).map((line) => line.trim())).toEqual([
      'brand_strong_role (4.2): possible 2',
      'the word "support" (strong): possible 2.5',
      'brand_more_roles (0.8): likely 4.2',
      'the word "news" (weak): likely 4.2',
      '',
    ]);
  });

  it('shows what a word of one’s own changed', () => {
    const own = { ...packaged, roles: { ...packaged.roles, strong: [...packaged.roles.strong, 'wizardry'] } };
    const answer = look('Corvenna Wizardry', own);
    expect(answer).toContain('the word "wizardry" (strong): none 0');
    expect(answer).toContain('With the rules that come with Heimdall, without yours: none 0');
  });

  it('says so where nothing counts', () => {
    expect(look('Anna')).toContain('No weight and no word changes it.');
  });

  it('is about one account', async () => {
    await expect(
      checkCommand().parseAsync(['--protect', 'x.yaml', '--explain-weights'], { from: 'user' }),
    ).rejects.toThrow('--explain-weights is about one account.');
  });
});
