/** `export`: data for moderators, as a file in the management room. */
import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import { MatrixError } from '../matrix/types.js';
import type { PolicyRule } from '../policy/types.js';
import type { CaseRecord, CaseState } from '../store/records/cases.js';
import { choice, list as listArg } from './args/index.js';
import { usageError } from './args/reading.js';
import { fileMessage } from './sending.js';
import { command, type Command } from './spec.js';
import { exportTexts } from './texts/export.js';
import type { Invocation, Services } from './types.js';

const STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];
const MOST_CASES = 50_000;
/** Without file uploads, how much text goes into messages; more would flood the room. */
const MOST_TEXT_BYTES = 100_000;
const TYPE = 'application/x-ndjson';

const exportCommand = command({
  name: 'export',
  group: 'General',
  role: 'moderator',
  summary: exportTexts.summary,
  args: {
    what: choice('[cases|rules]', ['cases', 'rules']),
    state: choice('[all|STATE]', ['all', ...STATES]),
    list: listArg('[LIST]'),
  },
  options: {},
  examples: ['export cases', 'export cases open', 'export rules'],
  async run(services, { args, invocation }) {
    const { state, list } = args;
    const what = args.what ?? (list !== undefined ? 'rules' : state !== undefined ? 'cases' : undefined);
    if (what === undefined) throw usageError(...exportTexts.which);
    if (what === 'rules' && state !== undefined) throw usageError(...exportTexts.noStates);
    if (what === 'cases' && list !== undefined) throw usageError(...exportTexts.noLists);
    const found = what === 'rules' ? ruleLines(services, list) : await caseLines(services, state);
    const lines = found.slice(0, what === 'cases' ? MOST_CASES : found.length);
    if (lines.length === 0) return [{ line: [what === 'cases' ? exportTexts.noCases : exportTexts.noRules] }];
    const more: Block[] = [
      ...(found.length > lines.length ? [{ line: [exportTexts.onlyFirst(lines.length)] }] : []),
      ...(what === 'rules' ? [{ line: exportTexts.readBy }] : []),
    ];
    const name = `heimdall-${what}-${new Date(services.clock()).toISOString().slice(0, 10)}.ndjson`;
    const sent = [{ line: exportTexts.sent(lines.length, what, name) }, ...more];
    const file = await upload(services, name, lines);
    await noted(services, invocation, { what, list: list ?? null, lines: lines.length });
    if ('refused' in file) return [...sent, { line: [exportTexts.refused(file.refused)] }, ...asText(lines)];
    await services.commit([fileMessage(invocation, { name, type: TYPE, ...file })]);
    return sent;
  },
});

async function caseLines({ ledger }: Services, state: CaseState | 'all' | undefined): Promise<string[]> {
  const states = state === undefined || state === 'all' ? STATES : [state];
  const found = await ledger.cases({ states, limit: MOST_CASES + 1 });
  return found.map((record) => json(caseOut(record)));
}

/** A case without the internal data by which we find our messages. */
function caseOut(record: CaseRecord): Record<string, unknown> {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    case: record.id,
    kind: record.subjectKind,
    subject: record.subject,
    state: record.state,
    verdict: record.verdict,
    score: record.score,
    imitates: record.protected,
    opened_at: time(record.openedAt),
    updated_at: time(record.updatedAt),
    closed_at: time(record.closedAt),
    sightings: record.sightings,
    reports: record.reports,
  };
}

function ruleLines({ lists }: Services, list: string | undefined): string[] {
  const rules = lists.policy.rules(list === undefined ? {} : { roomId: list });
  return Array.from(rules, (rule) => json(ruleOut(rule)));
}

/** A rule as its state event (spec "Moderation policy lists"; MSC4205 where it is hashed). */
function ruleOut({ type, stateKey, roomId, sender, eventId, entity, sha256, recommendation, reason }: PolicyRule) {
  const hashes = sha256 === undefined ? {} : { hashes: { sha256 }, 'org.matrix.msc4205.hashes': { sha256 } };
  const content = { ...(entity === undefined ? hashes : { entity }), recommendation, reason };
  return { type, state_key: stateKey, room_id: roomId, sender, event_id: eventId, content };
}

/** The export is in the audit before anybody can see it. */
function noted({ ledger, clock }: Services, { sender }: Invocation, data: Record<string, unknown>): Promise<void> {
  return ledger.commit((tx) => tx.audit({ at: clock(), actor: sender, what: 'command.export', caseId: null, data }));
}

/** Uploads the lines; a refusal is final, everything else is thrown, so that the command is retried. */
async function upload(
  { homeserver }: Services,
  name: string,
  lines: readonly string[],
): Promise<{ url: string; size: number } | { refused: string }> {
  const text = `${lines.join('\n')}\n`;
  try {
    return { url: await homeserver.uploadText(text, { name, type: TYPE }), size: Buffer.byteLength(text) };
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    return { refused: visible(error.message, 200) };
  }
}

/**
 * JSON on one line. The content is untrusted, so invisible and reordering characters are escaped; the value stays the
 * same.
 */
function json(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

function asText(lines: readonly string[]): Block[] {
  let bytes = 0;
  const shown = lines.filter((line) => (bytes += Buffer.byteLength(line) + 1) <= MOST_TEXT_BYTES);
  const left = lines.length - shown.length;
  return [
    ...(shown.length === 0 ? [] : [{ pre: shown.join('\n') }]),
    ...(left === 0 ? [] : [{ line: [exportTexts.leftOut(left)] }]),
  ];
}

export const exportCommands: readonly Command[] = [exportCommand];
