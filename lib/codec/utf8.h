/* UTF-8 as text from outside has it.  Allocates nothing. */
#ifndef PL_CODEC_UTF8_H
#define PL_CODEC_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at s and how many of the n bytes it takes; 0 bytes for what
 * is no UTF-8 (overlong, surrogate, over U+10FFFF, cut off). */
size_t pl_utf8_next(uint32_t *point, const char *s, size_t n);

/* Number of code points of valid UTF-8. */
size_t pl_utf8_count(const char *s, size_t n);

/* Valid, and without control characters (C0, DEL, C1, U+2028/9 and the
 * bidirectional overrides, with which names lie about themselves). */
bool pl_utf8_printable(const char *s, size_t n);

#endif
