/**
 * Every weight of rules/detection.yaml by an example: the attack that it stops, or, for those below nothing, the honest
 * account that it leaves in peace. The verdict is what it is because of that weight: without it the same sighting gets
 * another one.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadRules, rulesFolder } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type Sighting, type VerdictLevel } from '../../src/detection/index.js';
import { createRoomDetector, type OfficialRoom, type RoomSighting } from '../../src/detection/rooms.js';
import { ROOM_WEIGHT_NAMES, WEIGHT_NAMES, type RoomWeightName, type WeightName } from '../../src/detection/rules.js';

const rules = loadRules();
const AVATAR = 'mxc://home.example/official';
const identity = (userId: string, displayName: string, domains: readonly string[] = []): ProtectedIdentity => ({
  userId,
  displayNames: [displayName],
  domains,
  avatars: [AVATAR],
  rooms: [],
  variants: [],
});
const MATRIX = identity('@server:matrix.org', 'Matrix.org (Official Account)', ['matrix.org']);
const NOVA = identity('@help:novapost.example', 'Novapost', ['novapost.example']);
const ACME = identity('@zorbax:acme.example', 'Acme', ['acme.example']);
const CLUB = identity('@zorbax:home.example', 'Chess Club');
const ORCHIDS = identity('@zorbax:home.example', 'Orchid Cultivators');
const NOTICES = identity('@zorbax:home.example', 'Server Notices');
const KUBE = identity('@kube:kube.example', 'Kube Operations', ['kube.example']);
const id = (userId: string): Sighting => ({ userId });
const named = (displayName: string, userId = '@u8472:evil.test'): Sighting => ({ userId, displayName });
/** Bears a picture that is nearly the official one. */
const likeOfficial = ({ userId }: ProtectedIdentity): Partial<Sighting> => ({
  avatarUrl: 'mxc://evil.test/a',
  avatarLike: [{ protected: userId, likeness: 'near' }],
});

/** What is protected, who comes, the verdict, and the verdict without the weight. */
type Example<Who, Seen> = readonly [Who, Seen, VerdictLevel, VerdictLevel];

