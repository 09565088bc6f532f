import { createDetector } from '../detection/index.js';
import type { DetectionRules } from '../detection/rules.js';
import type { Detector, ProtectedIdentity } from '../detection/types.js';
import { besideStaff } from './staff-ceiling.js';

/** The place where the detector of this moment lives: rules can change while the program runs. Always ask it anew. */
export class DetectorHolder {
  readonly #listeners: (() => void)[] = [];
  #detector: Detector;
  #identities: readonly ProtectedIdentity[];
  #rules: DetectionRules;
  #staff: readonly ProtectedIdentity[] = [];

  constructor(identities: readonly ProtectedIdentity[], rules: DetectionRules) {
    this.#identities = identities;
    this.#rules = rules;
    this.#detector = createDetector(identities, rules);
  }

  get(): Detector {
    return this.#detector;
  }

  get rules(): DetectionRules {
    return this.#rules;
  }

  /** Those of the configuration and of commands; staff, which comes and goes, is not among them. */
  get identities(): readonly ProtectedIdentity[] {
    return this.#identities;
  }

  /** Takes other rules, identities or staff; from now on everything is judged by them. */
  change(change: {
    rules?: DetectionRules;
    identities?: readonly ProtectedIdentity[];
    staff?: readonly ProtectedIdentity[];
  }): void {
    const rules = change.rules ?? this.#rules;
    const identities = change.identities ?? this.#identities;
    const staff = change.staff ?? this.#staff;
    // made first: should that fail, all stays as it was
    const officials = createDetector(identities, rules);
    this.#detector = staff.length === 0 ? officials : besideStaff(officials, createDetector(staff, rules));
    this.#staff = staff;
    this.#rules = rules;
    this.#identities = identities;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each change: what was judged before may be judged otherwise now. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
