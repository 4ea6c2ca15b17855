#include "token/event.h"

#include <math.h>

/* Where a parameter of an event goes; beyond the columns, the four amounts of
 * a Uniswap v2 swap, of which two columns are made. */
enum { IN0 = PL_EC_COUNT, IN1, OUT0, OUT1, NOWHERE };
#define MAX_PARAMS 8

struct form {
	enum pl_event_kind kind;
	struct pl_abi_item item;
	size_t n_topics;
	uint8_t col[MAX_PARAMS];
};

struct pl_event_book {
	struct form *v;
	size_t n;
};

/* ---------------------------------------------------------------- the book */

static uint8_t column_of(const char *name, size_t len)
{
	static const char *const more[] = { "in0", "in1", "out0", "out1" };

	for (uint8_t c = 0; c < PL_EC_COUNT; c++)
		if (strlen(pl_event_col_name(c)) == len &&
		    !memcmp(pl_event_col_name(c), name, len))
			return c;
	for (uint8_t i = 0; i < 4; i++)
		if (strlen(more[i]) == len && !memcmp(more[i], name, len))
			return (uint8_t)(IN0 + i);
	return NOWHERE;
}

unsigned pl_event_def_columns(const struct pl_event_def *d)
{
	unsigned has = 0;

	for (const char *at = d->cols; *at;) {
		size_t len = strcspn(at, " ");
		uint8_t col = column_of(at, len);

		if (col < PL_EC_COUNT)
			has |= 1u << col;
		else if (col == IN0 || col == IN1)
			has |= 1u << (PL_EC_AMOUNT0 + (col - IN0));
		at += len + (at[len] == ' ');
	}
	return has;
}

static size_t topics_of(const struct pl_abi_item *it)
{
	size_t n = it->anonymous ? 0 : 1;

	for (size_t i = 0; i < it->in.count; i++)
		n += it->in.members[i].indexed;
	return n;
}

/* Does what the parameter holds fit the column? */
static bool fits(const struct pl_abi_type *t, uint8_t col)
{
	if (t->kind == PL_ABI_ARRAY)
		t = t->elem;
	if (col < PL_EC_ADDRS)
		return t->kind == PL_ABI_ADDR;
	if (col == PL_EC_FLAG)
		return t->kind == PL_ABI_BOOL;
	if (col == NOWHERE)
		return true;
	return t->kind == PL_ABI_UINT || t->kind == PL_ABI_INT;
}

/* The table is ours: what does not fit is our own mistake. */
static enum pl_rc form_make(struct pl_arena *a, struct form *f,
			    const struct pl_event_def *d, struct pl_err *e)
{
	const char *at = d->cols;

	f->kind = d->kind;
	PL_TRY(pl_abi_sig_parse(a, &f->item, d->sig, e));
	if (f->item.in.count > MAX_PARAMS)
		return pl_fail(e, PL_EBUG, "%s: too many parameters", d->name);
	f->n_topics = topics_of(&f->item);
	for (size_t i = 0; i < f->item.in.count; i++) {
		size_t len = strcspn(at, " ");

		f->col[i] = column_of(at, len);
		if (f->col[i] == NOWHERE ||
		    !fits(&f->item.in.members[i].type, f->col[i]))
			return pl_fail(e, PL_EBUG, "%s: column %zu", d->name,
				       i);
		at += len + (at[len] == ' ');
	}
	return *at ? pl_fail(e, PL_EBUG, "%s: columns left", d->name) : PL_OK;
}

static enum pl_rc member_at(size_t *out, const struct pl_abi_item *it,
			    const char *name, struct pl_err *e)
{
	for (size_t i = 0; i < it->in.count; i++) {
		const struct pl_abi_param *p = &it->in.members[i];

		if (strcmp(p->name, name) != 0)
			continue;
		if (p->type.kind != PL_ABI_UINT && p->type.kind != PL_ABI_INT)
			return pl_fail(e, PL_EUSAGE,
				       "%s: \"%s\" is %s, not an integer",
				       it->sig, name, p->type.name);
		if (p->type.places)
			return pl_fail(e, PL_EUSAGE,
				       "%s: \"%s\" is %s, which Solidity "
				       "cannot write",
				       it->sig, name, p->type.name);
		*out = i;
		return PL_OK;
	}
	return pl_fail(e, PL_EUSAGE, "%s has no parameter \"%s\"", it->sig,
		       name);
}

