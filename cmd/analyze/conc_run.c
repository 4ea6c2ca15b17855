/* The figures of plume analyze concentration. */
#include <inttypes.h>

#include "analytics/holders.h"
#include "cmd/analyze/concentration.h"
#include "cmd/ctx.h"

enum { VIEW_AUTO, VIEW_BALANCES, VIEW_WINDOW };
const char *const pl_conc_view_words[] = { "auto", "balances", "window", NULL };

/* Points of 100: 30 for an HHI of one half, 25 for one holder of half, 25 for
 * ten who have all, 20 for a single holder who is enough.  An HHI from .15 on
 * is "moderately", from .25 on "highly concentrated" in the US Horizontal
 * Merger Guidelines of 2010. */
static const struct pl_feature_def features[] = {
	{ "hhi", "Herfindahl-Hirschman index", 0, 60, .05, 0, .5 },
	{ "top1", "share of the largest holder", 0, 50, .05, 0, .5 },
	{ "top10", "share of the ten largest", 0, 25, .1, 0, 1 },
	{ "inverse_nakamoto", "1 / holders needed for --share", 0, 20, .1, 0,
	  1 },
};
static const char *const verdicts[] = { "dispersed", "moderate", "concentrated",
					"captured" };
static const double cuts[] = { 15, 40, 70 };
static const struct pl_score_model score = {
	.name = "concentration",
	.version = 1,
	.features = features,
	.n = sizeof(features) / sizeof(features[0]),
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 3,
};

struct work {
	struct pl_ctx *c;
	const struct pl_conc_args *a;
	struct pl_conc_row *row;
	struct pl_moves_in *in;
	struct pl_net *net; /* by address */
	bool *skip;         /* by address */
	uint32_t *group;    /* entity of an address */
	uint32_t groups;
	uint32_t *first; /* an address of the entity */
};

static enum pl_rc check(const struct pl_conc_args *a, struct pl_err *e)
{
	if (!(a->share > 0 && a->share <= 1))
		return pl_fail(e, PL_EUSAGE,
			       "--share lies above 0 and up to 1, not %g",
			       a->share);
	if (!(a->level > 0 && a->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0 and 1, not %g",
			       a->level);
	if (a->bootstrap && a->bootstrap < 20)
		return pl_fail(e, PL_EUSAGE,
			       "--bootstrap 0, or 20 and more: %" PRIu64
			       " replicates give no interval",
			       a->bootstrap);
	return PL_OK;
}

/* Addresses that are no holders: the zero address, those of --exclude, and
 * what the labels call a contract, bridge, custodian … */
static enum pl_rc leave_out(struct work *w, struct pl_err *e)
{
	const struct pl_moves_in *in = w->in;
	uint64_t absent = 0;

	w->skip = PL_NEW_N(w->c->arena, bool, in->m.addresses);
	if (in->m.zero != PL_NOBODY && !w->a->keep_zero)
		w->skip[in->m.zero] = true;
	for (size_t i = 0; i < w->a->exclude.n; i++) {
		struct pl_addr x;
		uint32_t id;

		PL_TRY(pl_ctx_address(w->c, w->a->exclude.v[i], &x, e));
		id = pl_moves_find(in, &x);
		absent += id == PL_NOBODY;
		if (id != PL_NOBODY)
			w->skip[id] = true;
	}
	if (absent)
		pl_flag_add(&w->in->flags, "exclude_absent",
			    "an address of --exclude took no part in any "
			    "transfer");
	for (uint32_t i = 0; i < in->m.addresses && !w->a->all_kinds; i++)
		w->skip[i] |= pl_label_no_holder(in->label[i]);
	return PL_OK;
}

/* What those left out have, by reason. */
static enum pl_rc count_left_out(struct work *w, const struct pl_net *net,
				 struct pl_err *e)
{
	struct pl_conc_left *l = &w->row->left_out;
	struct pl_u256 sum = pl_u256_of(0), amount;

	for (uint32_t i = 0; i < w->in->m.addresses; i++) {
		if (!w->skip[i] || i == w->in->m.zero)
			continue;
		l->addresses++;
		if (pl_net_of(&amount, &net[i]) > 0)
			PL_TRY(pl_u256_sum(&sum, &amount, "the balances", e));
	}
	l->amount = pl_moves_amount(w->in, &sum);
	return PL_OK;
}

/* ------------------------------------------------------------- entities */

struct named {
	const char *name;
	uint32_t id;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	const int by = strcmp(a->name, b->name);

