import { visible } from '../detection/index.js';
import { eventPermalink } from '../matrix/permalinks.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ProtectionFinding } from '../store/findings.js';

/** The latest offences that a notice shows; the rest is a number. */
const SHOWN = 3;
const EXCERPT = 300;
/** Accounts of a campaign that a notice names. */
const MEMBERS_SHOWN = 20;

/** What a case's offences were, for its notice: which protection, what happened, which offence it is, what was written. */
export function protectionLines(offences: readonly ProtectionFinding[], caseId: number): Block[] {
  const blocks = offences.slice(-SHOWN).flatMap((offence): Block[] => {
    const excerpt = excerptOf(offence.event);
    return [
      { line: lineOf(offence) },
      ...(excerpt === '' ? [] : [{ line: ['Written: ', { code: visible(excerpt) }] }]),
    ];
  });
  const members = offences.at(-1)?.members;
  if (members !== undefined) blocks.push(...campaignBlocks(members, caseId));
  const offer = offences.at(-1)?.offer;
  if (offer !== undefined) blocks.push({ line: offerLine(offer, caseId) });
  return offences.length > SHOWN ? [{ line: [`${offences.length} offences in all, the latest:`] }, ...blocks] : blocks;
}

/** The accounts of a campaign, and how they are all banned. */
function campaignBlocks(members: readonly string[], caseId: number): Block[] {
  const more = members.length - MEMBERS_SHOWN;
  return [
    { list: members.slice(0, MEMBERS_SHOWN).map((id): Inline[] => [{ code: visible(id) }]) },
    ...(more > 0 ? [{ line: [`… and ${more} more.`] }] : []),
    {
      line: [
        `To ban ${members.length === 1 ? 'it' : `all ${members.length}`}, by rules: `,
        { code: `!heimdall campaign ban case ${caseId}` },
      ],
    },
  ];
}

/** What moderators may do about what somebody did in one room. */
export function offerLine(offer: 'ban' | 'unban', caseId: number): Inline[] {
  const command = { code: `!heimdall ${offer} case ${caseId}` };
  return offer === 'ban'
    ? ['To ban them in all protected rooms, by a rule: ', command]
    : ['To remove the rule and lift its bans: ', command];
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
  const facts = Object.entries(detail).map(([key, value]) => `${key} ${visible(String(value))}`);
  const line: Inline[] = [
    { bold: protection },
    `: ${visible(why)} (${facts.join(', ')}). Offence ${offence}: ${response.length === 0 ? 'notify' : response.join(' and ')}.`,
  ];
  if (hereForMs !== undefined && hereForMs !== null) line.push(` New here: joined ${agoOf(hereForMs)} before.`);
  if (roomId !== undefined && eventId !== undefined)
    line.push(' ', { link: eventPermalink(roomId, eventId), text: 'event' });
  return line;
}

function agoOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return minutes < 2 * 1440 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

/** What was written: the text itself, of an edit the new one. */
function excerptOf(event: Record<string, unknown> | undefined): string {
  const content = event?.content as Record<string, unknown> | undefined;
  const edited = content?.['m.new_content'] as Record<string, unknown> | undefined;
  const text = [edited?.body, content?.body, content?.displayname].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return typeof text !== 'string' ? '' : text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}
