/**
 * Goal: what `docs/library.md` shows works as it stands there, by the names that users import.
 * Method: each example is run by Node.js against the built package, which imports itself by name;
 * the last one asks an explorer.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Network } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');

interface Example {
  readonly title: string;
  readonly code: string;
  readonly output: string;
}

const EXAMPLE = /^## (.+)\n[^]*?```js\n([^]*?)```\n\n```text\n([^]*?)```/gm;
const examples = [...page.matchAll(EXAMPLE)].map(
  ([, title, code, output]): Example => ({ title: title!, code: code!, output: output! }),
);

const run = promisify(execFile);

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(5);
  expect(page.match(/```js/g)).toHaveLength(examples.length);
});

describe('the examples of the page', () => {
  let network: Network;
  let url: string;
  beforeAll(async () => {
    network = await Network.create({ network: 'example', block_size: 1, difficulty: 8 });
    const place = network.place('a');
    const miner = place.start('miner');
    await miner.says(/mined new block! height=2 /);
    await miner.stop();
    [, url = ''] = await place.start('explorer').says(/Explorer {3}(http:\S+)\//);
  });
  afterAll(() => network.close());

  for (const { title, code, output } of examples) {
    test(title, async () => {
      const text = code.replace('http://127.0.0.1:2609', url);
      const { stdout } = await run(
        process.execPath, ['--input-type=module', '-e', text], { cwd: root },
      );
      expect(stdout).toBe(output);
    });
  }
});
