/* Logs straight from the text of a list of them, as nodes write it
 * (execution-apis: eth_getLogs): no tree, no copy but of the bytes the digits
 * stand for.  Some twenty times as fast as reading the JSON first.
 *
 * Only text of that shape is taken: objects whose members are known, each once
 * and of the right size, strings without escapes, blanks anywhere JSON has
 * them.  What is taken reads the same by codec/json_in.h; whatever else JSON
 * allows ends the scan, and the caller reads it the long way, which finds the
 * words for what is wrong. */
#ifndef PL_ETH_LOG_SCAN_H
#define PL_ETH_LOG_SCAN_H

#include "eth/receipt.h"

/* Which members were there besides address, topics and data. */
#define PL_SCAN_BLOCK 1u
#define PL_SCAN_BLOCK_HASH 2u
#define PL_SCAN_TIME 4u
#define PL_SCAN_TX 8u
#define PL_SCAN_TX_INDEX 16u
#define PL_SCAN_LOG_INDEX 32u

struct pl_scanned_log {
	struct pl_log log; /* its data lasts until the next one is read */
	unsigned has;      /* PL_SCAN_… */
	bool removed;
	uint64_t block, time, tx_index, log_index;
	struct pl_hash32 block_hash, tx;
};

struct pl_log_scan {
	const uint8_t *at, *end;
	bool any;          /* one was read */
	bool odd;          /* not of that shape */
	uint8_t guess[16]; /* which member followed which, last time */
	struct pl_arena *a;
	uint8_t *data;
	size_t room;
};

/* text: "[…]" and nothing behind it. */
void pl_log_scan_begin(struct pl_log_scan *s, struct pl_arena *a,
		       struct pl_span text);

/* The next one; false at the end, and where the shape ends (s->odd). */
PL_CHECKED bool pl_log_scan_next(struct pl_log_scan *s,
				 struct pl_scanned_log *out);

#endif
