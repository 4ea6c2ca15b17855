#include "analytics/moves.h"

enum pl_rc pl_u256_sum(struct pl_u256 *sum, const struct pl_u256 *v,
		       const char *what, struct pl_err *e)
{
	if (pl_u256_add(sum, sum, v))
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "%s pass 2^256 - 1 raw units: no token has so many",
		       what);
}

double pl_u256_ratio(const struct pl_u256 *a, const struct pl_u256 *b)
{
	return pl_u256_is_zero(b) ? 0 : pl_u256_double(a) / pl_u256_double(b);
}

int pl_net_of(struct pl_u256 *amount, const struct pl_net *n)
{
	if (pl_u256_sub(amount, &n->in, &n->out))
		return !pl_u256_is_zero(amount);
	return pl_u256_sub(amount, &n->out, &n->in) ? -1 : 0;
}

enum pl_rc pl_nets(struct pl_arena *a, struct pl_net **out,
		   const struct pl_moves *m, const uint32_t *group,
		   uint32_t groups, struct pl_err *e)
{
	struct pl_net *v =
		PL_NEW_N(a, struct pl_net, group ? groups : m->addresses);

	for (size_t i = 0; i < m->n; i++) {
		const struct pl_move *t = &m->v[i];
		const uint32_t from = group ? group[t->from] : t->from;
		const uint32_t to = group ? group[t->to] : t->to;

		if (group && from == to)
			continue;
		PL_TRY(pl_u256_sum(&v[from].out, &t->value,
				   "the transfers out of one address", e));
		PL_TRY(pl_u256_sum(&v[to].in, &t->value,
				   "the transfers to one address", e));
	}
	*out = v;
	return PL_OK;
}
