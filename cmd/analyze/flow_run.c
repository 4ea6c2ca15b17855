/* The figures of plume analyze flows. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "cmd/analyze/flows.h"

#define DAY 86400
#define MAX_DAYS 100000

/* Points of 100, of pressure on whoever must pay out: 30 where a quarter of
 * the supply was burned net, 30 for a price a tenth under the asset value, 20
 * for a value five times as old as it usually gets, 20 for a fifth of the
 * supply waiting to be redeemed. */
static const struct pl_feature_def features[] = {
	{ "net_burned", "net burned, of the supply before", 0, 120, .02, 0,
	  .25 },
	{ "discount", "price under net asset value, a fraction", 0, 300, .01, 0,
	  .1 },
	{ "nav_late", "age of the value over its usual age, less 1", 0, 5, .5,
	  0, 4 },
	{ "queue", "waiting to be redeemed, of the supply", 0, 100, .02, 0,
	  .2 },
};
static const char *const verdicts[] = { "calm", "watch", "strained",
					"stressed" };
static const double cuts[] = { 10, 30, 60 };
static const struct pl_score_model score = {
	.name = "flows",
	.version = 1,
	.features = features,
	.n = sizeof(features) / sizeof(features[0]),
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 3,
};

static double tokens(const struct pl_flow_work *w, const struct pl_u256 *v)
{
	const struct pl_amount x = pl_moves_amount(w->in, v);

	return pl_amount_double(&x);
}

/* ------------------------------------------------------------- the order */

struct at {
	int64_t time;
	uint32_t i;
};

