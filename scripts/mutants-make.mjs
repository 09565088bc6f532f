// Makes mutants of a source text: `{ file, line, what, view?, apply(source) }`, each one small change. See
// scripts/mutate.mjs.
import ts from 'typescript';
import { NAMED } from './mutants.mjs';

const COMPARISONS = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
]);
const LOGIC = new Map([
  ['&&', '||'],
  ['||', '&&'],
]);
/** Of longer lists only the first element is taken away. */
const SHORT_LIST = 8;
const SHOWN = 70;

const short = (text) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
};

/**
 * Changes made from the syntax tree: conditions negated, branches and calls dropped, comparisons moved by one, answers
 * emptied, elements taken out of lists, weights and constants changed.
 */
export function mechanicalMutants(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutants = [];
  const replace = (node, by, what) => replaceRange(node.getStart(tree), node.getEnd(), by, what);
  const replaceRange = (start, end, by, what) => {
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({
      file,
      line,
      what: `${what}: ${short(source.slice(start, end))}`,
      apply: (text) => text.slice(0, start) + by + text.slice(end),
    });
  };
  const visit = (node) => {
    if (
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isTypeNode(node)
    )
      return;
    if (ts.isIfStatement(node)) {
      if (isJump(node.thenStatement)) replace(node.expression, 'false', 'branch dropped');
      replaceUnlessComparison(node.expression);
    } else if (ts.isConditionalExpression(node)) replaceUnlessComparison(node.condition);
    else if (ts.isBinaryExpression(node)) {
      const sign = node.operatorToken.getText(tree);
      const other = COMPARISONS.get(sign) ?? LOGIC.get(sign);
      if (other !== undefined) {
        const what = `${short(node.left.getText(tree))} ${sign} → ${other}`;
        const [start, end] = [node.operatorToken.getStart(tree), node.operatorToken.getEnd()];
        mutants.push({
          file,
          line: tree.getLineAndCharacterOfPosition(start).line + 1,
          what,
          apply: (text) => text.slice(0, start) + other + text.slice(end),
        });
      }
    } else if (ts.isReturnStatement(node) && node.expression !== undefined) {
      const text = node.expression.getText(tree);
      if (text === 'true' || text === 'false')
        replace(node.expression, text === 'true' ? 'false' : 'true', 'answer turned');
      else if (ts.isArrayLiteralExpression(node.expression)) replace(node.expression, '[]', 'answer emptied');
      else if (text !== 'undefined') replace(node.expression, 'undefined', 'answer dropped');
    } else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression))
      replace(node, ';', 'call dropped');
    else if (ts.isCaseClause(node)) replace(node.expression, 'Symbol()', 'case dropped');
    else if (ts.isPropertyAccessExpression(node) && /(?:^|\.)#?weights$/.test(node.expression.getText(tree)))
      replace(node, '0', 'weight taken away');
    else if (
      ts.isVariableDeclaration(node) &&
      /^[A-Z_]+$/.test(node.name.getText(tree)) &&
      node.initializer !== undefined &&
      ts.isNumericLiteral(node.initializer)
    ) {
      replace(
        node.initializer,
        `(2 * ${node.initializer.getText(tree)} + 1)`,
        `constant ${node.name.getText(tree)} doubled`,
      );
    } else if (ts.isArrayLiteralExpression(node) && node.elements.length > 1 && !ts.isBindingElement(node.parent)) {
      const elements = node.elements.length > SHORT_LIST ? node.elements.slice(0, 1) : node.elements;
      // a pair that is taken apart or a tuple's place cannot be left out
      const isTuple = ts.isVariableDeclaration(node.parent) && ts.isArrayBindingPattern(node.parent.name);
      if (!isTuple)
        for (const element of elements)
          replaceRange(element.getStart(tree), endOfElement(source, element), '', 'element dropped');
    }
    ts.forEachChild(node, visit);
  };
  const replaceUnlessComparison = (condition) => {
    if (!(ts.isBinaryExpression(condition) && ['===', '!=='].includes(condition.operatorToken.getText(tree))))
      replace(condition, `!(${condition.getText(tree)})`, 'condition negated');
  };
  visit(tree);
  return mutants;
}

function isJump(statement) {
  const first = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    first !== undefined && (ts.isReturnStatement(first) || ts.isContinueStatement(first) || ts.isBreakStatement(first))
  );
}

/** With the comma after it. */
function endOfElement(source, element) {
  return element.getEnd() + (/^\s*,\s*/.exec(source.slice(element.getEnd()))?.[0].length ?? 0);
}

/** Each weight and threshold of rules/detection.yaml once at nothing, once twice as heavy. */
export function weightMutants(file, source) {
  return source.split('\n').flatMap((text, index) => {
    const found = /^( {2}(\w+): )(-?[\d.]+)/.exec(text);
    if (found === null) return [];
    const [, head, name, value] = found;
    const set = (to) => (whole) =>
      whole
        .split('\n')
        .map((line, at) => (at === index ? `${head}${to}${text.slice(found[0].length)}` : line))
        .join('\n');
    return [
      ['0.001', 'nothing'],
      [String(2 * Number(value)), 'doubled'],
    ].map(([to, what]) => ({ file, line: index + 1, what: `${name} ${what}`, apply: set(to) }));
  });
}

/**
 * The changes by name, each looked for in the files of the detector: `stale` are those whose place is gone, or stands in
 * several files.
 * @param sources the detector's files by path
 */
export function namedMutants(sources) {
  const stale = [];
  const mutants = [];
  const bodies = new Map([...sources].map(([path, source]) => [path, bodiesOf(path, source)]));
  for (const [view, place, by = 'undefined', file = ''] of NAMED) {
    const found = [...sources]
      .filter(([path]) => path.endsWith(file))
      .flatMap(([path, source]) => {
        const at = placeIn(source, bodies.get(path), place);
        return at < 0 ? [] : [{ path, source, at }];
      });
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const where = found.map(({ path }) => path).join(', ');
      stale.push(`"${view}": ${only === undefined ? 'no file has' : `${where} have`} "${place}"`);
      continue;
    }
    const { path, source, at } = only;
    const apply = place.startsWith('fn ')
      ? (text) => `${text.slice(0, at)} return ${by}; ${text.slice(at)}`
      : (text) => text.replaceAll(loosely(place), () => by);
    mutants.push({
      file: path,
      line: source.slice(0, at).split('\n').length,
      view,
      what: place.startsWith('fn ') ? `${place.slice(3)}() gives ${by}` : `${short(place)} → ${short(by)}`,
      apply,
    });
  }
  return { mutants, stale };
}

function placeIn(source, bodies, place) {
  return place.startsWith('fn ') ? (bodies.get(place.slice(3)) ?? -1) : source.search(loosely(place));
}

/** The text with any white space where it has some: the formatter breaks lines. */
function loosely(text) {
  const words = text.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(words.join('\\s+'), 'g');
}

/** Where the body of each function and method of a file begins, by its name. */
function bodiesOf(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const bodies = new Map();
  const visit = (node) => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.name && node.body !== undefined)
      bodies.set(node.name.getText(tree).replace(/^#/, ''), node.body.getStart(tree) + 1);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return bodies;
}
