/**
 * The policy module's entry point: the rules of watched lists, their verdict on an entity, and the server ACL built
 * from them.
 */
export type * from './types.js';
export { exempting, exemptingServerRules, type MayExempt } from './exempting.js';
export { compileGlob, isGlob } from './glob.js';
export { globCovers } from './glob-covers.js';
export { EntityIndex } from './entity-index.js';
export { createPolicy } from './policy.js';
export { hashOf, ruleTypeOf } from './read-rule.js';
export { proposeCoveringGlobs, type GlobProposal } from './acl-advice.js';
export { buildServerAcl, sameServerAcl } from './server-acl.js';
export { serverAclCheck, simulateServerAcl, simulateServerAclWithPort } from './acl-simulate.js';
export {
  foreignServerAcl,
  ownServerAclEntries,
  mergeServerAcl,
  type ForeignServerAcl,
  type MergedServerAcl,
  type SentServerAcl,
} from './acl-merge.js';
export { previewList, type ListPreview } from './preview.js';
export { hitFinder, rulesThatHit, skipping, type HitFinder, type RuleHits, type Untouchable } from './rule-hits.js';
export { foldCase, portless, serverForms, serverKey } from './server-name.js';
