/* Pictures of concentration, flows, anomaly and wash. */
#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/wash.h"
#include "base/time.h"
#include "cmd/analyze/concentration.h"
#include "cmd/analyze/flows.h"
#include "cmd/analyze/picture.h"
#include "crypto/addr.h"

static const char *unit_of(const char *symbol)
{
	return symbol ? symbol : "units";
}

static const char *time_text(struct pl_arena *a, int64_t t)
{
	char text[PL_TIME_TEXT];

	pl_time_text(text, t);
	return pl_say_time(a, pl_strdup(a, text));
}

static void append(struct pl_buf *b, size_t i, const char *label, double v)
{
	if (i < 12)
		pl_buf_fmt(b, "%s %s %.3g", i ? ";" : "", label, v);
}

/* ----------------------------------------------------------- concentration */

/* Smallest first, so that the curve lies under that of equal shares. */
static void lorenz(struct pl_ctx *c, struct pl_picture *p,
		   const struct pl_conc_row *r, const struct pl_holding *v,
		   size_t n)
{
	double *y = PL_NEW_N(c->arena, double, n + 1);
	double *even = PL_NEW_N(c->arena, double, n + 1), sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += pl_u256_ratio(&v[n - 1 - i].amount,
				     &r->figures.total.raw);
		y[i + 1] = 100 * sum;
		even[i + 1] = 100 * (double)(i + 1) / (double)n;
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_LINE,
		.title = pl_printf(c->arena, "Lorenz curve, Gini %.4g",
				   r->figures.gini),
		.about = pl_printf(
			c->arena,
			"Curve of what the smallest holders have together, "
			"from 0 to 100 per cent of %zu holders, under the "
			"straight line of equal shares; the Gini coefficient "
			"is %.4g and the largest holder has %.4g %%.",
			n, r->figures.gini, 100 * r->figures.top1),
		.caption = "What the smallest so many per cent of the holders "
			   "have together. The further below the dashed line, "
			   "the less equal.",
		.unit = "per cent of the amount",
		.line = { .y = y,
			  .n = n + 1,
			  .fit = even,
			  .left = "0 %",
			  .right = "100 %",
			  .across = "of the holders, smallest first",
			  .name = "holders",
			  .fit_name = "equal shares" },
	};
}

static void largest(struct pl_ctx *c, struct pl_picture *p,
		    const struct pl_conc_row *r)
{
	const struct pl_conc_holder *h = r->holders.v;
	const size_t n = r->holders.n;
	struct pl_chart_bar *v = PL_NEW_N(c->arena, struct pl_chart_bar, n);
	struct pl_buf about;

	pl_buf_init(&about, c->arena);
	pl_buf_str(&about, "Bars of the shares in per cent:");
	for (size_t i = 0; i < n; i++) {
		v[i].label = h[i].entity
				     ? h[i].entity
				     : pl_picture_addr(c->arena, &h[i].address);
		v[i].value = 100 * h[i].share;
		append(&about, i, v[i].label, v[i].value);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "The largest holders",
		.about = pl_buf_cstr(&about),
		.caption = "The share of each of the largest holders.",
		.unit = "per cent of the amount",
		.bars = { .v = v, .n = n, .full = 100 },
	};
}

static void by_country(struct pl_ctx *c, struct pl_picture *p,
		       const struct pl_conc_countries *k)
{
	const struct pl_conc_country *at = k->list.v;
	const size_t n = k->list.n;
	struct pl_chart_bar *v = PL_NEW_N(c->arena, struct pl_chart_bar, n + 1);
	struct pl_buf about;

	pl_buf_init(&about, c->arena);
	pl_buf_str(&about, "Bars of the shares in per cent:");
	for (size_t i = 0; i <= n; i++) {
		v[i].label = i < n ? at[i].country : "not known";
		v[i].value = 100 * (i < n ? at[i].share : k->unknown);
		append(&about, i, v[i].label, v[i].value);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "Countries of the holders",
		.about = pl_buf_cstr(&about),
		.caption = "What the holders of each country have, by the "
			   "labels.",
		.unit = "per cent of the amount",
		.bars = { .v = v, .n = n + 1, .full = 100 },
	};
}

const struct pl_pictures *pl_conc_pictures(struct pl_ctx *c,
					   const struct pl_conc_row *r,
					   const struct pl_holding *v, size_t n)
{
	struct pl_pictures *out = pl_pictures_new(c);

	lorenz(c, pl_picture_add(out), r, v, n);
	largest(c, pl_picture_add(out), r);
	if (r->countries)
		by_country(c, pl_picture_add(out), r->countries);
	return out;
}

/* ------------------------------------------------------------------- flows */

