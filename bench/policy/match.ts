/**
 * First match of 100k members against 100k literal user rules, 5k globs and 1k server rules.
 *
 * Rivals: the loop that walks all rules with a compiled regular expression each, and Draupnir's library (both timed on
 * fewer members and scaled up, since all would take many minutes); and a program that only parses and prints the same
 * lines: no matcher that answers NDJSON can be faster than that. The second group parses, loads, matches and prints, in
 * this process; the third is the whole command `heimdall policy match` from its start to its end, against plain Node
 * that reads the same two files and prints as many lines.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileGlob, createPolicy } from '../../src/policy/index.js';
import type { PolicyEvent } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { startProtectionSuite } from './protection-suite.js';
import { best, members, ms, userList } from './sets.js';

const MEMBERS = 100_000;
const NAIVE_MEMBERS = 20;
const SUITE_MEMBERS = 1_000;
const MAIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../bin/heimdall.mjs');
/** Reads the two files whole, parses each line, prints `none` for each entity. */
const PLAIN = `
  const { readFileSync } = require('node:fs');
  for (const line of readFileSync(process.argv[1], 'utf8').split('\\n')) if (line !== '') JSON.parse(line);
  const lines = readFileSync(process.argv[2], 'utf8').split('\\n').filter((line) => line !== '').map((line) => JSON.stringify({ entity: JSON.parse(line).entity, action: 'none', rule: null }));
  process.stdout.write(lines.join('\\n') + '\\n');
`;

export async function run(): Promise<Row[]> {
  const events = userList(100_000, 5_000, 1_000);
  const people = members(MEMBERS);
  const sizes = '100k literal + 5k globs + 1k servers x 100k members';

  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  const ours = best(3, () => {
    for (const person of people) policy.match('user', person);
  });
  const theirs = naiveLoop(events, people.slice(0, NAIVE_MEMBERS)) * (MEMBERS / NAIVE_MEMBERS);

  const rules = events.map((event) => JSON.stringify(event)).join('\n');
  const entities = people.map((entity) => JSON.stringify({ kind: 'user', entity })).join('\n');
  const whole = best(3, () => {
    answers(rules, entities, true);
  });
  const plain = best(3, () => {
    answers(rules, entities, false);
  });

  const command = wholeCommand(rules, entities);

  const entity = `${'a'.repeat(200)}b${'a'.repeat(54)}`;
  const stars = [
    `${'*a'.repeat(120)}*b?b*a`,
    `${'*?a'.repeat(80)}*b*?b*`,
    `*${'a?'.repeat(60)}b?b*`,
    `*${'?a'.repeat(30)}*${'?a'.repeat(30)}bb*`,
  ].map(compileGlob);
  const worst = Math.max(
    ...stars.map((glob) =>
      best(200, () => {
        glob.test(entity);
      }),
    ),
  );

  const suite = startProtectionSuite(events, []);
  const someone = people.slice(0, SUITE_MEMBERS);
  for (const person of someone)
    if (suite.bans(person) !== (policy.match('user', person) !== null))
      throw new Error(`the two do not agree about ${person}`);
  const theirSuite =
    best(2, () => {
      for (const person of someone) suite.bans(person);
    }) *
    (MEMBERS / SUITE_MEMBERS);

  return [
    {
      work: `first match, ${sizes}`,
      rival: 'naive loop (scaled up)',
      ours: ms(ours),
      theirs: ms(theirs),
      ratio: theirs / ours,
      target: '<= 1 s',
    },
    {
      work: `first match, ${sizes}`,
      rival: 'matrix-protection-suite 7.1.0 (scaled up)',
      ours: ms(ours),
      theirs: ms(theirSuite),
      ratio: theirSuite / ours,
      target: '> 1 x',
    },
    {
      work: `parse, load, match and print, ${sizes}`,
      rival: 'parse and print only',
      ours: ms(whole),
      theirs: ms(plain),
      ratio: plain / whole,
      target: '<= 1 s or >= 0.67 x',
    },
    {
      work: `the whole command "policy match", ${sizes}`,
      rival: 'plain Node that parses and prints',
      ours: ms(command.ours),
      theirs: ms(command.theirs),
      ratio: command.theirs / command.ours,
      target: '<= 1 s or >= 0.67 x',
    },
    {
      work: '255 characters against the slowest of four hostile globs',
      rival: '–',
      ours: ms(worst),
      theirs: '–',
      ratio: '–',
      target: '< 1 ms',
    },
  ];
}

/** All rules for each member, first hit wins: what one writes first. */
function naiveLoop(events: readonly PolicyEvent[], people: readonly string[]): number {
  const patterns = events
    .filter(({ type }) => type === 'm.policy.rule.user')
    .map(({ content }) => {
      const { entity } = content as { entity: string };
      return new RegExp(
        `^${entity
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
        'su',
      );
    });
  return best(2, () => {
    for (const person of people) patterns.find((pattern) => pattern.test(person));
  });
}

/** The same work from the start of a process to its end. */
function wholeCommand(rules: string, entities: string): { ours: number; theirs: number } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const [rulesFile, entitiesFile] = [path.join(folder, 'rules.ndjson'), path.join(folder, 'entities.ndjson')];
    writeFileSync(rulesFile, `${rules}\n`);
    writeFileSync(entitiesFile, `${entities}\n`);
    const node = (args: readonly string[]): void => {
      execFileSync(process.execPath, args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });
    };
    return {
      ours: best(3, () => {
        node([MAIN, 'policy', 'match', '--rules', rulesFile, '--entities', entitiesFile]);
      }),
      theirs: best(3, () => {
        node(['-e', PLAIN, rulesFile, entitiesFile]);
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads the rules, answers the entities; with `matching` off it answers `none` to each. */
function answers(rules: string, entities: string, matching: boolean): string {
  const policy = createPolicy();
  for (const line of rules.split('\n')) {
    const event = JSON.parse(line) as PolicyEvent;
    if (matching) policy.apply(event);
  }
  const lines: string[] = [];
  for (const line of entities.split('\n')) {
    const { entity } = JSON.parse(line) as { entity: string };
    const match = matching ? policy.match('user', entity) : null;
    lines.push(JSON.stringify({ entity, action: match?.action ?? 'none', rule: match?.rule.stateKey ?? null }));
  }
  return lines.join('\n');
}
