import { readHtml, type HtmlView } from './html.js';

/** What a message shows or plays. `voice` is an `audio` too. */
export type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'file' | 'sticker';

/** The content of an event: anything may be of any type. */
export type Content = Readonly<Record<string, unknown>>;

/** How many parts (answers of a poll, pictures of a gallery) of one message are read. */
const MOST_PARTS = 50;

/** HTML of a message, or of an extensible event (MSC1767), which has no `formatted_body`. */
export function htmlOf(content: Content, isAnswer: boolean): HtmlView | undefined {
  const { formatted_body: formatted } = content;
  // some clients show it without a look at `format`
  if (typeof formatted === 'string') return readHtml(formatted, isAnswer);
  for (const name of ['m.text', 'm.message', 'org.matrix.msc1767.message']) {
    for (const entry of listOf(content[name]).slice(0, MOST_PARTS)) {
      const part = objectOf(entry);
      if (part?.mimetype === 'text/html' && typeof part.body === 'string') return readHtml(part.body);
    }
  }
  const html = content['m.html'] ?? content['org.matrix.msc1767.html'];
  return typeof html === 'string' ? readHtml(html) : undefined;
}

/** Texts of an extensible event (MSC1767). */
export function extensible(content: Content): string[] {
  return [
    'm.text',
    'm.message',
    'org.matrix.msc1767.text',
    'org.matrix.msc1767.message',
    'm.caption',
    'org.matrix.msc1767.caption',
    'm.topic',
  ].flatMap((name) => textIn(content[name]));
}

/** A text of an extensible event: a string, a list of representations, or an object containing one of these. */
function textIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value))
    return value.slice(0, MOST_PARTS).flatMap((entry) => {
      const part = objectOf(entry);
      return part !== undefined && part.mimetype !== 'text/html' ? strings(part.body) : [];
    });
  const object = objectOf(value);
  if (object === undefined || depth > 2) return [];
  return ['m.text', 'org.matrix.msc1767.text', 'm.message', 'org.matrix.msc1767.message', 'body'].flatMap((name) =>
    textIn(object[name], depth + 1),
  );
}

/** Question and answers of a poll (MSC3381). */
export function pollTexts(content: Content): string[] {
  // clients differ in which of these names they read
  return POLLS.flatMap((name) => {
    const poll = objectOf(content[name]);
    if (poll === undefined) return [];
    const answers = listOf(poll.answers).slice(0, MOST_PARTS);
    return [...textIn(poll.question), ...answers.flatMap((answer) => textIn(answer))];
  });
}

/** The key of a poll in its event's content. */
export const POLLS = ['m.poll', 'm.poll.start', 'org.matrix.msc3381.poll.start', 'org.matrix.msc3381.v2.poll'] as const;

/** Pictures of a gallery, each with its own caption. */
export function partsOf(content: Content): Content[] {
  const items = listOf(content.itemtypes ?? content['dm.filament.itemtypes'] ?? content['m.gallery']);
  return items.slice(0, MOST_PARTS).flatMap((item): Content[] => {
    const part = objectOf(item);
    return part === undefined ? [] : [part];
  });
}

const BY_TYPE: Readonly<Record<string, MediaKind>> = {
  'm.image': 'image',
  'm.video': 'video',
  'm.audio': 'audio',
  'm.file': 'file',
  'm.voice': 'voice',
  'm.sticker': 'sticker',
};
const BLOCKS: readonly (readonly [string, MediaKind])[] = [
  ['m.image', 'image'],
  ['m.video', 'video'],
  ['m.audio', 'audio'],
  ['m.voice', 'voice'],
  ['org.matrix.msc3245.voice', 'voice'],
  ['org.matrix.msc3245.voice.v2', 'voice'],
  ['org.matrix.msc3245.voice_v2', 'voice'],
  ['org.matrix.msc1767.image', 'image'],
  ['org.matrix.msc1767.video', 'video'],
  ['org.matrix.msc1767.audio', 'audio'],
  ['org.matrix.msc3551.file', 'file'],
];

/** What one part of an event shows or plays. `type`: the event's, for its outermost part. */
export function mediaOf(part: Content, type: string): MediaKind[] {
  const named =
    BY_TYPE[typeof part.msgtype === 'string' ? part.msgtype : typeof part.itemtype === 'string' ? part.itemtype : type];
  const kinds: MediaKind[] = named === undefined ? [] : [named];
  for (const [name, kind] of BLOCKS)
    if (objectOf(part[name]) !== undefined || (kind === 'voice' && part[name] === true)) kinds.push(kind);
  const file = objectOf(part['m.file']) ?? objectOf(part['org.matrix.msc1767.file']);
  if (file !== undefined && named === undefined) kinds.push('file');
  // a file is displayed according to its type
  const mimetype = objectOf(part.info)?.mimetype ?? file?.mimetype;
  if ((named === 'file' || named === undefined) && kinds.length > 0) {
    const shown = typeof mimetype === 'string' ? kindOfType(mimetype) : kindOfName(part.filename ?? part.body);
    if (shown !== undefined) kinds.push(shown);
  }
  // what a picture's type says is what clients play
  if (named === 'image' && typeof mimetype === 'string' && kindOfType(mimetype) === 'video') kinds.push('video');
  if (kinds.includes('voice')) kinds.push('audio');
  return kinds;
}

function kindOfType(mimetype: string): MediaKind | undefined {
  return /^(image|video|audio)\//i.exec(mimetype)?.[1]?.toLowerCase() as MediaKind | undefined;
}

const ENDINGS: readonly (readonly [RegExp, MediaKind])[] = [
  [/\.(?:png|jpe?g|gif|webp|bmp|avif|heic|svg|apng|jxl)\s*$/i, 'image'],
  [/\.(?:mp4|m4v|webm|mov|mkv|avi|mpe?g)\s*$/i, 'video'],
  [/\.(?:mp3|ogg|oga|opus|wav|flac|m4a|aac)\s*$/i, 'audio'],
];

/** A file without a type is classified by its name. */
function kindOfName(name: unknown): MediaKind | undefined {
  if (typeof name !== 'string') return undefined;
  const end = name.slice(-20);
  return ENDINGS.find(([ending]) => ending.test(end))?.[1];
}

/** A JSON object; undefined for anything else. */
export function objectOf(value: unknown): Content | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : undefined;
}

/** A list; empty for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A non-empty text, as a list of one. */
export function strings(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