static void ends(const struct pl_flow_work *w, const char **left,
		 const char **right)
{
	struct pl_arena *a = w->c->arena;

	*left = time_text(a, w->sorted.v[0].time);
	*right = time_text(a, w->sorted.v[w->sorted.n - 1].time);
}

static void supply(struct pl_flow_work *w, struct pl_picture *p)
{
	struct pl_arena *a = w->c->arena;
	double *minted = PL_NEW_N(a, double, w->days);

	for (size_t i = 0; i < w->days; i++)
		minted[i] = w->net[i] + w->burned[i];
	*p = (struct pl_picture){
		.kind = PL_PIC_COLUMNS,
		.title = "Minted and burned, by day",
		.about = pl_printf(a,
				   "Columns over %zu days: up what was minted, "
				   "%s in all, down what was burned, %s.",
				   w->days, pl_amount_text(a, &w->row->minted),
				   pl_amount_text(a, &w->row->burned)),
		.caption = "What came into being and what was destroyed each "
			   "day.",
		.unit = unit_of(w->in->about.symbol),
		.columns = { .up = minted,
			     .down = w->burned,
			     .n = w->days,
			     .up_name = "minted",
			     .down_name = "burned" },
	};
	ends(w, &p->columns.left, &p->columns.right);
}

static void volume(struct pl_flow_work *w, struct pl_picture *p)
{
	struct pl_arena *a = w->c->arena;

	*p = (struct pl_picture){
		.kind = PL_PIC_COLUMNS,
		.title = "Moved between holders, by day",
		.about =
			pl_printf(a,
				  "Columns over %zu days of what moved between "
				  "holders, %s in all.",
				  w->days, pl_amount_text(a, &w->row->volume)),
		.caption = "What moved between holders each day.",
		.unit = unit_of(w->in->about.symbol),
		.columns = { .up = w->volume, .n = w->days },
	};
	ends(w, &p->columns.left, &p->columns.right);
}

static void ages(struct pl_flow_work *w, struct pl_picture *p)
{
	const struct pl_flow_ages *g = w->row->ages;
	const struct pl_flow_band *at = g->bands.v;
	struct pl_arena *a = w->c->arena;
	struct pl_chart_bar *v = PL_NEW_N(a, struct pl_chart_bar, g->bands.n);
	struct pl_buf about;

	pl_buf_init(&about, a);
	pl_buf_str(&about, "Bars of the shares in per cent, by how long the "
			   "tokens have lain:");
	for (size_t i = 0; i < g->bands.n; i++) {
		v[i] = (struct pl_chart_bar){ .label = at[i].age,
					      .value = 100 * at[i].share };
		append(&about, i, v[i].label, v[i].value);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "How long tokens have lain",
		.about = pl_buf_cstr(&about),
		.caption = "What is held, by the time since it was received.",
		.unit = "per cent of what is held",
		.bars = { .v = v, .n = g->bands.n, .full = 100 },
	};
}

static void premium(struct pl_flow_work *w, struct pl_picture *p)
{
	const size_t n = w->premiums;
	struct pl_arena *a = w->c->arena;
	double *x = PL_NEW_N(a, double, n), *y = PL_NEW_N(a, double, n);

	for (size_t i = 0; i < n; i++) {
		x[i] = (double)w->premium[i].time;
		y[i] = 100 * w->premium[i].value;
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_LINE,
		.title = "Price over net asset value",
		.about = pl_printf(
			a,
			"Line of %zu premiums in per cent, the last %.4g; "
			"below the dashed line the price is under the net "
			"asset value known at its time.",
			n, y[n - 1]),
		.caption = "The premium of each price over the net asset value "
			   "known at its time; below the dashed line it is a "
			   "discount.",
		.unit = "per cent over net asset value",
		.line = { .y = y,
			  .n = n,
			  .x = x,
			  .fit = PL_NEW_N(a, double, n),
			  .left = time_text(a, w->premium[0].time),
			  .right = time_text(a, w->premium[n - 1].time),
			  .name = "premium",
			  .fit_name = "at net asset value" },
	};
}

const struct pl_pictures *pl_flow_pictures(struct pl_flow_work *w)
{
	struct pl_pictures *out = pl_pictures_new(w->c);

	if (w->days) {
		supply(w, pl_picture_add(out));
		volume(w, pl_picture_add(out));
	}
	if (w->row->ages)
		ages(w, pl_picture_add(out));
	if (w->premiums)
		premium(w, pl_picture_add(out));
	return out;
}

/* ----------------------------------------------------------------- anomaly */

/* Powers of ten on an axis of log(1 + v). */
static struct pl_chart_mark *decades(struct pl_arena *a, double most, size_t *n)
{
	struct pl_chart_mark *v;
	double x = 1;
	size_t all = 0, by = 1;

