import { encodePart } from '../util/encode.js';

/** `?a=1&via=x&via=y`; empty without parameters. */
export function queryString(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one != null)
      .map((one) => `${encodePart(key)}=${encodePart(String(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
