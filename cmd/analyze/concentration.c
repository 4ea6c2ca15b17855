/* plume analyze concentration: options, fields, examples, words. */
#include "cmd/analyze/concentration.h"

#include <inttypes.h>

#include "crypto/addr.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field figure_fields[] = {
	{ "holders", PL_UINT, F(pl_conc_figures, n, uint64_t),
	  "those with more than nothing" },
	{ "total", PL_AMOUNT, F(pl_conc_figures, total, struct pl_amount),
	  "what they have together" },
	{ "hhi", PL_DOUBLE, F(pl_conc_figures, hhi, double),
	  "Herfindahl-Hirschman index: sum of squared shares, 0 to 1" },
	{ "gini", PL_DOUBLE, F(pl_conc_figures, gini, double),
	  "Gini coefficient, 0 to 1" },
	{ "nakamoto", PL_UINT, F(pl_conc_figures, nakamoto, uint64_t),
	  "fewest holders with --share together" },
	{ "top1", PL_DOUBLE, F(pl_conc_figures, top1, double),
	  "share of the largest" },
	{ "top5", PL_DOUBLE, F(pl_conc_figures, top5, double),
	  "of the five largest" },
	{ "top10", PL_DOUBLE, F(pl_conc_figures, top10, double),
	  "of the ten largest" },
	{ "top100", PL_DOUBLE, F(pl_conc_figures, top100, double),
	  "of the hundred largest" },
	{ 0 },
};
static const struct pl_field range_fields[] = {
	{ "level", PL_DOUBLE, F(pl_conc_range, level, double), "confidence" },
	{ "lo", PL_DOUBLE, F(pl_conc_range, lo, double), "lower end" },
	{ "hi", PL_DOUBLE, F(pl_conc_range, hi, double), "upper end" },
	{ 0 },
};
#define RANGE(name) \
	{ #name, PL_OBJECT, \
	  F(pl_conc_intervals, name, struct pl_conc_range), \
	  "percentile bootstrap over holders", PL_INLINE, range_fields }
static const struct pl_field interval_fields[] = {
	RANGE(hhi), RANGE(gini), RANGE(nakamoto), RANGE(top10), { 0 },
};
static const struct pl_field holder_fields[] = {
	{ "address", PL_ADDR, F(pl_conc_holder, address, struct pl_addr),
	  "the holder; of an entity, the first address" },
	{ "entity", PL_STR, F(pl_conc_holder, entity, const char *),
	  "by the labels" },
	{ "kind", PL_STR, F(pl_conc_holder, kind, const char *),
	  "by the labels" },
	{ "country", PL_STR, F(pl_conc_holder, country, const char *),
	  "by the labels" },
	{ "amount", PL_AMOUNT, F(pl_conc_holder, amount, struct pl_amount),
	  "balance, or net receipts of the window" },
	{ "share", PL_DOUBLE, F(pl_conc_holder, share, double),
	  "of what all holders have" },
	{ 0 },
};
static const struct pl_field left_fields[] = {
	{ "addresses", PL_UINT, F(pl_conc_left, addresses, uint64_t),
	  "how many, without the zero address" },
	{ "amount", PL_AMOUNT, F(pl_conc_left, amount, struct pl_amount),
	  "what they have" },
	{ "share", PL_DOUBLE, F(pl_conc_left, share, double),
	  "that amount over what the holders have" },
	{ 0 },
};
static const struct pl_field country_fields[] = {
	{ "country", PL_STR, F(pl_conc_country, country, const char *),
	  "by the labels" },
	{ "holders", PL_UINT, F(pl_conc_country, holders, uint64_t),
	  "how many" },
	{ "share", PL_DOUBLE, F(pl_conc_country, share, double),
	  "of what all holders have" },
	{ 0 },
};
static const struct pl_field countries_fields[] = {
	{ "unknown", PL_DOUBLE, F(pl_conc_countries, unknown, double),
	  "share of holders without a country" },
	{ "hhi_lo", PL_DOUBLE, F(pl_conc_countries, hhi_lo, double),
	  "index over countries if each unknown holder had its own" },
	{ "hhi_hi", PL_DOUBLE, F(pl_conc_countries, hhi_hi, double),
	  "if all unknown holders were of the largest" },
	{ "list", PL_LIST, F(pl_conc_countries, list, struct pl_list),
	  "largest first", 0, country_fields, sizeof(struct pl_conc_country) },
	{ 0 },
};
static const struct pl_field fields[] = {
	PL_MOVES_HEAD(struct pl_conc_row,
		      "dispersed, moderate, concentrated or captured"),
	{ "view", PL_STR, F(pl_conc_row, view, const char *),
	  "balances of the whole history, or net receipts of a window" },
	{ "share", PL_DOUBLE, F(pl_conc_row, share, double),
	  "what the Nakamoto coefficient asks for" },
	{ "figures", PL_OBJECT,
	  F(pl_conc_row, figures, struct pl_conc_figures),
	  "addresses of one entity taken as one holder", PL_INLINE,
	  figure_fields },
	{ "intervals", PL_OBJECT,
	  F(pl_conc_row, intervals, const struct pl_conc_intervals *),
	  "of these figures; null: --bootstrap 0, or too few holders", 0,
	  interval_fields },
	{ "by_address", PL_OBJECT,
	  F(pl_conc_row, by_address, struct pl_conc_figures),
	  "each address for itself", PL_INLINE, figure_fields },
	{ "merged", PL_UINT, F(pl_conc_row, merged, uint64_t),
	  "addresses that joined another of their entity" },
	{ "negative", PL_UINT, F(pl_conc_row, negative, uint64_t),
	  "addresses that gave more than they got" },
	{ "negative_amount", PL_AMOUNT,
	  F(pl_conc_row, negative_amount, struct pl_amount),
	  "how much more, together" },
	{ "left_out", PL_OBJECT, F(pl_conc_row, left_out, struct pl_conc_left),
	  "addresses that are no holders", PL_INLINE, left_fields },
	{ "holders", PL_LIST, F(pl_conc_row, holders, struct pl_list),
	  "the largest, as many as --show", 0, holder_fields,
	  sizeof(struct pl_conc_holder) },
	{ "countries", PL_OBJECT,
	  F(pl_conc_row, countries, const struct pl_conc_countries *),
	  "null: no label names a country", 0, countries_fields },
	PL_MOVES_TAIL(struct pl_conc_row),
};

