/** A Helm chart's templates as Helm would render them, for as much of its language as ours use. */
import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';

interface Scope {
  Release: { Name: string };
  Chart: { AppVersion: string };
  Values: Record<string, unknown>;
  /** `$name` of a range */
  variables: Record<string, unknown>;
}

/** Thrown by `fail` in a template: what Helm would tell the admin. */
export class ChartRefusal extends Error {}

/** Renders one template; each document of it, parsed. Throws on what it does not know, and on a `fail`. */
export function renderTemplate(template: string, scope: Omit<Scope, 'variables'>): Record<string, unknown>[] {
  const parts = template
    .replace(/[ \t\n]*\{\{-/g, '{{')
    .split(/\{\{([^}]*)\}\}/)
    .map((text, index) => ({ text: index % 2 === 0 ? text : text.trim(), isAction: index % 2 === 1 }));
  const text = renderParts(parts, { ...scope, variables: {} });
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors.length > 0) throw document.errors[0]!;
      return document.toJS() as Record<string, unknown> | null;
    })
    .filter((document) => document !== null);
}

interface Part {
  text: string;
  isAction: boolean;
}

function renderParts(parts: readonly Part[], scope: Scope): string {
  let out = '';
  for (let at = 0; at < parts.length; at += 1) {
    const { text, isAction } = parts[at]!;
    if (!isAction) out += text;
    else if (/^(if|range) /.test(text)) {
      const { body, otherwise, end } = blockFrom(parts, at);
      out += text.startsWith('if ')
        ? renderParts(truthy(valueOf(text.slice(3), scope)) ? body : otherwise, scope)
        : renderRange(text, body, scope);
      at = end;
    } else out += String(valueOf(text, scope));
  }
  return out;
}

/** The parts between an `if` or `range` and its `end`. */
function blockFrom(parts: readonly Part[], from: number): { body: Part[]; otherwise: Part[]; end: number } {
  let depth = 0;
  let middle: number | undefined;
  for (let at = from; at < parts.length; at += 1) {
    const { text, isAction } = parts[at]!;
    if (!isAction) continue;
    if (/^(if|range) /.test(text)) depth += 1;
    if (text === 'else' && depth === 1) middle = at;
    if (text !== 'end') continue;
    depth -= 1;
    if (depth === 0)
      return {
        body: parts.slice(from + 1, middle ?? at),
        otherwise: middle === undefined ? [] : parts.slice(middle + 1, at),
        end: at,
      };
  }
  throw new Error(`{{${parts[from]?.text}}} has no end`);
}

function renderRange(text: string, body: readonly Part[], scope: Scope): string {
  const [, key, item, over] = /^range \$(\w+), \$(\w+) := (.*)$/.exec(text) ?? [];
  if (key === undefined || item === undefined || over === undefined) throw new Error(`unknown: {{${text}}}`);
  return Object.entries(valueOf(over, scope) as object)
    .map(([name, value]) =>
      renderParts(body, { ...scope, variables: { ...scope.variables, [key]: name, [item]: value } }),
    )
    .join('');
}

/** A pipeline: `toYaml .Values.config | indent 4`. */
function valueOf(text: string, scope: Scope): unknown {
  const [first = '', ...pipes] = text.split('|').map((part) => part.trim());
  return pipes.reduce<unknown>(
    (value, pipe) => {
      const [name = '', argument = ''] = pipe.split(' ');
      if (name === 'indent') return indent(String(value), Number(argument));
      if (name === 'default') return truthy(value) ? value : term(argument, scope);
      if (name === 'sha256sum') return createHash('sha256').update(String(value)).digest('hex');
      throw new Error(`unknown: {{${text}}}`);
    },
    call(first, scope),
  );
}

function call(text: string, scope: Scope): unknown {
  const words = text.match(/\((?:[^()]|\([^()]*\))*\)|"[^"]*"|\S+/g) ?? [];
  const [name, ...rest] = words;
  const values = (): unknown[] => rest.map((word) => term(word, scope));
  if (name === 'toYaml') return stringify(values()[0]).trimEnd();
  if (name === 'and') return values().every(truthy);
  if (name === 'gt') return Number(values()[0]) > Number(values()[1]);
  if (name === 'int') return Math.trunc(Number(values()[0]));
  if (name === 'fail') throw new ChartRefusal(String(values()[0]));
  if (rest.length > 0) throw new Error(`unknown: {{${text}}}`);
  return term(name ?? '', scope);
}

function term(word: string, scope: Scope): unknown {
  if (word.startsWith('(')) return call(word.slice(1, -1), scope);
  if (word.startsWith('"')) return word.slice(1, -1);
  if (/^\d+$/.test(word)) return Number(word);
  const path = word.slice(1).split('.');
  let value: unknown = word.startsWith('$') ? scope.variables : scope;
  if (!/^[.$]\w/.test(word)) throw new Error(`unknown: ${word}`);
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !(key in value)) throw new Error(`there is no ${word}`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** As Go's templates see it: what is empty is false. */
function truthy(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function indent(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}
