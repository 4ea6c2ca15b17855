/* Decision records: one RFC 8785 document per analysis, named by the SHA-256
 * of its bytes.  No clock, host or user name is inside: the same data and
 * parameters give the same record on every machine.  A record whose bytes do
 * not hash to its name, or are not canonical, is refused. */
#ifndef PL_RECORD_RECORD_H
#define PL_RECORD_RECORD_H

#include "base/types.h"
#include "codec/json_in.h"

/* The layout of the document; raised when a member changes its meaning. */
#define PL_RECORD_SCHEMA "plume/record/1"

struct pl_record {
	struct pl_hash32 id;
	struct pl_span bytes; /* the canonical document */
	const struct pl_json *doc;
};

/* The record of a command's result.  `row` is the JSON object the command
 * prints: its members input, records (ids of records it stands on), model,
 * optimizer, contributions, counterfactual, verdict, score, flags and trust
 * keep their names, "record" is left out, and the others become members of
 * "result".  `plume` is the version that made it (NULL: this one); a replay
 * passes the recorded one, because what decides whether the same figures must
 * come out is model.version. */
PL_CHECKED enum pl_rc pl_record_make(struct pl_arena *a, struct pl_record *out,
				     const char *plume, const char *command,
				     struct pl_span row, struct pl_err *e);

/* The record's id as its file is named: 64 hexadecimal digits. */
char *pl_record_name(struct pl_arena *a, const struct pl_hash32 *id);

/* Bytes that claim to be record `id`.  PL_EPROOF when they are not. */
PL_CHECKED enum pl_rc pl_record_check(struct pl_arena *a, struct pl_record *out,
				      const struct pl_hash32 *id,
				      struct pl_span bytes, struct pl_err *e);

/* Write <dir>/<id>.json, making the folder.  A record that is there already
 * stays as it is; one with other bytes under this name is PL_EPROOF. */
PL_CHECKED enum pl_rc pl_record_save(struct pl_arena *a, const char *dir,
				     const struct pl_record *r,
				     struct pl_err *e);

PL_CHECKED enum pl_rc pl_record_load(struct pl_arena *a, struct pl_record *out,
				     const char *dir,
				     const struct pl_hash32 *id,
				     struct pl_err *e);

/* The ids in a folder, in order; none when there is no folder. */
PL_CHECKED enum pl_rc pl_record_list(struct pl_arena *a, struct pl_hash32 **ids,
				     size_t *n, const char *dir,
				     struct pl_err *e);

/* The one record whose id begins with `prefix` (4 to 64 hex digits, with or
 * without 0x).  PL_ENOTFOUND for none, PL_EUSAGE for more than one. */
PL_CHECKED enum pl_rc pl_record_find(struct pl_arena *a, struct pl_hash32 *id,
				     const char *dir, const char *prefix,
				     struct pl_err *e);

/* The first place, in canonical order, where two documents differ. */
struct pl_record_diff {
	const char *path;      /* "result.garch.omega" */
	const char *was, *now; /* JSON; "absent" where there is none */
};

/* *out is filled where they are not the same. */
PL_CHECKED enum pl_rc pl_record_compare(struct pl_arena *a, bool *same,
					struct pl_record_diff *out,
					const struct pl_record *was,
					const struct pl_record *now,
					struct pl_err *e);

#endif
