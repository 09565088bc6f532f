import { describe, expect, it } from '@jest/globals';
import type { Match } from '../../src/impersonation/match.js';
import type { SeenIdentity } from '../../src/impersonation/sightings.js';
import { messageContent } from '../../src/matrix/message.js';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';
import { evidenceBlocks, lookAtReported, lookAtReportedHandler, looksOf } from '../../src/reports/evidence.js';
import { incomingReport, type Report } from '../../src/reports/report.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

const report = (over: Partial<Report> = {}) =>
  incomingReport({
    reporter: '@alice:example.org',
    subjectKind: 'user',
    subject: '@mallory:evil.test',
    reason: 'odd',
    source: 'client',
    at: 1_800_000_000_000,
    ...over,
  });

const run = async (answer: unknown, payload: Record<string, unknown>, attempts = 0) => {
  const seen: SeenIdentity[] = [];
  const committed: Match[] = [];
  const homeserver = {
    request: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
  } as unknown as Pick<Homeserver, 'request'>;
  const recorder = {
    hitOf: (identity: SeenIdentity) => {
      seen.push(identity);
      return identity.sighting.displayName === 'Example Support'
        ? ({ seen: identity, verdict: { verdict: 'likely', score: 4, protected: '@server:a', evidence: [] } } as Match)
        : undefined;
    },
    commit: (decisions: readonly { hits: Match[] }[]) => {
      committed.push(...decisions.flatMap(({ hits }) => hits));
      return Promise.resolve();
    },
  };
  const handler = lookAtReportedHandler(homeserver, recorder, () => 7);
  const action = { payload: { userId: '@mallory:evil.test', at: 1, ...payload }, attempts } as unknown as ActionRecord;
  const outcome = await handler.perform(action, { mayHaveBeenSent: false });
  return { outcome, seen, committed };
};

describe('a reported account', () => {
  it('is looked at under its name in the room and under the one that it bears everywhere', async () => {
    const { committed, seen } = await run(
      { displayname: 'Mallory' },
      { roomId: '!r:a', profile: { displayName: 'Example Support', avatarUrl: null } },
    );
    expect(seen.map(({ sighting }) => sighting.displayName)).toEqual(['Example Support', 'Mallory']);
    expect(committed).toMatchObject([{ seen: { where: { source: 'report', roomId: '!r:a', at: 7 } } }]);
  });

  it('is looked at by its id alone where nobody knows a profile, and when its server stays silent', async () => {
    expect((await run(new MatrixError(404, 'M_NOT_FOUND', 'no'), {})).seen).toHaveLength(1);
    const silent = new MatrixError(0, 'HEIMDALL_E_NETWORK', 'no answer');
    await expect(run(silent, {})).rejects.toThrow('no answer');
    expect((await run(silent, {}, 2)).seen).toHaveLength(1);
  });

  it('is looked at once in ten minutes, but again when somebody saw another name', () => {
    const key = (over: Partial<Report>) => looksOf(report(over))[0]?.key;
    expect(key({ reporter: '@bob:example.org', at: 1_800_000_000_500 })).toBe(key({}));
    expect(key({ profile: { displayName: 'X', avatarUrl: null } })).not.toBe(key({}));
    expect(looksOf(report({ subjectKind: 'room', subject: '!r:a' }))).toEqual([]);
    expect(looksOf(report())[0]).toMatchObject({ kind: lookAtReported.kind });
  });
});

describe('what was reported', () => {
  const body = (over: Partial<Report>) => String(messageContent(evidenceBlocks(report(over)) ?? []).body);
  const message = (text: string) => ({ type: 'm.room.message', sender: '@mallory:evil.test', content: { body: text } });

  it('is shown with what stands around it, its tricks made visible', () => {
    const told = body({ event: message('Send \u202emoney'), context: [message('before'), { type: 'm.room.topic' }] });
    expect(told).toContain('Send ');
    expect(told).not.toContain('\u202e');
    expect(told).toContain('@mallory:evil.test: before');
  });

  it('is said to be encrypted when it is', () => {
    expect(body({ event: { type: 'm.room.encrypted', content: { ciphertext: 'abc' } } })).toContain(
      'encrypted message',
    );
  });

  it('is nothing for a report about a user or room', () => expect(evidenceBlocks(report())).toBeUndefined());
});
