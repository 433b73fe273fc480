/**
 * Writes the unrolled rounds of the WebAssembly kernel as AssemblyScript.
 *
 * In the second block of a header everything is known but word 12, the low half of the nonce. So
 * the schedule is a sum of known and unknown terms: `tables.ts` adds up the known ones once per
 * call, and this program leaves only the others in the rounds.
 */

/** The word of the second block that holds the low 32 bits of the nonce. */
const NONCE_WORD = 12;
const LAST_ROUND = 63;

/** Which words of the schedule depend on the nonce. */
function unknownWords() {
  const unknown = new Array(64).fill(false);
  unknown[NONCE_WORD] = true;
  for (let t = 16; t < 64; t++) {
    unknown[t] = [t - 2, t - 7, t - 15, t - 16].some((source) => unknown[source]);
  }
  return unknown;
}

/** Nested additions, as a chain: add(add(x, y), z). */
function sum(terms) {
  return terms.reduce((left, right) => `i32x4.add(${left}, ${right})`);
}

function scheduleLine(t, unknown) {
  const terms = [];
  if (unknown[t - 16]) terms.push(`w${t - 16}`);
  if (unknown[t - 7]) terms.push(`w${t - 7}`);
  if (unknown[t - 15]) terms.push(`sigma0x4(w${t - 15})`);
  if (unknown[t - 2]) terms.push(`sigma1x4(w${t - 2})`);
  if (terms.length < 4) terms.unshift(`v128.load(SCHEDULE, ${16 * t})`);
  return `  const w${t} = ${sum(terms)};`;
}

/**
 * One round. After round t, `a<t>` and `e<t>` are its new words; the other six are those of the
 * three rounds before: b is a<t-1>, f is e<t-1>, and so on.
 */
function roundLines(t, unknown) {
  const [a, b, d] = [`a${t - 1}`, `a${t - 2}`, `a${t - 4}`];
  const [e, f, g, h] = [`e${t - 1}`, `e${t - 2}`, `e${t - 3}`, `e${t - 4}`];
  const terms = [h, `v128.load(ROUND, ${16 * t})`];
  if (unknown[t]) terms.push(`w${t}`);
  terms.push(`choosex4(${e}, ${f}, ${g})`, `sum1x4(${e})`);
  const lines = [
    `  const t${t} = ${sum(terms)};`,
    `  const x${t} = v128.xor(${a}, ${b});`,
  ];
  if (t < LAST_ROUND) lines.push(`  const e${t} = i32x4.add(${d}, t${t});`);
  const majority = `majorityx4(${b}, x${t}, x${t - 1})`;
  lines.push(`  const a${t} = ${sum([`t${t}`, majority, `sum0x4(${a})`])};`);
  return lines;
}

/** The text of the module. */
export function generateRounds() {
  const unknown = unknownWords();
  const lines = [
    '// Written by kernels/wasm/generate.mjs: change that, not this.',
    "import { choosex4, majorityx4, sigma0x4, sigma1x4, sum0x4, sum1x4 } from",
    "  '../../kernels/wasm/assembly/sha256';",
    "import { ROUND, SCHEDULE, START } from '../../kernels/wasm/assembly/tables';",
    '',
    '/** Word 0 of four digests, from four low halves of the nonce. */',
    '// @ts-ignore: decorator',
    '@inline',
    'export function firstWords(w12: v128): v128 {',
  ];
  // The words before round 12, oldest first, and that round itself: the nonce is only added.
  for (let back = 4; back >= 1; back--) {
    const t = NONCE_WORD - back;
    if (back < 4) lines.push(`  const a${t} = v128.load(START, ${16 * (4 - back)});`);
    if (back < 4) lines.push(`  const e${t} = v128.load(START, ${16 * (8 - back)});`);
  }
  lines.push(
    '  const a12 = i32x4.add(w12, v128.load(START, 0));',
    '  const e12 = i32x4.add(w12, v128.load(START, 64));',
    '  const x12 = v128.xor(a11, a10);',
  );
  for (let t = NONCE_WORD + 1; t <= LAST_ROUND; t++) {
    if (t >= 16 && unknown[t]) lines.push(scheduleLine(t, unknown));
    lines.push(...roundLines(t, unknown));
  }
  lines.push('  return i32x4.add(a63, v128.load(START, 128));', '}', '');
  return lines.join('\n');
}
