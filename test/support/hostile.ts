import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

/**
 * Requests that mean harm, at any number: to the report endpoints over HTTP, and to the mail door over SMTP. None of
 * them may leave a trace, none may be answered 5xx over HTTP, none may be taken over SMTP. The same seed makes the same
 * requests. Reports that are well formed are honest ones as far as a machine can tell, and not among them.
 */

type Dice = () => number;
const pick = <T>(throwDice: Dice, from: readonly T[]): T => from[Math.floor(throwDice() * from.length)] as T;

const JUNK = [
  '\r\nX-Injected: yes',
  '%0d%0aX-Injected:%20yes',
  '\0',
  '%00',
  '\u202e\u2066',
  '../'.repeat(30),
  'a'.repeat(3_000),
  '{{7*7}}${7*7}',
  "' or 1=1; drop table cases --",
  '__proto__',
  '<script>alert(1)</script>',
  '%ff%fe',
  '%',
  '💥'.repeat(200),
];
const SHAPES = [
  '',
  'null',
  '[]',
  '"text"',
  '7',
  '1e999',
  '{',
  '{"reason":7}',
  '{"reason":null}',
  '{"reason":["x"]}',
  '{"reason":{"toString":"x"}}',
  '{"__proto__":{"reason":"x"}}',
  '{"constructor":{"prototype":{"reason":"x"}}}',
  '{"reason":"\ud800',
  '\ufeff{"reason":1}',
  '['.repeat(20_000),
  '{"a":'.repeat(9_000),
  `{"reason":${'9'.repeat(10_000)}}`,
];
const TOKENS = ['', 'x', 'syt_wrong', '..', 'a'.repeat(4_000), 'a'.repeat(9_000), 'ünïcode', '%00', 'null'];
const ENDPOINTS = [
  '/_matrix/client/v3/users/%40spam%3Aevil.test/report',
  '/_matrix/client/r0/rooms/!room%3Aevil.test/report',
  '/_matrix/client/v3/rooms/!room%3Aevil.test/report/%24event',
  '/_matrix/client/v1/safety/report/txn',
  '/_matrix/client/unstable/org.matrix.msc4457/safety/report/txn',
];
/** a gigabyte of blanks is a megabyte; this one is enough to be a bomb */
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));

