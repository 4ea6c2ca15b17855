#include "analytics/exposure.h"

#include <math.h>

#define FAR UINT32_MAX

/* One step further: those that got something from an address `step` - 1 away
 * and were not reached before. */
static enum pl_rc reach(struct pl_exposure *o, const struct pl_moves *m,
			uint32_t step, struct pl_err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct pl_move *t = &m->v[i];

		if (o->hop[t->from] != step - 1 || t->from == m->zero ||
		    pl_u256_is_zero(&t->value))
			continue;
		if (o->hop[t->to] == FAR) {
			o->hop[t->to] = step;
			o->by[step].reached++;
		}
		if (o->hop[t->to] == step)
			PL_TRY(pl_u256_sum(&o->by[step].volume, &t->value,
					   "amounts", e));
	}
	return PL_OK;
}

enum pl_rc pl_exposure(struct pl_arena *a, struct pl_exposure *out,
		       const struct pl_moves *m, uint32_t root, uint32_t hops,
		       struct pl_err *e)
{
	struct pl_exposure o = { PL_NEW_N(a, uint32_t, m->addresses),
				 PL_NEW_N(a, double, m->addresses),
				 { { 0 } } };
	double *now = PL_NEW_N(a, double, m->addresses);
	double *next = PL_NEW_N(a, double, m->addresses);
	struct pl_net *net;

	PL_TRY(pl_nets(a, &net, m, NULL, 0, e));
	for (uint32_t v = 0; v < m->addresses; v++)
		o.hop[v] = FAR;
	o.hop[root] = 0;
	o.share[root] = now[root] = 1;
	for (uint32_t k = 1; k <= hops && k <= PL_MAX_HOPS; k++) {
		PL_TRY(reach(&o, m, k, e));
		memset(next, 0, m->addresses * sizeof(*next));
		for (size_t i = 0; i < m->n; i++) {
			const struct pl_move *t = &m->v[i];

			if (t->from != m->zero && now[t->from] > 0 &&
			    t->to != root)
				next[t->to] += now[t->from] *
					       pl_u256_ratio(&t->value,
							     &net[t->to].in);
		}
		for (uint32_t v = 0; v < m->addresses; v++) {
			o.share[v] = fmin(1, o.share[v] + next[v]);
			now[v] = next[v];
		}
	}
	*out = o;
	return PL_OK;
}
