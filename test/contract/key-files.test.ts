/**
 * Goal: no key is lost, overwritten, shown, or hidden by another file (threats rows 93 to 101).
 * Method: real files in a directory of our own, creations that race, and `openssl` as another
 * reader.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
  symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKeyKind } from '../../src/crypto/keys.ts';
import {
  KeyFileError, createKeyFile, listKeyFiles, openSigner,
} from '../../src/platform/key-files.ts';
import type { KeyFile } from '../../src/platform/key-files.ts';
import { createOpensslVerifier } from '../../src/platform/openssl-verifier.ts';

const root = mkdtempSync(join(tmpdir(), 'mvb-keys-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const freshDirectory = (): string => join(root, `keys-${count++}`);
const ed25519 = { type: 'ed25519' } as const;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const message = Uint8Array.of(1, 2, 3);

async function errorOf(promise: Promise<unknown>): Promise<KeyFileError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof KeyFileError)) throw new Error(`not a KeyFileError: ${String(error)}`);
  return error;
}

async function checkSigns(keyFile: KeyFile, passphrase?: string): Promise<void> {
  const signer = await openSigner(keyFile, passphrase);
  const signature = signer.sign(message);
  expect(signer.key).toEqual(keyFile.publicKey);
  expect(createOpensslVerifier().verify({ key: signer.key, message, signature })).toBe(true);
}

describe('createKeyFile', () => {
  it('makes keys of each kind that sign, and lists them by name', async () => {
    const directory = freshDirectory();
    const bob = await createKeyFile(directory, 'bob', { type: 'rsa', bits: 1024 });
    const alice = await createKeyFile(directory, 'alice', ed25519);
    expect(publicKeyKind(bob.publicKey)).toEqual({ algorithm: 'rsa', bits: 1024 });
    expect(publicKeyKind(alice.publicKey)).toEqual({ algorithm: 'ed25519' });
    expect(await listKeyFiles(directory)).toEqual({ keys: [alice, bob], skipped: [] });
    await checkSigns(alice);
    await checkSigns(bob);
    expect(readdirSync(directory).sort()).toEqual(['alice.pem', 'bob.pem']);
  });

  it('writes a file that only its owner may read, whatever the umask', async () => {
    for (const umask of [0o000, 0o777]) {
      const directory = freshDirectory();
      mkdirSync(directory);
      const before = process.umask(umask);
      try {
        const { path } = await createKeyFile(directory, 'alice', ed25519);
        expect(lstatSync(path).mode & 0o777).toBe(0o600);
      } finally {
        process.umask(before);
      }
    }
  });

  it('refuses names that are no names, and RSA sizes that the chain refuses', async () => {
    const directory = freshDirectory();
    for (const name of ['', '..', '../x', '-rf', 'a\n', 'CON', 'f'.repeat(64)]) {
      expect((await errorOf(createKeyFile(directory, name, ed25519))).code).toBe('bad-name');
    }
    for (const bits of [512, 1023, 2047, 8192, 0, Number.NaN]) {
      await errorOf(createKeyFile(directory, 'x', { type: 'rsa', bits }));
    }
    await errorOf(createKeyFile(directory, 'x', { type: 'rsa' }));
    expect(existsSync(directory)).toBe(false);
  });

  it('lets exactly one of several racing creations succeed, and keeps that key', async () => {
    for (let round = 0; round < 20; round++) {
      const directory = freshDirectory();
      const results = await Promise.allSettled(
        Array.from({ length: 4 }, () => createKeyFile(directory, 'alice', ed25519)));
      const made = results.filter((result) => result.status === 'fulfilled');
      expect(made.length).toBe(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'exists' });
      }
      expect((await listKeyFiles(directory)).keys).toEqual([made[0]!.value]);
      expect(readdirSync(directory)).toEqual(['alice.pem']);
    }
  });

  it('lets exactly one of several racing processes succeed', async () => {
    const directory = freshDirectory();
    const script = `import { createKeyFile } from '${join(import.meta.dirname,
      '../../dist/platform/key-files.js')}';
      const race = Array.from({ length: 3 }, (_, index) => index);
      for (const index of race) {
        await createKeyFile('${directory}', 'k' + index, { type: 'ed25519' })
          .then(() => console.log('made'), (error) => console.log(error.code));
      }`;
    const outputs = await Promise.all(Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      let text = '';
      for await (const chunk of child.stdout) text += String(chunk);
      return text.trim().split('\n');
    }));
    const lines = outputs.flat();
    expect(lines.filter((line) => line === 'made').length).toBe(3);
    expect(lines.filter((line) => line === 'exists').length).toBe(6);
    expect((await listKeyFiles(directory)).keys.length).toBe(3);
  });

  it('overwrites nothing and follows no link', async () => {
    const directory = freshDirectory();
    mkdirSync(directory);
    const target = join(root, `target-${count++}`);
    symlinkSync(target, join(directory, 'dangling.pem'));
    symlinkSync('/dev/null', join(directory, 'device.pem'));
    mkdirSync(join(directory, 'folder.pem'));
    writeFileSync(join(directory, 'empty.pem'), '');
    for (const name of ['dangling', 'device', 'folder', 'empty']) {
      expect((await errorOf(createKeyFile(directory, name, ed25519))).code).toBe('exists');
    }
    expect(existsSync(target)).toBe(false);
    expect(readFileSync(join(directory, 'empty.pem'), 'utf8')).toBe('');
    const { keys, skipped } = await listKeyFiles(directory);
    expect(keys).toEqual([]);
    expect(skipped.length).toBe(4);
  });

  it('tells why it cannot write, and leaves nothing', async () => {
    const file = freshDirectory();
    writeFileSync(file, 'x');
    const error = await errorOf(createKeyFile(file, 'alice', ed25519));
    expect(error.code).toBe('unwritable');
    expect(error.cause).toBeDefined();
    const listError = await errorOf(listKeyFiles(file));
    expect(listError.code).toBe('unreadable');
  });
});

describe('listKeyFiles', () => {
  it('is empty for a directory that is not there', async () => {
    expect(await listKeyFiles(freshDirectory())).toEqual({ keys: [], skipped: [] });
  });

  it('skips what is no key of ours, with a reason, and shows the rest', async () => {
    const directory = freshDirectory();
    const good = await createKeyFile(directory, 'good', ed25519);
    const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const odd = generateKeyPairSync('rsa', { modulusLength: 1032 });
    const three = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
    const traditional = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const files: Record<string, string | Buffer> = {
      junk: 'hello', empty: '', binary: Buffer.alloc(3_000, 0xff),
      huge: Buffer.alloc(100_000, 65),
      certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      ec: ec.privateKey.export(pkcs8) as string,
      odd: odd.privateKey.export(pkcs8) as string,
      three: three.privateKey.export(pkcs8) as string,
      public: createPublicKey(traditional).export({ type: 'spki', format: 'pem' }) as string,
      pkcs1: traditional.export({ type: 'pkcs1', format: 'pem' }) as string,
      cut: readFileSync(good.path, 'utf8').slice(0, 80),
      '-rf': readFileSync(good.path, 'utf8'),
      foreign: traditional.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }) as string,
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, `${name}.pem`), content, { mode: 0o600 });
    }
    symlinkSync(good.path, join(directory, 'link.pem'));
    spawnSync('mkfifo', [join(directory, 'pipe.pem')]);
    writeFileSync(join(directory, 'notes.txt'), 'not a key');
    const { keys, skipped } = await listKeyFiles(directory);
    expect(keys).toEqual([good]);
    const pipes = existsSync(join(directory, 'pipe.pem')) ? 1 : 0;
    expect(skipped.length).toBe(Object.keys(files).length + 1 + pipes);
    for (const { reason } of skipped) expect(reason).toMatch(/^(it|its name|the chain) /);
  });

  it('warns of a file that others can read, and uses it', async () => {
    const directory = freshDirectory();
    const { path } = await createKeyFile(directory, 'alice', ed25519);
    chmodSync(path, 0o644);
    const { keys } = await listKeyFiles(directory);
    expect(keys[0]!.warnings.length).toBe(1);
    await checkSigns(keys[0]!);
  });
});

describe('encrypted keys', () => {
  const passphrase = 'correct horse ✓ "battery"';

  it('are listed without their passphrase and sign with it', async () => {
    const directory = freshDirectory();
    for (const options of [ed25519, { type: 'rsa', bits: 1024 } as const]) {
      const made = await createKeyFile(directory, options.type, { ...options, passphrase });
      expect(made.isEncrypted).toBe(true);
      await checkSigns(made, passphrase);
    }
    const { keys } = await listKeyFiles(directory);
    expect(keys.map(({ name }) => name)).toEqual(['ed25519', 'rsa']);
    for (const keyFile of keys) await checkSigns(keyFile, passphrase);
  });

  it('tell a missing from a wrong passphrase and are not damaged by either', async () => {
    const directory = freshDirectory();
    const made = await createKeyFile(directory, 'alice', { ...ed25519, passphrase });
    const before = readFileSync(made.path);
    expect((await errorOf(openSigner(made))).code).toBe('passphrase-needed');
    expect((await errorOf(openSigner(made, ''))).code).toBe('passphrase-needed');
    for (const wrong of ['x', `${passphrase} `, passphrase.toUpperCase(), 'y'.repeat(5_000)]) {
      expect((await errorOf(openSigner(made, wrong))).code).toBe('wrong-passphrase');
    }
    expect(readFileSync(made.path)).toEqual(before);
    for (const bad of ['', 'z'.repeat(1_001)]) {
      await errorOf(createKeyFile(directory, 'bob', { ...ed25519, passphrase: bad }));
    }
  });

  it('refuse a public block that belongs to another key', async () => {
    const directory = freshDirectory();
    const alice = await createKeyFile(directory, 'alice', { ...ed25519, passphrase });
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    const text = readFileSync(alice.path, 'utf8');
    const at = text.indexOf('-----BEGIN PUBLIC KEY-----');
    writeFileSync(alice.path, text.slice(0, at) + String(other));
    const [listed] = (await listKeyFiles(directory)).keys;
    expect((await errorOf(openSigner(listed!, passphrase))).code).toBe('not-a-key');
  });

  it.skipIf(!hasOpenssl)('are read by openssl, as plain ones are', async () => {
    const directory = freshDirectory();
    for (const secret of [undefined, passphrase]) {
      for (const options of [ed25519, { type: 'rsa', bits: 1024 } as const]) {
        const name = `${options.type}-${secret === undefined ? 'plain' : 'encrypted'}`;
        const made = await createKeyFile(directory, name, {
          ...options, ...(secret === undefined ? {} : { passphrase: secret }),
        });
        const result = spawnSync('openssl',
          ['pkey', '-in', made.path, '-passin', 'env:SECRET', '-pubout'],
          { env: { ...process.env, SECRET: secret ?? '' } });
        expect(String(result.stderr)).toBe('');
        const ours = createPublicKey(createPrivateKey({
          key: readFileSync(made.path), passphrase: secret ?? '',
        })).export({ type: 'spki', format: 'pem' });
        expect(String(result.stdout)).toBe(ours);
      }
    }
  });

  it('show no secret in what is printed of them', async () => {
    const directory = freshDirectory();
    const made = await createKeyFile(directory, 'alice', ed25519);
    const secret = readFileSync(made.path, 'utf8').split('\n')[1]!.slice(-40);
    writeFileSync(join(directory, 'cut.pem'), readFileSync(made.path, 'utf8').slice(0, 90));
    const signer = await openSigner(made);
    const listed = await listKeyFiles(directory);
    const wrong = await errorOf(openSigner({ ...made, publicKey: new Uint8Array(33) }));
    const texts = [made, signer, listed, wrong].map((value) => inspect(value, { depth: 9 }));
    for (const text of texts) expect(text).not.toContain(secret);
    expect(JSON.stringify(signer)).not.toContain(secret);
  });
});
