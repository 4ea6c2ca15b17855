/* What the two sources have in common: the rules, the digest of the series,
 * the description of the input and the way back from a record. */
#include "cmd/analyze/input.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/time.h"
#include "cmd/analyze/calendar.h"
#include "cmd/analyze/read.h"
#include "cmd/ctx.h"
#include "crypto/sha256.h"
#include "record/record.h"
#include "store/price.h"
#include "store/sums.h"

const char *const pl_missing_words[] = { "refuse", "skip", "break", "carry",
					 NULL };
const char *const pl_input_measure_words[] = {
	"volume", "transfers", "active", "net-mint", "price", "nav", NULL
};

/* clang-format off */
static const struct pl_field csv_fields[] = {
	{ "time_column", PL_STR,
	  PL_AT(struct pl_input_csv, time_column, const char *),
	  "column of the time; null: none" },
	{ "value_column", PL_STR,
	  PL_AT(struct pl_input_csv, value_column, const char *),
	  "column of the value" },
	{ "header", PL_FLAG, PL_AT(struct pl_input_csv, header, bool),
	  "the first line names the columns" },
	{ "sorted", PL_FLAG, PL_AT(struct pl_input_csv, sorted, bool),
	  "the rows were brought into order" },
	{ "bytes", PL_UINT, PL_AT(struct pl_input_csv, bytes, uint64_t),
	  "size of the file" },
	{ 0 },
};
static const struct pl_field block_fields[] = {
	{ "number", PL_UINT,
	  PL_AT(struct pl_input_block, number, const uint64_t *),
	  "block number", PL_NULLABLE },
	{ "hash", PL_HASH32,
	  PL_AT(struct pl_input_block, hash, const struct pl_hash32 *),
	  "block hash", PL_NULLABLE },
	{ "time", PL_TIME, PL_AT(struct pl_input_block, time, const int64_t *),
	  "block time", PL_NULLABLE },
	{ "trust", PL_TRUST, PL_AT(struct pl_input_block, trust, enum pl_trust),
	  "label of the row it came with" },
	{ 0 },
};
static const struct pl_field price_fields[] = {
	{ "contract", PL_ADDR,
	  PL_AT(struct pl_input_prices, contract, struct pl_addr),
	  "that told them" },
	{ "name", PL_STR, PL_AT(struct pl_input_prices, name, const char *),
	  "your own word for it" },
	{ "events", PL_LIST, PL_AT(struct pl_input_prices, events,
	  struct pl_list), "by which it tells them", 0, NULL, 0, PL_STR },
	{ "of", PL_ADDR,
	  PL_AT(struct pl_input_prices, of, const struct pl_addr *),
	  "one of this is priced; null: the contract does not say",
	  PL_NULLABLE },
	{ "in", PL_ADDR,
	  PL_AT(struct pl_input_prices, in, const struct pl_addr *),
	  "in this; null: the contract does not say", PL_NULLABLE },
	{ "inverted", PL_FLAG, PL_AT(struct pl_input_prices, inverted, bool),
	  "the token is the pool's second: prices were turned round" },
	{ "decimals0", PL_UINT,
	  PL_AT(struct pl_input_prices, decimals0, uint64_t),
	  "of the pool's first token, the vault's shares, the answer" },
	{ "decimals1", PL_UINT,
	  PL_AT(struct pl_input_prices, decimals1, uint64_t),
	  "of the pool's second token, the vault's asset; 0 for an answer" },
	{ "bar_price", PL_STR,
	  PL_AT(struct pl_input_prices, quote, const char *),
	  "close, vwap or twap" },
	{ "unpriced", PL_UINT,
	  PL_AT(struct pl_input_prices, unpriced, uint64_t),
	  "events that tell no price above 0, left out" },
	{ 0 },
};
static const struct pl_field index_fields[] = {
	{ "token", PL_ADDR, PL_AT(struct pl_input_index, token, struct pl_addr),
	  "the token" },
	{ "chain_id", PL_UINT, PL_AT(struct pl_input_index, chain, uint64_t),
	  "chain id" },
	{ "symbol", PL_STR, PL_AT(struct pl_input_index, symbol, const char *),
	  "as the source gave it" },
	{ "measure", PL_STR,
	  PL_AT(struct pl_input_index, measure, const char *),
	  "what of the transfers" },
	{ "bar", PL_STR, PL_AT(struct pl_input_index, bar, const char *),
	  "width of a bar" },
	{ "from", PL_TIME, PL_AT(struct pl_input_index, from, const int64_t *),
	  "--from", PL_NULLABLE },
	{ "to", PL_TIME, PL_AT(struct pl_input_index, to, const int64_t *),
	  "--to", PL_NULLABLE },
	{ "from_block", PL_UINT,
	  PL_AT(struct pl_input_index, from_block, const uint64_t *),
	  "--from-block", PL_NULLABLE },
	{ "to_block", PL_UINT,
	  PL_AT(struct pl_input_index, to_block, const uint64_t *),
	  "--to-block", PL_NULLABLE },
	{ "include_zero", PL_FLAG,
	  PL_AT(struct pl_input_index, include_zero, bool),
	  "transfers of value 0 count" },
	{ "whole_bars", PL_FLAG, PL_AT(struct pl_input_index, whole_bars, bool),
	  "first and last bar left out" },
	{ "zero_rows", PL_UINT,
	  PL_AT(struct pl_input_index, zero_rows, uint64_t),
	  "transfers of value 0" },
	{ "first_block", PL_OBJECT,
	  PL_AT(struct pl_input_index, first_block, struct pl_input_block),
	  "where the rows begin", PL_INLINE, block_fields },
	{ "last_block", PL_OBJECT,
	  PL_AT(struct pl_input_index, last_block, struct pl_input_block),
	  "where the rows end", PL_INLINE, block_fields },
	{ "prices", PL_OBJECT,
	  PL_AT(struct pl_input_index, prices, const struct pl_input_prices *),
	  "of price and nav: who told them; absent for transfers", PL_SPARE,
	  price_fields },
	{ 0 },
};
static const struct pl_field calendar_fields[] = {
	{ "rule", PL_STR, PL_AT(struct pl_calendar, rule, const char *),
	  "regular, months, weekdays or irregular; none: rows without times" },
	{ "step", PL_DOUBLE, PL_AT(struct pl_calendar, step, double),
	  "median, in seconds, blocks or the time column's own unit" },
	{ "unit", PL_STR, PL_AT(struct pl_calendar, unit, const char *),
	  "the step in words, where there is one" },
	{ "gaps", PL_UINT, PL_AT(struct pl_calendar, gaps, uint64_t),
	  "steps longer than the rule has them" },
	{ "odd", PL_UINT, PL_AT(struct pl_calendar, odd, uint64_t),
	  "steps that are no whole number of the rule's" },
	{ 0 },
};
const struct pl_field pl_input_fields[] = {
	{ "kind", PL_STR, PL_AT(struct pl_input, kind, const char *),
	  "csv or index" },
	{ "source", PL_STR, PL_AT(struct pl_input, source, const char *),
	  "path as given, or the token's symbol" },
	{ "sha256", PL_STR, PL_AT(struct pl_input, sha256, const char *),
	  "of the file as it is on the disk; of events in canonical form; "
	  "of transfers tree: and the digest of plume-trust(7)" },
	{ "rows", PL_UINT, PL_AT(struct pl_input, rows, uint64_t),
	  "rows of the file; transfers; events that tell prices" },
	{ "missing", PL_UINT, PL_AT(struct pl_input, missing, uint64_t),
	  "rows without a value; bars without a price" },
	{ "missing_rule", PL_ENUM, PL_AT(struct pl_input, missing_rule, int),
	  "what was done with them", 0, NULL, 0, 0, pl_missing_words },
	{ "calendar", PL_OBJECT,
	  PL_AT(struct pl_input, calendar, const struct pl_calendar *),
	  "how the points lie in time (UTC), before any is left out", PL_SPARE,
	  calendar_fields },
	{ "n", PL_UINT, PL_AT(struct pl_input, n, uint64_t),
	  "points of the series" },
	{ "time_kind", PL_STR, PL_AT(struct pl_input, time_kind, const char *),
	  "date, unix, number, row, bar or block" },
	{ "first", PL_STR, PL_AT(struct pl_input, first, const char *),
	  "time of the first point" },
	{ "last", PL_STR, PL_AT(struct pl_input, last, const char *),
	  "time of the last point" },
	{ "series_sha256", PL_STR,
	  PL_AT(struct pl_input, series_sha256, const char *),
	  "SHA-256 over time and value of each point, as IEEE 754 doubles, "
	  "most significant byte first" },
	{ "trust", PL_TRUST, PL_AT(struct pl_input, trust, enum pl_trust),
	  "weakest label among the rows" },
	{ "csv", PL_OBJECT,
	  PL_AT(struct pl_input, csv, const struct pl_input_csv *), "of a file",
	  0, csv_fields },
	{ "index", PL_OBJECT,
	  PL_AT(struct pl_input, index, const struct pl_input_index *),
	  "of an indexed token", 0, index_fields },
	{ 0 },
};
/* clang-format on */

