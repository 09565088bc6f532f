import type { MatrixEvent } from '../../src/matrix/types.js';
import { WORDS } from './bad.js';
import { MINUTE } from './world.js';

/** A rule of another bot: whom (or which room) an event makes it hit; undefined: nobody. */
export type Rule = (event: MatrixEvent) => string | undefined;

/** What another bot does under one of our names; each call begins with an empty memory. */
export type Rules = Readonly<Record<string, () => Rule>>;

const textOf = (event: MatrixEvent): string => {
  const { body, formatted_body: html } = event.content;
  return `${typeof body === 'string' ? body : ''}\n${typeof html === 'string' ? html : ''}`;
};
const isJoin = ({ type, content }: MatrixEvent): boolean => type === 'm.room.member' && content.membership === 'join';
const isMessage = ({ type }: MatrixEvent): boolean => type === 'm.room.message';

/**
 * Mjolnir 1.9 with its defaults, restated from its documentation: ten events a minute and room; the first message of
 * somebody who joined while it ran, if it is `m.image` or holds `<img`; a word list as one expression without word
 * bounds over the body, for 20 minutes after a join; 50 joins an hour.
 */
export const MJOLNIR: Rules = {
  BasicFlooding: () => {
    const times = new Map<string, number[]>();
    return (event) => {
      if (event.state_key !== undefined) return undefined;
      const key = `${event.room_id} ${event.sender}`;
      const kept = (times.get(key) ?? []).filter((time) => time > event.origin_server_ts - MINUTE);
      kept.push(event.origin_server_ts);
      times.set(key, kept.length > 10 ? [] : kept);
      return kept.length > 10 ? event.sender : undefined;
    };
  },
  FirstMessageIsImage: () => {
    const fresh = new Set<string>();
    return (event) => {
      const key = `${event.room_id} ${event.sender}`;
      if (isJoin(event)) fresh.add(key);
      if (!isMessage(event)) return undefined;
      const isFresh = fresh.delete(key);
      return isFresh && (event.content.msgtype === 'm.image' || textOf(event).toLowerCase().includes('<img'))
        ? event.sender
        : undefined;
    };
  },
  MentionLimit: () => (event) => {
    if (!isMessage(event)) return undefined;
    const mentions = event.content['m.mentions'] as { user_ids?: unknown[] } | undefined;
    const named = new Set(textOf(event).match(/@[^\s:]+:[a-z0-9.-]+/gi) ?? []);
    return Math.max(mentions?.user_ids?.length ?? 0, named.size) > 10 ? event.sender : undefined;
  },
  WordList: () => {
    const joined = new Map<string, number>();
    const expression = new RegExp(WORDS.join('|'), 'i');
    return (event) => {
      const key = `${event.room_id} ${event.sender}`;
      if (isJoin(event)) joined.set(key, event.origin_server_ts);
      const at = joined.get(key);
      if (!isMessage(event) || at === undefined || event.origin_server_ts - at > 20 * MINUTE) return undefined;
      return expression.test(String(event.content.body ?? '')) ? event.sender : undefined;
    };
  },
  JoinWaveShortCircuit: () => wave(50),
};

/**
 * Meowlnir 26 restated from its documentation, with the figures of the contract where it has no default: a rate over all
 * rooms, expressions over the bodies, the number of `m.mentions`, a rate of joins.
 */
export const MEOWLNIR: Rules = {
  BasicFlooding: () => {
    const counts = new Map<string, { count: number; until: number }>();
    return (event) => {
      if (event.state_key !== undefined) return undefined;
      const before = counts.get(event.sender);
      const now = event.origin_server_ts;
      const next =
        before === undefined || before.until < now
          ? { count: 1, until: now + MINUTE }
          : { ...before, count: before.count + 1 };
      counts.set(event.sender, next);
      return next.count > 10 ? event.sender : undefined;
    };
  },
  MentionLimit: () => (event) => {
    const mentions = event.content['m.mentions'] as { user_ids?: unknown[] } | undefined;
    return isMessage(event) && (mentions?.user_ids?.length ?? 0) > 10 ? event.sender : undefined;
  },
  WordList: () => {
    const expression = new RegExp(WORDS.join('|'), 'i');
    return (event) => (isMessage(event) && expression.test(textOf(event)) ? event.sender : undefined);
  },
  JoinWaveShortCircuit: () => wave(50),
};

function wave(most: number): Rule {
  const times = new Map<string, number[]>();
  return (event) => {
    if (!isJoin(event)) return undefined;
    const kept = (times.get(event.room_id) ?? []).filter((time) => time > event.origin_server_ts - 60 * MINUTE);
    kept.push(event.origin_server_ts);
    times.set(event.room_id, kept.length > most ? [] : kept);
    return kept.length > most ? event.room_id : undefined;
  };
}
