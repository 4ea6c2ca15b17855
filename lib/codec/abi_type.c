/* Types and signatures of the contract ABI, read from text and from solc's
 * JSON.  Nesting is limited, so that encoding and decoding may recurse. */
#include "codec/abi.h"

#include "base/limits.h"
#include "crypto/keccak.h"

/* What is being read.  Of JSON, a "tuple" finds its members in `members`. */
struct reader {
	struct pl_arena *a;
	const char *p, *whole;
	const struct pl_json *members;
	unsigned depth;
};

static enum pl_rc bad(const struct reader *r, struct pl_err *e,
		      const char *what)
{
	return pl_fail(e, PL_EFORMAT, "abi: \"%.200s\": %s at character %zu",
		       r->whole, what, (size_t)(r->p - r->whole) + 1);
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static void skip_blanks(struct reader *r)
{
	while (*r->p == ' ' || *r->p == '\t' || *r->p == '\n')
		r->p++;
}

static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (*r->p != c)
		return false;
	r->p++;
	return true;
}

/* The word that comes next; it may have no characters. */
static struct pl_span word(struct reader *r)
{
	const char *start;

	skip_blanks(r);
	for (start = r->p; word_char(*r->p); r->p++)
		;
	return (struct pl_span){ (const uint8_t *)start,
				 (size_t)(r->p - start) };
}

static bool take_word(struct reader *r, const char *w)
{
	const char *start = r->p;

	if (pl_span_is(word(r), w))
		return true;
	r->p = start;
	return false;
}

/* Digits without a leading zero at *s, at most `max`; moves past them. */
static bool number(unsigned long *out, struct pl_span *s, unsigned long max)
{
	unsigned long v = 0;
	size_t i;

	for (i = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		v = v * 10 + (s->p[i] - (unsigned)'0');
		if (v > max || (i && s->p[0] == '0'))
			return false;
	}
	if (!i)
		return false;
	(void)pl_span_take(s, i);
	*out = v;
	return true;
}

static bool starts(struct pl_span *s, const char *with)
{
	size_t n = strlen(with);

	if (s->n < n || memcmp(s->p, with, n) != 0)
		return false;
	(void)pl_span_take(s, n);
	return true;
}

/* "256" of uint256, nothing for 256; "128x18" of fixed types. */
static bool numeric(struct pl_abi_type *t, struct pl_span rest, bool fixed)
{
	unsigned long bits = fixed ? 128 : 256, places = fixed ? 18 : 0;

	if (rest.n) {
		if (!number(&bits, &rest, 256))
			return false;
		if (fixed && (!starts(&rest, "x") ||
			      !number(&places, &rest, 80) || !places))
			return false;
	}
	t->size = (unsigned)bits;
	t->places = (unsigned)places;
	return !rest.n && bits && bits % 8 == 0;
}

static bool fixed_bytes(struct pl_abi_type *t, struct pl_span rest)
{
	unsigned long n;

	if (!number(&n, &rest, 32) || rest.n || !n)
		return false;
	t->kind = PL_ABI_FIXED;
	t->size = (unsigned)n;
	return true;
}

/* A type without brackets; false when there is no such type. */
static bool plain_type(struct pl_arena *a, struct pl_abi_type *t,
		       struct pl_span w)
{
	static const struct {
		const char *name;
		enum pl_abi_kind kind;
		unsigned size;
		bool dynamic;
	} simple[] = {
		{ "address", PL_ABI_ADDR, 20, false },
		{ "bool", PL_ABI_BOOL, 1, false },
		{ "string", PL_ABI_STR, 0, true },
		{ "bytes", PL_ABI_BYTES, 0, true },
		{ "function", PL_ABI_FUNC, 24, false },
	};
	const char *stem;