static enum pl_rc form_custom(struct pl_arena *a, struct form *f,
			      const char *sig, const char *member,
			      const char *stamp, struct pl_err *e)
{
	size_t at;

	f->kind = PL_EV_NAV;
	if (pl_abi_sig_parse(a, &f->item, sig, e))
		return pl_note(e, "the event \"%.200s\"", sig);
	if (f->item.kind != PL_ABI_EVENT || f->item.anonymous)
		return pl_fail(e, PL_EUSAGE,
			       "\"%.200s\" is no event with a name: write "
			       "event Name(type name, …)",
			       sig);
	if (!f->item.in.count || f->item.in.count > MAX_PARAMS)
		return pl_fail(e, PL_EUSAGE, "%.200s: %zu parameters, 1 to %d",
			       f->item.sig, f->item.in.count, MAX_PARAMS);
	f->n_topics = topics_of(&f->item);
	memset(f->col, NOWHERE, sizeof(f->col));
	PL_TRY(member_at(&at, &f->item, member, e));
	f->col[at] = PL_EC_ANSWER;
	if (!stamp)
		return PL_OK;
	PL_TRY(member_at(&at, &f->item, stamp, e));
	if (f->col[at] == PL_EC_ANSWER)
		return pl_fail(e, PL_EUSAGE,
			       "\"%s\" cannot be both value and time", stamp);
	f->col[at] = PL_EC_STAMP;
	return PL_OK;
}

enum pl_rc pl_event_book(struct pl_arena *a, const struct pl_event_book **out,
			 const char *sig, const char *member, const char *stamp,
			 struct pl_err *e)
{
	struct pl_event_book *b = PL_NEW(a, struct pl_event_book);

	b->v = PL_NEW_N(a, struct form, pl_event_def_count + 1);
	if (sig) /* first: what the user says goes before the table */
		PL_TRY(form_custom(a, &b->v[b->n++], sig, member, stamp, e));
	for (size_t i = 0; i < pl_event_def_count; i++)
		PL_TRY(form_make(a, &b->v[b->n++], &pl_event_defs[i], e));
	*out = b;
	return PL_OK;
}

size_t pl_event_topics(struct pl_arena *a, struct pl_hash32 **out,
		       const struct pl_event_book *book, uint64_t kinds)
{
	struct pl_hash32 *v = PL_NEW_N(a, struct pl_hash32, book->n);
	size_t n = 0, k;

	for (size_t i = 0; i < book->n; i++) {
		const struct form *f = &book->v[i];

		if (!(kinds & pl_event_bit(f->kind)))
			continue;
		for (k = 0; k < n; k++)
			if (pl_hash32_equal(&v[k], &f->item.hash))
				break;
		if (k == n)
			v[n++] = f->item.hash;
	}
	*out = v;
	return n;
}

/* ---------------------------------------------------------------- decoding */

static void set_num(struct pl_event *ev, enum pl_event_col c,
		    const struct pl_u256 *v)
{
	ev->num[c - PL_EC_ADDRS] = *v;
	ev->has |= 1u << c;
}

static bool negative(const struct pl_u256 *v)
{
	return v->w[3] >> 63;
}

static struct pl_u256 negate(const struct pl_u256 *v)
{
	struct pl_u256 r;
	uint64_t carry = 1;

	for (int i = 0; i < 4; i++) {
		r.w[i] = ~v->w[i] + carry;
		carry = carry && !r.w[i];
	}
	return r;
}

/* in - out as a signed number; false where it does not fit one. */
static bool net(struct pl_u256 *r, const struct pl_u256 *in,
		const struct pl_u256 *out)
{
	struct pl_u256 d;

	if (pl_u256_sub(&d, in, out)) {
		*r = d;
		return !negative(&d);
	}
	if (!pl_u256_sub(&d, out, in) || negative(&d))
		return false;
	*r = negate(&d);
	return true;
}

