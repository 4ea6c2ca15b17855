/* Evidence that goes with an answer: `--save FILE` on a read of proven data
 * keeps the question, what led the light client to its heads, all that nodes
 * answered, and the answer.  `light verify` asks the question again, with the
 * kept answers in the place of nodes: whatever is in the file is believed as
 * little as a node is, and only a trusted root makes it proven.
 *
 * One JSON object a line: first {"plume":"evidence", …}, then the consensus
 * objects, then calls as net/replay.h reads them, then {"answer":…} for each
 * row, last {"lines":N}. */
#ifndef PL_CMD_LIGHT_EVIDENCE_H
#define PL_CMD_LIGHT_EVIDENCE_H

#include "cmd/opt.h"
#include "sync/light.h"

struct pl_network;

/* Before a command runs: where its --save was given, begin to record.  *json
 * is where rows are copied to (NULL: nowhere yet). */
PL_CHECKED enum pl_rc pl_evidence_begin(struct pl_ctx *c,
					const struct pl_line *line,
					struct pl_buf **json, struct pl_err *e);

/* After it ran well: write the file.  Nothing to do without --save. */
PL_CHECKED enum pl_rc pl_evidence_save(struct pl_ctx *c, struct pl_err *e);

/* While it runs.  Recording: what the light client rests on, and a transport
 * wrapped.  Without a recording these do nothing. */
PL_CHECKED enum pl_rc pl_evidence_consensus(struct pl_ctx *c,
					    struct pl_light *l,
					    const struct pl_network *net,
					    struct pl_err *e);
void pl_evidence_watch(struct pl_ctx *c, struct pl_transport **t,
		       uint64_t chain);

/* JSON out of a file of the user's, called `what` ("feed", "history"):
 * recording, *text is kept; replaying, it is what was kept (PL_ENOTFOUND:
 * nothing). */
PL_CHECKED enum pl_rc pl_evidence_text(struct pl_ctx *c, const char *what,
				       struct pl_span *text, struct pl_err *e);

/* Replaying: the client, and a node made of what was kept. */
bool pl_evidence_replays(const struct pl_ctx *c);
PL_CHECKED enum pl_rc pl_evidence_light(struct pl_ctx *c, struct pl_light **out,
					const struct pl_lc_config *config,
					const struct pl_network *net,
					struct pl_err *e);
PL_CHECKED enum pl_rc pl_evidence_node(struct pl_ctx *c,
				       struct pl_transport **out,
				       uint64_t chain, struct pl_err *e);

/* A file of evidence, read strictly; nothing in it is believed yet. */
struct pl_evidence_file {
	const char *const *words; /* the command that asked, NULL-ended */
	const char *network;
	uint64_t chain_id;
	const char *consensus; /* the network whose beacon chain it is */
	struct pl_hash32 root;
	const struct pl_lc_object *objects;
	size_t n_objects;
	struct pl_span calls;          /* lines */
	const struct pl_json **answer; /* rows */
	size_t n_answers;
};
PL_CHECKED enum pl_rc pl_evidence_read(struct pl_arena *a,
				       struct pl_evidence_file *out,
				       struct pl_span text, struct pl_err *e);

/* Make c answer from the file (c is the caller's copy of a context). */
void pl_evidence_replay(struct pl_ctx *c, const struct pl_evidence_file *f);

#endif