	t->name = pl_strndup(a, (const char *)w.p, w.n);
	t->head = 32;
	t->height = 1;
	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++) {
		if (!pl_span_is(w, simple[i].name))
			continue;
		t->kind = simple[i].kind;
		t->size = simple[i].size;
		t->dynamic = simple[i].dynamic;
		return true;
	}
	if (starts(&w, "bytes"))
		return fixed_bytes(t, w);
	t->kind = *w.p == 'u' ? PL_ABI_UINT : PL_ABI_INT;
	stem = *w.p == 'u' ? "u" : "";
	(void)starts(&w, "u");
	if (starts(&w, "int")) {
		if (!numeric(t, w, false))
			return false;
		t->name = pl_printf(a, "%sint%u", stem, t->size);
		return true;
	}
	if (!starts(&w, "fixed") || !numeric(t, w, true))
		return false;
	t->name = pl_printf(a, "%sfixed%ux%u", stem, t->size, t->places);
	return true;
}

static enum pl_rc too_large(const struct reader *r, struct pl_err *e)
{
	return pl_fail(e, PL_ELIMIT,
		       "abi: \"%.200s\": deeper than %d types or larger "
		       "than %zu bytes",
		       r->whole, PL_MAX_ABI_DEPTH, PL_MAX_ABI_DATA);
}

/* Put "[k]" or "[]" around *t, as often as they follow. */
static enum pl_rc arrays(struct pl_abi_type *t, struct reader *r,
			 struct pl_err *e)
{
	struct pl_abi_type *elem;
	struct pl_span digits;
	unsigned long count;

	while (take(r, '[')) {
		elem = PL_NEW(r->a, struct pl_abi_type);
		*elem = *t;
		*t = (struct pl_abi_type){ .kind = PL_ABI_ARRAY,
					   .elem = elem,
					   .height = elem->height + 1 };
		digits = word(r);
		count = 0;
		t->open = !digits.n;
		if (!t->open && (!number(&count, &digits, PL_MAX_ABI_DATA) ||
				 digits.n || !count))
			return bad(r, e, "an array's length is wrong");
		if (!take(r, ']'))
			return bad(r, e, "\"]\" is missing");
		t->count = count;
		t->dynamic = t->open || elem->dynamic;
		t->frame = count * elem->head;
		t->head = t->dynamic ? 32 : t->frame;
		if (t->frame > PL_MAX_ABI_DATA || t->height > PL_MAX_ABI_DEPTH)
			return too_large(r, e);
		t->name =
			t->open ? pl_printf(r->a, "%s[]", elem->name)
				: pl_printf(r->a, "%s[%lu]", elem->name, count);
	}
	return PL_OK;
}

/* What a tuple of the members is: name, sizes. */
static enum pl_rc close_tuple(struct pl_abi_type *t, const struct reader *r,
			      const struct pl_abi_param *m, size_t n,
			      struct pl_err *e)
{
	struct pl_buf name;
	size_t head = 0;
	unsigned height = 0;
	bool dynamic = false;

	pl_buf_init(&name, r->a);
	pl_buf_byte(&name, '(');
	for (size_t i = 0; i < n; i++) {
		pl_buf_fmt(&name, "%s%s", i ? "," : "", m[i].type.name);
		head += m[i].type.head;
		if (head > PL_MAX_ABI_DATA)
			return too_large(r, e);
		dynamic = dynamic || m[i].type.dynamic;
		if (m[i].type.height > height)
			height = m[i].type.height;
	}
	pl_buf_byte(&name, ')');
	if (height + 1 > PL_MAX_ABI_DEPTH)
		return too_large(r, e);
	*t = (struct pl_abi_type){ .kind = PL_ABI_TUPLE,
				   .count = n,
				   .members = m,
				   .dynamic = dynamic,
				   .head = dynamic ? 32 : head,
				   .frame = head,
				   .height = height + 1,
				   .name = pl_buf_cstr(&name) };
	return PL_OK;
}

static enum pl_rc read_type(struct pl_abi_type *t, struct reader *r,
			    struct pl_err *e);

/* Words between a type and its name that say nothing about the encoding. */
static void storage_words(struct reader *r, bool *indexed)
{
	static const char *const words[] = { "calldata", "memory", "storage",
					     "payable" };
	bool again = true;

	while (again) {
		again = take_word(r, "indexed");
		*indexed = *indexed || again;
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			again = take_word(r, words[i]) || again;
	}
}

static enum pl_rc read_param(struct pl_abi_param *p, struct reader *r,
			     struct pl_err *e)
{
	struct pl_span name;

