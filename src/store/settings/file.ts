import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { HeimdallError, messageOf } from '../../util/errors.js';
import { makeFolder } from '../../util/make-folder.js';
import { codeOf } from '../guard.js';
import { type DocumentPlace, parseSettings, printSettings } from './document.js';
import type { SettingsAdapter } from './store.js';
import type { Settings } from './types.js';
import { storeTexts } from '../texts.js';

/**
 * `settings.json`, which a power cut leaves either as it was or as it shall be: written beside it, synced, renamed, and
 * the folder synced. `settings.json.last-good` holds what was read or written last and was in order.
 */
export class SettingsFile implements SettingsAdapter {
  readonly place: DocumentPlace;
  readonly #file: string;
  readonly #lastGood: string;
  /** what `#lastGood` holds, once known */
  #kept: string | undefined;

  constructor(private readonly dataDir: string) {
    this.#file = path.join(dataDir, 'settings.json');
    this.#lastGood = `${this.#file}.last-good`;
    this.place = {
      name: this.#file,
      remedy: storeTexts.fileRemedy(this.#lastGood, this.#file),
    };
  }

  /** Null when there is no file. Rejects with `HEIMDALL_E_SETTINGS` when there is one that is not in order. */
  async read(): Promise<Settings | null> {
    const text = await this.#read(this.#file);
    if (text === undefined) return null;
    const settings = parseSettings(text, this.place);
    this.#kept ??= await this.#read(this.#lastGood);
    if (this.#kept !== text) await this.#keep(text);
    return settings;
  }

  async write(settings: Settings): Promise<void> {
    const text = printSettings(settings);
    await this.#replace(this.#file, text);
    await this.#keep(text);
  }

  /** A copy that cannot be renewed now is an older good one: no reason to stop, and the next time tries again. */
  async #keep(text: string): Promise<void> {
    try {
      await this.#replace(this.#lastGood, text);
      this.#kept = text;
    } catch (error) {
      if (!(error instanceof HeimdallError)) throw error;
    }
  }

  async #read(file: string): Promise<string | undefined> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw this.#trouble(storeTexts.cannotRead(file, messageOf(error)));
    }
  }

  async #replace(file: string, text: string): Promise<void> {
    const fresh = `${file}.new`;
    try {
      makeFolder(this.dataDir);
      await withHandle(fresh, 'w', async (handle) => {
        await handle.writeFile(text, 'utf8');
        await handle.sync();
      });
      await rename(fresh, file);
      await withHandle(this.dataDir, 'r', (handle) => handle.sync());
    } catch (error) {
      throw this.#trouble(storeTexts.cannotWrite(file, messageOf(error)));
    }
  }

  #trouble(message: string): HeimdallError {
    return new HeimdallError('HEIMDALL_E_SETTINGS', message, storeTexts.folderRemedy(this.dataDir));
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function withHandle(file: string, flags: 'r' | 'w', work: (handle: Handle) => Promise<void>): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
