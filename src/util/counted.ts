/** A number with its noun: `1 room`, `3 rooms`, `2 people`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A number with its noun in German: `1 Raum`, `3 Räume`, `1.234 Konten`. */
export function countedDe(count: number, one: string, many: string): string {
  return `${count.toLocaleString('de')} ${count === 1 ? one : many}`;
}
