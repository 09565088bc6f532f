/**
 * Which accounts of our server are bridge ghosts: users namespaces of registered bridges, as their registrations have
 * them.
 */
import { RE2JS } from 're2js';
import { parseUserId } from '../matrix/identifiers.js';
import { configTexts } from './texts.js';

/**
 * Says whether a text is a regular expression that runs in linear time (RE2 syntax: no look-around, no
 * back-references).
 */
export function isLinearRegex(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the question "is this a bridge ghost of ours?"; it answers with the expression that says so.
 *
 * As the homeserver reads namespaces, an expression must match from the start of the id, and need not reach its end.
 * Only ids of our own server are asked about, byte for byte: no registration can speak for another server, whatever its
 * expression matches.
 */
export function bridgeUserMatcher(
  expressions: readonly string[],
  serverName: string,
): (userId: string) => string | undefined {
  const compiled = expressions.map((expression) => ({ expression, regex: RE2JS.compile(expression) }));
  return (userId) => {
    if (parseUserId(userId)?.serverName !== serverName) return undefined;
    return compiled.find(({ regex }) => regex.matcher(userId).lookingAt())?.expression;
  };
}

/** The reason as people read it. */
export function bridgeGhost(expression: string): string {
  return configTexts.bridgeGhost(expression);
}
