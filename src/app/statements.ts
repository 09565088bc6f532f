import type { ActionEnd } from '../actions/executor.js';
import type { ActionHandler } from '../actions/types.js';
import type { Config } from '../config/types.js';
import type { Homeserver } from '../matrix/types.js';
import type { DirectChats } from '../reports/direct.js';
import type { Correspondence } from '../store/index.js';
import type { ActionRecord, Ledger, NewAction } from '../store/types.js';
import { CaseEnds } from '../statements/ends.js';
import { loadPolicies } from '../statements/policies.js';
import { Statements } from '../statements/statements.js';
import type { Clock } from '../util/clock.js';
import { publicUrlOf } from '../web/pages/public-url.js';
import { issueAppealLink } from '../web/pages/tokens.js';

export interface StatementParts {
  config: Config;
  homeserver: Homeserver;
  ledger: Ledger;
  correspondence: Correspondence;
  direct: Pick<DirectChats, 'privateRoomWith'>;
  /** called after something was written down */
  committed: () => void;
  clock: Clock;
}

/** What accounts of ours hear of decisions, and what reporters without an account hear of theirs. */
export interface StatementsOfAll {
  handlers(): ActionHandler[];
  followUp(action: ActionRecord, end: Pick<ActionEnd, 'state'>): NewAction[];
  start(): void;
  stop(): void;
}

/** @throws HeimdallError HEIMDALL_E_POLICIES when policies.yaml cannot be used */
export function createStatements(parts: StatementParts): StatementsOfAll {
  const { config, homeserver, ledger, correspondence, direct, committed, clock } = parts;
  const { enabled, policies, language, bulk } = config.statements;
  const statements = new Statements({
    homeserver,
    ledger,
    policies: loadPolicies(enabled ? policies : null),
    languageOf: async (userId) => (await correspondence.chatOf(userId))?.language ?? language,
    bulk,
    appealLink: config.web.enabled
      ? (caseId) => issueAppealLink(ledger, clock, publicUrlOf(config.web), caseId)
      : undefined,
    privateRoomWith: (userId) => direct.privateRoomWith(userId),
    clock,
  });
  const ends = new CaseEnds({
    ledger,
    mail: config.mail.smtp_url !== null && config.mail.from !== null,
    committed,
    clock,
  });
  return {
    // also when switched off: what was on its way still goes out
    handlers: () => statements.handlers(),
    followUp: (action, end) => (enabled ? statements.followUp(action, end) : []),
    start: () => {
      if (config.web.enabled) ends.start();
    },
    stop: () => ends.stop(),
  };
}
