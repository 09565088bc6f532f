/** A question that is waiting for a moderator's yes. */
export interface NewQuestion {
  /** event id of the asking command */
  key: string;
  askedBy: string;
  /** what to do after a yes */
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
  /** Records a question; an existing one with the same key is unchanged. */
  askQuestion(question: NewQuestion): Promise<void>;
  /** Answers an open question; false if it is no longer open. */
  answerQuestion(key: string, state: 'yes' | 'no', by: string): Promise<boolean>;
}

/** Reading questions. */
export interface QuestionReads {
  /** Questions that expire at `since` or later, the newest first. */
  questions(since: number): Promise<QuestionRecord[]>;
}