	return by ? by : (a->id > b->id) - (a->id < b->id);
}

/* Addresses of one entity are one holder; any other stands for itself. */
static void merge(struct work *w)
{
	struct pl_arena *a = w->c->arena;
	const uint32_t n = w->in->m.addresses;
	struct named *v = PL_NEW_N(a, struct named, n);
	size_t k = 0;

	w->group = PL_NEW_N(a, uint32_t, n);
	w->first = PL_NEW_N(a, uint32_t, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct pl_label *l = w->in->label[i];

		if (l && l->entity && !w->skip[i]) {
			v[k++] = (struct named){ l->entity, i };
			continue;
		}
		w->first[w->groups] = i;
		w->group[i] = w->groups++;
	}
	if (k)
		qsort(v, k, sizeof(*v), by_name);
	for (size_t i = 0; i < k; i++) {
		if (!i || strcmp(v[i].name, v[i - 1].name) != 0)
			w->first[w->groups++] = v[i].id;
		w->group[v[i].id] = w->groups - 1;
		w->row->merged += i && !strcmp(v[i].name, v[i - 1].name);
	}
}

/* ---------------------------------------------------------------- figures */

static void figures(struct work *w, struct pl_conc_figures *out,
		    const struct pl_holders *h)
{
	*out = (struct pl_conc_figures){
		.n = h->n,
		.hhi = h->hhi,
		.gini = h->gini,
		.nakamoto = h->nakamoto,
		.top1 = h->top[0],
		.top5 = h->top[1],
		.top10 = h->top[2],
		.top100 = h->top[3],
		.total = pl_moves_amount(w->in, &h->total),
	};
}

static struct pl_conc_range range(double level, const struct pl_range *r)
{
	return (struct pl_conc_range){ level, r->lo, r->hi };
}

static enum pl_rc intervals(struct work *w, const struct pl_holding *v,
			    size_t n, struct pl_err *e)
{
	struct pl_conc_intervals *out =
		PL_NEW(w->c->arena, struct pl_conc_intervals);
	const double level = w->a->level;
	struct pl_holders_boot b;

	if (!w->a->bootstrap)
		return PL_OK;
	if (n < 3) {
		pl_flag_add(&w->in->flags, "no_interval",
			    "fewer than 3 holders: there is nothing to draw "
			    "from, so no interval");
		return PL_OK;
	}
	PL_TRY(pl_holders_bootstrap(w->c->arena, &b, v, n, w->a->share, level,
				    w->a->bootstrap, w->a->seed, e));
	*out = (struct pl_conc_intervals){
		range(level, &b.hhi),
		range(level, &b.gini),
		range(level, &b.nakamoto),
		range(level, &b.top10),
	};
	w->row->intervals = out;
	w->row->head.model.seed =
		pl_printf(w->c->arena, "%" PRIu64, w->a->seed);
	return PL_OK;
}

static void largest(struct work *w, const struct pl_holding *v, size_t n,
		    const struct pl_u256 *total)
{
	const size_t k = n < w->a->show ? n : (size_t)w->a->show;
	struct pl_conc_holder *out =
		PL_NEW_N(w->c->arena, struct pl_conc_holder, k);

	for (size_t i = 0; i < k; i++) {
		const uint32_t id = w->first[v[i].id];
		const struct pl_label *l = w->in->label[id];

		out[i] = (struct pl_conc_holder){
			w->in->who[id],
			l ? l->entity : NULL,
			l ? l->kind : NULL,
			l ? l->country : NULL,
			pl_moves_amount(w->in, &v[i].amount),
			pl_u256_ratio(&v[i].amount, total),
		};
	}
	w->row->holders = (struct pl_list){ out, k };
}

/* Whole history or a window: with a range asked for, it is a window; else the
 * sums are balances unless some address gave more than it ever got. */
static void view_of(struct work *w, size_t negative, const struct pl_u256 *owed)
{
	struct pl_conc_row *r = w->row;
	const bool minted = w->in->m.zero != PL_NOBODY;
	bool window = w->a->view == VIEW_WINDOW;

	if (w->a->view == VIEW_AUTO)
		window = w->in->about.windowed || negative || !minted;
	r->view = pl_conc_view_words[window ? VIEW_WINDOW : VIEW_BALANCES];
	r->negative = negative;
	r->negative_amount = pl_moves_amount(w->in, owed);
	if (window)
		pl_flag_add(&w->in->flags, "window",
			    "a window is not a balance: these are net "
			    "receipts within the transfers at hand, and "
			    "whoever held before and did not move is not seen");
	if (!window && negative)
		pl_flag_add(&w->in->flags, "negative_balances",
			    "addresses gave more than they got: transfers are "
			    "missing, or the token takes fees or rebases "
			    "without events, and no balance can be had from "
			    "transfers alone");
}

static enum pl_rc by_address(struct work *w, struct pl_err *e)
{
	struct pl_holding *v;
	struct pl_holders h;
	struct pl_u256 owed;
	size_t n, negative;

