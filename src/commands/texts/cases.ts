import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { recordEn } from '../../notify/texts-record.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/cases.js';

/** Texts about cases: lists, details, working on them, and their ends. */
const en = {
  ownAppeal: (id: number) =>
    `Case ${id}: this is an appeal against your own decision, so another moderator decides. Nothing was done.`,
  askDismiss: (records: number) => `Dismiss ${records} cases, remove their rules and lift their bans?`,
  dismissedMany: (count: number, missing: number) =>
    `${count} cases dismissed` +
    `${missing > 0 ? `; ${counted(missing, 'number is not a case', 'numbers are not cases')}` : ''}.`,
  dismissedPartly: (id: number, failed: readonly string[]): Inline[] => [
    `Case ${id} is dismissed, but not everything could be undone yet: ${failed.join(', ')}. It will be retried; `,
    { code: `!heimdall case ${id}` },
    ' shows how it stands.',
  ],
  dismissed: (id: number) => `Case ${id} is dismissed.`,
  ruleRemoved: ' Its rule is removed and its bans are lifted.',
  nothingToUndo: ' There was nothing to undo.',
  takeBack: ' To take it back: ',
  nothingToClose: 'There was nothing to close.',
  closed: (id: number | string) => `Case ${id} is closed. What was done stays.`,
  closedMany: (count: number, which: string) => `${count} cases are closed: ${which}. What was done stays.`,
  missing: (missing: number) => ` ${counted(missing, 'number is not a case', 'numbers are not cases')}.`,
  allOfWhich: 'All of which cases?',
  closeAllUsage: 'Write: close all banned. Nothing was done.',
  isOpen: (id: number) => `Case ${id} is open already.`,
  reopened: (id: number, state: string): Inline[] => [
    `Case ${id} is open again; it was ${state}. What `,
    { code: 'responses' },
    ' says is done when its subject is seen next.',
  ],
  staysBanned: ' It stays banned all the same: ',
  wantsIt: ' also bans it.',
  wantIt: ' also ban it.',
  notModerator: (userId: string) => `${userId} is not a moderator here.`,
  notModeratorRemedy: 'A case is assigned to a member of the management room. Nothing was done.',
  assigned: (id: number, userId: string): Inline[] => [`Case ${id} is assigned to `, { code: userId }, '.'],
  noted: (id: number) => `Noted in Case ${id}.`,
  sameCase: 'Those are the same case.',
  giveTwo: 'Give two different numbers. Nothing was done.',
  sameMatter: (id: number) => `same matter as Case ${id}`,
  isSameMatter: (id: number) => `Case ${id} is the same matter`,
  merged: (id: number, id2: number) => `Case ${id} is closed as the same matter as Case ${id2}.`,
  noPage: (page: number) => `There is no page ${page}.`,
  noCases: 'There are no cases.',
  noOpenCases: 'There are no open cases.',
  noCasesOf: (state: string) => `There are no cases that are ${state}.`,
  state: (state: string) => `State: ${state}`,
  caseLine: (id: number, subject: string, verdict: string, state: string): Inline[] => [
    `Case ${id}: `,
    { code: subject },
    ` – ${verdict}, ${state}`,
  ],
  moreCases: (more: number, state: string, next: number): Inline[] => [
    `… and ${more} more: `,
    { code: `!heimdall cases${state} ${next}` },
  ],
  details: ['Details: ', { code: '!heimdall case NUMBER' }] as Inline[],
  evidence: 'Evidence:',
  evidenceLine: (sentence: string, field: string, disguise: string, weight: string) =>
    `${sentence} (${field}, ${disguise}, ${weight})`,
  actions: 'Actions:',
  actionLine: (kind: string, state: string, error: string | null) =>
    `${recordEn.effect(kind)}: ${recordEn.state(state)}${error === null ? '' : ` – ${error}`}`,
  history: 'History:',
  historyLine: (at: string, actor: string, what: string, note: string) =>
    `${at} ${actor}: ${recordEn.happened(what)}${note}`,
  rulesInForce: 'Rules in force:',
  inList: (list: string) => ` in ${list}, `,
  noEnd: 'without an end',
  endsAt: (time: string) => `ends automatically: ${time}`,
  assignedTo: (userId: string) => `to ${userId}`,
};

export type English = typeof en;
export const caseTexts = catalogue({ en, de });
