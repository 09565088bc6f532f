/** What is known about protected identities: their names, their servers, and themselves. */
import type { Native } from './native.js';
import type { ServerName } from './server-name.js';
import type { ProtectedIdentity } from './types.js';

/**
 * `display` a whole official display name; `core` the same without role words ("Example" of "Example (Official
 * Account)"); `brand` the name in a domain; `host` and `label` the account's own server, compared with servers only.
 */
export type NameKind = 'localpart' | 'id' | 'display' | 'core' | 'brand' | 'domain' | 'host' | 'label';

export interface Name {
  kind: NameKind;
  /** number of the identity, or of the profile for `brand`, `domain`, `host` and `label` */
  owner: number;
  /** as written */
  raw: string;
  /** it identifies its owner inside a longer text too */
  inside: boolean;
  /** consists of role words and plain words only, so it identifies nobody, see `Brand.namesNobody` */
  namesNobody?: boolean;
  /** it contains role words itself (MetaMask Support) */
  hasRole?: boolean;
  /** and one of them claims authority */
  hasAuthority?: boolean;
  /** without the word for its kind of body (Halden, of "Universität Halden") or trade: on its own it may be a place */
  shortened?: 'body' | 'trade';
  /** the official name that this is a variant of (another case, ä as ae) */
  formOf?: string;
  /** in a script other than Latin: how it is compared with texts in that script; filled in when it is added */
  native?: Native;
}

/** Identities with the same server and domains, which are compared only once for all. */
export interface Profile {
  host: string;
  /** the account's server first, then its domains, with which other server names are compared */
  servers: readonly ServerName[];
  /** domains that identify it in texts; empty if its server identifies nobody */
  domains: readonly string[];
  brands: readonly string[];
  /** all its brands are shared by a community */
  shared: boolean;
  /** the exact spelling of its server and domains; another case, port or trailing dot is another spelling */
  spellings: ReadonlySet<string>;
  /** numbers of its identities; the first represents all where only the domain matters */
  members: number[];
}

export interface Known {
  identity: ProtectedIdentity;
  profile: number;
  localpart: string;
  serverName: string;
  /** folded */
  localpartText: string;
  /** many honest accounts have this localpart */
  generic: boolean;
  /**
   * it is a dictionary word or a person's name, so that text that merely contains it is another word, or another person
   * of that name
   */
  common: boolean;
}
