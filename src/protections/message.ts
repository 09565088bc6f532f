import type { MatrixEvent } from '../matrix/types.js';
import {
  extensible,
  htmlOf,
  listOf,
  mediaOf,
  objectOf,
  partsOf,
  pollTexts,
  strings,
  type Content,
  type MediaKind,
} from './content.js';
import type { HtmlView } from './html.js';
import { linksOf, mentionsOf, withoutIds } from './links.js';
import { pillsIn, withoutPillNames, withoutPills } from './pills.js';
import { AT, LINK, signsOf } from './signs.js';
import { saveUnread, TextScan } from './text-scan.js';
import { withTurned } from './turned.js';

/**
 * Types that clients send automatically, often many in a few seconds: verification, call signalling, live locations,
 * votes. People do not write them, unlike what rings (a call's invite or notification) or ends a poll.
 */
const BY_MACHINES =
  /^(?:m\.call\.(?!invite$)|org\.matrix\.call\.|m\.key\.verification\.|m\.beacon$|org\.matrix\.msc3672\.beacon$|m\.rtc\.(?!notification$)|org\.matrix\.msc\d+\.(?:call\.(?!notify$)|rtc\.(?!notification$))|io\.element\.call\.|m\.poll\.response$|org\.matrix\.msc3381\.poll\.response$|m\.room\.redaction$|m\.typing$|m\.dummy$)/;

/**
 * One event as people see it, whatever client wrote it: edits have their new content (spec "Event replacements"),
 * replies have no quotes ("Rich replies"), and captions, file names, polls (MSC3381), galleries (MSC4274), voice
 * messages (MSC3245) and extensible events (MSC1767) are supported. Each part is parsed on first use. All of it is
 * untrusted: anything may have any type.
 */
export class Message {
  /** the effective content: for an edit the new one */
  readonly content: Content;
  /** the event that this one edits */
  readonly edits: string | undefined;
  readonly #form: Form;
  #html: HtmlView | undefined | null = null;
  #texts: string[] | undefined;
  #media: ReadonlySet<MediaKind> | undefined;
  #mentions: ReadonlySet<string> | undefined;
  #links: readonly string[] | undefined;
  #scan: TextScan | undefined;
  #signs = -1;

  /** @param isFallback read as clients show it that do not know edits */
  constructor(
    readonly event: MatrixEvent,
    private readonly isFallback = false,
  ) {
    const { content } = event;
    const related = content['m.relates_to'];
    const relation = related === undefined ? undefined : objectOf(related);
    const edited = relation?.rel_type === 'm.replace' ? objectOf(content['m.new_content']) : undefined;
    this.content = isFallback ? content : (edited ?? content);
    this.#form = formOf(this.content);
    this.edits = edited !== undefined && typeof relation?.event_id === 'string' ? relation.event_id : undefined;
  }

  /**
   * An edit as clients show it that do not know edits (spec "Event replacements"); undefined if they show the same, as
   * with every honest edit.
   */
  get fallback(): Message | undefined {
    const { content: whole } = this.event;
    if (this.content === whole || saysTheSame(whole, this.content)) return undefined;
    return new Message(this.event, true);
  }

  /** Whether a person sent it, so that it counts for rates. Edits and reactions do, automatic events do not. */
  get isActivity(): boolean {
    const { state_key: who, type } = this.event;
    return who === undefined && (type === 'm.room.message' || !BY_MACHINES.test(type));
  }

  /** Whether it is a new message: no edit, no reaction. An encrypted event counts, whatever it contains. */
  get isWriting(): boolean {
    return this.isActivity && this.edits === undefined && !isReaction(this.event.type) && !isVerification(this.content);
  }

  get isEncrypted(): boolean {
    return this.event.type === 'm.room.encrypted';
  }

  /** The text of a new message that is nothing but a text; undefined for all others. */
  get onlyText(): string | undefined {
    const isOnly = this.#form === PLAIN && this.event.type === 'm.room.message' && this.isWriting;
    return isOnly ? this.texts[0] : undefined;
  }