enum pl_missing pl_input_missing(const struct pl_input_args *in)
{
	return in->missing ? (enum pl_missing) * in->missing
			   : PL_MISSING_REFUSE;
}

enum pl_gap pl_input_gap(const struct pl_input_args *in)
{
	const enum pl_missing m = pl_input_missing(in);

	return m == PL_MISSING_CARRY ? PL_GAP_REFUSE : (enum pl_gap)m;
}

char *pl_input_place(struct pl_arena *a, const struct pl_input_series *s,
		     size_t i)
{
	const char *time = pl_input_time(a, s, i);

	if (s->line)
		return pl_printf(a, "%s, line %" PRIu64, s->about.source,
				 s->line[i]);
	return pl_printf(a, "bar of %s", time ? time : "?");
}

char *pl_input_time(struct pl_arena *a, const struct pl_input_series *s,
		    size_t i)
{
	char text[PL_TIME_TEXT > PL_NUM_TEXT ? PL_TIME_TEXT : PL_NUM_TEXT];

	if (s->in_seconds)
		pl_time_text(text, (int64_t)floor(s->t[i]));
	else
		pl_double_text(text, s->t[i]);
	return pl_strdup(a, text);
}

static void put_double(uint8_t *out, double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(bits >> (56 - 8 * i));
}

