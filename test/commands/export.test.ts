import { describe, expect, it } from '@jest/globals';
import { MatrixError } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import type { CaseRecord } from '../../src/store/records/cases.js';
import { LIST, policyOf } from '../enforcement/fixtures.js';
import { askedOf, MANAGEMENT } from './services.js';

const record = (id: number, over: Partial<CaseRecord> = {}): Partial<CaseRecord> => ({
  id,
  subjectKind: 'user',
  subject: `@imp${id}:evil.example`,
  state: 'open',
  verdict: 'likely',
  score: 5,
  protected: '@support:example.org',
  openedAt: 0,
  updatedAt: 1000,
  closedAt: null,
  noticeEventId: '$notice',
  ...over,
});

function exporting(
  cases: Partial<CaseRecord>[],
  { refuse, policy = policyOf() }: { refuse?: MatrixError; policy?: ReturnType<typeof policyOf> } = {},
) {
  const asked = askedOf({ policy });
  const files: { text: string; name: string; type: string }[] = [];
  const audit: { actor: string; what: string; data: unknown }[] = [];
  Object.assign(asked.services.homeserver, {
    uploadText: (text: string, file: { name: string; type: string }) => {
      if (refuse !== undefined) return Promise.reject(refuse);
      files.push({ text, ...file });
      return Promise.resolve('mxc://example.org/file');
    },
  });
  Object.assign(asked.services.ledger, {
    cases: ({ states = [], limit = 0 }: { states?: string[]; limit?: number }) =>
      Promise.resolve(cases.filter(({ state }) => states.includes(state ?? '')).slice(0, limit)),
    commit: (work: (tx: unknown) => Promise<void>) =>
      work({ audit: (entry: (typeof audit)[number]) => Promise.resolve(void audit.push(entry)) }),
  });
  const lines = () => (files[0]?.text ?? '').split('\n').filter((line) => line !== '');
  return { ...asked, files, audit, lines };
}

describe('export', () => {
  it('sends the cases as a file into the room that asked, and notes who took them', async () => {
    const { say, files, lines, actions, audit } = exporting([record(1), record(2, { state: 'dismissed' })]);
    expect(await say('export cases')).toMatch(/^2 cases: heimdall-cases-\d{4}-\d\d-\d\d\.ndjson\./);
    expect(lines().map((line) => (JSON.parse(line) as { case: number }).case)).toEqual([1, 2]);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      subject: '@imp1:evil.example',
      imitates: '@support:example.org',
      updated_at: '1970-01-01T00:00:01.000Z',
    });
    expect(files[0]?.text).not.toContain('$notice');
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({
      kind: 'message',
      payload: {
        roomId: MANAGEMENT,
        content: {
          msgtype: 'm.file',
          url: 'mxc://example.org/file',
          info: { size: Buffer.byteLength(files[0]?.text ?? '') },
          'm.mentions': {},
        },
      },
    });
    expect(audit).toEqual([
      expect.objectContaining({ what: 'command.export', actor: '@mod:mods.example', data: expect.anything() }),
    ]);
  });

  it.each(['export cases dismissed', 'export dismissed'])('takes out those of one state: %s', async (words) => {
    const { say, lines } = exporting([record(1), record(2, { state: 'dismissed' })]);
    await say(words);
    expect(lines()).toHaveLength(1);
  });

  it.each(['export rules', 'export Spam', 'export rules spam'])(
    'takes out rules that are read back as they were: %s',
    async (words) => {
      const { say, lines } = exporting([], {
        policy: policyOf({ entity: '@bad*:evil.example', reason: 'a "b"\n\u202ec' }),
      });
      expect(await say(words)).toContain('heimdall policy match --rules');
      expect(lines()).toHaveLength(1);
      expect(lines()[0]).not.toMatch(/\u202e/);
      const again = createPolicy();
      for (const line of lines()) again.apply(JSON.parse(line) as Parameters<typeof again.apply>[0]);
      expect([...again.rules()]).toEqual([
        ...policyOf({ entity: '@bad*:evil.example', reason: 'a "b"\n\u202ec' }).rules(),
      ]);
      expect([...again.rules()][0]?.roomId).toBe(LIST);
    },
  );

  it('follows as text where the homeserver refuses the file, up to a limit that it names', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => record(index + 1));
    const { say, actions, audit } = exporting(many, { refuse: new MatrixError(403, 'M_FORBIDDEN', 'no uploads') });
    const answer = await say('export cases');
    expect(answer).toContain('The homeserver did not take the file (no uploads)');
    expect(answer).toContain('@imp1:evil.example');
    expect(answer).toMatch(/\d+ lines left out/);
    expect(Buffer.byteLength(answer)).toBeLessThan(110_000);
    expect(actions).toEqual([]);
    expect(audit).toHaveLength(1);
  });

  it('is tried again when the homeserver only failed', async () => {
    const { say, audit } = exporting([record(1)], { refuse: new MatrixError(502, 'M_UNKNOWN', 'later') });
    await expect(say('export cases')).rejects.toThrow('later');
    expect(audit).toEqual([]);
  });

  it('uploads nothing where there is nothing, or where it was not understood', async () => {
    const { say, files, audit } = exporting([]);
    expect(await say('export cases')).toContain('no such cases');
    for (const words of ['export', 'export rules open', 'export cases Spam', 'export cases nonsense'])
      await expect(say(words)).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    expect(files).toEqual([]);
    expect(audit).toEqual([]);
  });
});