  /** What its texts may hold (`signs.ts`). */
  get signs(): number {
    if (this.#signs < 0) this.#signs = this.#readSigns();
    return this.#signs;
  }

  /** All visible text, part by part. */
  get texts(): readonly string[] {
    return (this.#texts ??= this.#readTexts());
  }

  get media(): ReadonlySet<MediaKind> {
    return (this.#media ??= this.#readMedia());
  }

  /** URIs of the pictures in its HTML. */
  get pictures(): readonly string[] {
    return this.#view?.pictures ?? [];
  }

  /** Ids of the mentioned accounts: in `m.mentions`, in pills and links, and in the text. */
  get mentions(): ReadonlySet<string> {
    return (this.#mentions ??= this.#readMentions());
  }

  /** Link targets: those in the HTML and those that clients detect in text. */
  get links(): readonly string[] {
    if ((this.signs & LINK) === 0) return NO_LINKS;
    return (this.#links ??= linksOf(this.texts, this.#view?.links ?? NO_LINKS));
  }

  /**
   * The texts without mentions of people and rooms: ids, links to them, and pills whose text is just the id. A person's
   * name is not a word of whoever addresses them.
   */
  get textsWithoutNames(): readonly string[] {
    const { content } = this;
    const isHtml = typeof content.formatted_body === 'string';
    const pills = isHtml ? pillsIn(String(content.formatted_body)) : [];
    const html = pills.length === 0 ? undefined : withoutPills(String(content.formatted_body), pills);
    const view = html === undefined ? undefined : htmlOf({ ...content, formatted_body: html }, this.#isAnswer);
    const texts = this.texts.map((text) =>
      view !== undefined && text === this.#view?.text ? view.text : withoutPillNames(text, pills),
    );
    return withTurned(withoutIds(texts));
  }

  /** The folded texts, for word and domain searches, computed once. */
  get scan(): TextScan {
    return (this.#scan ??= new TextScan(withTurned(this.texts)));
  }

  /** It has been judged: what it left unread of its share is saved for others. */
  done(): void {
    if (this.#scan === undefined && this.#texts !== undefined) saveUnread(this.#texts);
  }

  get #view(): HtmlView | undefined {
    if (this.#form !== OTHER && typeof this.content.formatted_body !== 'string') return undefined;
    if (this.#html === null) this.#html = htmlOf(this.content, this.#isAnswer);
    return this.#html;
  }

  /** Clients omit the quoted original of a reply. An edit has it in its fallback only (spec "Editing of replies"). */
  get #isAnswer(): boolean {
    return this.isFallback || objectOf(this.event.content['m.relates_to'])?.['m.in_reply_to'] !== undefined;
  }

  #readSigns(): number {
    let signs = (this.#view?.links.length ?? 0) > 0 ? LINK : 0;
    for (const text of this.texts) signs |= signsOf(text);
    return signs;
  }

  #readTexts(): string[] {
    const { type, content: whole } = this.event;
    const { content } = this;
    // clients show the reason of a leave or a knock next to the name
    if (type === 'm.room.member') return [...strings(whole.displayname), ...strings(whole.reason)];
    if (isReaction(type))
      return [
        ...strings(objectOf(whole['m.relates_to'])?.key),
        ...strings(whole.shortcode ?? whole['com.beeper.reaction.shortcode']),
      ];
    if (type === 'm.room.name') return strings(whole.name);
    if (type === 'm.room.topic') return [...new Set([...strings(whole.topic), ...extensible(whole)])];
    if (this.event.state_key !== undefined || this.isEncrypted) return [];
    const body = typeof content.body === 'string' ? withoutQuote(content.body, this.#isAnswer) : '';
    if (this.#form === PLAIN) return body.trim() === '' ? [] : [body];
    const html = this.#view?.text ?? '';
    if (this.#form === TEXTUAL) return different([body, html]);
    return different([
      body,
      html,
      ...strings(content.filename),
      ...partsOf(content).flatMap((part) => [
        ...strings(part.body),
        ...strings(part.filename),
        ...strings(htmlOf(part, this.#isAnswer)?.text),
      ]),
      ...extensible(content),
      ...pollTexts(content),
      ...strings((objectOf(content['m.location']) ?? objectOf(content['org.matrix.msc3488.location']))?.description),
      // the per-message display name (MSC4144)
      ...strings(
        (objectOf(content['m.per_message_profile']) ?? objectOf(content['com.beeper.per_message_profile']))
          ?.displayname,
      ),
    ]);
  }

  #readMedia(): ReadonlySet<MediaKind> {
    const { type } = this.event;
    if (this.#form !== OTHER && (type === 'm.room.message' || isReaction(type)))
      return this.#view?.image === true ? ONLY_IMAGE : NO_MEDIA;
    const kinds = new Set<MediaKind>();
    if (type === 'm.sticker') kinds.add('sticker');
    for (const part of [this.content, ...partsOf(this.content)])
      for (const kind of mediaOf(part, part === this.content ? type : '')) kinds.add(kind);
    if (this.#view?.image === true) kinds.add('image');
    return kinds;
  }

  #readMentions(): ReadonlySet<string> {
    if (this.event.state_key !== undefined) return NOBODY;
    const written = (this.signs & (AT | LINK)) === 0 ? NOBODY : mentionsOf(this.texts, this.links);
    const { content: whole } = this.event;
    if (written.size === 0 && !marksAny(whole) && (this.content === whole || !marksAny(this.content))) return NOBODY;
    const ids = new Set<string>();
    for (const content of [whole, this.content])
      for (const id of listOf(objectOf(content['m.mentions'])?.user_ids))
        if (typeof id === 'string') ids.add(sameServer(id));
    for (const id of written) ids.add(sameServer(id));
    return ids;
  }
}

/** An id with its server name in lower case, since server names ignore case and localparts do not. */
function sameServer(id: string): string {
  const colon = id.indexOf(':');
  return colon < 0 ? id : id.slice(0, colon) + id.slice(colon).toLowerCase();
}

/** The texts that say something, each once: the HTML usually has the same content as the plain text. */
function different(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => {
    const key = text.length > 2000 ? text : text.trim();
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const NO_MEDIA: ReadonlySet<MediaKind> = new Set();
const ONLY_IMAGE: ReadonlySet<MediaKind> = new Set(['image']);
const NOBODY: ReadonlySet<string> = new Set();
const NO_LINKS: readonly string[] = [];
/** Whether `m.mentions` has anything; the usual `{}` says that nobody is mentioned. */
function marksAny(content: Content): boolean {
  const marked = content['m.mentions'];
  return marked !== undefined && objectOf(marked)?.user_ids !== undefined;
}

/** What a content holds: plain text and nothing else that is read or shown, with HTML, or more. */
type Form = typeof PLAIN | typeof TEXTUAL | typeof OTHER;
const PLAIN = 0;
const TEXTUAL = 1;
const OTHER = 2;

function formOf(content: Content): Form {
  const { msgtype } = content;
  const isText = msgtype === 'm.text' || msgtype === 'm.notice' || msgtype === 'm.emote';
  if (!isText && msgtype !== undefined) return OTHER;
  let form: Form = isText ? PLAIN : TEXTUAL;
  for (const key in content) {
    if (key === 'body' || key === 'msgtype' || key === 'm.mentions' || key === 'm.relates_to') continue;
    if (key !== 'format' && key !== 'formatted_body') return OTHER;
    form = TEXTUAL;
  }
  return form;
}

/** The parts of an edit that are not its fallback. */
const OF_EDITS: ReadonlySet<string> = new Set(['m.new_content', 'm.relates_to', 'm.mentions']);

/** Whether an edit's fallback shows what it changes the message to, behind the usual star. */
function saysTheSame(fallback: Content, content: Content): boolean {
  for (const key in fallback) {
    if (OF_EDITS.has(key)) continue;
    const [one, other] = [fallback[key], content[key]];
    if (one === other || withoutStar(one) === other) continue;
    if (typeof one === 'string' || JSON.stringify(one) !== JSON.stringify(other)) return false;
  }
  return true;
}

function withoutStar(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^\s*\*\s?/, '') : value;
}

function isReaction(type: string): boolean {
  return type === 'm.reaction';
}

/** Devices start verification in a room with a message (spec "Key verification framework"). */
function isVerification(content: Content): boolean {
  return content.msgtype === 'm.key.verification.request';
}

/** Quoted lines that older clients put before a reply (spec before v1.13, "Fallbacks for rich replies"). */
function withoutQuote(body: string, isAnswer: boolean): string {
  if (!body.startsWith('>') || !/^> (?:\* )?<@/.test(body) || !isAnswer) return body;
  let at = 0;
  while (body.startsWith('>', at)) {
    const end = body.indexOf('\n', at);
    if (end < 0) return '';
    at = end + 1;
  }
  return body.slice(at);
}
