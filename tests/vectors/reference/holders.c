/* Transfers and holders: counts, concentration, circles, first digits, in
 * Python.  The reference adds amounts as doubles, plume as integers. */
#include <math.h>

#include "analytics/benford.h"
#include "analytics/gsl.h"
#include "analytics/holders.h"
#include "analytics/pot.h"
#include "analytics/scc.h"
#include "analytics/wash.h"
#include "base/types.h"
#include "checks.h"

/* -------------------------------------------------------------- transfers */

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Cell `col` of the line at p, cut out. */
static char *cell(struct pl_arena *a, const char *p, size_t col)
{
	while (col--)
		p += strcspn(p, ",\n") + 1;
	return pl_strndup(a, p, strcspn(p, ",\r\n"));
}

/* An amount in whole units, "1e-08" as well, in units of 10^-decimals. */
static struct pl_u256 amount(const char *s, uint8_t decimals)
{
	const char *exponent = strpbrk(s, "eE");
	struct pl_amount x;
	struct pl_err e;
	char text[64];

	if (exponent) {
		(void)snprintf(text, sizeof(text), "%.*f", decimals,
			       strtod(s, NULL));
		s = text;
	}
	assert_ok(pl_amount_parse(&x, s, decimals, &e), &e);
	return x.raw;
}

/* Columns tell where from, to and value stand; `only` is what the line must
 * hold. */
static struct pl_moves load(struct pl_arena *a, const char ***names,
			    const char *path, const size_t *col,
			    uint8_t decimals, const char *only)
{
	char *p = slurp(a, path);
	struct pl_moves m = { .zero = PL_NOBODY };
	struct pl_move *v = NULL;
	const char **from = NULL, **to = NULL, **all;
	size_t n = 0, k = 0;

	for (p = strchr(p, '\n') + 1; *p; p = strchr(p, '\n') + 1) {
		const char *line = pl_strndup(a, p, strcspn(p, "\n"));

		if (only && !strstr(line, only))
			continue;
		v = pl_grow(a, v, n, sizeof(*v));
		from = pl_grow(a, from, n, sizeof(*from));
		to = pl_grow(a, to, n, sizeof(*to));
		from[n] = cell(a, line, col[0]);
		to[n] = cell(a, line, col[1]);
		v[n] = (struct pl_move){
			.value = amount(cell(a, line, col[2]), decimals),
		};
		n++;
	}
	all = PL_NEW_N(a, const char *, 2 * n);
	memcpy(all, from, n * sizeof(*all));
	memcpy(all + n, to, n * sizeof(*all));
	qsort(all, 2 * n, sizeof(*all), by_text);
	for (size_t i = 0; i < 2 * n; i++) {
		if (!i || strcmp(all[i], all[k - 1]) != 0)
			all[k++] = all[i];
	}
	for (size_t i = 0; i < n; i++) {
		v[i].from = (uint32_t)((const char **)bsearch(&from[i], all, k,
							      sizeof(*all),
							      by_text) -
				       all);
		v[i].to = (uint32_t)((const char **)bsearch(&to[i], all, k,
							    sizeof(*all),
							    by_text) -
				     all);
	}
	*names = all;
	m.v = v;
	m.n = n;
	m.addresses = (uint32_t)k;
	return m;
}

static double tokens(const struct pl_u256 *v, uint8_t decimals)
{
	const struct pl_amount x = { *v, decimals };

	return pl_amount_double(&x);
}

/* Sum of squared shares of what each sent, or got. */
static double hhi_of(const struct pl_net *net, uint32_t n, bool in,
		     const struct pl_u256 *volume)
{
	double sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		const double s =
			pl_u256_ratio(in ? &net[i].in : &net[i].out, volume);

		sum += s * s;
	}
	return sum;
}

static void circles(struct ref_item *it, const struct pl_moves *m,
		    uint8_t decimals)
{
	struct pl_arena *a = it->a;
	uint32_t *comp = PL_NEW_N(a, uint32_t, m->addresses), comps, most = 0;
	uint32_t *size, two = 0;
	struct pl_wash_spec spec = { 1000000, .01, NULL, 0, 0 };
	bool *self = PL_NEW_N(a, bool, m->n);
	struct pl_move *timed = PL_NEW_N(a, struct pl_move, m->n);
	struct pl_moves with = *m;
	struct pl_graph g;
	struct pl_wash w;
	struct pl_err e;

	for (size_t i = 0; i < m->n; i++) {
		self[i] = m->v[i].from == m->v[i].to;
		timed[i] = m->v[i];
		timed[i].timed = true;
	}
	with.v = timed;
	g = pl_graph_of(a, m, self);
	comps = pl_scc(a, comp, &g);
	size = PL_NEW_N(a, uint32_t, comps);
	for (uint32_t i = 0; i < m->addresses; i++)
		size[comp[i]]++;
	for (uint32_t i = 0; i < comps; i++) {
		most = size[i] > most ? size[i] : most;
		two += size[i] > 1;
	}
	ref_exact(it, (double)g.arcs, "distinct_edges");
	ref_exact(it, most, "scc_largest");
	ref_exact(it, two, "scc_size_ge2");
	assert_ok(pl_wash(a, &w, &with, &spec, &e), &e);
	ref_exact(it, (double)w.pairs, "reciprocal_pairs");
	ref_exact(it, tokens(&w.pair_volume, decimals),
		  "reciprocated_volume_min");
	ref_exact(it, comps, "scc_count");
}

