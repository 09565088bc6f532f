/** Error messages of the HTTP API. */
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
  nul: 'must not hold a NUL character',
  notARoomId: 'is not a room ID',
  notAnEventId: 'is not an event ID',
  webhookAnswered: (status: number) => `the service answered ${status}`,
  keyLine: (file: string, line: number) => `${file}, line ${line}, is not "NAME SHA256".`,
  makeKey: 'Make one with: printf %s "$KEY" | sha256sum | awk \'{print "my-service " $1}\'',
};
