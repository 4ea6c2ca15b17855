/* One light client at work in a command: the store, and the rows that tell of
 * each step. */
#ifndef PL_CMD_LIGHT_STEPS_H
#define PL_CMD_LIGHT_STEPS_H

#include "cmd/cmd.h"
#include "codec/json_in.h"
#include "eth/light_file.h"
#include "eth/light_store.h"

struct pl_sync_step {
	const char *kind;
	const uint64_t *period, *slot, *participants; /* NULL: unreadable */
	uint64_t finalized_slot;                      /* the store's, after */
	bool ok;
	const char *failed; /* name of the rule, or NULL */
	const char *why;    /* in words, or NULL */
};

struct pl_sync_head {
	uint64_t slot;
	struct pl_hash32 beacon_root;
	const uint64_t *block_number; /* NULL: the form does not say */
	const struct pl_hash32 *block_hash, *state_root;
};

struct pl_sync_row {
	const char *chain;
	struct pl_list steps;
	uint64_t accepted;
	const struct pl_sync_head *finalized, *optimistic; /* NULL: no store */
	bool next_sync_committee;                          /* known */
	enum pl_trust trust;
};

extern const struct pl_field pl_sync_fields[], pl_sync_head_fields[];

/* A head as it is shown; pointers into h and the arena. */
const struct pl_sync_head *pl_sync_head(struct pl_arena *a,
					const struct pl_lc_header *h);
void pl_sync_head_text(struct pl_out *o, const char *name,
		       const struct pl_sync_head *h);

/* The work, its memory and what it found. */
struct pl_sync {
	struct pl_ctx *c;
	struct pl_lc_config config;
	struct pl_lc_store *store;
	struct pl_lc_bootstrap *bootstrap;
	struct pl_lc_update *update;
	bool begun; /* the store holds a bootstrap */
	struct pl_sync_step *steps;
	size_t n, room;
	enum pl_rc rc; /* the first step that is false */
	struct pl_err first;
};

void pl_sync_init(struct pl_sync *s, struct pl_ctx *c);

/* Every object of a file, in order.  PL_OK whatever the steps say: only what
 * keeps the file from being read fails.  has_fork: SSZ in that form. */
struct pl_sync_file {
	const char *path;
	enum pl_lc_kind kind;
	const struct pl_hash32 *root; /* bootstrap: the one trusted */
	uint64_t now;
	bool paranoid;
	const uint8_t *digest; /* 4 bytes, or NULL: as the file says */
};
PL_CHECKED enum pl_rc
pl_sync_file(struct pl_sync *s, const struct pl_sync_file *f, struct pl_err *e);

/* A step of its own, or a verdict on the last one. */
struct pl_sync_step *pl_sync_add(struct pl_sync *s, const char *kind);
void pl_sync_false(struct pl_sync *s, struct pl_sync_step *step,
		   const char *rule, const char *where, struct pl_err *e);

/* Print the row; the failure of the first false step. */
PL_CHECKED enum pl_rc pl_sync_end(struct pl_sync *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sync_text(struct pl_out *o, const void *row,
				   struct pl_err *e);

/* A folder of consensus-spec-tests' light_client/sync. */
PL_CHECKED enum pl_rc pl_sync_case(struct pl_sync *s, const char *dir,
				   struct pl_err *e);

/* A config.yaml, or another file of that subset of YAML. */
PL_CHECKED enum pl_rc pl_sync_yaml(struct pl_ctx *c, const struct pl_json **out,
				   const char *path, struct pl_err *e);

#endif