/* The value of one parameter into its column. */
static void put(struct pl_event *ev, struct pl_u256 sides[4], uint8_t col,
		const struct pl_abi_value *v)
{
	if (col < PL_EC_ADDRS) {
		ev->addr[col] = v->addr;
		ev->has |= 1u << col;
	} else if (col < PL_EC_COUNT) {
		set_num(ev, col, &v->num);
	} else if (col < NOWHERE) {
		sides[col - IN0] = v->num;
	}
}

static enum pl_rc check(const struct form *f, struct pl_event *ev,
			const struct pl_u256 sides[4], struct pl_err *e)
{
	struct pl_u256 d0, d1;
	const struct pl_u256 *stamp = pl_event_num(ev, PL_EC_STAMP);
	uint64_t seconds;

	if (f->kind == PL_EV_SWAP_V2) {
		if (!net(&d0, &sides[0], &sides[2]) ||
		    !net(&d1, &sides[1], &sides[3]))
			return pl_fail(e, PL_EFORMAT,
				       "%.100s: amounts over 2^255",
				       f->item.sig);
		set_num(ev, PL_EC_AMOUNT0, &d0);
		set_num(ev, PL_EC_AMOUNT1, &d1);
	}
	if (stamp && (!pl_u256_to_u64(&seconds, stamp) || seconds > INT64_MAX))
		return pl_fail(e, PL_EFORMAT, "%.100s: no time", f->item.sig);
	/* an unsigned number of the user's own event, in a signed column */
	for (size_t i = 0; f->kind == PL_EV_NAV && i < f->item.in.count; i++)
		if (f->col[i] == PL_EC_ANSWER &&
		    f->item.in.members[i].type.kind == PL_ABI_UINT &&
		    negative(&ev->num[PL_EC_ANSWER - PL_EC_ADDRS]))
			return pl_fail(e, PL_EFORMAT,
				       "%.100s: a value over 2^255",
				       f->item.sig);
	return PL_OK;
}

/* ids and values of a batch: as many of one as of the other. */
static enum pl_rc batch(struct pl_arena *a, struct pl_event **out, size_t *n,
			const struct pl_event *one,
			const struct pl_abi_value *ids,
			const struct pl_abi_value *values, struct pl_err *e)
{
	struct pl_event *v;

	if (ids->n != values->n)
		return pl_fail(e, PL_EFORMAT,
			       "TransferBatch: %zu ids and %zu values", ids->n,
			       values->n);
	v = PL_NEW_N(a, struct pl_event, ids->n);
	for (size_t i = 0; i < ids->n; i++) {
		v[i] = *one;
		v[i].part = (unsigned)i;
		set_num(&v[i], PL_EC_ID, &ids->items[i].num);
		set_num(&v[i], PL_EC_VALUE, &values->items[i].num);
	}
	*out = v;
	*n = ids->n;
	return PL_OK;
}

static enum pl_rc rows_of(struct pl_arena *a, struct pl_event **out, size_t *n,
			  const struct form *f, const struct pl_hash32 *topics,
			  size_t n_topics, struct pl_span data,
			  struct pl_err *e)
{
	struct pl_event *ev = PL_NEW(a, struct pl_event);
	struct pl_u256 sides[4] = { { { 0 } } };
	struct pl_abi_value all;

	PL_TRY(pl_abi_decode_event(a, &all, &f->item, topics, n_topics, data,
				   e));
	ev->kind = f->kind;
	for (size_t i = 0; i < all.n; i++)
		if (all.items[i].kind != PL_ABI_ARRAY)
			put(ev, sides, f->col[i], &all.items[i]);
	if (f->kind == PL_EV_TRANSFER_BATCH)
		return batch(a, out, n, ev, &all.items[3], &all.items[4], e);
	PL_TRY(check(f, ev, sides, e));
	*out = ev;
	*n = 1;
	return PL_OK;
}

enum pl_rc pl_event_read(struct pl_arena *a, struct pl_event **out, size_t *n,
			 const struct pl_event_book *book, uint64_t kinds,
			 const struct pl_hash32 *topics, size_t n_topics,
			 struct pl_span data, struct pl_err *e)
{
	const struct form *asked = NULL;
	bool other = false;

