/** First version: every sighting is compared with every protected identity. */
import { domainToUnicode } from 'node:url';
import { remove } from 'confusables';
import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { parseUserId, withoutPort } from '../matrix/identifiers.js';
import type { DetectionRules } from './rules.js';
import type { Detector, Evidence, ProtectedIdentity, Sighting, Verdict, VerdictLevel } from './types.js';
import { visible } from './visible.js';

const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', $: 's', '@': 'a', '|': 'l', '!': 'l', i: 'l' };

/** Folds a text to what it looks like: compatibility forms, case, look-alikes, no marks, only letters. */
function fold(text: string): string {
  const plain = remove(text.slice(0, 512).normalize('NFKC').replace(/\p{Cf}/gu, '')).normalize('NFKD').toLowerCase();
  return [...plain].map((character) => LEET[character] ?? character).join('').replace(/[^\p{L}\p{N}]/gu, '').replace(/rn/g, 'm').replace(/vv/g, 'w');
}

function hostOf(server: string): string {
  return domainToUnicode(withoutPort(server).toLowerCase().replace(/\.$/, ''));
}

function distance(a: string, b: string): number {
  return levenshteinEditDistance(a.slice(0, 256), b.slice(0, 256));
}

/** How many slips a name of this length may hold and still be taken for an imitation. */
function slips(length: number): number {
  return length < 5 ? 0 : length < 9 ? 1 : 2;
}

/** Makes the detector for a set of protected identities. */
export function createDetector(protectedIdentities: readonly ProtectedIdentity[], rules: DetectionRules): Detector {
  const official = new Map<string, string>();
  for (const identity of protectedIdentities) for (const id of [identity.userId, ...identity.variants]) official.set(id, identity.userId);
  return {
    inspect(sighting) {
      const owner = official.get(sighting.userId);
      if (owner !== undefined) return { verdict: 'official', score: 0, protected: owner, evidence: [] };
      let best: Verdict = { verdict: 'none', score: 0, protected: null, evidence: [] };
      for (const identity of protectedIdentities) {
        const verdict = compare(sighting, identity, rules);
        if (verdict.score > best.score) best = verdict;
      }
      return best;
    },
  };
}

function compare(sighting: Sighting, identity: ProtectedIdentity, rules: DetectionRules): Verdict {
  const evidence = [...userIdEvidence(sighting, identity, rules), ...displayNameEvidence(sighting, identity, rules)];
  if (sighting.avatarUrl && identity.avatars.includes(sighting.avatarUrl)) evidence.push({ field: 'avatar', protected: identity.userId, disguise: 'same_avatar', weight: rules.weights.avatar_same, sentence: 'The avatar is the official one.' });
  const score = evidence.reduce((sum, { weight }) => sum + weight, 0);
  const verdict = levelOf(score, rules);
  return verdict === 'none' ? { verdict, score: 0, protected: null, evidence: [] } : { verdict, score, protected: identity.userId, evidence };
}

function levelOf(score: number, { thresholds }: DetectionRules): VerdictLevel {
  return score >= thresholds.certain ? 'certain' : score >= thresholds.likely ? 'likely' : score >= thresholds.possible ? 'possible' : 'none';
}

function userIdEvidence(sighting: Sighting, identity: ProtectedIdentity, { weights }: DetectionRules): Evidence[] {
  const seen = parseUserId(sighting.userId);
  const own = parseUserId(identity.userId);
  if (seen === undefined || own === undefined) return [];
  const evidence: Evidence[] = [];
  const add = (field: Evidence['field'], disguise: string, weight: number, sentence: string) => evidence.push({ field, protected: identity.userId, disguise, weight, sentence });
  const [a, b] = [fold(seen.localpart), fold(own.localpart)];
  const sameServer = seen.serverName === own.serverName;
  const [host, ownHost] = [hostOf(seen.serverName), hostOf(own.serverName)];
  if (seen.localpart === own.localpart) add('localpart', 'same_localpart', weights.localpart_same, `The localpart is the official one, on the server ${visible(host)}.`);
  else if (a === b) add('localpart', 'homoglyph', weights.localpart_twin, `${visible(seen.localpart)} looks like ${visible(own.localpart)}.`);
  else if (distance(a, b) <= slips(b.length)) add('localpart', 'edit', weights.localpart_edit, `${visible(seen.localpart)} is nearly ${visible(own.localpart)}.`);
  if (!sameServer && fold(host) === fold(ownHost)) add('server_name', 'homoglyph', weights.server_twin, `The server name ${visible(host)} looks like ${visible(ownHost)}.`);
  else if (host !== ownHost && distance(fold(host), fold(ownHost)) <= slips(ownHost.length)) add('server_name', 'edit', weights.server_near, `The server name ${visible(host)} is nearly ${visible(ownHost)}.`);
  return evidence;
}

function displayNameEvidence(sighting: Sighting, identity: ProtectedIdentity, { weights }: DetectionRules): Evidence[] {
  const name = sighting.displayName ?? '';
  const folded = fold(name);
  if (folded === '' || name === sighting.userId) return [];
  const found = (disguise: string, weight: number, sentence: string): Evidence[] => [{ field: 'display_name', protected: identity.userId, disguise, weight, sentence }];
  for (const official of identity.displayNames) {
    const words = official.trim().split(/\s+/).length;
    if (fold(official) === folded) return found('same_name', words > 1 ? weights.display_twin : weights.display_word, `The display name looks like "${visible(official)}".`);
    if (words > 1 && distance(folded, fold(official)) <= slips(folded.length)) return found('edit', weights.display_near, `The display name is nearly "${visible(official)}".`);
  }
  if (folded.includes(fold(identity.userId))) return found('embedded_id', weights.embedded_id, `The display name holds the official user id ${visible(identity.userId)}.`);
  const domain = identity.domains.find((one) => folded.includes(fold(one)));
  return domain === undefined ? [] : found('embedded_domain', weights.embedded_domain, `The display name holds the official domain ${visible(domain)}.`);
}
