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
 * `settings.json`, replaced atomically even in a power cut: written to a temporary file, synced, renamed, and the
 * folder synced. `settings.json.last-good` has the last valid content that was read or written.
 */
export class SettingsFile implements SettingsAdapter {
  readonly place: DocumentPlace;
  readonly #file: string;
  readonly #lastGood: string;
  /** the content of `#lastGood`, once known */
  #kept: string | undefined;

  constructor(private readonly dataDir: string) {
    this.#file = path.join(dataDir, 'settings.json');
    this.#lastGood = `${this.#file}.last-good`;
    this.place = {
      name: this.#file,
      remedy: storeTexts.fileRemedy(this.#lastGood, this.#file),
    };
  }

  /** Null without a file. Rejects with `HEIMDALL_E_SETTINGS` if it is invalid. */
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

  /** If the copy cannot be renewed now, an older valid one remains, and the next write tries again. */
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
