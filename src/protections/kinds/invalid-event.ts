import { settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

type Content = Readonly<Record<string, unknown>>;
const object = (value: unknown): Content | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : undefined;

const POLLS = ['m.poll', 'm.poll.start', 'org.matrix.msc3381.poll.start'];
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
const OBJECTS = ['m.relates_to', 'm.new_content', 'm.mentions', 'info', 'file', ...POLLS, ...VOICES];
const INFO_TEXTS = ['mimetype', 'thumbnail_url', 'xyz.amorgan.blurhash'];
const INFO_OBJECTS = ['thumbnail_info', 'thumbnail_file'];
/** Sizes that no picture has: clients that reserve the room for it freeze or run out of memory. */
const MOST_PIXELS = 100_000;
const DEEPEST = 40;

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** What is wrong with it, as the end of "the event has …"; undefined when clients can read it. */
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
  const answers = POLLS.map((key) => object(content[key])?.answers).find(isSet);
  if (answers !== undefined && !Array.isArray(answers)) return texts.mistakes.noAnswers;
  const waves = object(content['org.matrix.msc1767.audio'])?.waveform;
  if (isSet(waves) && !Array.isArray(waves)) return texts.mistakes.noWaveform;
  const size = ['w', 'h', 'size', 'duration'].find(
    (key) =>
      info?.[key] !== undefined &&
      info[key] !== null &&
      !(typeof info[key] === 'number' && Number.isFinite(info[key]) && info[key] >= 0),
  );
  if (size !== undefined) return texts.mistakes.noNumber(`info.${size}`);
  if (['w', 'h'].some((key) => typeof info?.[key] === 'number' && info[key] > MOST_PIXELS))
    return texts.mistakes.impossibleSize;
  if (depth === 0) {
    const edited = object(content['m.new_content']);
    const inside = edited === undefined ? undefined : mistake(edited, 1);
    if (inside !== undefined) return inside;
    if (isDeep(content)) return texts.mistakes.tooDeep;
  }
  return undefined;
}

/** Nested deeper than any client writes; looked at level by level, so that it costs no stack. */
function isDeep(content: Content): boolean {
  let level: unknown[] = [content];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

const TEXT_KEYS: ReadonlySet<string> = new Set(TEXTS);

/** What most people write most of the time has nothing in it that could be wrong: texts where texts belong. */
function isOnlyTexts(content: Content): boolean {
  for (const key in content) if (!TEXT_KEYS.has(key) || typeof content[key] !== 'string') return false;
  return true;
}

export const invalidEvent = defineProtection({
  name: 'InvalidEvent',
  aliases: ['InvalidEventProtection'],
  about:
    'An event whose content is of a form that makes clients fail: wrong types where text or objects belong, ' +
    'impossible sizes, parts nested without end.',
  settings: settingsWith(['redact'], {}),
  asks: 'any',
  harm: 'm.tos.hacking',
  exempts: true,
  alone({ event }) {
    if (event.type === 'm.room.encrypted' || isOnlyTexts(event.content)) return [];
    const wrong = /^(?:m\.|org\.matrix\.)/.test(event.type) ? mistake(event.content) : undefined;
    if (wrong === undefined) return [];
    return [
      {
        subject: { kind: 'user', id: event.sender },
        why: texts.why.invalidEvent(wrong),
        events: [{ roomId: event.room_id, eventId: event.event_id }],
        detail: { mistake: wrong, type: event.type },
      },
    ];
  },
});
