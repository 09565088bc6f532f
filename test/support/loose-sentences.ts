import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/util/package-root.js';

/** What declares itself: a command's summary, a key's meaning in the schema, what a protection does, a metric's help. */
const DECLARED = new Set(['summary', 'examples', 'description', 'about', 'help']);
const DECLARING =
  /(?:^|\.)(?:flag|duration|valueOption|meta|describe|description|option|requiredOption|argument|gauge)$|^(?:count|choice|words|domains|servers|people|windowOf|listOf)$/;
/** What is told of a thing that failed, whatever it ends with. */
const REASONS = new Set(['error', 'problem', 'reason', 'why', 'message', 'remedy', 'title', 'hint', 'note']);
const ERRORS = /(?:Error|Refusal)$/;
/** A mistake of ours that nobody should ever read. */
const BROKEN_PROMISE = /^heimdall: /;
/** The names of fields and codes are one word; two are said to somebody. */
const WORDS = /\p{L}{2,}[,:]? \p{L}{2,}/u;
const CATALOGUES = /texts|-de\.ts$|reference\.ts$|schema\.ts$|generated/;
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
  const visit = (node: ts.Node, isReason: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isPropertyAssignment(node) && DECLARED.has(node.name.getText())) return;
    const callee = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : '';
    if (DECLARING.test(callee)) {
      ts.forEachChild((node as ts.CallExpression).expression, (child) => visit(child, false));
      return;
    }
    const text = textOf(node)?.trim();
    if (text !== undefined && (SENTENCE.test(text) || (isReason && WORDS.test(text))) && !BROKEN_PROMISE.test(text))
      found.push(text);
    const tells = ERRORS.test(callee) || (ts.isPropertyAssignment(node) && REASONS.has(node.name.getText()));
    // what is handed to a function is its own affair: `error: texts.refused('…')`
    const goesOn = isReason && !ts.isCallExpression(node) && !ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, tells || goesOn));
  };
  visit(source, false);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node)
    ? node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('')
    : undefined;
}
