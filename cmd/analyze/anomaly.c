/* plume analyze anomaly: times and wallets that stand out. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analytics/fixed_math.h"
#include "analytics/outlier.h"
#include "base/time.h"
#include "cmd/analyze/moves.h"
#include "crypto/addr.h"
#include "store/series.h"

#define MAX_BARS 1000000
#define LEAST_BARS 10

struct args {
	struct pl_moves_args in;
	const char *bar;
	uint64_t window, least, show;
	double fdr;
	int scale;
};

struct point {
	int64_t time;
	const char *what;
	double value, expected, strength, p, adjusted;
	bool hampel;
};

struct wallet {
	struct pl_addr address;
	const char *entity;
	uint64_t transfers, most;
	int64_t time;
	double expected, p, adjusted;
};

struct row {
	struct pl_moves_head head;
	uint64_t bars, volumes, bursts, wallets_tested, wallets_found, hampel;
	double fdr, scale, count_mean, count_var;
	const char *count_model;
	struct pl_list points, wallets;
	struct pl_arena *arena;
};

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field point_fields[] = {
	{ "time", PL_TIME, F(point, time, int64_t), "the bar begins" },
	{ "what", PL_STR, F(point, what, const char *), "volume or transfers" },
	{ "value", PL_DOUBLE, F(point, value, double),
	  "tokens, or number of transfers" },
	{ "expected", PL_DOUBLE, F(point, expected, double),
	  "median of the bars around; of all counts" },
	{ "strength", PL_DOUBLE, F(point, strength, double),
	  "of a volume: robust z of its logarithm; of a count: how many "
	  "standard deviations above" },
	{ "p", PL_DOUBLE, F(point, p, double), "for itself" },
	{ "adjusted", PL_DOUBLE, F(point, adjusted, double),
	  "p-value adjusted for all bars (Benjamini-Hochberg)" },
	{ "hampel", PL_FLAG, F(point, hampel, bool),
	  "volume beyond three local median absolute deviations" },
	{ 0 },
};
static const struct pl_field wallet_fields[] = {
	{ "address", PL_ADDR, F(wallet, address, struct pl_addr), "who sent" },
	{ "entity", PL_STR, F(wallet, entity, const char *), "by the labels" },
	{ "transfers", PL_UINT, F(wallet, transfers, uint64_t), "in all" },
	{ "most", PL_UINT, F(wallet, most, uint64_t), "in one bar" },
	{ "time", PL_TIME, F(wallet, time, int64_t), "that bar begins" },
	{ "expected", PL_DOUBLE, F(wallet, expected, double),
	  "in a bar, if spread evenly" },
	{ "p", PL_DOUBLE, F(wallet, p, double),
	  "of so many in any bar (Poisson, times the bars)" },
	{ "adjusted", PL_DOUBLE, F(wallet, adjusted, double),
	  "p-value adjusted for all wallets (Benjamini-Hochberg)" },
	{ 0 },
};
static const struct pl_field fields[] = {
	PL_MOVES_HEAD(struct row, "quiet, unusual, anomalous or extreme"),
	{ "bars", PL_UINT, F(row, bars, uint64_t), "from first to last" },
	{ "fdr", PL_DOUBLE, F(row, fdr, double),
	  "false findings among the findings, at most, in the mean" },
	{ "volumes", PL_UINT, F(row, volumes, uint64_t),
	  "bars whose volume stands out" },
	{ "bursts", PL_UINT, F(row, bursts, uint64_t),
	  "bars with too many transfers" },
	{ "hampel", PL_UINT, F(row, hampel, uint64_t),
	  "bars beyond three local deviations, without regard to their "
	  "number" },
	{ "wallets_tested", PL_UINT, F(row, wallets_tested, uint64_t),
	  "senders with at least --least transfers" },
	{ "wallets_found", PL_UINT, F(row, wallets_found, uint64_t),
	  "of which with a burst" },
	{ "scale", PL_DOUBLE, F(row, scale, double),
	  "robust deviation of log(1 + volume) from its surroundings" },
	{ "count_model", PL_STR, F(row, count_model, const char *),
	  "poisson or negative-binomial" },
	{ "count_mean", PL_DOUBLE, F(row, count_mean, double),
	  "median of transfers a bar" },
	{ "count_var", PL_DOUBLE, F(row, count_var, double),
	  "robust variance of transfers a bar" },
	{ "points", PL_LIST, F(row, points, struct pl_list),
	  "bars found, least p first, as many as --show", 0, point_fields,
	  sizeof(struct point) },
	{ "wallets", PL_LIST, F(row, wallets, struct pl_list),
	  "wallets found, least p first, as many as --show", 0, wallet_fields,
	  sizeof(struct wallet) },
	PL_MOVES_TAIL(struct row),
};

#define O(member, is) PL_AT(struct args, member, is)
static const struct pl_opt opts[] = {
	PL_MOVES_OPTS(struct args),
	{ "bar", 0, PL_STR, O(bar, const char *), "WIDTH",
	  "day, hour, week, 15min", 0, 0, "day" },
	{ "window", 0, PL_UINT, O(window, uint64_t), "K",
	  "bars before and after that a volume is held against", 0, 0, "7", 1,
	  1000 },
	{ "scale", 0, PL_ENUM, O(scale, int), "SCALE",
	  "robust scale of the deviations", 0, pl_scale_words, "qn" },
	{ "fdr", 0, PL_DOUBLE, O(fdr, double), "Q",
	  "false discovery rate", 0, 0, "0.05" },
	{ "least", 0, PL_UINT, O(least, uint64_t), "N",
	  "transfers a wallet must have sent to be tested", 0, 0, "5", 2,
	  1000000 },
	{ "show", 0, PL_UINT, O(show, uint64_t), "N",
	  "bars and wallets to list", 0, 0, "10", 0, 100000 },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ "hours and wallets that stand out",
	  "plume analyze anomaly --csv moves.csv --bar 30min",
	  PL_EXAMPLE_MOVES, 0 },
	{ "strictly, by MAD",
	  "plume analyze anomaly --csv moves.csv --bar 30min --scale mad "
	  "--fdr 0.01 --json", PL_EXAMPLE_MOVES, 0 },
	{ 0 },
};
/* clang-format on */

