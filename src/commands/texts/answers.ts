import type { Inline } from '../../matrix/message.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/answers.js';

/** Texts shared by all commands: outcomes, how to undo, how to answer a question. */
const en = {
  simulated: 'Dry run: nothing was changed. Otherwise I would have done it.',
  refused: (error: string) => `Not done: ${error}`,
  failed: (error: string) => `It failed: ${error}`,
  pending: (error: string | undefined) =>
    `The homeserver has not accepted it yet${error === undefined ? '' : ` (${error})`}. It is queued and will ` +
    'be retried.',
  undoReply: [' To undo, reply ', { code: '!heimdall undo' }, ' to this.'] as Inline[],
  undoCase: (caseId: number): Inline[] => [' To undo: ', { code: `!heimdall undo case ${caseId}` }, '.'],
  howToAnswer: [
    'Nothing is done yet. Reply ',
    { code: 'yes' },
    ' or press ✅ within 5 minutes; ',
    { code: '--yes' },
    ' skips the question.',
  ] as Inline[],
  ownList: 'my own list',
  listNamed: (code: string) => `the list ${code}`,
  severalQuestions: 'Several questions are open. Reply to the one you mean, or press its button.',
  noQuestion: 'No question is open.',
  answeredAlready: (state: string, answeredBy: string): Inline[] => [
    `That was answered already (${state}, by `,
    { code: answeredBy },
    ').',
  ],
  expired: 'That question has expired, and nothing was done. Give the command again.',
  roleNeeded: 'That needs a role that you do not have. Nothing was done.',
  answeredNow: 'That was answered just now.',
  nothingMore: 'Nothing more was done.',
  nothingDone: 'Nothing was done.',
  notManagementRoom: 'Not from the management room.',
  joinableRoom:
    'You may not give commands here: anybody can join this room, so only people with the power to change its ' +
    'settings may. I say this at most once a day.',
  misspelt: (misspelt: string): Inline[] => ['If that was a command: commands begin with ', { code: misspelt }, '.'],
  lacksRole: (role: string) => `That needs the role ${role}, which you do not have here. Nothing was done.`,
  commandFailed: (error: string) => `That failed: ${error}`,
  mayNotCommand: 'You may not give commands here.',
  askModerator: 'Ask a moderator.',
  notUnderstood: (text: string) => `I do not understand ${text} here.`,
  writeUsage: (usage: string) => `Write: ${usage}. Nothing was done.`,
  noRooms: ' No room is protected yet: add one with !heimdall rooms add ROOM.',
  byInterlock: 'the interlock refused it',
  noCause: 'no reason given',
  waitingToBegin: 'Waiting for what was asked for.',
  noRoomsYet: 'No room is protected yet: add one with !heimdall rooms add ROOM.',
};

export type English = typeof en;
export const answerTexts = catalogue({ en, de });
