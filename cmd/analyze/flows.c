/* plume analyze flows: options, fields, examples, words. */
#include "cmd/analyze/flows.h"

#include <inttypes.h>
#include <math.h>

#include "base/time.h"
#include "crypto/addr.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field figure_fields[] = {
	{ "value", PL_DOUBLE, F(pl_flow_figure, value, double),
	  "the figure; null: cannot be told" },
	{ "level", PL_DOUBLE, F(pl_flow_figure, level, double), "confidence" },
	{ "lo", PL_DOUBLE, F(pl_flow_figure, lo, double),
	  "lower end, circular block bootstrap; null: too few points" },
	{ "hi", PL_DOUBLE, F(pl_flow_figure, hi, double), "upper end" },
	{ 0 },
};
static const struct pl_field day_fields[] = {
	{ "day", PL_TIME, F(pl_flow_day, day, int64_t), "its midnight, UTC" },
	{ "transfers", PL_UINT, F(pl_flow_day, transfers, uint64_t),
	  "of more than nothing" },
	{ "active", PL_UINT, F(pl_flow_day, active, uint64_t),
	  "different senders and recipients" },
	{ "volume", PL_DOUBLE, F(pl_flow_day, volume, double),
	  "between holders, tokens" },
	{ "minted", PL_DOUBLE, F(pl_flow_day, minted, double), "tokens" },
	{ "burned", PL_DOUBLE, F(pl_flow_day, burned, double), "tokens" },
	{ 0 },
};
static const struct pl_field band_fields[] = {
	{ "age", PL_STR, F(pl_flow_band, age, const char *), "since received" },
	{ "amount", PL_AMOUNT, F(pl_flow_band, amount, struct pl_amount),
	  "held" },
	{ "share", PL_DOUBLE, F(pl_flow_band, share, double),
	  "of what is held" },
	{ 0 },
};
static const struct pl_field age_fields[] = {
	{ "held", PL_AMOUNT, F(pl_flow_ages, held, struct pl_amount),
	  "tokens whose age is known" },
	{ "unseen", PL_AMOUNT, F(pl_flow_ages, unseen, struct pl_amount),
	  "given away, but received before these transfers" },
	{ "mean_days", PL_DOUBLE, F(pl_flow_ages, mean_days, double),
	  "weighed by amount" },
	{ "median_days", PL_DOUBLE, F(pl_flow_ages, median_days, double),
	  "half of the tokens are younger" },
	{ "days_destroyed", PL_DOUBLE, F(pl_flow_ages, days_destroyed, double),
	  "tokens times days they had lain when they moved" },
	{ "bands", PL_LIST, F(pl_flow_ages, bands, struct pl_list),
	  "by age", 0, band_fields, sizeof(struct pl_flow_band) },
	{ 0 },
};
static const struct pl_field hop_fields[] = {
	{ "hop", PL_UINT, F(pl_flow_hop, hop, uint64_t), "steps away" },
	{ "reached", PL_UINT, F(pl_flow_hop, reached, uint64_t),
	  "addresses first reached in so many" },
	{ "volume", PL_AMOUNT, F(pl_flow_hop, volume, struct pl_amount),
	  "that came to them from those a step nearer" },
	{ 0 },
};
static const struct pl_field exposed_fields[] = {
	{ "address", PL_ADDR, F(pl_flow_exposed, address, struct pl_addr),
	  "who" },
	{ "entity", PL_STR, F(pl_flow_exposed, entity, const char *),
	  "by the labels" },
	{ "hop", PL_UINT, F(pl_flow_exposed, hop, uint64_t), "steps away" },
	{ "share", PL_DOUBLE, F(pl_flow_exposed, share, double),
	  "of what it received that leads back to the address, 0 to 1" },
	{ "amount", PL_AMOUNT, F(pl_flow_exposed, amount, struct pl_amount),
	  "its net receipts" },
	{ 0 },
};
static const struct pl_field exposure_fields[] = {
	{ "address", PL_ADDR, F(pl_flow_exposure, address, struct pl_addr),
	  "where it starts" },
	{ "reached", PL_UINT, F(pl_flow_exposure, reached, uint64_t),
	  "addresses exposed" },
	{ "hops", PL_LIST, F(pl_flow_exposure, hops, struct pl_list),
	  "by steps", 0, hop_fields, sizeof(struct pl_flow_hop) },
	{ "exposed", PL_LIST, F(pl_flow_exposure, exposed, struct pl_list),
	  "most exposed first, as many as --show", 0, exposed_fields,
	  sizeof(struct pl_flow_exposed) },
	{ 0 },
};
static const struct pl_field nav_fields[] = {
	{ "values", PL_UINT, F(pl_flow_nav, navs, uint64_t),
	  "net asset values known at as_of" },
	{ "prices", PL_UINT, F(pl_flow_nav, prices, uint64_t), "prices" },
	{ "matched", PL_UINT, F(pl_flow_nav, matched, uint64_t),
	  "prices with a value before them" },
	{ "last", PL_TIME, F(pl_flow_nav, last_nav, int64_t),
	  "time of the last value" },
	{ "age_days", PL_DOUBLE, F(pl_flow_nav, age_days, double),
	  "of the last value at as_of" },
	{ "usual_days", PL_DOUBLE, F(pl_flow_nav, usual_days, double),
	  "median distance of values; null: a single one" },
	{ "late", PL_DOUBLE, F(pl_flow_nav, late, double),
	  "age over the usual distance, less 1, at least 0" },
	{ "premium", PL_DOUBLE, F(pl_flow_nav, premium, double),
	  "last price over the value known then, less 1; null: no price" },
	{ "premium_mean", PL_OBJECT,
	  F(pl_flow_nav, premium_mean, struct pl_flow_figure),
	  "over all prices", PL_INLINE, figure_fields },
	{ "yield", PL_OBJECT, F(pl_flow_nav, yield, struct pl_flow_figure),
	  "growth of the values, a year of 365.25 days", PL_INLINE,
	  figure_fields },
	{ 0 },
};
static const struct pl_field liquidity_fields[] = {
	{ "position", PL_AMOUNT,
	  F(pl_flow_liquidity, position, struct pl_amount), "to be sold" },
	{ "participation", PL_DOUBLE,
	  F(pl_flow_liquidity, participation, double),
	  "of the daily volume, that one may be" },
	{ "days", PL_OBJECT, F(pl_flow_liquidity, days, struct pl_flow_figure),
	  "until it is sold", PL_INLINE, figure_fields },
	{ 0 },
};
static const struct pl_field queue_fields[] = {
	{ "requests", PL_UINT, F(pl_flow_queue, requests, uint64_t),
	  "redeem requests (ERC-7540)" },
	{ "requested", PL_AMOUNT,
	  F(pl_flow_queue, requested, struct pl_amount), "shares" },
	{ "redeemed", PL_AMOUNT, F(pl_flow_queue, redeemed, struct pl_amount),
	  "shares withdrawn" },
	{ "waiting", PL_AMOUNT, F(pl_flow_queue, waiting, struct pl_amount),
	  "requested and not withdrawn" },
	{ "share", PL_DOUBLE, F(pl_flow_queue, share, double),
	  "of the supply; null: not known" },
	{ "days", PL_OBJECT, F(pl_flow_queue, days, struct pl_flow_figure),
	  "until all is paid, at the pace of burns", PL_INLINE,
	  figure_fields },
	{ 0 },
};
static const struct pl_field event_fields[] = {
	{ "kind", PL_STR, F(pl_flow_event, kind, const char *), "what" },
	{ "rows", PL_UINT, F(pl_flow_event, rows, uint64_t), "how often" },
	{ "last", PL_TIME, F(pl_flow_event, last, int64_t), "the last time" },
	{ "trust", PL_TRUST, F(pl_flow_event, trust, enum pl_trust),
	  "weakest label among them" },
	{ 0 },
};
static const struct pl_field fields[] = {
	PL_MOVES_HEAD(struct pl_flow_row, "calm, watch, strained or stressed"),
	{ "whole", PL_FLAG, F(pl_flow_row, whole, bool),
	  "the transfers are a whole history: sums are balances" },
	{ "minted", PL_AMOUNT, F(pl_flow_row, minted, struct pl_amount),
	  "from the zero address" },
	{ "burned", PL_AMOUNT, F(pl_flow_row, burned, struct pl_amount),
	  "to the zero address" },
	{ "net_share", PL_DOUBLE, F(pl_flow_row, net_share, double),
	  "minted less burned, of the supply before; of a whole history, of "
	  "what was minted; of both together where no supply is known" },
	{ "supply", PL_AMOUNT,
	  F(pl_flow_row, supply, const struct pl_amount *),
	  "at the end; null: not known", PL_NULLABLE },
	{ "volume", PL_AMOUNT, F(pl_flow_row, volume, struct pl_amount),
	  "between holders" },
	{ "to_self", PL_AMOUNT, F(pl_flow_row, to_self, struct pl_amount),
	  "from addresses to themselves, in nothing else" },
	{ "transfers", PL_UINT, F(pl_flow_row, transfers, uint64_t),
	  "between holders, of more than nothing" },
	{ "mints", PL_UINT, F(pl_flow_row, mints, uint64_t), "how many" },
	{ "burns", PL_UINT, F(pl_flow_row, burns, uint64_t), "how many" },
	{ "active", PL_UINT, F(pl_flow_row, active, uint64_t),
	  "addresses that moved something" },
	{ "senders", PL_UINT, F(pl_flow_row, senders, uint64_t), "of which" },
	{ "recipients", PL_UINT, F(pl_flow_row, recipients, uint64_t),
	  "of which" },
	{ "negative", PL_UINT, F(pl_flow_row, negative, uint64_t),
	  "addresses that gave more than they got" },
	{ "as_of", PL_TIME, F(pl_flow_row, as_of, int64_t),
	  "the time of the figures" },
	{ "day_count", PL_UINT, F(pl_flow_row, day_count, uint64_t),
	  "days from the first transfer to the last" },
	{ "daily_volume", PL_OBJECT,
	  F(pl_flow_row, daily_volume, const struct pl_flow_figure *),
	  "mean volume a day, tokens", 0, figure_fields },
	{ "daily_net", PL_OBJECT,
	  F(pl_flow_row, daily_net, const struct pl_flow_figure *),
	  "mean of minted less burned a day, tokens", 0, figure_fields },
	{ "velocity", PL_OBJECT,
	  F(pl_flow_row, velocity, const struct pl_flow_figure *),
	  "volume of a year over the supply; null: supply not known", 0,
	  figure_fields },
	{ "days", PL_LIST, F(pl_flow_row, days, struct pl_list),
	  "the last, as many as --show", 0, day_fields,
	  sizeof(struct pl_flow_day) },
	{ "ages", PL_OBJECT, F(pl_flow_row, ages, const struct pl_flow_ages *),
	  "how long tokens have lain, first in, first out; null: no times", 0,
	  age_fields },
	{ "exposure", PL_OBJECT,
	  F(pl_flow_row, exposure, const struct pl_flow_exposure *),
	  "to the address of --exposure", 0, exposure_fields },
	{ "nav", PL_OBJECT, F(pl_flow_row, nav, const struct pl_flow_nav *),
	  "price and net asset value", 0, nav_fields },
	{ "liquidity", PL_OBJECT,
	  F(pl_flow_row, liquidity, const struct pl_flow_liquidity *),
	  "time to sell --position", 0, liquidity_fields },
	{ "queue", PL_OBJECT,
	  F(pl_flow_row, queue, const struct pl_flow_queue *),
	  "requests to redeem, by the index", 0, queue_fields },
	{ "events", PL_LIST, F(pl_flow_row, events, struct pl_list),
	  "acts of compliance, by the index", 0, event_fields,
	  sizeof(struct pl_flow_event) },
	PL_MOVES_TAIL(struct pl_flow_row),
};

