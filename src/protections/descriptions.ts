import { deskLanguage } from '../util/language.js';
import { COMMON_SETTINGS_DE, PROTECTIONS_DE } from './descriptions-de.js';
import type { AnyProtection } from './types.js';
import type { Setting } from './values.js';

/** What a protection does, in the configured language. Its English stands with its declaration. */
export function aboutOf({ name, about }: AnyProtection): string {
  return deskLanguage() === 'de' ? (PROTECTIONS_DE[name]?.about ?? about) : about;
}

/** What a setting of a protection means, in the configured language. */
export function settingAboutOf({ name }: AnyProtection, { key, note }: Setting): string {
  const german =
    deskLanguage() === 'de' ? (PROTECTIONS_DE[name]?.settings?.[key] ?? COMMON_SETTINGS_DE[key]) : undefined;
  return german ?? note.about;
}
