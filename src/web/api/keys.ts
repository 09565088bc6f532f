import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { HeimdallError } from '../../util/errors.js';
import { ANSWERS } from './texts.js';

/** Keys of services, by the hash of each: the file holds nothing that lets anybody in. */
export interface ApiKeys {
  /** The name of the service whose key this is; undefined when it is nobody's. */
  serviceOf(key: string): Promise<string | undefined>;
}

const LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\s+(?:sha256:)?([0-9a-fA-F]{64})$/;

/** Reads lines of `NAME SHA256`; empty ones and those that begin with # say nothing. Throws HEIMDALL_E_API_KEYS. */
export function parseApiKeys(text: string, file: string): { name: string; hash: Buffer }[] {
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
 * The keys of a file, read again when it changes: a key that is taken out ends at once. A broken file lets nobody in.
 */
export function apiKeysFrom(file: string): ApiKeys {
  let known: { mark: string; keys: { name: string; hash: Buffer }[] } | undefined;
  return {
    async serviceOf(key) {
      const { mtimeMs, size, ino } = await stat(file);
      const mark = `${mtimeMs}/${size}/${ino}`;
      if (known?.mark !== mark) known = { mark, keys: parseApiKeys(await readFile(file, 'utf8'), file) };
      const hash = createHash('sha256').update(key).digest();
      // all of them, so that the time says nothing
      return known.keys.filter((each) => timingSafeEqual(each.hash, hash))[0]?.name;
    },
  };
}