const EXAMPLES: Readonly<Record<WeightName, Example<ProtectedIdentity, Sighting>>> = {
  id_variant: [MATRIX, id('@Server:matrix.org'), 'likely', 'possible'],
  id_twin: [MATRIX, id('@server:m\u0430trix.org'), 'certain', 'likely'],
  localpart_same: [MATRIX, id('@server:evil.test'), 'possible', 'none'],
  localpart_disguised: [MATRIX, id('@s\u0435rver:evil.test'), 'possible', 'none'],
  localpart_readable: [MATRIX, id('@s3rver:evil.test'), 'possible', 'none'],
  localpart_edit: [MATRIX, id('@serrver:evil.test'), 'possible', 'none'],
  short_slip: [KUBE, id('@kubr:kub3.example'), 'likely', 'possible'],
  alien_slip: [ACME, id('@zor\u0e05ax:acme.ru'), 'likely', 'possible'],
  localpart_affix: [MATRIX, id('@server-support:evil.test'), 'possible', 'none'],
  own_twin: [MATRIX, id('@s\u0435rver:matrix.org'), 'likely', 'possible'],
  own_near: [MATRIX, named('Anna (matrix.org)', '@s3rver:matrix.org'), 'likely', 'possible'],
  spells_id: [MATRIX, id('@server_matrix.org:evil.test'), 'likely', 'possible'],
  spells_domain: [MATRIX, id('@matrix.org:evil.test'), 'possible', 'none'],
  spells_name: [CLUB, id('@chess_club:evil.test'), 'likely', 'none'],
  localpart_brand: [NOVA, id('@novapost:evil.test'), 'possible', 'none'],
  localpart_brand_role: [NOVA, id('@novapost-support:evil.test'), 'possible', 'none'],
  server_homograph: [NOVA, id('@anna:novap\u043est.example'), 'likely', 'possible'],
  server_twin: [KUBE, id('@kubr:kub3.example'), 'likely', 'possible'],
  server_typo: [NOVA, id('@anna:novapots.example'), 'possible', 'none'],
  server_spelling: [NOVA, id('@anna:Novapost.example'), 'possible', 'none'],
  server_prefix: [MATRIX, id('@anna:matrix.org.evil.test'), 'possible', 'none'],
  server_affix: [NOVA, id('@anna:novapost-login.evil.test'), 'possible', 'none'],
  server_lure: [NOVA, id('@anna:novapost-knitting.test'), 'possible', 'none'],
  server_tld: [ACME, id('@zorb\u0430x:acme.ru'), 'likely', 'possible'],
  server_tld_rare: [NOVA, id('@novapost:novapost.ru'), 'likely', 'possible'],
  display_twin: [CLUB, named('Chess Club'), 'certain', 'none'],
  display_readable: [CLUB, named('Ch3ssClub'), 'likely', 'none'],
  display_near: [ORCHIDS, named('Orchid Cultivatorss'), 'likely', 'none'],
  display_order: [CLUB, named('Club Chess'), 'likely', 'none'],
  display_embedded: [CLUB, named('Chess Club – Support'), 'likely', 'none'],
  display_mention: [CLUB, named('Chess Club Berlin'), 'possible', 'none'],
  display_generic: [NOTICES, named('Server Notices'), 'likely', 'none'],
  word_same: [NOVA, named('Novapost'), 'possible', 'none'],
  word_disguised: [NOVA, named('N\u043evapost'), 'likely', 'none'],
  word_readable: [NOVA, named('Nov4post'), 'possible', 'none'],
  word_near: [NOVA, named('Novaposst'), 'possible', 'none'],
  localpart_as_name: [MATRIX, named('s\u0435rv\u0435r'), 'possible', 'none'],
  localpart_same_as_name: [CLUB, named('zorbax'), 'possible', 'none'],
  embedded_id: [MATRIX, named('https://matrix.to/#/@server:matrix.org'), 'certain', 'none'],
  embedded_id_text: [MATRIX, named('I am @server:matrix.org'), 'likely', 'possible'],
  embedded_domain: [NOVA, named('novapost.example'), 'likely', 'none'],
  embedded_domain_text: [MATRIX, named('visit matrix.org now'), 'possible', 'none'],
  embedded_domain_home: [MATRIX, named('Anna (matrix.org)', '@s3rver:matrix.org'), 'likely', 'possible'],
  brand_strong_role: [NOVA, named('Novapost Support'), 'likely', 'none'],
  brand_weak_role: [NOVA, named('Novapost News'), 'possible', 'none'],
  brand_more_roles: [ACME, named('Acme News Service', '@u8472:acme.ru'), 'likely', 'possible'],
  brand_disguised: [MATRIX, named('m\u0430trix.org', '@server:evil.test'), 'certain', 'likely'],
  brand_near: [NOVA, named('Novapsot Support'), 'possible', 'likely'],
  brand_shared: [MATRIX, named('Matrix Support'), 'possible', 'likely'],
  generic: [identity('@admin:home.example', 'Chess Club'), id('@admin:evil.test'), 'none', 'possible'],
  core_only: [identity('@x:home.example', 'Zorpo (Moderator)'), named('Zorpo'), 'none', 'possible'],
  avatar_same: [CLUB, { userId: '@anna:evil.test', avatarUrl: AVATAR }, 'possible', 'none'],
  avatar_near: [MATRIX, { ...id('@server:evil.test'), ...likeOfficial(MATRIX) }, 'likely', 'possible'],
  room_name: [CLUB, { userId: '@anna:evil.test', roomName: 'Chess Club' }, 'possible', 'none'],
  raw_signal: [ACME, id('@zor\u0e05ax:acme.ru'), 'likely', 'possible'],
  split: [MATRIX, id('@matr:ix.org'), 'possible', 'none'],
};

