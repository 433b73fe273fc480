/**
 * Goal: the token is made once, for its owner's eyes only, and never taken from a file that is
 * something else. Method: real files.
 */
import {
  chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import { keepToken, readToken, tokenPath } from './token-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-token-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hasModes = process.platform !== 'win32';

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

test('it has 256 bits, is for its owner only, and stays the same', async () => {
  const place = join(folder, 'new');
  const { token, isReplaced } = await keepToken(place);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(isReplaced).toBe(false);
  if (hasModes) expect(modeOf(tokenPath(place))).toBe(0o600);
  expect(await keepToken(place)).toEqual({ token, isReplaced: false });
  expect(await readToken(place)).toBe(token);
});

test('it is another one after the file was deleted', async () => {
  const { token } = await keepToken(folder);
  rmSync(tokenPath(folder));
  expect(await readToken(folder)).toBeUndefined();
  expect((await keepToken(folder)).token).not.toBe(token);
});

test('many who make it at once have one', async () => {
  const kept = await Promise.all(Array.from({ length: 10 }, () => keepToken(folder)));
  expect(new Set(kept.map(({ token }) => token)).size).toBe(1);
  expect(readFileSync(tokenPath(folder), 'utf8')).toBe(`${kept[0]!.token}\n`);
});

test.skipIf(!hasModes)('one that others could read is made anew', async () => {
  const { token } = await keepToken(folder);
  chmodSync(tokenPath(folder), 0o640);
  const kept = await keepToken(folder);
  expect(kept.isReplaced).toBe(true);
  expect(kept.token).not.toBe(token);
  expect(modeOf(tokenPath(folder))).toBe(0o600);
});

test('a file that holds no token is refused and left alone', async () => {
  for (const text of ['', 'secret\n', `${'ab'.repeat(32)}cd\n`, 'x'.repeat(2_000)]) {
    writeFileSync(tokenPath(folder), text, { mode: 0o600 });
    const error = await keepToken(folder).then(() => undefined, (cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).what).toBe(`The file ${tokenPath(folder)} holds no token.`);
    expect(readFileSync(tokenPath(folder), 'utf8')).toBe(text);
  }
});

test.skipIf(!hasModes)('a link is not followed, whatever is at its end', async () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  symlinkSync(elsewhere, tokenPath(folder));
  await expect(keepToken(folder)).rejects.toThrow(/symbolic link/);
  await expect(readToken(folder)).rejects.toThrow(/symbolic link/);
});
