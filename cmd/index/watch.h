/* What the index commands about followed contracts share. */
#ifndef PL_CMD_INDEX_WATCH_H
#define PL_CMD_INDEX_WATCH_H

#include "base/file.h"
#include "base/hex.h"
#include "cmd/index/open.h"
#include "store/event.h"

/* Lists of names, for PL_LIST of PL_STR. */
struct pl_list pl_std_list(struct pl_arena *a, unsigned stds);
struct pl_list pl_kind_list(struct pl_arena *a, uint64_t kinds);

/* Of --kind: names of events and standards, with commas between them; 0 where
 * nothing was given. */
PL_CHECKED enum pl_rc pl_kinds_of(uint64_t *out, const struct pl_strs *words,
				  struct pl_err *e);

/* The result is a list from here on, though the command mostly has one: when
 * no contract was named.  Before the first row.  `brief` are the columns of its
 * text table. */
void pl_out_as_list(struct pl_ctx *c, const struct pl_field *brief);

/* The tokens of --network's chain that are followed, or the one named. */
struct pl_watched {
	struct pl_index_token token;
	bool followed; /* w is set */
	struct pl_watch w;
};
PL_CHECKED enum pl_rc pl_watched_all(struct pl_ctx *c, struct pl_index *ix,
				     struct pl_watched **out, size_t *n,
				     struct pl_err *e);
PL_CHECKED enum pl_rc pl_watched_one(struct pl_ctx *c, struct pl_index *ix,
				     struct pl_watched *out,
				     const struct pl_addr *address,
				     struct pl_err *e);

#endif
