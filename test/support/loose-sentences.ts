import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/util/package-root.js';

/** What declares itself: a command's summary beside its name, a key's meaning in the schema. */
const DECLARED = new Set(['summary', 'examples', 'description']);
const DECLARING =
  /(?:^|\.)(?:flag|duration|valueOption|answer|meta|describe|description|option|requiredOption|argument)$/;
/** What only the log and the developer read. */
const FOR_DEVELOPERS = /(?:^|\.)(?:Error|debug|info|warn|error|trace|fatal)$/;
const CATALOGUES = /texts|reference\.ts$|schema\.ts$|generated/;
/** Three words or more, a capital letter, and an end. */
const SENTENCE = /^(?=[^\n]*\p{Lu})[^\n]*\p{L}{2,} \p{L}{2,}[^\n]* [^\n]*[.?!:]$/u;

/** Sentences of a module that stand in the middle of its code instead of in its catalogue. */
export function looseSentences(module: string): string[] {
  const folder = path.join(packageRoot(), 'src', module);
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => /\.tsx?$/.test(file) && !CATALOGUES.test(file))
    .sort()
    .flatMap((file) => {
      const source = readFileSync(path.join(folder, file), 'utf8');
      return sentencesIn(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)).map(
        (sentence) => `${module}/${file}: ${sentence}`,
      );
    });
}

function sentencesIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isPropertyAssignment(node) && DECLARED.has(node.name.getText())) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = node.expression.getText();
      if (DECLARING.test(callee) || FOR_DEVELOPERS.test(callee)) {
        ts.forEachChild(node.expression, visit);
        return;
      }
    }
    const text = textOf(node);
    if (text !== undefined && SENTENCE.test(text.trim())) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node)
    ? node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('')
    : undefined;
}
