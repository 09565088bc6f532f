import { cyrillicName } from './cyrillic-name.js';
import { directChat } from './direct-chat.js';
import { localLookalike } from './local-lookalike.js';
import { rename } from './rename.js';
import type { Scene } from './scene.js';
import { waitingInside } from './waiting-inside.js';

/** The attack, in the order it is played. */
export const SCENES: readonly Scene[] = [localLookalike, cyrillicName, directChat, rename, waitingInside];

export type { Act, Scene } from './scene.js';
