/* Encoding and strict decoding of the contract ABI.  Recursion follows the
 * type, whose height is limited, and never the data.  Every value takes at
 * least 32 bytes of its own, so a decoded tree is never larger than its bytes
 * allow: offsets that point twice at the same bytes are refused. */
#include "codec/abi.h"

#include "base/limits.h"

/* SPEC abi-spec enc: every head is a multiple of 32 bytes. */
#define WORD 32

static size_t padded(size_t n)
{
	return (n + WORD - 1) / WORD * WORD;
}

/* The type of the i-th item inside a tuple or an array. */
static const struct pl_abi_type *item_type(const struct pl_abi_type *t,
					   size_t i)
{
	return t->kind == PL_ABI_ARRAY ? t->elem : &t->members[i].type;
}

/* "member \"to\"" or "item 3": context for an error on its way up. */
static enum pl_rc note_item(struct pl_err *e, const struct pl_abi_type *t,
			    size_t i)
{
	if (t->kind == PL_ABI_TUPLE && *t->members[i].name)
		return pl_note(e, "%.64s", t->members[i].name);
	return pl_note(e, "%s %zu",
		       t->kind == PL_ABI_TUPLE ? "argument" : "item", i + 1);
}

/* Bits over `bits` repeat the sign bit (INT) or are zero. */
static bool in_range(const struct pl_abi_type *t, const struct pl_u256 *v)
{
	unsigned bits = t->kind == PL_ABI_BOOL ? 1 : t->size;
	struct pl_u256 flipped;

	if (t->kind != PL_ABI_INT)
		return pl_u256_bits(v) <= bits;
	if (!(v->w[3] >> 63))
		return pl_u256_bits(v) <= bits - 1;
	for (size_t i = 0; i < 4; i++)
		flipped.w[i] = ~v->w[i];
	return pl_u256_bits(&flipped) <= bits - 1;
}

/* --------------------------------------------------------------- encoding */

struct pl_abi_value pl_abi_u256(const struct pl_u256 *v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_UINT, .num = *v };
}

struct pl_abi_value pl_abi_u64(uint64_t v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_UINT,
				      .num = pl_u256_of(v) };
}

struct pl_abi_value pl_abi_bool(bool v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_BOOL,
				      .num = pl_u256_of(v) };
}

struct pl_abi_value pl_abi_addr(const struct pl_addr *v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_ADDR, .addr = *v };
}

struct pl_abi_value pl_abi_hash32(const struct pl_hash32 *v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_FIXED,
				      .bytes = pl_hash32_span(v) };
}

struct pl_abi_value pl_abi_bytes(struct pl_span v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_BYTES, .bytes = v };
}

struct pl_abi_value pl_abi_str(const char *v)
{
	return (struct pl_abi_value){ .kind = PL_ABI_STR,
				      .bytes = pl_span_str(v) };
}

struct pl_abi_value pl_abi_items(const struct pl_abi_value *v, size_t n)
{
	return (struct pl_abi_value){ .kind = PL_ABI_TUPLE,
				      .items = v,
				      .n = n };
}

/* A value made for one type may go where another takes the same bytes. */
static bool kind_fits(enum pl_abi_kind type, enum pl_abi_kind value)
{
	switch (type) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
		return value == PL_ABI_UINT || value == PL_ABI_INT;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
		return value == PL_ABI_FIXED || value == PL_ABI_FUNC ||
		       value == PL_ABI_BYTES;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		return value == PL_ABI_TUPLE || value == PL_ABI_ARRAY;
	case PL_ABI_BOOL:
	case PL_ABI_ADDR:
	case PL_ABI_BYTES:
	case PL_ABI_STR:
		break;
	}
	return type == value;
}

/* The value is of the type's shape; its items are looked at later. */
static enum pl_rc fits(const struct pl_abi_type *t,
		       const struct pl_abi_value *v, struct pl_err *e)
{
	bool list = t->kind == PL_ABI_TUPLE || t->kind == PL_ABI_ARRAY;

	if (!kind_fits(t->kind, v->kind))
		return pl_fail(e, PL_EFORMAT, "abi: the value is no %.100s",
			       t->name);
	if (list && !t->open && v->n != t->count)
		return pl_fail(e, PL_EFORMAT,
			       "abi: %zu values for the %zu of %.100s", v->n,
			       t->count, t->name);
	if ((t->kind == PL_ABI_FIXED || t->kind == PL_ABI_FUNC) &&
	    v->bytes.n != t->size)
		return pl_fail(e, PL_EFORMAT, "abi: %zu bytes for %.100s",
			       v->bytes.n, t->name);
	if ((t->kind == PL_ABI_UINT || t->kind == PL_ABI_INT ||
	     t->kind == PL_ABI_BOOL) &&
	    !in_range(t, &v->num))
		return pl_fail(e, PL_EFORMAT,
			       "abi: the value is too large "
			       "for %.100s",
			       t->name);
	return PL_OK;
}

