import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readTextFile } from '../../src/util/read-text.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-text-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (content: string | Buffer) => {
  const name = path.join(folder, 'file');
  writeFileSync(name, content);
  return name;
};

describe('a text file', () => {
  it.each([
    ['plain', 'a: ü\r\n'],
    ['empty', ''],
    ['longer than a chunk', 'x'.repeat(200_000)],
  ])('%s', (_, text) => expect(readTextFile(file(text), 300_000)).toBe(text));

  it('loses its byte order mark', () => expect(readTextFile(file('\uFEFFa'), 10)).toBe('a'));

  it.each<[string, string | Buffer, RegExp]>([
    ['UTF-16, as Windows writes it', Buffer.from('\uFEFFa: b', 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from('name: W\xe4chter', 'latin1'), /not UTF-8/],
    ['too large', 'x'.repeat(2_000), /larger than 1 kB/],
  ])('%s is refused', (_, content, words) => expect(() => readTextFile(file(content), 1_024)).toThrow(words));

  it('a device or a folder is refused, where another read would never end', () => {
    expect(() => readTextFile('/dev/zero', 1_024)).toThrow(/device/);
    expect(() => readTextFile(folder, 1_024)).toThrow(/folder/);
    expect(() => readTextFile(path.join(folder, 'none'), 1_024)).toThrow(/ENOENT/);
  });

  it('may come through a pipe, as from `--config <(…)`', () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', 'printf one > "$0"', pipe]);
    try {
      expect(readTextFile(pipe, 1_024)).toBe('one');
    } finally {
      writer.kill();
    }
  });
});
