#include "codec/json_in.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/num.h"

/* jansson's memory comes from the arena of the document being read: nothing
 * is freed singly, and a document needs no release of its own. */
static _Thread_local struct pl_arena *arena_now;

static void *from_arena(size_t n)
{
	return pl_alloc(arena_now, n);
}

static void to_nowhere(void *p)
{
	(void)p;
}

static const json_t *in(const struct pl_json *v)
{
	return (const json_t *)(const void *)v;
}

static const struct pl_json *wrap(const json_t *v)
{
	return (const struct pl_json *)(const void *)v;
}

/* Nesting is measured before the parser sees the text. */
static enum pl_rc check_depth(struct pl_span s, struct pl_err *e)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if (c == '"')
			quoted = true;
		else if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth)
			depth--;
		if (depth > PL_MAX_JSON_DEPTH)
			return pl_fail(e, PL_ELIMIT,
				       "JSON nested deeper than %d levels at "
				       "byte %zu",
				       PL_MAX_JSON_DEPTH, i);
	}
	return PL_OK;
}

/* The integer of n characters is over int64, and its digits are the ones the
 * double nearest to it is written with (RFC 8785 writes 1e20 that way). */
static bool is_whole_double(const char *s, size_t n)
{
	char text[PL_NUM_TEXT];
	struct pl_err e;
	double x;

	if (n >= PL_NUM_TEXT || memchr(s, 'e', n) ||
	    pl_double_parse(&x, s, n, &e))
		return false;
	pl_double_text(text, x);
	return strlen(text) == n && !memcmp(text, s, n) &&
	       (x >= 0x1p63 || x <= -0x1p63);
}

/* A copy in which such integers carry an exponent, so that the parser takes
 * them for the doubles they are. */
static struct pl_span mark_whole_doubles(struct pl_arena *a, struct pl_span s)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	while (s.n) {
		const char *p = (const char *)s.p;
		size_t n = 1;

		if (*p == '"') {
			while (n < s.n && p[n] != '"')
				n += p[n] == '\\' ? 2 : 1;
			n = n < s.n ? n + 1 : s.n;
		} else if (*p == '-' || (*p >= '0' && *p <= '9')) {
			while (n < s.n && p[n] &&
			       strchr("0123456789+-.eE", p[n]))
				n++;
		}
		pl_buf_put(&b, pl_span_take(&s, n));
		if (*p != '"' && is_whole_double(p, n))
			pl_buf_str(&b, "e0");
	}
	return pl_buf_span(&b);
}

enum pl_rc pl_json_parse(struct pl_arena *a, const struct pl_json **out,
			 struct pl_span text, struct pl_err *e)
{
	const size_t flags =
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	struct pl_arena *was = arena_now;
	json_error_t je;
	json_t *v;
	const uint8_t *nul = text.n ? memchr(text.p, 0, text.n) : NULL;

	/* behind a number jansson would overlook it */
	if (nul)
		return pl_fail(e, PL_EFORMAT,
			       "no valid JSON: a zero byte (byte %zu)",
			       (size_t)(nul - text.p));
	PL_TRY(check_depth(text, e));
	json_set_alloc_funcs(from_arena, to_nowhere);
	arena_now = a;
	v = json_loadb((const char *)text.p, text.n, flags, &je);
	if (!v && json_error_code(&je) == json_error_numeric_overflow) {
		text = mark_whole_doubles(a, text);
		v = json_loadb((const char *)text.p, text.n, flags, &je);
	}
	arena_now = was;
	if (!v)
		return pl_fail(e, PL_EFORMAT,
			       "no valid JSON: %s (line %d, column %d)",
			       je.text, je.line, je.column);
	*out = wrap(v);
	return PL_OK;
}

enum pl_rc pl_json_read(struct pl_arena *a, const struct pl_json **out,
			const char *path, struct pl_err *e)
{
	struct pl_span text;

	PL_TRY(pl_file_read(a, &text, path, PL_MAX_JSON_FILE, e));
	if (pl_json_parse(a, out, text, e))
		return pl_note(e, "%s", path);
	return PL_OK;
}

