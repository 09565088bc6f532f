import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/util/logger.js';
import { makeFolder } from '../../src/util/make-folder.js';

describe('makeFolder', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'heimdall-folder-'));

  it('makes a folder with those above it, for its owner, and takes one that is there', () => {
    const folder = path.join(root, 'a', 'b');
    makeFolder(folder);
    makeFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('says what is wrong instead of trying for ever', () => {
    writeFileSync(path.join(root, 'file'), '');
    expect(() => makeFolder(path.join(root, 'file', 'below'))).toThrow(/ENOTDIR/);
    if (existsSync('/proc/self')) expect(() => makeFolder('/proc/heimdall/below')).toThrow(/ENOENT|EPERM|EACCES/);
  });
});

describe('createLogger', () => {
  it('refuses a level that there is not, with those that there are', () => {
    expect(() => createLogger('verbose')).toThrow(/HEIMDALL_LOG_LEVEL is "verbose"/);
  });
});
