import type { Config } from '../../config/types.js';

/** Where people reach the pages, without a slash at the end. */
export function publicUrlOf({ bind, port, public_url: publicUrl }: Config['web']): string {
  return (publicUrl ?? `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}`).replace(/\/+$/, '');
}