enum pl_rc pl_json_new_str(struct pl_arena *a, const struct pl_json **out,
			   const char *s, struct pl_err *e)
{
	struct pl_arena *was = arena_now;
	json_t *v;

	json_set_alloc_funcs(from_arena, to_nowhere);
	arena_now = a;
	v = json_string(s);
	arena_now = was;
	if (!v)
		return pl_fail(e, PL_EFORMAT, "a text that is no UTF-8");
	*out = wrap(v);
	return PL_OK;
}

enum pl_json_type pl_json_type(const struct pl_json *v)
{
	if (!v)
		return PL_J_NULL;
	switch (json_typeof(in(v))) {
	case JSON_OBJECT:
		return PL_J_OBJECT;
	case JSON_ARRAY:
		return PL_J_ARRAY;
	case JSON_STRING:
		return PL_J_STR;
	case JSON_INTEGER:
		return PL_J_INT;
	case JSON_REAL:
		return PL_J_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return PL_J_BOOL;
	case JSON_NULL:
		break;
	}
	return PL_J_NULL;
}

static const char *const type_names[] = {
	[PL_J_NULL] = "null",        [PL_J_BOOL] = "a boolean",
	[PL_J_INT] = "an integer",   [PL_J_REAL] = "a number",
	[PL_J_STR] = "a string",     [PL_J_ARRAY] = "an array",
	[PL_J_OBJECT] = "an object",
};

const char *pl_json_type_name(const struct pl_json *v)
{
	return v ? type_names[pl_json_type(v)] : "nothing";
}

const struct pl_json *pl_json_get(const struct pl_json *v, const char *key)
{
	return wrap(json_object_get(in(v), key));
}

const struct pl_json *pl_json_at(const struct pl_json *v, size_t i)
{
	return wrap(json_array_get(in(v), i));
}

size_t pl_json_len(const struct pl_json *v)
{
	const json_t *j = in(v);

	return json_is_object(j) ? json_object_size(j) : json_array_size(j);
}

const char *pl_json_str(const struct pl_json *v)
{
	return json_string_value(in(v));
}

size_t pl_json_str_len(const struct pl_json *v)
{
	return json_string_length(in(v));
}

bool pl_json_bool(const struct pl_json *v)
{
	return json_is_true(in(v));
}

bool pl_json_is_null(const struct pl_json *v)
{
	return !v || json_is_null(in(v));
}

/* jansson's walkers take a mutable object and do not change it. */
static json_t *mut(const struct pl_json *v)
{
	return (json_t *)(uintptr_t)v;
}

void *pl_json_iter(const struct pl_json *v)
{
	return json_object_iter(mut(v));
}

void *pl_json_next(const struct pl_json *v, void *it)
{
	return json_object_iter_next(mut(v), it);
}

const char *pl_json_iter_key(void *it)
{
	return json_object_iter_key(it);
}

const struct pl_json *pl_json_iter_value(void *it)
{
	return wrap(json_object_iter_value(it));
}

enum pl_rc pl_json_need(const struct pl_json **out, const struct pl_json *obj,
			const char *key, enum pl_json_type t, struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(obj, key);

	if (!v)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is missing", key);
	if (pl_json_type(v) != t)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is %s, not %s", key,
			       pl_json_type_name(v), type_names[t]);
	*out = v;
	return PL_OK;
}

enum pl_rc pl_json_need_str(const char **out, const struct pl_json *obj,
			    const char *key, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(pl_json_need(&v, obj, key, PL_J_STR, e));
	if (strlen(pl_json_str(v)) != pl_json_str_len(v))
		return pl_fail(e, PL_EFORMAT, "\"%s\" holds a zero byte", key);
	*out = pl_json_str(v);
	return PL_OK;
}

enum pl_rc pl_json_flag(bool *out, const struct pl_json *obj, const char *key,
			struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(obj, key);

	if (!pl_json_is_null(v) && pl_json_type(v) != PL_J_BOOL)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is %s, not a boolean",
			       key, pl_json_type_name(v));
	*out = pl_json_bool(v);
	return PL_OK;
}

enum pl_rc pl_json_int(int64_t *out, const struct pl_json *v, struct pl_err *e)
{
	if (!v || !json_is_integer(in(v)))
		return pl_fail(e, PL_EFORMAT, "%s where an integer belongs",
			       pl_json_type_name(v));
	*out = json_integer_value(in(v));
	return PL_OK;
}

