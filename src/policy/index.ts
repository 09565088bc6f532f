/**
 * The policy module's entry point: the rules of watched lists, their verdict on an entity, and the server ACL built
 * from them.
 */
export type * from './types.js';
export { exempting, exemptingServerRules, type MayExempt } from './exempting.js';
export { compileGlob, isGlob, type Glob } from './glob.js';
export { globCovers } from './glob-covers.js';
export { EntityIndex } from './entity-index.js';
export { createPolicy } from './policy.js';
export { hashOf, RULE_TYPES, ruleTypeOf } from './read-rule.js';
export { proposeCoveringGlobs, type GlobProposal } from './acl-advice.js';
export { buildServerAcl, sameServerAcl } from './server-acl.js';
export { LARGEST_CONTENT } from './acl-fit.js';
export { serverAclCheck, simulateServerAcl, simulateServerAclWithPort, type FoundServerAcl } from './acl-simulate.js';
export {
  foreignServerAcl,
  ownServerAclEntries,
  mergeServerAcl,
  type ForeignServerAcl,
  type MergedServerAcl,
  type SentServerAcl,
  type ServerAclMode,
} from './acl-merge.js';
export { previewList, type ListPreview, type PreviewOptions, type PreviewRoom } from './preview.js';
export { hitFinder, rulesThatHit, skipping, type HitFinder, type RuleHits, type Untouchable } from './rule-hits.js';
export { foldCase, portless, serverForms, serverKey } from './server-name.js';
