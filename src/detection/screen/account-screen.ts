/**
 * Tells whether an account is definitely not an impostor. Nearly all are not, and no objects are created for them:
 * their names are read as code units, folded once and looked up in indexes. Everything else is judged in full
 * (detector.ts), so this changes no verdict.
 */
import { foldUnits } from '../fold/fold.js';
import { Folded, hashOf } from '../fold/folded.js';
import { mayBeReadOtherwise, otherReadings } from '../fold/readings.js';
import { Units } from '../fold/units.js';
import type { Names } from '../names.js';
import type { Servers } from '../score/server.js';
import { NameScreen } from './name-screen.js';

/** Longer names are judged in full. */
const LONGEST = 255;
const folded = new Folded();
const reading = new Units();
/** `@ ! | +`, which may be letters anywhere in a localpart */
const SYMBOLS = new Uint8Array(0x80);
for (const symbol of '@!|+') SYMBOLS[symbol.charCodeAt(0)] = 1;

/** An account's names as code units, filled in by the caller and reused. */
export class AccountText {
  readonly localpart = new Units();
  readonly serverName = new Units();
  /** empty: it has none */
  readonly displayName = new Units();
}

export class AccountScreen {
  readonly #names: NameScreen;

  constructor(
    private readonly names: Names,
    private readonly servers: Servers,
  ) {
    this.#names = new NameScreen(names);
  }

  /** "True" is definite. */
  isStranger(account: AccountText): boolean {
    const { localpart, serverName, displayName } = account;
    if (localpart.length > LONGEST || displayName.length > LONGEST) return false;
    if (serverName.length === 0 || serverName.length > LONGEST) return false;
    return (
      this.#isNobodysLocalpart(localpart) &&
      this.#isNobodysName(displayName, localpart) &&
      !this.servers.mayTell(serverName)
    );
  }

  /** Whether a room's name, or anything else like a display name, may resemble one. */
  isNobodys(name: Units): boolean {
    if (name.length > LONGEST) return false;
    foldUnits(name, folded);
    return !this.#names.mayResemble(name, folded);
  }

  #isNobodysLocalpart(localpart: Units): boolean {
    foldUnits(localpart, folded);
    return (
      (folded.simple || (!folded.escaped && !hasSymbol(localpart))) &&
      !this.names.beginnings.mayBegin(hashOf(folded, 0, folded.length)) &&
      !this.#names.mayResemble(localpart, folded)
    );
  }

  #isNobodysName(name: Units, localpart: Units): boolean {
    if (name.length === 0) return true;
    // a display name that equals the localpart, as set by homeservers, is folded already
    const isNew = !isSame(name, localpart);
    if (isNew) foldUnits(name, folded);
    if (!mayBeReadOtherwise(name, folded)) return !isNew || !this.#names.mayResemble(name, folded);
    return this.#isNobodysHowever(name, isNew);
  }

  /** The same for a name that may be read otherwise, which is rare. */
  #isNobodysHowever(name: Units, isNew: boolean): boolean {
    // usually there is no other reading: a bracket or a digit forms a letter only next to the right one
    const readings = otherReadings(name.text(), folded);
    return (
      (!isNew || !this.#names.mayResemble(name, folded)) &&
      (readings === undefined || readings.every((text) => this.isNobodys(reading.read(text))))
    );
  }
}

function hasSymbol({ codes, length }: Units): boolean {
  for (let at = 0; at < length; at++) if (codes[at]! < 0x80 && SYMBOLS[codes[at]!] === 1) return true;
  return false;
}

function isSame(a: Units, b: Units): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a.codes[at] !== b.codes[at]) return false;
  return true;
}
