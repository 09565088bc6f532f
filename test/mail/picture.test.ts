import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { simpleParser } from 'mailparser';
import { composeAbuseMail } from '../../src/mail/compose.js';
import { createPictureMaker, disguiseSvg } from '../../src/mail/picture.js';
import type { AbuseMail } from '../../src/mail/types.js';
import { xarfReport } from '../../src/mail/xarf.js';
import { identity, impersonation, NO_MAIL, report } from './fixtures.js';
import { xarfProblems } from './xarf-schema.js';

const square = (color: string) =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: color } })
    .png()
    .toBuffer();

function maker(over: { pictures?: boolean; picture?: (mxc: string) => Promise<Buffer> } = {}) {
  const asked: string[] = [];
  const pictures = createPictureMaker({
    homeserver: {
      picture: (mxc) => {
        asked.push(mxc);
        return over.picture?.(mxc) ?? square(mxc.includes('official') ? '#0000ff' : '#0000fe');
      },
    },
    config: {
      mail: { ...NO_MAIL, pictures: over.pictures ?? true },
      protected_identities: [
        {
          user_id: '@server:example.org',
          display_names: [],
          avatars: ['mxc://example.org/official'],
          domains: [],
          rooms: [],
          variants: [],
        },
      ],
    },
  });
  return { asked, of: (mail: AbuseMail) => pictures.of(mail, identity.words) };
}

/** The same, found by a copied picture too. */
function copied(): AbuseMail {
  const mail = impersonation();
  if (mail.about.kind === 'impersonation')
    mail.about.verdict.evidence.push({
      field: 'avatar',
      protected: '@server:example.org',
      disguise: 'near_avatar',
      view: 'avatar',
      weight: 2,
      sentence: 'The picture is nearly the official one.',
    });
  return mail;
}

describe('the picture of a disguise', () => {
  it('is a PNG in the part for people, inline and to be saved, and the text names it', async () => {
    const mail = impersonation();
    const pictures = await maker().of(mail);
    const { raw } = await composeAbuseMail({ ...mail, pictures }, identity);
    expect(raw).toMatch(/^Content-Type: multipart\/report; report-type=feedback-report;/m);
    const types = [...raw.matchAll(/^Content-Type: ([a-z]+\/[a-z-]+)/gm)].map((match) => match[1]);
    expect(types).toEqual([
      'multipart/report',
      'multipart/mixed',
      'text/plain',
      'image/png',
      'message/feedback-report',
      'application/json',
    ]);
    const parsed = await simpleParser(Buffer.from(raw, 'latin1'));
    expect(parsed.text).toContain('disguise.png');
    const picture = parsed.attachments.find(({ filename }) => filename === 'disguise.png');
    expect(picture?.contentDisposition).toBe('inline');
    expect(await sharp(picture?.content).metadata()).toMatchObject({ format: 'png', width: 640, height: 380 });
  });

  it('shows other letters otherwise: it is not a picture of blanks', async () => {
    const [one, other] = await Promise.all([
      maker().of(impersonation()),
      maker().of(impersonation({ captured: { displayName: 'Quite another name' } })),
    ]);
    const { channels } = await sharp(one?.disguise).stats();
    expect(channels[0]?.min).toBeLessThan(100);
    expect(Buffer.compare(Buffer.from(one?.disguise ?? ''), Buffer.from(other?.disguise ?? ''))).not.toBe(0);
  });

  it('marks the letters that only seem to be those of the official name, and says which they are', () => {
    const drawn = disguiseSvg(
      impersonation({ offender: '@server:evil.test', captured: { displayName: 'Ex\u0430mple (Official Account)' } }),
      identity.words,
    );
    expect(drawn.match(/<tspan fill="#a33b00">\u0430<\/tspan>/g)).toHaveLength(2);
    expect(drawn).toContain('\u0430 U+0430');
    const honest = disguiseSvg(
      impersonation({ offender: '@server:evil.test', captured: { displayName: 'Exarnple (Official Account)' } }),
      identity.words,
    );
    expect(honest).not.toContain('U+');
  });

  it('shows a name that is turned around as people see it, and names the trick below', () => {
    const drawn = disguiseSvg(impersonation({ captured: { displayName: '\u202etnuoccA laiciffO' } }), identity.words);
    expect(drawn).toContain('>\u2068\u202etnuoccA laiciffO\u2069<');
    expect(drawn).toContain('U+202E');
  });

  it('says nothing twice of a name that hides nothing, also from right to left', () => {
    const name = '\u05d3\u05d5\u05d2\u05de\u05d4';
    const official = { userId: '@server:example.org', displayNames: [name], domains: [] };
    const drawn = disguiseSvg(impersonation({ official, captured: { displayName: name } }), identity.words);
    expect(drawn.split(name)).toHaveLength(5);
  });

  it('holds both avatars where one copies the other, and so does the evidence', async () => {
    const { of, asked } = maker();
    const mail = copied();
    const pictures = await of(mail);
    expect(asked.sort()).toEqual(['mxc://evil.test/abc', 'mxc://example.org/official']);
    expect(disguiseSvg(mail, identity.words, pictures).match(/<image /g)).toHaveLength(2);
    const xarf = JSON.parse(JSON.stringify(xarfReport({ ...mail, pictures }, identity))) as {
      evidence: { content_type: string; payload: string }[];
    };
    expect(xarfProblems(xarf)).toEqual([]);
    const shown = xarf.evidence.filter(({ content_type: type }) => type === 'image/png');
    expect(shown).toHaveLength(2);
    expect(await sharp(Buffer.from(shown[0]?.payload ?? '', 'base64')).metadata()).toMatchObject({ width: 96 });
  });

  it('never holds a picture of a stranger that nobody found to be a copy: it may show anything', async () => {
    const { of, asked } = maker();
    const pictures = await of(impersonation());
    expect(asked).toEqual([]);
    expect(Object.keys(pictures ?? {})).toEqual(['disguise']);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['is not to be had', () => Promise.reject(new Error('404'))],
    ['is not a picture', () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
    ['is a broken one', () => Promise.resolve(Buffer.from('\x89PNG\r\n\x1a\nnothing', 'latin1'))],
  ])('is drawn without an avatar that %s', async (_what, picture) => {
    const pictures = await maker({ picture }).of(copied());
    expect(Object.keys(pictures ?? {})).toEqual(['disguise']);
  });

  it('is not there for reports by people, or where the admin wants none', async () => {
    expect(await maker().of(report())).toBeUndefined();
    expect(await maker({ pictures: false }).of(impersonation())).toBeUndefined();
  });

  it.each([
    '</text><image href="file:///etc/passwd"/>',
    '&lt;!ENTITY x SYSTEM "file:///etc/passwd"&gt; &x;',
    'a\u0000b\u0008\ud800\uffff',
    '\u202eevil\u2066',
    '\u0301'.repeat(3_000),
    '漢'.repeat(3_000),
  ])('holds what strangers wrote as text only: %j', async (words) => {
    const mail = impersonation({ offender: `@${words}:evil.test`, captured: { displayName: words } });
    expect(disguiseSvg(mail, identity.words)).not.toMatch(/<image|<!ENTITY|\0/);
    // what turns a line around stands in an isolate, and never outside of its line
    expect(disguiseSvg(mail, identity.words)).not.toMatch(/>[^<\u2068]*\u202e/);
    expect(await maker().of(mail)).toBeDefined();
  });
});
