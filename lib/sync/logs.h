/* Event logs as nodes and exporters write them: eth_getLogs objects
 * (camelCase, quantities in hexadecimal) and ethereum-etl's (snake_case,
 * decimal numbers). */
#ifndef PL_SYNC_LOGS_H
#define PL_SYNC_LOGS_H

#include "codec/json_in.h"
#include "eth/log_scan.h"
#include "store/index.h"

/* Keccak-256 of "Transfer(address,address,uint256)". */
extern const struct pl_hash32 pl_transfer_topic;

struct pl_transfer_log {
	bool is_transfer; /* of an ERC-20: three topics, 32 bytes of data */
	struct pl_addr address;
	struct pl_transfer t; /* when is_transfer; trust and source unset */
};

/* PL_EFORMAT names the member that is missing or wrong, a log that was taken
 * back ("removed": true) among them.  Logs of other events, ERC-721's
 * Transfer (four topics) among them, are not failures. */
PL_CHECKED enum pl_rc pl_transfer_log_read(struct pl_transfer_log *out,
					   const struct pl_json *log,
					   struct pl_err *e);

/* The same of a log that was scanned.  false where pl_transfer_log_read would
 * refuse it, and has words for why. */
PL_CHECKED bool pl_transfer_log_scanned(struct pl_transfer_log *out,
					const struct pl_scanned_log *log);

/* JSON text in which integers of more than 18 digits are put in quotes, since
 * exporters write 256-bit values as bare numbers.  The text itself when it has
 * none. */
struct pl_span pl_json_quote_big(struct pl_arena *a, struct pl_span text);

#endif
