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

enum pl_rc pl_nets_over(struct pl_err *e)
{
	return pl_fail(e, PL_EMATH,
		       "the transfers of one address pass 2^256 - 1 raw units: "
		       "no token has so many");
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
		if (!pl_u256_add(&v[from].out, &v[from].out, &t->value) ||
		    !pl_u256_add(&v[to].in, &v[to].in, &t->value))
			return pl_nets_over(e);
	}
	*out = v;
	return PL_OK;
}

enum pl_rc pl_nets_join(struct pl_arena *a, struct pl_net **out,
			const struct pl_net *net, uint32_t n,
			const uint32_t *group, uint32_t groups,
			struct pl_err *e)
{
	struct pl_net *v = PL_NEW_N(a, struct pl_net, groups);

	for (uint32_t i = 0; i < n; i++) {
		struct pl_u256 d = pl_u256_of(0);
		const int sign = pl_net_of(&d, &net[i]);
		struct pl_net *to = &v[group[i]];

		if (sign)
			PL_TRY(pl_u256_sum(sign > 0 ? &to->in : &to->out, &d,
					   "the balances of one entity", e));
	}
	*out = v;
	return PL_OK;
}
