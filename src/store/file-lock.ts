import path from 'node:path';
import Database from 'libsql';
import { makeFolder } from '../util/make-folder.js';
import { codeOf } from './guard.js';

/** Whether another process holds the lock on the folder. */
export function isFolderLocked(folder: string): boolean {
  const lock = FolderLock.take(folder);
  lock?.release();
  return lock === undefined;
}

/**
 * An exclusive lock on a data folder that is released with the process, however it ends. Node has no API for file
 * locks; SQLite takes one for exclusive transactions (https://sqlite.org/lockingv3.html), so an empty database with
 * such a transaction open serves as the lock.
 */
export class FolderLock {
  private constructor(private readonly database: Database.Database) {}

  /** The lock on the folder; undefined while another process has it. */
  static take(folder: string): FolderLock | undefined {
    makeFolder(folder);
    const database = new Database(path.join(folder, 'ledger.lock'));
    try {
      database.exec('pragma busy_timeout = 0');
      database.exec('begin exclusive');
      return new FolderLock(database);
    } catch (error) {
      database.close();
      if (codeOf(error).startsWith('SQLITE_BUSY')) return undefined;
      throw error;
    }
  }

  release(): void {
    this.database.close();
  }
}