	*p = (struct pl_abi_param){ 0 };
	PL_TRY(read_type(&p->type, r, e));
	storage_words(r, &p->indexed);
	name = word(r);
	p->name = pl_strndup(r->a, (const char *)name.p, name.n);
	return PL_OK;
}

/* "a, b, c)" after its opening bracket; `empty` allows none at all. */
static enum pl_rc read_tuple(struct pl_abi_type *t, struct reader *r,
			     bool empty, struct pl_err *e)
{
	struct pl_abi_param *m = NULL;
	size_t n = 0, room = 0;

	if (take(r, ')'))
		return empty ? close_tuple(t, r, NULL, 0, e)
			     : bad(r, e, "an empty tuple");
	do {
		if (n == room) {
			room = room ? 2 * room : 4;
			m = pl_realloc(r->a, m, n * sizeof(*m),
				       room * sizeof(*m));
		}
		PL_TRY(read_param(&m[n++], r, e));
	} while (take(r, ','));
	if (!take(r, ')'))
		return bad(r, e, "\",\" or \")\" is missing");
	return close_tuple(t, r, m, n, e);
}

static enum pl_rc json_tuple(struct pl_arena *a, struct pl_abi_type *t,
			     const struct pl_json *params, unsigned depth,
			     struct pl_err *e);

/* A type without its arrays. */
static enum pl_rc read_stem(struct pl_abi_type *t, struct reader *r,
			    struct pl_err *e)
{
	struct pl_span w = word(r);
	bool tuple = pl_span_is(w, "tuple");

	if ((tuple || !w.n) && take(r, '('))
		return read_tuple(t, r, false, e);
	if (tuple && pl_json_len(r->members))
		return json_tuple(r->a, t, r->members, r->depth, e);
	if (tuple)
		return bad(r, e, "a tuple without components");
	*t = (struct pl_abi_type){ 0 };
	if (w.n && plain_type(r->a, t, w))
		return PL_OK;
	return bad(r, e, "no type of the ABI");
}

static enum pl_rc read_type(struct pl_abi_type *t, struct reader *r,
			    struct pl_err *e)
{
	enum pl_rc rc;

	if (++r->depth > PL_MAX_ABI_DEPTH)
		return too_large(r, e);
	rc = read_stem(t, r, e);
	if (!rc)
		rc = arrays(t, r, e);
	r->depth--;
	return rc;
}

enum pl_rc pl_abi_type_parse(struct pl_arena *a, struct pl_abi_type *out,
			     const char *text, struct pl_err *e)
{
	struct reader r = { .a = a, .p = text, .whole = text };
	struct pl_abi_type t;

	PL_TRY(read_type(&t, &r, e));
	skip_blanks(&r);
	if (*r.p)
		return bad(&r, e, "more than a type");
	*out = t;
	return PL_OK;
}

/* Signature and hash follow from what was read. */
static enum pl_rc close_item(struct pl_arena *a, struct pl_abi_item *it,
			     struct pl_err *e)
{
	size_t indexed = 0, max = it->anonymous ? 4 : 3;

	for (size_t i = 0; i < it->in.count; i++)
		indexed += it->in.members[i].indexed;
	it->sig = pl_printf(a, "%s%s", it->name, it->in.name);
	if (indexed > (it->kind == PL_ABI_EVENT ? max : 0))
		return pl_fail(e, PL_EFORMAT,
			       "abi: %.200s: %zu parameters are indexed",
			       it->sig, indexed);
	if (it->kind != PL_ABI_CONSTRUCTOR)
		it->hash = pl_keccak256(pl_span_str(it->sig));
	return PL_OK;
}

static enum pl_abi_item_kind read_kind(struct reader *r)
{
	static const char *const words[] = {
		[PL_ABI_FUNCTION] = "function",
		[PL_ABI_EVENT] = "event",
		[PL_ABI_ERROR] = "error",
		[PL_ABI_CONSTRUCTOR] = "constructor",
	};
	const char *start = r->p;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!take_word(r, words[i]))
			continue;
		skip_blanks(r);
		if (*r->p != '(' || i == PL_ABI_CONSTRUCTOR)
			return (enum pl_abi_item_kind)i;
		r->p = start; /* a function that is called "event" */
	}
	return PL_ABI_FUNCTION;
}

