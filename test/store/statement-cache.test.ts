import Database from 'libsql';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StatementCache } from '../../src/store/statement-cache.js';

describe('a kept statement that found the database locked', () => {
  let folder: string;
  let database: Database.Database;
  let other: Database.Database;
  let cache: StatementCache;

  const open = (): Database.Database => {
    const opened = new Database(path.join(folder, 'a.sqlite'));
    opened.prepare('pragma journal_mode = wal').get([]);
    return opened;
  };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-statements-'));
    database = open();
    database.exec('create table t (x integer primary key, y text)');
    other = open();
    cache = new StatementCache(database);
  });
  afterEach(async () => {
    other.close();
    cache.close();
    await rm(folder, { recursive: true, force: true });
  });

  const seenByOther = (): unknown => (other.prepare('select y from t').all([]) as { y: string }[]).map(({ y }) => y);

  describe.each([
    ['run', 'insert into t (y) values (?)', ['first']],
    ['all', 'insert into t (y) values (?) returning x', ['first']],
    ['run', 'begin immediate', []],
  ] as const)('%s: %s', (method, text, parameters) => {
    beforeEach(() => {
      other.exec('begin immediate');
      expect(() => cache.prepare(text)[method](parameters)).toThrow('locked');
      other.exec('commit');
    });

    it('stands in the way of no commit, and writes nothing any more', () => {
      cache.prepare('begin').run([]);
      cache.prepare("insert into t (y) values ('second')").run([]);
      cache.prepare('commit').run([]);
      expect(seenByOther()).toEqual(['second']);
    });

    it('does not keep a single statement from being committed', () => {
      cache.prepare("insert into t (y) values ('second')").run([]);
      expect(seenByOther()).toEqual(['second']);
    });

    it('can be run again', () => {
      cache.prepare(text)[method](parameters);
      if (parameters.length === 0) cache.prepare('commit').run([]);
      expect(seenByOther()).toEqual(parameters);
    });
  });
});