	for (double y = most; y >= 1; y /= 10)
		all++;
	while (all / by > 6)
		by++;
	v = PL_NEW_N(a, struct pl_chart_mark, all / by + 2);
	v[0] = (struct pl_chart_mark){ 0, "0" };
	*n = 1;
	for (size_t i = 0; i < all; i++, x *= 10) {
		if (i % by == 0)
			v[(*n)++] = (struct pl_chart_mark){
				pl_log1p(x), pl_printf(a, "%.4g", x)
			};
	}
	return v;
}

static void bars(struct pl_ctx *c, struct pl_picture *p,
		 const struct pl_anomaly_view *v)
{
	struct pl_arena *a = c->arena;
	double *y = PL_NEW_N(a, double, v->n), most = 0;
	struct pl_chart_columns *x = &p->columns;

	for (size_t i = 0; i < v->n; i++)
		most = fmax(most, v->volume[i]);
	p->kind = PL_PIC_COLUMNS;
	p->title = pl_printf(a, "Volume by %s, findings marked", v->bar);
	p->about = pl_printf(a,
			     "Columns of the volume of %zu bars, the largest "
			     "%.4g; %zu of them stand out from those around "
			     "them.",
			     v->n, most, v->n_loud);
	*x = (struct pl_chart_columns){ .up = v->volume,
					.n = v->n,
					.marks = v->loud,
					.n_marks = v->n_loud,
					.up_name = "volume",
					.mark_name = "stands out" };
	p->caption = "Volume of each bar; marked, those that stand out from "
		     "their surroundings.";
	p->unit = unit_of(v->symbol);
	if (most >= 10) {
		for (size_t i = 0; i < v->n; i++)
			y[i] = pl_log1p(v->volume[i]);
		x->up = y;
		x->ticks = decades(a, most, &x->n_ticks);
		p->unit = pl_printf(a, "%s, logarithmic: log(1 + volume)",
				    unit_of(v->symbol));
		p->caption = "Volume of each bar, on the logarithmic scale "
			     "that the model judges; marked, those that stand "
			     "out from their surroundings.";
	}
	x->left = time_text(a, v->first);
	x->right = time_text(a, v->last);
}

static void counts(struct pl_ctx *c, struct pl_picture *p,
		   const struct pl_anomaly_view *v)
{
	struct pl_arena *a = c->arena;

	*p = (struct pl_picture){
		.kind = PL_PIC_COLUMNS,
		.title = pl_printf(a, "Transfers by %s, bursts marked", v->bar),
		.about = pl_printf(a,
				   "Columns of the number of transfers in %zu "
				   "bars; %zu of them are bursts.",
				   v->n, v->n_busy),
		.caption = "Transfers of each bar; marked, those with more "
			   "than chance brings.",
		.unit = "transfers",
		.columns = { .up = v->count,
			     .n = v->n,
			     .marks = v->busy,
			     .n_marks = v->n_busy,
			     .up_name = "transfers",
			     .mark_name = "burst",
			     .left = time_text(a, v->first),
			     .right = time_text(a, v->last) },
	};
}

const struct pl_pictures *pl_anomaly_pictures(struct pl_ctx *c,
					      const struct pl_anomaly_view *v)
{
	struct pl_pictures *out = pl_pictures_new(c);

	bars(c, pl_picture_add(out), v);
	counts(c, pl_picture_add(out), v);
	return out;
}

/* -------------------------------------------------------------------- wash */

static void shares(struct pl_ctx *c, struct pl_picture *p,
		   const struct pl_wash_view *v)
{
	static const char *const words[] = { "matched within an hour",
					     "matched within a day",
					     "matched within a week" };
	struct pl_arena *a = c->arena;
	struct pl_chart_bar *x =
		PL_NEW_N(a, struct pl_chart_bar, PL_WASH_WINDOWS + 4);
	struct pl_buf about;
	size_t n = 0;

	x[n++] = (struct pl_chart_bar){
		.label = "to oneself",
		.value = pl_u256_ratio(&v->w->self_volume, &v->w->volume),
	};
	for (size_t i = 0; i < PL_WASH_WINDOWS; i++)
		x[n++] = (struct pl_chart_bar){
			.label = words[i],
			.value = pl_u256_ratio(&v->w->by_window[i],
					       &v->w->volume),
		};
	x[n++] =
		(struct pl_chart_bar){ .label = pl_printf(a, "all, margin %.3g",
							  v->margin_lo),
				       .value = v->share_lo };
	x[n++] =
		(struct pl_chart_bar){ .label = pl_printf(a, "all, margin %.3g",
							  v->margin),
				       .value = v->share };
	x[n++] =
		(struct pl_chart_bar){ .label = pl_printf(a, "all, margin %.3g",
							  v->margin_hi),
				       .value = v->share_hi };
	pl_buf_init(&about, a);
	pl_buf_str(&about, "Bars in per cent of the volume:");
	for (size_t i = 0; i < n; i++) {
		x[i].value *= 100;
		append(&about, i, x[i].label, x[i].value);
	}
	*p = (struct pl_picture){
		.kind = PL_PIC_BARS,
		.title = "What went round, by window and margin",
		.about = pl_buf_cstr(&about),
		.caption = "Shares of the volume: sent to oneself, matched "
			   "within a window, and both together for other "
			   "margins.",
		.unit = "per cent of the volume",
		.bars = { .v = x, .n = n, .full = 100 },
	};
}

