import type { Config } from '../config/types.js';
import { MatrixError } from '../matrix/types.js';
import { HeimdallError } from '../util/errors.js';
import { texts } from './texts.js';

/** What an admin can do about a homeserver error that delays the start. */
export function remedyFor(error: unknown, config: Pick<Config, 'homeserver'>): string {
  const { waiting } = texts;
  if (error instanceof HeimdallError && error.remedy !== undefined) return error.remedy;
  if (!(error instanceof MatrixError)) return waiting.doctor;
  if (error.errcode === 'M_UNKNOWN_TOKEN') return waiting.unknownToken;
  if (error.errcode === 'M_EXCLUSIVE') return waiting.exclusive;
  if (error.errcode === 'HEIMDALL_E_NOT_JSON') return waiting.notMatrix(config.homeserver.url);
  if (error.status === 0 || error.status >= 502) return waiting.homeserverGone(config.homeserver.url);
  return waiting.doctor;
}
