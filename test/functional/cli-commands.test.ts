/**
 * Goal: the commands that run no node say what the original's README says, and end with the right
 * code. Method: the built program as real processes in folders of their own, without any network.
 */
import {
  chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
  symlinkSync, writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PARAMETER_NAMES } from '../../src/cli/parameters.ts';
import { Program } from './support.ts';
import type { Finished } from './support.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const HEADER = [
  `Key Name         Balance      Pending      Address${' '.repeat(57)}`,
  `---------------- ------------ ------------ ${'-'.repeat(64)}`,
];
/** Ed25519 keys are made at once; RSA has tests of its own. */
const FAST = 'key_type=ed25519';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function mvb(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const { PATH, HOME, SystemRoot } = process.env;
  return await new Program(folder, args, { PATH, HOME, SystemRoot, ...more }).finished;
}

/** A command that must fail with this code, and says so on stderr only. */
async function failure(
  expected: number,
  args: readonly string[],
  more?: NodeJS.ProcessEnv,
): Promise<string> {
  const { code, stdout, stderr } = await mvb(args, more);
  expect({ code, stdout }, stderr).toEqual({ code: expected, stdout: '' });
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr;
}

describe('mvb wallet', () => {
  test('says how it is used, in the words of the README', async () => {
    expect(await mvb(['wallet'])).toEqual({
      code: 2,
      stdout: 'INFO: Usage: mvb wallet \n'
        + '        (new-address <address name> | list-addresses | '
        + 'send <from address> <amount> <to address> | sync)\n',
      stderr: '',
    });
  });

  test.each([
    [['wallet', 'list-adresses'], 'Did you mean list-addresses?'],
    [['walet'], 'Did you mean wallet?'],
    [['wallet', 'new-address'], 'Missing required argument'],
    [['wallet', 'new-address', 'a', 'b'], 'Too many arguments'],
    [['wallet', 'list-addresses', '--jsn'], 'Did you mean --json?'],
    [['wallet', 'list-addresses', '--key-siz', '1'], 'Did you mean --key_size?'],
    [['block', 'xyz'], 'There is no blockchain'],
  ])('%j is wrong use, with a hint', async (args, words) => {
    const code = words.startsWith('There') ? 4 : 2;
    expect(await failure(code, args)).toContain(words);
  });
});

