/**
 * What a `Store` throws when the world fails it: the disk, the file, or rights to them. Owns: the
 * closed list of codes, which callers switch on.
 * Does not own: what to do about any of them.
 */

/**
 * - `damaged`: what is stored is not what was written. Set the file aside and fetch the chain
 *   again.
 * - `full`: no room on the disk. Nothing changed; the same commit may work later.
 * - `read-only`: the directory or file cannot be written to.
 * - `missing`: there is no store to read.
 * - `failed`: anything else; `cause` has what the operating system said.
 */
export type StoreErrorCode = 'damaged' | 'full' | 'read-only' | 'missing' | 'failed';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
