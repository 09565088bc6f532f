import type { Settings } from '../store/settings/types.js';

/** Every protected room once: those added by name, then those of protected spaces. */
export function protectedRooms(settings: Readonly<Settings>): string[] {
  return [...new Set([...settings.protected_rooms, ...settings.protected_spaces.flatMap(({ rooms }) => rooms)])];
}

export function isProtected(settings: Readonly<Settings>, roomId: string): boolean {
  return (
    settings.protected_rooms.includes(roomId) || settings.protected_spaces.some(({ rooms }) => rooms.includes(roomId))
  );
}

/** The current room after the upgrades that were followed; the room itself if there were none. */
export function successorOf(settings: Readonly<Settings>, roomId: string): string {
  const seen = new Set([roomId]);
  for (let now = roomId; ;) {
    const next = settings.followed_upgrades.find(({ from }) => from === now)?.to;
    if (next === undefined || seen.has(next)) return now;
    seen.add(next);
    now = next;
  }
}

/** The predecessors of a room through upgrades that were followed. */
export function ancestorsOf(settings: Readonly<Settings>, roomId: string): string[] {
  const found: string[] = [];
  for (let now: string | undefined = roomId; now !== undefined;) {
    const here: string = now;
    now = settings.followed_upgrades.find(({ to, from }) => to === here && !found.includes(from))?.from;
    if (now !== undefined) found.push(now);
  }
  return found;
}
