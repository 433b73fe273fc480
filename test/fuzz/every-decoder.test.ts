/**
 * Goal: a new decoder cannot be forgotten. Method: the sources are searched for exported functions
 * and classes named as decoders are, and each must be covered by a fuzz target, or be said here not
 * to need one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TARGETS } from './targets.ts';

const root = new URL('../../src/', import.meta.url);

/** Decoders without a target of their own, with the reason. */
const WITHOUT: Readonly<Record<string, string>> = {
  readAccount: 'looks a record up for decodeAccount',
  readOrder: 'two digests at fixed places of a record that has a checksum',
  readStored: 'a text that the browser keeps',
  readWallet: 'hands on what listKeyFiles reads',
  ByteReader: 'what all others read with',
  ControlBlockReader: 'memory that a thread shares with its own process',
};

/** Names of exported functions and classes that read bytes or text. */
function decodersIn(text: string): string[] {
  const named = /^export (?:async )?function ((?:decode|parse|read|load|split|inspect)[A-Z]\w*)/gm;
  const readers = /^export class (\w*Reader)\b/gm;
  return [...text.matchAll(named), ...text.matchAll(readers)].map(([, name]) => name!);
}

const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .filter((path) => !/^(?:sim|bench)\b/.test(path)) // They read nothing from outside.
  .flatMap((path) => decodersIn(readFileSync(new URL(path.replaceAll('\\', '/'), root), 'utf8')));

const covered = new Set(TARGETS.flatMap((target) => target.covers ?? []));

describe('the list of fuzz targets', () => {
  it('has every decoder of the sources', () => {
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter((name) => !covered.has(name) && WITHOUT[name] === undefined)).toEqual([]);
  });

  it('excuses no decoder that is gone', () => {
    expect(Object.keys(WITHOUT).filter((name) => !found.includes(name))).toEqual([]);
  });

  it('would miss a new one', () => {
    const text = 'export function decodeNews() {}\nexport class NewsReader {}\nfunction readX';
    expect(decodersIn(text)).toEqual(['decodeNews', 'NewsReader']);
  });
});
