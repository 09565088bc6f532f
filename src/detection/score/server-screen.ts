/**
 * Which server names may resemble a protected one at all, told from their letters before they are taken apart. For few
 * names, where it ends nearly every question; "no" is certain.
 */
import { drawnTogether } from '../fold/fold.js';
import { CLASS_OF, ITSELF } from '../fold/table.js';
import type { LetterScreen } from '../index/letter-screen.js';
import type { Names } from '../names.js';

const OTHER = -1;
const SEPARATES = 0;
const DOT = 0x2e;
const DASH = 0x2d;
const LONGEST = 512;
const MOST_LABELS = 16;
/** of each label of the name that is looked at */
const lettersOf = new Int32Array(MOST_LABELS);
const lengths = new Uint16Array(MOST_LABELS);
/** The bit of each letter, as in `Folded.letterSet`, that a server name holds which is written as nearly all are. */
const BIT_OF = Int32Array.from({ length: 0x80 }, (_, unit) => {
  if (!/[a-z0-9.-]/.test(String.fromCharCode(unit))) return OTHER;
  const letter = CLASS_OF[unit]!;
  return letter > ITSELF ? 1 << (letter & 31) : SEPARATES;
});

export class ServerScreen {
  readonly #labels: LetterScreen | undefined;
  readonly #hosts: LetterScreen | undefined;

  constructor(names: Names) {
    this.#labels = names.screenOf(['label', 'brand']);
    this.#hosts = names.screenOf(['host', 'domain']);
  }

  /**
   * May a server of this name resemble one? Labels are compared with labels, in any part; hosts with the whole and with
   * what somebody registered, which is some end of it (see Servers). Capitals, ports, `xn--` and whatever else is
   * seldom are left to be looked at.
   */
  mayResemble(serverName: string): boolean {
    const [labels, hosts] = [this.#labels, this.#hosts];
    if (labels === undefined || hosts === undefined || serverName.length > LONGEST) return true;
    let count = 0;
    let letters = 0;
    let length = 0;
    let before = DOT;
    let isDrawable = false;
    let last = 0;
    for (let at = 0; at <= serverName.length; at++) {
      const unit = at === serverName.length ? DOT : serverName.charCodeAt(at);
      if (unit === DOT) {
        if (before === DOT || count === MOST_LABELS || labels.mayResemble(letters, length)) return true;
        lettersOf[count] = letters;
        lengths[count++] = length;
        letters = 0;
        length = 0;
      } else {
        const bit = unit > 0x7f || (unit === DASH && before === DASH) ? OTHER : BIT_OF[unit]!;
        if (bit === OTHER) return true;
        if (bit !== SEPARATES) {
          letters |= bit;
          length++;
          isDrawable ||= drawnTogether(last, CLASS_OF[unit]!) !== 0;
          last = CLASS_OF[unit]!;
        }
      }
      before = unit;
    }
    for (let label = count - 1; label >= 0; label--) {
      letters |= lettersOf[label]!;
      length += lengths[label]!;
      if (hosts.mayHoldOrBe(letters, length, isDrawable)) return true;
    }
    return length === 0;
  }
}