/* Big-endian doubles, so that anybody can do it again in a few lines.  A
 * missing value is the one quiet NaN 0x7ff8000000000000. */
static enum pl_rc digest(struct pl_arena *a, const char **out,
			 const struct pl_input_series *s, struct pl_err *e)
{
	uint8_t *b = pl_alloc_n(a, s->n, 16);
	struct pl_hash32 h;

	for (size_t i = 0; i < s->n; i++) {
		put_double(b + 16 * i, s->t[i]);
		put_double(b + 16 * i + 8, isnan(s->y[i]) ? 0 : s->y[i]);
		if (isnan(s->y[i]))
			memcpy(b + 16 * i + 8, "\x7f\xf8\0\0\0\0\0\0", 8);
	}
	PL_TRY(pl_sha256(&h, (struct pl_span){ b, 16 * s->n }, e));
	*out = pl_record_name(a, &h);
	return PL_OK;
}

enum pl_rc pl_input_digest(struct pl_arena *a, const char **out,
			   const struct pl_input_series *s, struct pl_err *e)
{
	return digest(a, out, s, e);
}

/* Transfers have no missing bars: none is a zero. */
static enum pl_rc of_the_measure(const struct pl_input_args *in,
				 struct pl_err *e)
{
	const bool priced = pl_input_priced(in);
	const char *stray = priced && in->include_zero     ? "--include-zero"
			    : !priced && in->from_contract ? "--source"
			    : !priced && in->quote         ? "--bar-price"
			    : !priced && in->missing       ? "--missing"
							   : NULL;

	if (!stray)
		return PL_OK;
	if (priced)
		return pl_fail(e, PL_EUSAGE, "%s is for transfers", stray);
	return pl_fail(e, PL_EUSAGE,
		       "%s is for --csv, or for --measure price and nav",
		       stray);
}

static enum pl_rc one_source(const struct pl_input_args *in, struct pl_err *e)
{
	const char *stray = NULL;

	if (!in->csv == !in->token) {
		(void)pl_fail(e, PL_EUSAGE,
			      in->csv ? "--csv and --token: one "
					"of the two"
				      : "nothing to analyze");
		return pl_hint(e, "give --csv FILE --value COL, or --token T "
				  "for an indexed token");
	}
	if (in->token)
		stray = in->time        ? "--time"
			: in->value     ? "--value"
			: in->no_header ? "--no-header"
			: in->sort      ? "--sort"
					: NULL;
	else
		stray = in->from            ? "--from"
			: in->to            ? "--to"
			: in->from_block    ? "--from-block"
			: in->to_block      ? "--to-block"
			: in->measure       ? "--measure"
			: in->from_contract ? "--source"
			: in->quote         ? "--bar-price"
			: in->bar           ? "--bar"
			: in->whole         ? "--whole-bars"
			: in->include_zero  ? "--include-zero"
					    : NULL;
	if (stray)
		return pl_fail(e, PL_EUSAGE, "%s goes with %s", stray,
			       in->token ? "--csv" : "--token");
	return in->token ? of_the_measure(in, e) : PL_OK;
}