/* Room for n zeroed bytes at the end, within the limit. */
static enum pl_rc grow(struct pl_buf *b, size_t n, struct pl_err *e)
{
	if (n > PL_MAX_ABI_DATA || b->n > PL_MAX_ABI_DATA - n)
		return pl_fail(e, PL_ELIMIT, "abi: over %zu bytes",
			       PL_MAX_ABI_DATA);
	memset(pl_buf_room(b, n), 0, n);
	b->n += n;
	b->p[b->n] = 0;
	return PL_OK;
}

static void word_at(struct pl_buf *b, size_t at, size_t v)
{
	struct pl_u256 n = pl_u256_of(v);

	pl_u256_to_be(b->p + at, &n);
}

static enum pl_rc put_items(struct pl_buf *b, size_t at,
			    const struct pl_abi_type *t,
			    const struct pl_abi_value *v, size_t n,
			    struct pl_err *e);

/* A static value into its head, whose bytes are zero. */
static enum pl_rc put_static(struct pl_buf *b, size_t at,
			     const struct pl_abi_type *t,
			     const struct pl_abi_value *v, struct pl_err *e)
{
	PL_TRY(fits(t, v, e));
	switch (t->kind) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
	case PL_ABI_BOOL:
		pl_u256_to_be(b->p + at, &v->num);
		break;
	case PL_ABI_ADDR:
		memcpy(b->p + at + 12, v->addr.b, sizeof(v->addr.b));
		break;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
		memcpy(b->p + at, v->bytes.p, v->bytes.n);
		break;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		return put_items(b, at, t, v->items, v->n, e);
	case PL_ABI_BYTES:
	case PL_ABI_STR:
		break; /* never static */
	}
	return PL_OK;
}

/* A dynamic value at the end of what is there. */
static enum pl_rc put_tail(struct pl_buf *b, const struct pl_abi_type *t,
			   const struct pl_abi_value *v, struct pl_err *e)
{
	size_t at = b->n, head;

	PL_TRY(fits(t, v, e));
	if (t->kind == PL_ABI_BYTES || t->kind == PL_ABI_STR) {
		if (v->bytes.n > PL_MAX_ABI_DATA)
			return grow(b, v->bytes.n, e);
		PL_TRY(grow(b, WORD + padded(v->bytes.n), e));
		word_at(b, at, v->bytes.n);
		if (v->bytes.n)
			memcpy(b->p + at + WORD, v->bytes.p, v->bytes.n);
		return PL_OK;
	}
	head = t->frame;
	if (t->open) {
		PL_TRY(grow(b, WORD, e));
		word_at(b, at, v->n);
		at += WORD;
		if (v->n > PL_MAX_ABI_DATA)
			return grow(b, v->n, e);
		head = v->n * t->elem->head;
	}
	PL_TRY(grow(b, head, e));
	return put_items(b, at, t, v->items, v->n, e);
}

/* The items' heads from `at` on, already there, and tails at the end. */
static enum pl_rc put_items(struct pl_buf *b, size_t at,
			    const struct pl_abi_type *t,
			    const struct pl_abi_value *v, size_t n,
			    struct pl_err *e)
{
	size_t slot = at;
	enum pl_rc rc;

	for (size_t i = 0; i < n; i++) {
		const struct pl_abi_type *it = item_type(t, i);

		if (it->dynamic) {
			word_at(b, slot, b->n - at);
			rc = put_tail(b, it, &v[i], e);
		} else {
			rc = put_static(b, slot, it, &v[i], e);
		}
		if (rc)
			return note_item(e, t, i);
		slot += it->head;
	}
	return PL_OK;
}

enum pl_rc pl_abi_encode(struct pl_buf *out, const struct pl_abi_type *tuple,
			 const struct pl_abi_value *v, size_t n,
			 struct pl_err *e)
{
	struct pl_abi_value all = pl_abi_items(v, n);
	size_t before = out->n;
	enum pl_rc rc;

	PL_TRY(fits(tuple, &all, e));
	rc = grow(out, tuple->frame, e);
	if (!rc)
		rc = put_items(out, before, tuple, v, n, e);
	if (rc && out->p) {
		out->n = before;
		out->p[before] = 0;
	}
	return rc;
}

enum pl_rc pl_abi_encode_call(struct pl_arena *a, struct pl_span *out,
			      const struct pl_abi_item *f,
			      const struct pl_abi_value *v, size_t n,
			      struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	if (f->kind != PL_ABI_CONSTRUCTOR)
		pl_buf_put(&b, (struct pl_span){ f->hash.b, 4 });
	if (pl_abi_encode(&b, &f->in, v, n, e))
		return pl_note(e, "%.100s", f->sig);
	*out = pl_buf_span(&b);
	return PL_OK;
}

