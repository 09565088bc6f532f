/**
 * Every kind of evidence by an example, and the sentence that a person reads of it, in a file of its own: a change of
 * wording is seen in review. After one, run the test with `HEIMDALL_WRITE_GOLDEN=1`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type Evidence, type ProtectedIdentity, type Sighting } from '../../src/detection/index.js';
import { createRoomDetector, type OfficialRoom, type RoomSighting } from '../../src/detection/rooms.js';
import { DISGUISES, type Disguise } from '../../src/detection/types.js';
import { packageRoot } from '../../src/util/package-root.js';

const GOLDEN = path.join(packageRoot(), 'test/detection/evidence.golden.txt');
const PICTURE = 'mxc://vela.example/official';
const HERE = '@mia:else.example';
const rules = loadRules();
const protect = (userId: string, name: string, domains: string[] = []): ProtectedIdentity => ({
  userId,
  displayNames: [name],
  domains,
  avatars: [PICTURE],
  rooms: [],
  variants: [],
});
const VELA = protect('@help:velatron.org', 'Velatron Help Desk', ['velatron.org']);
const BRAND = protect('@velatron:velatron.org', 'Velatron', ['velatron.org']);
const CLUB = protect('@keeper:home.example', 'Marlin Rowing Club');
const BANK = protect('@kefu:yunlin.cn', '云林银行', ['yunlin.cn']);
const ROOM: OfficialRoom = {
  reference: '#lounge:velatron.org',
  name: 'Velatron Lounge',
  aliases: ['#velalounge:velatron.org'],
  topic: 'Everything about Velatron, for all who row',
  avatarUrl: PICTURE,
};

type Example = readonly [ProtectedIdentity, Sighting] | readonly [OfficialRoom, RoomSighting];
const named = (who: ProtectedIdentity, displayName: string, userId = HERE): Example => [who, { userId, displayName }];
const called = (who: ProtectedIdentity, userId: string, displayName?: string): Example => [
  who,
  { userId, displayName },
];

/** `other` stands for words of earlier versions only. */
const EXAMPLES: Readonly<Record<Exclude<Disguise, 'other'>, Example>> = {
  case: named(VELA, 'VELATRON help desk'),
  style: named(VELA, '𝗩𝗲𝗹𝗮𝘁𝗿𝗼𝗻 𝗛𝗲𝗹𝗽 𝗗𝗲𝘀𝗸'),
  spacing: named(VELA, 'Vela tron Help Desk'),
  accent: named(VELA, 'Vélatron Help Desk'),
  form: named(BANK, '雲林銀行'),
  leet: named(VELA, 'V3latron Help Desk'),
  lookalike: named(VELA, 'VeIatron Help Desk'),
  shape: named(VELA, 'Velaʈron Help Desk'),
  homoglyph: named(VELA, 'Vеlatron Help Desk'),
  invisible: named(VELA, 'Vela\u200btron Help Desk'),
  reversed: named(VELA, '\u202ekseD pleH nortaleV'),
  bidi_control: named(VELA, 'Velatron \u2066Help Desk'),
  tag: named(VELA, 'Velatron\u{e0041} Help Desk'),
  variation_selector: named(VELA, 'Vela\ufe01tron Help Desk'),
  blank: named(VELA, 'Vela\u3164tron Help Desk'),
  mark_run: named(VELA, 'Vela\u0301\u0302\u0303\u0304tron Help Desk'),
  mixed_scripts: named(VELA, 'Velatrоn Help Desk'),
  same_name: named(VELA, 'Velatron Help Desk'),
  same_localpart: called(CLUB, '@keeper:else.example'),
  localpart_as_name: named(protect('@zorvax:home.example', 'Marlin Rowing Club'), 'zorvax'),
  reordered: named(CLUB, 'Club Marlin Rowing'),
  split: called(BRAND, '@velatron:org-official.example'),
  embedded_name: named(CLUB, 'Marlin Rowing Club Support'),
  embedded_id: named(VELA, 'write to @help:velatron.org'),
  embedded_domain: named(VELA, 'Support velatron.org'),
  spelled_id: named(VELA, 'help velatron org now'),
  spelled_domain: called(BRAND, '@velatron.org:else.example'),
  spelled_name: called(CLUB, '@marlin_rowing_club:else.example'),
  brand: called(protect('@desk:velatron.org', 'Ninth Desk', ['velatron.org']), '@velatron:else.example'),
  brand_beside: named(BRAND, 'The Velatron 24'),
  brand_role: named(BRAND, 'Velatron Customer Support'),
  affix: called(CLUB, '@keeper-support:else.example'),
  edit: named(VELA, 'Velatorn Help Desk'),
  id_variant: called(VELA, '@Help:velatron.org'),
  id_twin: called(VELA, '@help:velаtron.org'),
  homograph: called(VELA, '@mia:velаtron.org'),
  lookalike_domain: called(VELA, '@mia:ve1atron.org'),
  typo_domain: called(VELA, '@mia:veltron.org'),
  own_spelling: called(VELA, '@mia:VELATRON.org'),
  other_ending: called(BRAND, '@velatron:velatron.net'),
  domain_as_prefix: called(VELA, '@mia:velatron.org.else.example'),
  brand_subdomain: called(BRAND, '@velatron:velatron.else.example'),
  brand_bait: called(VELA, '@mia:velatron-login.net'),
  brand_inside: called(VELA, '@mia:velatronrowers.net'),
  claimed_alias: [ROOM, { roomId: '!a:else.example', aliases: ['#velalounge:velatron.org'], name: 'Rowing' }],
  same_topic: [ROOM, { roomId: '!a:else.example', name: 'Velatron Lounge', topic: ROOM.topic }],
  same_avatar: [VELA, { userId: HERE, displayName: 'Velatron Help Desk', avatarUrl: PICTURE }],
  copied_avatar: [VELA, liked('same')],
  near_avatar: [VELA, liked('near')],
};

function liked(likeness: 'same' | 'near'): Sighting {
  return {
    userId: HERE,
    displayName: 'Velatron Help Desk',
    avatarUrl: 'mxc://else.example/copy',
    avatarLike: [{ protected: VELA.userId, likeness }],
  };
}

function evidenceOf([who, seen]: Example): Evidence[] {
  return 'reference' in who
    ? createRoomDetector([who], rules).inspect(seen as RoomSighting).evidence
    : createDetector([who], rules).inspect(seen as Sighting).evidence;
}

it('every kind of evidence has an example and a sentence that says what to look at', () => {
  const kinds = DISGUISES.filter((disguise) => disguise !== 'other');
  expect(Object.keys(EXAMPLES).sort()).toEqual([...kinds].sort());
  const told = kinds.map((disguise) => {
    const found = evidenceOf(EXAMPLES[disguise]);
    const own = found.find((each) => each.disguise === disguise);
    return `${disguise}: ${own?.sentence ?? `MISSING among ${found.map((each) => each.disguise).join(', ')}`}`;
  });
  expect(told.filter((line) => line.includes('MISSING'))).toEqual([]);
  const golden = `${told.join('\n')}\n`;
  if (process.env.HEIMDALL_WRITE_GOLDEN === '1') writeFileSync(GOLDEN, golden);
  expect(golden).toBe(readFileSync(GOLDEN, 'utf8'));
});
