/* Where an analysis takes its series from: columns of a CSV file, or bars of
 * an indexed token: of its transfers, or of the prices and net asset values
 * that followed contracts tell of it.  Nothing is guessed: missing values,
 * unsorted or repeated times and texts that are no numbers are refused unless
 * an option says what to do with them. */
#ifndef PL_CMD_ANALYZE_INPUT_H
#define PL_CMD_ANALYZE_INPUT_H

#include "analytics/series.h"
#include "cmd/cmd.h"
#include "codec/json_in.h"
#include "store/price.h"

/* A file that is read more than once, for one column after another: standard
 * input is there only once. */
struct pl_input_kept {
	bool there;
	struct pl_span text, raw; /* unpacked; as it came */
};

/* The part of a command's arguments that names the series. */
struct pl_input_args {
	const char *csv;
	struct pl_input_kept *kept; /* NULL: the file is read once */
	const char *time, *value;   /* columns; NULL: see pl_input_read */
	const char *source;         /* what the file is called; NULL: csv */
	bool no_header, sort;
	const int *missing; /* enum pl_missing; NULL: refuse */

	const struct pl_addr *token; /* NULL: a file */
	const uint64_t *chain;       /* NULL: the network in use */
	const int
		*measure; /* enum pl_measure, then enum pl_tell; NULL: volume */
	const struct pl_addr *from_contract; /* that tells the price */
	const int *quote;                    /* enum pl_quote; NULL: close */
	const char *bar;                     /* NULL: day */
	const int64_t *from, *to;
	const uint64_t *from_block, *to_block;
	bool include_zero, whole;
	/* Replay: the blocks the record ends at, so that what came into the
	 * index since does not count.  Not printed. */
	const uint64_t *pin_first, *pin_last;
	bool chained; /* the digest of rows as older records have it */
	bool untimed; /* no calendar, as older records have none */
};

/* A line of a command's option table for each of them; `t` is the command's
 * struct args, which has the above as its member `in`. */
/* clang-format off */
#define PL_INPUT_CSV_OPTS(t)                                                   \
	{ "csv", 0, PL_FILE, PL_AT(t, in.csv, const char *), "FILE",           \
	  "read a CSV file (may be gzip; - is standard input)" },              \
	{ "time", 0, PL_STR, PL_AT(t, in.time, const char *), "COL",           \
	  "column of the time, by name or number (default: none)" },           \
	{ "value", 0, PL_STR, PL_AT(t, in.value, const char *), "COL",         \
	  "column of the value, by name or number" },                          \
	{ "no-header", 0, PL_FLAG, PL_AT(t, in.no_header, bool), 0,            \
	  "the first line holds values, not names" },                          \
	{ "sort", 0, PL_FLAG, PL_AT(t, in.sort, bool), 0,                      \
	  "bring the rows into the order of their times" },                    \
	{ "missing", 0, PL_ENUM, PL_AT(t, in.missing, const int *), "HOW",     \
	  "what to do with missing values (default: refuse)", PL_GIVEN,        \
	  pl_missing_words }
#define PL_INPUT_TOKEN_OPTS(t)                                                 \
	{ "token", 't', PL_ADDR, PL_AT(t, in.token, const struct pl_addr *),   \
	  "TOKEN", "take the transfers of an indexed token",                   \
	  PL_GIVEN | PL_TOKEN_REF },                                           \
	{ "measure", 0, PL_ENUM, PL_AT(t, in.measure, const int *), "WHAT",    \
	  "what of its transfers, or the price or net asset value that "       \
	  "followed contracts tell (default: volume)", PL_GIVEN,               \
	  pl_input_measure_words },                                            \
	{ "source", 0, PL_ADDR,                                                \
	  PL_AT(t, in.from_contract, const struct pl_addr *), "CONTRACT",      \
	  "the pool, feed or vault that tells the price or nav (default: the " \
	  "only one)", PL_GIVEN | PL_TOKEN_REF },                              \
	{ "bar-price", 0, PL_ENUM, PL_AT(t, in.quote, const int *), "RULE",    \
	  "price of a bar: its last, or weighed by volume or by time "         \
	  "(default: close)", PL_GIVEN, pl_quote_words }
#define PL_INPUT_BAR_OPTS(t)                                                   \
	{ "bar", 0, PL_STR, PL_AT(t, in.bar, const char *), "WIDTH",           \
	  "day, hour, week, 15min, block, 1000blocks (default: day)" },        \
	{ "from", 0, PL_TIME, PL_AT(t, in.from, const int64_t *), "TIME",      \
	  "transfers from this time on", PL_GIVEN },                           \
	{ "to", 0, PL_TIME, PL_AT(t, in.to, const int64_t *), "TIME",          \
	  "transfers before this time", PL_GIVEN },                            \
	{ "from-block", 0, PL_UINT,                                            \
	  PL_AT(t, in.from_block, const uint64_t *), "N",                      \
	  "transfers from this block on", PL_GIVEN },                          \
	{ "to-block", 0, PL_UINT, PL_AT(t, in.to_block, const uint64_t *),     \
	  "N", "transfers up to this block", PL_GIVEN },                       \
	{ "include-zero", 0, PL_FLAG, PL_AT(t, in.include_zero, bool), 0,      \
	  "count transfers of value 0" },                                      \
	{ "whole-bars", 0, PL_FLAG, PL_AT(t, in.whole, bool), 0,               \
	  "leave out the first and last bar" }
