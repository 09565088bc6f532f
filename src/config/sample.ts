/** config.sample.yaml: every key with its description, and valid values. Generated from the schema. */
import { stringify } from 'yaml';
import type { z } from 'zod';
import { fieldOf, type Field } from './fields.js';
import { configSchema } from './schema.js';

const HEAD = `# Heimdall's configuration. Made from the schema (npm run generate): copy it, then change what is yours.
# Names of files are relative to this file. Every key can come from the environment too:
# HEIMDALL_HOMESERVER__URL is homeserver.url. A secret can stand in a file: <key>_file.
# \`heimdall config check --config FILE\` says what is wrong, \`heimdall doctor --config FILE\` whether it works.
`;

/** An admin who starts from the sample sends no mail and changes nothing until they say so. */
const SAFE: Readonly<Record<string, string>> = {
  smtp_url: 'null   # for example smtp://127.0.0.1:2525',
  dry_run: 'true',
};

/** YAML text with a newline at its end. */
export function renderSample(): string {
  return (
    HEAD + [...fieldOf(configSchema).keys].map(([key, schema]) => `\n${render(key, schema, '').join('\n')}\n`).join('')
  );
}

function render(key: string, schema: z.ZodType, indent: string): string[] {
  const field = fieldOf(schema);
  const lines = comment(field.description, indent);
  if (key.endsWith('_file')) return [`${indent}# ${key}: secrets/${key.replace(/_file$/, '')}   # or so`];
  // an example would enable a section that is absent by default, so its keys are commented out
  if (field.kind === 'section' && field.defaultValue === null)
    return [
      ...lines,
      `${indent}${key}: null`,
      ...renderKeys(field, '').map((line) => `${indent}#   ${line.replace(/^# /, '')}`),
    ];
  if (field.kind === 'section') return [...lines, `${indent}${key}:`, ...renderKeys(field, `${indent}  `)];
  const element = field.element === undefined ? undefined : fieldOf(field.element);
  if (element?.kind === 'section')
    return [...lines, `${indent}${key}:`, ...asListItem(renderKeys(element, `${indent}    `), `${indent}  `)];
  if (key in SAFE) return [...lines, `${indent}${key}: ${SAFE[key]}`];
  const value = field.example ?? field.defaultValue ?? (field.kind === 'list' ? [] : null);
  return [...lines, `${indent}${key}: ${flow(value)}`];
}

function renderKeys(field: Field, indent: string): string[] {
  return [...field.keys].flatMap(([key, schema]) => render(key, schema, indent));
}

/** Puts a list's dash before the first key, with the key's comment above the dash. */
function asListItem(lines: string[], indent: string): string[] {
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  return lines.map((line, index) =>
    index > first ? line : `${indent}${index === first ? '- ' : ''}${line.trimStart()}`,
  );
}

function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    defaultStringType: 'PLAIN',
    defaultKeyType: 'PLAIN',
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trimEnd();
}

/** Wraps words into comment lines of at most 110 columns. */
function comment(text: string | undefined, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text?.split(' ') ?? []) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 110) lines.push(`${indent}# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
