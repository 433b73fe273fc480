/**
 * Small faults for a source file: a check that is gone, a condition turned round, a limit off by
 * one.
 *
 * Owns: which faults there are, found in the syntax tree that Vitest's own parser gives.
 * Does not own: running them (`scripts/mutants.mjs`).
 * Not touched: types, imports, assertions (they are about bugs, not about blocks), what a rejection
 * says in its details, and constants of more than 64 bits (one more in the last place of a factor of
 * the target changes no target).
 */
import { parseAst } from 'vitest/node';

/** What a comparison becomes: the same with its boundary moved, or the opposite. */
const COMPARISONS = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===',
};
const SUMS = { '+': '-', '-': '+', '+=': '-=', '-=': '+=' };
const SILENT_CALLS = /^(?:assert\w*|reject)$/;

/**
 * The faults of a source: for each its line (from 1), the text with it, and `change`, which says
 * what became of the line without saying where it is, so that it stays the same when lines move.
 */
export function mutationsOf(text) {
  const edits = [];
  visit(parseAst(text, { lang: 'ts' }), undefined, text, edits);
  return edits.map(({ start, end, by }) => {
    const mutated = text.slice(0, start) + by + text.slice(end);
    const first = text.lastIndexOf('\n', start - 1) + 1;
    const next = text.indexOf('\n', end);
    const last = next < 0 ? text.length : next;
    const before = oneLine(text.slice(first, last));
    const after = oneLine(mutated.slice(first, last + mutated.length - text.length));
    return {
      line: text.slice(0, start).split('\n').length, text: mutated, change: `${before} => ${after}`,
    };
  }).filter(({ change }, index, all) => all.findIndex((one) => one.change === change) === index);
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim();
}

function visit(node, parent, text, edits) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) visit(child, parent, text, edits);
    return;
  }
  if (typeof node.type !== 'string' || isLeftAlone(node)) return;
  for (const by of faultsOf(node, parent, text)) {
    const { start, end } = node.type === 'IfStatement' || node.type === 'ConditionalExpression'
      ? node.test : node;
    edits.push({ start, end, by });
  }
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'typeAnnotation' && name !== 'returnType') visit(child, node, text, edits);
  }
}

/** Types, imports, and calls that are no part of a rule. */
function isLeftAlone({ type, callee, source }) {
  if (type === 'CallExpression') return SILENT_CALLS.test(callee.name);
  const isExpression = ['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'];
  return type === 'ImportDeclaration' || (type === 'ExportNamedDeclaration' && source !== null)
    || (type.startsWith('TS') && !isExpression.includes(type));
}

/** What may stand instead of the node, or of the condition of one that has one. */
function faultsOf(node, parent, text) {
  const textOf = ({ start, end }) => text.slice(start, end);
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['false', `!(${textOf(node.test)})`];
    case 'BinaryExpression': {
      const by = COMPARISONS[node.operator] ?? SUMS[node.operator];
      // An equality that is a whole condition is turned round there.
      const isDone = parent?.test === node && /^[!=]==$/.test(node.operator);
      return by === undefined || isDone ? [] : [swapped(node, by, text)];
    }
    case 'AssignmentExpression': {
      const by = SUMS[node.operator];
      return by === undefined ? [] : [swapped(node, by, text)];
    }
    case 'LogicalExpression':
      return [textOf(node.left), textOf(node.right)].map((side) => `(${side})`);
    case 'UnaryExpression':
      return node.operator === '!' && parent?.test !== node ? [textOf(node.argument)] : [];
    case 'Literal':
      return numbersNear(node);
    case 'ExpressionStatement':
      return isAssertion(node.expression) ? [] : [';'];
    case 'ContinueStatement':
    case 'BreakStatement':
      return [';'];
    default:
      return [];
  }
}

function swapped({ left, right, operator }, by, text) {
  const between = text.slice(left.end, right.start).replace(operator, by);
  return text.slice(left.start, left.end) + between + text.slice(right.start, right.end);
}

function numbersNear({ value }) {
  if (typeof value === 'number') return value > 0 ? [`${value + 1}`, `${value - 1}`] : ['1'];
  if (typeof value !== 'bigint' || value >= 1n << 64n) return [];
  return value > 0n ? [`${value + 1n}n`, `${value - 1n}n`] : ['1n'];
}

function isAssertion({ type, callee }) {
  return type === 'CallExpression' && (callee.type === 'Super' || /^assert/.test(callee.name));
}
