import { isOfficialId } from '../config/identities.js';
import type { ProtectedIdentityConfig } from '../config/types.js';
import { visible } from '../detection/index.js';
import type { Detector } from '../detection/types.js';
import { isRoomAlias, isUserId } from '../matrix/identifiers.js';
import type { Inline } from '../matrix/message.js';
import { spoken, type Language } from './texts.js';

export interface OfficialAnswerOptions {
  resolveAlias: (alias: string) => Promise<string | undefined>;
  identities: readonly Pick<ProtectedIdentityConfig, 'user_id' | 'variants' | 'rooms'>[];
  detector: () => Detector;
  /** ids of the official rooms, including successors */
  officialRooms: () => ReadonlySet<string>;
}

const OFFICIAL_SHOWN = 5;

/** Whether an account or a room is official, in one sentence with the official id. */
export async function officialAnswer(
  options: OfficialAnswerOptions,
  id: string,
  language: Language,
): Promise<Inline[]> {
  const { identities, detector } = options;
  const words = spoken(language);
  const around = ([before = '', after = '']: readonly string[]): Inline[] => [before, { code: visible(id) }, after];
  const butOfficialIs = ([no = '', but = '', end = '']: readonly string[], officials: readonly string[]): Inline[] => [
    no,
    { code: visible(id) },
    but,
    ...officials
      .slice(0, OFFICIAL_SHOWN)
      .flatMap((official, index): Inline[] => [index === 0 ? '' : ', ', { code: official }]),
    end,
  ];
  const accounts = identities.map(({ user_id }) => user_id);
  if (!isUserId(id)) {
    const rooms = identities.flatMap((identity) => identity.rooms);
    if (rooms.includes(id) || (await isOfficialRoom(options, id))) return around(words.yesOfficialRoom);
    return butOfficialIs(words.notOfficial, rooms.length === 0 ? accounts : rooms);
  }
  if (isOfficialId(identities, id)) return around(words.yesOfficial);
  const { protected: imitated } = detector().inspect({ userId: id });
  return butOfficialIs(words.notOfficial, imitated === null ? accounts : [imitated]);
}

/** By its id or by any alias that points to it now. */
async function isOfficialRoom({ resolveAlias, officialRooms }: OfficialAnswerOptions, id: string): Promise<boolean> {
  const roomId = isRoomAlias(id) ? await resolveAlias(id) : id;
  return roomId !== undefined && officialRooms().has(roomId);
}