#define GRAPH_SETS 3
#define GRAPH_MEMBERS 10 /* of a set, those that come first */

struct graph {
	const struct pl_wash_view *v;
	struct pl_chart_node *node;
	uint32_t *at; /* by account: its node, and 1 */
	size_t n;
	double *sum; /* n × n: what went from one to the other */
};

static void take_sets(struct pl_arena *a, struct graph *g)
{
	const struct pl_wash *w = g->v->w;
	const struct pl_moves_in *in = g->v->in;

	g->at = PL_NEW_N(a, uint32_t, in->m.addresses);
	g->node = PL_NEW_N(a, struct pl_chart_node, GRAPH_SETS * GRAPH_MEMBERS);
	for (size_t i = 0; i < w->sets && i < GRAPH_SETS; i++) {
		for (size_t k = 0; k < w->set[i].set.n && k < GRAPH_MEMBERS;
		     k++) {
			const uint32_t id = w->set[i].set.member[k];
			const struct pl_label *l = in->label[id];

			if (g->at[id])
				continue;
			g->node[g->n] = (struct pl_chart_node){
				l && l->entity
					? l->entity
					: pl_picture_addr(a, &in->who[id]),
				i,
			};
			g->at[id] = (uint32_t)++g->n;
		}
	}
}

static void add_up(struct pl_arena *a, struct graph *g)
{
	const struct pl_moves *m = &g->v->in->m;

	g->sum = PL_NEW_N(a, double, g->n * g->n);
	for (size_t i = 0; i < m->n; i++) {
		const uint32_t from = g->at[m->v[i].from];
		const uint32_t to = g->at[m->v[i].to];
		struct pl_amount x;

		if (from == to || !from || !to)
			continue;
		x = pl_moves_amount(g->v->in, &m->v[i].value);
		g->sum[(from - 1) * g->n + (to - 1)] += pl_amount_double(&x);
	}
}

static size_t join(struct pl_arena *a, const struct graph *g,
		   struct pl_chart_edge *e)
{
	const char *unit = unit_of(g->v->in->about.symbol);
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		for (size_t k = i + 1; k < g->n; k++) {
			const double there = g->sum[i * g->n + k];
			const double back = g->sum[k * g->n + i];

			if (!(there + back > 0))
				continue;
			e[n++] = (struct pl_chart_edge){
				i, k, there + back,
				pl_printf(a, "%s to %s %.4g %s, back %.4g",
					  g->node[i].label, g->node[k].label,
					  there, unit, back)
			};
		}
	return n;
}

static void found_sets(struct pl_ctx *c, struct pl_picture *p,
		       const struct pl_wash_view *v)
{
	struct pl_arena *a = c->arena;
	struct graph g = { .v = v };
	struct pl_chart_edge *e;
	size_t n;

	take_sets(a, &g);
	add_up(a, &g);
	e = PL_NEW_N(a, struct pl_chart_edge, g.n * g.n);
	n = join(a, &g, e);
	*p = (struct pl_picture){
		.kind = PL_PIC_GRAPH,
		.title = "Accounts among which tokens went round",
		.about = pl_printf(a,
				   "%zu accounts of %zu sets, and %zu pairs of "
				   "them joined by what they sent each other.",
				   g.n, v->w->sets, n),
		.caption = "The accounts of the sets found (the largest three, "
			   "ten of each at most) and what went between two of "
			   "them, both ways together, matched or not.",
		.unit = unit_of(v->in->about.symbol),
		.graph = { .node = g.node,
			   .n = g.n,
			   .edge = e,
			   .n_edges = n,
			   .group_name = v->w->sets > 1 ? "set" : NULL },
	};
}

const struct pl_pictures *pl_wash_pictures(struct pl_ctx *c,
					   const struct pl_wash_view *v)
{
	struct pl_pictures *out = pl_pictures_new(c);

	shares(c, pl_picture_add(out), v);
	if (v->w->sets)
		found_sets(c, pl_picture_add(out), v);
	return out;
}
