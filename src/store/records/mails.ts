/** A composed mail; every retry sends the same bytes with the same Message-ID. */
export interface OutboxRecord {
  id: number;
  actionId: number;
  caseId: number | null;
  messageId: string;
  recipient: string;
  envelopeFrom: string;
  raw: string;
  createdAt: number;
  sentAt: number | null;
  /** the SMTP server's last reply */
  response: string | null;
}

/** The type of a received mail: a person's answer, an automatic one, a delivery report. */
export type MailAnswerKind = 'answer' | 'automatic' | 'bounce' | 'complaint' | 'appeal';

/** A received mail about a case. */
export interface MailAnswer {
  id: number;
  caseId: number;
  messageId: string;
  kind: MailAnswerKind;
  /** sender's address according to the mail */
  sender: string;
  subject: string;
  /** its text without quotations */
  body: string;
  receivedAt: number;
}

/** Outgoing mails, by action and by case. */
export interface MailThread {
  /** The mail of this action, composed at the first call and stored before it is returned. */
  outboxOf(
    actionId: number,
    compose: () => Promise<Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>>,
  ): Promise<OutboxRecord>;
  noteMail(outboxId: number, note: { sentAt: number | null; response: string }): Promise<void>;
  /** The mails of a case, oldest first: the thread. */
  mailsOf(caseId: number): Promise<OutboxRecord[]>;
}
