import { MatrixError, type HomeserverEffects } from './types.js';
import { matrixTexts } from './texts.js';

/** The refusal in a dry run, in place of an effect. */
const DRY_RUN_CODE = 'HEIMDALL_E_DRY_RUN';

/** What Heimdall does to rooms and to itself without an action in the ledger. */
export type OwnEffects = Pick<HomeserverEffects, 'join' | 'createRoom' | 'invite' | 'setDisplayName'>;

/** These effects in a dry run: each is refused permanently, with a sentence for people. */
export function simulatedEffects(): OwnEffects {
  const refuse = (what: string) => () => Promise.reject(new MatrixError(403, DRY_RUN_CODE, what));
  return {
    join: refuse(matrixTexts.joinsNothing),
    createRoom: refuse(matrixTexts.makesNoRooms),
    invite: refuse(matrixTexts.invitesNobody),
    setDisplayName: refuse(matrixTexts.keepsName),
  };
}

/** Whether the error comes from a dry run. */
export function isDryRun(error: unknown): error is MatrixError {
  return error instanceof MatrixError && error.errcode === DRY_RUN_CODE;
}
