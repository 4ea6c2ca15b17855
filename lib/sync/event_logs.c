#include "sync/event_logs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/limits.h"
#include "eth/log_scan.h"
#include "sync/pull_ranges.h"

struct topics {
	struct pl_hash32 *v;
	size_t n;
};

static struct topics topics_of(struct pl_arena *a,
			       const struct pl_event_ask *ask)
{
	struct topics t = { .n = 0 };

	t.n = pl_event_topics(a, &t.v, ask->book, ask->kinds);
	return t;
}

const char *pl_event_params(struct pl_arena *a, const struct pl_event_ask *ask,
			    uint64_t lo, uint64_t hi)
{
	const struct topics t = topics_of(a, ask);
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "[{\"address\":\"%s\",\"topics\":[[",
		   pl_hex(a, pl_addr_span(&ask->address)));
	for (size_t i = 0; i < t.n; i++)
		pl_buf_fmt(&b, "%s\"%s\"", i ? "," : "",
			   pl_hex(a, pl_hash32_span(&t.v[i])));
	pl_buf_fmt(&b,
		   "]],\"fromBlock\":\"0x%" PRIx64 "\",\"toBlock\":\"0x%" PRIx64
		   "\"}]",
		   lo, hi);
	return pl_strdup(a, pl_buf_cstr(&b));
}

static enum pl_rc ask_logs(struct pl_arena *a, const struct pl_json **out,
			   const struct pl_event_ask *ask, uint64_t lo,
			   uint64_t *hi, struct pl_err *e)
{
	for (;;) {
		enum pl_rc rc =
			pl_rpc_call(ask->rpc, a, out, "eth_getLogs",
				    pl_event_params(a, ask, lo, *hi), e);

		if (rc != PL_EREFUSED && rc != PL_ELIMIT)
			return rc;
		if (*hi == lo)
			return pl_note(e, "block %" PRIu64, lo);
		*hi = lo + (*hi - lo) / 2;
	}
}

static enum pl_rc raw_topics(struct pl_event_log *r, const struct pl_json *log,
			     struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(pl_json_need(&v, log, "topics", PL_J_ARRAY, e));
	r->n_topics = pl_json_len(v);
	if (r->n_topics > PL_MAX_TOPICS)
		return pl_fail(e, PL_EFORMAT, "%zu topics, at most %d",
			       r->n_topics, PL_MAX_TOPICS);
	for (size_t i = 0; i < r->n_topics; i++)
		if (pl_json_hash32(&r->topics[i], pl_json_at(v, i), e))
			return pl_note(e, "topic %zu", i);
	return PL_OK;
}

static enum pl_rc raw_read(struct pl_arena *a, struct pl_event_log *r,
			   const struct pl_json *log, const struct pl_addr *own,
			   struct pl_err *e)
{
	struct pl_addr address;
	bool removed;

	if (pl_json_addr(&address, pl_json_get(log, "address"), e))
		return pl_note(e, "\"address\"");
	if (!pl_addr_equal(&address, own))
		return pl_fail(e, PL_EFORMAT,
			       "a log of another contract, not asked for");
	PL_TRY(pl_json_flag(&removed, log, "removed", e));
	if (removed)
		return pl_fail(e, PL_EFORMAT,
			       "\"removed\" is true: a log that was taken back "
			       "by a reorganisation");
	PL_TRY(raw_topics(r, log, e));
	if (pl_json_data(a, &r->data, pl_json_get(log, "data"), e))
		return pl_note(e, "\"data\"");
	if (pl_json_u64(&r->block, pl_json_get(log, "blockNumber"), e))
		return pl_note(e, "\"blockNumber\"");
	if (pl_json_u64(&r->log_index, pl_json_get(log, "logIndex"), e))
		return pl_note(e, "\"logIndex\"");
	if (pl_json_hash32(&r->tx, pl_json_get(log, "transactionHash"), e))
		return pl_note(e, "\"transactionHash\"");
	if (pl_json_hash32(&r->block_hash, pl_json_get(log, "blockHash"), e))
		return pl_note(e, "\"blockHash\"");
	return PL_OK;
}