#define O(member, is) PL_AT(struct pl_flow_args, member, is)
static const struct pl_opt opts[] = {
	PL_MOVES_OPTS(struct pl_flow_args),
	{ "supply", 0, PL_DECIMAL, O(supply, const char *), "AMOUNT",
	  "supply at the end, where the history is not whole" },
	{ "nav", 0, PL_FILE, O(nav, const char *), "FILE",
	  "CSV of time and net asset value" },
	{ "prices", 0, PL_FILE, O(prices, const char *), "FILE",
	  "CSV of time and price, beside net asset values" },
	{ "nav-source", 0, PL_ADDR, O(nav_source, const struct pl_addr *),
	  "CONTRACT", "net asset values of a followed vault, feed or event",
	  PL_GIVEN | PL_TOKEN_REF },
	{ "price-source", 0, PL_ADDR, O(price_source, const struct pl_addr *),
	  "CONTRACT", "prices of a followed pool, feed or event",
	  PL_GIVEN | PL_TOKEN_REF },
	{ "registry", 0, PL_ADDR, O(registry, const struct pl_addr *),
	  "CONTRACT", "acts of a followed identity registry as well",
	  PL_GIVEN | PL_TOKEN_REF },
	{ "as-of", 0, PL_TIME, O(as_of, const int64_t *), "TIME",
	  "when the figures are of (default: the last transfer)", PL_GIVEN },
	{ "position", 0, PL_DECIMAL, O(position, const char *), "AMOUNT",
	  "how long it takes to sell so much" },
	{ "participation", 0, PL_DOUBLE, O(participation, double), "P",
	  "part of the daily volume one may be", 0, 0, "0.1" },
	{ "exposure", 0, PL_ADDR, O(exposure, const struct pl_addr *),
	  "ADDRESS", "who got what from this address", PL_GIVEN },
	{ "hops", 0, PL_UINT, O(hops, uint64_t), "N", "steps from it", 0, 0,
	  "3", 1, PL_MAX_HOPS },
	{ "bootstrap", 0, PL_UINT, O(bootstrap, uint64_t), "N",
	  "replicates for the intervals; 0: none", 0, 0, "500", 0, 100000 },
	{ "seed", 0, PL_UINT, O(seed, uint64_t), "N", "of the replicates", 0,
	  0, "1" },
	{ "level", 0, PL_DOUBLE, O(level, double), "P",
	  "confidence of the intervals", 0, 0, "0.95" },
	{ "show", 0, PL_UINT, O(show, uint64_t), "N",
	  "days and addresses to list", 0, 0, "10", 0, 100000 },
	{ 0 },
};