const NEWS: OfficialRoom = {
  reference: '#asgard-news:asgard.test',
  name: 'Asgard Announcements',
  topic: 'What is new in Asgard: releases, downtimes, feasts.',
  aliases: ['#asgard-news:asgard.test'],
  avatarUrl: 'mxc://asgard.test/news',
};
const GENERAL: OfficialRoom = {
  reference: '#general:asgard.test',
  name: 'The Halls of Valhalla',
  topic: null,
  aliases: ['#general:asgard.test'],
  avatarUrl: null,
};
const WORD: OfficialRoom = {
  reference: '#great-hall:asgard.test',
  name: 'Valhalla',
  topic: null,
  aliases: ['#great-hall:asgard.test'],
  avatarUrl: null,
};
const room = (name: string | null, alias?: string, more: Partial<RoomSighting> = {}): RoomSighting => ({
  roomId: '!other:b.test',
  name,
  aliases: alias === undefined ? [] : [alias],
  ...more,
});

const ROOM_EXAMPLES: Readonly<Record<RoomWeightName, Example<OfficialRoom, RoomSighting>>> = {
  id_variant: [NEWS, room(null, '#Asgard-News:asgard.test'), 'likely', 'none'],
  id_twin: [NEWS, room(null, '#asgard-news:\u0430sgard.test'), 'certain', 'likely'],
  alias_claimed: [NEWS, room(null, '#asgard-news:asgard.test'), 'likely', 'none'],
  localpart_same: [NEWS, room('Asgard Announcements', '#asgard-news:b.test'), 'likely', 'possible'],
  localpart_disguised: [NEWS, room(null, '#\u0430sgard-news:b.test'), 'possible', 'none'],
  localpart_readable: [NEWS, room('Asgard Announcements', '#4sgard-news:b.test'), 'likely', 'possible'],
  localpart_edit: [NEWS, room('Asgard Announcements', '#asgarrd-news:b.test'), 'likely', 'possible'],
  generic: [GENERAL, room('The Halls of Valhalla', '#general:b.test'), 'possible', 'likely'],
  server_homograph: [NEWS, room(null, '#asgarrd-news:\u0430sgard.test'), 'likely', 'possible'],
  server_twin: [NEWS, room(null, '#asgard-news:asgarcl.test'), 'likely', 'possible'],
  server_typo: [NEWS, room(null, '#asgard-news:asgarrd.test'), 'possible', 'none'],
  server_prefix: [NEWS, room(null, '#asgard-news:asgard.test.b.test'), 'possible', 'none'],
  display_twin: [NEWS, room('Asgard Announcements'), 'possible', 'none'],
  display_readable: [NEWS, room('4sgard Announcements'), 'likely', 'none'],
  display_near: [NEWS, room('Asgard Anouncements'), 'possible', 'none'],
  display_order: [NEWS, room('Announcements Asgard', '#asgard-news:b.test'), 'possible', 'none'],
  display_embedded: [NEWS, room('The Asgard Announcements', '#asgard-news:b.test'), 'possible', 'none'],
  display_mention: [NEWS, room('The Asgard Announcements Fans', '#asgard-news:b.test'), 'possible', 'none'],
  name_disguised: [NEWS, room('\u0410sgard Announcements'), 'likely', 'possible'],
  word_same: [WORD, room('Valhalla', '#great-hall:b.test'), 'possible', 'none'],
  word_disguised: [WORD, room('V\u0430lhalla'), 'possible', 'none'],
  word_readable: [WORD, room('Valh4lla'), 'possible', 'none'],
  word_near: [WORD, room('Vallhalla', '#great-hall:b.test'), 'possible', 'none'],
  topic_same: [NEWS, room('Asgard Announcements', undefined, { topic: NEWS.topic }), 'likely', 'possible'],
  avatar_same: [NEWS, room('Asgard Announcements', undefined, { avatarUrl: NEWS.avatarUrl }), 'likely', 'possible'],
  avatar_near: [
    NEWS,
    room('Asgard Announcements', undefined, {
      avatarUrl: 'mxc://b.test/x',
      avatarLike: [{ protected: NEWS.reference, likeness: 'near' }],
    }),
    'likely',
    'possible',
  ],
};

/**
 * The same, for a weight twice as heavy: what must not be more than it is. Those that are not here change the verdict
 * of their example above.
 */