	PL_TRY(count_left_out(w, w->net, e));
	PL_TRY(pl_holdings(w->c->arena, &v, &n, &negative, &owed, w->net,
			   w->in->m.addresses, w->skip, e));
	view_of(w, negative, &owed);
	if (!n) {
		(void)pl_fail(e, PL_EMATH,
			      "nobody has more than before: there are no "
			      "holders to measure");
		return pl_hint(e, "--keep-zero counts the zero address, "
				  "--all-kinds what the labels exclude");
	}
	PL_TRY(pl_holders(&h, v, n, w->a->share, e));
	figures(w, &w->row->by_address, &h);
	w->row->left_out.share =
		pl_u256_ratio(&w->row->left_out.amount.raw, &h.total);
	return PL_OK;
}

static enum pl_rc by_entity(struct work *w, struct pl_err *e)
{
	bool *skip;
	struct pl_holding *v;
	struct pl_holders h;
	struct pl_net *net;
	struct pl_u256 owed;
	size_t n, negative;
	struct pl_conc_row *r = w->row;

	merge(w);
	skip = PL_NEW_N(w->c->arena, bool, w->groups);
	for (uint32_t i = 0; i < w->groups; i++)
		skip[i] = w->skip[w->first[i]];
	PL_TRY(pl_nets_join(w->c->arena, &net, w->net, w->in->m.addresses,
			    w->group, w->groups, e));
	PL_TRY(pl_holdings(w->c->arena, &v, &n, &negative, &owed, net,
			   w->groups, skip, e));
	if (!n)
		return pl_fail(e, PL_EMATH, "no entity has more than before");
	PL_TRY(pl_holders(&h, v, n, w->a->share, e));
	figures(w, &r->figures, &h);
	PL_TRY(intervals(w, v, n, e));
	largest(w, v, n, &h.total);
	PL_TRY(pl_conc_countries(w->c->arena, &r->countries, w->in, v, n,
				 w->first, &h.total, e));
	r->head.pictures = pl_conc_pictures(w->c, r, v, n);
	return PL_OK;
}

static enum pl_rc judge(struct work *w, struct pl_err *e)
{
	const struct pl_conc_figures *f = &w->row->figures;
	const double values[] = { f->hhi, f->top1, f->top10,
				  1 / (double)f->nakamoto };

	if (f->n < 30)
		pl_flag_add(&w->in->flags, "few_holders",
			    "fewer than 30 holders: indices of so few are "
			    "high whatever the shares");
	return pl_moves_score(w->c->arena, &w->row->head, &score, values, e);
}

enum pl_rc pl_conc_run(struct pl_ctx *c, void *row, const void *args,
		       struct pl_err *e)
{
	struct work w = {
		.c = c,
		.a = args,
		.row = row,
		.in = PL_NEW(c->arena, struct pl_moves_in),
	};

	PL_TRY(check(w.a, e));
	PL_TRY(pl_moves_nets(c, w.in, &w.net, &w.a->in, e));
	PL_TRY(leave_out(&w, e));
	PL_TRY(by_address(&w, e));
	PL_TRY(by_entity(&w, e));
	PL_TRY(judge(&w, e));
	w.row->share = w.a->share;
	w.row->symbol = w.in->about.symbol;
	w.row->arena = c->arena;
	pl_moves_finish(c->arena, &w.row->head, w.in);
	return PL_OK;
}
