/** Introspection of the schema: keys, types and examples. */
import { z } from 'zod';

/** A key of the configuration, or an element of a list, from the schema. */
export interface Field {
  kind: 'section' | 'list' | 'map' | 'text' | 'number' | 'boolean';
  /** null is allowed and means "none" */
  nullable: boolean;
  /** may be omitted */
  optional: boolean;
  /** keys of a section, in order */
  keys: ReadonlyMap<string, z.ZodType>;
  /** element of a list */
  element: z.ZodType | undefined;
  /** range of a number */
  range: { least: number; moreThanLeast: boolean; most: number; whole: boolean } | undefined;
  description: string | undefined;
  example: unknown;
  defaultValue: unknown;
}

/** Unwraps a schema (optional, default, nullable). */
export function fieldOf(schema: z.ZodType): Field {
  const field: Field = {
    kind: 'text',
    nullable: false,
    optional: false,
    keys: new Map(),
    element: undefined,
    range: undefined,
    description: undefined,
    example: undefined,
    defaultValue: undefined,
  };
  let inner: z.ZodType = schema;
  for (;;) {
    const meta = inner.meta();
    field.description ??= meta?.description;
    field.example ??= Array.isArray(meta?.examples) ? meta.examples[0] : undefined;
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) field.defaultValue ??= inner.def.defaultValue;
    if (inner instanceof z.ZodNullable) field.nullable = true;
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault)
      field.optional = true;
    if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault ||
      inner instanceof z.ZodNullable
    )
      inner = inner.def.innerType as z.ZodType;
    else break;
  }
  if (inner instanceof z.ZodObject)
    return { ...field, kind: 'section', keys: new Map(Object.entries(inner.def.shape as Record<string, z.ZodType>)) };
  if (inner instanceof z.ZodArray) return { ...field, kind: 'list', element: inner.def.element as z.ZodType };
  if (inner instanceof z.ZodRecord) return { ...field, kind: 'map' };
  if (inner instanceof z.ZodNumber) return { ...field, kind: 'number', range: rangeOf(inner) };
  if (inner instanceof z.ZodBoolean) return { ...field, kind: 'boolean' };
  return field;
}

function rangeOf(number: z.ZodNumber): NonNullable<Field['range']> {
  const { minValue, maxValue, format } = number;
  const whole = format === 'safeint' || format?.includes('int') === true;
  const moreThanLeast = (number.def.checks ?? []).some((check) => {
    const { inclusive, value } = check._zod.def as { inclusive?: boolean; value?: unknown };
    return inclusive === false && value === minValue;
  });
  return { least: minValue ?? -Infinity, moreThanLeast, most: maxValue ?? Infinity, whole };
}

export type KeyPath = readonly (string | number)[];

/** The field at a path; undefined when the schema has no such key. */
export function fieldAt(root: z.ZodType, path: KeyPath): Field | undefined {
  let field = fieldOf(root);
  for (const step of path) {
    const next: z.ZodType | undefined =
      field.kind === 'list' && /^\d+$/.test(String(step)) ? field.element : field.keys.get(String(step));
    if (next === undefined) return undefined;
    field = fieldOf(next);
  }
  return field;
}

/** All key paths of the schema in dotted form, including sections, without list elements. */
export function allKeys(root: z.ZodType, prefix = ''): string[] {
  return [...fieldOf(root).keys].flatMap(([key, schema]) => [prefix + key, ...allKeys(schema, `${prefix}${key}.`)]);
}

/** The path as a person writes it: `protected_identities.0.user_id`. */
export function dotted(path: KeyPath): string {
  return path.join('.');
}

/** Whether it is a plain object from YAML or JSON. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