/* A file's name as it goes into the output and the record: below the asset
 * repository where it lies in there, else without its folders.  What the file
 * is, its digest says; where it lies on one machine is nobody's business. */
const char *pl_input_label(struct pl_ctx *c, const char *path)
{
	const char *root = pl_ctx_repo(c), *base = strrchr(path, '/');
	char file[PATH_MAX], top[PATH_MAX];
	size_t n;

	base = base && base[1] ? base + 1 : path;
	if (!strcmp(path, "-") || !root || !realpath(path, file) ||
	    !realpath(root, top))
		return base;
	n = strlen(top);
	if (strncmp(file, top, n) != 0 || file[n] != '/')
		return base;
	return pl_strdup(c->arena, file + n + 1);
}

static enum pl_rc carry(struct pl_ctx *c, struct pl_input_series *s,
			struct pl_err *e)
{
	if (isnan(s->y[0]))
		return pl_fail(
			e, PL_EMATH,
			"%s: the first value is missing, and there is "
			"none before it to carry on",
			pl_out_safe(c->arena, pl_input_place(c->arena, s, 0)));
	for (size_t i = 1; i < s->n; i++)
		if (isnan(s->y[i]))
			s->y[i] = s->y[i - 1];
	return PL_OK;
}

static const struct pl_calendar *calendar(struct pl_arena *a,
					  const struct pl_input_series *s)
{
	struct pl_calendar *k = PL_NEW(a, struct pl_calendar);

	pl_calendar_of(a, k, s, NULL, s->n);
	return k;
}

enum pl_rc pl_input_read(struct pl_ctx *c, struct pl_input_series *out,
			 const struct pl_input_args *in, bool equal_times,
			 struct pl_err *e)
{
	struct pl_input_series s;

	PL_TRY(one_source(in, e));
	if (in->token && pl_input_priced(in))
		PL_TRY(pl_input_price(c, &s, in, e));
	else if (in->token)
		PL_TRY(pl_input_index(c, &s, in, e));
	else
		PL_TRY(pl_input_csv(c->arena, &s, in, equal_times, e));
	if (in->csv)
		s.about.source =
			in->source ? in->source : pl_input_label(c, in->csv);
	s.about.n = s.n;
	s.about.missing_rule = (int)pl_input_missing(in);
	if (pl_input_missing(in) == PL_MISSING_CARRY)
		PL_TRY(carry(c, &s, e));
	if (strcmp(s.about.time_kind, "row") != 0) {
		s.about.first = pl_input_time(c->arena, &s, 0);
		s.about.last = pl_input_time(c->arena, &s, s.n - 1);
	}
	PL_TRY(digest(c->arena, &s.about.series_sha256, &s, e));
	if (!in->untimed)
		s.about.calendar = calendar(c->arena, &s);
	*out = s;
	return PL_OK;
}

/* ---------------------------------------------------------- from a record */

static enum pl_rc word(struct pl_arena *a, const int **out,
		       const char *const *words, const struct pl_json *obj,
		       const char *key, struct pl_err *e)
{
	const char *text;
	int *own;

	PL_TRY(pl_json_need_str(&text, obj, key, e));
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		own = PL_NEW(a, int);
		*own = i;
		*out = own;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT, "%s: unknown word \"%s\"", key, text);
}

static enum pl_rc csv_args(struct pl_arena *a, struct pl_input_args *out,
			   const struct pl_json *input, const char *csv,
			   struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(pl_json_need(&v, input, "csv", PL_J_OBJECT, e));
	PL_TRY(pl_json_need_str(&out->csv, input, "source", e));
	PL_TRY(word(a, &out->missing, pl_missing_words, input, "missing_rule",
		    e));
	out->source = out->csv;
	if (csv)
		out->csv = csv;
	else if (!strcmp(out->csv, "-"))
		return pl_fail(e, PL_ENOTFOUND,
			       "the record was made from "
			       "standard input: give the "
			       "file with --csv");
	out->time = pl_json_str(pl_json_get(v, "time_column"));
	PL_TRY(pl_json_need_str(&out->value, v, "value_column", e));
	out->no_header = !pl_json_bool(pl_json_get(v, "header"));
	out->sort = pl_json_bool(pl_json_get(v, "sorted"));
	return PL_OK;
}

