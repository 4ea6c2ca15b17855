/* JSON as nodes speak it, written straight into a buffer: no tree, no copy.
 * Commas are the writer's business.  `key` is NULL for items of an array and
 * for the value at the top. */
#ifndef PL_CODEC_JSON_OUT_H
#define PL_CODEC_JSON_OUT_H

#include "base/buf.h"
#include "base/types.h"

struct pl_jout {
	struct pl_buf *b;
	bool more; /* something stands before the next member */
};

void pl_jout_init(struct pl_jout *w, struct pl_buf *b);

/* '{' or '[' opens, '}' or ']' closes. */
void pl_jout_open(struct pl_jout *w, const char *key, char how);
void pl_jout_close(struct pl_jout *w, char how);

/* "0x…" without leading zeros. */
void pl_jout_u64(struct pl_jout *w, const char *key, uint64_t v);
void pl_jout_u256(struct pl_jout *w, const char *key, const struct pl_u256 *v);

/* "0x…", two digits a byte. */
void pl_jout_data(struct pl_jout *w, const char *key, struct pl_span bytes);
void pl_jout_hash(struct pl_jout *w, const char *key,
		  const struct pl_hash32 *h);
void pl_jout_addr(struct pl_jout *w, const char *key, const struct pl_addr *a);

/* A string, escaped; bytes that are no UTF-8 become U+FFFD. */
void pl_jout_str(struct pl_jout *w, const char *key, const char *s);
void pl_jout_bool(struct pl_jout *w, const char *key, bool v);
void pl_jout_null(struct pl_jout *w, const char *key);

/* A plain JSON integer. */
void pl_jout_int(struct pl_jout *w, const char *key, int64_t v);

/* Text that is JSON already. */
void pl_jout_raw(struct pl_jout *w, const char *key, struct pl_span json);

#endif
