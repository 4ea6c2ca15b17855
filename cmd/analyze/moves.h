/* Transfers for the models that look at each of them: out of the index, or
 * out of a file that `index import` can read (it is read by the same code, in
 * memory).  Beside them what people know of addresses (labels), and the part
 * of a result that all of these models share. */
#ifndef PL_CMD_ANALYZE_MOVES_H
#define PL_CMD_ANALYZE_MOVES_H

#include "analytics/moves.h"
#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/say.h"

struct pl_moves_args {
	const char *csv;
	const struct pl_addr *token;
	const char *map, *where;
	const uint64_t *decimals;
	int units, dates;
	bool drop_equal, skip_bad, skip_most;
	const uint64_t *block_seconds;
	const char *labels;
	const int64_t *from, *to;
	const uint64_t *from_block, *to_block;
	struct pl_keep_args keep;
	const char *svg;
	/* Replay: chain and blocks of the record, the last block of other
	 * events, and what it calls its files (struct pl_moves_file), wherever
	 * they lie now.  No options. */
	const uint64_t *chain, *pin_first, *pin_last, *pin_events;
	struct pl_list names;
	bool chained; /* the digest of rows as older records have it */
};

/* Lines of the option table of a command whose struct args has the above as
 * its member `in`. */
/* clang-format off */
#define PL_MOVES_OPTS(t)                                                       \
	{ "csv", 0, PL_FILE, PL_AT(t, in.csv, const char *), "FILE",           \
	  "read a file of transfers, as `index import` would (- is standard "  \
	  "input)" },                                                          \
	{ "token", 't', PL_ADDR, PL_AT(t, in.token, const struct pl_addr *),   \
	  "TOKEN", "an indexed token; with --csv, the rows of this token",     \
	  PL_GIVEN | PL_TOKEN_REF },                                           \
	{ "map", 0, PL_STR, PL_AT(t, in.map, const char *),                    \
	  "PART=COLUMN,…", "columns of the file, as in `index import`" },      \
	{ "where", 0, PL_STR, PL_AT(t, in.where, const char *),                \
	  "COLUMN=VALUE", "only rows of the file with this value" },           \
	{ "decimals", 0, PL_UINT, PL_AT(t, in.decimals, const uint64_t *),     \
	  "N", "decimals of the token", PL_GIVEN, 0, 0, 0, 255 },              \
	{ "units", 0, PL_ENUM, PL_AT(t, in.units, int), "UNITS",               \
	  "what the file's values are: raw units or whole tokens", 0,          \
	  pl_moves_units_words, "auto" },                                      \
	{ "dates", 0, PL_ENUM, PL_AT(t, in.dates, int), "ORDER",               \
	  "how to read 1/2/2016", 0, pl_moves_dates_words, "iso" },            \
	{ "drop-equal", 0, PL_FLAG, PL_AT(t, in.drop_equal, bool), 0,          \
	  "rows equal in all, without log index, count once" },                \
	{ "skip-bad", 0, PL_FLAG, PL_AT(t, in.skip_bad, bool), 0,              \
	  "leave out wrong rows of the file, if fewer than the others" },      \
	{ "skip-most", 0, PL_FLAG, PL_AT(t, in.skip_most, bool), 0,            \
	  "with --skip-bad: even where more rows are wrong than right" },      \
	{ "block-seconds", 0, PL_UINT,                                         \
	  PL_AT(t, in.block_seconds, const uint64_t *), "N",                   \
	  "times of rows without one: N seconds a block", PL_GIVEN, 0, 0, 1,   \
	  86400 },                                                             \
	{ "labels", 0, PL_FILE, PL_AT(t, in.labels, const char *), "FILE",     \
	  "CSV of address, entity, kind, country" },                           \
	{ "from", 0, PL_TIME, PL_AT(t, in.from, const int64_t *), "TIME",      \
	  "transfers from this time on", PL_GIVEN },                           \
	{ "to", 0, PL_TIME, PL_AT(t, in.to, const int64_t *), "TIME",          \
	  "transfers before this time", PL_GIVEN },                            \
	{ "from-block", 0, PL_UINT,                                            \
	  PL_AT(t, in.from_block, const uint64_t *), "N",                      \
	  "transfers from this block on", PL_GIVEN },                          \
	{ "to-block", 0, PL_UINT, PL_AT(t, in.to_block, const uint64_t *),     \
	  "N", "transfers up to this block", PL_GIVEN },                       \
	{ "record", 0, PL_FLAG, PL_AT(t, in.keep.record, bool), 0,             \
	  "keep the decision record" },                                        \
	{ "commit", 0, PL_FLAG, PL_AT(t, in.keep.commit, bool), 0,             \
	  "keep it and commit it to the asset repository" },                   \
	PL_WATCH_OPTS(t, in.keep),                                             \
	PL_SVG_OPT(t, in.svg)
