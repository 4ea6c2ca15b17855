/* Logs: what is asked for, and which blocks have it. */
#include "devnet/node_methods.h"

#define MAX_ALTERNATIVES 1024

/* -------------------------------------------------------------- the query */

static size_t alternatives(const struct pl_json *v)
{
	if (pl_json_is_null(v))
		return 0;
	return pl_json_type(v) == PL_J_ARRAY ? pl_json_len(v) : 1;
}

static const struct pl_json *alternative(const struct pl_json *v, size_t i)
{
	return pl_json_type(v) == PL_J_ARRAY ? pl_json_at(v, i) : v;
}

static enum pl_rc read_addrs(struct node_query *q, struct pl_arena *a,
			     const struct pl_json *v, struct pl_err *e)
{
	const size_t n = alternatives(v);
	struct pl_addr *list;

	if (n > MAX_ALTERNATIVES)
		return pl_fail(e, PL_ELIMIT, "more than %d addresses",
			       MAX_ALTERNATIVES);
	list = PL_NEW_N(a, struct pl_addr, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_json_addr(&list[i], alternative(v, i), e));
	q->addrs = list;
	q->n_addrs = n;
	return PL_OK;
}

static enum pl_rc read_topics(struct node_query *q, struct pl_arena *a,
			      const struct pl_json *v, struct pl_err *e)
{
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) != PL_J_ARRAY || pl_json_len(v) > PL_MAX_TOPICS)
		return pl_fail(e, PL_EUSAGE, "topics: a list of at most 4");
	q->n_topics = pl_json_len(v);
	for (size_t t = 0; t < q->n_topics; t++) {
		const struct pl_json *one = pl_json_at(v, t);
		const size_t n = alternatives(one);
		struct pl_hash32 *list;

		if (n > MAX_ALTERNATIVES)
			return pl_fail(e, PL_ELIMIT, "more than %d topics",
				       MAX_ALTERNATIVES);
		list = PL_NEW_N(a, struct pl_hash32, n);
		for (size_t i = 0; i < n; i++)
			PL_TRY(pl_json_hash32(&list[i], alternative(one, i),
					      e));
		q->topics[t] = (struct node_filter_set){ list, n };
	}
	return PL_OK;
}

enum pl_rc node_query(struct node_call *c, struct node_query *q,
		      struct pl_arena *a, const struct pl_json *o,
		      struct pl_err *e)
{
	*q = (struct node_query){ .n_addrs = 0 };
	if (pl_json_is_null(o))
		return PL_OK;
	if (pl_json_type(o) != PL_J_OBJECT)
		(void)pl_fail(e, PL_EUSAGE, "a filter is an object");
	else if (!read_addrs(q, a, pl_json_get(o, "address"), e) &&
		 !read_topics(q, a, pl_json_get(o, "topics"), e))
		return PL_OK;
	(void)pl_note(e, "filter");
	return node_bad(c, e);
}

/* --------------------------------------------------------------- matching */

static bool good_topic(const struct node_filter_set *s,
		       const struct pl_hash32 *topic)
{
	for (size_t i = 0; i < s->n; i++)
		if (pl_hash32_equal(&s->v[i], topic))
			return true;
	return !s->n;
}

static bool matches(const struct node_query *q, const struct pl_log *l)
{
	bool any = !q->n_addrs;

	for (size_t i = 0; i < q->n_addrs && !any; i++)
		any = pl_addr_equal(&q->addrs[i], &l->address);
	if (!any || q->n_topics > l->n_topics)
		return false;
	for (size_t t = 0; t < q->n_topics; t++)
		if (!good_topic(&q->topics[t], &l->topics[t]))
			return false;
	return true;
}

static bool bloom_allows(const struct node_query *q,
			 const uint8_t bloom[PL_BLOOM])
{
	bool any = !q->n_addrs;

	for (size_t i = 0; i < q->n_addrs && !any; i++)
		any = pl_bloom_has(bloom, pl_addr_span(&q->addrs[i]));
	for (size_t t = 0; t < q->n_topics && any; t++) {
		const struct node_filter_set *s = &q->topics[t];

		any = !s->n;
		for (size_t i = 0; i < s->n && !any; i++)
			any = pl_bloom_has(bloom, pl_hash32_span(&s->v[i]));
	}
	return any;
}

static enum pl_rc tx_logs(struct pl_jout *w, const struct pl_dev_block *b,
			  size_t i, const struct node_query *q, bool removed,
			  struct pl_err *e)
{
	struct pl_node_place at = { .header = &b->header,
				    .tx = b->txs[i].hash,
				    .tx_index = i,
				    .log_index = b->txs[i].first_log,
				    .removed = removed };
	struct pl_receipt r;
	struct pl_log log;

	PL_TRY(pl_receipt_decode(&r, b->txs[i].receipt, e));
	for (; r.logs.n; at.log_index++) {
		PL_TRY(pl_log_next(&log, &r.logs, e));
		if (matches(q, &log))
			pl_node_log(w, NULL, &at, &log);
	}
	return PL_OK;
}

enum pl_rc node_block_logs(struct pl_jout *w, const struct pl_dev_block *b,
			   const struct node_query *q, bool removed,
			   struct pl_err *e)
{
	if (!bloom_allows(q, b->header.bloom))
		return PL_OK;
	for (size_t i = 0; i < b->n_txs; i++)
		PL_TRY(tx_logs(w, b, i, q, removed, e));
	return PL_OK;
}

enum pl_rc node_put_logs(struct node_call *c, const struct node_query *q,
			 uint64_t from, uint64_t to, struct pl_err *e)
{
	const uint64_t head = pl_dev_head(c->d)->header.number;

	if (from < pl_dev_first(c->d))
		from = pl_dev_first(c->d);
	for (uint64_t n = from; n <= to && n <= head; n++) {
		PL_TRY(node_block_logs(c->w, pl_dev_block(c->d, n), q, false,
				       e));
		if (c->w->b->n > NODE_MAX_ANSWER)
			return pl_fail(e, PL_ELIMIT,
				       "the answer is too large: ask for "
				       "fewer blocks");
	}
	return PL_OK;
}

enum pl_rc node_range(struct node_call *c, uint64_t *from, uint64_t *to,
		      const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *hash = pl_json_get(o, "blockHash");
	const struct pl_dev_block *b;
	struct pl_hash32 h;

	if (pl_json_is_null(hash)) {
		PL_TRY(node_number(c, from, pl_json_get(o, "fromBlock"), e));
		return node_number(c, to, pl_json_get(o, "toBlock"), e);
	}
	if (pl_json_hash32(&h, hash, e))
		return node_bad(c, e);
	b = pl_dev_block_of(c->d, &h);
	if (!b)
		return pl_fail(e, PL_ENOTFOUND, "there is no such block");
	*from = *to = b->header.number;
	return PL_OK;
}

enum pl_rc node_get_logs(struct node_call *c, struct pl_err *e)
{
	const struct pl_json *o = node_param(c, 0);
	struct node_query q;
	uint64_t from, to;

	PL_TRY(node_query(c, &q, c->a, o, e));
	PL_TRY(node_range(c, &from, &to, o, e));
	pl_jout_open(c->w, NODE_KEY, '[');
	PL_TRY(node_put_logs(c, &q, from, to, e));
	pl_jout_close(c->w, ']');
	return PL_OK;
}
