import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSettings } from '../../src/store/index.js';

const DEFAULTS = {
  protected_rooms: [],
  protected_spaces: [],
  watched_lists: [],
  policy_list_room: null,
  default_list: null,
  management_room: null,
  management_room_name: null,
  protections: {},
  followed_upgrades: [],
  officials: [],
};

describe('settings.json', () => {
  let dataDir: string;
  let file: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-settings-'));
    file = path.join(dataDir, 'settings.json');
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const lines = (...text: string[]) => writeFile(file, text.join('\n'));
  const problem = () =>
    openSettings({ dataDir }).then(
      () => 'none',
      (error: Error) => error.message,
    );

  it('is not there at first: then the defaults hold, and nothing is written', async () => {
    const settings = await openSettings({ dataDir });
    expect(settings.get()).toEqual(DEFAULTS);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is made by the first change, readable for people and for nobody else on the machine', async () => {
    const deep = path.join(dataDir, 'not', 'there', 'yet');
    const settings = await openSettings({ dataDir: deep });
    await settings.update((s) => s.protected_rooms.push('!room:a.test'));
    expect(settings.get().protected_rooms).toEqual(['!room:a.test']);
    expect(await readFile(path.join(deep, 'settings.json'), 'utf8')).toBe(
      `${JSON.stringify({ ...DEFAULTS, protected_rooms: ['!room:a.test'] }, null, 2)}\n`,
    );
    expect((await readdir(deep)).sort()).toEqual(['settings.json', 'settings.json.last-good']);
    expect((await openSettings({ dataDir: deep })).get().protected_rooms).toEqual(['!room:a.test']);
  });

  it('may be written by hand with only some of its keys', async () => {
    await lines('\uFEFF{', '  "protected_rooms": ["!v12roomidwithoutdomain"]', '}', '');
    expect((await openSettings({ dataDir })).get()).toEqual({
      ...DEFAULTS,
      protected_rooms: ['!v12roomidwithoutdomain'],
    });
  });

  it.each([
    ['a torn end', ['{', '  "protected_rooms": [', '    "!a:x"'], 'line 3:'],
    [
      'a missing comma',
      ['{', '  "protected_rooms": []', '  "watched_lists": []', '}'],
      'line 3: "," or "}" is expected (or at the end of line 2)',
    ],
    [
      'a comma too many',
      ['{', '  "protected_rooms": [', '    "!a:x",', '  ]', '}'],
      'line 4: there is a comma before "]"',
    ],
    ['a text that is not closed', ['{', '  "policy_list_room": "!a:x', '}'], 'line 2: a string is not closed'],
    ['a word that is not a value', ['{', '', '  "policy_list_room": none', '}'], 'line 3: none is not a JSON value'],
    ['a key without quotes', ['{', '  policy_list_room: null', '}'], 'line 2: a key in double quotes is expected'],
    [
      'a key twice',
      ['{', '  "policy_list_room": null,', '  "policy_list_room": null', '}'],
      'line 3: the key "policy_list_room" is there twice',
    ],
    ['text behind the end', ['{}', '{}'], 'line 2: there is "{" after the end'],
    ['nothing in it', ['', ''], 'the document is empty'],
    ['brackets without end', ['['.repeat(100_000)], 'nested too deeply'],
    ['a list instead of an object', ['', '[]'], 'line 2:'],
    [
      'a key that is misspelt',
      ['{', '  "protected_rooms": [],', '  "watched_list": []', '}'],
      'line 3: the key "watched_list" is not known',
    ],
    [
      'a room that is not a room id',
      ['{', '  "protected_rooms": [', '    "!a:x",', '    "#a:x"', '  ]', '}'],
      'line 4: protected_rooms.1: must be a room ID',
    ],
    [
      'a missing key inside',
      ['{', '  "watched_lists": [', '    { "shortcode": "x" }', '  ]', '}'],
      'line 3: watched_lists.0.room_id:',
    ],
  ])('stops the start when it has %s, and names the file and the line', async (_what, text, message) => {
    await lines(...text);
    expect(await problem()).toContain(message);
    expect(await problem()).toContain(file);
    await expect(openSettings({ dataDir })).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
      remedy: expect.stringContaining(`${file}.last-good`),
    });
  });

  it('names all mistakes at once', async () => {
    await lines('{', '  "protected_rooms": [1],', '  "policy_list_room": 2,', '  "nonsense": 3', '}');
    const message = await problem();
    for (const line of ['line 2: protected_rooms.0', 'line 3: policy_list_room', 'line 4: the key "nonsense"'])
      expect(message).toContain(line);
  });

  it('has its last good copy beside it, from hand and from us, when it is broken later', async () => {
    const good = '{ "protected_rooms": ["!by-hand:x"] }';
    await lines(good);
    await openSettings({ dataDir });
    expect(await readFile(`${file}.last-good`, 'utf8')).toBe(good);
    const settings = await openSettings({ dataDir });
    await settings.update((s) => s.protected_rooms.push('!ours:x'));
    const written = await readFile(file, 'utf8');
    await lines('{ broken');
    expect(await problem()).toContain('line 1');
    expect(await readFile(`${file}.last-good`, 'utf8')).toBe(written);
  });

  it('carries out changes one after another and loses none', async () => {
    const settings = await openSettings({ dataDir });
    const rooms = Array.from({ length: 25 }, (_, i) => `!${i}:x`);
    await Promise.all(rooms.map((room) => settings.update((s) => s.protected_rooms.push(room))));
    await settings.close();
    expect((await openSettings({ dataDir })).get().protected_rooms).toEqual(rooms);
  });

  it('refuses a change that would not be valid, and one that throws, and stays as it was', async () => {
    const settings = await openSettings({ dataDir });
    await settings.update((s) => s.protected_rooms.push('!a:x'));
    const before = await readFile(file, 'utf8');
    await expect(settings.update((s) => s.protected_rooms.push('#alias:x'))).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
      message: expect.stringContaining('protected_rooms.1'),
    });
    await expect(
      settings.update(() => {
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(settings.get().protected_rooms).toEqual(['!a:x']);
    expect(await readFile(file, 'utf8')).toBe(before);
    await settings.update((s) => s.protected_rooms.push('!b:x'));
    expect(settings.get().protected_rooms).toEqual(['!a:x', '!b:x']);
  });

  it('cannot be changed past update', async () => {
    const settings = await openSettings({ dataDir });
    expect(() => (settings.get() as { protected_rooms: string[] }).protected_rooms.push('!a:x')).toThrow(TypeError);
  });

  it('keeps what a person edited while we ran', async () => {
    const settings = await openSettings({ dataDir });
    await settings.update((s) => s.protected_rooms.push('!a:x'));
    await lines('{"protected_rooms": ["!a:x", "!hand:x"]}');
    await settings.update((s) => s.protected_rooms.push('!b:x'));
    expect(settings.get().protected_rooms).toEqual(['!a:x', '!hand:x', '!b:x']);
  });

  it('is not overwritten while a person has it broken', async () => {
    const settings = await openSettings({ dataDir });
    await settings.update((s) => s.protected_rooms.push('!a:x'));
    await lines('{"protected_rooms": ["!a:x", "!half');
    await expect(settings.update((s) => s.protected_rooms.push('!b:x'))).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
    });
    expect(settings.get().protected_rooms).toEqual(['!a:x']);
    expect(await readFile(file, 'utf8')).toBe('{"protected_rooms": ["!a:x", "!half');
  });

  it('takes no harm from a write that a crash broke off', async () => {
    const settings = await openSettings({ dataDir });
    await settings.update((s) => s.protected_rooms.push('!a:x'));
    await writeFile(`${file}.new`, '{"protected_rooms": ["!b');
    const again = await openSettings({ dataDir });
    expect(again.get().protected_rooms).toEqual(['!a:x']);
    await again.update((s) => s.protected_rooms.push('!b:x'));
    expect((await openSettings({ dataDir })).get().protected_rooms).toEqual(['!a:x', '!b:x']);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it('says what is in the way when it cannot be read or written', async () => {
    await mkdir(file);
    await expect(openSettings({ dataDir })).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
      message: expect.stringContaining(`Cannot read ${file}`),
    });
    await rm(file, { recursive: true });
    const settings = await openSettings({ dataDir });
    await rm(dataDir, { recursive: true });
    await writeFile(dataDir, 'not a folder');
    await chmod(dataDir, 0o600);
    await expect(settings.update((s) => s.protected_rooms.push('!a:x'))).rejects.toMatchObject({
      code: 'HEIMDALL_E_SETTINGS',
    });
    expect(settings.get()).toEqual(DEFAULTS);
  });
});
