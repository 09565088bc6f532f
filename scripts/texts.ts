/**
 * Every sentence that the code holds, in one file: a change of wording is seen in review. Sentences are string and
 * template literals with two words or more, in the order of their files; what is filled in stands in braces.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../src/util/package-root.js';

export const TEXTS_FILE = 'docs/understand/texts.txt';

/** Data of the detector and generated tables, not sentences. */
const NO_SENTENCES = /generated|\/fold\/|lexicon|detection\/index\//;
const HEAD =
  'Made by `npm run generate` from the string literals of `src/`. German stands below the English, after `de:`.\n';
const TWO_WORDS = /\p{L}{2,}[^\p{L}]* \p{L}{2,}/u;

/** The sentences of all source files, by file. */
export function collectTexts(): string {
  const root = packageRoot();
  const files = readdirSync(path.join(root, 'src'), { recursive: true })
    .map((file) => String(file).split(path.sep).join('/'))
    .filter((file) => /\.tsx?$/.test(file) && !NO_SENTENCES.test(`/${file}`))
    .sort();
  const read = (file: string) => sentencesOf(file, readFileSync(path.join(root, 'src', file), 'utf8'));
  const parts = files
    .filter((file) => !GERMAN.test(file))
    .flatMap((file) => {
      const german = files.find((other) => GERMAN.test(other) && englishOf(other) === file);
      const lines = german === undefined ? read(file).map(shown) : besides(read(file), read(german));
      return lines.length === 0 ? [] : [`## ${file}\n${lines.map((line) => `${line}\n`).join('')}`];
    });
  return `# Sentences\n${HEAD}\n${parts.join('\n')}`;
}

/** The German half of a catalogue, and where its English one stands. */
const GERMAN = /-de\.ts$|(?:^|\/)de\/[^/]+\.ts$/;
const englishOf = (german: string): string => german.replace(/-de\.ts$/, '.ts').replace(/(^|\/)de\//, '$1');

interface Sentence {
  /** the keys that lead to it in its catalogue */
  key: string;
  text: string;
}

const shown = ({ text }: Sentence): string => `- ${text}`;

/** Each English sentence, and below it the German one of the same key. */
function besides(english: readonly Sentence[], german: readonly Sentence[]): string[] {
  const known = new Set(english.map(({ key }) => key));
  const same = new Set(english.map(({ key, text }) => `${key} ${text}`));
  const told = german.filter(({ key, text }) => !same.has(`${key} ${text}`));
  const below = (key: string): string[] => told.filter((one) => one.key === key).map(({ text }) => `  de: ${text}`);
  return [
    ...english.flatMap((one, index) => [
      shown(one),
      ...(english.findLastIndex(({ key }) => key === one.key) === index ? below(one.key) : []),
    ]),
    ...told.filter(({ key }) => !known.has(key)).map(({ text }) => `  de: ${text}`),
  ];
}

function sentencesOf(file: string, text: string): Sentence[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Sentence[] = [];
  const keys: string[] = [];
  const note = (sentence: string) => {
    if (TWO_WORDS.test(sentence)) found.push({ key: keys.join('.'), text: JSON.stringify(sentence).slice(1, -1) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    // a statement for the ledger is read by no person
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'sql') return;
    if (ts.isPropertyAssignment(node)) {
      keys.push(node.name.getText());
      ts.forEachChild(node, visit);
      keys.pop();
      return;
    }
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isJsxText(node)) note(node.text);
    else if (ts.isTemplateExpression(node)) note(templateText(node));
    else if (isJoined(node)) {
      note(joinedText(node));
      leavesOf(node).forEach((leaf) => ts.forEachChild(leaf, visit));
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function templateText({ head, templateSpans }: ts.TemplateExpression): string {
  return head.text + templateSpans.map(({ expression, literal }) => `{${nameOf(expression)}}${literal.text}`).join('');
}

/** A sentence that was broken over several lines: literals with + between them. */
function isJoined(node: ts.Node): node is ts.BinaryExpression {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    (isJoined(node.left) || isText(node.left)) &&
    isText(node.right)
  );
}

function isText(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateExpression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function leavesOf(node: ts.Expression): ts.Expression[] {
  return isJoined(node) ? [...leavesOf(node.left), node.right] : [node];
}

function joinedText(node: ts.Expression): string {
  return leavesOf(node)
    .map((leaf) => (ts.isTemplateExpression(leaf) ? templateText(leaf) : (leaf as ts.StringLiteralLike).text))
    .join('');
}

/** What is filled in, by its last name; more than a name is left out. */
function nameOf(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  if (ts.isCallExpression(expression) && expression.expression.getText() === 'numberDe')
    return nameOf(expression.arguments[0]!);
  if (ts.isCallExpression(expression)) return nameOf(expression.expression);
  return '…';
}