describe('new-address', () => {
  test('makes a key that only its owner can read, and says the README\'s words', async () => {
    const { code, stdout, stderr } = await mvb(['wallet', 'new-address', 'robs-address']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp('^INFO: Generated key \\[robs-address\\] with address '
      + '[0-9a-f]{64}\\. \\nKey saved in \\./robs-address\\.pem\\n$'));
    const file = join(folder, 'robs-address.pem');
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
    expect(readdirSync(folder)).toEqual(['robs-address.pem']);
  });

  test('never overwrites a key', async () => {
    await mvb(['wallet', 'new-address', 'alice', FAST]);
    const before = readFileSync(join(folder, 'alice.pem'));
    expect(await failure(4, ['wallet', 'new-address', 'alice', FAST]))
      .toContain('Error: The file alice.pem exists already.');
    expect(readFileSync(join(folder, 'alice.pem'))).toEqual(before);
  });

  test('lets one of several at once have the name', async () => {
    const args = ['wallet', 'new-address', 'alice', FAST];
    const all = await Promise.all([mvb(args), mvb(args), mvb(args)]);
    expect(all.map(({ code }) => code).sort()).toEqual([0, 4, 4]);
    const winner = all.find(({ code }) => code === 0)!;
    const [, address] = /address ([0-9a-f]{64})/.exec(winner.stdout)!;
    expect((await mvb(['wallet', 'list-addresses'])).stdout).toContain(address!);
  });

  test.each([
    '../x', '/tmp/x', '..', '', 'a b', 'a\nb', 'CON', 'ä', 'x'.repeat(300), 'ab'.repeat(32),
  ])('refuses the name %j and writes nothing', async (name) => {
    const said = await failure(2, ['wallet', 'new-address', '--', name]);
    expect(said).toContain('cannot name a key');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses a name with an escape in it without sending the escape on', async () => {
    const said = await failure(2, ['wallet', 'new-address', 'a\u001b]0;x\u0007b']);
    expect(said).not.toMatch(/[\u0007\u001b]/);
  });

  test('warns of a weak key, and refuses a weaker one', async () => {
    const { code, stderr } = await mvb(['wallet', 'new-address', 'weak', 'key_size=1024']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Warning: a key of 1024 bits is weak/);
    const said = await failure(2, ['wallet', 'new-address', 'weaker', 'key_size=512']);
    expect(said).toContain('key_size must be');
  });

  test('encrypts with the passphrase of a file, and never with an empty one', async () => {
    writeFileSync(join(folder, 'secret'), 'correct horse\nmore\n');
    const args = ['wallet', 'new-address', 'alice', FAST, '--passphrase-file'];
    expect((await mvb([...args, 'secret'])).code).toBe(0);
    const text = readFileSync(join(folder, 'alice.pem'), 'utf8');
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    writeFileSync(join(folder, 'empty'), '\n');
    expect(await failure(4, ['wallet', 'new-address', 'bob', FAST, '--passphrase-file', 'empty']))
      .toContain('is empty');
    expect(await failure(4, ['wallet', 'new-address', 'bob', FAST, '--passphrase-file', 'none']))
      .toContain('no such file');
    expect(existsSync(join(folder, 'bob.pem'))).toBe(false);
  });

  test('with --json is one value', async () => {
    const options = [FAST, '--json', '--data-dir', 'deep/er'];
    const { stdout } = await mvb(['wallet', 'new-address', 'alice', ...options]);
    expect(JSON.parse(stdout)).toEqual({
      ok: true, name: 'alice', address: expect.stringMatching(/^[0-9a-f]{64}$/),
      path: './deep/er/alice.pem', encrypted: false,
    });
    expect(existsSync(join(folder, 'deep/er/alice.pem'))).toBe(true);
  });
});

describe('list-addresses', () => {
  test('of a folder without a blockchain shows keys with nothing', async () => {
    const made = await mvb(['wallet', 'new-address', 'alice', FAST]);
    const [, address] = /address ([0-9a-f]{64})/.exec(made.stdout)!;
    const { code, stdout, stderr } = await mvb(['wallet', 'list-addresses']);
    expect(code).toBe(0);
    expect(stdout).toBe([
      ...HEADER, `alice                       0    +0.000000 ${address}`, '', '',
    ].join('\n'));
    expect(stderr).toContain('No blockchain here yet');
  });

  test('never cuts a long name', async () => {
    const name = 'a-name-that-is-longer-than-its-column';
    await mvb(['wallet', 'new-address', name, FAST]);
    const { stdout } = await mvb(['wallet', 'list-addresses']);
    expect(stdout).toMatch(new RegExp(`^${name}            0    \\+0\\.000000 [0-9a-f]{64}$`, 'm'));
  });

  test('without a key is a table without a row', async () => {
    const { code, stdout, stderr } = await mvb(['wallet', 'list-addresses']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: [...HEADER, '', ''].join('\n') });
    expect(stderr).toContain('mvb wallet new-address');
  });

  test('warns of files that are no keys, and lists the others', async () => {
    await mvb(['wallet', 'new-address', 'alice', FAST]);
    chmodSync(join(folder, 'alice.pem'), 0o644);
    writeFileSync(join(folder, 'junk.pem'), 'no key');
    symlinkSync('/dev/zero', join(folder, 'link.pem'));
    mkdirSync(join(folder, 'folder.pem'));
    const { code, stdout, stderr } = await mvb(['wallet', 'list-addresses']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('alice'))).toHaveLength(1);
    for (const name of ['junk.pem', 'link.pem', 'folder.pem']) {
      expect(stderr).toContain(`${name} is left out`);
    }
    expect(stderr).toContain('alice.pem');
  });

  test('with --json gives money as text', async () => {
    await mvb(['wallet', 'new-address', 'alice', FAST]);
    const { stdout } = await mvb(['--json', 'wallet', 'list-addresses']);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true, height: null, addresses: [{ name: 'alice', balance: '0', pending: '+0.000000' }],
    });
  });
});

