/* The series that entries are about, and other entries of the list. */
#include "analytics/series.h"

#include "walk.h"

static const struct {
	const char *name, *path, *column;
	enum pl_returns kind;
	double scale;
	size_t last; /* only so many from the end; 0: all */
} series[] = {
	{ "dem2gbp", "finance/dem2gbp.csv", "return_pct", PL_RET_GIVEN, 1, 0 },
	{ "sp500_last4000", "finance/sp500dge.csv", "return", PL_RET_GIVEN, 100,
	  4000 },
	{ "btc", "finance/btcusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "eth", "finance/ethusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "bnb", "finance/bnbusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "paxg", "rwa/paxgusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "dax", "finance/eustock_dax_cac.csv", "DAX", PL_RET_LOG, 1, 0 },
	{ "gold", "rwa/gold_silver_daily_1977_2012.csv", "gold", PL_RET_LOG, 1,
	  0 },
	{ "nile", "timeseries/nile.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "lakehuron", "timeseries/lakehuron.csv", "value", PL_RET_GIVEN, 1,
	  0 },
	{ "realint", "timeseries/us_real_interest_rate.csv", "value",
	  PL_RET_GIVEN, 1, 0 },
	{ "AP", "timeseries/airpassengers.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "usacc", "timeseries/usaccdeaths.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "lynx", "timeseries/lynx.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "co2", "timeseries/co2.csv", "value", PL_RET_GIVEN, 1, 0 },
};

struct column ref_file(struct pl_arena *a, const char *path, const char *name)
{
	return csv_column(a, slurp(a, pl_printf(a, "analytics/%s", path)),
			  name);
}

struct column ref_series(struct pl_arena *a, const char *id)
{
	const size_t len = strlen(id);
	struct column c = { 0 };
	struct pl_returns_count count;
	struct pl_err e;
	double *out;

	for (size_t i = 0; i < COUNT(series); i++) {
		const size_t k = strlen(series[i].name);
		struct pl_returns_spec spec = { .kind = series[i].kind };

		if (k > len || strcmp(id + len - k, series[i].name) != 0)
			continue;
		c = ref_file(a, series[i].path, series[i].column);
		spec.percent = spec.kind == PL_RET_LOG;
		out = PL_NEW_N(a, double, c.n);
		assert_ok(pl_series_returns(out, NULL, &count, c.v, 1, c.n,
					    &spec, &e),
			  &e);
		c = (struct column){ out, (size_t)count.n };
		for (size_t t = 0; t < c.n; t++)
			c.v[t] *= series[i].scale;
		if (series[i].last) {
			c.v += c.n - series[i].last;
			c.n = series[i].last;
		}
		return c;
	}
	fail_msg("no series for %s", id);
	return c;
}

double ref_num(const struct pl_json *v)
{
	struct pl_err e;
	double x;

	assert_ok(pl_json_num(&x, v, &e), &e);
	return x;
}

bool ref_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

const struct pl_json *ref_entry(const struct ref_item *it, const char *id)
{
	for (size_t i = 0; i < pl_json_len(it->all); i++) {
		const struct pl_json *j = pl_json_at(it->all, i);

		if (!strcmp(pl_json_str(pl_json_get(j, "id")), id))
			return pl_json_get(j, "value");
	}
	fail_msg("no %s", id);
	return NULL;
}
