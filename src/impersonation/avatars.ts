import { readFile } from 'node:fs/promises';
import { compareAvatars, type AvatarLikeness } from '../detection/avatar.js';
import type { Sighting } from '../detection/types.js';
import type { HomeserverReader } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { imageFingerprints, imageSupportError, type ImageFingerprints } from './picture.js';
import { impersonationTexts } from './texts.js';
import { BoundedMap } from '../util/bounded-map.js';
import { Rounds } from '../util/rounds.js';

export interface AvatarsOptions {
  homeserver: Pick<HomeserverReader, 'picture'>;
  /** official avatars: mxc URIs or absolute file names */
  identities: readonly { user_id: string; avatars: readonly string[] }[];
  logger: Logger;
}

/** Which official avatars a picture is like, or why that cannot be said. */
export type Compared =
  { like: NonNullable<Sighting['avatarLike']> } | { problem: 'nothing_official' | 'not_a_picture' | 'too_plain' };

/** Limits for fetching one picture. */
const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 10_000 };
const RETRY_MS = 60_000;
/** How many pictures' fingerprints are remembered, by URI: a flood of impostors usually shares one picture. */
const REMEMBERED = 500;

/**
 * The official avatars, and the comparison of other pictures with them. The official ones are read at the start and
 * retried until they can be read. Without sharp, or without official avatars, nothing is ever fetched.
 */
export class Avatars {
  readonly #options: AvatarsOptions;
  readonly #official = new Map<string, { owner: string; prints: ImageFingerprints }>();
  readonly #seen = new BoundedMap<string, ImageFingerprints | undefined>(REMEMBERED);
  readonly #told = new Map<string, string>();
  readonly #rounds = new Rounds({
    work: () => this.#read(),
    everyMs: () => (this.#isMissingSome() ? RETRY_MS : undefined),
  });
  #trouble: string | undefined;
  #started = false;

  constructor(options: AvatarsOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#configured().length > 0) this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /**
   * Whether this picture is worth fetching: not when there is nothing to compare it with, nor when it is an official
   * avatar itself.
   */
  wants(avatarUrl: string | null | undefined): avatarUrl is string {
    const official = this.#configured();
    return (
      this.#trouble === undefined &&
      avatarUrl != null &&
      avatarUrl.startsWith('mxc://') &&
      official.length > 0 &&
      !official.some(({ avatar }) => avatar === avatarUrl)
    );
  }

  /**
   * Whether some official avatars have not been read yet, so that it is too early to say a picture resembles none of
   * them.
   */
  get waiting(): boolean {
    return (
      !this.#started ||
      this.#configured().some(
        ({ owner, avatar }) => !this.#official.has(keyOf(owner, avatar)) && !this.#told.has(avatar),
      )
    );
  }

  /**
   * Fetches a picture and returns the official avatars that it resembles; empty: none, or it is not a picture.
   * @throws MatrixError when the homeserver does not give it
   */
  async likenesses(mxc: string): Promise<NonNullable<Sighting['avatarLike']>> {
    return this.#like((await this.#printsOf(mxc)) ?? []);
  }

  /**
   * Fetches a picture and returns its fingerprints, of its middle and of all of it, and whether it resembles an
   * official avatar; undefined when it is not a picture, or pictures cannot be decoded on this machine.
   * @throws MatrixError when the homeserver does not give it
   */
  async see(mxc: string): Promise<{ prints: ImageFingerprints; official: boolean } | undefined> {
    if ((await imageSupportError()) !== undefined) return undefined;
    const prints = await this.#printsOf(mxc);
    if (prints === undefined) return undefined;
    const whole = await imageFingerprints(
      await this.#options.homeserver.picture(mxc, { ...LIMITS, whole: true }),
      'fill',
    );
    return { prints: [...prints, ...(whole ?? [])], official: this.#like(prints).length > 0 };
  }

  /** The same for a picture that was uploaded; it is not kept. */
  async compare(picture: Uint8Array): Promise<Compared> {
    if (this.#official.size === 0) return { problem: 'nothing_official' };
    const prints = await imageFingerprints(picture);
    if (prints === undefined) return { problem: 'not_a_picture' };
    return prints.length === 0 ? { problem: 'too_plain' } : { like: this.#like(prints) };
  }

  #like(prints: ImageFingerprints): NonNullable<Sighting['avatarLike']> {
    const best = new Map<string, AvatarLikeness>();
    for (const { owner, prints: official } of this.#official.values()) {
      const likeness = prints.flatMap((print) => official.map((other) => compareAvatars(print, other)));
      if (likeness.includes('same')) best.set(owner, 'same');
      else if (likeness.includes('near') && !best.has(owner)) best.set(owner, 'near');
    }
    return [...best].map(([owner, likeness]) => ({ protected: owner, likeness }));
  }

  /**
   * How alike two pictures are; undefined when they are not, when one of them is not a picture, or when sharp is
   * missing.
   * @throws MatrixError when the homeserver does not give one of them
   */
  async likeness(one: string, other: string): Promise<AvatarLikeness | undefined> {
    if ((await imageSupportError()) !== undefined) return undefined;
    const [first, second] = [await this.#printsOf(one), await this.#printsOf(other)];
    const found = (first ?? []).flatMap((print) => (second ?? []).map((against) => compareAvatars(print, against)));
    return found.includes('same') ? 'same' : found.includes('near') ? 'near' : undefined;
  }

  async #printsOf(mxc: string): Promise<ImageFingerprints | undefined> {
    const prints = this.#seen.has(mxc)
      ? this.#seen.get(mxc)
      : await imageFingerprints(await this.#options.homeserver.picture(mxc, LIMITS));
    // the latest used is the last to be forgotten
    this.#seen.set(mxc, prints);
    return prints;
  }

  #configured(): { owner: string; avatar: string }[] {
    return this.#options.identities.flatMap(({ user_id: owner, avatars }) =>
      avatars.map((avatar) => ({ owner, avatar })),
    );
  }

  /** Reads the official avatars that have not been read yet, and retries in a minute when some could not be. */
  async #read(): Promise<void> {
    const { homeserver, logger } = this.#options;
    this.#trouble = await imageSupportError();
    if (this.#trouble !== undefined) {
      logger.warn({ error: this.#trouble }, 'sharp does not load: names are compared, avatars are not');
      return;
    }
    for (const { owner, avatar } of this.#configured()) {
      if (this.#rounds.stopped || this.#official.has(keyOf(owner, avatar))) continue;
      try {
        const prints = await imageFingerprints(
          avatar.startsWith('mxc://') ? await homeserver.picture(avatar, LIMITS) : await readFile(avatar),
        );
        if (prints === undefined) throw new Error(impersonationTexts.notAPicture);
        if (prints.length === 0)
          logger.warn({ avatar }, 'this official avatar is too plain to be told from others; it is not compared');
        this.#official.set(keyOf(owner, avatar), { owner, prints });
      } catch (error) {
        const reason = messageOf(error);
        if (this.#told.get(avatar) !== reason)
          logger.warn({ avatar, error: reason }, 'official avatar cannot be read; it is tried again');
        this.#told.set(avatar, reason);
      }
    }
    this.#started = true;
  }

  #isMissingSome(): boolean {
    // without sharp none can be read
    if (this.#trouble !== undefined) return false;
    return this.#configured().some(({ owner, avatar }) => !this.#official.has(keyOf(owner, avatar)));
  }
}

function keyOf(owner: string, avatar: string): string {
  return JSON.stringify([owner, avatar]);
}
