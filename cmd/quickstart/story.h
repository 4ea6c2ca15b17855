/* The quickstart as a story: parts, steps, and the command behind each.  A
 * step runs exactly the line it prints (cmd/run.h). */
#ifndef PL_CMD_QUICKSTART_STORY_H
#define PL_CMD_QUICKSTART_STORY_H

#include "cmd/ctx.h"
#include "cmd/signer.h"
#include "codec/json_in.h"
#include "net/rpc.h"

#define PL_STORY_STEPS 64

struct pl_story_step {
	const char *what;    /* what happened, in words */
	const char *command; /* what does it alone */
};

struct pl_devnode;

struct pl_story {
	struct pl_ctx *c;
	const char *dir;
	uint64_t days;
	const char *account;       /* NULL: one is made */
	const char *password_file; /* of it */
	unsigned part;
	bool shows; /* words and pictures, not JSON */
	struct pl_story_step step[PL_STORY_STEPS];
	size_t n;

	struct pl_devnode *node; /* NULL: somebody else's node */
	const char *root;        /* its checkpoint, as text */
	struct pl_rpc *rpc;
	const char *url, *network;
	uint64_t chain_id;
	bool keeps_days; /* the node lets us put a day between blocks */
	struct pl_addr issuer;
	const char *token; /* address, as text */
	const char *since; /* the block or day of the first sale, as text */
	uint64_t last_block;
	struct pl_hash32 last_hash;
	const char *trend, *risk;       /* ids of the records */
	const struct pl_json *evidence; /* array of the risk record's links */
	const char *trust;              /* of the risk figures */
	enum pl_trust header_trust;     /* of the last block's header */
};

/* A heading; on a terminal without --yes, a pause to read it. */
PL_CHECKED enum pl_rc pl_story_part(struct pl_story *s, const char *title,
				    const char *about, struct pl_err *e);

/* Run a command line.  *row gets its (last) row; show: its text is printed as
 * well.  Failures name the line. */
PL_CHECKED enum pl_rc pl_story_run(struct pl_story *s,
				   const struct pl_json **row, bool show,
				   const char *const *words, struct pl_err *e);
#define PL_STORY_RUN(s, row, e, ...)                                           \
	PL_TRY(pl_story_run(s, row, false,                                     \
			    (const char *const[]){ __VA_ARGS__, NULL }, e))

/* Say what the last command line did, and print the line. */
void pl_story_did(struct pl_story *s, const char *fmt, ...) PL_PRINTF(2, 3);

/* The same for what no single plume command does; line says what would. */
void pl_story_did_by(struct pl_story *s, const char *line, const char *fmt, ...)
	PL_PRINTF(3, 4);

/* A member of a row as text: strings as they are, numbers in digits, "" for
 * null and for what is not there. */
const char *pl_story_text(struct pl_story *s, const struct pl_json *row,
			  const char *key);

/* Set an environment variable for the lines that follow, and print how. */
PL_CHECKED enum pl_rc pl_story_export(struct pl_story *s, const char *name,
				      const char *value, struct pl_err *e);

/* The parts, in their order. */
PL_CHECKED enum pl_rc pl_story_papers(struct pl_story *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_story_account(struct pl_story *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_story_token(struct pl_story *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_story_trades(struct pl_story *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_story_proofs(struct pl_story *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_story_models(struct pl_story *s, struct pl_err *e);

/* A made-up history of n daily sales in hundredths of a token: volatile in
 * spells, with a step up after two thirds.  The same for every n ≤ 1000 on
 * every machine of one architecture. */
void pl_story_sales(uint64_t *cents, size_t n);

#endif