static int by_place(const void *x, const void *y)
{
	const struct pl_event_log *a = x, *b = y;

	if (a->block != b->block)
		return a->block < b->block ? -1 : 1;
	return (a->log_index > b->log_index) - (a->log_index < b->log_index);
}

/* In order, no two of one place; the same one twice is one. */
static enum pl_rc in_order(struct pl_event_log *r, size_t *n, struct pl_err *e)
{
	size_t count = *n, kept = 0;
	bool sorted = true;

	for (size_t i = 1; sorted && i < count; i++)
		sorted = by_place(&r[i - 1], &r[i]) <= 0;
	if (!sorted)
		qsort(r, count, sizeof(*r), by_place);
	for (size_t i = 0; i < count; i++) {
		const struct pl_event_log *last = kept ? &r[kept - 1] : NULL;

		if (!last || by_place(last, &r[i])) {
			r[kept++] = r[i];
			continue;
		}
		if (!pl_hash32_equal(&last->tx, &r[i].tx) ||
		    !pl_hash32_equal(&last->block_hash, &r[i].block_hash) ||
		    !pl_span_equal(last->data, r[i].data) ||
		    last->n_topics != r[i].n_topics ||
		    memcmp(last->topics, r[i].topics,
			   last->n_topics * sizeof(last->topics[0])) != 0)
			return pl_fail(e, PL_EFORMAT,
				       "two logs of block %" PRIu64
				       " have the index %" PRIu64,
				       r[i].block, r[i].log_index);
	}
	*n = kept;
	return PL_OK;
}

enum pl_rc pl_event_logs_tree(struct pl_arena *a, struct pl_event_log **out,
			      size_t *n, const struct pl_event_ask *ask,
			      const struct pl_json *v, uint64_t lo, uint64_t hi,
			      struct pl_err *e)
{
	size_t count = pl_json_len(v);
	struct pl_event_log *r;

	if (!v || pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "%s where a list belongs",
			       pl_json_type_name(v));
	r = PL_NEW_N(a, struct pl_event_log, count);
	for (size_t i = 0; i < count; i++) {
		if (raw_read(a, &r[i], pl_json_at(v, i), &ask->address, e))
			return pl_note(e, "log %zu", i);
		if (r[i].block < lo || r[i].block > hi)
			return pl_fail(e, PL_EFORMAT,
				       "log %zu is of block %" PRIu64
				       ", outside the range asked for",
				       i, r[i].block);
	}
	PL_TRY(in_order(r, &count, e));
	*out = r;
	*n = count;
	return PL_OK;
}

static bool scanned(struct pl_arena *a, struct pl_event_log *out,
		    const struct pl_scanned_log *s, const struct pl_addr *own)
{
	const unsigned need = PL_SCAN_BLOCK | PL_SCAN_BLOCK_HASH | PL_SCAN_TX |
			      PL_SCAN_LOG_INDEX;
	const struct pl_log *l = &s->log;

	if (s->removed || (s->has & need) != need ||
	    !pl_addr_equal(&l->address, own))
		return false;
	*out = (struct pl_event_log){
		.tx = s->tx,
		.block_hash = s->block_hash,
		.n_topics = l->n_topics,
		.data = pl_span_dup(a, l->data),
		.block = s->block,
		.log_index = s->log_index,
	};
	memcpy(out->topics, l->topics, l->n_topics * sizeof(l->topics[0]));
	return true;
}

bool pl_event_logs_scan(struct pl_arena *a, struct pl_event_log **out,
			size_t *n, const struct pl_event_ask *ask,
			struct pl_span text, uint64_t lo, uint64_t hi)
{
	struct pl_event_log *v = NULL;
	struct pl_scanned_log one;
	struct pl_log_scan s;
	struct pl_err none;
	size_t count = 0;

	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &one)) {
		v = pl_grow(a, v, count, sizeof(*v));
		if (!scanned(a, &v[count], &one, &ask->address) ||
		    v[count].block < lo || v[count].block > hi)
			return false;
		count++;
	}
	if (s.odd || in_order(v, &count, &none))
		return false;
	*out = v;
	*n = count;
	return true;
}