/* "view returns", "anonymous" …: what stands behind the parameters. */
static void read_modifiers(struct pl_abi_item *it, struct reader *r)
{
	static const char *const words[] = { "external", "public",
					     "view",     "pure",
					     "payable",  "nonpayable",
					     "returns" };
	bool again = true;

	while (again) {
		again = it->kind == PL_ABI_EVENT && take_word(r, "anonymous");
		it->anonymous = it->anonymous || again;
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			again = take_word(r, words[i]) || again;
	}
}

enum pl_rc pl_abi_sig_parse(struct pl_arena *a, struct pl_abi_item *out,
			    const char *text, struct pl_err *e)
{
	struct reader r = { .a = a, .p = text, .whole = text };
	struct pl_abi_item it = { 0 };
	struct pl_span name;

	it.kind = read_kind(&r);
	name = it.kind == PL_ABI_CONSTRUCTOR ? pl_span_str("constructor")
					     : word(&r);
	if (!name.n)
		return bad(&r, e, "no name");
	it.name = pl_strndup(a, (const char *)name.p, name.n);
	if (!take(&r, '('))
		return bad(&r, e, "\"(\" is missing");
	PL_TRY(read_tuple(&it.in, &r, true, e));
	read_modifiers(&it, &r);
	PL_TRY(close_tuple(&it.out, &r, NULL, 0, e));
	if (it.kind == PL_ABI_FUNCTION && take(&r, '('))
		PL_TRY(read_tuple(&it.out, &r, true, e));
	skip_blanks(&r);
	if (*r.p)
		return bad(&r, e, "more than a signature");
	PL_TRY(close_item(a, &it, e));
	*out = it;
	return PL_OK;
}

/* ------------------------------------------------------------ solc's JSON */

static enum pl_rc json_name(const char **out, const struct pl_json *obj,
			    struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(obj, "name");
	const char *s = v ? pl_json_str(v) : "";

	if (!s)
		return pl_fail(e, PL_EFORMAT, "abi: a name is a %s",
			       pl_json_type_name(v));
	for (size_t i = 0; i < (v ? pl_json_str_len(v) : 0); i++) {
		if (!word_char(s[i]))
			return pl_fail(e, PL_EFORMAT,
				       "abi: a name holds byte 0x%02x",
				       (unsigned)(unsigned char)s[i]);
	}
	*out = s;
	return PL_OK;
}

static enum pl_rc json_param(struct pl_arena *a, struct pl_abi_param *p,
			     const struct pl_json *v, unsigned depth,
			     struct pl_err *e)
{
	struct reader r = { .a = a,
			    .members = pl_json_get(v, "components"),
			    .depth = depth };

	PL_TRY(json_name(&p->name, v, e));
	PL_TRY(pl_json_need_str(&r.whole, v, "type", e));
	r.p = r.whole;
	p->indexed = pl_json_bool(pl_json_get(v, "indexed"));
	PL_TRY(read_type(&p->type, &r, e));
	if (*r.p)
		return bad(&r, e, "more than a type");
	return PL_OK;
}

static enum pl_rc json_tuple(struct pl_arena *a, struct pl_abi_type *t,
			     const struct pl_json *params, unsigned depth,
			     struct pl_err *e)
{
	struct reader r = { .a = a, .p = "", .whole = "a list of parameters" };
	size_t n = pl_json_len(params);
	struct pl_abi_param *m = PL_NEW_N(a, struct pl_abi_param, n);
	enum pl_rc rc;

	if (params && pl_json_type(params) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "abi: parameters are a %s",
			       pl_json_type_name(params));
	for (size_t i = 0; i < n; i++) {
		rc = json_param(a, &m[i], pl_json_at(params, i), depth, e);
		if (rc)
			return pl_note(e, "parameter %zu", i + 1);
	}
	return close_tuple(t, &r, m, n, e);
}