struct source {
	const char *id, *path;
	size_t col[3]; /* from, to, value */
	uint8_t decimals;
	bool raw;         /* whole units of 10^-decimals, not tokens */
	const char *only; /* what a line must hold; NULL: every line counts */
};

static const struct source sources[] = {
	{ "chain_paxg",
	  "analytics/rwa/paxg_transfers.csv",
	  { 5, 6, 7 },
	  18,
	  true,
	  NULL },
	{ "chain_cro",
	  "analytics/onchain/cro_erc20_transfers.csv.gz",
	  { 3, 4, 5 },
	  18,
	  false,
	  NULL },
	{ "chain_posbridge_usdc",
	  "analytics/onchain/polygon_pos_bridge_erc20_transfers.csv.gz",
	  { 4, 5, 6 },
	  6,
	  true,
	  ",USDC," },
};

/* The tail index of the amounts above zero. */
static void amounts(struct ref_item *it, const struct pl_moves *m,
		    uint8_t decimals)
{
	double *x = PL_NEW_N(it->a, double, m->n);
	struct pl_hill h;
	struct pl_err e;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (!pl_u256_is_zero(&m->v[i].value))
			x[n++] = tokens(&m->v[i].value, decimals);
	ref_exact(it, floor(.05 * (double)n), "hill_k");
	assert_ok(pl_hill(it->a, &h, x, 1, n, (uint64_t)ref_want(it, "hill_k"),
			  .95, &e),
		  &e);
	ref_exact(it, h.alpha, "hill_alpha_top5pct");
}

static void shares(struct ref_item *it, const struct pl_moves *m,
		   const char **names, const struct pl_u256 *volume,
		   uint8_t decimals)
{
	struct pl_u256 owed;
	struct pl_holding *h;
	struct pl_holders o;
	struct pl_net *net;
	size_t n, negative;
	struct pl_err e;

	assert_ok(pl_nets(it->a, &net, m, NULL, 0, &e), &e);
	assert_ok(pl_holdings(it->a, &h, &n, &negative, &owed, net,
			      m->addresses, NULL, &e),
		  &e);
	assert_ok(pl_holders(&o, h, n, .5, &e), &e);
	ref_exact(it, (double)n, "net_receivers");
	ref_exact(it, o.hhi, "hhi_net_receivers");
	ref_exact(it, o.gini, "gini_net_receivers");
	ref_exact(it, o.top[2], "top10_share");
	ref_exact(it, (double)o.nakamoto, "nakamoto_50pct");
	ref_exact(it, hhi_of(net, m->addresses, false, volume),
		  "hhi_sender_volume");
	ref_exact(it, hhi_of(net, m->addresses, true, volume),
		  "hhi_receiver_volume");
	for (size_t i = 0; i < 5; i++) {
		ref_text(it, names[h[i].id],
			 pl_printf(it->a, "top5_net_receivers[%zu][0]", i));
		ref_exact(it, tokens(&h[i].amount, decimals),
			  "top5_net_receivers[%zu][1]", i);
	}
}

void ref_chain(struct ref_item *it)
{
	const struct source *s = sources;
	struct pl_u256 volume = pl_u256_of(0);
	size_t zero = 0, self = 0;
	const char **names;
	struct pl_benford b;
	struct pl_moves m;
	struct pl_err e;

	while (strcmp(s->id, it->id) != 0)
		assert_true(++s < sources + COUNT(sources));
	m = load(it->a, &names, s->path, s->col, s->raw ? 0 : s->decimals,
		 s->only);
	for (size_t i = 0; i < m.n; i++) {
		zero += pl_u256_is_zero(&m.v[i].value);
		self += m.v[i].from == m.v[i].to;
		assert_ok(pl_u256_sum(&volume, &m.v[i].value, "", &e), &e);
	}
	ref_exact(it, (double)m.n, "rows");
	ref_exact(it, m.addresses, "unique_addresses");
	ref_exact(it, (double)zero, "zero_value_rows");
	ref_exact(it, (double)self, "self_transfers");
	ref_exact(it, tokens(&volume, s->decimals), "volume");
	shares(it, &m, names, &volume, s->decimals);
	assert_ok(pl_benford(&b, &m, &e), &e);
	ref_exact(it, b.chi2, "benford_chi2_8df");
	for (size_t i = 0; i < 9; i++)
		ref_exact(it, (double)b.digit[i], "benford_counts[%zu]", i);
	circles(it, &m, s->decimals);
	amounts(it, &m, s->decimals);
}

/* ------------------------------------------------------------------ holders */

void ref_realt(struct ref_item *it)
{
	struct pl_arena *a = it->a;
	struct column c = csv_column(
		a,
		slurp(a,
		      pl_printf(a, "analytics/rwa/realt_rmm_borrowers_%s.csv",
				it->id + strlen(it->id) - 4)),
		"interest_usd");
	struct pl_holding *h = PL_NEW_N(a, struct pl_holding, c.n);
	struct pl_holders o;
	struct pl_err e;
	size_t n = 0;

	for (size_t i = 0; i < c.n; i++) {
		if (c.v[i] > 0)
			h[n++] = (struct pl_holding){
				pl_u256_of((uint64_t)llround(c.v[i] * 1e8)),
				(uint32_t)i
			};
	}
	pl_holdings_sort(h, n);
	assert_ok(pl_holders(&o, h, n, .5, &e), &e);
	ref_exact(it, (double)n, "n");
	ref_exact(it, o.hhi, "hhi");
	ref_exact(it, o.gini, "gini");
	ref_exact(it, (double)o.nakamoto, "nakamoto");
	ref_exact(it, o.top[2], "top10");
}