/* Points of 100: 30 where a tenth of the bars has an unusual volume, 30 for
 * ten deviations, 20 for bursts in a tenth of the bars, 20 for one wallet of
 * twenty with a burst. */
static const struct pl_feature_def features[] = {
	{ "volume_share", "share of bars with an unusual volume", 0, 300, .01,
	  0, .1 },
	{ "strength", "largest deviation of a volume found", 0, 3, 1, 0, 10 },
	{ "burst_share", "share of bars with a burst", 0, 200, .01, 0, .1 },
	{ "wallet_share", "share of wallets with a burst", 0, 400, .01, 0,
	  .05 },
};
static const char *const verdicts[] = { "quiet", "unusual", "anomalous",
					"extreme" };
static const double cuts[] = { 5, 30, 60 };
static const struct pl_score_model score = {
	.name = "anomaly",
	.version = 1,
	.features = features,
	.n = sizeof(features) / sizeof(features[0]),
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 3,
};

struct work {
	struct pl_ctx *c;
	const struct args *a;
	struct row *row;
	struct pl_moves_in *in;
	int64_t width, first; /* seconds; number of the first bar */
	size_t n;
	double *volume, *count;
	double strongest;
	struct point *found;
	size_t found_n;
	size_t *loud, *busy; /* bars found, by volume and by count */
};

static int64_t slot(int64_t t, int64_t width)
{
	return t >= 0 ? t / width : -1 - (-1 - t) / width;
}

static enum pl_rc bars(struct work *w, struct pl_err *e)
{
	const struct pl_moves *m = &w->in->m;
	struct pl_bar_rule rule;
	int64_t lo = INT64_MAX, hi = INT64_MIN;

