/**
 * Every key from the environment: `HEIMDALL_HOMESERVER__URL` is homeserver.url, `HEIMDALL_DRY_RUN` is dry_run. Strings
 * are used as they are; numbers, lists and sections are YAML or JSON. An empty variable counts as unset (docker compose
 * passes `${X:-}` that way).
 */
import { parse } from 'yaml';
import type { z } from 'zod';
import { allKeys, dotted, fieldAt, fieldOf, isMap, type KeyPath } from './fields.js';
import { nearest, unknownKey, type Problem } from './problems.js';
import { SECRET_KEYS } from './schema-parts.js';
import { configTexts } from './texts.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'HEIMDALL_';
/** Our variables that are not configuration keys. */
const OTHERS: ReadonlySet<string> = new Set(['HEIMDALL_LOG_LEVEL', 'HEIMDALL_CONFIG']);

export interface Overlay {
  /** the values set by variables, shallow paths first, so that deeper ones refine them */
  settings: { path: (string | number)[]; value: unknown; variable: string }[];
  problems: Problem[];
}

/** The environment variable of a key. */
export function variableOf(path: KeyPath): string {
  return PREFIX + path.map((step) => String(step).toUpperCase()).join('__');
}

/**
 * Reads our variables. A name with `__` that is not a key is an error; one without is an error only if it is close to a
 * key's name.
 */
export function readEnvironment(root: z.ZodType, env: Environment): Overlay {
  const overlay: Overlay = { settings: [], problems: [] };
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || text === undefined || OTHERS.has(variable)) continue;
    const path = variable
      .slice(PREFIX.length)
      .toLowerCase()
      .split('__')
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    if (fieldAt(root, path) === undefined) overlay.problems.push(...strange(root, variable, path));
    else if (text !== '') readVariable(root, { variable, path, text }, overlay);
  }
  overlay.settings.sort((a, b) => a.path.length - b.path.length || dotted(a.path).localeCompare(dotted(b.path)));
  return overlay;
}

function readVariable(
  root: z.ZodType,
  { variable, path, text }: { variable: string; path: (string | number)[]; text: string },
  overlay: Overlay,
): void {
  const field = fieldAt(root, path);
  if (field === undefined) return;
  if (field.kind === 'text') {
    overlay.settings.push({ path, variable, value: field.nullable && text === 'null' ? null : text });
    return;
  }
  try {
    overlay.settings.push({ path, variable, value: parse(text) as unknown });
  } catch {
    // the parser's message would quote the text, and a section may hold a secret
    overlay.problems.push({
      key: dotted(path),
      where: { variable },
      problem: configTexts.neitherYamlNorJson,
      write: configTexts.inVariable(field.kind === 'list'),
    });
  }
}

/** Kubernetes and others set `HEIMDALL_PORT_…` and the like, so not every unknown name is an error. */
function strange(root: z.ZodType, variable: string, path: KeyPath): Problem[] {
  if (variable.includes('__')) {
    const known = allKeys(root).map((key) => variableOf(key.split('.')));
    const near = nearest(
      variable.slice(PREFIX.length),
      known.map((name) => name.slice(PREFIX.length).toLowerCase()),
    );
    const write =
      near === undefined ? unknownKey(root, path).write : configTexts.didYouMeanVariable(PREFIX + near.toUpperCase());
    return [{ key: dotted(path), where: { variable }, problem: configTexts.unknownKey, write }];
  }
  const word = String(path[0]);
  // a single underscore instead of two between a section and its key
  const meant = allKeys(root).find((key) => key.includes('.') && key.replaceAll('.', '_') === word);
  if (meant !== undefined) {
    const write = configTexts.didYouMeanVariable(variableOf(meant.split('.')));
    return [{ key: dotted(path), where: { variable }, problem: configTexts.unknownKey, write }];
  }
  const near = nearest(
    word,
    [...fieldOf(root).keys.keys()].filter((key) => key.length > 4),
  );
  return near === undefined
    ? []
    : [
        {
          key: dotted(path),
          where: { variable },
          problem: configTexts.unknownKey,
          write: configTexts.didYouMeanVariable(variableOf([near])),
        },
      ];
}

/** Applies the variables to the tree in place. Of a secret and its `_file` the later setting wins. */
export function applyOverlay(tree: Record<string, unknown>, overlay: Overlay): void {
  for (const { path, value } of overlay.settings) {
    let node: Record<string, unknown> | unknown[] = tree;
    for (const [index, step] of path.slice(0, -1).entries()) {
      const below: unknown = (node as Record<string, unknown>)[step];
      const fresh: Record<string, unknown> | unknown[] = typeof path[index + 1] === 'number' ? [] : {};
      const next: Record<string, unknown> | unknown[] = isMap(below) || Array.isArray(below) ? below : fresh;
      (node as Record<string, unknown>)[step] = next;
      node = next;
    }
    const last = String(path.at(-1));
    (node as Record<string, unknown>)[last] = value;
    const secret = last.replace(/_file$/, '');
    const twin = last === secret ? `${secret}_file` : secret;
    const twinIsSet = overlay.settings.some((setting) => setting.variable === variableOf([...path.slice(0, -1), twin]));
    if (SECRET_KEYS.has(secret) && isMap(node) && !twinIsSet) delete node[twin];
  }
}