static int by_time(const void *x, const void *y)
{
	const struct at *a = x, *b = y;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

static void sort(struct pl_flow_work *w)
{
	const struct pl_moves *m = &w->in->m;
	struct at *at = PL_NEW_N(w->c->arena, struct at, m->n);
	struct pl_move *v = PL_NEW_N(w->c->arena, struct pl_move, m->n);

	for (size_t i = 0; i < m->n; i++) {
		if (!m->v[i].timed) {
			pl_flag_add(&w->in->flags, "no_times",
				    "transfers without a time: no days, ages "
				    "or velocity; --block-seconds N takes "
				    "times from block numbers");
			return;
		}
		at[i] = (struct at){ m->v[i].time, (uint32_t)i };
	}
	qsort(at, m->n, sizeof(*at), by_time);
	for (size_t i = 0; i < m->n; i++)
		v[i] = m->v[at[i].i];
	w->sorted = *m;
	w->sorted.v = v;
}

/* ---------------------------------------------------------------- amounts */

static enum pl_rc count(struct pl_flow_work *w, struct pl_err *e)
{
	const struct pl_moves *m = &w->in->m;
	struct pl_flow_row *r = w->row;
	struct pl_u256 minted = { { 0 } }, burned = minted, volume = minted,
		       self = minted;
	uint8_t *seen = PL_NEW_N(w->c->arena, uint8_t, m->addresses);

	for (size_t i = 0; i < m->n; i++) {
		const struct pl_move *t = &m->v[i];
		struct pl_u256 *sum = t->from == t->to     ? &self
				      : t->from == m->zero ? &minted
				      : t->to == m->zero   ? &burned
							   : &volume;

		if (pl_u256_is_zero(&t->value))
			continue;
		PL_TRY(pl_u256_sum(sum, &t->value, "the transfers", e));
		r->mints += sum == &minted;
		r->burns += sum == &burned;
		r->transfers += sum == &volume;
		seen[t->from] |= 1;
		seen[t->to] |= 2;
	}
	for (uint32_t v = 0; v < m->addresses; v++) {
		if (v == m->zero)
			continue;
		r->active += seen[v] != 0;
		r->senders += seen[v] & 1;
		r->recipients += seen[v] >> 1;
	}
	r->minted = pl_moves_amount(w->in, &minted);
	r->burned = pl_moves_amount(w->in, &burned);
	r->volume = pl_moves_amount(w->in, &volume);
	r->to_self = pl_moves_amount(w->in, &self);
	return PL_OK;
}

static void known_supply(struct pl_flow_work *w, const struct pl_u256 *now)
{
	struct pl_amount *s = PL_NEW(w->c->arena, struct pl_amount);

	*s = pl_moves_amount(w->in, now);
	w->row->supply = s;
	w->supply = pl_amount_double(s);
}

/* Mints less burns, where nobody gave what he never got; or as given. */
static enum pl_rc supply(struct pl_flow_work *w, struct pl_err *e)
{
	const struct pl_moves *m = &w->in->m;
	struct pl_flow_row *r = w->row;
	struct pl_net *net;
	struct pl_u256 v;
	struct pl_amount given;

	w->supply = NAN;
	PL_TRY(pl_nets(w->c->arena, &net, m, NULL, 0, e));
	for (uint32_t i = 0; i < m->addresses; i++)
		r->negative += i != m->zero && pl_net_of(&v, &net[i]) < 0;
	r->whole =
		!r->negative && !w->in->about.windowed && m->zero != PL_NOBODY;
	if (w->a->supply) {
		PL_TRY(pl_amount_parse(&given, w->a->supply, w->in->decimals,
				       e));
		known_supply(w, &given.raw);
	} else if (r->whole &&
		   pl_u256_sub(&v, &r->minted.raw, &r->burned.raw)) {
		known_supply(w, &v);
	}
	if (!r->whole)
		pl_flag_add(&w->in->flags, "window",
			    "a window is not a balance: what was held before "
			    "these transfers is not seen");
	if (r->negative && !w->in->about.windowed)
		pl_flag_add(&w->in->flags, "negative_balances",
			    "addresses gave more than they got: transfers are "
			    "missing, or the token takes fees or rebases "
			    "without events");
	if (!r->supply)
		pl_flag_add(&w->in->flags, "no_supply",
			    "the supply is not known (--supply): no velocity, "
			    "and net burns count against what was minted and "
			    "burned here");
	return PL_OK;
}

/* (minted - burned) over the supply before, or over both where no supply is
 * known. */
static void net_share(struct pl_flow_work *w)
{
	const double in = pl_amount_double(&w->row->minted);
	const double out = pl_amount_double(&w->row->burned);
	const double before = w->row->whole ? in : w->supply - (in - out);
	const double base = before > 0 ? before : in + out;

	w->row->net_share = base > 0 ? (in - out) / base : 0;
}

/* ------------------------------------------------------------------- days */

enum pl_rc pl_flow_mean(struct pl_flow_work *w, struct pl_flow_figure *out,
			const double *x, size_t n, struct pl_err *e)
{
	out->level = w->a->level;
	return pl_mean_blocks(w->c->arena, &out->value, &out->lo, &out->hi, x,
			      n, w->a->level, w->a->bootstrap, w->a->seed, e);
}

static int64_t day_of(int64_t time)
{
	return time >= 0 ? time / DAY : -1 - (-1 - time) / DAY;
}

static void add_day(struct pl_flow_work *w, struct pl_flow_day *d,
		    const struct pl_move *t, uint32_t *stamp, uint32_t day)
{
	const uint32_t who[2] = { t->from, t->to };
	const double x = tokens(w, &t->value);

	if (pl_u256_is_zero(&t->value) || t->from == t->to)
		return;
	d->transfers++;
	d->volume +=
		t->from != w->sorted.zero && t->to != w->sorted.zero ? x : 0;
	d->minted += t->from == w->sorted.zero ? x : 0;
	d->burned += t->to == w->sorted.zero ? x : 0;
	for (size_t k = 0; k < 2; k++) {
		d->active +=
			who[k] != w->sorted.zero && stamp[who[k]] != day + 1;
		stamp[who[k]] = day + 1;
	}
}

static enum pl_rc days(struct pl_flow_work *w, struct pl_err *e)
{
	const struct pl_moves *m = &w->sorted;
	struct pl_arena *a = w->c->arena;
	uint32_t *stamp = PL_NEW_N(a, uint32_t, m->addresses);
	struct pl_flow_figure *f = PL_NEW_N(a, struct pl_flow_figure, 3);
	struct pl_flow_day *d;
	int64_t first;
	size_t show;

	if (!m->n)
		return PL_OK;
	first = day_of(m->v[0].time);
	if (day_of(m->v[m->n - 1].time) - first >= MAX_DAYS)
		return pl_fail(e, PL_ELIMIT, "over %d days", MAX_DAYS);
	w->days = (size_t)(day_of(m->v[m->n - 1].time) - first) + 1;
	d = PL_NEW_N(a, struct pl_flow_day, w->days);
	w->volume = PL_NEW_N(a, double, w->days);
	w->net = PL_NEW_N(a, double, w->days);
	w->burned = PL_NEW_N(a, double, w->days);
	for (size_t i = 0; i < m->n; i++) {
		const size_t k = (size_t)(day_of(m->v[i].time) - first);

		add_day(w, &d[k], &m->v[i], stamp, (uint32_t)k);
	}
	for (size_t k = 0; k < w->days; k++) {
		d[k].day = (first + (int64_t)k) * DAY;
		w->volume[k] = d[k].volume;
		w->burned[k] = d[k].burned;
		w->net[k] = d[k].minted - d[k].burned;
	}
	PL_TRY(pl_flow_mean(w, &f[0], w->volume, w->days, e));
	PL_TRY(pl_flow_mean(w, &f[1], w->net, w->days, e));
	w->row->daily_volume = &f[0];
	w->row->daily_net = &f[1];
	w->row->day_count = w->days;
	if (w->supply > 0) {
		const double k = 365.25 / w->supply;

		f[2] = (struct pl_flow_figure){ f[0].value * k, f[0].level,
						f[0].lo * k, f[0].hi * k };
		w->row->velocity = &f[2];
	}
	if (w->days < 4)
		pl_flag_add(&w->in->flags, "few_days",
			    "fewer than 4 days: means of days have no "
			    "interval");
	show = w->days < w->a->show ? w->days : (size_t)w->a->show;
	w->row->days = (struct pl_list){ d + (w->days - show), show };
	w->row->head.model.seed = pl_printf(a, "%" PRIu64, w->a->seed);
	return PL_OK;
}

static enum pl_rc ages(struct pl_flow_work *w, struct pl_err *e)
{
	struct pl_arena *a = w->c->arena;
	struct pl_flow_ages *out = PL_NEW(a, struct pl_flow_ages);
	struct pl_flow_band *b = PL_NEW_N(a, struct pl_flow_band, PL_AGE_BANDS);
	struct pl_ages o;

	if (!w->sorted.n)
		return PL_OK;
	PL_TRY(pl_ages(a, &o, &w->sorted, w->row->as_of, w->in->decimals, e));
	for (size_t i = 0; i < PL_AGE_BANDS; i++)
		b[i] = (struct pl_flow_band){
			pl_age_words[i], pl_moves_amount(w->in, &o.band[i]),
			pl_u256_ratio(&o.band[i], &o.held)
		};
	*out = (struct pl_flow_ages){
		pl_moves_amount(w->in, &o.held),
		pl_moves_amount(w->in, &o.unseen),
		o.mean / DAY,
		o.median / DAY,
		o.days_destroyed,
		{ b, PL_AGE_BANDS },
	};
	if (!pl_u256_is_zero(&o.unseen))
		pl_flag_add(&w->in->flags, "unseen",
			    "tokens were given away that had been received "
			    "before these transfers: their ages are not known "
			    "and count nowhere");
	w->row->ages = out;
	return PL_OK;
}

/* --------------------------------------------------------------- exposure */

static int most_exposed(const void *x, const void *y)
{
	const struct pl_flow_exposed *a = x, *b = y;
	const int by = pl_u256_cmp(&b->amount.raw, &a->amount.raw);

	if (a->share != b->share)
		return a->share < b->share ? 1 : -1;
	return by ? by : memcmp(&a->address, &b->address, sizeof(a->address));
}

static enum pl_rc exposed(struct pl_flow_work *w, struct pl_flow_exposure *out,
			  const struct pl_exposure *o, uint32_t root,
			  struct pl_err *e)
{
	const uint32_t n = w->in->m.addresses;
	struct pl_flow_exposed *v =
		PL_NEW_N(w->c->arena, struct pl_flow_exposed, n);
	struct pl_net *net;
	size_t k = 0;

	PL_TRY(pl_nets(w->c->arena, &net, &w->in->m, NULL, 0, e));
	for (uint32_t i = 0; i < n; i++) {
		struct pl_u256 amount;

		if (i == root || i == w->in->m.zero || !(o->share[i] > 0))
			continue;
		if (pl_net_of(&amount, &net[i]) < 0)
			amount = pl_u256_of(0);
		v[k++] = (struct pl_flow_exposed){
			w->in->who[i],
			w->in->label[i] ? w->in->label[i]->entity : NULL,
			o->hop[i],
			o->share[i],
			pl_moves_amount(w->in, &amount),
		};
	}
	if (k)
		qsort(v, k, sizeof(*v), most_exposed);
	out->reached = k;
	out->exposed =
		(struct pl_list){ v, k < w->a->show ? k : (size_t)w->a->show };
	return PL_OK;
}

static enum pl_rc exposure(struct pl_flow_work *w, struct pl_err *e)
{
	struct pl_arena *a = w->c->arena;
	const uint32_t hops = (uint32_t)w->a->hops;
	struct pl_flow_exposure *out = PL_NEW(a, struct pl_flow_exposure);
	struct pl_flow_hop *h = PL_NEW_N(a, struct pl_flow_hop, hops);
	struct pl_exposure o;
	uint32_t root;

	if (!w->a->exposure)
		return PL_OK;
	root = pl_moves_find(w->in, w->a->exposure);
	if (root == PL_NOBODY)
		return pl_fail(e, PL_ENOTFOUND,
			       "the address of --exposure took no part in any "
			       "transfer");
	PL_TRY(pl_exposure(a, &o, &w->in->m, root, hops, e));
	for (uint32_t k = 1; k <= hops; k++)
		h[k - 1] = (struct pl_flow_hop){
			k, o.by[k].reached,
			pl_moves_amount(w->in, &o.by[k].volume)
		};
	out->address = *w->a->exposure;
	out->hops = (struct pl_list){ h, hops };
	w->row->exposure = out;
	return exposed(w, out, &o, root, e);
}

static double per(double x, double y)
{
	return y > 0 ? x / y : NAN;
}

/* Days to sell a position as a part of what usually moves. */
static enum pl_rc liquidity(struct pl_flow_work *w, struct pl_err *e)
{
	struct pl_flow_liquidity *o =
		PL_NEW(w->c->arena, struct pl_flow_liquidity);
	const struct pl_flow_figure *v = w->row->daily_volume;
	double x;

	if (!w->a->position)
		return PL_OK;
	PL_TRY(pl_amount_parse(&o->position, w->a->position, w->in->decimals,
			       e));
	if (!v)
		return pl_fail(e, PL_EMATH,
			       "--position needs the times of the transfers");
	x = pl_amount_double(&o->position) / w->a->participation;
	o->participation = w->a->participation;
	o->days = (struct pl_flow_figure){ per(x, v->value), v->level,
					   per(x, v->hi), per(x, v->lo) };
	w->row->liquidity = o;
	return PL_OK;
}

static enum pl_rc check(const struct pl_flow_args *a, struct pl_err *e)
{
	if ((a->nav && a->nav_source) || (a->prices && a->price_source))
		return pl_fail(
			e, PL_EUSAGE, "a file or a contract, not both: --%s",
			a->nav && a->nav_source ? "nav and --nav-source"
						: "prices and --price-source");
	if (!(a->level > 0 && a->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0 and 1, not %g",
			       a->level);
	if (!(a->participation > 0 && a->participation <= 1))
		return pl_fail(e, PL_EUSAGE,
			       "--participation lies above 0 and up to 1, not "
			       "%g",
			       a->participation);
	return PL_OK;
}

static enum pl_rc judge(struct pl_flow_work *w, struct pl_err *e)
{
	const struct pl_flow_row *r = w->row;
	const bool priced = r->nav && isfinite(r->nav->premium);
	const bool queued = r->queue && isfinite(r->queue->share);
	const double values[] = {
		fmax(0, -r->net_share),
		priced ? fmax(0, -r->nav->premium) : 0,
		r->nav ? r->nav->late : 0,
		queued ? r->queue->share : 0,
	};

	return pl_moves_score(w->c->arena, &w->row->head, &score, values, e);
}

enum pl_rc pl_flow_run(struct pl_ctx *c, void *row, const void *args,
		       struct pl_err *e)
{
	struct pl_flow_work w = {
		.c = c,
		.a = args,
		.row = row,
		.in = PL_NEW(c->arena, struct pl_moves_in),
	};

	PL_TRY(check(w.a, e));
	PL_TRY(pl_moves_read(c, w.in, &w.a->in, e));
	sort(&w);
	if (w.a->as_of)
		w.row->as_of = *w.a->as_of;
	else if (w.sorted.n)
		w.row->as_of = w.sorted.v[w.sorted.n - 1].time;
	else if (w.a->nav || w.a->prices || w.a->nav_source ||
		 w.a->price_source || w.a->registry)
		return pl_fail(e, PL_EUSAGE,
			       "prices, net asset values and --registry need "
			       "--as-of TIME where the transfers have none");
	if (w.sorted.n && w.row->as_of < w.sorted.v[w.sorted.n - 1].time)
		return pl_fail(e, PL_EUSAGE,
			       "--as-of lies before the last transfer: take "
			       "--to as well");
	PL_TRY(count(&w, e));
	PL_TRY(supply(&w, e));
	net_share(&w);
	PL_TRY(days(&w, e));
	PL_TRY(ages(&w, e));
	PL_TRY(exposure(&w, e));
	PL_TRY(pl_flow_events(&w, e));
	PL_TRY(pl_flow_source(&w, NULL, NULL, PL_FLOW_REGISTRY, w.a->registry,
			      e));
	PL_TRY(pl_flow_navs(&w, e));
	PL_TRY(pl_flow_event_sums(&w, e));
	PL_TRY(liquidity(&w, e));
	PL_TRY(judge(&w, e));
	w.row->head.pictures = pl_flow_pictures(&w);
	w.row->symbol = w.in->about.symbol;
	w.row->arena = c->arena;
	pl_moves_finish(c->arena, &w.row->head, w.in);
	return PL_OK;
}