#define MAKE_NAV                                                               \
	PL_EXAMPLE_MOVES "; printf 'date,nav\\n2023-10-01,1\\n"                \
	"2023-11-01,1.01\\n' >nav.csv; "                                       \
	"printf 'date,price\\n2023-11-10,0.99\\n' >price.csv"
static const struct pl_example examples[] = {
	{ "what came, went and lies", "plume analyze flows --csv moves.csv",
	  PL_EXAMPLE_MOVES, 0 },
	{ "price against net asset value, and a position to sell",
	  "plume analyze flows --csv moves.csv --nav nav.csv "
	  "--prices price.csv --position 50000", MAKE_NAV, 0 },
	{ "who got what from an address, in two steps",
	  "plume analyze flows --csv moves.csv --hops 2 --exposure "
	  "0x0000000000000000000000000000000000000002 --json",
	  PL_EXAMPLE_MOVES, 0 },
	{ 0 },
};
/* clang-format on */

/* ------------------------------------------------------------------ words */

static void verdict(struct pl_say *s, const struct pl_flow_row *r)
{
	const char *coin =
		r->symbol ? pl_out_safe(r->arena, r->symbol) : "units";

	pl_say_text(s, 0,
		    "%c%s: %s %s minted, %s burned, %+.3g %% net; %s moved "
		    "between %" PRIu64 " addresses in %" PRIu64 " transfers.",
		    r->head.verdict[0] - 'a' + 'A', r->head.verdict + 1,
		    pl_amount_text(r->arena, &r->minted), coin,
		    pl_amount_text(r->arena, &r->burned), 100 * r->net_share,
		    pl_amount_text(r->arena, &r->volume), r->active,
		    r->transfers);
	if (!r->whole)
		pl_say_text(s, 0, "These are flows of a window, not balances.");
}