/* clang-format on */

extern const char *const pl_moves_units_words[], *const pl_moves_dates_words[];

/* ------------------------------------------------- what was read, printed */
struct pl_moves_file {
	const char *option, *name, *sha256;
};

/* Another contract of the index that had a part in the figures. */
struct pl_moves_source {
	const char *option; /* that named it */
	struct pl_addr contract;
	const char *name;
	const struct pl_addr *of, *in; /* what is priced in what */
	bool inverted;
	uint64_t decimals0, decimals1;
	uint64_t rows, unpriced, last_block;
	const char *sha256; /* of the rows */
	enum pl_trust trust;
};
struct pl_moves_sources {
	uint64_t to_block; /* of the last event that was read */
	struct pl_list v;  /* struct pl_moves_source */
};

struct pl_moves_about {
	const char *kind; /* "csv" or "index" */
	const char *source;
	const char *sha256; /* of the file; of the rows */
	const char *series_sha256;
	uint64_t chain;
	const struct pl_addr *token; /* NULL: the file does not say */
	const char *symbol;
	const uint64_t *decimals;
	uint64_t rows, used, zero_rows, self_rows, duplicates, equal_rows;
	uint64_t untimed, rejected;
	uint64_t addresses, transactions;
	bool windowed;
	const int64_t *first_time, *last_time;
	struct pl_input_block first_block, last_block;
	struct pl_list files;                   /* struct pl_moves_file */
	const struct pl_moves_sources *sources; /* NULL: none was read */
	enum pl_trust trust;
};
extern const struct pl_field pl_moves_about_fields[];

/* An option of the run, as it would be typed: a replay reads them back. */
struct pl_moves_option {
	const char *name, *value;
};
struct pl_moves_model {
	const char *name;
	uint64_t version;
	const char *seed; /* NULL: nothing is random */
	struct pl_list options;
};
extern const struct pl_field pl_moves_model_fields[];

/* First member of every row. */
struct pl_moves_head {
	const char *verdict;
	double score, score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_moves_model model;
	struct pl_moves_about input;
	enum pl_trust trust;
	const char *record;
	const struct pl_pictures *pictures;
};
/* clang-format off */
#define PL_MOVES_HEAD(t, verdicts)                                             \
	{ "verdict", PL_STR, PL_AT(t, head.verdict, const char *), verdicts }, \
	{ "score", PL_DOUBLE, PL_AT(t, head.score, double), "0 to 100" }
#define PL_MOVES_TAIL(t)                                                       \
	{ "score_base", PL_DOUBLE, PL_AT(t, head.score_base, double),          \
	  "what the score begins with" },                                      \
	{ "contributions", PL_LIST,                                            \
	  PL_AT(t, head.contributions, struct pl_list),                        \
	  "what each feature gave to the score", 0, pl_contribution_fields,    \
	  sizeof(struct pl_feature) },                                         \
	{ "counterfactual", PL_OBJECT,                                         \
	  PL_AT(t, head.counterfactual, const struct pl_flip *),               \
	  "the smallest change that gives another verdict", 0,                 \
	  pl_counterfactual_fields },                                          \
	{ "flags", PL_LIST, PL_AT(t, head.flags, struct pl_list),              \
	  "what to know before believing the figures", 0, pl_flag_fields,      \
	  sizeof(struct pl_flag) },                                            \
	{ "model", PL_OBJECT, PL_AT(t, head.model, struct pl_moves_model),     \
	  "what computed this", PL_INLINE, pl_moves_model_fields },            \
	{ "input", PL_OBJECT, PL_AT(t, head.input, struct pl_moves_about),     \
	  "where the transfers come from", PL_INLINE, pl_moves_about_fields }, \
	{ "trust", PL_TRUST, PL_AT(t, head.trust, enum pl_trust),              \
	  "weakest label among the inputs" },                                  \
	{ "record", PL_STR, PL_AT(t, head.record, const char *),               \
	  "id of the decision record; null: not kept" },                       \
	{ 0 }
/* clang-format on */

/* --------------------------------------------------------------- the data */
struct pl_label {
	struct pl_addr address;
	const char *entity, *kind, *country; /* NULL: not said */
};

struct pl_moves_in {
	struct pl_moves_about about;
	struct pl_moves m;
	const struct pl_addr *who;     /* by number, ascending */
	const struct pl_hash32 *tx;    /* by number, ascending */
	const struct pl_label **label; /* by address; NULL: none */
	size_t n_labels;
	uint8_t decimals; /* 0 where not known */
	struct pl_flags flags;
	struct pl_moves_file file[8];
	size_t n_files;
	struct pl_list names; /* of the arguments */
};

PL_CHECKED enum pl_rc pl_moves_read(struct pl_ctx *c, struct pl_moves_in *out,
				    const struct pl_moves_args *args,
				    struct pl_err *e);

