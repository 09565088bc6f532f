/** What is known of those who are protected: their names, their servers, and themselves. */
import type { Native } from './native.js';
import type { ServerName } from './server-name.js';
import type { ProtectedIdentity } from './types.js';

/**
 * `display` a whole official display name; `core` the same without words for roles ("Example" of "Example (Official
 * Account)"); `brand` the name in a domain; `host` and `label` the account's own server, compared with servers only.
 */
export type NameKind = 'localpart' | 'id' | 'display' | 'core' | 'brand' | 'domain' | 'host' | 'label';

export interface Name {
  kind: NameKind;
  /** number of the identity, or of the profile for `brand`, `domain`, `host` and `label` */
  owner: number;
  /** as it was written */
  raw: string;
  /** it means its owner inside a longer text, too */
  inside: boolean;
  /** made of words for roles and plain words only: it names nobody, see `Brand.namesNobody` */
  namesNobody?: boolean;
  /** it holds words for roles itself (MetaMask Support) */
  hasRole?: boolean;
  /** and one of them claims authority */
  hasAuthority?: boolean;
  /**
   * without the word for its kind of body (Halden, of "Universität Halden") or its trade: alone it may be a place
   */
  shortened?: 'body' | 'trade';
  /** the official name that this is another form of (another case, ä as ae) */
  formOf?: string;
  /** in another script than Latin: how it is compared with texts of that script; filled in when it is learned */
  native?: Native;
}

/** Identities of one server and the same domains: what is about these is looked at once for all. */
export interface Profile {
  host: string;
  /** the account's server first, then its domains; what somebody else's server name is compared with */
  servers: readonly ServerName[];
  /** domains that name it in texts; empty when its server names nobody */
  domains: readonly string[];
  brands: readonly string[];
  /** every brand is one that a community shares */
  shared: boolean;
  /** how its server and domains are written; another case, port or trailing dot is another spelling */
  spellings: ReadonlySet<string>;
  /** numbers of its identities; the first one stands for all in what is about the domain only */
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
   * it is a word of the language or somebody's name: what merely contains it is another word, or the next person of
   * that name
   */
  common: boolean;
}
