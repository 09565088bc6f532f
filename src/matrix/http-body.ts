import { matrixTexts } from './texts.js';

/** A response that was not read to its end. */
export class TooLarge extends Error {}

/** Marks a response that is not JSON, since `null` is a JSON value. */
export const NOT_JSON = Symbol('not JSON');

const BYTE_ORDER_MARK = '\uFEFF';

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    return NOT_JSON;
  }
}

/** The whole body. @throws TooLarge past `maxBytes` */
export async function readCapped(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await eachChunk(body, maxBytes, (chunk) => chunks.push(chunk));
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The body piece by piece. @throws TooLarge past `maxBytes` */
export async function eachChunk(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  take: (chunk: Buffer) => unknown,
): Promise<void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLarge(matrixTexts.tooLarge(maxBytes));
    take(chunk);
  }
}
