import { POLLS } from '../content.js';
import { settingsWith } from '../settings.js';
import { defineProtection, type Finding } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

const NONE: Finding[] = [];
type Content = Readonly<Record<string, unknown>>;
const object = (value: unknown): Content | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : undefined;

const VOICES = ['org.matrix.msc1767.audio', 'org.matrix.msc3245.voice', 'org.matrix.msc3488.location'];
const TEXTS = [
  'body',
  'msgtype',
  'format',
  'formatted_body',
  'url',
  'filename',
  'displayname',
  'avatar_url',
  'reason',
  'geo_uri',
];
const OBJECTS = [
  'm.relates_to',
  'm.new_content',
  'm.mentions',
  'info',
  'file',
  'm.per_message_profile',
  'com.beeper.per_message_profile',
  ...POLLS,
  ...VOICES,
];
const INFO_TEXTS = ['mimetype', 'thumbnail_url', 'xyz.amorgan.blurhash'];
const INFO_OBJECTS = ['thumbnail_info', 'thumbnail_file'];
/** Unrealistic picture sizes: clients that reserve the space freeze or run out of memory. */
const MOST_PIXELS = 100_000;
const DEEPEST = 40;
/** HTML elements inside each other; clients are told to show a hundred (spec "m.room.message msgtypes"). */
const DEEPEST_HTML = 250;
const SHORTEST_DEEP_HTML = DEEPEST_HTML * '<b>'.length;
/** Elements that hold nothing, or end by themselves. */
const UNNESTED: ReadonlySet<string> = new Set('br hr img wbr p li td th tr dd dt input'.split(' '));

/** Texts of extensible events (MSC1767): a text, or a list of representations, each an object. */
const REPRESENTATIONS = ['m.text', 'm.message', 'org.matrix.msc1767.text', 'org.matrix.msc1767.message'];
const isRepresented = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((entry) => object(entry) !== undefined));
/** A gallery's pictures. */
const PARTS = ['itemtypes', 'dm.filament.itemtypes'];

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** The defect, as the end of "the event has …"; undefined when clients can read it. */
function mistake(content: Content, depth = 0): string | undefined {
  const text = TEXTS.find(
    (key) => content[key] !== undefined && content[key] !== null && typeof content[key] !== 'string',
  );
  if (text !== undefined) return texts.mistakes.noText(text);
  const part = OBJECTS.find(
    (key) => content[key] !== undefined && content[key] !== null && object(content[key]) === undefined,
  );
  if (part !== undefined) return texts.mistakes.noObject(part);
  const relation = object(content['m.relates_to']);
  const strange = ['rel_type', 'event_id', 'key'].find(
    (key) => relation?.[key] !== undefined && relation[key] !== null && typeof relation[key] !== 'string',
  );
  if (strange !== undefined) return texts.mistakes.noText(`m.relates_to.${strange}`);
  const reply = relation?.['m.in_reply_to'];
  if (reply !== undefined && reply !== null && object(reply) === undefined)
    return texts.mistakes.noObject('m.in_reply_to');
  const answered = object(reply)?.event_id;
  if (answered !== undefined && answered !== null && typeof answered !== 'string')
    return texts.mistakes.noText('m.in_reply_to.event_id');
  const everybody = object(content['m.mentions'])?.room;
  if (everybody !== undefined && everybody !== null && typeof everybody !== 'boolean')
    return texts.mistakes.noSwitch('m.mentions.room');
  const users = object(content['m.mentions'])?.user_ids;
  if (users !== undefined && !(Array.isArray(users) && users.every((id) => typeof id === 'string')))
    return texts.mistakes.noUserIds('m.mentions.user_ids');
  const info = object(content.info);
  const described = INFO_TEXTS.find((key) => isSet(info?.[key]) && typeof info?.[key] !== 'string');
  if (described !== undefined) return texts.mistakes.noText(`info.${described}`);
  const held = INFO_OBJECTS.find((key) => isSet(info?.[key]) && object(info?.[key]) === undefined);
  if (held !== undefined) return texts.mistakes.noObject(`info.${held}`);
  const file = object(content.file)?.url;
  if (isSet(file) && typeof file !== 'string') return texts.mistakes.noText('file.url');
  const polls = POLLS.map((key) => object(content[key])).filter((poll) => poll !== undefined);
  const answers = polls.map((poll) => poll.answers).find(isSet);
  if (answers !== undefined && !(Array.isArray(answers) && answers.every((answer) => object(answer) !== undefined)))
    return texts.mistakes.noAnswers;
  if (polls.some(({ question }) => isSet(question) && object(question) === undefined))
    return texts.mistakes.noObject('question');
  const represented = REPRESENTATIONS.find((key) => isSet(content[key]) && !isRepresented(content[key]));
  if (represented !== undefined) return texts.mistakes.noText(represented);
  const parts = PARTS.find((key) => isSet(content[key]) && !Array.isArray(content[key]));
  if (parts !== undefined) return texts.mistakes.noList(parts);
  const waves = object(content['org.matrix.msc1767.audio'])?.waveform;
  if (isSet(waves) && !Array.isArray(waves)) return texts.mistakes.noWaveform;
  for (const [name, sizes] of [
    ['info', info],
    ['info.thumbnail_info', object(info?.thumbnail_info)],
  ] as const) {
    const size = ['w', 'h', 'size', 'duration'].find((key) => isSet(sizes?.[key]) && !isSize(sizes?.[key]));
    if (size !== undefined) return texts.mistakes.noNumber(`${name}.${size}`);
    if (['w', 'h'].some((key) => Number(sizes?.[key] ?? 0) > MOST_PIXELS)) return texts.mistakes.impossibleSize;
  }
  if (depth === 0) {
    const edited = object(content['m.new_content']);
    const inside = edited === undefined ? undefined : mistake(edited, 1);
    if (inside !== undefined) return inside;
    if (isDeep(content) || isDeepHtml(content) || isDeepHtml(edited ?? {})) return texts.mistakes.tooDeep;
  }
  return undefined;
}

function isSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** A required part of a message or an encrypted event is missing. */
function missing(type: string, content: Content): string | undefined {
  if (type === 'm.room.message')
    return typeof content.msgtype === 'string' &&
      content.msgtype.startsWith('m.') &&
      !isSet(content.body) &&
      !REPRESENTATIONS.some((key) => isSet(content[key]))
      ? texts.mistakes.noText('body')
      : undefined;
  const { ciphertext } = content;
  const isReadable = !isSet(ciphertext) || typeof ciphertext === 'string' || object(ciphertext) !== undefined;
  return type === 'm.room.encrypted' && !isReadable ? texts.mistakes.noText('ciphertext') : undefined;
}

/** Nested deeper than any client produces; checked level by level, without recursion. */
function isDeep(content: Content): boolean {
  let level: unknown[] = [content];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** Whether a message's HTML has elements inside each other without end, on which recursive readers fail. */
function isDeepHtml({ formatted_body: html }: Content): boolean {
  if (typeof html !== 'string' || html.length < SHORTEST_DEEP_HTML) return false;
  let depth = 0;
  for (let at = html.indexOf('<'), tags = 0; at >= 0 && tags < MOST_TAGS; at = html.indexOf('<', at + 1), tags++) {
    const closes = html.charCodeAt(at + 1) === SLASH;
    let end = closes ? at + 2 : at + 1;
    while (isNameUnit(html.charCodeAt(end))) end++;
    const name = html.slice(closes ? at + 2 : at + 1, end);
    if (name === '' || name.length > LONGEST_TAG || UNNESTED.has(name.toLowerCase())) continue;
    depth = closes ? Math.max(0, depth - 1) : depth + 1;
    if (depth > DEEPEST_HTML) return true;
  }
  return false;
}

const SLASH = 0x2f;
const LONGEST_TAG = 16;
/** How many tags are read, to bound the cost of one message. */
const MOST_TAGS = 4000;

/** An ASCII letter or digit. */
function isNameUnit(unit: number): boolean {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

/** What is wrong if it is a text. */
const NO_TEXT_KEYS: ReadonlySet<string> = new Set([...OBJECTS, ...PARTS]);
/** What may only have certain forms; anything else is read by nobody, so that it can have any simple one. */
const READ_KEYS: ReadonlySet<string> = new Set([...TEXTS, ...OBJECTS, ...REPRESENTATIONS, ...PARTS, 'ciphertext']);

/**
 * Fast path: ordinary messages only have strings where strings belong, mention people and relate to events in the usual
 * form, and cannot be wrong. The same holds for the new content of an edit.
 */
function isOrdinary(content: Content, depth = 0): boolean {
  for (const key in content) {
    if (key === 'body' || key === 'msgtype') {
      if (typeof content[key] !== 'string') return false;
      continue;
    }
    const value = content[key];
    if (typeof value === 'string' ? NO_TEXT_KEYS.has(key) : !isOrdinaryPart(key, value, depth)) return false;
  }
  return !isDeepHtml(content);
}

function isOrdinaryPart(key: string, value: unknown, depth: number): boolean {
  if (value === null) return true;
  const part = object(value);
  if (part === undefined) return typeof value !== 'object' && !READ_KEYS.has(key);
  if (key === 'm.mentions') return areOrdinaryMentions(part);
  if (key === 'm.relates_to') return isOrdinaryRelation(part);
  return key === 'm.new_content' && depth === 0 && isOrdinary(part, 1);
}

function areOrdinaryMentions(mentions: Content): boolean {
  for (const key in mentions) {
    const value = mentions[key];
    if (key === 'room' ? typeof value !== 'boolean' : key !== 'user_ids' || !areTexts(value)) return false;
  }
  return true;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isOrdinaryRelation(relation: Content): boolean {
  for (const key in relation) {
    const value = relation[key];
    if (typeof value === 'string' && key !== 'm.in_reply_to') continue;
    if (typeof value === 'boolean' && key === 'is_falling_back') continue;
    const reply = key === 'm.in_reply_to' ? object(value) : undefined;
    if (reply === undefined) return false;
    for (const inside in reply) if (typeof reply[inside] !== 'string') return false;
  }
  return true;
}

export const invalidEvent = defineProtection({
  name: 'InvalidEvent',
  aliases: ['InvalidEventProtection'],
  about:
    'An event whose content is of a form that makes clients fail: wrong types where text or objects belong, ' +
    'impossible sizes, parts or HTML nested too deeply.',
  settings: settingsWith(['redact'], {}),
  asks: 'any',
  readsMessages: true,
  harm: 'm.tos.hacking',
  exempts: true,
  alone({ event }) {
    const { type, content } = event;
    if (isOrdinary(content) && (type !== 'm.room.message' || typeof content.body === 'string')) return NONE;
    const wrong = /^(?:m\.|org\.matrix\.)/.test(type) ? (mistake(content) ?? missing(type, content)) : undefined;
    if (wrong === undefined) return NONE;
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: texts.why.invalidEvent(wrong),
        events: [{ roomId: event.room_id, eventId: event.event_id }],
        detail: { mistake: wrong, type },
      },
    ];
  },
});