	PL_TRY(pl_bar_parse(&rule, w->a->bar, e));
	if (rule.unit != PL_BAR_SECONDS)
		return pl_fail(e, PL_EUSAGE, "--bar is a width of time here");
	w->width = (int64_t)rule.width;
	for (size_t i = 0; i < m->n; i++) {
		const int64_t k = slot(m->v[i].time, w->width);

		if (!m->v[i].timed) {
			(void)pl_fail(e, PL_EMATH,
				      "a transfer has no time, so no bar");
			return pl_hint(e, "--block-seconds N takes times from "
					  "block numbers");
		}
		lo = k < lo ? k : lo;
		hi = k > hi ? k : hi;
	}
	if (hi - lo >= MAX_BARS)
		return pl_fail(e, PL_ELIMIT, "over %d bars: take wider ones",
			       MAX_BARS);
	w->first = lo;
	w->n = (size_t)(hi - lo) + 1;
	if (w->n < LEAST_BARS) {
		(void)pl_fail(e, PL_EMATH,
			      "%zu bars are too few, %d are needed", w->n,
			      LEAST_BARS);
		return pl_hint(e, "take narrower ones: --bar hour");
	}
	w->volume = PL_NEW_N(w->c->arena, double, w->n);
	w->count = PL_NEW_N(w->c->arena, double, w->n);
	return PL_OK;
}

static enum pl_rc fill(struct work *w, struct pl_err *e)
{
	struct pl_u256 *sum = PL_NEW_N(w->c->arena, struct pl_u256, w->n);
	const struct pl_moves *m = &w->in->m;

	for (size_t i = 0; i < m->n; i++) {
		const size_t k =
			(size_t)(slot(m->v[i].time, w->width) - w->first);

		if (pl_u256_is_zero(&m->v[i].value))
			continue;
		PL_TRY(pl_u256_sum(&sum[k], &m->v[i].value,
				   "the transfers of one bar", e));
		w->count[k]++;
	}
	for (size_t k = 0; k < w->n; k++) {
		const struct pl_amount x = pl_moves_amount(w->in, &sum[k]);

		w->volume[k] = pl_amount_double(&x);
	}
	return PL_OK;
}

static int64_t begins(const struct work *w, size_t k)
{
	return (w->first + (int64_t)k) * w->width;
}

/* Logarithms, because volumes are many times larger, not so much larger. */
static enum pl_rc volumes(struct work *w, struct pl_err *e)
{
	double *x = PL_NEW_N(w->c->arena, double, w->n);
	struct pl_outliers o;

	for (size_t k = 0; k < w->n; k++)
		x[k] = pl_log1p(w->volume[k]);
	PL_TRY(pl_outliers(w->c->arena, &o, x, w->n, (size_t)w->a->window,
			   (enum pl_scale)w->a->scale, e));
	w->row->scale = o.scale;
	if (o.constant)
		pl_flag_add(&w->in->flags, "constant",
			    "all volumes equal those around them: there is "
			    "nothing to stand out from");
	if (o.fallback)
		pl_flag_add(&w->in->flags, "flat",
			    "more than half of the bars equal their "
			    "surroundings: the mean deviation stands in for "
			    "the robust scale");
	for (size_t k = 0; k < w->n; k++) {
		w->row->hampel += o.v[k].hampel;
		if (o.v[k].adjusted > w->a->fdr)
			continue;
		w->loud[w->row->volumes++] = k;
		w->strongest = fmax(w->strongest, fabs(o.v[k].z));
		w->found[w->found_n++] = (struct point){
			begins(w, k),           "volume",      w->volume[k],
			pl_expm1(o.v[k].level), o.v[k].z,      o.v[k].p,
			o.v[k].adjusted,        o.v[k].hampel,
		};
	}
	return PL_OK;
}

static enum pl_rc bursts(struct work *w, struct pl_err *e)
{
	double *p = PL_NEW_N(w->c->arena, double, w->n);
	double *q = PL_NEW_N(w->c->arena, double, w->n);
	struct pl_counts c;

	PL_TRY(pl_counts_fit(w->c->arena, &c, w->count, w->n,
			     (enum pl_scale)w->a->scale, e));
	w->row->count_mean = c.mean;
	w->row->count_var = c.var;
	w->row->count_model =
		isfinite(c.size) ? "negative-binomial" : "poisson";
	for (size_t k = 0; k < w->n; k++)
		p[k] = pl_counts_tail(&c, (uint64_t)w->count[k]);
	pl_fdr(w->c->arena, q, p, w->n);
	for (size_t k = 0; k < w->n; k++) {
		if (q[k] > w->a->fdr)
			continue;
		w->busy[w->row->bursts++] = k;
		w->found[w->found_n++] = (struct point){
			begins(w, k),
			"transfers",
			w->count[k],
			c.mean,
			(w->count[k] - c.mean) / sqrt(c.var),
			p[k],
			q[k],
			false,
		};
	}
	return PL_OK;
}