#define O(member, is) PL_AT(struct pl_conc_args, member, is)
static const struct pl_opt opts[] = {
	PL_MOVES_OPTS(struct pl_conc_args),
	{ "view", 0, PL_ENUM, O(view, int), "WHAT",
	  "balances of a whole history, or flows of a window", 0,
	  pl_conc_view_words, "auto" },
	{ "share", 0, PL_DOUBLE, O(share, double), "S",
	  "what the Nakamoto coefficient asks for", 0, 0, "0.51" },
	{ "exclude", 0, PL_ADDR, O(exclude, struct pl_strs), "ADDRESS",
	  "no holder; may be given several times", PL_MANY },
	{ "keep-zero", 0, PL_FLAG, O(keep_zero, bool), 0,
	  "take the zero address for a holder" },
	{ "all-kinds", 0, PL_FLAG, O(all_kinds, bool), 0,
	  "take contracts, bridges, custodians, exchanges … for holders" },
	{ "bootstrap", 0, PL_UINT, O(bootstrap, uint64_t), "N",
	  "replicates for the intervals; 0: none", 0, 0, "500", 0, 100000 },
	{ "seed", 0, PL_UINT, O(seed, uint64_t), "N",
	  "of the replicates", 0, 0, "1" },
	{ "level", 0, PL_DOUBLE, O(level, double), "P",
	  "confidence of the intervals", 0, 0, "0.95" },
	{ "show", 0, PL_UINT, O(show, uint64_t), "N",
	  "holders to list", 0, 0, "10", 0, 1000 },
	{ 0 },
};

#define MAKE PL_EXAMPLE_MOVES
static const struct pl_example examples[] = {
	{ "who holds how much",
	  "plume analyze concentration --csv moves.csv", MAKE, 0 },
	{ "a part of the history: flows, no balances",
	  "plume analyze concentration --csv moves.csv --from-block 5 --json",
	  MAKE, 0 },
	{ "with labels: entities are one holder, a bridge is none",
	  "plume analyze concentration --csv moves.csv --labels labels.csv",
	  MAKE, 0 },
	{ 0 },
};
/* clang-format on */

/* ------------------------------------------------------------------ words */

static const char *coin(const struct pl_conc_row *r)
{
	return r->symbol ? pl_out_safe(r->arena, r->symbol) : "units";
}

static void verdict(struct pl_say *s, const struct pl_conc_row *r)
{
	const struct pl_conc_figures *f = &r->figures;
	const bool window = !strcmp(r->view, "window");

	pl_say_text(s, 0,
		    "%c%s: %" PRIu64 " of %" PRIu64 " %s %s %.4g %% of %s %s.",
		    r->head.verdict[0] - 'a' + 'A', r->head.verdict + 1,
		    f->nakamoto, f->n, window ? "net receivers" : "holders",
		    window ? "got" : "hold", 100 * r->share,
		    pl_amount_text(r->arena, &f->total), coin(r));
	if (window)
		pl_say_text(s, 0, "These are flows of a window, not balances.");
}

static const char *interval(struct pl_arena *a, const struct pl_conc_range *r)
{
	return pl_printf(a, "%.4g to %.4g", r->lo, r->hi);
}

