/* Light client objects in files, in every form they come: the beacon API's
 * JSON, its octet-stream (repeated {length, fork digest, SSZ}), bare SSZ, and
 * SSZ in snappy.  One object at a time, so that memory does not grow. */
#ifndef PL_ETH_LIGHT_FILE_H
#define PL_ETH_LIGHT_FILE_H

#include "eth/light.h"

struct pl_lc_file {
	const struct pl_lc_config *config;
	enum pl_lc_kind kind;
	const char *form; /* "json", "api.bin", "ssz", "ssz_snappy" */
	struct pl_span rest;
	const struct pl_json *list; /* json: one object or a list */
	size_t at, n;
	bool has_fork; /* set by the caller: the SSZ's fork is known */
	enum pl_lc_fork fork;
	const char *failed; /* after a failure: "decode" or "fork_digest" */
	struct pl_span raw; /* of the object just read (not json): its SSZ */
};

/* Find out the form.  The bytes, and the arena that takes a parsed JSON
 * document or what snappy unpacks, outlive the reading. */
PL_CHECKED enum pl_rc pl_lc_file_open(struct pl_lc_file *f, struct pl_arena *a,
				      struct pl_span bytes,
				      enum pl_lc_kind kind,
				      const struct pl_lc_config *c,
				      struct pl_err *e);

bool pl_lc_file_more(const struct pl_lc_file *f);

/* The next object, into the one of the two that its kind asks for.  After a
 * failure there is still a next one where the form allows it. */
PL_CHECKED enum pl_rc pl_lc_file_next(struct pl_lc_file *f,
				      struct pl_lc_bootstrap *bootstrap,
				      struct pl_lc_update *update,
				      struct pl_err *e);

#endif
