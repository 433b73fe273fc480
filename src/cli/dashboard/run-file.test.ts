/**
 * Goal: `mvb dashboard` sends the token where this data directory's miner answers, or nowhere.
 * Method: real files, good ones and such as somebody may have left.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-run-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const here = { url: 'http://127.0.0.1:2609', pid: process.pid, isReadOnly: false };

test('is read as it was written, and is all there is', () => {
  writeRunFile(folder, { ...here, url: 'http://127.0.0.1:1' });
  writeRunFile(folder, here);
  expect(readRunFile(folder)).toEqual(here);
  expect(readdirSync(folder)).toEqual(['dashboard.json']);
  if (process.platform !== 'win32') {
    expect(statSync(join(folder, 'dashboard.json')).mode & 0o777).toBe(0o600);
  }
});

test('is removed by who wrote it, and by nobody else', () => {
  writeRunFile(folder, { ...here, pid: process.pid + 1 });
  removeRunFile(folder);
  expect(readRunFile(folder)).toBeDefined();
  writeRunFile(folder, here);
  removeRunFile(folder);
  expect(readRunFile(folder)).toBeUndefined();
  removeRunFile(folder);
});

test.each([
  '', '{}', '[]', 'null', '{"url":',
  '{"url":"http://evil.example:80","pid":1,"read_only":false}',
  '{"url":"http://127.0.0.1:80@evil.example:80","pid":1,"read_only":false}',
  '{"url":"http://127.0.0.1:80","pid":"1","read_only":false}',
  `{"url":"http://127.0.0.1:80","pid":1,"read_only":false${' '.repeat(2_000)}}`,
])('what is none of ours is no place: %s', (text) => {
  writeFileSync(join(folder, 'dashboard.json'), text);
  expect(readRunFile(folder)).toBeUndefined();
});