enum pl_rc pl_json_num(double *out, const struct pl_json *v, struct pl_err *e)
{
	if (!v || !json_is_number(in(v)))
		return pl_fail(e, PL_EFORMAT, "%s where a number belongs",
			       pl_json_type_name(v));
	*out = json_number_value(in(v));
	return PL_OK;
}

enum pl_rc pl_json_u256(struct pl_u256 *out, const struct pl_json *v,
			struct pl_err *e)
{
	const char *s;
	size_t n;

	if (v && json_is_integer(in(v)) && json_integer_value(in(v)) >= 0) {
		*out = pl_u256_of((uint64_t)json_integer_value(in(v)));
		return PL_OK;
	}
	s = pl_json_str(v);
	if (!s)
		return pl_fail(e, PL_EFORMAT, "%s where a quantity belongs",
			       pl_json_type_name(v));
	n = pl_json_str_len(v);
	if (n > 3 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && s[2] == '0')
		return pl_fail(e, PL_EFORMAT,
			       "quantity %.20s has leading zeros", s);
	return pl_u256_parse(out, s, n, e);
}

enum pl_rc pl_json_u64(uint64_t *out, const struct pl_json *v, struct pl_err *e)
{
	struct pl_u256 x;

	PL_TRY(pl_json_u256(&x, v, e));
	if (!pl_u256_to_u64(out, &x))
		return pl_fail(e, PL_EFORMAT, "quantity over 64 bits");
	return PL_OK;
}

static enum pl_rc fixed(uint8_t *out, size_t n, const char *what,
			const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s)
		return pl_fail(e, PL_EFORMAT, "%s where %s belongs",
			       pl_json_type_name(v), what);
	return pl_hex_fixed(out, n, s, pl_json_str_len(v), e);
}

enum pl_rc pl_json_hash32(struct pl_hash32 *out, const struct pl_json *v,
			  struct pl_err *e)
{
	return fixed(out->b, sizeof(out->b), "a hash", v, e);
}

enum pl_rc pl_json_addr(struct pl_addr *out, const struct pl_json *v,
			struct pl_err *e)
{
	return fixed(out->b, sizeof(out->b), "an address", v, e);
}

enum pl_rc pl_json_data(struct pl_arena *a, struct pl_span *out,
			const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s)
		return pl_fail(e, PL_EFORMAT, "%s where data belongs",
			       pl_json_type_name(v));
	return pl_hex_bytes(a, out, s, pl_json_str_len(v), e);
}

/* Every change may allocate, and does so from the document's arena. */
static enum pl_rc changed(struct pl_arena *was, int failed, const char *what,
			  struct pl_err *e)
{
	arena_now = was;
	return failed ? pl_fail(e, PL_EUSAGE, "no %s can be changed there",
				what)
		      : PL_OK;
}

static struct pl_arena *change(struct pl_arena *a)
{
	struct pl_arena *was = arena_now;

	json_set_alloc_funcs(from_arena, to_nowhere);
	arena_now = a;
	return was;
}

enum pl_rc pl_json_put(struct pl_arena *a, const struct pl_json *obj,
		       const char *key, const struct pl_json *v,
		       struct pl_err *e)
{
	struct pl_arena *was = change(a);

	return changed(was, json_object_set(mut(obj), key, mut(v)), "member",
		       e);
}

enum pl_rc pl_json_take(struct pl_arena *a, const struct pl_json *obj,
			const char *key, struct pl_err *e)
{
	struct pl_arena *was = change(a);

	return changed(was,
		       json_object_get(in(obj), key) &&
			       json_object_del(mut(obj), key),
		       "member", e);
}

enum pl_rc pl_json_append(struct pl_arena *a, const struct pl_json *array,
			  const struct pl_json *v, struct pl_err *e)
{
	struct pl_arena *was = change(a);

	return changed(was, json_array_append(mut(array), mut(v)), "item", e);
}

enum pl_rc pl_json_put_at(struct pl_arena *a, const struct pl_json *array,
			  size_t i, const struct pl_json *v, struct pl_err *e)
{
	struct pl_arena *was = change(a);

	return changed(was, json_array_set(mut(array), i, mut(v)), "item", e);
}