/* *known is false for fallback and receive. */
static enum pl_rc json_kind(enum pl_abi_item_kind *out, bool *known,
			    const struct pl_json *v, struct pl_err *e)
{
	const char *s = "function"; /* the specification's default */

	if (pl_json_get(v, "type"))
		PL_TRY(pl_json_need_str(&s, v, "type", e));
	*known = true;
	if (!strcmp(s, "function"))
		*out = PL_ABI_FUNCTION;
	else if (!strcmp(s, "event"))
		*out = PL_ABI_EVENT;
	else if (!strcmp(s, "error"))
		*out = PL_ABI_ERROR;
	else if (!strcmp(s, "constructor"))
		*out = PL_ABI_CONSTRUCTOR;
	else if (!strcmp(s, "fallback") || !strcmp(s, "receive"))
		*known = false;
	else
		return pl_fail(e, PL_EFORMAT,
			       "abi: \"%.40s\" is no kind of "
			       "entry",
			       s);
	return PL_OK;
}

static enum pl_rc json_item(struct pl_arena *a, struct pl_abi_item *it,
			    bool *known, const struct pl_json *v,
			    struct pl_err *e)
{
	if (pl_json_type(v) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "abi: an entry is a %s",
			       pl_json_type_name(v));
	PL_TRY(json_kind(&it->kind, known, v, e));
	if (!*known)
		return PL_OK;
	PL_TRY(json_name(&it->name, v, e));
	if (it->kind == PL_ABI_CONSTRUCTOR)
		it->name = "constructor";
	if (!*it->name)
		return pl_fail(e, PL_EFORMAT, "abi: an entry has no name");
	it->anonymous = pl_json_bool(pl_json_get(v, "anonymous"));
	PL_TRY(json_tuple(a, &it->in, pl_json_get(v, "inputs"), 0, e));
	PL_TRY(json_tuple(a, &it->out, pl_json_get(v, "outputs"), 0, e));
	return close_item(a, it, e);
}

enum pl_rc pl_abi_read(struct pl_arena *a, struct pl_abi *out,
		       const struct pl_json *json, struct pl_err *e)
{
	struct pl_abi_item *items;
	size_t n = 0;
	bool known = false;

	if (pl_json_type(json) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "abi: not a list but a %s",
			       pl_json_type_name(json));
	items = PL_NEW_N(a, struct pl_abi_item, pl_json_len(json));
	for (size_t i = 0; i < pl_json_len(json); i++) {
		if (json_item(a, &items[n], &known, pl_json_at(json, i), e))
			return pl_note(e, "entry %zu", i + 1);
		n += known;
	}
	*out = (struct pl_abi){ items, n };
	return PL_OK;
}

/* ---------------------------------------------------------------- look-up */

enum pl_rc pl_abi_find(const struct pl_abi_item **out, const struct pl_abi *abi,
		       enum pl_abi_item_kind kind, const char *name,
		       struct pl_err *e)
{
	const struct pl_abi_item *found = NULL;

	for (size_t i = 0; i < abi->n; i++) {
		const struct pl_abi_item *it = &abi->items[i];

		if (it->kind != kind ||
		    (strcmp(it->name, name) != 0 && strcmp(it->sig, name) != 0))
			continue;
		if (found)
			return pl_fail(e, PL_EUSAGE,
				       "abi: \"%.100s\" is %.100s and %.100s: "
				       "give one of them",
				       name, found->sig, it->sig);
		found = it;
	}
	if (!found)
		return pl_fail(e, PL_ENOTFOUND, "abi: no \"%.100s\"", name);
	*out = found;
	return PL_OK;
}

const struct pl_abi_item *pl_abi_by_selector(const struct pl_abi *abi,
					     enum pl_abi_item_kind kind,
					     struct pl_span data)
{
	for (size_t i = 0; data.n >= 4 && i < abi->n; i++) {
		if (abi->items[i].kind == kind &&
		    !memcmp(abi->items[i].hash.b, data.p, 4))
			return &abi->items[i];
	}
	return NULL;
}

const struct pl_abi_item *pl_abi_by_topic(const struct pl_abi *abi,
					  const struct pl_hash32 *topic)
{
	for (size_t i = 0; i < abi->n; i++) {
		const struct pl_abi_item *it = &abi->items[i];

		if (it->kind == PL_ABI_EVENT && !it->anonymous &&
		    pl_hash32_equal(&it->hash, topic))
			return it;
	}
	return NULL;
}
