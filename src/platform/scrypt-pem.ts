/**
 * Encrypted private keys: PKCS#8 in a PBES2 envelope with scrypt and AES-256-CBC (RFC 7914 section
 * 7, RFC 8018 appendix A.4), as `openssl pkcs8 -scrypt` writes.
 *
 * Owns: writing the envelope. Node's own export is PBKDF2 with 2,048 rounds, which cannot be
 * raised.
 * Does not own: reading it, which Node and `openssl pkey` do.
 */
import { createCipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * OpenSSL refuses to read what takes more than 32 MiB, which is 128 * N * r and a little more: so N
 * stays at 2^14, and p makes up for it. OWASP's Password Storage Cheat Sheet asks for p >= 5 at
 * this N.
 */
const SCRYPT_N = 2 ** 14;
const SCRYPT_R = 8;
const SCRYPT_P = 8;
const SCRYPT_MEMORY_BYTES_MAX = 64 * 1024 * 1024;
const SALT_BYTES = 16;
const IV_BYTES = 16;
const KEY_BYTES = 32;
const PEM_LINE_LENGTH = 64;

const OID_PBES2 = [1, 2, 840, 113549, 1, 5, 13];
const OID_SCRYPT = [1, 3, 6, 1, 4, 1, 11591, 4, 11];
const OID_AES_256_CBC = [2, 16, 840, 1, 101, 3, 4, 1, 42];

const scryptAsync = promisify<
  Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer
>(scrypt);

/** The PEM text `ENCRYPTED PRIVATE KEY` of a PKCS#8 DER. Takes about 0.4 s of a worker thread. */
export async function encryptPrivateKey(pkcs8: Uint8Array, passphrase: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const options = { N: SCRYPT_N, r: SCRYPT_R, p: SCRYPT_P, maxmem: SCRYPT_MEMORY_BYTES_MAX };
  const key = await scryptAsync(Buffer.from(passphrase, 'utf8'), salt, KEY_BYTES, options);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const derivation = sequence(objectId(OID_SCRYPT), sequence(
    octets(salt), integer(SCRYPT_N), integer(SCRYPT_R), integer(SCRYPT_P),
  ));
  const encryption = sequence(objectId(OID_AES_256_CBC), octets(iv));
  const algorithm = sequence(objectId(OID_PBES2), sequence(derivation, encryption));
  return pem('ENCRYPTED PRIVATE KEY', sequence(algorithm, octets(encrypted)));
}

function pem(label: string, der: Uint8Array): string {
  const text = Buffer.from(der).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += PEM_LINE_LENGTH) {
    lines.push(text.slice(at, at + PEM_LINE_LENGTH));
  }
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

// DER (X.690), as much of it as the envelope needs.

function element(tag: number, content: Uint8Array): Buffer {
  const length = content.length;
  const head = length < 0x80 ? [length]
    : length < 0x100 ? [0x81, length]
      : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...head), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function octets(bytes: Uint8Array): Buffer {
  return element(0x04, bytes);
}

/** A positive integer below 2^31. */
function integer(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  // The first bit is the sign.
  if (bytes[0]! >= 0x80) bytes.unshift(0);
  return element(0x02, Uint8Array.from(bytes));
}

function objectId(numbers: readonly number[]): Buffer {
  const [first, second, ...rest] = numbers;
  const bytes = [40 * first! + second!];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let high = number >> 7; high > 0; high >>= 7) digits.unshift(0x80 | (high & 0x7f));
    bytes.push(...digits);
  }
  return element(0x06, Uint8Array.from(bytes));
}
