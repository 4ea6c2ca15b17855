#include "cmd/analyze/returns.h"

#include <math.h>

#include "cmd/analyze/calendar.h"

static enum pl_rc take(struct pl_ctx *c, struct pl_returns_series *r,
		       const struct pl_input_args *in,
		       const struct pl_returns_args *args,
		       struct pl_flags *flags, struct pl_err *e)
{
	const struct pl_returns_spec spec = {
		.kind = (enum pl_returns)args->kind, .gap = pl_input_gap(in)
	};
	struct pl_returns_count count;

	for (size_t i = 0; i < r->s.n && args->kind != PL_RET_GIVEN; i++) {
		if (isnan(r->s.y[i]) || r->s.y[i] > 0)
			continue;
		(void)pl_fail(e, PL_EMATH,
			      "%s: %g is no price: returns need values "
			      "greater than 0",
			      pl_out_safe(c->arena,
					  pl_input_place(c->arena, &r->s, i)),
			      r->s.y[i]);
		return pl_hint(e, "--returns given reads the values as "
				  "returns");
	}
	r->x = PL_NEW_N(c->arena, double, r->s.n);
	r->at = PL_NEW_N(c->arena, size_t, r->s.n);
	PL_TRY(pl_series_returns(r->x, r->at, &count, r->s.y, 1, r->s.n, &spec,
				 e));
	r->n = count.n;
	for (size_t i = 0; args->losses && i < r->n; i++)
		r->x[i] = -r->x[i];
	pl_calendar_flag(c->arena, flags, &r->s, NULL, r->s.n);
	if (count.missing)
		pl_flag_add(flags, "missing_values",
			    "values were missing and left out");
	return PL_OK;
}

enum pl_rc pl_returns_read(struct pl_ctx *c, struct pl_returns_series *out,
			   const struct pl_input_args *in,
			   const struct pl_returns_args *args,
			   struct pl_flags *flags, struct pl_err *e)
{
	struct pl_returns_series r = { .n = 0 };

	if (args->losses && args->kind != PL_RET_GIVEN)
		return pl_fail(e, PL_EUSAGE,
			       "--losses goes with --returns given");
	PL_TRY(pl_input_read(c, &r.s, in, args->kind == PL_RET_GIVEN, e));
	if (take(c, &r, in, args, flags, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, r.s.about.source));
	*out = r;
	return PL_OK;
}

enum pl_rc pl_returns_args_of(struct pl_returns_args *out,
			      const struct pl_json *p, struct pl_err *e)
{
	const char *text;

	PL_TRY(pl_json_need_str(&text, p, "returns", e));
	out->losses = pl_json_bool(pl_json_get(p, "losses"));
	for (out->kind = 0; pl_returns_words[out->kind]; out->kind++)
		if (!strcmp(pl_returns_words[out->kind], text))
			return PL_OK;
	return pl_fail(e, PL_EFORMAT, "unknown word \"%s\"", text);
}
