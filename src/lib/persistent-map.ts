/**
 * An ordered map that never changes: a change makes another map, which shares with the first one
 * all that is equal in both. Two maps that differ in little cost little more than one.
 *
 * Owns: a B-tree of text to values whose nodes are copied on their way down to a change.
 * Does not own: the keys' meaning; texts compare by their code units, so one character for each
 * byte of a key gives the order of bytes. Values are not copied: nobody may change them.
 */
import { assert } from './assert.ts';

/** Entries of a leaf and children of a branch; a node with more is split into two. */
const NODE_MAX = 32;

interface Leaf<Value> {
  readonly kind: 'leaf';
  readonly edit: Edit | undefined;
  readonly keys: string[];
  readonly values: Value[];
}

interface Branch<Value> {
  readonly kind: 'branch';
  readonly edit: Edit | undefined;
  /** A key that is not above any of each child's, and above all of the child before. */
  readonly keys: string[];
  readonly children: Tree<Value>[];
}

type Tree<Value> = Leaf<Value> | Branch<Value>;

/** One change: nodes that were made for it may be written to until it is done. */
type Edit = object;

export class PersistentMap<Value> {
  readonly #root: Tree<Value>;

  private constructor(root: Tree<Value>) {
    this.#root = root;
  }

  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>(emptyLeaf());
  }

  get(key: string): Value | undefined {
    let tree = this.#root;
    while (tree.kind === 'branch') tree = tree.children[childIndex(tree.keys, key)]!;
    const index = lowerBound(tree.keys, key);
    return tree.keys[index] === key ? tree.values[index] : undefined;
  }

  /** The map with these changes made in order; `undefined` deletes. */
  with(changes: readonly (readonly [string, Value | undefined])[]): PersistentMap<Value> {
    const edit: Edit = {};
    let root = this.#root;
    for (const [key, value] of changes) {
      const parts = value === undefined ? remove(root, key, edit) : put(root, { key, value }, edit);
      const [first, second] = parts;
      if (second !== undefined) {
        root = { kind: 'branch', edit, keys: parts.map(leastKey), children: [...parts] };
      } else {
        root = first ?? emptyLeaf();
      }
      while (root.kind === 'branch' && root.children.length === 1) root = root.children[0]!;
    }
    return new PersistentMap(root);
  }

  /** Entries from `from` (inclusive) up, or down. */
  entries(from: string | undefined, isReverse: boolean): Iterable<readonly [string, Value]> {
    return isReverse ? downFrom(this.#root, from) : upFrom(this.#root, from);
  }
}

function* upFrom<Value>(
  tree: Tree<Value>, from: string | undefined,
): Iterable<readonly [string, Value]> {
  if (tree.kind === 'leaf') {
    const first = from === undefined ? 0 : lowerBound(tree.keys, from);
    for (let index = first; index < tree.keys.length; index++) {
      yield [tree.keys[index]!, tree.values[index]!];
    }
    return;
  }
  const first = from === undefined ? 0 : childIndex(tree.keys, from);
  for (let index = first; index < tree.children.length; index++) {
    yield* upFrom(tree.children[index]!, index === first ? from : undefined);
  }
}

function* downFrom<Value>(
  tree: Tree<Value>, from: string | undefined,
): Iterable<readonly [string, Value]> {
  if (tree.kind === 'leaf') {
    let index = tree.keys.length - 1;
    while (from !== undefined && index >= 0 && tree.keys[index]! > from) index--;
    for (; index >= 0; index--) yield [tree.keys[index]!, tree.values[index]!];
    return;
  }
  const last = from === undefined ? tree.children.length - 1 : childIndex(tree.keys, from);
  for (let index = last; index >= 0; index--) {
    yield* downFrom(tree.children[index]!, index === last ? from : undefined);
  }
}

/** The tree with the entry, in one part or two. */
function put<Value>(
  tree: Tree<Value>, entry: { key: string; value: Value }, edit: Edit,
): Tree<Value>[] {
  const { key, value } = entry;
  const copy = editable(tree, edit);
  if (copy.kind === 'leaf') {
    const index = lowerBound(copy.keys, key);
    if (copy.keys[index] === key) {
      copy.values[index] = value;
      return [copy];
    }
    copy.keys.splice(index, 0, key);
    copy.values.splice(index, 0, value);
  } else {
    const index = childIndex(copy.keys, key);
    const parts = put(copy.children[index]!, entry, edit);
    // The least key of a child only ever falls where the entry was put before all others.
    if (index === 0 && key < copy.keys[0]!) copy.keys[0] = key;
    copy.children[index] = parts[0]!;
    if (parts[1] !== undefined) {
      copy.keys.splice(index + 1, 0, leastKey(parts[1]));
      copy.children.splice(index + 1, 0, parts[1]);
    }
  }
  return copy.keys.length > NODE_MAX ? split(copy, edit) : [copy];
}

/** The tree without the key: one part, or none when nothing is left. */
function remove<Value>(tree: Tree<Value>, key: string, edit: Edit): Tree<Value>[] {
  if (tree.kind === 'leaf') {
    const index = lowerBound(tree.keys, key);
    if (tree.keys[index] !== key) return [tree];
    const copy = editable(tree, edit) as Leaf<Value>;
    copy.keys.splice(index, 1);
    copy.values.splice(index, 1);
    return copy.keys.length === 0 ? [] : [copy];
  }
  const index = childIndex(tree.keys, key);
  const [left] = remove(tree.children[index]!, key, edit);
  if (left === tree.children[index]) return [tree];
  const copy = editable(tree, edit) as Branch<Value>;
  if (left !== undefined) copy.children[index] = left;
  else {
    copy.keys.splice(index, 1);
    copy.children.splice(index, 1);
  }
  return copy.children.length === 0 ? [] : [copy];
}

/** The node itself when this change made it, or a copy that it may write to. */
function editable<Value>(tree: Tree<Value>, edit: Edit): Tree<Value> {
  if (tree.edit === edit) return tree;
  return tree.kind === 'leaf'
    ? { kind: 'leaf', edit, keys: tree.keys.slice(), values: tree.values.slice() }
    : { kind: 'branch', edit, keys: tree.keys.slice(), children: tree.children.slice() };
}

/** Most keys come in ascending order: the left part stays nearly full. */
function split<Value>(tree: Tree<Value>, edit: Edit): Tree<Value>[] {
  const middle = Math.floor((NODE_MAX * 3) / 4);
  const keys = tree.keys.splice(middle);
  assert(tree.keys.length > 0 && keys.length > 0);
  if (tree.kind === 'leaf') {
    return [tree, { kind: 'leaf', edit, keys, values: tree.values.splice(middle) }];
  }
  return [tree, { kind: 'branch', edit, keys, children: tree.children.splice(middle) }];
}

function emptyLeaf<Value>(): Tree<Value> {
  return { kind: 'leaf', edit: undefined, keys: [], values: [] };
}

function leastKey(tree: { readonly keys: readonly string[] }): string {
  return tree.keys[0]!;
}

/** The index of the first key that is not before `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child that has the key, if any has. */
function childIndex(keys: readonly string[], key: string): number {
  const index = lowerBound(keys, key);
  return keys[index] === key ? index : Math.max(0, index - 1);
}