const DOUBLED: Readonly<Partial<Record<WeightName, Example<ProtectedIdentity, Sighting>>>> = {
  id_variant: [MATRIX, named('Anna (matrix.org)', '@Server:matrix.org'), 'likely', 'certain'],
  short_slip: [KUBE, id('@kubr:evil.test'), 'none', 'possible'],
  alien_slip: [ACME, named('Acma', '@zor\u0e05ax:evil.test'), 'possible', 'likely'],
  own_twin: [MATRIX, named('Anna (matrix.org)', '@s\u0435rver:matrix.org'), 'likely', 'certain'],
  own_near: [
    identity('@server:acme.example', 'Acme', ['acme.example']),
    named('Acma', '@s3rver:acme.example'),
    'possible',
    'likely',
  ],
  spells_id: [MATRIX, id('@server_matrix.org:matrix.ru'), 'likely', 'certain'],
  spells_name: [CLUB, { userId: '@chess_club:evil.test', avatarUrl: AVATAR }, 'likely', 'certain'],
  server_tld: [ACME, id('@zorbax:acme.ru'), 'possible', 'likely'],
  server_tld_rare: [
    identity('@kube:novapost.example', 'Novapost', ['novapost.example']),
    id('@kubr:novapost.ru'),
    'possible',
    'likely',
  ],
  display_readable: [
    identity('@kube:kube.example', 'Chess Club'),
    named('Ch3ssClub', '@kubr:evil.test'),
    'likely',
    'certain',
  ],
  display_near: [ORCHIDS, { ...named('Orchid Cultivatorss'), avatarUrl: AVATAR }, 'likely', 'certain'],
  display_order: [CLUB, { ...named('Club Chess'), avatarUrl: AVATAR }, 'likely', 'certain'],
  display_embedded: [CLUB, named('Chess Club – Support', '@z0rbax:evil.test'), 'likely', 'certain'],
  embedded_id_text: [MATRIX, named('I am @server:matrix.org', '@u8472:matrix.ru'), 'likely', 'certain'],
  embedded_domain: [
    identity('@zorbax:novapost.example', 'Acme', ['novapost.example']),
    named('novapost.example', '@z0rbax:evil.test'),
    'likely',
    'certain',
  ],
  embedded_domain_home: [MATRIX, named('Anna (matrix.org)', '@anna:matrix.org'), 'none', 'possible'],
  brand_strong_role: [NOVA, { ...named('Novapost Support'), avatarUrl: AVATAR }, 'likely', 'certain'],
  brand_more_roles: [ACME, named('Acme News Service'), 'possible', 'likely'],
  word_disguised: [
    identity('@kube:kube.example', 'Novapost'),
    named('N\u043evapost', '@kubr:evil.test'),
    'likely',
    'certain',
  ],
  brand_disguised: [
    identity('@kube:kube.example', 'Novapost'),
    named('N\u043evapost Support', '@kubr:evil.test'),
    'likely',
    'certain',
  ],
  brand_near: [
    identity('@kube:kube.example', 'Novapost'),
    named('Novaposst Support Team', '@kubr:evil.test'),
    'likely',
    'possible',
  ],
  brand_shared: [MATRIX, named('Matrix News Service'), 'possible', 'none'],
  generic: [identity('@admin:acme.example', 'Acme'), named('Acma', '@admin:evil.test'), 'possible', 'none'],
  core_only: [
    identity('@admin:home.example', 'Zorpo (Moderator)'),
    named('Zorpo', '@admin:evil.test'),
    'possible',
    'none',
  ],
  avatar_near: [MATRIX, { ...id('@s\u0435rver:evil.test'), ...likeOfficial(MATRIX) }, 'likely', 'certain'],
  raw_signal: [ACME, named('Acme \u200e\u2800News Service'), 'possible', 'likely'],
};
const ROOM_DOUBLED: Readonly<Partial<Record<RoomWeightName, Example<OfficialRoom, RoomSighting>>>> = {
  id_variant: [NEWS, room('Announcements Asgard', '#Asgard-News:asgard.test'), 'likely', 'certain'],
  alias_claimed: [NEWS, room('Announcements Asgard', '#asgard-news:asgard.test'), 'likely', 'certain'],
  localpart_same: [NEWS, room(null, '#asgard-news:b.test'), 'none', 'possible'],
  localpart_readable: [NEWS, room(null, '#4sgard-news:b.test'), 'none', 'possible'],
  localpart_edit: [NEWS, room(null, '#asgarrd-news:b.test'), 'none', 'possible'],
  generic: [GENERAL, room('Halls of Valhalla The', '#general:b.test'), 'possible', 'none'],
  server_homograph: [NEWS, room('Announcements Asgard', '#asgarrd-news:\u0430sgard.test'), 'likely', 'certain'],
  server_twin: [NEWS, room('Announcements Asgard', '#asgard-news:asgarcl.test'), 'likely', 'certain'],
  display_readable: [NEWS, room('4sgard Announcements', '#asgarrd-news:b.test'), 'likely', 'certain'],
  name_disguised: [NEWS, room('\u0410sgard Announcements', '#asgarrd-news:b.test'), 'likely', 'certain'],
  word_same: [WORD, room('Valhalla'), 'none', 'possible'],
  word_readable: [WORD, room('Valh4lla', '#great-halll:b.test'), 'possible', 'likely'],
  word_near: [WORD, room('Vallhalla', '#great-halll:b.test'), 'none', 'possible'],
};
/** They make a verdict certain by themselves, or are capped: more than that there is not. */
const CONCLUSIVE: readonly string[] = ['id_twin', 'display_twin', 'embedded_id', 'display_generic', 'display_mention'];

