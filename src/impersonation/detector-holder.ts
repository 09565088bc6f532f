import { createDetector } from '../detection/index.js';
import type { DetectionRules } from '../detection/rules.js';
import type { Detector, ProtectedIdentity } from '../detection/types.js';
import { besideStaff } from './staff-ceiling.js';

/** Holds the current detector. Rules can change while the program runs, so ask for it each time. */
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

  /** The identities from the configuration and from commands, without staff, who come and go. */
  get identities(): readonly ProtectedIdentity[] {
    return this.#identities;
  }

  /** Replaces the rules, identities or staff; everything is judged by them from now on. */
  change(change: {
    rules?: DetectionRules;
    identities?: readonly ProtectedIdentity[];
    staff?: readonly ProtectedIdentity[];
  }): void {
    const rules = change.rules ?? this.#rules;
    const identities = change.identities ?? this.#identities;
    const staff = change.staff ?? this.#staff;
    // built first: if that fails, nothing has changed
    const officials = createDetector(identities, rules);
    this.#detector = staff.length === 0 ? officials : besideStaff(officials, createDetector(staff, rules));
    this.#staff = staff;
    this.#rules = rules;
    this.#identities = identities;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each change, since earlier verdicts may differ now. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
