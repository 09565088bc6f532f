import { type Adapter, Low } from 'lowdb';
import { SerialQueue } from '../../util/serial-queue.js';
import { checkSettings, defaultSettings, type DocumentPlace } from './document.js';
import type { Settings, SettingsStore } from './types.js';

/** The storage of the settings. `read` validates; `write` is durable when it resolves. */
export interface SettingsAdapter extends Adapter<Settings> {
  readonly place: DocumentPlace;
}

/** Another writer was faster between our read and our write: read and change again. */
export class SettingsConflictError extends Error {}

const TRIES = 5;

/** The settings over either storage: a lowdb document that is read before each change, so that no edit is lost. */
export class JsonFileSettings implements SettingsStore {
  readonly #low: Low<Settings>;
  readonly #adapter: SettingsAdapter;
  readonly #updates = new SerialQueue();

  private constructor(adapter: SettingsAdapter) {
    this.#adapter = adapter;
    this.#low = new Low(adapter, frozen(defaultSettings()));
  }

  static async open(adapter: SettingsAdapter): Promise<JsonFileSettings> {
    const settings = new JsonFileSettings(adapter);
    await settings.#read();
    return settings;
  }

  get(): Readonly<Settings> {
    return this.#low.data;
  }

  update(change: (settings: Settings) => void): Promise<void> {
    return this.#updates.run(async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          await this.#changeOnce(change);
          return;
        } catch (error) {
          if (!(error instanceof SettingsConflictError) || tries === TRIES) throw error;
        }
      }
    });
  }

  async #changeOnce(change: (settings: Settings) => void): Promise<void> {
    await this.#read();
    const before = this.#low.data;
    const copy = structuredClone(before);
    change(copy);
    this.#low.data = frozen(checkSettings(copy, this.#adapter.place));
    try {
      await this.#low.write();
    } catch (error) {
      this.#low.data = before;
      throw error;
    }
  }

  async #read(): Promise<void> {
    await this.#low.read();
    this.#low.data = frozen(this.#low.data);
  }

  async close(): Promise<void> {
    await this.#updates.idle();
  }
}

/** All callers share one object, frozen so that a change in place fails at once. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
