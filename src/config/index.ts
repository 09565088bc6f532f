/**
 * The configuration: a YAML file and the environment in, a complete `Config` out, or all errors at once. Precedence:
 * environment variable, then file, then default.
 */
import path from 'node:path';
import { resolveDefaults } from './defaults.js';
import { readText, readYaml, type ReadDocument } from './document.js';
import { applyOverlay, readEnvironment, type Environment, type Overlay } from './environment.js';
import { dotted, fieldAt, fieldOf, isMap, type KeyPath } from './fields.js';
import { ConfigError, problemsOf, type Problem } from './problems.js';
import { crossFieldProblems } from './cross-field.js';
import { configSchema } from './schema.js';
import { readSecretFiles } from './secrets.js';
import type { Config } from './types.js';
import type { z } from 'zod';
import { configTexts } from './texts.js';

export type { Config, ProtectedIdentityConfig, ResponseKind } from './types.js';
export { urlHostOf } from './defaults.js';
export { ConfigError, type Problem } from './problems.js';
export { loadProtectFile, parseProtectFile } from './protect.js';
export { renderSample } from './sample.js';
export { renderJsonSchema } from './json-schema.js';
export { renderReference } from './reference.js';

/** Exit code for an invalid configuration (sysexits.h: EX_CONFIG). */
export const EXIT_CONFIG = 78;

/**
 * Reads the configuration file and the environment.
 * @param file relative names in the configuration are relative to this file's folder
 * @throws ConfigError (HEIMDALL_E_CONFIG) with every problem at once
 */
export function loadConfig(file: string, env: Environment = process.env): Config {
  return parseConfig(readText(file), { file, env });
}

/**
 * The same from text, for tests and for callers that already have it.
 * @param options.file the name for messages, and the place that relative names are relative to
 */
export function parseConfig(text: string, options: { file?: string; env?: Environment } = {}): Config {
  const file = options.file ?? 'config.yaml';
  const folder = path.dirname(path.resolve(file));
  const document = readYaml(text, file);
  if (document.value != null && !isMap(document.value))
    throw new ConfigError(file, [
      {
        key: '',
        problem: configTexts.noKeys,
        write: configTexts.writeKeys,
      },
    ]);
  const tree: Record<string, unknown> = isMap(document.value) ? document.value : {};

  const overlay = readEnvironment(configSchema, options.env ?? {});
  applyOverlay(tree, overlay);
  dropNulls(configSchema, tree);
  const relations = crossFieldProblems(tree);
  const secrets = readSecretFiles(tree, folder);
  const parsed = configSchema.safeParse(tree);
  const problems = [
    ...(parsed.success ? [] : problemsOf(configSchema, parsed.error.issues, tree)),
    ...relations,
    ...secrets,
  ];
  if (parsed.success && problems.length + overlay.problems.length === 0) return resolveDefaults(parsed.data, folder);
  throw new ConfigError(
    file,
    inOrder([...problems.map((problem) => withPlace(problem, document, overlay)), ...overlay.problems]),
  );
}

/** `rooms:` without a value is null in YAML and counts as absent, unless null has a meaning there. */
function dropNulls(schema: z.ZodType, node: unknown): void {
  const field = fieldOf(schema);
  if (field.kind === 'list' && Array.isArray(node))
    for (const item of node) if (field.element !== undefined) dropNulls(field.element, item);
  if (field.kind !== 'section' || !isMap(node)) return;
  for (const [key, below] of field.keys) {
    if (node[key] === null && !fieldOf(below).nullable) delete node[key];
    else dropNulls(below, node[key]);
  }
}

function withPlace(problem: Problem, document: ReadDocument, overlay: Overlay): Problem {
  const keyPath: KeyPath = problem.key.split('.');
  const setting = overlay.settings.findLast(({ path: set }) => `${problem.key}.`.startsWith(`${dotted(set)}.`));
  if (setting !== undefined) return { ...problem, where: { variable: setting.variable } };
  // a missing key has no line of its own
  const missing = problem.problem.startsWith(configTexts.isMissing) && fieldAt(configSchema, keyPath) !== undefined;
  const line = document.lineOf(missing ? keyPath.slice(0, -1) : keyPath);
  return line === undefined ? problem : { ...problem, where: { line } };
}

function inOrder(problems: Problem[]): Problem[] {
  const line = ({ where }: Problem) => (where !== undefined && 'line' in where ? where.line : Infinity);
  return problems.sort((a, b) => (line(a) === line(b) ? 0 : line(a) - line(b)));
}