/* For who needs what each address got and gave, and no transfer: out->m has
 * the addresses, and v only where the store does not sum by itself. */
PL_CHECKED enum pl_rc pl_moves_nets(struct pl_ctx *c, struct pl_moves_in *out,
				    struct pl_net **nets,
				    const struct pl_moves_args *args,
				    struct pl_err *e);

/* labels.c: the text of a file of labels, by address, none twice. */
PL_CHECKED enum pl_rc pl_labels_read(struct pl_arena *a, struct pl_label **out,
				     size_t *n, struct pl_span text,
				     struct pl_err *e);
/* The file of --labels. */
PL_CHECKED enum pl_rc pl_moves_labels(struct pl_ctx *c, struct pl_moves_in *in,
				      const char *path, struct pl_err *e);

/* Read one more file into memory and name it in the record. */
PL_CHECKED enum pl_rc pl_moves_file(struct pl_ctx *c, struct pl_moves_in *in,
				    struct pl_span *out, const char *option,
				    const char *path, struct pl_err *e);

/* What the file of an option is called in the record. */
const char *pl_moves_label(struct pl_ctx *c, const struct pl_list *names,
			   const char *option, const char *path);

/* Note that events up to this block were read, and (or NULL) of which other
 * contract. */
void pl_moves_source_add(struct pl_arena *a, struct pl_moves_about *about,
			 const struct pl_moves_source *s);
void pl_moves_source_to(struct pl_arena *a, struct pl_moves_about *about,
			uint64_t block);

/* The number of an address, PL_NOBODY when it took no part. */
uint32_t pl_moves_find(const struct pl_moves_in *in, const struct pl_addr *a);

/* "0x…", with the entity's name where there is one. */
const char *pl_moves_name(struct pl_arena *a, const struct pl_moves_in *in,
			  uint32_t id);
struct pl_amount pl_moves_amount(const struct pl_moves_in *in,
				 const struct pl_u256 *v);

/* Do people call this kind of address no holder: contract, bridge, custodian,
 * exchange, pool, burn, fee? */
bool pl_label_no_holder(const struct pl_label *l);

/* ------------------------------------------------------ around a model */
struct pl_moves_cmd {
	const struct pl_cmd *cmd;
	size_t row_size; /* begins with struct pl_moves_head */
	/* Fill the row from args (begins with struct pl_moves_args). */
	enum pl_rc (*compute)(struct pl_ctx *c, void *row, const void *args,
			      struct pl_err *e);
	const char *name;
	uint64_t version;
};

/* Score, flags, model and input into the head. */
PL_CHECKED enum pl_rc pl_moves_score(struct pl_arena *a,
				     struct pl_moves_head *h,
				     const struct pl_score_model *model,
				     const double *values, struct pl_err *e);
void pl_moves_finish(struct pl_arena *a, struct pl_moves_head *h,
		     struct pl_moves_in *in);

/* The command's run: compute, keep, print. */
PL_CHECKED enum pl_rc pl_moves_run(struct pl_ctx *c,
				   const struct pl_moves_cmd *m,
				   const void *args, struct pl_err *e);

/* The record of doing it again. */
PL_CHECKED enum pl_rc pl_moves_again(struct pl_ctx *c, struct pl_record *out,
				     const struct pl_record *was,
				     const char *csv, const char *plume,
				     struct pl_err *e);

/* The words all of them end with. */
void pl_moves_say(struct pl_say *s, const struct pl_moves_head *h);

extern const struct pl_moves_cmd pl_moves_concentration, pl_moves_wash,
	pl_moves_flows, pl_moves_anomaly;

/* For examples: 60 transfers among a few, and labels of some of them. */
#define PL_EXAMPLE_MOVES                                                       \
	"awk 'function a(i) { return sprintf(\"0x%040d\", i) } BEGIN { "       \
	"print \"token_address,from_address,to_address,value,\" "              \
	"\"transaction_hash,log_index,block_number,block_timestamp\"; "        \
	"for (i = 1; i <= 60; i++) { f = i < 9 ? 0 : i % 7 + 1; "              \
	"print a(99) \",\" a(f) \",\" a((i * 5) % 8 + 1) \",\" "               \
	"(i < 9 ? 900000 : 100 + i * i) sprintf(\",0x%064d\", i) \",0,\" "     \
	"i \",\" 1700000000 + 600 * i } }' >moves.csv; "                       \
	"printf 'address,entity,kind,country\\n"                               \
	"0x0000000000000000000000000000000000000001,Treasury,issuer,CH\\n"     \
	"0x0000000000000000000000000000000000000002,Treasury,issuer,CH\\n"     \
	"0x0000000000000000000000000000000000000003,Gate,bridge,\\n"           \
	"0x0000000000000000000000000000000000000004,Ann,holder,DE\\n' "        \
	">labels.csv"

#endif
