import { caseLine, countWords } from '../notify/raids.js';
import type { Block } from '../matrix/message.js';
import { HeimdallError } from '../util/errors.js';
import type { Services } from './types.js';

/** An answer names so many at most; a raid of more is a list for the abuse desk's mail, not for a chat. */
const MOST_LISTED = 1_000;

/** `cases raid NUMBER`: the cases that were told of together, worst first. */
export async function casesOfRaid(services: Services, reference: string | undefined): Promise<Block[]> {
  const id = /^#?(\d{1,15})$/.exec(reference ?? '')?.[1];
  const raid = id === undefined ? undefined : await services.ledger.raid(Number(id));
  if (raid === undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', 'Which raid?', 'Give the number that its digest names.');
  const cases = await services.ledger.casesOfRaid(raid.id, { limit: MOST_LISTED + 1 });
  const more = cases.length > MOST_LISTED ? [{ line: [`… and more than these ${MOST_LISTED}.`] }] : [];
  const shown = cases.slice(0, MOST_LISTED);
  return [
    { heading: `Raid ${raid.id}: ${raid.cases.toLocaleString('en')} cases` },
    { line: [`${countWords(shown)}.`] },
    { list: shown.map(caseLine) },
    ...more,
  ];
}
