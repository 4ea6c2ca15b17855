/* What every analysis shares besides its input: flags, the score and its
 * reasons, the model's name, and the decision record. */
#ifndef PL_CMD_ANALYZE_KEEP_H
#define PL_CMD_ANALYZE_KEEP_H

#include "analytics/explain.h"
#include "cmd/cmd.h"
#include "record/record.h"

/* Something a reader must know before believing the figures. */
struct pl_flag {
	const char *code, *about;
};
extern const struct pl_field pl_flag_fields[];

#define PL_MAX_FLAGS 24
struct pl_flags {
	struct pl_flag v[PL_MAX_FLAGS];
	size_t n;
};
/* Both texts must live as long as the row.  One too many for the list is not
 * lost in silence: the last then says that there are more. */
void pl_flag_add(struct pl_flags *f, const char *code, const char *about);

/* Of struct pl_feature, struct pl_flip. */
extern const struct pl_field pl_contribution_fields[];
extern const struct pl_field pl_counterfactual_fields[];

struct pl_keep_args {
	bool record, commit;
	bool watch;            /* watch.h */
	const uint64_t *every; /* seconds; NULL: 10 */
};
/* clang-format off */
/* `k` is the member of type struct pl_keep_args. */
#define PL_WATCH_OPTS(t, k)                                                    \
	{ "watch", 0, PL_FLAG, PL_AT(t, k.watch, bool), 0,                     \
	  "do it again as the data grows, keep a record each time it did, "    \
	  "and say so in one line; Ctrl-C ends it" },                          \
	{ "every", 0, PL_UINT, PL_AT(t, k.every, const uint64_t *),            \
	  "SECONDS", "with --watch: how often to look (default: 10)",          \
	  PL_GIVEN, 0, 0, 1, 86400 }
#define PL_KEEP_OPTS(t)                                                        \
	{ "record", 0, PL_FLAG, PL_AT(t, keep.record, bool), 0,                \
	  "keep the decision record" },                                        \
	{ "commit", 0, PL_FLAG, PL_AT(t, keep.commit, bool), 0,                \
	  "keep it and commit it to the asset repository" },                   \
	PL_WATCH_OPTS(t, keep)
/* clang-format on */

/* The record of a row; `plume` as for pl_record_make. */
PL_CHECKED enum pl_rc pl_keep_make(struct pl_ctx *c, struct pl_record *out,
				   const char *plume, const char *command,
				   const struct pl_field *fields,
				   const void *row, struct pl_err *e);

/* Save it, commit it where asked, and set *id to its name.  Nothing happens,
 * and *id stays, without --record and --commit. */
PL_CHECKED enum pl_rc pl_keep(struct pl_ctx *c, const char **id,
			      const struct pl_keep_args *args,
			      const struct pl_field *fields, const void *row,
			      struct pl_err *e);

/* Where the file a record was made from lies is no part of the record: it is
 * written down beside, for this user alone.  NULL: not known. */
void pl_keep_path(struct pl_ctx *c, const char *id, const char *csv);
const char *pl_keep_path_of(struct pl_ctx *c, const char *id);

#endif
