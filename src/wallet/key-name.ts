/**
 * Names of keys: what a user may call a key, which is also the name of its file.
 * Owns: the allow-list (threats row 94).
 * Does not own: files.
 */

/** The longest name, in characters. */
const KEY_NAME_LENGTH_MAX = 64;

const ALLOWED = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const ADDRESS = /^[0-9A-Fa-f]{64}$/;
/** Windows opens a device for these, whatever follows a dot. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * What is wrong with a name, in words, or undefined when a key may have it: 1 to 64 letters,
 * digits, dots, underscores and hyphens, the first no dot and no hyphen; not the name of a Windows
 * device, and not 64 hexadecimal digits, which are an address.
 */
export function keyNameFault(name: string): string | undefined {
  if (name.length === 0) return 'it is empty';
  if (name.length > KEY_NAME_LENGTH_MAX) {
    return `it is longer than ${KEY_NAME_LENGTH_MAX} characters`;
  }
  if (!ALLOWED.test(name)) {
    return 'only letters, digits, ".", "_" and "-" are allowed, and not "." or "-" first';
  }
  if (ADDRESS.test(name)) return 'it looks like an address';
  if (DEVICE.test(name)) return 'Windows gives this name to a device';
  return undefined;
}

/** Whether a key may have this name. */
export function isKeyName(name: string): boolean {
  return keyNameFault(name) === undefined;
}