describe('parameters', () => {
  const valueOf = (stdout: string, name: string): unknown =>
    (JSON.parse(stdout) as { parameters: { name: string; value: string; source: string }[] })
      .parameters.find((one) => one.name === name);

  test('come from file, environment and command line, and the last wins', async () => {
    writeFileSync(join(folder, 'mvb.toml'), 'key_size = 1024\nblock_size = 2\ntag = "here"\n');
    const environment = { MVB_KEY_SIZE: '3072', MVB_BLOCK_SIZE: '3' };
    const { stdout } = await mvb(['config', '--json', 'key_size=4096'], environment);
    expect(valueOf(stdout, 'key_size')).toMatchObject({ value: '4096', source: 'command line' });
    expect(valueOf(stdout, 'block_size')).toMatchObject({ value: '3', source: 'environment' });
    expect(valueOf(stdout, 'tag')).toMatchObject({ value: 'here', source: 'file' });
    expect(valueOf(stdout, 'difficulty')).toMatchObject({ value: '26', source: 'default' });
  });

  test('may be written in each of four ways', async () => {
    for (const args of [
      ['key_size=4096'], ['--key_size', '4096'], ['--key_size=4096'], ['--key-size', '4096'],
    ]) {
      const { stdout } = await mvb(['config', '--json', ...args]);
      expect(valueOf(stdout, 'key_size'), args.join(' ')).toMatchObject({ value: '4096' });
    }
  });

  test('that are folders show the folder that is used', async () => {
    const { stdout } = await mvb(['config']);
    expect(stdout).toMatch(/^blockchain_store +blockchain /m);
    expect(stdout).toMatch(/^key_store_dir +\. /m);
  });

  test('are read from the file after --config', async () => {
    writeFileSync(join(folder, 'other.toml'), 'key_size = 3072\n');
    const { stdout } = await mvb(['config', '--json', '--config', 'other.toml']);
    expect(valueOf(stdout, 'key_size')).toMatchObject({ value: '3072', source: 'file' });
    expect(await failure(2, ['config', '--config', 'none.toml'])).toContain('no file none.toml');
  });

  test('are all in the help', async () => {
    const { code, stdout } = await mvb(['--help']);
    expect(code).toBe(0);
    for (const name of PARAMETER_NAMES) expect(stdout).toContain(`\n  ${name}`);
  });

  test.each([
    ['dificulty=3', 'Did you mean difficulty?'],
    ['difficulty=', 'difficulty must be'],
    ['difficulty=1=2', 'difficulty must be a whole number from 0 to 255, not "1=2"'],
    ['max_block_bytes=1000', 'max_block_bytes must be'],
  ])('%s is refused', async (word, words) => {
    expect(await failure(2, ['config', word])).toContain(words);
  });

  test('with a name that nobody knows are refused in the environment too', async () => {
    const said = await failure(2, ['config'], { MVB_BLOCKSIZE: '3' });
    expect(said).toContain('Did you mean MVB_BLOCK_SIZE?');
  });
});

