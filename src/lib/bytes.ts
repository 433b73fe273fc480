/**
 * Bytes and their text form. Owns: joining, comparing, hexadecimal, ASCII.
 * Does not own: the layout of anything (`lib/codec.ts` reads and writes fields, rooms own formats).
 */

/** The ASCII codes of the hexadecimal digits, by their values. */
const CODE_OF_VALUE = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** The value of each lower-case hexadecimal digit, by its ASCII code; 0xff for any other. */
const VALUE_OF_CODE = new Uint8Array(128).fill(0xff);
for (const [value, code] of CODE_OF_VALUE.entries()) VALUE_OF_CODE[code] = value;

/** Ids and addresses are what is made into text most often: they share their memory. */
const ID_BYTES = 32;
const idCodes = new Uint8Array(2 * ID_BYTES);

/** What a number holds exactly. */
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** How many characters are made into text at once. */
const CHUNK_LENGTH = 1_024;

/** One character for each byte, its code: a text that is equal when the bytes are. */
export function bytesToText(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK_LENGTH) return textOfCodes(bytes);
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK_LENGTH) {
    text += textOfCodes(bytes.subarray(start, start + CHUNK_LENGTH));
  }
  return text;
}

/**
 * The text of an id, with each code an argument: a list of them would be made by `apply` and thrown
 * away, 500 bytes for 64 characters, and takes twice as long.
 */
function textOfIdCodes(c: Uint8Array): string {
  return String.fromCharCode(
    c[0]!, c[1]!, c[2]!, c[3]!, c[4]!, c[5]!, c[6]!, c[7]!,
    c[8]!, c[9]!, c[10]!, c[11]!, c[12]!, c[13]!, c[14]!, c[15]!,
    c[16]!, c[17]!, c[18]!, c[19]!, c[20]!, c[21]!, c[22]!, c[23]!,
    c[24]!, c[25]!, c[26]!, c[27]!, c[28]!, c[29]!, c[30]!, c[31]!,
    c[32]!, c[33]!, c[34]!, c[35]!, c[36]!, c[37]!, c[38]!, c[39]!,
    c[40]!, c[41]!, c[42]!, c[43]!, c[44]!, c[45]!, c[46]!, c[47]!,
    c[48]!, c[49]!, c[50]!, c[51]!, c[52]!, c[53]!, c[54]!, c[55]!,
    c[56]!, c[57]!, c[58]!, c[59]!, c[60]!, c[61]!, c[62]!, c[63]!,
  );
}

/** In one call: text that is put together from pieces has to be joined when it is a map's key. */
function textOfCodes(codes: Uint8Array): string {
  return String.fromCharCode.apply(null, codes as unknown as number[]);
}

/** Lower-case hexadecimal text of the bytes, or of those from `start` to before `end`. */
export function bytesToHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const length = end - start;
  const codes = length === ID_BYTES ? idCodes : new Uint8Array(2 * length);
  for (let index = 0; index < length; index++) {
    const byte = bytes[start + index]!;
    codes[2 * index] = CODE_OF_VALUE[byte >> 4]!;
    codes[2 * index + 1] = CODE_OF_VALUE[byte & 15]!;
  }
  return length === ID_BYTES ? textOfIdCodes(codes) : bytesToText(codes);
}

/** The bytes of lower-case hexadecimal text; undefined when it is anything else. */
export function hexToBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length >> 1);
  return hexInto(bytes, 0, text) ? bytes : undefined;
}

/**
 * Writes the bytes of lower-case hexadecimal text, for which there is room; false when it is
 * anything else.
 */
export function hexInto(bytes: Uint8Array, offset: number, text: string): boolean {
  if (text.length % 2 !== 0) return false;
  let seen = 0;
  for (let index = 0; index < text.length; index += 2) {
    const high = VALUE_OF_CODE[text.charCodeAt(index)] ?? 0xff;
    const low = VALUE_OF_CODE[text.charCodeAt(index + 1)] ?? 0xff;
    seen |= high | low;
    bytes[offset + (index >> 1)] = (high << 4) | low;
  }
  return seen < 16;
}

/** The parts one after the other, in fresh memory. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joinBytes(parts);
}

/** The same of a list, which may be longer than a call's arguments. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Below, at or above zero as `a` comes before, is, or comes after `b`, compared byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[index] !== prefix[index]) return false;
  }
  return true;
}

/** One byte a character; the text must be ASCII, which its writer knows. */
export function asciiToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index) & 0x7f;
  return bytes;
}

/** The text of printable ASCII (0x20 to 0x7e); undefined when another byte is in it. */
export function bytesToAscii(bytes: Uint8Array): string | undefined {
  return bytes.every((byte) => byte >= 0x20 && byte <= 0x7e) ? bytesToText(bytes) : undefined;
}

/** Writes the low 32 bits of a number as 4 bytes, most significant first. */
export function u32Into(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Writes a non-negative integer that a number holds exactly, as 8 bytes. */
export function u64Into(bytes: Uint8Array, offset: number, value: number): void {
  u32Into(bytes, offset, Math.floor(value / 0x1_0000_0000));
  u32Into(bytes, offset + 4, value);
}

/** A non-negative integer that a number holds exactly, as 8 bytes. */
export function u64Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  u64Into(bytes, 0, value);
  return bytes;
}

/** Where an integer of 64 bits is laid out: arithmetic with such integers makes garbage. */
const big64 = new DataView(new ArrayBuffer(8));

/** Writes the low 64 bits of an integer as 8 bytes. */
export function big64Into(bytes: Uint8Array, offset: number, value: bigint): void {
  big64.setBigUint64(0, value);
  u32Into(bytes, offset, big64.getUint32(0));
  u32Into(bytes, offset + 4, big64.getUint32(4));
}

/** The unsigned integer that the bytes spell, most significant byte first. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`);
}

/** `length` bytes, most significant first. The value must fit, which the caller knows. */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  if (value >= 0n && value <= SAFE_MAX && length >= 8) {
    const small = new Uint8Array(length);
    u64Into(small, length - 8, Number(value));
    return small;
  }
  const bytes = hexToBytes(value.toString(16).padStart(2 * length, '0'));
  if (bytes === undefined || bytes.length !== length) throw new RangeError('integer does not fit');
  return bytes;
}

/** Zero bits at the beginning of what these digits spell. */
export function zeroBitsOf(hex: string): number {
  const digits = /^0*/.exec(hex)![0].length;
  if (digits === hex.length) return 4 * digits;
  return 4 * digits + Math.clz32(Number.parseInt(hex[digits]!, 16)) - 28;
}
