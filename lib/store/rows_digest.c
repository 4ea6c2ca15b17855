/* The digest that names rows of the index: sums.h says what it is. */
#include <stdlib.h>

#include "base/hex.h"
#include "store/sums.h"

/* ---------------------------------------------------------- canonical rows */

static char *put_hex(char *w, struct pl_span s)
{
	*w++ = '0';
	*w++ = 'x';
	pl_hex_put(w, s);
	return w + 2 * s.n;
}

static char *put_u64(char *w, uint64_t v)
{
	char tmp[20];
	size_t n = 0;

	do
		tmp[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*w++ = tmp[--n];
	return w;
}

/* At most 20+1+42+1+20+1+20+1+21+1+66+1+42+1+42+1 bytes. */
static char *all_but_value(char *out, const struct pl_token_id *token,
			   const struct pl_transfer *t)
{
	char *w = put_u64(out, token->chain);

	*w++ = ',';
	w = put_hex(w, pl_addr_span(&token->address));
	*w++ = ',';
	if (t->has & PL_TR_BLOCK)
		w = put_u64(w, t->block);
	*w++ = ',';
	if (t->has & PL_TR_LOG)
		w = put_u64(w, t->log_index);
	*w++ = ',';
	if ((t->has & PL_TR_TIME) && t->time < 0) {
		*w++ = '-';
		w = put_u64(w, 0 - (uint64_t)t->time);
	} else if (t->has & PL_TR_TIME) {
		w = put_u64(w, (uint64_t)t->time);
	}
	*w++ = ',';
	w = put_hex(w, pl_hash32_span(&t->tx));
	*w++ = ',';
	w = put_hex(w, pl_addr_span(&t->from));
	*w++ = ',';
	w = put_hex(w, pl_addr_span(&t->to));
	*w++ = ',';
	return w;
}

static size_t end_row(const char *out, char *w)
{
	*w++ = '\n';
	*w = '\0';
	return (size_t)(w - out);
}

/* The value: at most 78 digits. */
size_t pl_canonical_row(char out[PL_CANONICAL_ROW],
			const struct pl_token_id *token,
			const struct pl_transfer *t)
{
	char *w = all_but_value(out, token, t);

	pl_u256_dec(w, &t->value);
	return end_row(out, w + strlen(w));
}

size_t pl_leaf_row(char out[PL_CANONICAL_ROW], const struct pl_token_id *token,
		   const struct pl_transfer *t)
{
	char *w = all_but_value(out, token, t);
	uint8_t be[32];

	pl_u256_to_be(be, &t->value);
	return end_row(out, put_hex(w, (struct pl_span){ be, sizeof(be) }));
}

/* -------------------------------------------------------------- the digest */

#define PENDING ((size_t)1 << 16)

struct group {
	int kind; /* 0: no place, 1: by time, 2: by block */
	int64_t number;
};

struct pl_rows_digest {
	struct pl_arena *a;
	const struct pl_token_id *token;
	bool chained, any;
	struct pl_sha256 sha; /* over the groups; chained: over the rows */
	struct group at;
	struct pl_hash32 *leaf; /* of the group in hand */
	size_t n, cap;
	char *pending; /* canonical rows not yet hashed */
	size_t pending_n;
};

enum pl_rc pl_rows_digest_open(struct pl_arena *a, struct pl_rows_digest **out,
			       const struct pl_token_id *token, bool chained,
			       struct pl_err *e)
{
	struct pl_rows_digest *d = PL_NEW(a, struct pl_rows_digest);

	d->a = a;
	d->token = token;
	d->chained = chained;
	d->pending = pl_alloc(a, chained ? PENDING : 1);
	PL_TRY(pl_sha256_open(&d->sha, e));
	*out = d;
	return PL_OK;
}

static int64_t floor_div(int64_t v, int64_t by)
{
	return v / by - (v % by < 0);
}

static struct group group_of(const struct pl_transfer *t)
{
	if (t->has & PL_TR_BLOCK)
		return (struct group){ 2,
				       (int64_t)(t->block / PL_GROUP_BLOCKS) };
	if (t->has & PL_TR_TIME)
		return (struct group){ 1,
				       floor_div(t->time, PL_GROUP_SECONDS) };
	return (struct group){ 0, 0 };
}

static int leaf_cmp(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct pl_hash32));
}

static enum pl_rc end_group(struct pl_rows_digest *d, struct pl_err *e)
{
	struct pl_hash32 h;

	if (!d->n)
		return PL_OK;
	qsort(d->leaf, d->n, sizeof(*d->leaf), leaf_cmp);
	h = pl_sha256_here(
		(struct pl_span){ d->leaf->b, d->n * sizeof(*d->leaf) });
	d->n = 0;
	return pl_sha256_put(&d->sha, pl_hash32_span(&h), e);
}

static enum pl_rc hash_pending(struct pl_rows_digest *d, struct pl_err *e)
{
	struct pl_span s = { (const uint8_t *)d->pending, d->pending_n };

	d->pending_n = 0;
	return pl_sha256_put(&d->sha, s, e);
}

static enum pl_rc chain_row(struct pl_rows_digest *d,
			    const struct pl_transfer *t, struct pl_err *e)
{
	if (d->pending_n + PL_CANONICAL_ROW > PENDING)
		PL_TRY(hash_pending(d, e));
	d->pending_n +=
		pl_canonical_row(d->pending + d->pending_n, d->token, t);
	return PL_OK;
}

enum pl_rc pl_rows_digest_put(struct pl_rows_digest *d,
			      const struct pl_transfer *t, struct pl_err *e)
{
	const struct group g = group_of(t);
	char row[PL_CANONICAL_ROW];
	struct pl_span s = { (const uint8_t *)row, 0 };

	if (d->chained)
		return chain_row(d, t, e);
	if (g.kind != d->at.kind || g.number != d->at.number)
		PL_TRY(end_group(d, e));
	d->at = g;
	if (d->n == d->cap) {
		const size_t cap = d->cap ? 2 * d->cap : 1024;

		d->leaf = pl_realloc(d->a, d->leaf, d->cap * sizeof(*d->leaf),
				     cap * sizeof(*d->leaf));
		d->cap = cap;
	}
	s.n = pl_leaf_row(row, d->token, t);
	d->leaf[d->n++] = pl_sha256_here(s);
	return PL_OK;
}

enum pl_rc pl_rows_digest_close(struct pl_rows_digest *d, struct pl_hash32 *out,
				struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	struct pl_err ignored;

	if (out)
		rc = d->chained ? hash_pending(d, e) : end_group(d, e);
	if (!rc)
		return pl_sha256_close(&d->sha, out, e);
	if (pl_sha256_close(&d->sha, NULL, &ignored))
		return rc;
	return rc;
}

const char *pl_rows_digest_name(struct pl_arena *a, const struct pl_hash32 *h,
				bool chained)
{
	return pl_printf(a, "%s%s", chained ? "" : PL_DIGEST_TREE,
			 pl_hex(a, pl_hash32_span(h)) + 2);
}

bool pl_rows_digest_chained(const char *name)
{
	return name &&
	       strncmp(name, PL_DIGEST_TREE, sizeof(PL_DIGEST_TREE) - 1) != 0;
}
