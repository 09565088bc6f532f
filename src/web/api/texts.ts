/** What the HTTP API answers to services that ask wrongly. */
export const ANSWERS = {
  noKey: 'Send a key of the API: Authorization: Bearer …',
  badKey: 'This is not a key of the API.',
  tooMany: 'Too many requests of this service. Please wait.',
  notJson: 'The body is not JSON.',
  tooLarge: 'The body is larger than 64 KiB.',
  noCase: 'There is no such case.',
  nothing: 'There is nothing here. See docs/operate/api.md.',
  failed: 'Something went wrong here. Please try again.',
  badSubject: 'subject: must be a user ID, a room ID, server:NAME or an mxc:// URI',
};
