/**
 * `mvb wallet new-address <name>`: a new key, and the address to pay it at.
 * Owns: the README's message.
 * Does not own: making and saving keys (`platform/key-files.ts`).
 */
import { addressOf } from '../../consensus/encoding.ts';
import { createKeyFile } from '../../platform/key-files.ts';
import type { CommandContext } from '../context.ts';
import { readPassphrase, shownPath, withKeyErrors } from '../keys.ts';

/** Below this an attacker with much money may find the private key. */
const SAFE_BITS_MIN = 2048;

export async function run({ arguments: words, options, config, output }: CommandContext) {
  const name = words[0]!;
  const { key_type: type, key_size: bits } = config.values;
  const isWeak = type === 'rsa' && bits < SAFE_BITS_MIN;
  const file = options['passphraseFile'];
  const passphrase = typeof file === 'string' ? readPassphrase(file) : undefined;
  const key = await withKeyErrors(() => createKeyFile(
    config.keyDir, name, { type, bits, ...(passphrase === undefined ? {} : { passphrase }) },
  ));
  if (isWeak) output.warn(`a key of ${bits} bits is weak: use it for play money only.`);
  const address = addressOf(key.publicKey);
  const path = shownPath(config, name);
  // The README's text, with the space at the end of its first line.
  output.result(
    `INFO: Generated key [${name}] with address ${address}. \nKey saved in ${path}`,
    { name, address, path, encrypted: key.isEncrypted },
  );
}
