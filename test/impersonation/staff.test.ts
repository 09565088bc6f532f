import { describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import type { ProtectedIdentity } from '../../src/detection/types.js';
import { DetectorHolder } from '../../src/impersonation/detector-holder.js';
import { Staff } from '../../src/impersonation/staff.js';
import { MatrixError } from '../../src/matrix/types.js';
import { silentLogger } from '../../src/util/logger.js';

const OFFICIAL: ProtectedIdentity = {
  userId: '@server:example.org',
  displayNames: ['Valhalla (Official Account)'],
  avatars: [],
  domains: ['example.org'],
  rooms: [],
  variants: [],
};
const ROOM = '!lobby:example.org';
const HOUR = 3_600_000;

/** Staff of these names, as the official room shows them. */
function world(names: Record<string, string | null> = {}) {
  const shown = new Map(Object.entries(names).map(([userId, name]) => [userId, { name, eventId: `$${userId}1` }]));
  const profiles = new Map<string, string | null>();
  const detector = new DetectorHolder([OFFICIAL], loadRules());
  const asked: string[] = [];
  const at = { now: 0, support: undefined as unknown, changes: 0 };
  detector.onChange(() => (at.changes += 1));
  const staff = new Staff({
    officialRooms: {
      moderators: () => [...shown].map(([userId, { eventId }]) => ({ userId, roomId: ROOM, eventId })),
    },
    homeserver: {
      stateContent: (_room: string, _type: string, userId = '') => {
        asked.push(userId);
        const name = shown.get(userId)?.name;
        return Promise.resolve(name == null ? { membership: 'join' } : { membership: 'join', displayname: name });
      },
      request: <T>(_method: 'GET', path: string) => {
        const userId = decodeURIComponent(path.split('/').at(-1)!);
        const name = profiles.get(userId);
        return name === undefined
          ? Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no profile'))
          : Promise.resolve({ displayname: name } as T);
      },
    },
    detector,
    support: () => Promise.resolve(at.support),
    isLeftOut: (userId) => userId === '@heimdall:example.org',
    clock: () => at.now,
    logger: silentLogger,
  });
  const verdict = (userId: string, displayName: string | null = null) =>
    detector.get().inspect({ userId, displayName }).verdict;
  return { shown, profiles, detector, asked, at, staff, verdict };
}

describe('staff that is protected', () => {
  it('is official itself, and look-alikes are judged', async () => {
    const { staff, verdict } = world({ '@anna.weber:example.org': 'Anna Weber', '@alex:example.org': 'Alex' });
    expect(verdict('@q:evil.example', '@alex:example.org')).toBe('none');
    expect(await staff.look()).toBe(true);
    expect(verdict('@anna.weber:example.org', 'Anna Weber')).toBe('official');
    expect(verdict('@alex:example.org', 'Valhalla (Official Account)')).toBe('official');
    expect(verdict('@q:evil.example', '@alex:example.org')).toBe('likely');
    // what its owner may write at another account of theirs
    expect(verdict('@alex:evil.example', 'Alex (moved from @alex:example.org)')).toBe('likely');
    expect(verdict('@anna.weber:evil.example', 'Anna Weber')).toBe('likely');
    expect(verdict('@anna.weber:evil.example', 'А\u200bnna Weber')).toBe('certain');
    expect(verdict('@z9:evil.example', 'Аnna Weber')).toBe('likely');
  });

  it('does not weaken what is said of the protected identities', async () => {
    const { staff, verdict } = world({
      '@mia:example.org': 'Valhalla (Official Account)',
      '@x:example.org': 'Valhalla',
    });
    const before = verdict('@z9:evil.example', 'Vаlhalla (Official Account)');
    await staff.look();
    expect(before).toBe('certain');
    expect(verdict('@z9:evil.example', 'Vаlhalla (Official Account)')).toBe('certain');
    expect(verdict(OFFICIAL.userId)).toBe('official');
  });

  it.each([
    ['Alex', '@alex:example.org'],
    ['Anna Weber', '@anna.weber:example.org'],
    ['María José García López', '@mjgl:example.org'],
    ['ゆき', '@yuki:example.org'],
    ['田中太郎', '@tanaka:example.org'],
    ['李伟', '@li:example.org'],
    ['Анна Петрова', '@anna.p:example.org'],
    ['محمد علي', '@ma:example.org'],
    ['דוד לוי', '@dl:example.org'],
    ['Ἑλένη Παππά', '@helen:example.org'],
    ['Сара Рос', '@sara:example.org'],
  ])('an honest namesake of %s is never more than possible without the localpart', async (name, userId) => {
    const { staff, verdict } = world({ [userId]: name });
    await staff.look();
    const plain = [name, name.toLowerCase(), name.toUpperCase(), `${name} 🌻`, `${name} Support`, `${name}!`];
    // marks that honest keyboards write
    const marked = [
      `\u200f${name}\u200e`,
      name.replace(' ', '\u00a0'),
      `${name} 👩\u200d💻`,
      `${name.slice(0, 2)}\u200c${name.slice(2)}`,
    ];
    const names = [...plain, ...marked];
    const reordered = name.split(' ').reverse().join(' ');
    const levels = [...names, reordered, name.normalize('NFD'), name.replace(/ /g, '')].flatMap((one) =>
      ['@z9:other.example', '@q7:example.org', '@someone.else:example.net'].map((id) => verdict(id, one)),
    );
    expect(levels.filter((level) => level !== 'none' && level !== 'possible')).toEqual([]);
    expect(verdict('@z9:other.example', name)).toBe('possible');
  });

  it('an honest namesake is never banned for having the localpart as well', async () => {
    const { staff, verdict } = world({ '@anna.weber:example.org': 'Anna Weber', '@alex:example.org': 'Alex' });
    await staff.look();
    expect(verdict('@alex:other.example', 'Alex')).toBe('possible');
    expect(verdict('@alex:other.example')).toBe('possible');
    expect(verdict('@anna.weber:other.example')).toBe('possible');
    expect(verdict('@anna.weber:other.example', '\u200fAnna\u200b Weber')).toBe('likely');
    for (const id of ['@anna.weber:other.example', '@annaweber:other.example', '@Anna.Weber:example.net'])
      expect(['possible', 'likely']).toContain(verdict(id, 'Anna Weber'));
  });

  it('a name wholly of another script may be an honest one', async () => {
    const { staff, verdict } = world({ '@capa:example.org': 'Capa Poc', '@x9:example.org': 'Сара Рос' });
    await staff.look();
    expect(verdict('@z9:other.example', 'Сара Рос')).toBe('possible');
    expect(verdict('@z9:other.example', 'Capa Poc')).toBe('possible');
  });

  it('words that name nobody are no name to defend', async () => {
    const { staff, verdict } = world({ '@alex:example.org': 'Moderator', '@mia:example.org': 'Support Team' });
    await staff.look();
    expect(verdict('@z9:other.example', 'Moderator')).toBe('none');
    expect(verdict('@z9:other.example', 'Support Team')).toBe('none');
  });

  it('the contacts of our support file count; what is in it beside user ids does not', async () => {
    const { staff, verdict, at, profiles } = world();
    profiles.set('@boss:example.org', 'Sigrun Halvorsen');
    at.support = { contacts: [{ matrix_id: '@boss:example.org', role: 'm.role.admin' }, { matrix_id: 7 }, 'x', null] };
    await staff.look();
    expect(verdict('@boss:example.org')).toBe('official');
    expect(verdict('@z9:other.example', 'Sigrun Halvorsen')).toBe('possible');
    // a file that cannot be had takes nobody away, one that no longer names them does
    at.support = undefined;
    at.now += HOUR;
    expect(await staff.look()).toBe(false);
    at.support = { contacts: [] };
    at.now += HOUR;
    expect(await staff.look()).toBe(true);
    expect(verdict('@z9:other.example', 'Sigrun Halvorsen')).toBe('none');
  });

  it('nothing is made anew or asked again while nothing changes; another member event is read', async () => {
    const { staff, shown, asked, at, verdict } = world({ '@boss:example.org': 'Sigrun Halvorsen' });
    expect([await staff.look(), await staff.look()]).toEqual([true, false]);
    expect([asked.length, at.changes]).toEqual([1, 1]);
    shown.set('@boss:example.org', { name: 'Brynhild Halvorsen', eventId: '$2' });
    expect(await staff.look()).toBe(true);
    expect(verdict('@z9:other.example', 'Brynhild Halvorsen')).toBe('possible');
    shown.clear();
    expect(await staff.look()).toBe(true);
    expect(verdict('@z9:other.example', 'Brynhild Halvorsen')).toBe('none');
  });

  it('200 people at most; the bot is none; a change of rules or officials keeps them', async () => {
    const many = Object.fromEntries(Array.from({ length: 230 }, (_, at) => [`@mod${at}x:example.org`, null]));
    const { staff, verdict, detector } = world({ '@heimdall:example.org': 'Heimdall', ...many });
    await staff.look();
    detector.change({ identities: [OFFICIAL] });
    detector.change({ rules: loadRules() });
    expect(Object.keys(many).filter((id) => verdict(id) === 'official')).toHaveLength(200);
    expect(verdict('@heimdall:example.org')).not.toBe('official');
    expect(detector.identities).toEqual([OFFICIAL]);
  });
});
