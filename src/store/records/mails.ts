/** A mail as composed once; every retry sends the same bytes under the same Message-ID. */
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
  /** the SMTP server's last answer */
  response: string | null;
}

/** What a mail to us is: a person's answer, a machine's, a delivery report. */
export type MailAnswerKind = 'answer' | 'automatic' | 'bounce' | 'complaint' | 'appeal';

/** A mail that came back to us about a case. */
export interface MailAnswer {
  id: number;
  caseId: number;
  messageId: string;
  kind: MailAnswerKind;
  /** address of who wrote it, as the mail says */
  sender: string;
  subject: string;
  /** its text, without what it quotes */
  body: string;
  receivedAt: number;
}

/** The mails that we send, by action and by case. */
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
