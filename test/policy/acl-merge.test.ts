import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import {
  buildServerAcl,
  createPolicy,
  foreignServerAcl,
  mergeServerAcl,
  portless,
  sameServerAcl,
  serverAclCheck,
  type ForeignServerAcl,
  type ServerAclContent,
} from '../../src/policy/index.js';
import { ruleEvent } from './rules.js';

const RUNS = Number(process.env.HEIMDALL_TEST_RUNS ?? 1000);
const ours = (...deny: string[]): ServerAclContent => ({ allow: ['*'], deny, allow_ip_literals: false });
const theirs = (deny: string[], more: Partial<ForeignServerAcl> = {}): ForeignServerAcl => ({
  allow: ['*'],
  deny,
  allow_ip_literals: true,
  ...more,
});
const STAY = ['example.org:8448', 'mods.test'];
const merged = (foreign: ForeignServerAcl | undefined, content: ServerAclContent) =>
  mergeServerAcl(foreign, content, 'merge', STAY);

describe('an ACL that the people of a room set', () => {
  it('keeps its entries as they are written, beside ours, sorted', () => {
    expect(merged(theirs(['Z.theirs:8448', '*.b.theirs']), ours('a.evil', 'z.evil'))).toEqual({
      content: ours('*.b.theirs', 'Z.theirs:8448', 'a.evil', 'z.evil'),
      warnings: [],
      leftOut: 0,
    });
  });

  it('is left alone when that is the setting, and ours stands where there is none', () => {
    expect(mergeServerAcl(theirs(['a']), ours('b'), 'leave', STAY).content).toBeUndefined();
    expect(mergeServerAcl(undefined, ours('b'), 'leave', STAY).content).toEqual(ours('b'));
    expect(merged(undefined, ours('b')).content).toEqual(ours('b'));
  });

  it('needs no entry of ours that it covers already', () => {
    expect(
      merged(theirs(['*.EVIL', 'Bad.test']), ours('*.sub.evil', 'a.evil', 'bad.test', 'c.test')).content?.deny,
    ).toEqual(['*.EVIL', 'Bad.test', 'c.test']);
  });

  it('loses what would shut out a server that must stay, with port or without, and that is told', () => {
    for (const entry of ['example.org', 'EXAMPLE.org:8448', '*8448', 'mods.*', '*']) {
      const { content, warnings } = merged(theirs([entry, 'bad.theirs']), ours('a.evil'));
      expect(content?.deny).toEqual(['a.evil', 'bad.theirs']);
      expect(warnings).toEqual([expect.stringContaining(`"${entry}"`)]);
    }
  });

  it('stays narrow where its allow list is narrower than everybody, and lets in those who must stay', () => {
    expect(merged(theirs([], { allow: ['*.good'] }), ours('a.evil')).content?.allow).toEqual([
      '*.good',
      'example.org',
      'example.org:8448',
      'mods.test',
    ]);
    expect(merged(theirs([], { allow: [] }), ours('a.evil')).content?.allow).toEqual([
      'example.org',
      'example.org:8448',
      'mods.test',
    ]);
    expect(merged(theirs([], { allow: ['x.good', '*'] }), ours('a.evil')).content?.allow).toEqual(['*']);
  });

  it('and an allow list of ours let in only whom both let in', () => {
    const narrow = { ...ours(), allow: ['*.a.good', 'b.good', 'mine.test'] };
    expect(merged(theirs([], { allow: ['*.good', 'theirs.test'] }), narrow).content?.allow).toEqual([
      '*.a.good',
      'b.good',
      'example.org',
      'example.org:8448',
      'mods.test',
    ]);
    expect(merged(theirs([], { allow: ['*'] }), narrow).content?.allow).toEqual(narrow.allow);
  });

  it('has its own say about address literals back when we ask for nothing', () => {
    expect(merged(theirs(['a']), ours()).content?.allow_ip_literals).toBe(true);
    expect(merged(theirs(['a'], { allow_ip_literals: false }), ours()).content?.allow_ip_literals).toBe(false);
    expect(merged(theirs(['a']), ours('b')).content?.allow_ip_literals).toBe(false);
  });

  it('keeps its space when not everything fits; one that fills an event is left alone', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `theirs-${String(index).padStart(5, '0')}.test`);
    const more = Array.from({ length: 3000 }, (_, index) => `ours-${String(index).padStart(5, '0')}.test`);
    const { content, leftOut, warnings } = merged(theirs(many), ours(...more));
    expect(many.every((entry) => content?.deny.includes(entry))).toBe(true);
    expect(content?.deny).toHaveLength(6000 - leftOut);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${leftOut} entries do not fit`))]);
    const bytes = Buffer.byteLength(JSON.stringify(content));
    expect(bytes).toBeLessThanOrEqual(63_488);
    expect(bytes + 20).toBeGreaterThan(63_488);
    const full = merged(theirs(['x'.repeat(63_500)]), ours('a.evil'));
    expect([full.content, full.leftOut]).toEqual([undefined, 1]);
    expect(full.warnings).toEqual([expect.stringContaining('no space')]);
  });
});

describe('what is theirs', () => {
  it('is everything before we sent anything, whatever is in it', () => {
    expect(foreignServerAcl(undefined)).toBeUndefined();
    expect(foreignServerAcl({ allow: ['*', 7], deny: ['a', null], allow_ip_literals: 'no' })).toEqual(theirs(['a']));
    expect(foreignServerAcl({})).toEqual({ allow: [], deny: [], allow_ip_literals: true });
  });

  it('is nothing in an ACL that is all ours, and what they added when they edit it', () => {
    const last = { sent: ours('a', 'b'), foreign: undefined };
    expect(foreignServerAcl(ours('a', 'b'), last)).toBeUndefined();
    expect(foreignServerAcl(ours('a'), last)).toBeUndefined();
    expect(foreignServerAcl(ours('a', 'b', 'c'), last)).toEqual(theirs(['c']));
    expect(foreignServerAcl({ ...ours('a', 'b'), allow: ['*.good'] }, last)).toEqual(theirs([], { allow: ['*.good'] }));
  });

  it('loses what they take out themselves', () => {
    const foreign = theirs(['t1', 't2']);
    expect(foreignServerAcl(ours('a', 't1'), { sent: ours('a', 't1', 't2'), foreign })?.deny).toEqual(['t1']);
  });

  it('an allow list of theirs, to which we added who must stay, stays theirs', () => {
    const foreign = theirs([], { allow: ['*.good'] });
    const sent = merged(foreign, ours('a')).content ?? ours();
    expect(foreignServerAcl(sent, { sent, foreign })).toEqual(foreign);
    expect(foreignServerAcl({ ...sent, allow: [...sent.allow, 'new.good2'] }, { sent, foreign })?.allow).toEqual([
      '*.good',
      'new.good2',
    ]);
  });
});

const name: fc.Arbitrary<string> = fc.constantFrom(
  'a.x',
  'b.x',
  'c.y',
  '*.x',
  '*',
  'D.z',
  'example.org',
  'mods.test',
  '*.org',
  'e?.z',
  '1.2.3.4',
  'a.x:8448',
  '*8448',
);
const foreignAcl: fc.Arbitrary<ForeignServerAcl | undefined> = fc.option(
  fc.record({
    allow: fc.oneof(fc.constant<string[]>(['*']), fc.array(name, { maxLength: 3 })),
    deny: fc.uniqueArray(name, { maxLength: 5 }),
    allow_ip_literals: fc.boolean(),
  }),
  { nil: undefined },
);
const ruleSet = fc.uniqueArray(name, { maxLength: 6 });

function aclOf(entities: readonly string[]): ServerAclContent {
  const policy = createPolicy();
  for (const entity of entities) policy.apply(ruleEvent('server', entity));
  return buildServerAcl(policy.rules(), { ownServer: 'example.org:8448', mustAllow: ['mods.test'] }).content;
}

describe('whatever the room had and the rules say', () => {
  it('nobody who must stay is shut out, nothing is allowed that theirs refuses, and their entries stay', () => {
    fc.assert(
      fc.property(foreignAcl, ruleSet, (foreign, entities) => {
        const { content, warnings } = merged(foreign, aclOf(entities));
        expect(content).toBeDefined();
        if (content === undefined) return;
        const lets = serverAclCheck(content);
        for (const server of STAY) expect([lets(server), lets(portless(server))]).toEqual([true, true]);
        expect(content.allow.length).toBeGreaterThan(0);
        if (foreign === undefined || warnings.length > 0) return;
        const theyLet = serverAclCheck(foreign);
        for (const server of ['a.x', 'b.x', 'q.x', 'c.y', 'd.z', 'e1.z', 'other.test', '5.6.7.8'])
          if (!theyLet(server)) expect([server, lets(server)]).toEqual([server, false]);
      }),
      { numRuns: RUNS },
    );
  });

  it('following the rules one by one ends where starting anew with the last ones does, and with none the room has its own back', () => {
    fc.assert(
      fc.property(foreignAcl, fc.array(ruleSet, { minLength: 1, maxLength: 6 }), (foreign, history) => {
        const had = foreign === undefined ? undefined : structuredClone(foreign);
        let found = had as ServerAclContent | undefined;
        let last: Parameters<typeof foreignServerAcl>[1];
        for (const entities of [...history, []]) {
          const own = foreignServerAcl(found, last);
          const { content } = merged(own, aclOf(entities));
          expect(content).toEqual(merged(foreign, aclOf(entities)).content);
          if (content === undefined) return;
          if (found !== undefined && sameServerAcl(content, found)) continue;
          found = content;
          last = { sent: content, foreign: own };
        }
        if (foreign !== undefined && foreign.deny.every((entry) => !/[*]|example|mods/.test(entry)))
          expect([...(found?.deny ?? [])].sort()).toEqual([...foreign.deny].sort());
      }),
      { numRuns: RUNS },
    );
  });
});
