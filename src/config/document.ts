/** Parses YAML text into plain values, with the line of each key. */
import path from 'node:path';
import { LineCounter, isMap, isNode, parseDocument, type Document } from 'yaml';
import { ConfigError } from './problems.js';
import type { KeyPath } from './fields.js';
import { configTexts } from './texts.js';
import { readTextFile, UnreadableText } from '../util/read-text.js';
import { utilTexts } from '../util/texts.js';

/** A protect file may name thousands of identities. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface ReadDocument {
  value: unknown;
  /** the line (from 1) of the deepest part of the path that exists in the file */
  lineOf(path: KeyPath): number | undefined;
}

/**
 * Reads one YAML document.
 * @throws ConfigError naming line and column of every syntax error, duplicate keys included
 */
export function readYaml(text: string, file: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return {
          key: '',
          where: { line },
          problem: configTexts.notYaml(line, col, wordsOf(error.code, error.message)),
          write: adviceFor(error.code, error.message),
        };
      }),
    );
  }
  return { value: valueOf(document, file), lineOf: (path) => lineOf(document, lines, path) };
}

const TOO_DEEP = /call stack/i;

/** The parser's own messages, except those meant for programmers rather than authors of YAML. */
function wordsOf(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return configTexts.severalDocuments;
  return TOO_DEEP.test(message) ? configTexts.tooDeep : message;
}

function adviceFor(code: string, message: string): string {
  if (/reserved character|Plain value cannot start/i.test(message)) return configTexts.quoteIds;
  if (code === 'DUPLICATE_KEY') return configTexts.eachKeyOnce;
  if (code === 'MULTIPLE_DOCS') return configTexts.oneDocument;
  if (TOO_DEEP.test(message)) return configTexts.flatter;
  if (/tab/i.test(message)) return configTexts.noTabs;
  return configTexts.quoteText;
}

function valueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    throw new ConfigError(file, [
      {
        key: '',
        problem: configTexts.badAnchor,
        write: configTexts.noAnchors,
      },
    ]);
  }
}

function lineOf(document: Document.Parsed, lines: LineCounter, path: KeyPath): number | undefined {
  let offset: number | undefined;
  for (let depth = 1; depth <= path.length; depth++) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const step = path[depth - 1];
    // a key's own line is more helpful than the line where its value begins
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(step)) : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (!isNode(node) || node.range == null) break;
    offset = node.range[0];
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

/** Reads a file, or throws a ConfigError that says why it cannot be read. */
export function readText(file: string): string {
  try {
    return readTextFile(file, MOST_BYTES);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = error instanceof UnreadableText ? error.message : (code ?? utilTexts.unknownReason);
    const reason = code === 'ENOENT' ? configTexts.noSuchFile : configTexts.cannotRead(why);
    throw new ConfigError(file, [
      {
        key: '',
        problem: configTexts.notUsable(reason, path.resolve(file)),
        write: configTexts.giveFile,
      },
    ]);
  }
}
