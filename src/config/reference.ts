/** The table of all keys in docs/operate/configuration.md. Made from the schema. */
import type { z } from 'zod';
import { variableOf } from './environment.js';
import { fieldOf, type Field } from './fields.js';
import { configSchema } from './schema.js';

/** Markdown ending in a newline: one table per section, one row per key. */
export function renderReference(): string {
  const top = [...fieldOf(configSchema).keys];
  const plain = top.filter(([, schema]) => rowsOf(schema) === undefined);
  const sections = top.filter(([, schema]) => rowsOf(schema) !== undefined);
  return [
    ...sections.map(
      ([key, schema]) =>
        `### \`${key}\`\n${fieldOf(schema).description ?? ''}\n\n${table([...(rowsOf(schema)?.keys ?? [])], fieldOf(schema).kind === 'list' ? [key, 0] : [key])}`,
    ),
    `### Others\n${table(plain, [])}`,
  ].join('\n');
}

/** The field of a section, or of a list's elements; undefined for a plain key. */
function rowsOf(schema: z.ZodType): Field | undefined {
  const field = fieldOf(schema);
  const rows = field.element === undefined ? field : fieldOf(field.element);
  return rows.kind === 'section' ? rows : undefined;
}

function table(keys: (readonly [string, z.ZodType])[], path: (string | number)[]): string {
  return ['| key | when absent | variable | meaning |', '|---|---|---|---|', ...rows(keys, path, ''), ''].join('\n');
}

/** One row per key; the keys of a nested section follow it, prefixed with its name. */
function rows(keys: (readonly [string, z.ZodType])[], path: (string | number)[], prefix: string): string[] {
  return keys
    .filter(([key]) => !key.endsWith('_file'))
    .flatMap(([key, schema]) => {
      const field = fieldOf(schema);
      const name = prefix + key;
      const secret = keys.some(([other]) => other === `${key}_file`);
      return [
        `| \`${name}\`${secret ? ` or \`${name}_file\`` : ''} | ${standing(field)} | \`${variableOf([...path, key])}\` | ${field.description?.replaceAll('|', '\\|') ?? ''} |`,
        ...(path.length > 0 ? rows([...field.keys], [...path, key], `${name}.`) : []),
      ];
    });
}

function standing(field: Field): string {
  if (field.defaultValue !== undefined && field.kind !== 'section') return `\`${JSON.stringify(field.defaultValue)}\``;
  return field.optional ? 'see its meaning' : '**required**';
}
