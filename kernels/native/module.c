/*
 * The Node-API module: which searches this processor can run, and calling them.
 *
 * Exports `tablesBytes`, `prepare(header, tables)` and `searches`, an object with a function
 * `(tables, first, count, greatest)` for each search that works here. There is no state: the caller
 * owns the memory of the tables, so any number of threads can use the module at once.
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include "sha256.h"

struct variant {
  const char *name;
  search_function *search;
  int (*is_usable)(void);
};

#if defined(__x86_64__)
#include <cpuid.h>

/* Bits of CPUID leaf 1 (ecx) and leaf 7 (ebx). */
#define OSXSAVE (1u << 27)
#define AVX (1u << 28)
#define SSE4_1 (1u << 19)
#define SSSE3 (1u << 9)
#define AVX2 (1u << 5)
#define AVX512F (1u << 16)
#define AVX512VL (1u << 31)
#define SHA (1u << 29)
/* Bits of XCR0: the registers that the operating system saves when it switches threads. */
#define XMM_YMM_STATE 0x06u
#define ZMM_STATE 0xe6u

static uint32_t saved_registers(void) {
  uint32_t low, high;
  /* xgetbv, as bytes: an assembler asks for no flag of the compiler then. */
  __asm__ volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/* Whether the processor has these features, and the system saves the registers they use. */
static int has(uint32_t leaf1_ecx, uint32_t leaf7_ebx, uint32_t state) {
  uint32_t eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return 0;
  leaf1_ecx |= OSXSAVE;
  if ((ecx & leaf1_ecx) != leaf1_ecx) return 0;
  if ((saved_registers() & state) != state) return 0;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return 0;
  return (ebx & leaf7_ebx) == leaf7_ebx;
}

static int has_sha_ni_vl(void) {
  return has(AVX | SSE4_1 | SSSE3, SHA | AVX2 | AVX512F | AVX512VL, ZMM_STATE);
}

static int has_avx512(void) {
  return has(AVX, AVX2 | AVX512F, ZMM_STATE);
}

static int has_sha_ni(void) {
  return has(AVX | SSE4_1 | SSSE3, SHA, XMM_YMM_STATE);
}

static int has_avx2(void) {
  return has(AVX, AVX2, XMM_YMM_STATE);
}

static const struct variant VARIANTS[] = {
  { "sha-ni-vl", search_sha_ni_vl, has_sha_ni_vl },
  { "avx512", search_avx512, has_avx512 },
  { "sha-ni", search_sha_ni, has_sha_ni },
  { "avx2", search_avx2, has_avx2 },
};
#elif defined(__aarch64__)
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>

static int has_sha2(void) {
  return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0;
}
#else
/* Every Apple processor of this kind has it; of others nobody knows. */
static int has_sha2(void) {
#if defined(__APPLE__)
  return 1;
#else
  return 0;
#endif
}
#endif

static const struct variant VARIANTS[] = { { "arm64-sha2", search_arm64, has_sha2 } };
#else
#error "no search for this processor: build.mjs does not come here"
#endif
#define VARIANT_COUNT (sizeof VARIANTS / sizeof VARIANTS[0])

/* The most arguments of a function here. */
#define ARGUMENTS_MAX 4

static napi_value fail(napi_env env, const char *message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

/* The memory of a Uint8Array that has at least `length_min` bytes at a multiple of `alignment`. */
static void *bytes_of(napi_env env, napi_value value, size_t length_min, size_t alignment) {
  napi_typedarray_type type;
  size_t length;
  void *data;
  bool is_array;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return NULL;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != napi_ok) {
    return NULL;
  }
  if (type != napi_uint8_array || length < length_min) return NULL;
  return (uintptr_t)data % alignment == 0 ? data : NULL;
}

/* prepare(header, tables): once for each header and each high half of the nonce. */
static napi_value prepare(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX];
  size_t count = 2;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 2) {
    return fail(env, "prepare takes a header and tables");
  }
  const uint8_t *header = bytes_of(env, arguments[0], HEADER_BYTES, 1);
  struct tables *tables = bytes_of(env, arguments[1], sizeof *tables, sizeof(uint32_t));
  if (header == NULL || tables == NULL) return fail(env, "a Uint8Array is missing or too short");
  fill_tables(tables, header);
  return NULL;
}

/* search(tables, first, count, greatest): the distance to the nonce, or -1; see `sha256.h`. */
static napi_value search(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS_MAX], result;
  size_t argument_count = 4;
  void *data;
  uint32_t first, count, greatest;
  if (napi_get_cb_info(env, info, &argument_count, arguments, NULL, &data) != napi_ok
      || argument_count != 4) {
    return fail(env, "search takes tables, first, count and greatest");
  }
  const struct tables *tables = bytes_of(env, arguments[0], sizeof *tables, sizeof(uint32_t));
  if (tables == NULL) return fail(env, "the tables are missing or too short");
  if (napi_get_value_uint32(env, arguments[1], &first) != napi_ok
      || napi_get_value_uint32(env, arguments[2], &count) != napi_ok
      || napi_get_value_uint32(env, arguments[3], &greatest) != napi_ok
      || count > 1u << 30) {
    return fail(env, "first, count and greatest are numbers of 32 bits, count at most 2^30");
  }
  const struct variant *variant = data;
  int32_t distance = variant->search(tables, first, count, greatest);
  return napi_create_int32(env, distance, &result) == napi_ok ? result : NULL;
}

static bool add_function(napi_env env, napi_value object, const char *name,
    napi_callback callback, const void *data) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, (void *)data, &function)
      == napi_ok && napi_set_named_property(env, object, name, function) == napi_ok;
}

NAPI_MODULE_INIT() {
  napi_value searches, tables_bytes;
  bool ok = napi_create_object(env, &searches) == napi_ok
    && napi_create_uint32(env, sizeof(struct tables), &tables_bytes) == napi_ok
    && napi_set_named_property(env, exports, "tablesBytes", tables_bytes) == napi_ok
    && napi_set_named_property(env, exports, "searches", searches) == napi_ok
    && add_function(env, exports, "prepare", prepare, NULL);
  for (size_t i = 0; ok && i < VARIANT_COUNT; i++) {
    if (!VARIANTS[i].is_usable()) continue;
    ok = add_function(env, searches, VARIANTS[i].name, search, &VARIANTS[i]);
  }
  return ok ? exports : fail(env, "the native kernel could not be set up");
}
