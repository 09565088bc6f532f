/**
 * Constraints between keys. They are checked on the raw tree, so that they are reported even when single keys are
 * wrong.
 */
import { isUserId } from '../matrix/identifiers.js';
import { bridgeUserMatcher, isLinearRegex } from './bridge-users.js';
import { isMap } from './fields.js';
import type { Problem } from './problems.js';
import { configTexts } from './texts.js';

/** Checks the tree as a whole; never throws, whatever it contains. */
export function crossFieldProblems(tree: unknown): Problem[] {
  if (!isMap(tree)) return [];
  return [...botProblems(tree), ...identityProblems(tree), ...bridgeProblems(tree), ...mailProblems(tree)];
}

/** Spec "User Identifiers": 255 bytes with `@`, `:` and the server's name. */
const LONGEST_USER_ID = 255;

function botProblems(tree: Record<string, unknown>): Problem[] {
  const serverName = isMap(tree.homeserver) ? tree.homeserver.server_name : undefined;
  const localpart = isMap(tree.bot) ? tree.bot.localpart : undefined;
  if (typeof serverName !== 'string' || typeof localpart !== 'string') return [];
  const length = Buffer.byteLength(`@${localpart}:${serverName}`);
  if (length <= LONGEST_USER_ID) return [];
  return [{ key: 'bot.localpart', problem: configTexts.tooLongId(length), write: configTexts.shorterName }];
}

function identityProblems(tree: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  const botId = botUserId(tree);
  const seen = new Map<string, number>();
  for (const [index, identity] of listAt(tree, 'protected_identities').entries()) {
    if (!isMap(identity)) continue;
    const userId = identity.user_id;
    const key = `protected_identities.${index}`;
    if (typeof userId !== 'string') continue;
    if (userId === botId)
      problems.push({
        key: `${key}.user_id`,
        problem: configTexts.isOurBot(botId),
        write: configTexts.trustedAccount,
      });
    const first = seen.get(userId);
    if (first !== undefined)
      problems.push({
        key: `${key}.user_id`,
        problem: configTexts.alreadyIn(first),
        write: configTexts.eachOnce,
      });
    else seen.set(userId, index);
    const own = listAt(identity, 'variants').indexOf(userId);
    if (own >= 0)
      problems.push({
        key: `${key}.variants.${own}`,
        problem: configTexts.isProtectedItself,
        write: configTexts.onlyOthers,
      });
  }
  return problems;
}

/** Ordinary ids; an expression that takes them for ghosts would exempt everybody. */
const ORDINARY = ['alice', 'maria.k', 'x7', 'heimdall-impostor'];

/** An expression that matches ordinary people would silently disable the watch over our own server. */
function bridgeProblems(tree: Record<string, unknown>): Problem[] {
  const serverName = isMap(tree.homeserver) ? tree.homeserver.server_name : undefined;
  if (typeof serverName !== 'string') return [];
  return listAt(tree, 'bridge_users').flatMap((expression, index): Problem[] => {
    if (typeof expression !== 'string' || !isLinearRegex(expression)) return [];
    const isGhost = bridgeUserMatcher([expression], serverName);
    if (!ORDINARY.every((localpart) => isGhost(`@${localpart}:${serverName}`) !== undefined)) return [];
    return [
      {
        key: `bridge_users.${index}`,
        problem: configTexts.matchesEverybody,
        write: configTexts.oneBridge,
      },
    ];
  });
}

/** Setting one of these means that mail should be sent; the others only configure how. */
const SENDING_KEYS = ['smtp_url', 'smtp_url_file', 'from', 'abuse_contact'] as const;

function mailProblems(tree: Record<string, unknown>): Problem[] {
  const mail = tree.mail;
  if (!isMap(mail) || !SENDING_KEYS.some((key) => key in mail)) return [];
  if (mail.smtp_url === undefined && mail.smtp_url_file === undefined) {
    return [{ key: 'mail.smtp_url', problem: configTexts.isMissing, write: configTexts.smtpForm }];
  }
  // null is a choice (no mail); an absent key was probably forgotten.
  if (mail.smtp_url === null || mail.abuse_contact === null) return [];
  const problems: Problem[] = [];
  if (mail.abuse_contact === undefined)
    problems.push({
      key: 'mail.abuse_contact',
      problem: configTexts.missingForMail,
      write: configTexts.contactForm,
    });
  if (mail.from == null)
    problems.push({
      key: 'mail.from',
      problem: configTexts.missingForMail,
      write: configTexts.fromForm,
    });
  return problems;
}

function botUserId(tree: Record<string, unknown>): string | undefined {
  const localpart = isMap(tree.bot) && typeof tree.bot.localpart === 'string' ? tree.bot.localpart : 'heimdall';
  const serverName = isMap(tree.homeserver) ? tree.homeserver.server_name : undefined;
  const id = typeof serverName === 'string' ? `@${localpart}:${serverName}` : '';
  return isUserId(id) ? id : undefined;
}

function listAt(tree: Record<string, unknown>, key: string): unknown[] {
  const list = tree[key];
  return Array.isArray(list) ? list : [];
}
