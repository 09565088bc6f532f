import type { Config } from '../../config/types.js';

/** The pages' public URL, without a trailing slash. */
export function publicUrlOf({ bind, port, public_url: publicUrl }: Config['web']): string {
  return (publicUrl ?? `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}`).replace(/\/+$/, '');
}
