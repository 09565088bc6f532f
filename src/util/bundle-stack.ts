import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The part of V8's call sites that is used. */
interface Site extends Pick<NodeJS.CallSite, 'getFileName' | 'getLineNumber'> {
  toString(): string;
}

/** Where each line of the bundle begins: two numbers a line, an index into `sources` and a line there, from 1. */
interface LineTable {
  sources: string[];
  at: number[];
}

/**
 * Makes stack traces of the bundle name the files and lines of src/. Node's own way (`--enable-source-maps`) reads a
 * source map at each start, which costs more than the bundle gains. Instead, the build writes a table of lines next to
 * the bundle (`.lines`), which is read when a stack trace is first used. Node's streams use one at each error.
 */
export function nameSourceFiles(bundle: string): void {
  Error.prepareStackTrace = stackWriter(bundle);
}

/** Formats stack traces. By line only: the bundle's lines are so short that this is accurate to within a few lines. */
export function stackWriter(bundle: string): (error: unknown, sites: readonly Site[]) => string {
  let table: LineTable | null | undefined;
  return (error, sites) => {
    const lines = sites.map((site) => {
      const text = site.toString();
      const line = site.getLineNumber();
      if (site.getFileName() !== bundle || line === null) return text;
      if (table === undefined) table = readTable(bundle);
      const source = table === null ? undefined : sourceOf(table, line, path.dirname(bundle));
      return source === undefined ? text : text.replace(/[^\s()]+:\d+:\d+(?=\)?$)/, () => source);
    });
    return [headOf(error), ...lines].join('\n    at ');
  };
}

/** A stack trace must be produced for anything that was thrown. */
function headOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return '<error>';
  }
}

function readTable(bundle: string): LineTable | null {
  try {
    return JSON.parse(readFileSync(`${bundle}.lines`, 'utf8')) as LineTable;
  } catch {
    return null;
  }
}

/** @param line as stack traces count them, from 1 */
function sourceOf({ sources, at }: LineTable, line: number, folder: string): string | undefined {
  const source = sources[at[2 * (line - 1)] ?? -1];
  return source === undefined ? undefined : `${path.resolve(folder, source)}:${at[2 * (line - 1) + 1]}`;
}
