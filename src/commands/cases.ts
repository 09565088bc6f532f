import { evidenceWords } from '../notify/evidence-words.js';
import { disguiseBlocks, explainVerdict } from '../notify/disguise.js';
import { caseNotice } from '../notify/notice.js';
import { caseView } from '../cases/view.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { AuditEntry } from '../store/records/audit.js';
import type { CaseRecord, CaseState } from '../store/records/cases.js';
import { characterNames } from '../util/character-names.js';
import { listTitle } from './answers.js';
import { choice, number } from './args/index.js';
import { oneCase } from './args/cases.js';
import { timeOf } from './args/duration.js';
import { isEntityKind } from './args/targets.js';
import { ruleExpiries } from './ends.js';
import { type Command, command } from './spec.js';
import type { Services } from './types.js';
import { caseTexts } from './texts/cases.js';

const CASES_SHOWN = 20;

export const OPEN: readonly CaseState[] = ['open', 'triaged', 'appealed'];

const STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];

const cases = command({
  name: 'cases',
  aliases: ['case list', 'cases list'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Lists the open cases, latest change first; `all` or a state lists others, a number is the page.',
  args: {
    which: choice('[all|STATE]', ['all', 'open', 'triaged', 'actioned', 'dismissed', 'appealed']),
    page: number('[PAGE]', { max: 100_000 }),
  },
  options: {},
  examples: ['cases', 'cases all', 'cases actioned', 'cases 2'],
  async run(services, { args }) {
    const states: readonly CaseState[] = args.which === 'all' ? STATES : args.which === undefined ? OPEN : [args.which];
    const total = await services.ledger.countCases(states);
    const page = args.page ?? 1;
    const records = (await services.ledger.cases({ states, limit: page * CASES_SHOWN })).slice(
      (page - 1) * CASES_SHOWN,
    );
    if (records.length === 0) return [{ line: [total > 0 ? caseTexts.noPage(page) : noneOf(args.which)] }];
    const more = total - (page - 1) * CASES_SHOWN - records.length;
    const list = records.map((record): Inline[] =>
      caseTexts.caseLine(record.id, record.subject, record.verdict ?? 'reported', record.state),
    );
    return [
      { list },
      ...(more > 0
        ? [
            {
              line: caseTexts.moreCases(more, args.which === undefined ? '' : ` ${args.which}`, page + 1),
            },
          ]
        : []),
      { line: caseTexts.details },
    ];
  },
});

function noneOf(which: CaseState | 'all' | undefined): string {
  if (which === 'all') return caseTexts.noCases;
  return which === undefined ? caseTexts.noOpenCases : caseTexts.noCasesOf(which);
}

const show = command({
  name: 'case',
  aliases: ['case show'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Shows a case: who, why, what was done. By its number, or by the ID of its subject.',
  args: { case: oneCase() },
  options: {},
  examples: ['case 12', 'case @spammer:evil.example'],
  run: (services, { args }) => showCase(services, args.case),
});

async function showCase(services: Services, record: CaseRecord): Promise<Block[]> {
  const view = await caseView(services.ledger, record.id);
  if (view === undefined) return [];
  const evidence = view.strongest?.verdict.evidence ?? [];
  const identities = services.config.protected_identities;
  const blocks: Block[] = [...caseNotice(view, identities), { line: [caseTexts.state(record.state)] }];
  if (evidence.length > 0)
    blocks.push(
      { line: [caseTexts.evidence] },
      {
        list: evidence.map((item) => [
          caseTexts.evidenceLine(evidenceWords(item.sentence), item.field, item.disguise, item.weight.toFixed(1)),
        ]),
      },
    );
  if (view.strongest !== undefined)
    blocks.push(
      ...disguiseBlocks(
        explainVerdict(view.strongest.sighting, view.strongest.verdict, identities, await characterNames()),
      ),
    );
  if (view.actions.length > 0)
    blocks.push(
      { line: [caseTexts.actions] },
      {
        list: view.actions
          .filter(({ kind }) => !kind.startsWith('notice') && kind !== 'case_buttons')
          .map((action) => [
            caseTexts.actionLine(
              action.kind,
              action.state,
              action.lastError === null ? null : visible(action.lastError),
            ),
          ]),
      },
    );
  blocks.push(...(await standingRules(services, record)));
  const audit = await services.ledger.auditOf(record.id);
  if (audit.length > 0)
    blocks.push(
      { line: [caseTexts.history] },
      {
        list: audit.map((entry) => [caseTexts.historyLine(timeOf(entry.at), entry.actor, entry.what, noteOf(entry))]),
      },
    );
  return blocks;
}

function noteOf({ data }: AuditEntry): string {
  const { note, reason } = (data ?? {}) as { note?: unknown; reason?: unknown };
  const said = typeof note === 'string' && note !== '' ? note : typeof reason === 'string' ? reason : '';
  return said === '' ? '' : ` – ${visible(said, 500)}`;
}

/** The rules in force for the subject, each with its expiry; a replaced one has none. */
async function standingRules(services: Services, { subject, subjectKind }: CaseRecord): Promise<Block[]> {
  if (!isEntityKind(subjectKind)) return [];
  const rules = services.lists.policy.rulesMatching(subjectKind, subject);
  if (rules.length === 0) return [];
  const ends = await ruleExpiries(services.ledger, (end) => end.entity === subject);
  return [
    { line: [caseTexts.rulesInForce] },
    {
      list: rules.slice(0, 20).map((rule): Inline[] => {
        const end = ends.get(rule.eventId ?? '');
        return [
          `${rule.action} `,
          { code: visible(rule.entity ?? 'hashed') },
          caseTexts.inList(listTitle(services, rule.roomId ?? '')),
          end === undefined ? caseTexts.noEnd : caseTexts.endsAt(timeOf(end)),
        ];
      }),
    },
  ];
}

export const caseCommands: readonly Command[] = [cases, show];
