import { visible } from '../../detection/index.js';
import type { CaseRecord } from '../../store/records/cases.js';
import { HeimdallError } from '../../util/errors.js';
import type { Arg } from '../spec.js';
import type { Word } from '../text/words.js';
import { argTexts } from '../texts/args.js';
import { arg } from './index.js';
import { usageError, type Reading } from './reading.js';
import { caseOfWord, narrow } from './targets.js';

/** A set of cases: `12`, `9-20`, `case 4`, `@user:server`, or the one that a message is about. */
export interface NamedCases {
  cases: CaseRecord[];
  /** numbers in a range without a case */
  missing: number;
}

const MOST_CASES = 500;

/**
 * Reads case numbers, ranges and subjects; without any, the case of the notice or thread that the command replies to.
 */
export function cases(label: string): Arg<NamedCases> {
  return arg('case', label, async (reading) => {
    const found = new Map<number, CaseRecord>();
    let missing = 0;
    for (;;) {
      const next = reading.peek();
      if (next === undefined || next.quoted) break;
      if (/^(?:case|cases|fall|fälle|and|und|&|,)$/i.test(next.text) && isCaseWord(reading.peek(1))) {
        reading.take();
        continue;
      }
      if (!isCaseWord(next)) break;
      const spaced = spacedRange(reading);
      for (const one of spaced === undefined ? partsOf(next) : [spaced]) {
        const range = await casesOfWord(one, reading);
        for (const record of range.cases) found.set(record.id, record);
        missing += range.missing;
      }
      reading.take(spaced === undefined ? 1 : 3);
    }
    if (found.size > 0) return { cases: [...found.values()], missing };
    const around = missing > 0 ? undefined : await caseAround(reading);
    if (around !== undefined) return { cases: [around], missing: 0 };
    if (missing > 0) throw new HeimdallError('HEIMDALL_E_NO_CASE', argTexts.noSuchCase, argTexts.casesLists);
    const said = reading.peek();
    throw usageError(
      said === undefined ? argTexts.whichCase : argTexts.notACase(visible(said.text)),
      argTexts.giveCase,
    );
  });
}

/** One case. */
export function oneCase(label = 'NUMBER'): Arg<CaseRecord> {
  const several = cases(label);
  return arg('case', label, async (reading) => {
    const next = reading.peek();
    if (next !== undefined && /^(?:case|fall)$/i.test(next.text)) reading.take();
    const named = reading.peek();
    if (named !== undefined && partsOf(named).length > 1)
      throw usageError(argTexts.notACase(visible(named.text)), argTexts.giveCase);
    if (named !== undefined && isCaseWord(named) && rangeOf(named.text) === undefined) {
      const found = await caseOfWord(named, reading);
      if (found === undefined)
        throw new HeimdallError('HEIMDALL_E_NO_CASE', argTexts.noCase(visible(named.text)), argTexts.casesLists);
      reading.take();
      return found;
    }
    const [first] = (await several.read(reading)).cases;
    if (first === undefined) throw usageError(argTexts.whichCase, argTexts.giveCase);
    return first;
  });
}

const NUMBERS = /^#?\d{1,15}(?:[-–—]#?\d{1,15})?(?:[,;]#?\d{1,15}(?:[-–—]#?\d{1,15})?)*[,;.:!?)]*$/;

function isCaseWord(next: Word | undefined): boolean {
  if (next === undefined) return false;
  // ids of rooms have no server from version 12 on; `!` alone, or before a word, is none
  return next.link !== undefined || NUMBERS.test(narrow(next.text)) || /^[@!][^\s:]*:|^![\w-]{43}$/.test(next.text);
}

/** `9-12,15,17`, as people write it without blanks. */
function partsOf(word: Word): Word[] {
  if (word.link !== undefined || !NUMBERS.test(narrow(word.text))) return [word];
  return narrow(word.text)
    .split(/[,;]/)
    .filter((part) => /\d/.test(part))
    .map((text) => ({ ...word, text }));
}

/** `9 - 12`: the first alone, with the rest for a reason, is not what was meant. */
function spacedRange(reading: Reading): Word | undefined {
  const [from, dash, to] = [reading.peek(), reading.peek(1), reading.peek(2)].map((word) => narrow(word?.text ?? ''));
  const isRange = /^#?\d{1,15}$/.test(from ?? '') && /^(?:[-–—]|to|bis)$/i.test(dash ?? '');
  if (!isRange || !/^#?\d{1,15}[,;.:!?)]*$/.test(to ?? '')) return undefined;
  return { text: `${from ?? ''}-${to ?? ''}`, quoted: false };
}

function rangeOf(said: string): { from: number; to: number } | undefined {
  const [, from, to] = /^#?(\d{1,15})[-–—]#?(\d{1,15})[,;.:!?)]*$/.exec(narrow(said)) ?? [];
  return to === undefined ? undefined : { from: Number(from), to: Number(to) };
}

async function casesOfWord(said: Word, reading: Reading): Promise<NamedCases> {
  const range = rangeOf(said.text);
  if (range === undefined) {
    const found = await caseOfWord(said, reading);
    if (found === undefined)
      throw new HeimdallError('HEIMDALL_E_NO_CASE', argTexts.noCase(visible(said.text)), argTexts.casesLists);
    return { cases: [found], missing: 0 };
  }
  const { from, to } = range;
  if (to < from || to - from >= MOST_CASES)
    throw usageError(argTexts.notARange(visible(said.text), MOST_CASES), argTexts.smallerFirst);
  const records = await Promise.all(
    Array.from({ length: to - from + 1 }, (_, index) => reading.services.ledger.caseById(from + index)),
  );
  const found = records.filter((record) => record !== undefined);
  return { cases: found, missing: records.length - found.length };
}

async function caseAround({ around, services }: Reading): Promise<CaseRecord | undefined> {
  for (const head of [around.repliesTo, around.thread]) {
    const found = head === undefined ? undefined : await services.ledger.caseByNotice(head);
    if (found !== undefined) return found;
  }
  return undefined;
}
