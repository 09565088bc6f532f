import { MatrixError, type HomeserverEffects } from './types.js';
import { matrixTexts } from './texts.js';

/** What a dry run answers where an effect would have gone out. */
export const DRY_RUN_CODE = 'HEIMDALL_E_DRY_RUN';

/** What Heimdall does of its own accord to rooms and to itself, without an action in the ledger. */
export type OwnEffects = Pick<HomeserverEffects, 'join' | 'createRoom' | 'invite' | 'setDisplayName'>;

/** These effects when nothing may be changed: each is refused for good, with a sentence for people. */
export function simulatedEffects(): OwnEffects {
  const refuse = (what: string) => () => Promise.reject(new MatrixError(403, DRY_RUN_CODE, what));
  return {
    join: refuse(matrixTexts.joinsNothing),
    createRoom: refuse(matrixTexts.makesNoRooms),
    invite: refuse(matrixTexts.invitesNobody),
    setDisplayName: refuse(matrixTexts.keepsName),
  };
}

/** Says whether a dry run stood in the way. */
export function isDryRun(error: unknown): error is MatrixError {
  return error instanceof MatrixError && error.errcode === DRY_RUN_CODE;
}