/* --------------------------------------------------------------- decoding */

struct decoder {
	struct pl_arena *a;
	const uint8_t *start; /* of all the data: errors count from here */
	struct pl_err *e;
};

static enum pl_rc bad(const struct decoder *d, const uint8_t *at,
		      const char *what)
{
	return pl_fail(d->e, PL_EFORMAT, "abi: %s at byte %zu", what,
		       (size_t)(at - d->start));
}

static bool zeros(const uint8_t *p, size_t n)
{
	uint8_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= p[i];
	return !all;
}

/* A length or an offset: a word of at most `max`. */
static enum pl_rc take_size(const struct decoder *d, size_t *out,
			    struct pl_span *s, size_t max, const char *what)
{
	struct pl_u256 v;
	uint64_t n;

	if (s->n < WORD)
		return bad(d, s->p, "cut short");
	v = pl_u256_from_be32(s->p);
	if (!pl_u256_to_u64(&n, &v) || n > max)
		return bad(d, s->p, what);
	(void)pl_span_take(s, WORD);
	*out = (size_t)n;
	return PL_OK;
}

/* A value of one word. */
static enum pl_rc get_word(const struct decoder *d, struct pl_abi_value *v,
			   const struct pl_abi_type *t, const uint8_t *w)
{
	if (t->kind == PL_ABI_ADDR) {
		if (!zeros(w, 12))
			return bad(d, w, "an address over 20 bytes");
		memcpy(v->addr.b, w + 12, sizeof(v->addr.b));
		return PL_OK;
	}
	if (t->kind == PL_ABI_FIXED || t->kind == PL_ABI_FUNC) {
		if (!zeros(w + t->size, WORD - t->size))
			return bad(d, w, "padding is not zero");
		v->bytes = (struct pl_span){ w, t->size };
		return PL_OK;
	}
	v->num = pl_u256_from_be32(w);
	if (!in_range(t, &v->num))
		return bad(d, w, "a number too large for its type");
	return PL_OK;
}

/* bytes or string: moves *s past the padding. */
static enum pl_rc get_bytes(const struct decoder *d, struct pl_abi_value *v,
			    struct pl_span *s)
{
	size_t n;

	PL_TRY(take_size(d, &n, s, s->n, "a length over the data"));
	if (padded(n) > s->n)
		return bad(d, s->p, "cut short");
	if (!zeros(s->p + n, padded(n) - n))
		return bad(d, s->p + n, "padding is not zero");
	v->bytes = (struct pl_span){ s->p, n };
	(void)pl_span_take(s, padded(n));
	return PL_OK;
}

static enum pl_rc get_items(const struct decoder *d, struct pl_abi_value *v,
			    const struct pl_abi_type *t, size_t n,
			    struct pl_span *s);

/* A value whose bytes start at *s; moves past them. */
static enum pl_rc get_value(const struct decoder *d, struct pl_abi_value *v,
			    const struct pl_abi_type *t, struct pl_span *s)
{
	size_t n = t->count;

	v->kind = t->kind;
	v->type = t;
	if (t->kind == PL_ABI_BYTES || t->kind == PL_ABI_STR)
		return get_bytes(d, v, s);
	if (t->kind != PL_ABI_TUPLE && t->kind != PL_ABI_ARRAY) {
		if (s->n < WORD)
			return bad(d, s->p, "cut short");
		return get_word(d, v, t, pl_span_take(s, WORD).p);
	}
	if (t->open)
		PL_TRY(take_size(d, &n, s, s->n / t->elem->head,
				 "more items than the data holds"));
	return get_items(d, v, t, n, s);
}

/* The head of one item at *head; a tail must begin where the last ended,
 * which is where *tail begins. */
static enum pl_rc get_item(const struct decoder *d, struct pl_abi_value *v,
			   const struct pl_abi_type *t, const uint8_t *base,
			   struct pl_span *head, struct pl_span *tail)
{
	const uint8_t *at = head->p;
	size_t offset;

	if (!t->dynamic)
		return get_value(d, v, t, head);
	PL_TRY(take_size(d, &offset, head, PL_MAX_ABI_DATA,
			 "an offset over the data"));
	if (offset != (size_t)(tail->p - base))
		return bad(d, at, "an offset that is not canonical");
	return get_value(d, v, t, tail);
}

/* n items, heads then tails; moves *s past all of them. */
static enum pl_rc get_items(const struct decoder *d, struct pl_abi_value *v,
			    const struct pl_abi_type *t, size_t n,
			    struct pl_span *s)
{
	size_t frame = t->open ? n * t->elem->head : t->frame;
	const uint8_t *base = s->p;
	struct pl_abi_value *items;
	struct pl_span head, tail = *s;

