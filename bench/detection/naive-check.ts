/** The rival of `heimdall check`: parses NDJSON, compares with the naive pair, prints. Run: node naive-check.js PROTECT.json INPUT OUTPUT */
import { readFileSync, writeFileSync } from 'node:fs';
import { NaivePair } from './naive.js';

const [protect, input, output] = process.argv.slice(2) as [string, string, string];
const { protected_identities: identities } = JSON.parse(readFileSync(protect, 'utf8')) as { protected_identities: { user_id: string }[] };
const pair = new NaivePair(identities.map(({ user_id: userId }) => userId));
const answers = readFileSync(input, 'utf8').split('\n').filter((line) => line !== '').map((line) => {
  const { user_id: userId } = JSON.parse(line) as { user_id: string };
  const nearest = pair.nearest(userId);
  return JSON.stringify({ user_id: userId, verdict: nearest < 0 ? 'none' : 'possible', protected: nearest < 0 ? null : identities[nearest]!.user_id });
});
writeFileSync(output, answers.join('\n'));
