/**
 * The rival of `heimdall check`: parses NDJSON, compares with the naive pair, prints. Run: node naive-check.js
 * PROTECT.json INPUT OUTPUT
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { NaivePair } from './naive.js';

const [protect, input, output] = process.argv.slice(2) as [string, string, string];
const { protected_identities: identities } = JSON.parse(readFileSync(protect, 'utf8')) as {
  protected_identities: { user_id: string; display_names: string[] }[];
};
const pair = new NaivePair(
  identities.map(({ user_id: userId, display_names: displayNames }) => ({ userId, displayNames })),
);
const answers = readFileSync(input, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const { user_id: userId, displayname } = JSON.parse(line) as { user_id: string; displayname?: string };
    const nearest = pair.nearest(userId, displayname);
    return JSON.stringify({
      user_id: userId,
      verdict: nearest < 0 ? 'none' : 'possible',
      protected: nearest < 0 ? null : identities[nearest]!.user_id,
    });
  });
writeFileSync(output, answers.join('\n'));
