/**
 * The 116 bytes of a header as fields that one can write into. Pure.
 *
 * Owns: which bytes are which field, and their form as text.
 * Does not own: the encoding itself (`consensus/encoding.ts`, `docs/protocol.md`); a test holds
 * the two together.
 */
import { asciiToBytes, bytesToHex, hexToBytes } from '../../lib/bytes.ts';

export type FieldName =
  | 'version' | 'height' | 'previous_id' | 'merkle_root' | 'time' | 'difficulty' | 'tag' | 'nonce';

export interface Field {
  readonly name: FieldName;
  /** The first byte, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'number' | 'hex' | 'text';
}

export const FIELDS: readonly Field[] = [
  { name: 'version', from: 0, to: 4, kind: 'number' },
  { name: 'height', from: 4, to: 12, kind: 'number' },
  { name: 'previous_id', from: 12, to: 44, kind: 'hex' },
  { name: 'merkle_root', from: 44, to: 76, kind: 'hex' },
  { name: 'time', from: 76, to: 84, kind: 'number' },
  { name: 'difficulty', from: 84, to: 88, kind: 'number' },
  { name: 'tag', from: 88, to: 108, kind: 'text' },
  { name: 'nonce', from: 108, to: 116, kind: 'number' },
];

/** What the bytes of a field say; bytes that are no text are shown as dots. */
export function fieldText(bytes: Uint8Array, { from, to, kind }: Field): string {
  const part = bytes.subarray(from, to);
  if (kind === 'hex') return bytesToHex(part);
  if (kind === 'number') return String(BigInt(`0x${bytesToHex(part)}`));
  const codes = [...part];
  while (codes.at(-1) === 0) codes.pop();
  const isShown = (code: number): boolean => code >= 0x20 && code < 0x7f;
  return codes.map((code) => (isShown(code) ? String.fromCharCode(code) : '·')).join('');
}

/** The header with another text in a field, or undefined when the text does not fit. */
export function withField(bytes: Uint8Array, field: Field, text: string): Uint8Array | undefined {
  const part = fieldBytes(field, text);
  if (part === undefined) return undefined;
  const changed = Uint8Array.from(bytes);
  changed.set(part, field.from);
  return changed;
}

function fieldBytes({ from, to, kind }: Field, text: string): Uint8Array | undefined {
  const size = to - from;
  if (kind === 'hex') return text.length === 2 * size ? hexToBytes(text.toLowerCase()) : undefined;
  if (kind === 'number') {
    if (!/^\d{1,20}$/.test(text)) return undefined;
    const hex = BigInt(text).toString(16);
    return hex.length > 2 * size ? undefined : hexToBytes(hex.padStart(2 * size, '0'));
  }
  if (text.length > size || !/^[\x20-\x7e]*$/.test(text)) return undefined;
  const padded = new Uint8Array(size);
  padded.set(asciiToBytes(text));
  return padded;
}

/** The header with the lowest bit of one byte turned over. */
export function withFlippedBit(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));
}