/** One request as bytes. Good tokens are `good-0` to `good-4999`, each somebody else's. */
export function hostileRequest(throwDice: Dice): Buffer {
  const good = `good-${Math.floor(throwDice() * 5_000)}`;
  const junk = pick(throwDice, JUNK);
  const endpoint = pick(throwDice, ENDPOINTS);
  const post = (path: string, token: string, body: string | Buffer, headers = '', method = 'POST'): Buffer =>
    Buffer.concat([
      Buffer.from(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${headers}` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
      ),
      Buffer.from(body),
    ]);
  const kinds: (() => Buffer)[] = [
    () => post(endpoint, pick(throwDice, TOKENS), '{"reason":"x"}'),
    () => post(endpoint, junk, '{"reason":"x"}'),
    () => post(endpoint.replace(/report\/%24event$/, 'report'), good, pick(throwDice, SHAPES)),
    () => post(endpoint, good, `{"reason":"${'x'.repeat(70_000)}"}`),
    () => post(endpoint, good, BOMB, 'Content-Encoding: gzip\r\n'),
    () => post(endpoint, good, '{"reason":"x"}', `Content-Encoding: ${pick(throwDice, ['br', 'x', 'gzip'])}\r\n`),
    () => post(endpoint, good, '{}', '', pick(throwDice, ['PUT', 'DELETE', 'PATCH', 'GET', 'TRACE', 'LOCK'])),
    () => post(`/_matrix/client/v3/users/${encodeURIComponent(junk)}/report`, good, '{"reason":"x"}'),
    () => post(`/_matrix/client/v3/rooms/${junk.replace(/[\r\n\0 ]/g, '')}/report`, good, '{"reason":"x"}'),
    () => post('/_matrix/client/v3/rooms/!r%3Aevil.test/report/%24unseen', good, '{"reason":"x"}'),
    () =>
      post(
        '/_matrix/client/v1/safety/report/txn',
        good,
        JSON.stringify({
          type: pick(throwDice, ['complaint', 'praise', junk]),
          regarding: pick(throwDice, ['', junk, 'server:', 'mxc://', '@', '$', 7, null]),
          harm: pick(throwDice, ['m.spam.fraud', 'm.spam', junk, {}]),
          description: pick(throwDice, [junk, 'x'.repeat(2_000), 7, '']),
        }),
      ),
    () => post(`/_matrix/client/v1/safety/report/${'t'.repeat(300)}`, good, '{}'),
    () => post(endpoint, good, '{"reason":"x"}', 'X-Heimdall-Passed-On: 1\r\n').subarray(0, 40),
    () => post(endpoint, good, '{}', `X-Long: ${'x'.repeat(20_000)}\r\n`),
    () => post(endpoint, good, '{}', 'Transfer-Encoding: chunked\r\n'),
    () =>
      Buffer.from(
        `POST ${endpoint} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\nTransfer-Encoding: chunked\r\n` +
          'Connection: close\r\n\r\nzz\r\n{"reason":"x"}\r\n0\r\n\r\n',
      ),
    () => Buffer.from(Array.from({ length: 200 }, () => Math.floor(throwDice() * 256))),
    () => Buffer.from(`GET ${junk} HTTP/9.9\r\n\r\n`),
  ];
  return pick(throwDice, kinds)();
}

/**
 * Sends bytes and resolves with the status of the answer; 0 when the connection was closed without one. Only behind a
 * request that is not whole our side is closed at once: a server drops the answer to whoever has hung up.
 */
export function sendBytes(port: number, bytes: Buffer): Promise<number> {
  const isWhole = /\r\n\r\n/.test(bytes.subarray(0, 30_000).toString('latin1'));
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (isWhole ? socket.write(bytes) : socket.end(bytes)));
    // a server that never answers would be a finding too: status 0
    socket.setTimeout(120_000, () => socket.destroy());
    let answer = '';
    socket.on('data', (chunk) => (answer += answer.length < 1_000 ? chunk.toString('latin1') : ''));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
  });
}

/** Connections that send a request byte by byte and never end it; `end` breaks them off. */
export function slowBodies(port: number, count: number): { end: () => void } {
  const sockets = Array.from({ length: count }, (_, index) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        `POST ${ENDPOINTS[0]} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good-${index}\r\nContent-Length: 60000\r\n\r\n{`,
      ),
    );
    socket.on('error', () => undefined);
    return socket;
  });
  const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write(' ')), 50);
  return {
    end() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A mail as it goes over the wire, and to whom. */
export interface HostileMail {
  from: string;
  to: string;
  raw: string;
}

/** @param plus a true plus-address of ours, which is only ever used forged */
export function hostileMail(throwDice: Dice, plus: string): HostileMail {
  const junk = pick(throwDice, JUNK).replace(/[\r\n\0]/g, ' ');
  const hex = Array.from({ length: 20 }, () => Math.floor(throwDice() * 16).toString(16)).join('');
  const number = Math.floor(throwDice() * 1_000_000);
  const forged = plus.replace(/\+(\w+)-\d+-[0-9a-f]{20}@/, (_whole, purpose: string) => `+${purpose}-1-${hex}@`);
  const other = plus.replace('-1-', `-${number + 2}-`);
  const head = `From: a@evil.test\r\nSubject: ${junk}\r\nMessage-ID: <${number}@evil.test>\r\n`;
  const nested = (depth: number): string => {
    let body = 'Content-Type: text/plain\r\n\r\nx';
    for (let level = 0; level < depth; level++)
      body = `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n${body}\r\n--b${level}--`;
    return body;
  };
  const raws: (() => string)[] = [
    () => `${head}\r\nI answer your report.`,
    () => `${head}References: <heimdall.1.${hex}@example.org>\r\nIn-Reply-To: <heimdall.1.${hex}@example.org>\r\n\r\nx`,
    () => `${head}To: ${forged}\r\nCc: ${other}\r\nReply-To: ${forged}\r\nDelivered-To: ${forged}\r\n\r\nx`,
    () => `${head}MIME-Version: 1.0\r\n${nested(500)}`,
    () => `${head}To: ${'g:a@b.test,'.repeat(20_000)}\r\n\r\nx`,
    () => `${head}${'X-Many: a\r\n'.repeat(3_000)}\r\nx`,
    () => `${head}Content-Type: text/html\r\n\r\n${'<ul><li>'.repeat(20_000)}`,
    () => `${head}Content-Type: text/plain; charset=utf-7\r\n\r\n${'+AGE-'.repeat(20_000)}`,
    () => `${head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--`,
    () =>
      `${head}Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n` +
      `Content-Type: message/feedback-report\r\n\r\nReported-URI: @a:evil.test\r\n--b--`,
    () =>
      `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/json\r\n\r\n` +
      `${'['.repeat(20_000)}\r\n--b--`,
    () => junk.repeat(50),
    () => '',
  ];
  return {
    from: pick(throwDice, ['a@evil.test', '', 'a@evil.test']),
    to: pick(throwDice, [forged, other, 'heimdall@example.org', forged.toUpperCase()]),
    raw: pick(throwDice, raws)(),
  };
}

/** Sends mails over one connection; resolves with the code that each was answered with (0: the connection broke). */
export function sendMails(port: number, mails: readonly HostileMail[]): Promise<number[]> {
  return new Promise((resolve) => {
    const codes: number[] = [];
    const socket = connect(port, '127.0.0.1');
    const lines = script(mails, codes);
    let buffered = '';
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      const done = /^(\d{3}) [^\r\n]*\r\n$/m.exec(buffered);
      if (done === null) return;
      buffered = '';
      const { value, done: over } = lines.next(Number(done[1]));
      if (over !== true) socket.write(value);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(codes));
  });
}

function* script(mails: readonly HostileMail[], codes: number[]): Generator<string, void, number> {
  yield 'EHLO evil.test\r\n';
  for (const { from, to, raw } of mails) {
    // each step ends with the code of its answer
    let code = yield `MAIL FROM:<${from}>\r\n`;
    if (code < 400) code = yield `RCPT TO:<${to}>\r\n`;
    if (code < 400) code = yield 'DATA\r\n';
    if (code === 354) code = yield `${raw.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.\r\n`;
    else yield 'RSET\r\n';
    codes.push(code);
  }
  yield 'QUIT\r\n';
}
