import { levenshteinEditDistance as levenshtein } from 'levenshtein-edit-distance';
import { banPropagation } from './kinds/ban-propagation.js';
import { basicFlooding } from './kinds/basic-flooding.js';
import { campaign } from './kinds/campaign.js';
import { federationLag } from './kinds/federation-lag.js';
import { firstMessageIsImage, firstMessageIsLink, firstMessageIsWord } from './kinds/first-message.js';
import { insecureRegistration } from './kinds/insecure-registration.js';
import { invalidEvent } from './kinds/invalid-event.js';
import { joinWave } from './kinds/join-wave.js';
import { linkFilter } from './kinds/link-filter.js';
import { messageIsMedia, messageIsSticker, messageIsVideo, messageIsVoice } from './kinds/media.js';
import { membershipChange } from './kinds/membership-change.js';
import { mentionLimit } from './kinds/mention-limit.js';
import { nameWordList } from './kinds/name-word-list.js';
import { newJoiner } from './kinds/new-joiner.js';
import { policyChangeNotification } from './kinds/policy-change.js';
import { quarantinedPicture } from './kinds/quarantined-picture.js';
import { repeatedMessage } from './kinds/repeated-message.js';
import { trustedReporters } from './kinds/trusted-reporters.js';
import { wordList } from './kinds/word-list.js';
import { PROTECTION_TEXTS } from './texts.js';
import type { AnyProtection } from './types.js';

/** All protections, in the order of the documentation. A new one is its file and a line here. */
export const PROTECTIONS: readonly AnyProtection[] = [
  basicFlooding,
  mentionLimit,
  wordList,
  nameWordList,
  firstMessageIsImage,
  firstMessageIsLink,
  firstMessageIsWord,
  messageIsMedia,
  messageIsVoice,
  messageIsVideo,
  messageIsSticker,
  quarantinedPicture,
  linkFilter,
  repeatedMessage,
  campaign,
  invalidEvent,
  membershipChange,
  joinWave,
  newJoiner,
  insecureRegistration,
  banPropagation,
  trustedReporters,
  federationLag,
  policyChangeNotification,
];

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const plain = (name: string): string => letters(name).replace(/protection$/, '');

const BY_NAME = new Map(
  PROTECTIONS.flatMap((protection) =>
    [protection.name, ...protection.aliases].map((name) => [plain(name), protection]),
  ),
);

/** The protection with this name, ours or another bot's, ignoring case, with or without the suffix `Protection`. */
export function protectionNamed(name: string): AnyProtection | undefined {
  return BY_NAME.get(plain(name));
}

const ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries(PROTECTION_TEXTS.elsewhere).map(([name, what]) => [plain(name), what]),
);

/** What replaces another bot's protection that is not a protection here; undefined for other names. */
export function elsewhere(name: string): string | undefined {
  return ELSEWHERE.get(plain(name));
}

/** The names closest to an unknown one, closest first, at most three. */
export function nearestProtections(name: string): string[] {
  const wanted = letters(name).slice(0, 40);
  return PROTECTIONS.map((protection) => ({
    name: protection.name,
    // also another bot's long name with a missing last letter
    distance: Math.min(
      ...[protection.name, ...protection.aliases].map((one) => levenshtein(wanted, letters(one))),
      levenshtein(plain(name).slice(0, 40), plain(protection.name)),
    ),
  }))
    .filter(({ name: other, distance }) => distance <= Math.max(3, Math.floor(other.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name: other }) => other);
}