static int least_p(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return strcmp(a->what, b->what);
}

static int least_wallet(const void *x, const void *y)
{
	const struct wallet *a = x, *b = y;

	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return memcmp(&a->address, &b->address, sizeof(a->address));
}

struct sent {
	uint32_t who;
	size_t bar;
};

static int by_sender(const void *x, const void *y)
{
	const struct sent *a = x, *b = y;

	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return (a->bar > b->bar) - (a->bar < b->bar);
}

/* One sender's n bars, ascending: the fullest. */
static struct wallet busiest(const struct work *w, const struct sent *s,
			     size_t n)
{
	const struct pl_label *l = w->in->label[s->who];
	const struct pl_counts c = { (double)n / (double)w->n, 0, INFINITY };
	struct wallet o = { .address = w->in->who[s->who],
			    .entity = l ? l->entity : NULL,
			    .transfers = n,
			    .expected = c.mean };
	uint64_t run = 0;

	for (size_t i = 0; i < n; i++) {
		run = i && s[i].bar == s[i - 1].bar ? run + 1 : 1;
		if (run <= o.most)
			continue;
		o.most = run;
		o.time = begins(w, s[i].bar);
	}
	o.p = fmin(1, pl_counts_tail(&c, o.most) * (double)w->n);
	return o;
}

static void wallets(struct work *w)
{
	const struct pl_moves *m = &w->in->m;
	struct pl_arena *a = w->c->arena;
	struct sent *s = PL_NEW_N(a, struct sent, m->n);
	struct wallet *v = PL_NEW_N(a, struct wallet, m->addresses);
	double *p, *q;
	size_t n = 0, k = 0, end, found = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->v[i].from != m->zero && !pl_u256_is_zero(&m->v[i].value))
			s[n++] = (struct sent){ m->v[i].from,
						(size_t)(slot(m->v[i].time,
							      w->width) -
							 w->first) };
	}
	if (n)
		qsort(s, n, sizeof(*s), by_sender);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && s[end].who == s[i].who;)
			end++;
		if (end - i >= w->a->least)
			v[k++] = busiest(w, s + i, end - i);
	}
	p = PL_NEW_N(a, double, k);
	q = PL_NEW_N(a, double, k);
	for (size_t i = 0; i < k; i++)
		p[i] = v[i].p;
	pl_fdr(a, q, p, k);
	for (size_t i = 0; i < k; i++) {
		v[i].adjusted = q[i];
		if (q[i] <= w->a->fdr)
			v[found++] = v[i];
	}
	if (found)
		qsort(v, found, sizeof(*v), least_wallet);
	w->row->wallets_tested = k;
	w->row->wallets_found = found;
	w->row->wallets =
		(struct pl_list){ v, found < w->a->show ? found
							: (size_t)w->a->show };
}

static enum pl_rc compute(struct pl_ctx *c, void *row, const void *args,
			  struct pl_err *e)
{
	struct work w = {
		.c = c,
		.a = args,
		.row = row,
		.in = PL_NEW(c->arena, struct pl_moves_in),
	};
	double values[4];

