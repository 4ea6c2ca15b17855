/* Holders by country.  Those without one are not a country of their own: the
 * index is given as what it is at least and at most. */
#include <math.h>
#include <stdlib.h>

#include "cmd/analyze/concentration.h"

struct part {
	const char *name;
	struct pl_u256 amount;
	uint64_t holders;
};

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct part *)x)->name,
		      ((const struct part *)y)->name);
}

static int by_amount(const void *x, const void *y)
{
	const struct part *a = x, *b = y;
	const int by = pl_u256_cmp(&b->amount, &a->amount);

	return by ? by : strcmp(a->name, b->name);
}

/* Parts of equal name become one. */
static enum pl_rc join(struct part *v, size_t *n, struct pl_err *e)
{
	size_t k = 0;

	qsort(v, *n, sizeof(*v), by_name);
	for (size_t i = 1; i < *n; i++) {
		if (strcmp(v[k].name, v[i].name) != 0) {
			v[++k] = v[i];
			continue;
		}
		PL_TRY(pl_u256_sum(&v[k].amount, &v[i].amount, "the balances",
				   e));
		v[k].holders += v[i].holders;
	}
	*n = k + 1;
	qsort(v, *n, sizeof(*v), by_amount);
	return PL_OK;
}

enum pl_rc pl_conc_countries(struct pl_arena *a,
			     const struct pl_conc_countries **out,
			     const struct pl_moves_in *in,
			     const struct pl_holding *v, size_t n,
			     const uint32_t *first, const struct pl_u256 *total,
			     struct pl_err *e)
{
	struct pl_conc_countries *c = PL_NEW(a, struct pl_conc_countries);
	struct part *p = PL_NEW_N(a, struct part, n);
	struct pl_u256 unknown = pl_u256_of(0);
	struct pl_conc_country *list;
	double most;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pl_label *l = in->label[first[v[i].id]];

		if (l && l->country)
			p[k++] = (struct part){ l->country, v[i].amount, 1 };
		else
			PL_TRY(pl_u256_sum(&unknown, &v[i].amount,
					   "the balances", e));
	}
	if (!k)
		return PL_OK;
	PL_TRY(join(p, &k, e));
	list = PL_NEW_N(a, struct pl_conc_country, k);
	c->unknown = pl_u256_ratio(&unknown, total);
	for (size_t i = 0; i < k; i++) {
		list[i] = (struct pl_conc_country){ p[i].name, p[i].holders,
						    pl_u256_ratio(&p[i].amount,
								  total) };
		c->hhi_lo += list[i].share * list[i].share;
	}
	most = list[0].share;
	c->hhi_hi = c->hhi_lo - most * most +
		    (most + c->unknown) * (most + c->unknown);
	c->list = (struct pl_list){ list, k };
	*out = c;
	return PL_OK;
}
