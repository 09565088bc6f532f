import { describe, expect, it } from '@jest/globals';
import { caseNotice } from '../../src/notify/notice.js';
import type { CaseView } from '../../src/cases/view.js';
import { messageContent } from '../../src/matrix/message.js';
import type { ActionSummary } from '../../src/store/records/actions.js';

const subject = '@ѕerver:b.test:8448';
function view(over: Partial<CaseView> = {}): CaseView {
  return {
    case: {
      id: 3,
      subjectKind: 'user',
      subject,
      state: 'open',
      verdict: 'certain',
      score: 9,
      protected: '@server:a.test',
      openedAt: 0,
      updatedAt: 0,
      closedAt: null,
      noticeEventId: null,
      sightings: 0,
      reports: 0,
      round: 1,
      dismissedVerdict: null,
      announcedAt: null,
      raidId: null,
      againEventId: null,
    },
    strongest: {
      sighting: { userId: subject, displayName: '<b>Off\u202eicial</b>' },
      verdict: {
        verdict: 'certain',
        score: 9,
        protected: '@server:a.test',
        evidence: [1, 2, 3, 4].map((weight) => ({
          field: 'display_name' as const,
          protected: '@server:a.test',
          disguise: 'homoglyph' as const,
          view: 'skeleton',
          weight,
          sentence: `Reason ${weight}.`,
        })),
      },
      where: { source: 'member', roomId: '!r:a.test', eventId: '$e', at: 0 },
    },
    reports: [],
    offences: [],
    findings: 1,
    actions: [],
    done: [],
    ...over,
  };
}
const identities = [
  {
    user_id: '@server:a.test',
    display_names: ['Server (Official)'],
    avatars: [],
    domains: [],
    rooms: [],
    variants: [],
  },
];
let ids = 0;
const ended = (kind: string, state: ActionSummary['state'], more: Partial<ActionSummary> = {}): ActionSummary => ({
  kind,
  state,
  count: 1,
  lastId: (ids += 1),
  lastError: null,
  ...more,
});