static void counts(struct pl_say *s, const struct pl_flow_row *r)
{
	const struct {
		const char *what;
		uint64_t n;
		const struct pl_amount *amount;
	} lines[] = {
		{ "transfers between holders", r->transfers, &r->volume },
		{ "mints", r->mints, &r->minted },
		{ "burns", r->burns, &r->burned },
	};
	const char *coin =
		r->symbol ? pl_out_safe(r->arena, r->symbol) : "units";

	pl_buf_fmt(&s->b, "\n%-40s %9s %29s\n", "", "times", coin);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		pl_buf_fmt(&s->b, "%-40s %9" PRIu64 " %29s\n", lines[i].what,
			   lines[i].n,
			   pl_amount_text(r->arena, lines[i].amount));
	pl_buf_fmt(&s->b, "%-40s %9" PRIu64 "\n%-40s %9" PRIu64 "\n", "senders",
		   r->senders, "recipients", r->recipients);
}

static const char *number(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.5g", v) : "-";
}

static void line(struct pl_say *s, const char *what,
		 const struct pl_flow_figure *f)
{
	if (f)
		pl_buf_fmt(&s->b, "%-40s %12s %12s %12s\n", what,
			   number(s->b.a, f->value), number(s->b.a, f->lo),
			   number(s->b.a, f->hi));
}

