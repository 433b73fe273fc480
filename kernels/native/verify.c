/*
 * The Node-API module of signatures: many RSA signatures (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017)
 * in one call, judged by the OpenSSL that is part of Node, as `crypto.verify` asks it.
 *
 * Exports `importKey(der)`, a key or undefined, and `verify(keys, bytes, prefix, spans, verdicts)`;
 * see `src/platform/native-verifier.ts`. A key belongs to the thread that imported it, and is freed
 * when that thread's collector finds that nobody has it. There is no other state.
 *
 * OpenSSL's functions are looked up by name when the module is loaded. Where Node does not show
 * them, or has another library in its place, loading fails, and `crypto.verify` does the work.
 */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#define NAPI_VERSION 8
#include <dlfcn.h>
#include <node_api.h>
#include <pthread.h>
#include <stdlib.h>

/* From evp.h, rsa.h, x509.h, err.h and crypto.h of OpenSSL 3; the same in all of its releases. */
#define OPENSSL_FUNCTIONS(F) \
  F(unsigned long, OpenSSL_version_num, (void)) \
  F(void, ERR_clear_error, (void)) \
  F(pkey *, d2i_PublicKey, (int type, pkey **key, const unsigned char **in, long length)) \
  F(void, EVP_PKEY_free, (pkey *key)) \
  F(pkey_context *, EVP_PKEY_CTX_new, (pkey *key, void *engine)) \
  F(void, EVP_PKEY_CTX_free, (pkey_context *context)) \
  F(int, EVP_PKEY_verify_init, (pkey_context *context)) \
  F(int, EVP_PKEY_CTX_set_rsa_padding, (pkey_context *context, int padding)) \
  F(int, EVP_PKEY_CTX_set_signature_md, (pkey_context *context, const digest *type)) \
  F(int, EVP_PKEY_verify, (pkey_context *context, const unsigned char *signature, \
      size_t signature_length, const unsigned char *hash, size_t hash_length)) \
  F(const digest *, EVP_sha256, (void)) \
  F(digest_context *, EVP_MD_CTX_new, (void)) \
  F(void, EVP_MD_CTX_free, (digest_context *context)) \
  F(int, EVP_DigestInit_ex, (digest_context *context, const digest *type, void *engine)) \
  F(int, EVP_DigestUpdate, (digest_context *context, const void *data, size_t length)) \
  F(int, EVP_DigestFinal_ex, (digest_context *context, unsigned char *hash, unsigned *length))

#define OPENSSL_VERSION_MIN 0x30000000ul
#define EVP_PKEY_RSA 6
#define RSA_PKCS1_PADDING 1
#define HASH_BYTES 32
/* A DER encoding of a key is far below this; its length is a `long` in OpenSSL. */
#define KEY_BYTES_MAX 4096
/* About what an imported key takes outside of the collector's memory, which shall know of it. */
#define KEY_COST_BYTES 4096

typedef struct evp_pkey_st pkey;
typedef struct evp_pkey_ctx_st pkey_context;
typedef struct evp_md_st digest;
typedef struct evp_md_ctx_st digest_context;

#define DECLARE(result, name, arguments) static result (*ssl_##name) arguments;
OPENSSL_FUNCTIONS(DECLARE)

static bool is_openssl_found;
static pthread_once_t find_once = PTHREAD_ONCE_INIT;

static void find_openssl(void) {
  bool ok = true;
/* POSIX makes a pointer to a function of the pointer to void, which ISO C does not. */
#define FIND(result, name, arguments) \
  *(void **)&ssl_##name = dlsym(RTLD_DEFAULT, #name); \
  ok = ok && ssl_##name != NULL;
  OPENSSL_FUNCTIONS(FIND)
  is_openssl_found = ok && ssl_OpenSSL_version_num() >= OPENSSL_VERSION_MIN;
}

/* A key, and what OpenSSL needs to verify with it, made once: a third of a verification. */
struct key {
  pkey *public_key;
  pkey_context *context;
};

/* The bytes of a typed array; `data` may be NULL when `length` is 0. */
struct bytes {
  uint8_t *data;
  size_t length;
};

/* Where the parts of a signature begin and end in the memory of a batch. */
struct span {
  uint32_t key, key_end, message, message_end, signature, signature_end;
};

