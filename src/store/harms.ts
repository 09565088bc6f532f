/**
 * The harms of MSC4456, by which people say what is wrong with what they report. Clients send them as `harm` (MSC4457)
 * or inside the words of an older report.
 */

/** Each specified harm by its stable id, with a name for people. */
export const HARMS: Readonly<Record<string, string>> = {
  'm.spam': 'spam',
  'm.spam.fraud': 'fraud or phishing',
  'm.spam.impersonation': 'impersonation',
  'm.spam.election_interference': 'election interference',
  'm.spam.flooding': 'flooding',
  'm.adult': 'adult content',
  'm.adult.sexual_abuse': 'sexual abuse',
  'm.adult.ncii': 'intimate pictures without consent',
  'm.adult.deepfake': 'a sexual deepfake',
  'm.adult.animal_sexual_abuse': 'sexual abuse of animals',
  'm.adult.sexual_violence': 'sexual violence',
  'm.harassment': 'harassment',
  'm.harassment.trolling': 'trolling',
  'm.harassment.targeted': 'targeted harassment',
  'm.harassment.hate': 'hate',
  'm.harassment.doxxing': 'doxxing',
  'm.violence': 'violence',
  'm.violence.animal_welfare': 'cruelty to animals',
  'm.violence.threats': 'threats',
  'm.violence.graphic': 'graphic violence',
  'm.violence.glorification': 'glorification of violence',
  'm.violence.extremist': 'extremism',
  'm.violence.human_trafficking': 'human trafficking',
  'm.violence.domestic': 'domestic violence',
  'm.child_safety': 'child safety',
  'm.child_safety.csam': 'child sexual abuse material',
  'm.child_safety.grooming': 'grooming',
  'm.child_safety.privacy_violation': "a child's privacy",
  'm.child_safety.harassment': 'harassment of a child',
  'm.danger': 'danger',
  'm.danger.self_harm': 'self-harm',
  'm.danger.eating_disorder': 'eating disorders',
  'm.danger.challenges': 'dangerous challenges',
  'm.danger.substance_abuse': 'substance abuse',
  'm.tos': 'a breach of the terms of service',
  'm.tos.hacking': 'hacking',
  'm.tos.prohibited': 'prohibited goods',
  'm.tos.ban_evasion': 'ban evasion',
  'm.other': 'another concern',
};

const UNSTABLE = 'org.matrix.msc4456.';
/** A harm id amid other words; of one that we do not know the part that we do (`m.spam.new` is spam). */
const IN_TEXT = /(?<![\p{L}\p{N}._-])(?:org\.matrix\.msc4456|m)\.([a-z_]+(?:\.[a-z_]+)*)/giu;

/** The stable id of a specified harm, given by its stable or its unstable name; undefined for anything else. */
export function harmOf(id: string): string | undefined {
  const stable = id.startsWith(UNSTABLE) ? `m.${id.slice(UNSTABLE.length)}` : id;
  return Object.hasOwn(HARMS, stable) ? stable : undefined;
}

/** The harm that a report's words name first; undefined when they name none. */
export function harmIn(text: string): string | undefined {
  for (const match of text.matchAll(IN_TEXT)) {
    const parts = `m.${(match[1] ?? '').toLowerCase()}`.split('.');
    for (let length = Math.min(parts.length, 3); length >= 2; length--) {
      const harm = harmOf(parts.slice(0, length).join('.'));
      if (harm !== undefined) return harm;
    }
  }
  return undefined;
}

/** `impersonation (m.spam.impersonation)`. */
export function harmPhrase(harm: string): string {
  return `${HARMS[harm] ?? 'another concern'} (${harm})`;
}
