/** The protections of Meowlnir, as they were in effect: what is missing there is 0, off or empty. */
import { textsOf, objectOf } from './old-bot.js';
import { actsAt, ofKnownPeople, type InEffect, type OldProtection } from './old-protection.js';
import { protectionNamed } from '../../protections/table.js';
import { differences } from './texts.js';

type Values = Record<string, unknown>;

/** In the state `fi.mau.meowlnir.protected_rooms`: each that is there is on, in all rooms. */
export function meowlnirProtections(protections: Values): OldProtection[] {
  return protectionsOf(protections, ({ enabled }) => enabled !== false);
}

/**
 * The older form, a state of its own: `{global, overrides: {ROOM}}`. Each says whether it is enabled, and a room with
 * overrides has only those.
 */
export function olderMeowlnirProtections(content: Values): OldProtection[] {
  const isOn = ({ enabled }: Values): boolean => enabled === true;
  const global = protectionsOf(withOlderMedia(objectOf(content.global) ?? {}), isOn);
  const rooms = Object.entries(objectOf(content.overrides) ?? {}).flatMap(([roomId, own]) => {
    const there = protectionsOf(withOlderMedia(objectOf(own) ?? {}), isOn);
    const has = (name: string) => there.some((one) => protectionNamed(one.name) === protectionNamed(name));
    const missing = global.filter(({ name, enabled }) => enabled && protectionNamed(name) !== undefined && !has(name));
    return [...there, ...missing.map(({ name }) => off(name))].map((old) => ({ ...old, roomId }));
  });
  return [...global, ...rooms];
}

function protectionsOf(protections: Values, isOn: (values: Values) => boolean): OldProtection[] {
  return Object.entries(protections).flatMap(([name, written]): OldProtection[] => {
    const values = objectOf(written);
    if (values === undefined) return [];
    const settings = Object.fromEntries(
      Object.entries(values).filter(([key, value]) => key !== 'enabled' && isSet(value)),
    );
    const enabled = isOn(values);
    if (name === 'no_media') return mediaOf(values).map((one) => (enabled ? { ...one, enabled } : off(one.name)));
    const { isOff = false, ...effect } = inEffect(name, settings);
    return [{ name, enabled: enabled && !isOff, ...effect }];
  });
}

function off(name: string): OldProtection {
  return { name, enabled: false, settings: {} };
}

/** Values that say no more than a missing one. Lists count even when empty: of media types, none is not all. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

const isAbove = (value: unknown): boolean => typeof value === 'number' && value > 0;

/** `isOff`: with these settings it does nothing there. */
function inEffect(name: string, settings: Values): InEffect & { isOff?: boolean } {
  switch (name) {
    case 'anti_flood': {
      const { max_infractions: most, ...rest } = settings;
      return {
        ...infractionsOf(rest, most),
        differs: [...ofKnownPeople(settings.limit), differences.roomByRoom],
        isOff: !isAbove(settings.limit) || !isAbove(settings.per),
      };
    }
    case 'max_mentions':
      return mentionsOf(settings);
    case 'join_rate':
      return {
        settings,
        implied: { lockdown_for: isAbove(settings.per) ? `${String(settings.per)}s` : '0' },
        differs: [differences.closesRoom],
        isOff: !isAbove(settings.limit) || !isAbove(settings.per),
      };
    case 'bad_words':
      return {
        settings,
        implied: { response: ['redact'], trusted_after: '0', names: false },
        differs: [differences.wholeWords],
      };
    case 'bad_displaynames':
      return { settings, differs: [differences.wholeWords] };
    case 'insecure_registration':
      return { settings, implied: { response: ['kick'] } };
    case 'server_requirements':
      return {
        settings,
        implied: { response: ['kick'] },
        isOff: !Object.entries(settings).some(([key, value]) => key.startsWith('require_') && value === true),
      };
    default:
      return { settings };
  }
}

/**
 * Meowlnir bans once somebody is this far above the limit, at once by default. A number of our own offences would not
 * be the same, so that with a higher one nobody is banned here.
 */
