/* Within light_sync.c, light_step.c, light_begin.c and light_conflict.c. */
#ifndef PL_SYNC_LIGHT_SYNC_H
#define PL_SYNC_LIGHT_SYNC_H

#include "sync/light_impl.h"

#define LIGHT_NEWEST 16 /* endpoints whose heads are compared */

/* The newest update of one endpoint. */
struct light_candidate {
	struct pl_lc_update *u;
	struct pl_span ssz;
	struct pl_hash32 root, finalized; /* of its beacon headers */
	const char *host;
};

struct light_sync {
	struct pl_light *l;
	const struct pl_light_how *how;
	struct pl_arena *a; /* of this sync */
	struct pl_lc_update *u;
	struct light_candidate found[LIGHT_NEWEST];
	size_t n;
	enum pl_lc_kind kind; /* asked for */
	const char **said;    /* of each endpoint, last */
};

/* The slot it is.  Asked anew for each answer: a slot may begin while one is on
 * its way, and what is signed in it is not from the future. */
uint64_t light_now(const struct light_sync *s);

/* Words for the user, if anybody listens. */
void light_say(const struct light_sync *s, const char *text);

/* Tell of endpoints that were passed over.  After each question: an answer to
 * the next one wipes the reason. */
void light_passed_over(const struct light_sync *s);

/* ---------------------------------------------------------- light_step.c */

/* What an endpoint answered, as a file of objects. */
PL_CHECKED enum pl_rc light_open_answer(struct pl_lc_file *f,
					const struct light_sync *s,
					const struct pl_beacon_got *got,
					enum pl_lc_kind kind, struct pl_err *e);

/* The bytes to keep of what was just read. */
struct pl_span light_ssz_of(const struct light_sync *s, struct pl_arena *a,
			    const struct pl_lc_file *f,
			    const struct pl_lc_update *u);

/* The failure in *e, with the rule's name where there is one. */
PL_CHECKED enum pl_rc light_named(const char *failed, struct pl_err *e);

/* What an update can move. */
struct light_mark {
	uint64_t finalized, optimistic, best;
	bool next;
};

struct light_mark light_mark(const struct pl_lc_store *s);
bool light_same_mark(const struct light_mark *a, const struct light_mark *b);

uint64_t light_finalized_period(const struct pl_light *l);

/* Hold an update against the store and, where it moves something, keep it.
 * What says nothing newer is passed over. */
PL_CHECKED enum pl_rc light_apply(struct light_sync *s,
				  const struct pl_lc_update *u,
				  enum pl_lc_fork fork, struct pl_span ssz,
				  const char *host, struct pl_err *e);

/* ------------------------------------------------------ light_conflict.c */

/* s->found against each other and against what was accepted: PL_EPROOF where
 * two signed headers of one slot differ, both then saved. */
PL_CHECKED enum pl_rc light_compare(struct light_sync *s, struct pl_err *e);

#endif