static void table(struct pl_say *s, const struct pl_flow_row *r)
{
	const struct pl_flow_nav *n = r->nav;

	if (!r->daily_volume && !n && !r->liquidity && !r->queue)
		return;
	pl_buf_fmt(&s->b, "\n%-40s %12s %12s %12s\n", "", "value", "from",
		   "to");
	line(s, "volume a day", r->daily_volume);
	line(s, "minted less burned a day", r->daily_net);
	line(s, "velocity, a year", r->velocity);
	if (n) {
		const struct pl_flow_figure now = { n->premium, 0, NAN, NAN };
		const struct pl_flow_figure age = { n->age_days, 0, NAN, NAN };

		line(s, "premium over net asset value", &now);
		line(s, "  in the mean", &n->premium_mean);
		line(s, "yield of the value, a year", &n->yield);
		line(s, "age of the value, days", &age);
	}
	if (r->liquidity)
		line(s, "days to sell the position", &r->liquidity->days);
	if (r->queue)
		line(s, "days to pay those waiting", &r->queue->days);
	if (r->daily_volume)
		pl_say_text(s, 2,
			    "Days begin at midnight UTC, those without a "
			    "transfer count as 0; intervals of %.4g %%: "
			    "circular block bootstrap of the days, quantiles "
			    "of type 7.",
			    100 * r->daily_volume->level);
	if (r->queue)
		pl_say_text(s, 2,
			    "Of %s shares that %" PRIu64
			    " requests asked to redeem, %s wait.",
			    pl_amount_text(s->b.a, &r->queue->requested),
			    r->queue->requests,
			    pl_amount_text(s->b.a, &r->queue->waiting));
}

