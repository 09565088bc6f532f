import type { Verdict } from '../detection/types.js';
import type { VerdictFinding } from '../store/findings.js';
import type { SubjectKind } from '../store/records/cases.js';
import type { MailWords } from './words.js';

/** Everything that an abuse mail tells. Nobody who reported is in it: see `withheld`. */
export interface AbuseMail {
  caseId: number;
  subjectKind: SubjectKind;
  /** full id of the case's subject, verbatim */
  subject: string;
  /**
   * full id of the account that is complained about, or of the room when the room itself is; XARF's `source_identifier`
   */
  offender: string;
  about: { kind: 'impersonation'; verdict: Verdict } | { kind: 'report'; reason: string };
  /** the identity as it looked when it was seen */
  captured: { displayName?: string | null; avatarUrl?: string | null };
  /** the official identity that is imitated */
  official?: { userId: string; displayNames: readonly string[]; domains: readonly string[] };
  seen: {
    source: VerdictFinding['where']['source'] | 'report';
    roomId?: string;
    roomAlias?: string;
    roomName?: string;
    eventId?: string;
    /** milliseconds since the epoch */
    at: number;
  };
  /** the event as the homeserver gave it */
  event?: Record<string, unknown>;
  /** what the case holds by now; times in milliseconds */
  counts: { sightings: number; reports: number; rooms: number; firstSeenAt: number; lastSeenAt: number };
  /** ids of people who complained or were approached: taken out of all that strangers wrote */
  withheld: readonly string[];
  /** with angle brackets, unguessable: the MIME boundary is made of it */
  messageId: string;
  /** a UUID */
  reportId: string;
  /** when the mail is composed, milliseconds */
  date: number;
  /** Message-IDs of the earlier mails of this case, oldest first */
  thread: readonly string[];
  /** others that the mail accuses with this one, because too many came at once for a mail each */
  also?: readonly AlsoAccused[];
  /** the disguise, for the eye; absent where it cannot be drawn */
  pictures?: MailPictures;
}

/** What a mail shows: PNG files. */
export interface MailPictures {
  /** both names in two fonts, one above the other */
  disguise: Uint8Array;
  /** the avatars, small, where one copies the other */
  official?: Uint8Array;
  offender?: Uint8Array;
}

/** One of many that a mail is about. */
export interface AlsoAccused {
  caseId: number;
  /** full id of the account or room */
  offender: string;
  displayName?: string | null;
  /** `possible`…`certain`; null when people reported it */
  verdict: string | null;
  /** in the words of who reported it */
  reason?: string;
}

/** Who writes, to whom, and where answers go. All of it comes from the configuration and is ASCII. */
export interface MailIdentity {
  /** our homeserver's name */
  serverName: string;
  from: { name: string; address: string };
  /** address of the abuse desk */
  recipient: string;
  /** plus-address that carries the case and its token */
  replyTo: string;
  /** plus-address by which whom the case is about may appeal */
  appealTo: string;
  /** envelope sender for bounces, with a token of its own */
  envelopeFrom: string;
  /** e.g. `Heimdall/1.0.0` */
  userAgent: string;
  /** what the mail says, in the desk's language */
  words: MailWords;
}

/** A mail ready for the outbox. */
export interface ComposedMail {
  messageId: string;
  recipient: string;
  envelopeFrom: string;
  /** RFC 5322 bytes; pure ASCII, lines end in CRLF */
  raw: string;
}
