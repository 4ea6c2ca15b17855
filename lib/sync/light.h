/* A light client that lasts: the specification's store (eth/light_store.h) on
 * disk, the objects that brought it where it is, and what takes it further.
 *
 * The folder holds `store`, the state and the list of the objects, and one
 * file for each object, in the octet-stream form that `light replay` reads.
 * Every file is written whole or not at all and named in the store with its
 * Keccak-256; objects are written before the store that names them, so whatever
 * ends the program, the next start finds the old state or the new one. */
#ifndef PL_SYNC_LIGHT_H
#define PL_SYNC_LIGHT_H

#include "eth/light_store.h"
#include "net/beacon.h"

#define PL_LIGHT_OLD_DAYS 14 /* weak subjectivity: older is worth a word */

struct pl_light;

/* An object that a client went through. */
struct pl_lc_object {
	enum pl_lc_kind kind;
	enum pl_lc_fork fork; /* the form of the bytes */
	struct pl_span ssz;
	uint64_t forced; /* slot at which process_light_client_store_force_-
			  * update applied it; 0: by its own merits */
};

/* The client kept in `dir`.  PL_ENOTFOUND: there is none yet.  PL_ESTORE: the
 * store is damaged.  PL_EUSAGE: it follows another chain than config.  It
 * lives in the arena, about 1 MB. */
PL_CHECKED enum pl_rc pl_light_open(struct pl_arena *a, struct pl_light **out,
				    const char *dir,
				    const struct pl_lc_config *config,
				    struct pl_err *e);

/* A new client in `dir` from a beacon block root that is trusted; its bootstrap
 * comes from the endpoints.  One that is there already is replaced, once the
 * new one stands. */
PL_CHECKED enum pl_rc pl_light_init(struct pl_arena *a, struct pl_light **out,
				    const char *dir,
				    const struct pl_lc_config *config,
				    const struct pl_hash32 *root,
				    struct pl_beacon *b, struct pl_err *e);

/* Remove the client in `dir`, damaged or not; evidence of equivocations and
 * files of other names stay. */
PL_CHECKED enum pl_rc pl_light_remove(const char *dir, struct pl_err *e);

/* The same client again out of evidence alone, in memory: it cannot be synced.
 * PL_EPROOF names the rule and the object that does not hold. */
PL_CHECKED enum pl_rc pl_light_from(struct pl_arena *a, struct pl_light **out,
				    const struct pl_lc_config *config,
				    const struct pl_hash32 *root,
				    const struct pl_lc_object *objects,
				    size_t n, uint64_t now, struct pl_err *e);

/* --------------------------------------------------------------- syncing */

struct pl_light_step {
	enum pl_lc_kind kind;
	bool forced;
	uint64_t period, slot, participants; /* of the attested header */
	uint64_t finalized_slot;             /* the client's, after */
	const char *host;                    /* who gave it */
};

struct pl_light_how {
	struct pl_beacon *beacon;
	uint64_t now;  /* slot; 0: by the clock */
	bool strict;   /* PL_ESTALE where the start is older than 14 days, and
			* nothing is forced */
	bool paranoid; /* check every committee key's subgroup */
	void (*on_step)(void *ctx, const struct pl_light_step *step);
	/* a word for the user: an endpoint that was passed over, old age */
	void (*on_word)(void *ctx, const char *text);
	void *ctx;
};

/* As far as the endpoints lead: an update for every period up to the current
 * one, then the newest finality and optimistic updates.  Each step is kept on
 * disk before the next.  PL_EPROOF: no endpoint's answer holds, or two signed
 * headers conflict (pl_light_conflict tells); the client stays where it was. */
PL_CHECKED enum pl_rc pl_light_sync(struct pl_light *l,
				    const struct pl_light_how *how,
				    struct pl_err *e);

/* Two signed headers of one slot that differ, found by the last sync. */
struct pl_light_conflict {
	uint64_t slot;
	struct pl_hash32 root[2];
	const char *host[2];            /* who showed them */
	const char *file[2];            /* where the objects were saved */
	uint64_t participants[2], both; /* who signed; who signed both */
	bool finalized;                 /* a finalized header is among them */
};
const struct pl_light_conflict *pl_light_conflict(const struct pl_light *l);

/* --------------------------------------------------------------- reading */

const struct pl_lc_config *pl_light_config(const struct pl_light *l);
const struct pl_lc_header *pl_light_finalized(const struct pl_light *l);
const struct pl_lc_header *pl_light_optimistic(const struct pl_light *l);

/* The root it began with, and that block's slot. */
const struct pl_hash32 *pl_light_root(const struct pl_light *l);
uint64_t pl_light_root_slot(const struct pl_light *l);

uint64_t pl_light_clock(const struct pl_lc_config *config); /* current slot */
int64_t pl_light_time(const struct pl_lc_config *config, uint64_t slot);

struct pl_light_about {
	uint64_t first_period, last_period; /* committees known from, to */
	bool next_known;
	bool forced; /* a step was forced: fewer than two thirds signed */
	uint64_t objects, bytes; /* on disk */
	int64_t begun, synced;   /* times; 0: never */
};
void pl_light_about(const struct pl_light *l, struct pl_light_about *out);

/* Bootstrap, updates…, the last finality and optimistic update, in the order
 * in which pl_light_from takes them to this client's heads.  PL_ESTORE: a file
 * is missing or damaged. */
PL_CHECKED enum pl_rc pl_light_evidence(struct pl_light *l, struct pl_arena *a,
					const struct pl_lc_object **out,
					size_t *n, struct pl_err *e);

#endif
