/**
 * The curve of Ed25519 with big integers (RFC 8032 section 5.1), slow and plain, to compute test
 * vectors. Owns: points and their encodings, canonical or not. Does not own: signing; Node does
 * that.
 */

/** The field's prime. */
export const P = (1n << 255n) - 19n;
/** The order of the base point. */
export const L = (1n << 252n) + 27742317777372353535851937790883648493n;

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const NEUTRAL: Point = { x: 0n, y: 1n };

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left % 2n === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

const D = mod(-121_665n * inverse(121_666n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

/** The sum of two points, by the law that holds for every pair of them. */
export function add(a: Point, b: Point): Point {
  const cross = mod(D * mod(a.x * b.x) * mod(a.y * b.y));
  return {
    x: mod((a.x * b.y + b.x * a.y) * inverse(1n + cross)),
    y: mod((a.y * b.y + a.x * b.x) * inverse(1n - cross)),
  };
}

export function multiply(point: Point, scalar: bigint): Point {
  let result = NEUTRAL;
  let addend = point;
  for (let left = scalar; left > 0n; left >>= 1n) {
    if (left % 2n === 1n) result = add(result, addend);
    addend = add(addend, addend);
  }
  return result;
}

/** A point with this y, or undefined when there is none. */
export function pointAt(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(D * mod(y * y) + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_1);
  return mod(x * x) === square ? { x, y } : undefined;
}

/** The base point: its y is 4/5 and its x is even. */
export const BASE: Point = (() => {
  const { x, y } = pointAt(mod(4n * inverse(5n)))!;
  return { x: x % 2n === 0n ? x : P - x, y };
})();

/** The eight points whose order divides 8, computed: L times any point is one of them. */
export function smallOrderPoints(): Point[] {
  const found = new Map<string, Point>();
  for (let y = 2n; found.size < 8; y++) {
    const point = pointAt(y);
    if (point === undefined) continue;
    const small = multiply(point, L);
    for (let count = 1n; count <= 8n; count++) {
      const multiple = multiply(small, count);
      found.set(`${multiple.x},${multiple.y}`, multiple);
    }
  }
  return [...found.values()];
}

/** An integer as 32 bytes, least significant first. */
export function littleEndian(value: bigint): Uint8Array {
  const byteAt = (index: number): number => Number((value >> BigInt(8 * index)) & 0xffn);
  return Uint8Array.from({ length: 32 }, (_, index) => byteAt(index));
}

/** y and the sign of x in 32 bytes, however large y is below 2^255. */
export function encodeY(y: bigint, sign: 0 | 1): Uint8Array {
  return littleEndian(y + (BigInt(sign) << 255n));
}

/** The one canonical encoding of a point. */
export function encode({ x, y }: Point): Uint8Array {
  return encodeY(y, x % 2n === 0n ? 0 : 1);
}

/** Every encoding that some decoder might take for the point: y unreduced, and zero with a sign. */
export function allEncodings({ x, y }: Point): Uint8Array[] {
  const sign = x % 2n === 0n ? 0 : 1;
  const signs: (0 | 1)[] = x === 0n ? [0, 1] : [sign];
  const ys = y + P < 1n << 255n ? [y, y + P] : [y];
  return ys.flatMap((some) => signs.map((one) => encodeY(some, one)));
}