describe('a case notice', () => {
  it('holds the full id verbatim, whom it imitates, at most three reasons, and how to undo it', () => {
    const body = String(messageContent(caseNotice(view(), identities)).body);
    expect(body).toContain(subject);
    expect(body).toContain('@server:a.test');
    expect(body).toContain('Reason 4. Reason 3. Reason 2.');
    expect(body).not.toContain('Reason 1.');
    expect(body).toContain('!heimdall dismiss 3');
  });

  it('shows disguises and cannot be reordered or marked up by a name', () => {
    const content = messageContent(caseNotice(view(), identities));
    expect(content.body).not.toContain('\u202e');
    expect(content.body).toContain('U+202E');
    expect(content.formatted_body).not.toContain('<b>Off');
    expect(content['m.mentions']).toEqual({});
  });

  it.each([9_007_199_254_740_991, -9_007_199_254_740_991, 8.64e15 + 1, NaN, Infinity])(
    'is written whatever time the event claims: %p',
    (at) => {
      const where = { source: 'member' as const, roomId: '!r:a.test', eventId: '$e', at };
      const body = String(
        messageContent(caseNotice(view({ strongest: { ...view().strongest!, where } }), identities)).body,
      );
      expect(body).toContain('time unknown');
    },
  );

  it.each([
    '@b* --force x:evil.test',
    '@b --yes:evil.test',
    '@a\u00a0b:evil.test',
    '@x\n!heimdall ban @y:z',
    '@*:evil.test',
  ])('offers no command that its subject has a word in: %p', (odd) => {
    const { case: record, ...more } = view();
    const content = messageContent(caseNotice({ ...more, case: { ...record, subject: odd } }, identities));
    const commands = String(content.body).match(/!heimdall [a-z]+ [^`.\n]*/g) ?? [];
    expect(commands.filter((offered) => !/^!heimdall (?:ban case|dismiss|case) 3$/.test(offered.trim()))).toEqual(
      odd.includes('!heimdall') ? [expect.stringContaining('ban @y')] : [],
    );
  });

  it('is written of an event whose ids hold a lone surrogate', () => {
    const where = { source: 'member' as const, roomId: '!r\ud800:a.test', eventId: '$e\udfff', at: 0 };
    const report = { reporter: '@u:a.test', reason: '', roomId: '!r:a.test', eventId: '$\ud800', at: 0 };
    const body = JSON.stringify(
      messageContent(
        caseNotice(
          view({ strongest: { ...view().strongest!, where }, reports: [report] as unknown as CaseView['reports'] }),
          identities,
        ),
      ),
    );
    expect(body).toContain('https://matrix.to/#/!r%EF%BF%BD%3Aa.test/%24e%EF%BF%BD');
    expect(body).toContain('/%24%EF%BF%BD');
  });

  it.each([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 253_402_300_800_000])(
    'is written of an event of the impossible time %d',
    (at) => {
      const strongest = { ...view().strongest!, where: { ...view().strongest!.where, at } };
      expect(String(messageContent(caseNotice(view({ strongest }), identities)).body)).toContain(
        'joined a room, time unknown',
      );
    },
  );

  it('tells the disguise in one short line, and only that of a name that is still protected', () => {
    const evidence = [
      {
        field: 'localpart' as const,
        view: 'fold' as const,
        protected: '@server:a.test',
        disguise: 'homoglyph' as const,
        weight: 3,
        sentence: 'x',
      },
    ];
    const told = (userId: string, protectedId = '@server:a.test') => {
      const strongest = {
        ...view().strongest!,
        sighting: { userId },
        verdict: { verdict: 'likely' as const, score: 4, protected: protectedId, evidence },
      };
      const lines = String(messageContent(caseNotice(view({ strongest }), identities)).body)
        .split('\n')
        .filter((line) => line.startsWith('Disguise'));
      return lines;
    };
    expect(told('@ѕerver:b.test')).toEqual(['Disguise: "ѕ" U+0455, looks like "s".']);
    expect(told('@s\u200berver:b.test')).toEqual(['Disguise: U+200B, cannot be seen.']);
    expect(told('@ѕеrѵ\u200b3\u202er:b.test')[0]).toMatch(/^Disguise: .*; and \d more\.$/);
    expect(told('@ѕеrѵ\u200b3\u202er:b.test')[0]!.length).toBeLessThan(200);
    expect(told('@servr:b.test')).toEqual([]);
    expect(told('@ѕerver:b.test', '@gone:a.test')).toEqual([]);
  });

  it('says what was done, counts bans, and says why something was not', () => {
    const done = [
      ended('ban', 'done', { count: 2 }),
      ended('mail', 'due'),
      ended('write_rule', 'refused', { lastError: 'is a moderator' }),
    ];
    const body = String(messageContent(caseNotice(view({ done }), identities)).body);
    expect(body).toContain('banned in 2 rooms');
    expect(body).toContain('mail to the abuse desk on its way');
    expect(body).toContain('not banned (is a moderator)');
  });

  it('tells how things stand, not what was tried before', () => {
    const said = (done: ActionSummary[]) =>
      String(messageContent(caseNotice(view({ done }), identities)).body).match(/^Done: .*$/m)?.[0];
    expect(said([ended('write_rule', 'simulated'), ended('write_rule', 'done')])).toBe('Done: ban rule written.');
    expect(said([ended('write_rule', 'done'), ended('write_rule', 'refused')])).toContain(
      'ban rule written; not banned',
    );
    expect(said([ended('write_rule', 'done'), ended('remove_rule', 'done')])).toBe('Done: ban rule removed.');
    expect(said([ended('remove_rule', 'done'), ended('write_rule', 'done')])).toBe('Done: ban rule written.');
    expect(said([ended('mute', 'done'), ended('unmute', 'done')])).toBe('Done: mute ended.');
    expect(said([ended('unmute', 'done'), ended('mute', 'done')])).toBe('Done: muted.');
    expect(said([ended('mail', 'refused', { lastError: 'is Heimdall itself.' })])).toContain(
      'abuse desk not notified (is Heimdall itself)',
    );
  });

  it('of a case that opened again says so', () => {
    const again = { ...view().case, round: 2 };
    const body = String(messageContent(caseNotice(view({ case: again }), identities)).body);
    expect(body).toMatch(/^Case 3, open again: certainly an impostor/);
    expect(body).toContain(subject);
  });

  it("holds a report's reason", () => {
    const body = String(
      messageContent(
        caseNotice(
          view({
            case: { ...view().case, verdict: null },
            strongest: undefined,
            reports: [{ reporter: '@r:a.test', reason: 'sells coins', source: 'client' }],
          }),
          identities,
        ),
      ).body,
    );
    expect(body).toContain('sells coins');
    expect(body).toContain('Harmless? !heimdall dismiss 3.');
    expect(body).not.toContain('impostor');
  });
});
