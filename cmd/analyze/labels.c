/* What people know of addresses: a CSV with the columns address, entity, kind
 * and country, the first alone required.  Wrong rows are refused, and an
 * address named twice as well: which of two owners would count? */
#include <ctype.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cmd/analyze/moves.h"
#include "codec/csv.h"
#include "crypto/addr.h"

#define MAX_LABELS 1000000
#define NONE SIZE_MAX

static const char *const no_holders[] = { "contract", "bridge", "custodian",
					  "exchange", "pool",   "burn",
					  "fee",      NULL };

bool pl_label_no_holder(const struct pl_label *l)
{
	for (size_t i = 0; l && l->kind && no_holders[i]; i++) {
		if (!strcmp(l->kind, no_holders[i]))
			return true;
	}
	return false;
}

struct reader {
	struct pl_csv csv;
	size_t address, entity, kind, country;
};

static size_t column(const struct pl_csv *csv, const char *name)
{
	struct pl_err ignored;
	size_t at;

	return pl_csv_column(&at, csv, name, &ignored) ? NONE : at;
}

/* NULL for an empty cell. */
static const char *text_of(struct pl_arena *a, const struct reader *r,
			   size_t col, bool lower)
{
	struct pl_span s = { NULL, 0 };
	char *t;

	if (col != NONE)
		s = pl_csv_field(&r->csv, col);
	if (!s.n)
		return NULL;
	t = pl_strndup(a, (const char *)s.p, s.n);
	for (char *p = t; lower && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return t;
}

/* A cell that a string of C cannot hold would be another after it was read. */
static enum pl_rc no_zeros(const struct reader *r, struct pl_err *e)
{
	const size_t col[] = { r->address, r->entity, r->kind, r->country };

	for (size_t i = 0; i < sizeof(col) / sizeof(col[0]); i++) {
		struct pl_span s = { NULL, 0 };

		if (col[i] != NONE)
			s = pl_csv_field(&r->csv, col[i]);
		if (s.n && memchr(s.p, 0, s.n))
			return pl_fail(e, PL_EFORMAT,
				       "line %ju: a byte of zero",
				       (uintmax_t)r->csv.line);
	}
	return PL_OK;
}

static enum pl_rc row_of(struct pl_arena *a, struct pl_label *out,
			 const struct reader *r, struct pl_err *e)
{
	const char *address;

	PL_TRY(pl_csv_ragged(&r->csv, e));
	PL_TRY(no_zeros(r, e));
	address = text_of(a, r, r->address, true);
	if (!address || pl_addr_parse(&out->address, address, e))
		return pl_fail(e, PL_EFORMAT, "line %ju: no address",
			       (uintmax_t)r->csv.line);
	out->entity = text_of(a, r, r->entity, false);
	out->kind = text_of(a, r, r->kind, true);
	out->country = text_of(a, r, r->country, false);
	return PL_OK;
}

static int by_address(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct pl_addr));
}

enum pl_rc pl_labels_read(struct pl_arena *a, struct pl_label **out, size_t *n,
			  struct pl_span text, struct pl_err *e)
{
	struct reader r;
	struct pl_label *v = NULL;
	size_t k = 0;
	bool more;

	pl_csv_init(&r.csv, a, text, 0);
	PL_TRY(pl_csv_header(&r.csv, e));
	PL_TRY(pl_csv_column(&r.address, &r.csv, "address", e));
	r.entity = column(&r.csv, "entity");
	r.kind = column(&r.csv, "kind");
	r.country = column(&r.csv, "country");
	for (;;) {
		PL_TRY(pl_csv_next(&r.csv, &more, e));
		if (!more)
			break;
		if (k == MAX_LABELS)
			return pl_fail(e, PL_ELIMIT, "over %d labels",
				       MAX_LABELS);
		v = pl_grow(a, v, k, sizeof(*v));
		PL_TRY(row_of(a, &v[k], &r, e));
		k++;
	}
	if (k)
		qsort(v, k, sizeof(*v), by_address);
	for (size_t i = 1; i < k; i++) {
		char t[PL_ADDR_TEXT];

		if (!pl_addr_equal(&v[i].address, &v[i - 1].address))
			continue;
		pl_addr_text(t, &v[i].address);
		return pl_fail(e, PL_EFORMAT, "%s is named twice", t);
	}
	*out = v;
	*n = k;
	return PL_OK;
}

enum pl_rc pl_moves_labels(struct pl_ctx *c, struct pl_moves_in *in,
			   const char *path, struct pl_err *e)
{
	struct pl_label *v = NULL;
	struct pl_span text;
	size_t n = 0;

	PL_TRY(pl_moves_file(c, in, &text, "labels", path, e));
	if (pl_labels_read(c->arena, &v, &n, text, e))
		return pl_note(e, "%s", path);
	for (size_t i = 0; i < n; i++) {
		const uint32_t id = pl_moves_find(in, &v[i].address);

		if (id == PL_NOBODY)
			continue;
		in->label[id] = &v[i];
		in->n_labels++;
	}
	return PL_OK;
}
