import { createDetector } from '../detection/index.js';
import type { DetectionRules } from '../detection/rules.js';
import type { Detector, ProtectedIdentity } from '../detection/types.js';

/** The place where the detector of this moment lives: rules can change while the program runs. Always ask it anew. */
export class DetectorHolder {
  readonly #listeners: (() => void)[] = [];
  #detector: Detector;
  #identities: readonly ProtectedIdentity[];
  #rules: DetectionRules;

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

  get identities(): readonly ProtectedIdentity[] {
    return this.#identities;
  }

  /** Takes other rules or other identities; from now on everything is judged by them. */
  change(change: { rules?: DetectionRules; identities?: readonly ProtectedIdentity[] }): void {
    const rules = change.rules ?? this.#rules;
    const identities = change.identities ?? this.#identities;
    // made first: should that fail, all stays as it was
    this.#detector = createDetector(identities, rules);
    this.#rules = rules;
    this.#identities = identities;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each change: what was judged before may be judged otherwise now. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