static enum pl_rc time_of(struct pl_arena *a, const int64_t **out,
			  const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);
	int64_t *t = PL_NEW(a, int64_t);

	if (pl_json_is_null(v))
		return PL_OK;
	if (!s)
		return pl_fail(e, PL_EFORMAT, "a time that is no text");
	PL_TRY(pl_time_parse(t, s, strlen(s), e));
	*out = t;
	return PL_OK;
}

static enum pl_rc block_of(struct pl_arena *a, const uint64_t **out,
			   const struct pl_json *v, struct pl_err *e)
{
	uint64_t *n = PL_NEW(a, uint64_t);

	if (pl_json_is_null(v))
		return PL_OK;
	PL_TRY(pl_json_u64(n, v, e));
	*out = n;
	return PL_OK;
}

/* Rows without a block sort first, so the first one tells for all. */
static enum pl_rc pins(struct pl_arena *a, struct pl_input_args *out,
		       const struct pl_json *index, struct pl_err *e)
{
	const struct pl_json *first =
		pl_json_get(pl_json_get(index, "first_block"), "number");
	const struct pl_json *last =
		pl_json_get(pl_json_get(index, "last_block"), "number");

	if (pl_json_is_null(first) || pl_json_is_null(last))
		return PL_OK;
	PL_TRY(block_of(a, &out->pin_first, first, e));
	return block_of(a, &out->pin_last, last, e);
}

static enum pl_rc price_args(struct pl_arena *a, struct pl_input_args *out,
			     const struct pl_json *input,
			     const struct pl_json *v, struct pl_err *e)
{
	struct pl_addr *contract = PL_NEW(a, struct pl_addr);

	if (!pl_input_priced(out))
		return PL_OK;
	PL_TRY(pl_json_addr(contract, pl_json_get(v, "contract"), e));
	PL_TRY(word(a, &out->quote, pl_quote_words, v, "bar_price", e));
	PL_TRY(word(a, &out->missing, pl_missing_words, input, "missing_rule",
		    e));
	out->from_contract = contract;
	return PL_OK;
}

static enum pl_rc index_args(struct pl_arena *a, struct pl_input_args *out,
			     const struct pl_json *input, struct pl_err *e)
{
	struct pl_addr *token = PL_NEW(a, struct pl_addr);
	const struct pl_json *v;
	uint64_t *chain = PL_NEW(a, uint64_t);

	PL_TRY(pl_json_need(&v, input, "index", PL_J_OBJECT, e));
	PL_TRY(pl_json_addr(token, pl_json_get(v, "token"), e));
	PL_TRY(pl_json_u64(chain, pl_json_get(v, "chain_id"), e));
	PL_TRY(word(a, &out->measure, pl_input_measure_words, v, "measure", e));
	PL_TRY(price_args(a, out, input, pl_json_get(v, "prices"), e));
	PL_TRY(pl_json_need_str(&out->bar, v, "bar", e));
	PL_TRY(time_of(a, &out->from, pl_json_get(v, "from"), e));
	PL_TRY(time_of(a, &out->to, pl_json_get(v, "to"), e));
	PL_TRY(block_of(a, &out->from_block, pl_json_get(v, "from_block"), e));
	PL_TRY(block_of(a, &out->to_block, pl_json_get(v, "to_block"), e));
	out->include_zero = pl_json_bool(pl_json_get(v, "include_zero"));
	out->whole = pl_json_bool(pl_json_get(v, "whole_bars"));
	out->token = token;
	out->chain = chain;
	out->chained = pl_rows_digest_chained(
		pl_json_str(pl_json_get(input, "sha256")));
	return pins(a, out, v, e);
}

enum pl_rc pl_input_args_of(struct pl_arena *a, struct pl_input_args *out,
			    const struct pl_json *record, const char *csv,
			    struct pl_err *e)
{
	const struct pl_json *input;
	struct pl_input_args in = { 0 };
	const char *kind;

	PL_TRY(pl_json_need(&input, record, "input", PL_J_OBJECT, e));
	PL_TRY(pl_json_need_str(&kind, input, "kind", e));

	if (!strcmp(kind, "csv"))
		PL_TRY(csv_args(a, &in, input, csv, e));
	else if (csv)
		return pl_fail(e, PL_EUSAGE,
			       "the record was made from the "
			       "index, not from a file");
	else
		PL_TRY(index_args(a, &in, input, e));
	in.untimed = !pl_json_get(input, "calendar");
	*out = in;
	return PL_OK;
}
