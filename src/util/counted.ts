import { deskLanguage } from './language.js';

/** A number formatted for a sentence in the configured language: `1,000`, in German `1.000`. */
export function figure(count: number): string {
  return count.toLocaleString(deskLanguage());
}

/** A number in a German sentence. */
export function numberDe(count: number): string {
  return count.toLocaleString('de');
}

/** A number with its noun: `1 room`, `3 rooms`, `2 people`, `1,000 cases`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** A number with its noun in German: `1 Raum`, `3 Räume`, `1.234 Konten`. */
export function countedDe(count: number, one: string, many: string): string {
  return `${numberDe(count)} ${count === 1 ? one : many}`;
}
