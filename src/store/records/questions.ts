/** A question that waits for a moderator's yes. */
export interface NewQuestion {
  /** of the command that asks */
  key: string;
  askedBy: string;
  /** what is done after a yes */
  payload: unknown;
  askedAt: number;
  expiresAt: number;
}

export interface QuestionRecord extends NewQuestion {
  state: 'open' | 'yes' | 'no';
  answeredBy: string | null;
}

/** What a commit does with questions. */
export interface QuestionWrites {
  /** Notes a question; one with the same key stays as it is. */
  askQuestion(question: NewQuestion): Promise<void>;
  /** Answers an open question; false when it is not open any more. */
  answerQuestion(key: string, state: 'yes' | 'no', by: string): Promise<boolean>;
}

/** Questions, read. */
export interface QuestionReads {
  /** Questions that expire at `since` or later, the newest first. */
  questions(since: number): Promise<QuestionRecord[]>;
}
