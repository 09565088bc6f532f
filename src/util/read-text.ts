import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { utilTexts } from './texts.js';

/** Why an existing file cannot be read as text. */
export class UnreadableText extends Error {}

/** A pipe may be slow, but one without a writer would block for ever. */
const PIPE_WAITS_MS = 10_000;
const PIPE_LOOK_MS = 20;
const CHUNK = 64 * 1024;

/**
 * A file's text. Unlike `readFileSync` it terminates whatever the path names: a device has no end, and a pipe may have
 * no writer. Only UTF-8 is accepted, with or without a byte order mark, because garbled text in another encoding would
 * be taken for what somebody wrote.
 *
 * @throws UnreadableText, or the error of the system (ENOENT, EACCES, EISDIR, …)
 */
export function readTextFile(file: string, mostBytes: number): string {
  // without O_NONBLOCK, opening a pipe already waits for a writer
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(handle);
    if (stat.isDirectory()) throw new UnreadableText(utilTexts.isFolder);
    if (!stat.isFile() && !stat.isFIFO()) throw new UnreadableText(utilTexts.isDevice);
    return decoded(contentOf(handle, mostBytes, stat.isFIFO()));
  } finally {
    closeSync(handle);
  }
}

function contentOf(handle: number, mostBytes: number, isPipe: boolean): Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = performance.now() + PIPE_WAITS_MS;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const read = readSome(handle, chunk);
    if (read === 0 && (!isPipe || size > 0)) return Buffer.concat(chunks, size);
    if (read !== undefined && read > 0) {
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > mostBytes) throw new UnreadableText(utilTexts.tooLarge(Math.round(mostBytes / 1024)));
      continue;
    }
    if (performance.now() > end) throw new UnreadableText(utilTexts.nobodyWrites);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_LOOK_MS);
  }
}

/** 0 at the end, or when a pipe has no writer yet; undefined when the writer has not written anything yet. */
function readSome(handle: number, into: Buffer): number | undefined {
  try {
    return readSync(handle, into, 0, into.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new UnreadableText(isUtf16 ? utilTexts.isUtf16 : utilTexts.isNotUtf8);
  }
}
