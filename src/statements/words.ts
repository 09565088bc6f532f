import { HARMS } from '../store/harms.js';
import { isoTime } from '../util/times.js';
import type { Block } from '../matrix/message.js';
import type { StatementFacts } from './facts.js';
import type { Policies } from './policies.js';
import { texts, type StatementLanguage } from './texts.js';

/** A statement of reasons as text. */
export function statementBlocks(
  facts: StatementFacts,
  about: { serverName: string; policies: Policies; language: StatementLanguage; appealLink: string | undefined },
): Block[] {
  const t = texts[about.language];
  const because = [
    ...facts.evidence,
    ...(facts.found === 'notice' ? [t.reported(HARMS[facts.harm] ?? facts.harm)] : []),
  ];
  const termsUrl = facts.policy.url ?? about.policies.terms_url;
  return [
    { line: [{ bold: t.title(about.serverName) }] },
    ...facts.measures.map((measure): Block => ({ line: [t.measures[measure]] })),
    {
      line: [
        `${t.since(isoTime(facts.since) ?? '')} `,
        facts.until === undefined ? t.noEnd : t.until(isoTime(facts.until) ?? ''),
      ],
    },
    ...(because.length === 0 ? [] : [{ line: [t.facts] }, { list: because.map((sentence) => [sentence]) }]),
    { line: [`${t.found[facts.found]} ${t.automatic[facts.decision]}`] },
    { line: [t.rule(facts.policy.title)] },
    { line: [facts.policy.text] },
    ...(termsUrl === undefined ? [] : [{ line: [t.terms(termsUrl)] }]),
    { line: [about.appealLink === undefined ? t.complainTo : t.complain(about.appealLink)] },
    { line: [t.otherWays] },
  ];
}

/** The outcome of a complaint. */
export function outcomeBlocks(upheld: boolean, serverName: string, language: StatementLanguage): Block[] {
  const t = texts[language];
  return [{ line: [{ bold: t.outcome(serverName) }] }, { line: [upheld ? t.upheld : t.rejected] }];
}
