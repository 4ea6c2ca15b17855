/* A portfolio of indexed tokens: whose prices, told by whom. */
#include "cmd/analyze/portfolio.h"
#include "cmd/ctx.h"
#include "crypto/addr.h"

static enum pl_rc address(struct pl_arena *a, const struct pl_addr **out,
			  const char *text, struct pl_err *e)
{
	struct pl_addr *own = PL_NEW(a, struct pl_addr);

	PL_TRY(pl_addr_parse(own, text, e));
	*out = own;
	return PL_OK;
}

static enum pl_rc check(const struct pl_portfolio_args *a, struct pl_err *e)
{
	const char *stray = a->in.csv     ? "--csv"
			    : a->columns  ? "--columns"
			    : a->in.value ? "--value"
			    : a->in.time  ? "--time"
					  : NULL;

	if (stray)
		return pl_fail(e, PL_EUSAGE,
			       "%s: tokens of the index or columns of a file",
			       stray);
	if (a->tokens.n < 2 || a->tokens.n > PL_PF_MAX)
		return pl_fail(e, PL_EUSAGE,
			       "%zu tokens: a portfolio has 2 to %d",
			       a->tokens.n, PL_PF_MAX);
	if (a->sources.n && a->sources.n != a->tokens.n)
		return pl_fail(e, PL_EUSAGE,
			       "--source: %zu for %zu tokens; name one for "
			       "each, in their order",
			       a->sources.n, a->tokens.n);
	if (a->in.measure && !pl_input_priced(&a->in))
		return pl_fail(e, PL_EUSAGE,
			       "--measure: a portfolio holds prices or nav");
	return PL_OK;
}

enum pl_rc pl_portfolio_tokens(struct pl_ctx *c,
			       const struct pl_input_args **out, size_t *k,
			       const struct pl_portfolio_args *a,
			       struct pl_err *e)
{
	static const int price = PL_INPUT_PRICE;
	struct pl_input_args *v;

	if (a->each) { /* done again */
		*out = a->each;
		*k = a->n_each;
		return PL_OK;
	}
	if (!a->tokens.n) {
		if (a->sources.n || a->in.measure || a->in.quote)
			return pl_fail(e, PL_EUSAGE,
				       "--source, --measure and --bar-price "
				       "go with --token");
		return PL_OK;
	}
	PL_TRY(check(a, e));
	v = PL_NEW_N(c->arena, struct pl_input_args, a->tokens.n);
	for (size_t i = 0; i < a->tokens.n; i++) {
		v[i] = a->in;
		if (!v[i].measure)
			v[i].measure = &price;
		PL_TRY(address(c->arena, &v[i].token, a->tokens.v[i], e));
		if (a->sources.n)
			PL_TRY(address(c->arena, &v[i].from_contract,
				       a->sources.v[i], e));
		for (size_t j = 0; j < i; j++)
			if (pl_addr_equal(v[i].token, v[j].token))
				return pl_fail(e, PL_EUSAGE,
					       "--token: %s twice",
					       a->tokens.v[i]);
	}
	*out = v;
	*k = a->tokens.n;
	return PL_OK;
}
