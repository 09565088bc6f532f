import type { ActionEnd } from '../actions/ends.js';
import type { ActionHandler } from '../actions/types.js';
import { CaseEnds } from '../statements/ends.js';
import { loadPolicies } from '../statements/policies.js';
import { Statements } from '../statements/statements.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import { publicUrlOf } from '../web/pages/public-url.js';
import { issueAppealLink } from '../web/pages/tokens.js';
import type { AppContext } from './context.js';

/** Statements to accounts on our server about decisions, and outcomes for reporters without an account. */
export interface StatementsOfAll {
  handlers(): ActionHandler[];
  followUp(action: ActionRecord, end: Pick<ActionEnd, 'state'>): NewAction[];
}

/** @throws HeimdallError HEIMDALL_E_POLICIES when policies.yaml cannot be used */
export function buildStatements({ config, lifecycle, foundation, reports }: AppContext): StatementsOfAll {
  const { homeserver, ledger, correspondence, clock } = foundation;
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
    privateRoomWith: (userId) => reports.direct.privateRoomWith(userId),
    clock,
  });
  const mail = config.mail.smtp_url !== null && config.mail.from !== null;
  if (config.web.enabled)
    lifecycle.add('watchers', 'ends of cases', new CaseEnds({ ledger, correspondence, mail, clock }));
  return {
    // also when switched off, so that pending messages are still sent
    handlers: () => statements.handlers(),
    followUp: (action, end) => (enabled ? statements.followUp(action, end) : []),
  };
}
