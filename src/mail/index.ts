export { caseAddress, caseOfAddress, parseMailbox, type AddressPurpose } from './addresses.js';
export { composeAbuseMail } from './compose.js';
export { mailIdentityOf, mailInputOfCase, stamped } from './input.js';
export { createMailHandler, pauseAfter, type MailHandler, type MailHandlerParts, type MailOutcome } from './outbox.js';
export { createSmtpTransport, MailRefusal, verifySmtp, type MailTransport } from './smtp.js';
export type { AbuseMail, ComposedMail, MailIdentity } from './types.js';