describe('the verdict rests on the weight', () => {
  const judge = (who: ProtectedIdentity, seen: Sighting, name: WeightName, times: number) =>
    createDetector([who], { ...rules, weights: { ...rules.weights, [name]: times * rules.weights[name] } }).inspect(
      seen,
    ).verdict;
  const judgeRoom = (who: OfficialRoom, seen: RoomSighting, name: RoomWeightName, times: number) =>
    createRoomDetector([who], { ...rules, rooms: { ...rules.rooms, [name]: times * rules.rooms[name] } }).inspect(seen)
      .verdict;

  it.each([...WEIGHT_NAMES])('%s', (name) => {
    const [who, seen, verdict, without] = EXAMPLES[name];
    expect([judge(who, seen, name, 1), judge(who, seen, name, 0)]).toEqual([verdict, without]);
    expect(verdict).not.toBe(without);
    if (DOUBLED[name] === undefined)
      return expect(judge(who, seen, name, 2) !== verdict || CONCLUSIVE.includes(name)).toBe(true);
    const [other, sighting, once, twice] = DOUBLED[name];
    expect([judge(other, sighting, name, 1), judge(other, sighting, name, 2)]).toEqual([once, twice]);
  });

  it.each([...ROOM_WEIGHT_NAMES])('%s, of a room', (name) => {
    const [who, seen, verdict, without] = ROOM_EXAMPLES[name];
    expect([judgeRoom(who, seen, name, 1), judgeRoom(who, seen, name, 0)]).toEqual([verdict, without]);
    expect(verdict).not.toBe(without);
    if (ROOM_DOUBLED[name] === undefined)
      return expect(judgeRoom(who, seen, name, 2) !== verdict || CONCLUSIVE.includes(name)).toBe(true);
    const [other, sighting, once, twice] = ROOM_DOUBLED[name];
    expect([judgeRoom(other, sighting, name, 1), judgeRoom(other, sighting, name, 2)]).toEqual([once, twice]);
  });
});

it('every weight and every list of words says beside it what it is for', () => {
  const silent = (file: string, said: (line: string, before: string) => boolean) =>
    readFileSync(path.join(rulesFolder(), file), 'utf8')
      .split('\n')
      .filter((line, at, lines) => !said(line, lines[at - 1] ?? ''));
  expect(
    silent(
      'detection.yaml',
      (line) => !/^ +\w+:/.test(line) || / # .{20,}/.test(line) || /^ {2}(?:possible|likely|certain): \d/.test(line),
    ),
  ).toEqual([]);
  expect(silent('words.yaml', (line, before) => !/^\w+:/.test(line) || before.startsWith('# '))).toEqual([]);
});
