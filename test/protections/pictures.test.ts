import { beforeAll, describe, expect, it } from '@jest/globals';
import { imageFingerprints, type ImageFingerprints } from '../../src/impersonation/picture.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { MatrixError } from '../../src/matrix/types.js';
import { quarantinedPicture } from '../../src/protections/kinds/quarantined-picture.js';
import { Memories } from '../../src/protections/memories.js';
import { Message } from '../../src/protections/message.js';
import { KnownPictures } from '../../src/protections/pictures/known.js';
import { lookAtPictures } from '../../src/protections/pictures/look.js';
import { isSamePicture, tellingPrints } from '../../src/protections/pictures/print.js';
import { QuarantinedPictures } from '../../src/protections/pictures/quarantined.js';
import { picturesShown } from '../../src/protections/pictures/shown.js';
import type { CommonSettings } from '../../src/protections/settings.js';
import { defaultSettings } from '../../src/store/settings/document.js';
import type { ProtectionRow } from '../../src/store/records/protections.js';
import { event } from '../support/events.js';
import { CHANGES, fromSvg, officialPicture, randomFrom, randomPicture } from '../support/pictures.js';

const printsOf = async (picture: Buffer): Promise<ImageFingerprints> => (await imageFingerprints(picture)) ?? [];

describe('how a picture looks', () => {
  let picture: Buffer;
  beforeAll(async () => (picture = await officialPicture()));

  it.each([
    'recompressed as poor JPEG',
    'recompressed as poor WebP',
    'made large',
    'made small',
    'brighter',
    'as the first frame of a GIF',
    'cropped by 5 % all around',
    'framed in white',
    'framed in black',
  ])('is the same %s', async (change) => {
    const copy = await CHANGES[change]!(picture);
    expect(isSamePicture(tellingPrints(await printsOf(picture)), await printsOf(copy))).toBe(true);
  });

  it('is the same cut at its sides, of photographs with much in them, and none is another', async () => {
    const random = randomFrom(21);
    const scene = () =>
      fromSvg(
        `<rect width="256" height="256" fill="hsl(${random() * 360},40%,50%)"/>` +
          Array.from(
            { length: 14 },
            () =>
              `<circle cx="${random() * 256}" cy="${random() * 256}" r="${8 + random() * 50}" fill="hsl(${random() * 360},70%,${20 + random() * 60}%)" opacity="0.8"/>`,
          ).join(''),
      );
    const scenes = await Promise.all(Array.from({ length: 12 }, scene));
    const kept = await Promise.all(scenes.map(async (one) => tellingPrints(await printsOf(one))));
    const known = (prints: ImageFingerprints) => kept.flatMap((one, at) => (isSamePicture(one, prints) ? [at] : []));
    for (const [at, one] of scenes.entries()) {
      for (const change of ['cropped by 5 % all around', 'framed in black'])
        expect([at, change, known(await printsOf(await CHANGES[change]!(one)))]).toEqual([at, change, [at]]);
    }
  });

  it('is another one for sixty others, and for two pages of one program with other words', async () => {
    const kept = tellingPrints(await printsOf(picture));
    const random = randomFrom(77);
    const others = await Promise.all(Array.from({ length: 60 }, (_, index) => randomPicture(random, index)));
    for (const other of others) expect(isSamePicture(kept, await printsOf(other))).toBe(false);
    const page = (words: string) =>
      fromSvg(
        `<rect width="256" height="256" fill="#fff"/><rect width="70" height="256" fill="#333"/>` +
          [...words]
            .map((at, line) => `<rect x="84" y="${10 + 12 * line}" width="${Number(at) * 17}" height="7"/>`)
            .join(''),
      );
    const [one, two] = [await page('93715284619375842613'), await page('28461937582937152846')];
    expect(isSamePicture(tellingPrints(await printsOf(one)), await printsOf(two))).toBe(false);
    expect(isSamePicture(tellingPrints(await printsOf(one)), await printsOf(one))).toBe(true);
  });

  it('is not kept of what is plain: blank, half and half, a gradient', async () => {
    for (const inside of [
      '<rect width="256" height="256" fill="#fff"/>',
      '<rect width="256" height="128" fill="#00f"/>',
      '<defs><radialGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#000"/></radialGradient></defs><rect width="256" height="256" fill="url(#g)"/>',
    ])
      expect(tellingPrints(await printsOf(await fromSvg(inside)))).toEqual([]);
  });

  it('is known after a restart, until its time is over, and not once it is forgotten', async () => {
    const prints = tellingPrints(await printsOf(picture));
    const known = new KnownPictures();
    known.remember({ mxc: 'mxc://a.test/bad', prints, by: '@mod:a.test', at: 1000, until: 5000 });
    const rows = known.takeChanged();
    expect(known.takeChanged()).toEqual([]);
    const again = new KnownPictures();
    again.restore(rows, 2000);
    expect(again.like(prints, 4999)?.mxc).toBe('mxc://a.test/bad');
    expect(again.like(prints, 5000)).toBeUndefined();
    again.forget('mxc://a.test/bad');
    expect(again.takeChanged()).toEqual([{ key: 'mxc://a.test/bad', data: null, expiresAt: 0 }]);
    // what was erased from the ledger meanwhile does not come back at the stop
    expect(known.all()).toEqual([]);
  });

  it('is kept of the latest five hundred', () => {
    const known = new KnownPictures();
    for (let at = 0; at < 502; at++) known.remember({ mxc: `mxc://a.test/${at}`, prints: [], by: 'x', at, until: 9e9 });
    expect([0, 1, 2, 501].map((at) => known.get(`mxc://a.test/${at}`, 1) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('the pictures that an event shows', () => {
  const shown = (more: Partial<MatrixEvent>) => {
    const one = event({ type: 'm.room.message', ...more });
    return picturesShown(one, () => new Message(one));
  };
  const url = 'mxc://a.test/x';
  it.each<[string, Partial<MatrixEvent>, string[]]>([
    [
      'a picture with its thumbnail',
      { content: { msgtype: 'm.image', url, info: { thumbnail_url: 'mxc://a.test/t' } } },
      [url, 'mxc://a.test/t'],
    ],
    ['a sticker', { type: 'm.sticker', content: { body: 'x', url } }, [url]],
    ['a file', { content: { msgtype: 'm.file', body: 'x.png', url } }, [url]],
    ['a gallery', { content: { msgtype: 'm.gallery', itemtypes: [{ itemtype: 'm.image', url }] } }, [url]],
    [
      'a text',
      {
        content: {
          msgtype: 'm.text',
          body: 'x',
          format: 'org.matrix.custom.html',
          formatted_body: `<img src="${url}">`,
        },
      },
      [url],
    ],
    [
      'the fallback of an edit',
      {
        content: {
          msgtype: 'm.image',
          body: '*',
          url,
          'm.new_content': { msgtype: 'm.text', body: 'x' },
          'm.relates_to': { rel_type: 'm.replace', event_id: '$a' },
        },
      },
      [url],
    ],
    [
      'an edit',
      {
        content: {
          msgtype: 'm.text',
          body: '*',
          'm.new_content': { msgtype: 'm.image', url },
          'm.relates_to': { rel_type: 'm.replace', event_id: '$a' },
        },
      },
      [url],
    ],
    ['an extensible event', { type: 'm.image', content: { 'm.file': { url } } }, [url]],
    [
      'an avatar that is put on',
      { type: 'm.room.member', sender: '@a:x', state_key: '@a:x', content: { membership: 'join', avatar_url: url } },
      [url],
    ],
    [
      'an avatar that was there',
      {
        type: 'm.room.member',
        sender: '@a:x',
        state_key: '@a:x',
        content: { membership: 'join', avatar_url: url },
        unsigned: { prev_content: { avatar_url: url } },
      },
      [],
    ],
    ['an encrypted file', { content: { msgtype: 'm.image', file: { url } } }, []],
    ['words', { content: { msgtype: 'm.text', body: url } }, []],
    ['wrong types', { content: { msgtype: 'm.image', url: 5, info: 'x', itemtypes: [1] } }, []],
  ])('%s', (_what, more, pictures) => expect(shown(more)).toEqual(pictures));

  it('are at most eight', () => {
    const itemtypes = Array.from({ length: 30 }, (_, at) => ({ itemtype: 'm.image', url: `mxc://a.test/${at}` }));
    expect(shown({ content: { msgtype: 'm.gallery', itemtypes } })).toHaveLength(8);
  });
});

describe('QuarantinedPictures', () => {
  const bad = 'mxc://a.test/bad';
  const active = [
    { protection: quarantinedPicture, settings: quarantinedPicture.settings.parse({}) as unknown as CommonSettings },
  ];
  async function desk({ on = true, official = false } = {}) {
    const settings = defaultSettings();
    settings.protections = { QuarantinedPicture: { enabled: on, rooms: {}, values: {} } };
    const rows: ProtectionRow[] = [];
    const found: string[] = [];
    const files = new Map([[bad, await printsOf(await officialPicture())]]);
    const fetched: string[] = [];
    const tx = { keepProtectionRows: (more: ProtectionRow[]) => Promise.resolve(void rows.push(...more)) };
    const quarantined = new QuarantinedPictures({
      settings: { get: () => settings },
      clock: () => 1000,
      memories: new Memories(),
      ledger: { commit: (work: (one: never) => Promise<never>) => work(tx as never) } as never,
      see: (mxc) => {
        fetched.push(mxc);
        const prints = files.get(mxc);
        if (prints === undefined) return Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no'));
        return Promise.resolve({ prints, official });
      },
      found: (_tx, { event_id: id }, { detail }) => {
        found.push(`${id} ${String(detail.picture)}`);
        return Promise.resolve([]);
      },
    });
    return { quarantined, rows, found, files, fetched };
  }
  const showing = (url: string, id = '$e') =>
    event({ type: 'm.room.message', event_id: id, content: { msgtype: 'm.image', body: 'x', url } });

  it('keep nothing while the protection is off, and nothing that looks like an official account', async () => {
    const off = await desk({ on: false });
    expect([await off.quarantined.remember([bad], '@mod:a.test'), off.fetched]).toEqual([0, []]);
    const official = await desk({ official: true });
    expect([await official.quarantined.remember([bad], '@mod:a.test'), official.rows]).toEqual([0, []]);
  });

  it('ask for nothing while none is known, then for each event that shows something', async () => {
    const { quarantined, rows } = await desk();
    expect(quarantined.toAsk(showing(bad), active)).toEqual([]);
    expect(await quarantined.remember([bad, 'mxc://a.test/gone'], '@mod:a.test')).toBe(1);
    expect(rows.map(({ key, protection }) => [key, protection])).toEqual([[bad, 'QuarantinedPicture']]);
    expect(quarantined.toAsk(showing('mxc://a.test/copy'), active)).toMatchObject([
      {
        kind: lookAtPictures.kind,
        key: 'protection:QuarantinedPicture:$e',
        payload: { pictures: ['mxc://a.test/copy'] },
      },
    ]);
    expect(quarantined.toAsk(showing('mxc://a.test/copy'), [])).toEqual([]);
  });

  it('find a copy, the very same without fetching it, and no other picture', async () => {
    const { quarantined, found, files, fetched } = await desk();
    await quarantined.remember([bad], '@mod:a.test');
    files.set(
      'mxc://a.test/copy',
      await printsOf(await CHANGES['recompressed as poor JPEG']!(await officialPicture())),
    );
    files.set('mxc://a.test/other', await printsOf(await randomPicture(randomFrom(3), 0)));
    fetched.length = 0;
    for (const [id, mxc] of [
      ['$same', bad],
      ['$copy', 'mxc://a.test/copy'],
      ['$other', 'mxc://a.test/other'],
    ] as const)
      await quarantined.look([mxc], showing(mxc, id));
    expect(found).toEqual([`$same ${bad}`, `$copy ${bad}`]);
    expect(fetched).toEqual(['mxc://a.test/copy', 'mxc://a.test/other']);
    expect(await quarantined.forget([bad])).toBe(1);
    await quarantined.look([bad], showing(bad, '$after')).catch(() => undefined);
    expect(found).toHaveLength(2);
  });

  it('find the one that is known among some that cannot be had', async () => {
    const { quarantined, found } = await desk();
    await quarantined.remember([bad], '@mod:a.test');
    await quarantined.look(['mxc://a.test/gone', bad], showing(bad));
    expect(found).toHaveLength(1);
    await expect(quarantined.look(['mxc://a.test/gone'], showing(bad))).rejects.toThrow('no');
  });
});
