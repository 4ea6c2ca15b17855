/* Hexadecimal text.  Input may be upper or lower case, with or without 0x
 * where said; output is lower case. */
#ifndef PL_BASE_HEX_H
#define PL_BASE_HEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* 2·n digits and an end into out, which holds 2·n+1. */
void pl_hex_put(char *out, struct pl_span in);

/* "0x…" of the bytes. */
char *pl_hex(struct pl_arena *a, struct pl_span in);

/* The value of one digit, or -1. */
int pl_hex_digit(char c);

/* Exactly n bytes from `text` ("0x" optional, len characters).
 * PL_EFORMAT for another length or a character that is no digit. */
PL_CHECKED enum pl_rc pl_hex_fixed(uint8_t *out, size_t n, const char *text,
				   size_t len, struct pl_err *e);

/* Any even number of digits; "0x" required.  The bytes live in the arena. */
PL_CHECKED enum pl_rc pl_hex_bytes(struct pl_arena *a, struct pl_span *out,
				   const char *text, size_t len,
				   struct pl_err *e);

#endif