static void table(struct pl_say *s, const struct pl_conc_row *r)
{
	const struct pl_conc_intervals *v = r->intervals;
	const struct pl_conc_figures *f = &r->figures, *b = &r->by_address;
	struct pl_arena *a = s->b.a;
	const char *of =
		v ? pl_printf(a, "%.4g %% interval", 100 * v->hhi.level) : "";

	pl_buf_fmt(&s->b, "\n%-30s %12s %12s  %s\n", "", "by entity",
		   "by address", of);
	pl_buf_fmt(&s->b, "%-30s %12" PRIu64 " %12" PRIu64 "\n", "holders",
		   f->n, b->n);
	pl_buf_fmt(&s->b, "%-30s %12.6g %12.6g  %s\n", "Herfindahl-Hirschman",
		   f->hhi, b->hhi, v ? interval(a, &v->hhi) : "");
	pl_buf_fmt(&s->b, "%-30s %12.6g %12.6g  %s\n", "Gini", f->gini, b->gini,
		   v ? interval(a, &v->gini) : "");
	pl_buf_fmt(&s->b, "%-30s %12" PRIu64 " %12" PRIu64 "  %s\n", "Nakamoto",
		   f->nakamoto, b->nakamoto,
		   v ? interval(a, &v->nakamoto) : "");
	pl_buf_fmt(&s->b, "%-30s %12.4g %12.4g\n", "share of the largest",
		   f->top1, b->top1);
	pl_buf_fmt(&s->b, "%-30s %12.4g %12.4g  %s\n",
		   "share of the ten largest", f->top10, b->top10,
		   v ? interval(a, &v->top10) : "");
}

static void holders(struct pl_say *s, const struct pl_conc_row *r)
{
	const struct pl_conc_holder *h = r->holders.v;

	if (r->holders.n)
		pl_buf_fmt(&s->b, "\n%-42s %9s %26s\n", "Largest", "share",
			   coin(r));
	for (size_t i = 0; i < r->holders.n; i++) {
		char text[PL_ADDR_TEXT];

		pl_addr_text(text, &h[i].address);
		pl_buf_fmt(&s->b, "%-42s %8.3g%% %26s\n", text,
			   100 * h[i].share,
			   pl_amount_text(s->b.a, &h[i].amount));
		if (h[i].entity || h[i].kind)
			pl_say_text(s, 2, "  %s%s%s",
				    pl_out_safe(s->b.a,
						h[i].entity ? h[i].entity : ""),
				    h[i].entity && h[i].kind ? ", " : "",
				    pl_out_safe(s->b.a,
						h[i].kind ? h[i].kind : ""));
	}
	if (r->left_out.addresses)
		pl_say_text(s, 2,
			    "No holders, left out: %" PRIu64
			    " addresses with %s.",
			    r->left_out.addresses,
			    pl_amount_text(s->b.a, &r->left_out.amount));
}

static void countries(struct pl_say *s, const struct pl_conc_row *r)
{
	const struct pl_conc_countries *c = r->countries;
	const struct pl_conc_country *v;

	if (!c)
		return;
	v = c->list.v;
	pl_buf_fmt(&s->b, "\n%-42s %9s %12s\n", "Countries", "share",
		   "holders");
	for (size_t i = 0; i < c->list.n && i < 10; i++)
		pl_buf_fmt(&s->b, "%-42s %8.3g%% %12" PRIu64 "\n",
			   pl_out_safe(s->b.a, v[i].country), 100 * v[i].share,
			   v[i].holders);
	pl_say_text(s, 2,
		    "Not known: %.3g %%. Index over countries: %.4g to %.4g.",
		    100 * c->unknown, c->hhi_lo, c->hhi_hi);
}

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_conc_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	verdict(&s, r);
	table(&s, r);
	holders(&s, r);
	countries(&s, r);
	pl_moves_say(&s, &r->head);
	return pl_say_end(&s, o, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	return pl_moves_run(c, &pl_moves_concentration, args, e);
}

const struct pl_cmd cmd_analyze_concentration = {
	.path = "analyze concentration",
	.summary = "tell how few hold how much of a token",
	.about = "Balances from all transfers of a token, or, where only a "
		 "part of them is at hand, what each address got net within "
		 "it: a window is not a balance, and the result says which of "
		 "the two it is. Herfindahl-Hirschman index, Gini coefficient, "
		 "Nakamoto coefficient and shares of the largest, with "
		 "bootstrap intervals from a recorded seed; exact integers "
		 "until the last division.\n\n"
		 "A file of labels (CSV: address, entity, kind, country) makes "
		 "the addresses of one entity one holder, and takes what is "
		 "called contract, bridge, custodian, exchange, pool, burn or "
		 "fee for no holder at all.\n\n"
		 "A file of transfers has the columns that `plume index "
		 "import` knows or is told with --map.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_conc_args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};

const struct pl_moves_cmd pl_moves_concentration = {
	.cmd = &cmd_analyze_concentration,
	.row_size = sizeof(struct pl_conc_row),
	.compute = pl_conc_run,
	.name = "plume.concentration",
	.version = 1,
};
