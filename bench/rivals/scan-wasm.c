/*
 * The limit of the WebAssembly kernel: the same search from C, by clang, with the same exports.
 *
 * clang --target=wasm32 -O3 -msimd128 -mbulk-memory -nostdlib -I bench/rivals/freestanding
 *   -Wl,--no-entry -Wl,--export-dynamic -o FILE bench/rivals/scan-wasm.c kernels/native/tables.c
 */
#include <wasm_simd128.h>

#include "../../kernels/native/sha256.h"

#define LANES 4
typedef v128_t vector;
#define SPLAT(x) wasm_i32x4_splat((int32_t)(x))
#define INDICES wasm_i32x4_const(0, 1, 2, 3)
#define ADD(x, y) wasm_i32x4_add(x, y)
#define XOR(x, y) wasm_v128_xor(x, y)
#define SHIFT(x, by) wasm_u32x4_shr(x, by)
#define ROTATE(x, by) wasm_v128_or(SHIFT(x, by), wasm_i32x4_shl(x, 32 - (by)))
#define XOR3(x, y, z) XOR(XOR(x, y), z)
#define CHOOSE(e, f, g) XOR(g, wasm_v128_and(e, XOR(f, g)))
#define MAJORITY(a, b, c) XOR(b, wasm_v128_and(XOR(a, b), XOR(b, c)))
#define AT_MOST(x, limit) (uint32_t)wasm_i32x4_bitmask(wasm_u32x4_le(x, limit))

static int32_t search_wasm(const struct tables *tables, uint32_t first, uint32_t count,
    uint32_t greatest)
#include "../../kernels/native/lanes.h"

static struct tables known;
static uint8_t header[HEADER_BYTES];

#define EXPORTED __attribute__((visibility("default"), used))
EXPORTED const uint8_t *headerAddress(void) {
  return header;
}

EXPORTED void prepare(void) {
  fill_tables(&known, header);
}

EXPORTED int32_t search(uint32_t first, uint32_t count, uint32_t greatest) {
  return search_wasm(&known, first, count, greatest);
}