function infractionsOf(settings: Values, most: unknown): InEffect {
  return isAbove(most) && most !== 1
    ? { settings: { ...settings, max_infractions: most }, implied: { response: ['redact'] } }
    : { settings, implied: { response: ['redact+ban'] } };
}

/** An older one has `max_mentions`, acts at that number, and bans only if that is set and counted over a time. */
function mentionsOf(settings: Values): InEffect & { isOff?: boolean } {
  const { max_infractions: most, ...rest } = settings;
  const differs = [
    ...(isAbove(settings.per ?? settings.period) ? [differences.perMessage] : []),
    differences.namesInText,
  ];
  if (!('max_mentions' in settings)) return { ...infractionsOf(rest, most), differs, isOff: !isAbove(settings.limit) };
  const bans = most === 1 && isAbove(settings.period);
  const { settings: carried, there } = actsAt(most === undefined || bans ? rest : settings, 'max_mentions');
  return {
    settings: carried,
    ...(there === undefined ? {} : { there }),
    implied: { response: [bans ? 'redact+ban' : 'redact'] },
    differs,
    isOff: !isAbove(settings.max_mentions),
  };
}

/** Kinds of media, by Meowlnir's option that allows them, with our protection that redacts that kind. */
const MEDIA = [
  { allow: 'allow_images', type: 'm.image', alone: undefined },
  { allow: 'allow_videos', type: 'm.video', alone: 'MessageIsVideo' },
  { allow: 'allow_audio', type: 'm.audio', alone: 'MessageIsVoice' },
  { allow: 'allow_files', type: 'm.file', alone: undefined },
] as const;
const INLINE: ReadonlySet<string> = new Set(['allow_inline_images', 'deny_inline_images']);

/** The older form names the allowed types, by default those of texts, and denies what it does not allow. */
function withOlderMedia(protections: Values): Values {
  const media = objectOf(protections.no_media);
  if (media === undefined) return protections;
  const denied = { allowed_types: ['m.text'], allow_inline_images: false, allow_custom_reactions: false };
  return { ...protections, no_media: { ...denied, ...media } };
}

/** One protection of Meowlnir for all media is several here. */
function mediaOf(settings: Values): Omit<OldProtection, 'enabled'>[] {
  const { allow_stickers: stickers, allowed_types: types, ...rest } = settings;
  const allowed = types === undefined || types === null ? undefined : textsOf(types);
  const isDenied = (allow: unknown, type: string) =>
    allowed === undefined ? allow !== true : allowed.length > 0 && !allowed.includes(type);
  const denied = MEDIA.filter(({ allow, type }) => isDenied(settings[allow], type));
  const isAll = denied.length === MEDIA.length;
  // `true` denies nothing in allow_…, and `false` nothing in deny_…
  const left = Object.entries(rest).filter(
    ([name, value]) =>
      name !== 'enabled' &&
      value !== null &&
      !MEDIA.some(({ allow }) => allow === name) &&
      value !== name.startsWith('allow_') &&
      !(isAll && INLINE.has(name)),
  );
  const found: string[] = [];
  if (isAll) found.push('MessageIsMedia');
  else {
    found.push(...denied.flatMap(({ alone }) => (alone === undefined ? [] : [alone])));
    const others = denied.filter(({ alone }) => alone === undefined).map(({ type }) => type);
    if (others.length > 0) found.push(`no_media (${others.join(', ')})`);
  }
  if (isDenied(stickers, 'm.sticker')) found.push('MessageIsSticker');
  // further settings are reported with the first of them
  if (found.length === 0 && left.length > 0) found.push(`no_media (${left.map(([name]) => name).join(', ')})`);
  const isByType = allowed !== undefined && allowed.length > 0;
  return found.map((name, at) => ({
    name,
    settings: at === 0 ? Object.fromEntries(left) : {},
    differs: [
      ...(at === 0 && isByType ? [differences.onlyMedia] : []),
      ...(name === 'MessageIsVoice' ? [differences.voiceOnly] : []),
    ],
  }));
}
