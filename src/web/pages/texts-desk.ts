import type { CaseState } from '../../store/records/cases.js';
import { caseEn } from './texts-case.js';
import { deskDe } from './texts-desk-de.js';
import type { Language } from './texts.js';
import { counted } from '../../util/counted.js';

/**
 * The sentences of the moderators' pages, in English. What Heimdall answers to a command stays English: it is what the
 * command answers in the management room.
 */
const deskEn = {
  nav: {
    cases: 'Cases',
    rooms: 'Rooms',
    lists: 'Lists',
    rules: 'Rule tester',
    protections: 'Protections',
    mail: 'Mail',
    audit: 'Audit',
    figures: 'Figures',
  },
  signedInAs: 'Signed in as',
  signOut: 'Sign out',
  signIn: 'Sign in',
  goOn: 'Continue',
  signInWith: 'Sign in with your account',
  notSignedIn: 'Not signed in',
  forModerators: 'This page is for moderators.',
  formExpired: 'This form has expired. Please go back and try again.',
  linkUsed: 'This link has expired or was used already.',
  signedOut: 'You signed out.',
  notAModerator: 'This account may not command Heimdall.',
  signInFailed: 'Signing in did not work. Please try again.',
  howToSignIn: ['Write ', 'in the management room: you get a link by direct message.'] as [string, string],
  nothingYet: 'Nothing yet.',
  all: 'All',
  show: 'Show',
  caseNumber: (n: number) => `Case ${n}`,
  none: 'none',

  // the queue
  state: 'State',
  waiting: 'Waiting for a decision',
  kind: 'Kind',
  kinds: { user: 'Account', room: 'Room', server: 'Server', event: 'Message', media: 'Media' } as Record<
    string,
    string
  >,
  verdict: 'Verdict',
  verdicts: {
    certain: 'certain',
    likely: 'likely',
    possible: 'possible',
    none: 'no verdict',
    official: 'official',
  } as Record<string, string>,
  reported: 'reported',
  caught: 'caught',
  states: {
    open: 'open',
    triaged: 'triaged',
    actioned: 'actioned',
    dismissed: 'dismissed',
    appealed: 'appealed',
  } as Record<CaseState, string>,
  age: 'Opened',
  ages: { '1': 'Last 24 hours', '7': 'Last 7 days', '30': 'Last 30 days' } as Record<string, string>,
  assignee: 'Taken by',
  me: 'me',
  nobody: 'nobody',
  order: 'Order',
  orders: { updated: 'Last change', opened: 'Opened', score: 'Score' } as Record<string, string>,
  server: 'Server',
  search: 'User ID, room or server',
  count: (n: number) => counted(n, 'case'),
  pageOf: (page: number, pages: number) => `, page ${page} of ${pages}`,
  previousPage: 'Previous page',
  nextPage: 'Next page',
  pagesOfCases: 'Pages',
  select: 'Select',
  subject: 'Subject',
  changed: 'Changed',
  banSelected: 'Ban selected…',
  dismissSelected: 'Dismiss selected…',
  closeSelected: 'Close selected…',
  savedFilters: 'Saved filters',
  saveFilter: 'Save this filter',
  filterName: 'Name of the filter',
  removeFilter: (name: string) => `Remove the filter ${name}`,
  remove: 'Remove',
  tooManyFilters: 'You have 20 saved filters. Remove one first.',
  changedSince: 'There are changes. Load this page again to see them.',

  ...caseEn,

  // people and servers
  personTitle: 'Account',
  serverTitle: 'Server',
  noCase: 'There is no case about it.',
  accountAge: 'Account made',
  firstSeen: 'First seen by Heimdall',
  unknown: 'unknown',
  namesBefore: 'Names and pictures, newest first',
  sharedRooms: 'Protected rooms that it is in',
  membership: 'Membership',
  memberships: {
    join: 'joined',
    invite: 'invited',
    knock: 'asked to join',
    leave: 'left',
    ban: 'banned',
  } as Record<string, string>,
  power: 'Power',
  rulesAbout: 'Rules about it',
  list: 'List',
  casesOfServer: 'Cases of this server',
  membersOf: 'Members in protected rooms',
  members: 'Members',
  firstOf: (shown: number, all: number) => `The first ${shown} of ${all}.`,
  allCases: 'All of them',

  appealOpen: 'The person concerned has appealed. Another moderator than the one who decided should look at it.',

  // before and after
  confirmTitle: 'Please confirm',
  willBeDone: (n: number) =>
    n === 1 ? 'This command will be carried out:' : `These ${n} commands will be carried out:`,
  command: 'Command',
  now: 'Now',
  inRooms: (n: number) => (n === 0 ? 'in no protected room' : `in ${counted(n, 'protected room')}`),
  confirm: 'Yes, do it',
  confirmAndNext: 'Yes, then the next case',
  nextCase: (n: number) => `Next: Case ${n}`,
  noneLeft: 'No other case waits for a decision.',
  effect: 'What it does',
  effects: {
    ban: 'Writes a ban rule: banned from all protected rooms. “Undo…” takes it back.',
    dismiss: 'Nothing was wrong: takes back what was done, and says so to the reporter.',
    reopen: 'Opens the case again.',
    close: 'Ends the case. What was done stands.',
    claim: 'Shows the others that you look after it.',
    redact: 'Redacts the messages in the protected rooms. This cannot be undone.',
    undo: 'Takes back rules and bans. The case stays.',
    'mail forward': 'Mails the evidence to the contact of the server. This cannot be undone.',
    'warn victims': 'Warns people of this server whom it approached. This cannot be undone.',
    'campaign ban': 'Writes a ban rule for each account of the campaign.',
  } as Record<string, string>,
  goBack: 'No, go back',
  done: 'Done',
  back: 'Back',

  // rooms, lists, mail, audit
  roomsTitle: 'Protected rooms',
  room: 'Room',
  joined: 'Joined',
  missingPower: 'Missing permissions',
  deniedServers: 'Blocked servers',
  ofOurs: (ours: number) => (ours === 0 ? 'none of them ours' : `${ours} of them by Heimdall`),
  showOurs: 'Those by Heimdall',
  protectionsOn: 'Protections',
  listsTitle: 'Policy lists',
  noLists: 'No lists are watched.',
  ownList: '(Heimdall’s own)',
  ruleCount: (n: number) => counted(n, 'rule'),
  firstRules: (n: number) => `, the first ${n} of them:`,
  rulesOf: (list: string) => `Rules of ${list}`,
  previewTitle: 'Preview a list',
  previewLead: 'Says who would be hit if a list were watched. Nothing is watched.',
  previewLabel: 'Alias or ID of the list, or a link to it',
  preview: 'Preview',
  badList: 'This is not a room. It looks like #list:server.',
  entity: 'Entity',
  action: 'Action',
  reason: 'Reason',
  mailTitle: 'Outgoing mail',
  mail: 'Mail',
  to: 'To',
  written: 'Written',
  sent: 'Sent',
  serverAnswer: 'Answer of the mail server',
  notYet: 'not yet',
  auditTitle: 'Audit',
  older: 'Older entries',

  // protections
  protectionsTitle: 'What is on',
  simulateTitle: 'Try a protection on the past',
  simulateLead: 'Says what a protection would have done in a room, with its settings of now. Nothing is done.',
  lookBack: 'Looking back',
  days: (n: string) => (n === '1' ? '1 day' : `${n} days`),
  simulate: 'Try it',

  // figures
  figuresTitle: 'Figures',
  openCases: (n: number) => `${counted(n, 'case waits', 'cases wait')} for a decision.`,
  byMonth: 'Figures by month',
  month: 'Month',
  reportsTaken: 'Reports',
  measures: 'Measures',
  automaticShare: 'of these automatic',
  medianTime: 'Median time to the first measure',
  mails: 'Mails',
  dismissed: 'Dismissed',

  precisionTitle: 'What stood, and what was dismissed',
  precisionLead: (days: number) =>
    `Of the cases of the last ${days} days that were decided, by what found them. What was dismissed most ` +
    'stands first.',
  foundBy: 'Found by',
  decided: 'Decided',
  stood: 'Stood',
  rule: 'Rule',
  protection: 'Protection',

  // the rule tester
  testerLead: 'What would Heimdall say of an account with this ID and name? Nothing is recorded.',
  userId: 'User ID',
  pictureHint: 'A PNG, JPEG, GIF or WebP of at most 2 MB. It is compared with the official pictures, and not kept.',
  badPicture: 'This picture cannot be read. It has to be a PNG, JPEG, GIF or WebP of at most 2 MB.',
  plainPicture: 'This picture is too plain to be told from others.',
  noOfficialPictures: 'No official picture is known to compare it with.',
  try: 'Try',
  badId: 'This is not a valid user ID. It looks like @name:server.',
  verdictIs: (verdict: string) => `Verdict: ${verdict}`,
  score: (score: string) => `Score ${score}`,
  comparedWith: ', compared with ',
  weightsTitle: 'Other weights',
  weightsLead: (days: number) =>
    `How would the accounts of the last ${days} days be judged with other weights? Nothing is changed: to keep ` +
    'the weights, write them into detection.yaml.',
  weightsLabel: 'Weights, one a line',
  weightsHint: 'A key of detection.yaml and a number, for example',
  compare: 'Compare',
  badWeights: (problem: string) => `These weights cannot be used: ${problem}`,
  compared: (n: number, changed: number) =>
    `${counted(n, 'account was', 'accounts were')} looked at; ${changed === 0 ? 'none' : changed} would ` +
    'be judged otherwise.',
  before: 'With the rules in force',
  after: 'With these weights',
};

export type DeskTexts = typeof deskEn;

export function deskTextsIn(language: Language): DeskTexts {
  return language === 'de' ? deskDe : deskEn;
}
