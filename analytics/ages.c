#include "analytics/ages.h"

#include <math.h>
#include <stdlib.h>

#include "base/types.h"

#define DAY 86400
const int64_t pl_age_band[PL_AGE_BANDS - 1] = { DAY, 7 * DAY, 30 * DAY,
						90 * DAY, 365 * DAY };
const char *const pl_age_words[PL_AGE_BANDS] = {
	"under a day",   "a day to a week", "a week to 30 days",
	"30 to 90 days", "90 to 365 days",  "over 365 days"
};

#define NONE UINT32_MAX

struct lot {
	struct pl_u256 amount;
	int64_t time;
	uint32_t next;
};

struct work {
	const struct pl_moves *m;
	struct lot *lot; /* that of transfer i */
	uint32_t *first, *last;
	struct pl_ages *o;
	uint8_t decimals;
};

/* amount out of the oldest lots of v. */
static enum pl_rc give(struct work *w, uint32_t v, struct pl_u256 amount,
		       int64_t now, struct pl_err *e)
{
	while (!pl_u256_is_zero(&amount) && w->first[v] != NONE) {
		struct lot *l = &w->lot[w->first[v]];
		struct pl_u256 part = pl_u256_cmp(&l->amount, &amount) < 0
					      ? l->amount
					      : amount;
		const struct pl_amount tokens = { part, w->decimals };

		w->o->days_destroyed += pl_amount_double(&tokens) *
					((double)(now - l->time) / DAY);
		if (!pl_u256_sub(&l->amount, &l->amount, &part) ||
		    !pl_u256_sub(&amount, &amount, &part))
			abort(); /* part is the smaller of the two */
		if (pl_u256_is_zero(&l->amount))
			w->first[v] = l->next;
	}
	return pl_u256_sum(&w->o->unseen, &amount, "amounts", e);
}

static void take(struct work *w, uint32_t v, uint32_t i)
{
	const struct pl_move *t = &w->m->v[i];

	w->lot[i] = (struct lot){ t->value, t->time, NONE };
	if (w->first[v] == NONE)
		w->first[v] = i;
	else
		w->lot[w->last[v]].next = i;
	w->last[v] = i;
}

static int by_time(const void *x, const void *y)
{
	const struct lot *a = x, *b = y;

	return (a->time > b->time) - (a->time < b->time);
}

/* The lots that are left, oldest first. */
static enum pl_rc sum_up(struct work *w, struct lot *v, size_t n, int64_t now,
			 struct pl_err *e)
{
	struct pl_ages *o = w->o;
	double ages = 0, half, sum = 0;

	o->mean = o->median = NAN;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < PL_AGE_BANDS - 1 &&
		       now - v[i].time >= pl_age_band[k])
			k++;
		PL_TRY(pl_u256_sum(&o->held, &v[i].amount, "amounts", e));
		PL_TRY(pl_u256_sum(&o->band[k], &v[i].amount, "amounts", e));
	}
	if (!n)
		return PL_OK;
	qsort(v, n, sizeof(*v), by_time);
	half = pl_u256_double(&o->held) / 2;
	for (size_t i = 0; i < n; i++) {
		const double x = pl_u256_double(&v[i].amount);

		ages += x * (double)(now - v[i].time);
		if (sum < half && sum + x >= half)
			o->median = (double)(now - v[i].time);
		sum += x;
	}
	o->mean = ages / sum;
	return PL_OK;
}

enum pl_rc pl_ages(struct pl_arena *a, struct pl_ages *out,
		   const struct pl_moves *m, int64_t now, uint8_t decimals,
		   struct pl_err *e)
{
	struct pl_ages o = { 0 };
	struct work w = { m,
			  PL_NEW_N(a, struct lot, m->n),
			  PL_NEW_N(a, uint32_t, m->addresses),
			  PL_NEW_N(a, uint32_t, m->addresses),
			  &o,
			  decimals };
	struct lot *left = PL_NEW_N(a, struct lot, m->n);
	size_t n = 0;

	for (uint32_t v = 0; v < m->addresses; v++)
		w.first[v] = NONE;
	for (size_t i = 0; i < m->n; i++) {
		const struct pl_move *t = &m->v[i];

		if (!t->timed || (i && t->time < m->v[i - 1].time))
			return pl_fail(e, PL_EMATH,
				       "ages: transfer %zu has no time, or an "
				       "earlier one than that before it",
				       i + 1);
		if (t->from == t->to || pl_u256_is_zero(&t->value))
			continue;
		if (t->from != m->zero)
			PL_TRY(give(&w, t->from, t->value, t->time, e));
		if (t->to != m->zero)
			take(&w, t->to, (uint32_t)i);
	}
	for (uint32_t v = 0; v < m->addresses; v++)
		for (uint32_t i = w.first[v]; i != NONE; i = w.lot[i].next)
			left[n++] = w.lot[i];
	PL_TRY(sum_up(&w, left, n, now, e));
	*out = o;
	return PL_OK;
}
