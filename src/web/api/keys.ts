import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { HeimdallError } from '../../util/errors.js';
import { ANSWERS } from './texts.js';

/** Hashes of the services' keys: the file contains nothing that grants access. */
export interface ApiKeys {
  /** The service with this key; undefined when there is none. */
  serviceOf(key: string): Promise<string | undefined>;
}

const LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s+(?:sha256:)?([0-9a-fA-F]{64})$/;

/** Reads lines of `NAME SHA256`; empty ones and those that start with # are ignored. Throws HEIMDALL_E_API_KEYS. */
function parseApiKeys(text: string, file: string): { name: string; hash: Buffer }[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const [, name, hash] = LINE.exec(line) ?? [];
    if (name === undefined || hash === undefined)
      throw new HeimdallError('HEIMDALL_E_API_KEYS', ANSWERS.keyLine(file, index + 1), ANSWERS.makeKey);
    return [{ name, hash: Buffer.from(hash, 'hex') }];
  });
}

/**
 * The keys of a file, reread when it changes, so that a removed key stops working at once. An invalid file grants no
 * access.
 */
export function apiKeysFrom(file: string): ApiKeys {
  let known: { mark: string; keys: { name: string; hash: Buffer }[] } | undefined;
  return {
    async serviceOf(key) {
      const { mtimeMs, size, ino } = await stat(file);
      const mark = `${mtimeMs}/${size}/${ino}`;
      if (known?.mark !== mark) known = { mark, keys: parseApiKeys(await readFile(file, 'utf8'), file) };
      const hash = createHash('sha256').update(key).digest();
      // compares all of them, so that timing reveals nothing
      return known.keys.filter((each) => timingSafeEqual(each.hash, hash))[0]?.name;
    },
  };
}
