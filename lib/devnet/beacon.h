/* The beacon chain beside a development chain: headers of the minimal preset
 * that carry the chain's newest block, committees with real BLS keys (which
 * anybody can derive) that sign them, and what a light client wants of both.
 * It is the network "devnet" of eth/light_config.h.
 *
 * Pure: the hour and the blocks are arguments.  A slot takes the block that is
 * newest when it is first asked for; slots in which nobody asks stay empty,
 * but for two in each period of the committees, so that a client finds its way
 * through all of them.  No slot ever gets two headers. */
#ifndef PL_DEVNET_BEACON_H
#define PL_DEVNET_BEACON_H

#include "eth/header.h"
#include "eth/light.h"
#include "evm/transact.h"

/* A block as the consensus layer sees it. */
struct pl_dev_payload {
	const struct pl_header *header; /* of Cancun or later */
	const struct pl_span *txs;
	size_t n_txs;
	const struct pl_withdrawal *withdrawals;
	size_t n_withdrawals;
};

struct pl_dev_beacon;

/* The chain begins some slots before `now` (Unix time) with `genesis`.
 * PL_EUSAGE for a block that is too old a form, or a time before 2026. */
PL_CHECKED enum pl_rc pl_dev_beacon_open(struct pl_dev_beacon **out,
					 uint64_t now,
					 const struct pl_dev_payload *genesis,
					 struct pl_err *e);
void pl_dev_beacon_close(struct pl_dev_beacon *b); /* NULL is allowed */

/* Make the headers up to `now`; head is the chain's newest block. */
void pl_dev_beacon_tick(struct pl_dev_beacon *b, uint64_t now,
			const struct pl_dev_payload *head);

/* A wrong signature under everything from now on: for tests of others. */
void pl_dev_beacon_lie(struct pl_dev_beacon *b, bool lie);

const struct pl_lc_config *pl_dev_beacon_config(const struct pl_dev_beacon *b);

/* Roots to begin from: the first header, and the newest finalized one. */
struct pl_hash32 pl_dev_beacon_first(const struct pl_dev_beacon *b);
struct pl_hash32 pl_dev_beacon_finalized(const struct pl_dev_beacon *b);

/* The newest header, the newest finalized one, or the one of that root; NULL
 * where it is none, or was forgotten (the last thousand are kept). */
const struct pl_lc_header *pl_dev_beacon_head(const struct pl_dev_beacon *b);
const struct pl_lc_header *pl_dev_beacon_header(const struct pl_dev_beacon *b,
						const struct pl_hash32 *root);

/* false: no such header, no such period.  Structs are large: in an arena. */
PL_CHECKED bool pl_dev_beacon_bootstrap(struct pl_lc_bootstrap *out,
					struct pl_dev_beacon *b,
					const struct pl_hash32 *root);
PL_CHECKED bool pl_dev_beacon_update(struct pl_lc_update *out,
				     struct pl_dev_beacon *b, uint64_t period);
/* PL_LC_FINALITY or PL_LC_OPTIMISTIC */
PL_CHECKED bool pl_dev_beacon_newest(struct pl_lc_update *out,
				     struct pl_dev_beacon *b,
				     enum pl_lc_kind kind);

/* The execution part of a header, with the roots that SSZ has of the block's
 * body. */
void pl_dev_execution(struct pl_lc_execution *out,
		      const struct pl_dev_payload *p);

#endif