/* The blocks that the logs stand in, each once, and hi last. */
static enum pl_rc dated(struct pl_arena *a, struct pl_chain_block **out,
			size_t *n, const struct pl_event_ask *ask,
			const struct pl_event_log *r, size_t nr, uint64_t hi,
			struct pl_err *e)
{
	struct pl_chain_block *b = PL_NEW_N(a, struct pl_chain_block, nr + 1);
	size_t k = 0, at = 0;

	for (size_t i = 0; i < nr; i++)
		if (!k || b[k - 1].number != r[i].block)
			b[k++].number = r[i].block;
	if (!k || b[k - 1].number != hi)
		b[k++].number = hi;
	PL_TRY(pl_blocks_at(ask->rpc, a, b, k, e));
	for (size_t i = 0; i < nr; i++) {
		while (b[at].number != r[i].block)
			at++;
		if (!b[at].known ||
		    !pl_hash32_equal(&b[at].hash, &r[i].block_hash))
			return pl_range_of_another(r[i].block, e);
	}
	if (!b[k - 1].known)
		return pl_fail(
			e, PL_ENET,
			"no block %" PRIu64 " though the head is past it", hi);
	*out = b;
	*n = k;
	return PL_OK;
}

/* Is the log of an event that was asked for at all? */
static bool asked_for(const struct topics *t, const struct pl_event_log *r)
{
	for (size_t i = 0; r->n_topics && i < t->n; i++)
		if (pl_hash32_equal(&t->v[i], &r->topics[0]))
			return true;
	return false;
}

enum pl_rc pl_event_rows(struct pl_arena *a, struct pl_event_page *p,
			 const struct pl_event_ask *ask,
			 const struct pl_event_log *r, size_t n,
			 const struct pl_chain_block *b, struct pl_err *e)
{
	const struct topics t = topics_of(a, ask);
	struct pl_err why;

	p->logs = n;
	for (size_t i = 0; i < n; i++) {
		struct pl_event *ev;
		size_t k;

		while (b->number != r[i].block)
			b++;
		if (!asked_for(&t, &r[i]))
			return pl_fail(e, PL_EFORMAT,
				       "a log of another event, not asked for");
		if (pl_event_read(a, &ev, &k, ask->book, ask->kinds,
				  r[i].topics, r[i].n_topics, r[i].data,
				  &why)) {
			p->malformed++;
			continue;
		}
		for (size_t j = 0; j < k; j++) {
			p->v = pl_grow(a, p->v, p->n, sizeof(*p->v));
			p->v[p->n++] = (struct pl_event_row){
				.ev = ev[j],
				.block = r[i].block,
				.log_index = r[i].log_index,
				.block_hash = r[i].block_hash,
				.tx = r[i].tx,
				.time = b->time,
				.trust = ask->trust,
				.source = ask->source_id,
			};
		}
	}
	return PL_OK;
}

static enum pl_rc page(struct pl_arena *a, struct pl_event_page *p,
		       const struct pl_event_ask *ask, struct pl_err *e)
{
	const struct pl_json *v = NULL;
	struct pl_chain_block *b = NULL;
	struct pl_event_log *r = NULL;
	size_t n = 0, nb = 0;

	PL_TRY(ask_logs(a, &v, ask, p->lo, &p->hi, e));
	PL_TRY(pl_event_logs_tree(a, &r, &n, ask, v, p->lo, p->hi, e));
	PL_TRY(dated(a, &b, &nb, ask, r, n, p->hi, e));
	return pl_event_rows(a, p, ask, r, n, b, e);
}

enum pl_rc pl_event_logs(struct pl_arena *a, struct pl_event_page *out,
			 const struct pl_event_ask *ask, uint64_t lo,
			 uint64_t hi, struct pl_err *e)
{
	struct pl_event_page p = { .lo = lo, .hi = hi };

	if (page(a, &p, ask, e))
		return pl_note(e,
			       "%s: events of blocks %" PRIu64 " to %" PRIu64,
			       ask->source, p.lo, p.hi);
	*out = p;
	return PL_OK;
}