	for (size_t i = 0; n_topics && i < book->n; i++) {
		const struct form *f = &book->v[i];
		bool wanted = (kinds & pl_event_bit(f->kind)) != 0;

		if (!pl_hash32_equal(&f->item.hash, &topics[0]))
			continue;
		if (wanted && f->n_topics == n_topics)
			return rows_of(a, out, n, f, topics, n_topics, data, e);
		if (wanted)
			asked = f;
		other |= f->n_topics == n_topics;
	}
	if (asked && !other)
		return pl_fail(e, PL_EFORMAT, "%.100s: %zu topics",
			       asked->item.sig, n_topics);
	*out = NULL;
	*n = 0;
	return PL_OK;
}

/* ------------------------------------------------------------------ prices */

struct pl_u256 pl_event_magnitude(const struct pl_u256 *v)
{
	return negative(v) ? negate(v) : *v;
}

static double magnitude(const struct pl_u256 *v)
{
	const struct pl_u256 m = pl_event_magnitude(v);

	return pl_u256_double(&m);
}

/* x · 10^(up - down), in one rounding: powers up to 10^22 are exact. */
static double scaled(double x, int up, int down)
{
	double p = 1.0;
	int k = up - down;
	int left = k < 0 ? -k : k;

	for (; left >= 22; left -= 22)
		p *= 1e22;
	for (; left > 0; left--)
		p *= 10.0;
	return k < 0 ? x / p : x * p;
}

/* b / a where both moved, in opposite directions when they are signed. */
static bool ratio(double *out, const struct pl_u256 *a, const struct pl_u256 *b,
		  bool opposite)
{
	if (!a || !b || pl_u256_is_zero(a) || pl_u256_is_zero(b))
		return false;
	if (opposite && negative(a) == negative(b))
		return false;
	if (opposite)
		*out = magnitude(b) / magnitude(a);
	else
		*out = pl_u256_double(b) / pl_u256_double(a);
	return true;
}

static bool from_root(double *out, const struct pl_u256 *root)
{
	double r;

	if (!root || pl_u256_is_zero(root))
		return false;
	r = ldexp(pl_u256_double(root), -96);
	*out = r * r;
	return true;
}

bool pl_event_price(double *out, const struct pl_event *e,
		    const struct pl_event_units *u)
{
	const struct pl_u256 *answer = pl_event_num(e, PL_EC_ANSWER);
	double x = 0;
	bool ok = false, feed = e->kind == PL_EV_ANSWER || e->kind == PL_EV_NAV;

	if (e->kind == PL_EV_SWAP_V3 || e->kind == PL_EV_START_V3)
		ok = from_root(&x, pl_event_num(e, PL_EC_SQRT_PRICE));
	else if (e->kind == PL_EV_SWAP_V2)
		ok = ratio(&x, pl_event_num(e, PL_EC_AMOUNT0),
			   pl_event_num(e, PL_EC_AMOUNT1), true);
	else if (e->kind == PL_EV_SYNC_V2)
		ok = ratio(&x, pl_event_num(e, PL_EC_RESERVE0),
			   pl_event_num(e, PL_EC_RESERVE1), false);
	else if (e->kind == PL_EV_DEPOSIT || e->kind == PL_EV_WITHDRAW)
		ok = ratio(&x, pl_event_num(e, PL_EC_SHARES),
			   pl_event_num(e, PL_EC_VALUE), false);
	else if (feed && answer && !negative(answer)) {
		x = pl_u256_double(answer);
		ok = true;
	}
	if (!ok)
		return false;
	x = feed ? scaled(x, 0, u->dec0) : scaled(x, u->dec0, u->dec1);
	if (!isfinite(x))
		return false;
	*out = x;
	return true;
}

bool pl_event_ratio(double *out, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_event_units *u)
{
	double x;

	if (!ratio(&x, a, b, false))
		return false;
	x = scaled(x, u->dec0, u->dec1);
	if (!isnormal(x))
		return false;
	*out = x;
	return true;
}

char *pl_event_signed_text(struct pl_arena *a, const struct pl_u256 *v)
{
	struct pl_u256 m = negative(v) ? negate(v) : *v;
	char digits[PL_U256_DEC];

	pl_u256_dec(digits, &m);
	return pl_printf(a, "%s%s", negative(v) ? "-" : "", digits);
}
