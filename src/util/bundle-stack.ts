import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What of V8's call sites is looked at. */
interface Site extends Pick<NodeJS.CallSite, 'getFileName' | 'getLineNumber'> {
  toString(): string;
}

/** Where each line of the bundle begins: two numbers a line, an index into `sources` and a line there, from 1. */
interface LineTable {
  sources: string[];
  at: number[];
}

/**
 * Stack traces of the packed program name the files and lines of src/. Node's own way (`--enable-source-maps`) reads a
 * source map at each start, which costs more than the bundle gains; here the build has written a table of lines beside
 * the bundle (`.lines`), and it is read when somebody first looks at a stack trace. Node's streams do at each error.
 */
export function nameSourceFiles(bundle: string): void {
  Error.prepareStackTrace = stackWriter(bundle);
}

/** Writes stack traces. By lines only: a line of the bundle is so short that this is right to within a few. */
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

/** A stack trace must come out of whatever was thrown. */
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
