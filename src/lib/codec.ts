/**
 * Fields to bytes and back: big-endian integers, fixed and length-prefixed bytes.
 *
 * Owns: reading without ever throwing or reading past the end.
 * Does not own: any format; the rooms that have formats say which fields follow each other, and
 * which values are allowed.
 */
import { assert } from './assert.ts';
import { big64Into, bytesToHex, hexInto, u32Into, u64Into } from './bytes.ts';

/**
 * Collects fields. It grows as needed; `finish` gives the bytes in memory of their own, and is the
 * last call.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  u8(value: number): this {
    const offset = this.#take(1);
    this.#bytes[offset] = value;
    return this;
  }

  u16(value: number): this {
    assert(value >= 0 && value <= 0xffff);
    const offset = this.#take(2);
    this.#bytes[offset] = value >>> 8;
    this.#bytes[offset + 1] = value;
    return this;
  }

  u32(value: number): this {
    assert(value >= 0 && value <= 0xffff_ffff);
    const offset = this.#take(4);
    u32Into(this.#bytes, offset, value);
    return this;
  }

  /** A non-negative integer that a number holds exactly, in 8 bytes. */
  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0);
    const offset = this.#take(8);
    u64Into(this.#bytes, offset, value);
    return this;
  }

  big64(value: bigint): this {
    assert(value >= 0n && value < 1n << 64n);
    const offset = this.#take(8);
    big64Into(this.#bytes, offset, value);
    return this;
  }

  bytes(value: Uint8Array): this {
    const offset = this.#take(value.length);
    this.#bytes.set(value, offset);
    return this;
  }

  /** Hexadecimal text as the bytes that it spells. */
  hex(value: string): this {
    const offset = this.#take(value.length >> 1);
    assert(hexInto(this.#bytes, offset, value));
    return this;
  }

  /** Bytes behind their count in one byte. */
  short(value: Uint8Array): this {
    assert(value.length <= 0xff);
    return this.u8(value.length).bytes(value);
  }

  /** Bytes behind their count in two bytes. */
  long(value: Uint8Array): this {
    return this.u16(value.length).bytes(value);
  }

  finish(): Uint8Array {
    if (this.#length === this.#bytes.length) return this.#bytes;
    return this.#bytes.slice(0, this.#length);
  }

  /** Makes room; callers read `#bytes` only afterwards, since growing replaces it. */
  #take(count: number): number {
    const offset = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    return offset;
  }
}

/**
 * Reads fields. What is not there reads as zeros and makes `ok` false for good, so that a decoder
 * reads straight on and asks once, at the end. A decoder that loops bounds the count before it
 * does.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;
  #ok = true;

  constructor(bytes: Uint8Array) {
    // A view of one's own: Node's Buffer is a Uint8Array whose `slice` does not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** False once a field was missing or out of its range. */
  get ok(): boolean {
    return this.#ok;
  }

  /** True when every field was there and nothing follows. */
  get complete(): boolean {
    return this.#ok && this.#offset === this.#bytes.length;
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Gives up: the bytes are not what the decoder expects. */
  fail(): void {
    this.#ok = false;
  }

  u8(): number {
    return this.#has(1) ? this.#view.getUint8(this.#offset++) : 0;
  }

  u16(): number {
    if (!this.#has(2)) return 0;
    this.#offset += 2;
    return this.#view.getUint16(this.#offset - 2);
  }

  u32(): number {
    if (!this.#has(4)) return 0;
    this.#offset += 4;
    return this.#view.getUint32(this.#offset - 4);
  }

  /** 8 bytes as a number; one that a number cannot hold exactly fails. */
  u64(): number {
    const high = this.u32();
    const low = this.u32();
    // Small numbers stay what engines keep without memory of its own.
    if (high === 0) return low;
    if (high <= 0x1f_ffff) return high * 0x1_0000_0000 + low;
    this.fail();
    return 0;
  }

  big64(): bigint {
    if (!this.#has(8)) return 0n;
    this.#offset += 8;
    return this.#view.getBigUint64(this.#offset - 8);
  }

  /** A copy of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    if (!this.#has(count)) return new Uint8Array(0);
    this.#offset += count;
    return this.#bytes.slice(this.#offset - count, this.#offset);
  }

  /** Passes over the next `count` bytes, and gives the offset after them. */
  skip(count: number): number {
    if (this.#has(count)) this.#offset += count;
    return this.#offset;
  }

  /** Passes over bytes behind their count in two bytes, and gives the count. */
  skipLong(): number {
    const count = this.u16();
    if (!this.#has(count)) return 0;
    this.#offset += count;
    return count;
  }

  /** The next `count` bytes as hexadecimal text. */
  hex(count: number): string {
    if (!this.#has(count)) return '00'.repeat(Math.min(count, 64));
    this.#offset += count;
    return bytesToHex(this.#bytes, this.#offset - count, this.#offset);
  }

  short(): Uint8Array {
    return this.bytes(this.u8());
  }

  long(): Uint8Array {
    return this.bytes(this.u16());
  }

  /** What was read since `start`, an earlier `offset`, in the memory that it was read from. */
  viewSince(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#offset);
  }

  #has(count: number): boolean {
    if (this.#ok && this.remaining >= count) return true;
    this.#ok = false;
    return false;
  }
}