static napi_value fail(napi_env env, const char *message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

/* `length` counts elements. */
static bool array_of(napi_env env, napi_value value, napi_typedarray_type type, struct bytes *out) {
  napi_typedarray_type actual;
  bool is_array;
  void *data;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return false;
  if (napi_get_typedarray_info(env, value, &actual, &out->length, &data, NULL, NULL) != napi_ok) {
    return false;
  }
  out->data = data;
  return actual == type;
}

static void free_key(struct key *key) {
  ssl_EVP_PKEY_CTX_free(key->context); /* NULL is nothing to both. */
  ssl_EVP_PKEY_free(key->public_key);
  free(key);
}

static void finalize_key(napi_env env, void *data, void *hint) {
  int64_t total;
  (void)hint;
  free_key(data);
  napi_adjust_external_memory(env, -KEY_COST_BYTES, &total);
}

/* The key that the PKCS#1 DER is, whole; NULL when OpenSSL takes it for none. */
static struct key *read_key(const uint8_t *der, size_t length) {
  struct key *key = calloc(1, sizeof *key);
  const unsigned char *end = der;
  if (key == NULL) return NULL;
  key->public_key = ssl_d2i_PublicKey(EVP_PKEY_RSA, NULL, &end, (long)length);
  if (key->public_key != NULL && end == der + length) {
    key->context = ssl_EVP_PKEY_CTX_new(key->public_key, NULL);
  }
  bool ok = key->context != NULL
    && ssl_EVP_PKEY_verify_init(key->context) == 1
    && ssl_EVP_PKEY_CTX_set_rsa_padding(key->context, RSA_PKCS1_PADDING) == 1
    && ssl_EVP_PKEY_CTX_set_signature_md(key->context, ssl_EVP_sha256()) == 1;
  if (ok) return key;
  ssl_ERR_clear_error();
  free_key(key);
  return NULL;
}

/* importKey(der: Uint8Array): a key for `verify`, or undefined. */
static napi_value import_key(napi_env env, napi_callback_info info) {
  napi_value argument, result;
  size_t count = 1;
  struct bytes der;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count != 1
      || !array_of(env, argument, napi_uint8_array, &der) || der.length > KEY_BYTES_MAX) {
    return fail(env, "importKey takes the bytes of a key");
  }
  struct key *key = read_key(der.data, der.length);
  if (key == NULL) return NULL;
  if (napi_create_external(env, key, finalize_key, NULL, &result) != napi_ok) {
    free_key(key);
    return fail(env, "there is no room for a key");
  }
  int64_t total;
  napi_adjust_external_memory(env, KEY_COST_BYTES, &total);
  return result;
}

static bool is_within(const struct span *span, size_t length) {
  return span->message <= span->message_end && span->message_end <= length
    && span->signature <= span->signature_end && span->signature_end <= length;
}

/* Whether the signature is the key's, of the prefix and the message. */
static bool is_valid(const struct key *key, digest_context *hashing, struct bytes batch,
    struct bytes prefix, const struct span *span) {
  unsigned char hash[HASH_BYTES];
  /* Without a type, it is begun again with the one that it has. */
  return ssl_EVP_DigestInit_ex(hashing, NULL, NULL) == 1
    && ssl_EVP_DigestUpdate(hashing, prefix.data, prefix.length) == 1
    && ssl_EVP_DigestUpdate(hashing, batch.data + span->message,
        span->message_end - span->message) == 1
    && ssl_EVP_DigestFinal_ex(hashing, hash, NULL) == 1
    && ssl_EVP_PKEY_verify(key->context, batch.data + span->signature,
        span->signature_end - span->signature, hash, HASH_BYTES) == 1;
}

/*
 * verify(keys, bytes, prefix, spans, verdicts): writes 1 for each signature that is valid, and 0
 * for each other that has a key; where `keys` has none, nothing is written.
 */
static napi_value verify(napi_env env, napi_callback_info info) {
  enum { KEYS, BYTES, PREFIX, SPANS, VERDICTS, ARGUMENT_COUNT };
  napi_value arguments[ARGUMENT_COUNT];
  size_t argument_count = ARGUMENT_COUNT;
  uint32_t count;
  struct bytes batch, prefix, numbers, verdicts;
  if (napi_get_cb_info(env, info, &argument_count, arguments, NULL, NULL) != napi_ok
      || argument_count != ARGUMENT_COUNT
      || napi_get_array_length(env, arguments[KEYS], &count) != napi_ok
      || !array_of(env, arguments[BYTES], napi_uint8_array, &batch)
      || !array_of(env, arguments[PREFIX], napi_uint8_array, &prefix)
      || !array_of(env, arguments[SPANS], napi_uint32_array, &numbers)
      || !array_of(env, arguments[VERDICTS], napi_uint8_array, &verdicts)) {
    return fail(env, "verify takes keys, bytes, prefix, spans and verdicts");
  }
  const struct span *spans = (const struct span *)numbers.data;
  if (numbers.length / (sizeof *spans / sizeof(uint32_t)) < count || verdicts.length < count) {
    return fail(env, "there are more keys than spans or verdicts");
  }
  digest_context *hashing = ssl_EVP_MD_CTX_new();
  if (hashing == NULL || ssl_EVP_DigestInit_ex(hashing, ssl_EVP_sha256(), NULL) != 1) {
    ssl_EVP_MD_CTX_free(hashing);
    return fail(env, "OpenSSL has no SHA-256");
  }
  for (uint32_t i = 0; i < count; i++) {
    napi_value element;
    void *key;
    if (napi_get_element(env, arguments[KEYS], i, &element) != napi_ok
        || napi_get_value_external(env, element, &key) != napi_ok) continue;
    verdicts.data[i] = is_within(&spans[i], batch.length)
      && is_valid(key, hashing, batch, prefix, &spans[i]);
    if (!verdicts.data[i]) ssl_ERR_clear_error();
  }
  ssl_EVP_MD_CTX_free(hashing);
  return NULL;
}

static bool add_function(napi_env env, napi_value exports, const char *name,
    napi_callback callback) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function) == napi_ok
      && napi_set_named_property(env, exports, name, function) == napi_ok;
}

NAPI_MODULE_INIT() {
  if (pthread_once(&find_once, find_openssl) != 0 || !is_openssl_found) {
    return fail(env, "Node shows no OpenSSL 3 here");
  }
  bool ok = add_function(env, exports, "importKey", import_key)
    && add_function(env, exports, "verify", verify);
  return ok ? exports : fail(env, "the module could not be set up");
}
