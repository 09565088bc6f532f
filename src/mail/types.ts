import type { Verdict } from '../detection/types.js';
import type { VerdictFinding } from '../store/findings.js';
import type { SubjectKind } from '../store/records/cases.js';
import type { MailWords } from './words.js';

/** The content of an abuse mail. It contains no reporters: see `withheld`. */
export interface AbuseMail {
  caseId: number;
  subjectKind: SubjectKind;
  /** full id of the case's subject, verbatim */
  subject: string;
  /** full id of the accused account, or of the room if the room itself is accused; XARF's `source_identifier` */
  offender: string;
  about: { kind: 'impersonation'; verdict: Verdict } | { kind: 'report'; reason: string };
  /** the identity when it was seen */
  captured: { displayName?: string | null; avatarUrl?: string | null };
  /** the imitated official identity */
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
  /** the event from the homeserver */
  event?: Record<string, unknown>;
  /** summary of the case; times in milliseconds */
  counts: { sightings: number; reports: number; rooms: number; firstSeenAt: number; lastSeenAt: number };
  /** ids of complainants and victims, which are removed from all untrusted text */
  withheld: readonly string[];
  /** with angle brackets; unguessable, because the MIME boundary is derived from it */
  messageId: string;
  /** a UUID */
  reportId: string;
  /** time of composition, milliseconds */
  date: number;
  /** Message-IDs of the earlier mails of this case, oldest first */
  thread: readonly string[];
  /** further subjects of this mail, when there were too many at once for a mail each */
  also?: readonly AlsoAccused[];
  /** picture of the disguise; absent where it cannot be drawn */
  pictures?: MailPictures;
}

/** Pictures in a mail: PNG files. */
export interface MailPictures {
  /** both names in two fonts, one above the other */
  disguise: Uint8Array;
  /** thumbnails of the avatars, if one copies the other */
  official?: Uint8Array;
  offender?: Uint8Array;
}

/** One of many subjects of a mail. */
export interface AlsoAccused {
  caseId: number;
  /** full id of the account or room */
  offender: string;
  displayName?: string | null;
  /** `possible`…`certain`; null for reports by people */
  verdict: string | null;
  /** in the reporter's words */
  reason?: string;
}

/** Sender, recipient and reply addresses. All of it comes from the configuration and is ASCII. */
export interface MailIdentity {
  /** our homeserver's name */
  serverName: string;
  from: { name: string; address: string };
  /** address of the abuse desk */
  recipient: string;
  /** plus-address with the case and its token */
  replyTo: string;
  /** plus-address for appeals by the subject of the case */
  appealTo: string;
  /** envelope sender for bounces, with a separate token */
  envelopeFrom: string;
  /** e.g. `Heimdall/1.0.0` */
  userAgent: string;
  /** the mail's texts, in the desk's language */
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
