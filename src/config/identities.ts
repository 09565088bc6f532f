import type { ProtectedIdentity } from '../detection/types.js';
import type { ProtectedIdentityConfig } from './types.js';

/** Whether an account is an official one, or one of the other IDs that it is known to have. */
export function isOfficialId(
  identities: readonly Pick<ProtectedIdentityConfig, 'user_id' | 'variants'>[],
  userId: string,
): boolean {
  return identities.some(({ user_id: official, variants }) => official === userId || variants.includes(userId));
}

/** Converts a protected identity of the configuration to the detector's type. */
export function toProtectedIdentity(identity: ProtectedIdentityConfig): ProtectedIdentity {
  return {
    userId: identity.user_id,
    displayNames: identity.display_names,
    avatars: identity.avatars,
    domains: identity.domains,
    rooms: identity.rooms,
    variants: identity.variants,
  };
}