describe('send', () => {
  const damage = (): string => {
    const file = join(folder, 'blockchain', 'data.mdb');
    mkdirSync(join(folder, 'blockchain'));
    writeFileSync(file, 'junk'.repeat(4096));
    return file;
  };

  test('never sets a damaged store aside: what waits may be in it', async () => {
    await mvb(['wallet', 'new-address', 'alice', FAST]);
    const file = damage();
    const said = await failure(4, ['wallet', 'send', 'alice', '1', 'alice']);
    expect(said).toContain('is damaged');
    expect(said).toContain('Next: mvb wallet sync\n');
    expect(readFileSync(file, 'utf8')).toMatch(/^junk/);
    expect(readdirSync(join(folder, 'blockchain')).filter((name) => name.includes('bad')))
      .toEqual([]);
  });

  test('says what is wrong with a key file of that name', async () => {
    writeFileSync(join(folder, 'alice.pem'), 'no key');
    const said = await failure(4, ['wallet', 'send', 'alice', '1', 'ab'.repeat(32)]);
    expect(said).toContain('alice.pem cannot be used: it holds no private key');
    const { stderr } = await mvb(['wallet', 'list-addresses']);
    expect(stderr).not.toContain('No keys');
  });

  test.each([
    ['1', 'a'.repeat(63), 'This has 63 of the 64 digits of an address.'],
    ['1', 'a'.repeat(65), 'This has 65 digits, and an address has 64.'],
    ['9'.repeat(20), 'alice', 'The greatest amount is '],
    ['1', 'bob', '"bob" is not one of your keys.'],
  ])('of %s to %s says what is wrong', async (amount, to, words) => {
    await mvb(['wallet', 'new-address', 'alice', FAST]);
    expect(await failure(2, ['wallet', 'send', 'alice', amount, to])).toContain(words);
  });
});

test('a miner whose --reward-to is nobody founds nothing', async () => {
  const said = await failure(2, ['miner', '--reward-to', 'nokey']);
  expect(said).toContain('"nokey" is not one of your keys.');
  expect(readdirSync(folder)).toEqual([]);
});

describe('errors', () => {
  test('name the data directory in the next command', async () => {
    expect(await failure(4, ['block', '1', '--data-dir', 'lab']))
      .toContain('mvb miner --data-dir lab\n');
    expect(await failure(2, ['wallet', 'history', 'nokey', '--data-dir', 'lab']))
      .toContain('Next: mvb wallet list-addresses --data-dir lab\n');
    const { stderr } = await mvb(['status'], { npm_command: 'exec' });
    expect(stderr).toContain(': npx mvb miner\n');
  });

  test('of a store that may not be read do not call it absent', async () => {
    // What root may not either: a link that leads round in a circle.
    symlinkSync('blockchain', join(folder, 'blockchain'));
    expect(await failure(4, ['wallet', 'list-addresses'])).toContain('Cannot read the store in');
  });

  test('without a blockchain name the next command', async () => {
    for (const args of [['status'], ['block', '1'], ['payment', 'abcdef'], ['verify']]) {
      const said = await failure(4, args);
      expect(said).toContain('There is no blockchain in blockchain.');
      expect(said).toContain('Next: start one, or join one: mvb miner');
    }
  });

  test.each([
    [['status'], 4, 'NO_BLOCKCHAIN'],
    [['wallet'], 2, 'USAGE'],
    [['config', 'dificulty=1'], 2, 'UNKNOWN_PARAMETER'],
    [['config', 'difficulty=x'], 2, 'BAD_VALUE'],
    [['nonsense'], 2, 'USAGE'],
    [['wallet', 'new-address', '../x'], 2, 'KEY_BAD_NAME'],
  ])('of %j with --json are one value', async (args, code, name) => {
    const finished = await mvb([...args, '--json']);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toBe('');
    expect(JSON.parse(finished.stdout)).toMatchObject({
      ok: false, code: name, message: expect.any(String), next: expect.any(String),
    });
  });

  test('have colour only when it is asked for, since no stream here is a terminal', async () => {
    const plain = await mvb(['status']);
    expect(plain.stderr).not.toContain('\u001b');
    const coloured = await mvb(['status', '--color', 'always']);
    expect(coloured.stderr).toContain('\u001b[31mError:');
    expect((await mvb(['status', '--color', 'sometimes'])).code).toBe(2);
  });

  test('show their causes with --verbose only', async () => {
    writeFileSync(join(folder, 'mvb.toml'), 'network = lab\n');
    expect(await failure(4, ['config'])).not.toContain('Cause:');
    const { stderr } = await mvb(['config', '--verbose']);
    expect(stderr).toContain('Cause:');
  });

  test('of a closed pipe are none', async () => {
    const child = spawn(process.execPath, [MAIN, '--help'], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });
});

test('--version is the package\'s', async () => {
  const file = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  expect((await mvb(['--version'])).stdout).toBe(`${version}\n`);
});