	if (!(w.a->fdr > 0 && w.a->fdr < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--fdr lies between 0 and 1, not %g", w.a->fdr);
	PL_TRY(pl_moves_read(c, w.in, &w.a->in, e));
	PL_TRY(bars(&w, e));
	PL_TRY(fill(&w, e));
	w.found = PL_NEW_N(c->arena, struct point, 2 * w.n);
	w.loud = PL_NEW_N(c->arena, size_t, w.n);
	w.busy = PL_NEW_N(c->arena, size_t, w.n);
	PL_TRY(volumes(&w, e));
	PL_TRY(bursts(&w, e));
	wallets(&w);
	if (w.found_n)
		qsort(w.found, w.found_n, sizeof(*w.found), least_p);
	w.row->points = (struct pl_list){
		w.found, w.found_n < w.a->show ? w.found_n : (size_t)w.a->show
	};
	w.row->bars = w.n;
	w.row->fdr = w.a->fdr;
	values[0] = (double)w.row->volumes / (double)w.n;
	values[1] = w.strongest;
	values[2] = (double)w.row->bursts / (double)w.n;
	values[3] = w.row->wallets_tested
			    ? (double)w.row->wallets_found /
				      (double)w.row->wallets_tested
			    : 0;
	PL_TRY(pl_moves_score(c->arena, &w.row->head, &score, values, e));
	w.row->head.pictures =
		pl_anomaly_pictures(c, &(struct pl_anomaly_view){
					       .symbol = w.in->about.symbol,
					       .first = begins(&w, 0),
					       .last = begins(&w, w.n - 1),
					       .n = w.n,
					       .volume = w.volume,
					       .count = w.count,
					       .loud = w.loud,
					       .busy = w.busy,
					       .n_loud = w.row->volumes,
					       .n_busy = w.row->bursts,
					       .bar = w.a->bar,
				       });
	w.row->arena = c->arena;
	pl_moves_finish(c->arena, &w.row->head, w.in);
	return PL_OK;
}

/* ------------------------------------------------------------------ words */

static void lists(struct pl_say *s, const struct row *r)
{
	const struct point *p = r->points.v;
	const struct wallet *v = r->wallets.v;
	char t[PL_TIME_TEXT], who[PL_ADDR_TEXT];

	if (r->points.n)
		pl_buf_fmt(&s->b, "\n%-20s %-9s %11s %11s %8s %10s\n", "Bars",
			   "", "value", "expected", "strength", "adj. p");
	for (size_t i = 0; i < r->points.n; i++) {
		pl_time_text(t, p[i].time);
		pl_buf_fmt(&s->b, "%-20s %-9s %11.5g %11.5g %8.3g %10.2g\n", t,
			   p[i].what, p[i].value, p[i].expected, p[i].strength,
			   p[i].adjusted);
	}
	if (r->wallets.n)
		pl_buf_fmt(&s->b, "\n%-42s %6s %9s %10s\n", "Wallets", "most",
			   "expected", "adj. p");
	for (size_t i = 0; i < r->wallets.n; i++) {
		pl_addr_text(who, &v[i].address);
		pl_buf_fmt(&s->b, "%-42s %6" PRIu64 " %9.3g %10.2g\n", who,
			   v[i].most, v[i].expected, v[i].adjusted);
	}
}

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	pl_say_text(&s, 0,
		    "%c%s: of %" PRIu64 " bars %" PRIu64
		    " stand out by volume and %" PRIu64
		    " by number of transfers; %" PRIu64 " of %" PRIu64
		    " wallets sent in bursts. At most %.3g %% of these are "
		    "expected to be chance.",
		    r->head.verdict[0] - 'a' + 'A', r->head.verdict + 1,
		    r->bars, r->volumes, r->bursts, r->wallets_found,
		    r->wallets_tested, 100 * r->fdr);
	lists(&s, r);
	pl_moves_say(&s, &r->head);
	return pl_say_end(&s, o, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	return pl_moves_run(c, &pl_moves_anomaly, args, e);
}

const struct pl_cmd cmd_analyze_anomaly = {
	.path = "analyze anomaly",
	.summary = "find times and wallets of a token that stand out",
	.about = "Volumes of bars against the median of those around them, in "
		 "robust deviations (MAD, Sn or Qn); numbers of transfers "
		 "against a Poisson or negative binomial law; and for each "
		 "wallet its fullest bar against sending evenly. Of many "
		 "things looked at some stand out by chance: p-values are "
		 "adjusted after Benjamini and Hochberg, over bars and over "
		 "wallets, and only what passes --fdr is called a finding.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};

const struct pl_moves_cmd pl_moves_anomaly = {
	.cmd = &cmd_analyze_anomaly,
	.row_size = sizeof(struct row),
	.compute = compute,
	.name = "plume.anomaly",
	.version = 1,
};
