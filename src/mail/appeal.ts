/** Words of objection, in the languages of most answers. */
const OBJECTS = new RegExp(
  `(?<!\\p{L})(?:${[
    'appeal(?:s|ing)?',
    'object(?:s|ion)?',
    'disput(?:e|es|ing)',
    'reconsider',
    'unban(?:ned)?',
    'unblock',
    'reinstat\\p{L}*',
    'mistake(?:n|nly)?',
    'wrong(?:ly|ful|fully)?',
    'unjust(?:ly|ified)?',
    'false(?:ly)? (?:accus|report|positive)\\p{L}*',
    'not an? (?:impostor|impersonat|scam|fake)\\p{L}*',
    'widerspruch',
    'widerspreche\\p{L}*',
    'einspruch',
    'beschwerde',
    'irrtum',
    'irrtümlich',
    'zu unrecht',
    'entsperr\\p{L}*',
    'recours',
    'conteste\\p{L}*',
    'apelo',
    'apelaci[oó]n',
    'recurso',
    'ricorso',
    'odwołanie',
    'апелляц\\p{L}*',
    'обжал\\p{L}*',
  ].join('|')})(?!\\p{L})`,
  'iu',
);
const LOOKED_AT = 4_000;

/**
 * Whether an answer objects to a decision. Moderators then look at the case again, and nothing else follows: a false
 * match costs them a look, a missed one somebody's right to be heard.
 */
export function readsAsAppeal(text: string): boolean {
  return OBJECTS.test(text.slice(0, LOOKED_AT).normalize('NFKC'));
}
