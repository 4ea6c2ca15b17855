/* JSON from outside (façade over jansson).  A document and every value in it
 * live in the arena it was read into.  Refused: duplicate keys, bytes after
 * the value, bad UTF-8, nesting over PL_MAX_JSON_DEPTH, whatever else RFC
 * 8259 does not allow, and integers over int64; but for those whose digits
 * are a double's own (RFC 8785 writes 1e20 without exponent): they are REAL. */
#ifndef PL_CODEC_JSON_IN_H
#define PL_CODEC_JSON_IN_H

#include "base/arena.h"
#include "base/types.h"

struct pl_json; /* a value; never freed singly */

enum pl_json_type {
	PL_J_NULL,
	PL_J_BOOL,
	PL_J_INT,
	PL_J_REAL,
	PL_J_STR,
	PL_J_ARRAY,
	PL_J_OBJECT
};

/* PL_EFORMAT names line and column. */
PL_CHECKED enum pl_rc pl_json_parse(struct pl_arena *a,
				    const struct pl_json **out,
				    struct pl_span text, struct pl_err *e);

/* Reads a file of at most PL_MAX_JSON_FILE bytes; errors name the file. */
PL_CHECKED enum pl_rc pl_json_read(struct pl_arena *a,
				   const struct pl_json **out, const char *path,
				   struct pl_err *e);

/* NULL, an absent member, counts as null. */
/* A string value of its own: what a validator needs for a member's name. */
PL_CHECKED enum pl_rc pl_json_new_str(struct pl_arena *a,
				      const struct pl_json **out, const char *s,
				      struct pl_err *e);

enum pl_json_type pl_json_type(const struct pl_json *v);
const char *pl_json_type_name(const struct pl_json *v);

/* Looking around.  v may be NULL or of another type: the answer is then NULL,
 * 0 or false.  Object members keep the order of the text. */
const struct pl_json *pl_json_get(const struct pl_json *v, const char *key);
const struct pl_json *pl_json_at(const struct pl_json *v, size_t i);
size_t pl_json_len(const struct pl_json *v);      /* of array or object */
const char *pl_json_str(const struct pl_json *v); /* zero-ended */
size_t pl_json_str_len(const struct pl_json *v);  /* it may hold zeros */
bool pl_json_bool(const struct pl_json *v);
bool pl_json_is_null(const struct pl_json *v); /* absent or null */

/* Walk an object: for (it = pl_json_iter(v); it; it = pl_json_next(v, it)) */
void *pl_json_iter(const struct pl_json *v);
void *pl_json_next(const struct pl_json *v, void *it);
const char *pl_json_iter_key(void *it);
const struct pl_json *pl_json_iter_value(void *it);

/* A member of the type it must have.  PL_EFORMAT names the key and what
 * stands there instead. */
PL_CHECKED enum pl_rc pl_json_need(const struct pl_json **out,
				   const struct pl_json *obj, const char *key,
				   enum pl_json_type t, struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_need_str(const char **out,
				       const struct pl_json *obj,
				       const char *key, struct pl_err *e);
/* true or false; absent and null are false */
PL_CHECKED enum pl_rc pl_json_flag(bool *out, const struct pl_json *obj,
				   const char *key, struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_int(int64_t *out, const struct pl_json *v,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_num(double *out, const struct pl_json *v,
				  struct pl_err *e); /* INT or REAL */

/* Values as nodes write them.  A quantity is "0x…" without leading zeros; a
 * plain JSON integer or decimal string is taken as well.  Data is "0x…" with
 * an even number of digits. */
PL_CHECKED enum pl_rc pl_json_u64(uint64_t *out, const struct pl_json *v,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_u256(struct pl_u256 *out, const struct pl_json *v,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_hash32(struct pl_hash32 *out,
				     const struct pl_json *v, struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_addr(struct pl_addr *out, const struct pl_json *v,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_data(struct pl_arena *a, struct pl_span *out,
				   const struct pl_json *v, struct pl_err *e);

/* Change a document that was read, before it is written again: a member (put,
 * take) or the items (append) of a value of that document.  The values share
 * the arena.  PL_EUSAGE when obj is not what it should be. */
PL_CHECKED enum pl_rc pl_json_put(struct pl_arena *a, const struct pl_json *obj,
				  const char *key, const struct pl_json *v,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_take(struct pl_arena *a,
				   const struct pl_json *obj, const char *key,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_append(struct pl_arena *a,
				     const struct pl_json *array,
				     const struct pl_json *v, struct pl_err *e);
PL_CHECKED enum pl_rc pl_json_put_at(struct pl_arena *a,
				     const struct pl_json *array, size_t i,
				     const struct pl_json *v, struct pl_err *e);

#endif
