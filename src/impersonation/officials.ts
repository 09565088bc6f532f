import { domainsOf } from '../config/defaults.js';
import { isOfficialId, toProtectedIdentity } from '../config/identities.js';
import type { ProtectedIdentityConfig } from '../config/types.js';
import type { Settings, SettingsStore } from '../store/settings/types.js';
import type { DetectorHolder } from './detector-holder.js';

export interface OfficialsOptions {
  /** `protected_identities` of the configuration in memory: every reader looks here, so it is kept up to date */
  identities: ProtectedIdentityConfig[];
  settings: SettingsStore;
  detector: Pick<DetectorHolder, 'change'>;
}

/** The official accounts of the configuration, with what commands have added. The arguments are not changed. */
export function withOfficials(
  configured: readonly ProtectedIdentityConfig[],
  added: Settings['officials'],
): ProtectedIdentityConfig[] {
  const merged = structuredClone(configured) as ProtectedIdentityConfig[];
  for (const { user_id: userId, display_names: names, variants } of added) {
    const there = merged.find((identity) => identity.user_id === userId);
    const official = there ?? identityOf(userId, []);
    official.display_names = [...new Set([...official.display_names, ...names])];
    official.variants = [...new Set([...official.variants, ...variants])];
    if (there === undefined) merged.push(official);
  }
  return merged;
}

function identityOf(userId: string, displayNames: readonly string[]): ProtectedIdentityConfig {
  return {
    user_id: userId,
    display_names: [...displayNames],
    avatars: [],
    domains: domainsOf(userId),
    rooms: [],
    variants: [],
  };
}

/**
 * The official accounts: those of the configuration, and what moderators have added to them by command (kept in the
 * settings). Nothing from the configuration is ever removed here.
 */
export class Officials {
  readonly #configured: readonly ProtectedIdentityConfig[];

  constructor(private readonly options: OfficialsOptions) {
    this.#configured = structuredClone(options.identities);
    if (options.settings.get().officials.length > 0) this.#apply();
  }

  isConfigured(userId: string): boolean {
    return isOfficialId(this.#configured, userId);
  }

  /** The identity as the detector would protect it. */
  identityOf(userId: string, displayNames: readonly string[]): ProtectedIdentityConfig {
    return identityOf(userId, displayNames);
  }

  /** Adds an official account, or adds names to an existing one. */
  async add(userId: string, displayNames: readonly string[]): Promise<void> {
    await this.#change(userId, (official) => {
      official.display_names = [...new Set([...official.display_names, ...displayNames])];
    });
  }

  /** Adds a known good other id of an official account: it is never accused. */
  async addVariant(userId: string, variant: string): Promise<void> {
    await this.#change(userId, (official) => {
      official.variants = [...new Set([...official.variants, variant])];
    });
  }

  /** Removes what was added for an account or a variant; false when nothing was. */
  async remove(userId: string): Promise<boolean> {
    let found = false;
    await this.options.settings.update((draft) => {
      const left = draft.officials
        .filter((official) => official.user_id !== userId)
        .map((official) => ({ ...official, variants: official.variants.filter((variant) => variant !== userId) }));
      found = JSON.stringify(left) !== JSON.stringify(draft.officials);
      draft.officials = left.filter(
        ({ user_id, display_names, variants }) =>
          !this.isConfigured(user_id) || display_names.length + variants.length > 0,
      );
    });
    if (found) this.#apply();
    return found;
  }

  async #change(
    userId: string,
    work: (official: { user_id: string; display_names: string[]; variants: string[] }) => void,
  ): Promise<void> {
    await this.options.settings.update((draft) => {
      const there = draft.officials.find((official) => official.user_id === userId);
      const official = there ?? { user_id: userId, display_names: [], variants: [] };
      work(official);
      if (there === undefined) draft.officials.push(official);
    });
    this.#apply();
  }

  #apply(): void {
    const { identities, detector, settings } = this.options;
    const merged = withOfficials(this.#configured, settings.get().officials);
    identities.splice(0, identities.length, ...merged);
    detector.change({ identities: merged.map(toProtectedIdentity) });
  }
}
