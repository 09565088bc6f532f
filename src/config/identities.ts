import type { ProtectedIdentity } from '../detection/types.js';
import type { ProtectedIdentityConfig } from './types.js';

/** A protected identity of the configuration in the detector's words. */
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
