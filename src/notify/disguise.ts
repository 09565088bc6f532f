import { toProtectedIdentity } from '../config/identities.js';
import type { ProtectedIdentityConfig } from '../config/types.js';
import {
  describeCharacter,
  explain,
  visible,
  type Explanation,
  type NameCharacter,
  type Sighting,
  type Verdict,
} from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { characterWords, evidenceWords } from './evidence-words.js';
import { texts } from './texts.js';

/**
 * How many characters of a disguise a head notice shows: enough for a moderator to see the trick; the rest is in
 * `!heimdall case N`.
 */
const IN_NOTICE = 4;

/**
 * Explains a verdict by comparison with the protected identity that it names; empty when that identity is no longer
 * protected.
 * @param nameOf Unicode's names of characters (util/character-names.ts); omitted where space is short
 */
export function explainVerdict(
  sighting: Sighting,
  verdict: Verdict,
  identities: readonly ProtectedIdentityConfig[],
  nameOf: NameCharacter = () => undefined,
): Explanation[] {
  const identity = identities.find(({ user_id: userId }) => userId === verdict.protected);
  return identity === undefined ? [] : explain(sighting, verdict, toProtectedIdentity(identity), nameOf);
}

/**
 * The disguise in one line, for a head notice: `Disguise: "ѕ" U+0455 for "s", U+200B in between`. Undefined when
 * nothing is disguised.
 */
export function disguiseLine(explanations: readonly Explanation[]): Inline[] | undefined {
  const characters = explanations.flatMap((one) => one.characters);
  const unique = [...new Map(characters.map((one) => [`${one.codePoint} ${one.looksLike ?? ''}`, one])).values()];
  if (unique.length === 0) return undefined;
  const parts = unique.slice(0, IN_NOTICE).map((one) => characterWords(describeCharacter(one)));
  const more = unique.length - parts.length + explanations.reduce((sum, one) => sum + one.more, 0);
  return [texts.disguise.line, parts.join('; '), more > 0 ? `; ${texts.disguise.more(more)}.` : '.'];
}

/**
 * The disguise field by field: one plain sentence, then each character with its code point, its name and what it looks
 * like.
 */
export function disguiseBlocks(explanations: readonly Explanation[]): Block[] {
  return explanations.flatMap(({ sentence, characters, more }): Block[] => {
    if (characters.length === 0) return [{ line: [evidenceWords(sentence)] }];
    const list: Inline[][] = characters.map((one) => [characterWords(describeCharacter(one))]);
    return [{ line: [evidenceWords(sentence)] }, { list: more > 0 ? [...list, [texts.disguise.more(more)]] : list }];
  });
}

function withoutIsolate(text: string): string {
  return text.replace(/^\u2068(.*)\u2069$/u, '$1');
}

/** An account's id, followed by a version with hidden characters written out, where they differ. */
export function idWithDisguise(id: string): Inline[] {
  const shown = visible(id);
  return withoutIsolate(shown) === id ? [{ code: id }] : [{ code: id }, texts.disguise.madeVisible, { code: shown }];
}
