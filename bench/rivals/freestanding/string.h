/* For WebAssembly without a C library: the two functions that `kernels/native/tables.c` uses. */
#ifndef MVB_FREESTANDING_STRING_H
#define MVB_FREESTANDING_STRING_H
#define memcpy(to, from, length) __builtin_memcpy(to, from, length)
#define memmove(to, from, length) __builtin_memmove(to, from, length)
#endif
