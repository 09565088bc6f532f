import { visible } from '../detection/index.js';
import { eventPermalink } from '../matrix/permalinks.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ProtectionFinding } from '../store/findings.js';
import { texts } from './texts.js';
import { wordsOf } from './words-of-event.js';

/** How many of the latest offences a notice shows; the rest are counted. */
const SHOWN = 3;
/** How many accounts of a campaign a notice names. */
const MEMBERS_SHOWN = 20;

/** A case's offences for its notice: the protection, what happened, the offence's number, what was written. */
export function protectionLines(offences: readonly ProtectionFinding[], caseId: number): Block[] {
  const blocks = offences.slice(-SHOWN).flatMap((offence): Block[] => {
    const excerpt = wordsOf(offence.event);
    return [
      { line: lineOf(offence) },
      ...(excerpt === '' ? [] : [{ line: [texts.offence.written, { code: visible(excerpt) }] }]),
    ];
  });
  const members = offences.at(-1)?.members;
  if (members !== undefined) blocks.push(...campaignBlocks(members, caseId));
  const offer = offences.at(-1)?.offer;
  if (offer !== undefined) blocks.push({ line: offerLine(offer, caseId) });
  return offences.length > SHOWN ? [{ line: [texts.offence.all(offences.length)] }, ...blocks] : blocks;
}

/** The accounts of a campaign, and how to ban them all. */
function campaignBlocks(members: readonly string[], caseId: number): Block[] {
  const more = members.length - MEMBERS_SHOWN;
  return [
    { list: members.slice(0, MEMBERS_SHOWN).map((id): Inline[] => [{ code: visible(id) }]) },
    ...(more > 0 ? [{ line: [texts.more(more)] }] : []),
    { line: texts.campaign.toBan(members.length, caseId) },
  ];
}

/** What moderators can do about an offence in one room. */
export function offerLine(offer: 'ban' | 'unban', caseId: number): Inline[] {
  return [texts.offence[offer], { code: `!heimdall ${offer} case ${caseId}` }];
}

function lineOf({
  protection,
  why,
  detail,
  offence,
  response,
  roomId,
  eventId,
  hereForMs,
}: ProtectionFinding): Inline[] {
  const names: Readonly<Record<string, string>> = texts.offence.facts;
  const facts = Object.entries(detail).map(([key, value]) => `${names[key] ?? key} ${visible(String(value))}`);
  const line: Inline[] = [
    { bold: protection },
    texts.offence.line(
      visible(why),
      facts.join(', '),
      offence,
      response.length === 0 ? texts.offence.notifyOnly : response.join(texts.offence.and),
    ),
  ];
  if (hereForMs !== undefined && hereForMs !== null)
    line.push(texts.offence.newcomer(texts.offence.ago(Math.round(hereForMs / 60_000))));
  if (roomId !== undefined && eventId !== undefined)
    line.push(' ', { link: eventPermalink(roomId, eventId), text: texts.seen.event });
  return line;
}
