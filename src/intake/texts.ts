/** Errors for the homeserver when a transaction is refused; its log shows them. */
export const intakeTexts = {
  notATransaction: 'A transaction is a JSON object with a list "events".',
  notInTime: 'not handled in time',
  notCommitted: 'Not committed. Send it again.',
  notProvided: 'Heimdall provides no such thing.',
  noToken: 'Authorization header missing.',
  wrongToken: 'This is not the hs_token of the registration.',
  tooLarge: (limit: string) => `The body is larger than ${limit}.`,
  notJson: 'The body is not JSON.',
};
