/* The beacon API's light client routes over several endpoints.  They are asked
 * in the order they were named; what one answers is shown to a judge, and one
 * that fails (unreachable, lacks the route, busy, or its answer did not stand)
 * gives way to the next.  Nothing is decoded here and nothing believed: the
 * judge does that, and why each endpoint was passed over is kept for messages.
 * SSZ is preferred, JSON understood. */
#ifndef PL_NET_BEACON_H
#define PL_NET_BEACON_H

#include "base/types.h"
#include "net/transport.h"

/* SPEC beacon-APIs getLightClientUpdatesByRange
 * MAX_REQUEST_LIGHT_CLIENT_UPDATES */
#define PL_BEACON_CHUNK 128

struct pl_beacon;

struct pl_beacon_node {
	const char *url; /* before "/eth/v1/…" */
	struct pl_transport *transport;
};

struct pl_beacon_conf {
	const struct pl_beacon_node *nodes; /* in the order to ask */
	size_t n;
	unsigned retries;    /* beyond the first try */
	unsigned backoff_ms; /* before the first retry; 0: 250 */
	/* What an endpoint that tells of its genesis must agree with. */
	struct pl_hash32 genesis_validators_root;
	uint64_t genesis_time; /* 0: any */
};

/* Lives in the arena; the transports stay the caller's to close. */
struct pl_beacon *pl_beacon_new(struct pl_arena *a,
				const struct pl_beacon_conf *conf);

enum pl_beacon_route {
	PL_BEACON_BOOTSTRAP,
	PL_BEACON_UPDATES,
	PL_BEACON_FINALITY,
	PL_BEACON_OPTIMISTIC,
};

struct pl_beacon_ask {
	enum pl_beacon_route route;
	struct pl_hash32 root; /* bootstrap: of the beacon block */
	uint64_t start, count; /* updates: periods, at most PL_BEACON_CHUNK */
};

/* What came, as it came: JSON, an octet-stream or SSZ (eth/light_file.h tells
 * them apart).  It lives until the judge returns. */
struct pl_beacon_got {
	struct pl_arena *scratch; /* the judge may use it too */
	struct pl_span body;
	const char *fork; /* Eth-Consensus-Version, "" when not said */
	const char *host; /* "host:port" of the endpoint, for messages */
	size_t node;      /* its place in the list */
};

/* PL_OK ends the asking.  PL_EPROOF, PL_EFORMAT, PL_ELIMIT and PL_ENOTFOUND are
 * the answer's fault: the next endpoint is asked.  Any other failure is the
 * judge's own and ends it. */
typedef enum pl_rc (*pl_beacon_judge_fn)(void *ctx,
					 const struct pl_beacon_got *got,
					 struct pl_err *e);

/* Until one answer stands.  When none does: the words name every endpoint and
 * its failure, the kind is PL_EPROOF where one was false, else PL_ENET (or
 * PL_ENOTFOUND where all say so). */
PL_CHECKED enum pl_rc pl_beacon_get(struct pl_beacon *b,
				    const struct pl_beacon_ask *ask,
				    pl_beacon_judge_fn judge, void *ctx,
				    struct pl_err *e);

/* Every endpoint, whatever the others said; *stood counts the answers that
 * stood.  Failures are kept (pl_beacon_why) and fail only when none stood. */
PL_CHECKED enum pl_rc pl_beacon_all(struct pl_beacon *b,
				    const struct pl_beacon_ask *ask,
				    pl_beacon_judge_fn judge, void *ctx,
				    size_t *stood, struct pl_err *e);

size_t pl_beacon_count(const struct pl_beacon *b);
const char *pl_beacon_host(const struct pl_beacon *b, size_t node);

/* Why an endpoint's last answer did not stand; NULL: it did, or was not
 * asked. */
const char *pl_beacon_why(const struct pl_beacon *b, size_t node);

#endif
