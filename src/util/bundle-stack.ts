import { readFileSync } from 'node:fs';
import path from 'node:path';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const [COMMA, SEMICOLON] = [0x2c, 0x3b];

/** Where each line of the bundle begins: `at[2 * line]` is an index into `sources`, `at[2 * line + 1]` a line there. */
interface LineTable {
  sources: string[];
  at: Int32Array;
}

/** What of V8's call sites is looked at. */
interface Site extends Pick<NodeJS.CallSite, 'getFileName' | 'getLineNumber'> {
  toString(): string;
}

/**
 * Stack traces of the packed program name the files and lines of src/. Node's own way (`--enable-source-maps`) reads the
 * map at each start, which costs more than the bundle gains; here it is read when the first stack trace is looked at.
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
      const source = table === null ? undefined : sourceOf(table, line);
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
    const { sources, mappings } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as {
      sources: string[];
      mappings: string;
    };
    return { sources: sources.map((source) => path.resolve(path.dirname(bundle), source)), at: lineTable(mappings) };
  } catch {
    return null;
  }
}

/** @param line as stack traces count them, from 1 */
function sourceOf({ sources, at }: LineTable, line: number): string | undefined {
  const [source, sourceLine] = [at[2 * (line - 1)], at[2 * (line - 1) + 1]];
  return source === undefined || sourceLine === undefined ? undefined : `${sources[source]}:${sourceLine + 1}`;
}

/**
 * Reads the `mappings` of a source map (https://tc39.es/ecma426/): segments between commas, lines between semicolons, and
 * in a segment base-64 numbers of five bits a digit, each the difference to the one before: column, source, line, column.
 * A line without a segment counts as the one before it.
 */
export function lineTable(mappings: string): Int32Array {
  const at: number[] = [];
  const sums = [0, 0, 0, 0, 0];
  let [field, value, shift, isFirst] = [0, 0, 0, true];
  const endSegment = (): void => {
    if (isFirst && field >= 3) {
      at.push(sums[1] ?? 0, sums[2] ?? 0);
      isFirst = false;
    }
    field = 0;
  };
  for (let index = 0; index <= mappings.length; index += 1) {
    const unit = index === mappings.length ? SEMICOLON : mappings.charCodeAt(index);
    if (unit === COMMA) endSegment();
    else if (unit === SEMICOLON) {
      endSegment();
      if (isFirst) at.push(sums[1] ?? 0, sums[2] ?? 0);
      isFirst = true;
    } else {
      const digit = VALUES.get(unit) ?? 0;
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        sums[field] = (sums[field] ?? 0) + (value & 1 ? -(value >> 1) : value >> 1);
        [field, value, shift] = [field + 1, 0, 0];
      }
    }
  }
  return Int32Array.from(at);
}
