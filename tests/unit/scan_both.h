/* Logs by the scan and by the tree of the same text: what the scan takes, the
 * tree must give as well, member for member. */
#ifndef PL_TESTS_SCAN_BOTH_H
#define PL_TESTS_SCAN_BOTH_H

#include "eth/log_scan.h"
#include "eth/node_json.h"

static inline bool scan_both_u64(const struct pl_json *v, const char *key,
				 bool has, uint64_t want)
{
	const struct pl_json *x = pl_json_get(v, key);
	struct pl_err e;
	uint64_t n;

	return has ? !pl_json_u64(&n, x, &e) && n == want : !x;
}

static inline bool scan_both_hash(const struct pl_json *v, const char *key,
				  bool has, const struct pl_hash32 *want)
{
	const struct pl_json *x = pl_json_get(v, key);
	struct pl_hash32 h;
	struct pl_err e;

	return has ? !pl_json_hash32(&h, x, &e) && pl_hash32_equal(&h, want)
		   : !x;
}

static inline bool scan_both_one(struct pl_arena *a,
				 const struct pl_scanned_log *s,
				 const struct pl_json *v)
{
	struct pl_log l;
	struct pl_err e;

	if (pl_log_from_json(a, &l, v, &e) ||
	    !pl_addr_equal(&l.address, &s->log.address) ||
	    l.n_topics != s->log.n_topics ||
	    !pl_span_equal(l.data, s->log.data) ||
	    pl_json_bool(pl_json_get(v, "removed")) != s->removed)
		return false;
	for (unsigned i = 0; i < l.n_topics; i++)
		if (!pl_hash32_equal(&l.topics[i], &s->log.topics[i]))
			return false;
	return scan_both_u64(v, "blockNumber", s->has & PL_SCAN_BLOCK,
			     s->block) &&
	       scan_both_u64(v, "blockTimestamp", s->has & PL_SCAN_TIME,
			     s->time) &&
	       scan_both_u64(v, "transactionIndex", s->has & PL_SCAN_TX_INDEX,
			     s->tx_index) &&
	       scan_both_u64(v, "logIndex", s->has & PL_SCAN_LOG_INDEX,
			     s->log_index) &&
	       scan_both_hash(v, "transactionHash", s->has & PL_SCAN_TX,
			      &s->tx) &&
	       scan_both_hash(v, "blockHash", s->has & PL_SCAN_BLOCK_HASH,
			      &s->block_hash);
}

/* How many logs the scan took, -1 where it gave up.  *same: nothing it gave
 * differs from what the tree says. */
static inline long scan_both(struct pl_arena *a, struct pl_span text,
			     bool *same)
{
	const struct pl_json *list = NULL;
	struct pl_scanned_log l;
	struct pl_log_scan s;
	struct pl_err e;
	size_t n = 0;

	*same = true;
	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &l))
		n++;
	if (s.odd)
		return -1;
	if (pl_json_parse(a, &list, text, &e) || pl_json_len(list) != n) {
		*same = false;
		return -1;
	}
	pl_log_scan_begin(&s, a, text);
	for (size_t i = 0; pl_log_scan_next(&s, &l); i++)
		*same = *same && scan_both_one(a, &l, pl_json_at(list, i));
	return (long)n;
}

#endif