static void ages(struct pl_say *s, const struct pl_flow_row *r)
{
	const struct pl_flow_band *b;

	if (!r->ages)
		return;
	b = r->ages->bands.v;
	pl_buf_fmt(&s->b, "\n%-40s %26s %9s\n", "Lain for", "amount", "share");
	for (size_t i = 0; i < r->ages->bands.n; i++)
		pl_buf_fmt(&s->b, "%-40s %26s %8.3g%%\n", b[i].age,
			   pl_amount_text(s->b.a, &b[i].amount),
			   100 * b[i].share);
}

static void exposure(struct pl_say *s, const struct pl_flow_row *r)
{
	const struct pl_flow_exposed *v;
	char text[PL_ADDR_TEXT];

	if (!r->exposure)
		return;
	v = r->exposure->exposed.v;
	pl_addr_text(text, &r->exposure->address);
	pl_buf_fmt(&s->b, "\n%" PRIu64 " exposed to\n%-42s %4s %9s\n",
		   r->exposure->reached, text, "hop", "share");
	for (size_t i = 0; i < r->exposure->exposed.n; i++) {
		pl_addr_text(text, &v[i].address);
		pl_buf_fmt(&s->b, "%-42s %4" PRIu64 " %8.3g%%\n", text,
			   v[i].hop, 100 * v[i].share);
	}
}

static void events(struct pl_say *s, const struct pl_flow_row *r)
{
	const struct pl_flow_event *v = r->events.v;

	if (r->events.n)
		pl_buf_fmt(&s->b, "\n%-40s %9s  %s\n", "Compliance", "times",
			   "last");
	for (size_t i = 0; i < r->events.n; i++) {
		char t[PL_TIME_TEXT];

		pl_time_text(t, v[i].last);
		pl_buf_fmt(&s->b, "%-40s %9" PRIu64 "  %s\n", v[i].kind,
			   v[i].rows, t);
	}
}

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_flow_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	verdict(&s, r);
	counts(&s, r);
	table(&s, r);
	ages(&s, r);
	exposure(&s, r);
	events(&s, r);
	pl_moves_say(&s, &r->head);
	return pl_say_end(&s, o, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	return pl_moves_run(c, &pl_moves_flows, args, e);
}

const struct pl_cmd cmd_analyze_flows = {
	.path = "analyze flows",
	.summary = "tell what came in, went out and lies where in a token",
	.about = "Mints, burns, volume between holders, active addresses, "
		 "velocity, and the ages of tokens where they lie, first in, "
		 "first out; with intervals by block bootstrap over days. "
		 "--exposure follows an address's tokens over some steps, in "
		 "proportion to what each got.\n\n"
		 "For tokens of real assets: net asset values and prices give "
		 "premium, yield and whether the value is stale; --position "
		 "how long it would take to sell; and for an indexed token "
		 "that is followed with its events (`plume index add`), the "
		 "requests to redeem, reported values and acts of "
		 "compliance.\n\n"
		 "Net asset values and prices come from files (--nav, "
		 "--prices) or from followed contracts: --nav-source a vault, "
		 "a feed or an event of your own, --price-source a pool, a "
		 "feed or such an event. Without either, values that the "
		 "token itself reports are taken. Nothing later than --as-of "
		 "is looked at. A vault named by --nav-source whose shares "
		 "are another contract (ERC-7575) gives its requests to "
		 "redeem as well.\n\n"
		 "In the files of --nav and --prices the time stands in the "
		 "column time or date, else the first; the value in price, "
		 "nav, value or close, else the second.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_flow_args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};

const struct pl_moves_cmd pl_moves_flows = {
	.cmd = &cmd_analyze_flows,
	.row_size = sizeof(struct pl_flow_row),
	.compute = pl_flow_run,
	.name = "plume.flows",
	.version = 1,
};
