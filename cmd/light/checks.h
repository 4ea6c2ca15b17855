/* What the checking commands share: reading files of answers, and telling of
 * each item what was proven. */
#ifndef PL_CMD_LIGHT_CHECKS_H
#define PL_CMD_LIGHT_CHECKS_H

#include "cmd/ctx.h"
#include "eth/check.h"

/* The part of a row that says how the item fared. */
struct pl_verdict {
	bool ok;
	const struct pl_finding *failed; /* NULL: nothing */
	struct pl_list proved;           /* rules, const char * each */
	enum pl_trust trust;
};
extern const struct pl_field pl_finding_fields[];

/* A command's run over its files. */
struct pl_checks {
	struct pl_ctx *c;
	struct pl_arena *scratch; /* of one file */
	enum pl_rc rc;            /* the first failure, or PL_OK */
	struct pl_err first;
};

void pl_checks_init(struct pl_checks *l, struct pl_ctx *c);

/* Close.  rc is how the run itself ended; where that is well, the first item's
 * failure is handed over. */
PL_CHECKED enum pl_rc pl_checks_end(struct pl_checks *l, enum pl_rc rc,
				    struct pl_err *e);

/* The answers in a file.  What they are made of lasts until the next file. */
PL_CHECKED enum pl_rc pl_checks_file(struct pl_checks *l,
				     struct pl_answers *out, const char *path,
				     bool (*whole)(const struct pl_json *),
				     struct pl_err *e);

/* Write down how an item fared.  Remembers the first failure, `where` put
 * before its words. */
void pl_checks_verdict(struct pl_checks *l, struct pl_verdict *v,
		       const struct pl_check *check, const char *where,
		       enum pl_rc rc, struct pl_err *e);

/* More rules about an item that held so far: *v says all of it. */
void pl_checks_also(struct pl_checks *l, struct pl_verdict *v,
		    const struct pl_check *check, const char *where,
		    enum pl_rc rc, struct pl_err *e);

/* The same for a whole file that could not be read. */
void pl_checks_unread(struct pl_checks *l, struct pl_verdict *v, enum pl_rc rc,
		      const struct pl_err *e);

/* The second and third line of a row in text. */
void pl_checks_say(struct pl_out *o, const struct pl_verdict *v);

/* The header that --header names: a file of any form, or its RLP in
 * hexadecimal.  Of several, the one that item speaks of.  All of the block is
 * checked that the file gives; *txs are its transactions, or NULL. */
PL_CHECKED enum pl_rc pl_checks_header(struct pl_ctx *c, struct pl_header *out,
				       const struct pl_json **txs,
				       const char *where,
				       const struct pl_json *item,
				       struct pl_err *e);

/* The anchor that --header gives, if it was given: *h, which anchor then points
 * to, and the transactions beside it. */
PL_CHECKED enum pl_rc pl_checks_anchor(struct pl_ctx *c,
				       struct pl_anchor *anchor,
				       struct pl_header *h, const char *where,
				       const struct pl_json *item,
				       struct pl_err *e);

/* What a command that takes item by item does: with each, and with a file
 * that could not be read (rc and *e say why). */
struct pl_checks_job {
	bool (*whole)(const struct pl_json *); /* see pl_checks_file */
	enum pl_rc (*item)(struct pl_checks *l, const void *args,
			   const char *file, const struct pl_json *item,
			   struct pl_err *e);
	enum pl_rc (*unread)(struct pl_checks *l, const char *file,
			     enum pl_rc rc, struct pl_err *e);
};

/* The whole run of such a command, pl_checks_init to pl_checks_end. */
PL_CHECKED enum pl_rc
pl_checks_run(struct pl_ctx *c, const struct pl_checks_job *job,
	      const void *args, const struct pl_strs *files, struct pl_err *e);

extern const struct pl_family *const pl_light_families[];

#define PL_FIELDS_VERDICT(type)                                                \
	{ .name = "ok",                                                        \
	  .kind = PL_FLAG,                                                     \
	  .off = PL_AT(type, v.ok, bool),                                      \
	  .about = "every rule that applies holds" },                          \
		{ .name = "failed",                                            \
		  .kind = PL_OBJECT,                                           \
		  .off = PL_AT(type, v.failed, const struct pl_finding *),     \
		  .about = "the first rule that does not hold, else null",     \
		  .sub = pl_finding_fields },                                  \
		{ .name = "proved",                                            \
		  .kind = PL_LIST,                                             \
		  .off = PL_AT(type, v.proved, struct pl_list),                \
		  .about = "the rules that hold",                              \
		  .size = sizeof(const char *),                                \
		  .of = PL_STR,                                                \
		  .flags = PL_WIDE },                                          \
	{                                                                      \
		.name = "trust", .kind = PL_TRUST,                             \
		.off = PL_AT(type, v.trust, enum pl_trust),                    \
		.about = "local: nothing here ties the header to a chain; "    \
			 "signed: by those the user named"                     \
	}

#endif
