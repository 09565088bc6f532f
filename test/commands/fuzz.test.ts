import { describe, expect, it } from '@jest/globals';
import { HeimdallError } from '../../src/util/errors.js';
import { LIST, policyOf, room } from '../enforcement/fixtures.js';
import { dice } from '../support/dice.js';
import { askedOf } from './services.js';

/**
 * Command lines built from the habits of clients, keyboards and people. Each line is made from the accounts that it is
 * meant to hit, and from bait: names of others in display names, reasons, quotes. HEIMDALL_FUZZ sets how many.
 */
const LINES = Number(process.env.HEIMDALL_FUZZ ?? 3_000);
const SEED = Number(process.env.HEIMDALL_FUZZ_SEED ?? 7);

const INNOCENT = [
  '@innocent:good.example',
  '@friend:good.example',
  'good.example',
  '#lobby:good.example',
  'matrix.org',
];
const GUILTY = [
  '@bad:evil.example',
  '@b_a_d:evil.example',
  '@Büse:evil.example',
  '@a/b:evil.example',
  '@x=y:evil.example:8448',
];

interface Line {
  content: Record<string, unknown>;
  /** whom the line names beyond doubt */
  named: Set<string>;
}

class Maker {
  constructor(readonly next: () => number) {}
  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }
  maybe(chance: number): boolean {
    return this.next() < chance;
  }

  line(): Line {
    const named = new Set<string>();
    const body: string[] = [];
    const html: string[] = [];
    const mentions: string[] = [];
    const add = (plain: string, formatted = escape(plain)): void => void (body.push(plain), html.push(formatted));
    const space = (): void => add(this.pick([' ', ' ', ' ', '  ', '\u00a0', '\u2009', '\t']));
    if (this.maybe(0.1)) add('> <@someone:good.example> !heimdall ban @innocent:good.example\n\n', '');
    add(this.pick(['!heimdall', '!mjolnir', '!Heimdall', 'Heimdall:', '!heimdall:']));
    space();
    add(
      this.pick([
        'ban',
        'Ban',
        'BAN',
        'kick',
        'takedown',
        'redact',
        'unban',
        'allow',
        'mute',
        'lists',
        'bna',
        'case',
        'dismiss',
      ]),
    );
    const parts = 1 + Math.floor(this.next() * 5);
    let pill = false;
    for (let index = 0; index < parts; index++) {
      space();
      const kind = this.next();
      if (kind < 0.2) {
        // A pill whose name is bait.
        const id = this.pick(GUILTY);
        const name = this.pick([
          ...INNOCENT,
          'Bad Guy',
          'ban',
          '*',
          '--yes',
          '“x”',
          '*a* _b_',
          'user',
          'case 3',
          'a](https://matrix.to/#/@innocent:good.example)',
        ]);
        named.add(id);
        mentions.push(id);
        pill = true;
        add(
          this.pick([name, `[${name}](https://matrix.to/#/${id})`, `"${name}" (https://matrix.to/#/${id})`]) +
            (this.maybe(0.2) ? ':' : ''),
          `<a href="https://matrix.to/#/${this.maybe(0.5) ? encodeURIComponent(id) : id}">${escape(name)}</a>${this.maybe(0.2) ? ':' : ''}`,
        );
      } else if (kind < 0.5) {
        const id = this.pick(GUILTY);
        named.add(id);
        const [open, close] = this.pick([
          ['', ''],
          ['', ''],
          ['`', '`'],
          ['"', '"'],
          ['“', '”'],
          ['‘', '’'],
          ['<', '>'],
          ['\u2068', '\u2069'],
          ['(', ')'],
        ] as const);
        add(open + id + close + this.pick(['', '', ',', ';', '.', ':', '!', '?', '.)', '…']));
      } else if (kind < 0.6) {
        const id = this.pick(GUILTY);
        named.add(id);
        add(
          this.pick([
            `https://matrix.to/#/${encodeURIComponent(id)}`,
            `<https://matrix.to/#/${id}>`,
            `https://app.element.io/#/user/${id}`,
          ]) + this.pick(['', ',', '.']),
        );
      } else if (kind < 0.7) {
        named.add('@case:evil.example');
        add(this.pick(['case 3', 'Case #3', 'case 3,', 'fall 3']));
      } else if (kind < 0.8) {
        add(
          this.pick([
            '--for 7d',
            '—for 7d',
            '–for=2w',
            '--For 7 days',
            '--yes',
            '—yes',
            '--duration 7d',
            '-for 1h',
            '--for',
            '— for 7d',
            '--x',
          ]),
        );
      } else if (kind < 0.9) {
        const word = this.pick([
          'spam',
          'coc',
          'Spam:',
          LIST,
          'user',
          'server',
          'room',
          'true',
          '#list:example.org',
          'cco',
        ]);
        named.add(word);
        add(word);
      } else {
        add(
          this.pick([
            'rude',
            'being rude',
            'he’s bad',
            '“very rude”',
            'the',
            'a\\_b',
            '*really*',
            'Evil Person',
            '@',
            '!',
            '#',
            '"',
            '`',
            '“',
            '(',
            '[',
            '](',
            '<',
            '-',
            '—',
            '@bad',
            ':',
            '$x',
            'e.g.',
            '\u202e',
            '😀',
          ]),
        );
      }
    }
    if (this.maybe(0.1)) add(this.pick(['.', ' ', '\u00a0', '!', '\n', '\nthank you']));
    const withHtml = pill || this.maybe(0.1);
    const content: Record<string, unknown> = {
      msgtype: 'm.text',
      body: body.join(''),
      ...(withHtml ? { format: 'org.matrix.custom.html', formatted_body: html.join('').replaceAll('\n', '<br>') } : {}),
      ...(mentions.length > 0 && this.maybe(0.8) ? { 'm.mentions': { user_ids: mentions } } : {}),
    };
    return { content, named };
  }

  /** The same line with a letter lost, doubled or changed: whatever it says then, it must not throw. */
  broken(line: Line): Record<string, unknown> {
    const body = String(line.content.body);
    const at = Math.floor(this.next() * body.length);
    return {
      ...line.content,
      body: body.slice(0, at) + this.pick(['', '"', '`', '\n', '\\', ']', '@', '\u0000']) + body.slice(at + 1),
    };
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const HITS = ['write_rule', 'remove_rule', 'kick', 'redact_user', 'unban', 'mute', 'redact'];
const rooms = () => [
  room({
    members: {
      ...Object.fromEntries(
        [...GUILTY, '@innocent:good.example', '@friend:good.example', '@case:evil.example'].map((id) => [
          id,
          'join' as const,
        ]),
      ),
    },
  }),
];
const cases = [
  {
    id: 3,
    subject: '@case:evil.example',
    subjectKind: 'user' as const,
    state: 'open' as const,
    verdict: null,
    score: 0,
    protected: null,
    openedAt: 0,
    updatedAt: 0,
    closedAt: null,
    noticeEventId: null,
  },
];

describe(`${LINES} command lines as people and clients write them`, () => {
  it('never throw, never hit anybody but the named, and report nothing that did not happen', async () => {
    const maker = new Maker(dice(SEED));
    let hits = 0;
    for (let index = 0; index < LINES; index++) {
      const line = maker.line();
      const asked = askedOf({
        rooms: rooms(),
        cases,
        policy: policyOf(),
        end: () => ({ state: 'failed', lastError: 'no' }),
        aliases: { '#list:example.org': LIST },
      });
      Object.assign(asked.services.ledger, {
        commit: () => Promise.resolve(),
        cancelActions: () => Promise.resolve(0),
        actionsOf: () => Promise.resolve([]),
        newestFindings: () => Promise.resolve([]),
        actionSummary: () => Promise.resolve([]),
        auditOf: () => Promise.resolve([]),
      });
      const answers = await attempt(asked, line.content);
      for (const { kind, payload } of asked.actions.filter((action) => HITS.includes(action.kind))) {
        const { entity, userId } = payload as { entity?: string; userId?: string };
        hits += 1;
        if (!line.named.has(entity ?? userId ?? ''))
          throw new Error(`${JSON.stringify(line.content)} has hit ${entity ?? userId} (${kind})`);
      }
      for (const answer of answers)
        if (/\b(?:written to|Kicked|Removed the|[1-9]\d* messages? of .* redacted)/.test(answer))
          throw new Error(`${JSON.stringify(line.content)} says ${answer}`);
      await attempt(asked, maker.broken(line));
    }
    expect(hits).toBeGreaterThan(LINES / 5);
  }, 600_000);
});

async function attempt(asked: ReturnType<typeof askedOf>, content: Record<string, unknown>): Promise<string[]> {
  try {
    return (await asked.send(content)).map((answer) => (typeof answer === 'string' ? answer : ''));
  } catch (error) {
    if (error instanceof HeimdallError || /^no command/.test((error as Error).message)) return [];
    throw new Error(`${JSON.stringify(content)} throws ${(error as Error).stack ?? ''}`);
  }
}
