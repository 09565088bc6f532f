/** Which accounts of our server are bridge ghosts: the users namespaces in the registrations of bridges. */
import { RE2JS } from 're2js';
import { parseUserId } from '../matrix/identifiers.js';
import { configTexts } from './texts.js';

/** Whether a text is a regular expression that runs in linear time (RE2 syntax: no look-around, no back-references). */
export function isLinearRegex(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds a function that tells whether an account is one of our bridge ghosts; it returns the matching expression.
 *
 * As in the homeserver's reading of namespaces, an expression must match at the start of the id but need not reach its
 * end. Only ids of our own server are considered, byte for byte: no registration covers another server, whatever its
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

/** The reason, for people. */
export function bridgeGhost(expression: string): string {
  return configTexts.bridgeGhost(expression);
}