	if (frame > s->n)
		return bad(d, s->p + s->n, "cut short");
	items = PL_NEW_N(d->a, struct pl_abi_value, n);
	head = pl_span_take(&tail, frame);
	for (size_t i = 0; i < n; i++) {
		if (get_item(d, &items[i], item_type(t, i), base, &head, &tail))
			return note_item(d->e, t, i);
	}
	v->items = items;
	v->n = n;
	*s = tail;
	return PL_OK;
}

enum pl_rc pl_abi_decode(struct pl_arena *a, struct pl_abi_value *out,
			 const struct pl_abi_type *tuple, struct pl_span data,
			 struct pl_err *e)
{
	struct decoder d = { a, data.p, e };
	struct pl_abi_value v = { .kind = PL_ABI_TUPLE, .type = tuple };

	if (data.n > PL_MAX_ABI_DATA)
		return pl_fail(e, PL_ELIMIT,
			       "abi: %zu bytes, over the %zu "
			       "read",
			       data.n, PL_MAX_ABI_DATA);
	PL_TRY(get_items(&d, &v, tuple, tuple->count, &data));
	if (data.n)
		return bad(&d, data.p, "bytes after the last value");
	*out = v;
	return PL_OK;
}

/* ----------------------------------------------------------------- events */

/* An indexed parameter whose value stands in the topic, not its hash. */
static bool in_topic(const struct pl_abi_type *t)
{
	return !t->dynamic && t->kind != PL_ABI_TUPLE &&
	       t->kind != PL_ABI_ARRAY;
}

/* The event's parameters that stand in the data, as a tuple. */
static struct pl_abi_type data_tuple(struct pl_arena *a,
				     const struct pl_abi_item *event)
{
	struct pl_abi_param *m =
		PL_NEW_N(a, struct pl_abi_param, event->in.count);
	struct pl_abi_type t = { .kind = PL_ABI_TUPLE, .members = m };

	for (size_t i = 0; i < event->in.count; i++) {
		if (event->in.members[i].indexed)
			continue;
		m[t.count] = event->in.members[i];
		t.frame += m[t.count++].type.head;
	}
	return t;
}

static enum pl_rc topics_fit(const struct pl_abi_item *event,
			     const struct pl_hash32 *topics, size_t n,
			     struct pl_err *e)
{
	size_t want = event->anonymous ? 0 : 1;

	for (size_t i = 0; i < event->in.count; i++)
		want += event->in.members[i].indexed;
	if (n != want)
		return pl_fail(e, PL_EFORMAT,
			       "abi: %.100s with %zu topics, "
			       "not %zu",
			       event->sig, n, want);
	if (!event->anonymous && !pl_hash32_equal(topics, &event->hash))
		return pl_fail(e, PL_EFORMAT,
			       "abi: the topic is not that of "
			       "%.100s",
			       event->sig);
	return PL_OK;
}

/* The type of an indexed value that is only known by its hash. */
static const struct pl_abi_type hash_type = {
	.kind = PL_ABI_FIXED, .size = 32, .head = 32, .name = "bytes32"
};

enum pl_rc pl_abi_decode_event(struct pl_arena *a, struct pl_abi_value *out,
			       const struct pl_abi_item *event,
			       const struct pl_hash32 *topics, size_t n_topics,
			       struct pl_span data, struct pl_err *e)
{
	struct pl_abi_type rest = data_tuple(a, event);
	struct pl_abi_value *items =
		PL_NEW_N(a, struct pl_abi_value, event->in.count);
	struct pl_abi_value body;
	size_t topic = event->anonymous ? 0 : 1, next = 0;

	PL_TRY(topics_fit(event, topics, n_topics, e));
	if (pl_abi_decode(a, &body, &rest, data, e))
		return pl_note(e, "%.100s", event->sig);
	for (size_t i = 0; i < event->in.count; i++) {
		const struct pl_abi_param *p = &event->in.members[i];
		struct decoder d = { a, topics[topic].b, e };

		if (!p->indexed) {
			items[i] = body.items[next++];
			continue;
		}
		items[i].type = in_topic(&p->type) ? &p->type : &hash_type;
		items[i].kind = items[i].type->kind;
		if (get_word(&d, &items[i], items[i].type, topics[topic++].b))
			return pl_note(e, "%.100s: topic %zu", event->sig,
				       topic);
	}
	*out = (struct pl_abi_value){ .kind = PL_ABI_TUPLE,
				      .type = &event->in,
				      .items = items,
				      .n = event->in.count };
	return PL_OK;
}