#define PL_INPUT_OPTS(t)                                                       \
	PL_INPUT_CSV_OPTS(t), PL_INPUT_TOKEN_OPTS(t), PL_INPUT_BAR_OPTS(t)
/* clang-format on */

/* As enum pl_gap; `carry` puts the value before in the place of one that is
 * missing, so that the models see none. */
enum pl_missing {
	PL_MISSING_REFUSE,
	PL_MISSING_SKIP,
	PL_MISSING_BREAK,
	PL_MISSING_CARRY,
};
extern const char *const pl_missing_words[];
enum pl_missing pl_input_missing(const struct pl_input_args *in);

extern const char *const pl_input_measure_words[];
#define PL_INPUT_PRICE                                                         \
	4 /* enum pl_measure goes before, enum pl_tell follows                 \
	   */
static inline bool pl_input_priced(const struct pl_input_args *in)
{
	return in->measure && *in->measure >= PL_INPUT_PRICE;
}

/* ------------------------------------------------ what came of it, printed */
struct pl_input_csv {
	const char *time_column, *value_column; /* NULL: none */
	bool header, sorted;
	uint64_t bytes;
};

struct pl_input_block {
	const uint64_t *number;
	const struct pl_hash32 *hash;
	const int64_t *time;
	enum pl_trust trust;
};

/* Of prices: who told them, and how a bar was made of them. */
struct pl_input_prices {
	struct pl_addr contract;
	const char *name;
	struct pl_list events; /* const char * */
	const struct pl_addr *of, *in;
	bool inverted;
	uint64_t decimals0, decimals1;
	const char *quote;
	uint64_t unpriced;
};

struct pl_input_index {
	struct pl_addr token;
	uint64_t chain;
	const char *symbol;
	const char *measure;
	const char *bar;
	const int64_t *from, *to;
	const uint64_t *from_block, *to_block;
	bool include_zero, whole_bars;
	uint64_t zero_rows;
	struct pl_input_block first_block, last_block;
	const struct pl_input_prices *prices; /* NULL: of transfers */
};

/* How the points lie in time; see calendar.h. */
struct pl_calendar {
	const char *rule; /* "none", "regular", "months", "weekdays",
			   * "irregular" */
	double step;      /* median, in seconds or the column's own unit */
	const char *unit; /* "day", "hour", … in words; NULL: none fits */
	uint64_t gaps;    /* steps longer than the rule has them */
	uint64_t odd;     /* steps that are no whole number of the rule's */
	uint64_t period;  /* what a season would be; 1: none known */
};

struct pl_input {
	const char *kind;   /* "csv" or "index" */
	const char *source; /* name of the file; symbol or address */
	const char *sha256; /* of the file, or of the transfers */
	uint64_t rows;      /* of the file; transfers */
	uint64_t missing;
	uint64_t n; /* points of the series */
	const char *time_kind;
	const char *first, *last; /* times; NULL without */
	const char *series_sha256;
	int missing_rule;
	const struct pl_calendar *calendar; /* NULL: of an older record */
	enum pl_trust trust;
	const struct pl_input_csv *csv;
	const struct pl_input_index *index;
};
extern const struct pl_field pl_input_fields[];

struct pl_input_series {
	struct pl_input about;
	double *t; /* seconds since 1970, numbers of a column, blocks, 1..n */
	double *y; /* NaN: missing */
	uint64_t *line; /* where each stands in the file; NULL: no file */
	size_t n;
	bool in_seconds; /* t */
};

/* How a point of the series is named to people: "line 7", "row 7". */
char *pl_input_place(struct pl_arena *a, const struct pl_input_series *s,
		     size_t i);
/* Its time as printed; NULL without times. */
char *pl_input_time(struct pl_arena *a, const struct pl_input_series *s,
		    size_t i);

/* What the models do with missing values that are left. */
enum pl_gap pl_input_gap(const struct pl_input_args *in);

/* A file's name as records have it: below the repository, or without its
 * folders. */
const char *pl_input_label(struct pl_ctx *c, const char *path);

/* Exactly one of csv and token must be set.  Without `value` a file with one
 * column besides `time` is read.  `equal_times`: several rows of one time are
 * taken as they come. */
PL_CHECKED enum pl_rc pl_input_read(struct pl_ctx *c,
				    struct pl_input_series *out,
				    const struct pl_input_args *in,
				    bool equal_times, struct pl_err *e);

/* The columns of the file whose first cell is a number, but for that of the
 * time, as "gold, oil"; "" for none. */
PL_CHECKED enum pl_rc pl_input_numeric(struct pl_arena *a, const char **out,
				       const struct pl_input_args *in,
				       struct pl_err *e);

/* The digest of the first s->n points of s, as series_sha256. */
PL_CHECKED enum pl_rc pl_input_digest(struct pl_arena *a, const char **out,
				      const struct pl_input_series *s,
				      struct pl_err *e);

/* The source a record names; `csv` (or NULL) reads this file instead of the
 * recorded path.  PL_ENOTFOUND when it is gone. */
PL_CHECKED enum pl_rc pl_input_args_of(struct pl_arena *a,
				       struct pl_input_args *out,
				       const struct pl_json *record,
				       const char *csv, struct pl_err *e);

#endif
