/* plume analyze concentration, in its parts: arguments, figures, look. */
#ifndef PL_CMD_ANALYZE_CONCENTRATION_H
#define PL_CMD_ANALYZE_CONCENTRATION_H

#include "analytics/holders.h"
#include "cmd/analyze/moves.h"

struct pl_conc_args {
	struct pl_moves_args in;
	int view;
	double share, level;
	uint64_t bootstrap, seed, show;
	struct pl_strs exclude;
	bool keep_zero, all_kinds;
};
extern const char *const pl_conc_view_words[];

struct pl_conc_figures {
	uint64_t n;
	struct pl_amount total;
	double hhi, gini;
	uint64_t nakamoto;
	double top1, top5, top10, top100;
};

struct pl_conc_range {
	double level, lo, hi;
};
struct pl_conc_intervals {
	struct pl_conc_range hhi, gini, nakamoto, top10;
};

struct pl_conc_holder {
	struct pl_addr address;
	const char *entity, *kind, *country;
	struct pl_amount amount;
	double share;
};

struct pl_conc_left {
	uint64_t addresses;
	struct pl_amount amount;
	double share; /* amount / what the others have */
};

struct pl_conc_country {
	const char *country;
	uint64_t holders;
	double share;
};
struct pl_conc_countries {
	double unknown;        /* share of holders without a country */
	double hhi_lo, hhi_hi; /* whatever the unknown ones are */
	struct pl_list list;   /* struct pl_conc_country, largest first */
};

struct pl_conc_row {
	struct pl_moves_head head;
	const char *view;
	double share;
	struct pl_conc_figures figures, by_address;
	const struct pl_conc_intervals *intervals;
	uint64_t merged; /* addresses that joined another */
	uint64_t negative;
	struct pl_amount negative_amount;
	struct pl_conc_left left_out;
	struct pl_list holders;
	const struct pl_conc_countries *countries;

	const char *symbol;
	struct pl_arena *arena;
};

enum pl_rc pl_conc_run(struct pl_ctx *c, void *row, const void *args,
		       struct pl_err *e);

/* *out stays NULL when no label names a country.  v: descending; first[id]:
 * an address of the entity. */
PL_CHECKED enum pl_rc
pl_conc_countries(struct pl_arena *a, const struct pl_conc_countries **out,
		  const struct pl_moves_in *in, const struct pl_holding *v,
		  size_t n, const uint32_t *first, const struct pl_u256 *total,
		  struct pl_err *e);

#endif
