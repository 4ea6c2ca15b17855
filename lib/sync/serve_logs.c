/* Logs, complete: of every block in the range, either the header's bloom
 * excludes the filter, or all receipts are proven and looked through. */
#include "sync/serve_impl.h"

#define MAX_ALTERNATIVES 1024

/* ------------------------------------------------------------- the query */

/* A value, or a list of values, or null: their number. */
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

static enum pl_rc read_addresses(struct serve_call *c, struct serve_query *q,
				 const struct pl_json *v, struct pl_err *e)
{
	const size_t n = alternatives(v);
	struct pl_addr *list;

	if (n > MAX_ALTERNATIVES)
		return pl_fail(e, PL_ELIMIT, "more than %d addresses",
			       MAX_ALTERNATIVES);
	list = PL_NEW_N(c->a, struct pl_addr, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_json_addr(&list[i], alternative(v, i), e));
	q->filter.addresses = list;
	q->filter.n_addresses = n;
	return PL_OK;
}

static enum pl_rc read_topics(struct serve_call *c, struct serve_query *q,
			      const struct pl_json *v, struct pl_err *e)
{
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) != PL_J_ARRAY || pl_json_len(v) > PL_MAX_TOPICS)
		return pl_fail(e, PL_EUSAGE, "topics: a list of at most 4");
	q->filter.n_topics = pl_json_len(v);
	for (size_t t = 0; t < q->filter.n_topics; t++) {
		const struct pl_json *one = pl_json_at(v, t);
		const size_t n = alternatives(one);
		struct pl_hash32 *list;

		if (n > MAX_ALTERNATIVES)
			return pl_fail(e, PL_ELIMIT, "more than %d topics",
				       MAX_ALTERNATIVES);
		list = PL_NEW_N(c->a, struct pl_hash32, n);
		for (size_t i = 0; i < n; i++)
			PL_TRY(pl_json_hash32(&list[i], alternative(one, i),
					      e));
		q->filter.topics[t].any = list;
		q->filter.topics[t].n = n;
	}
	return PL_OK;
}

static enum pl_rc read_range(struct serve_call *c, struct serve_query *q,
			     const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *hash = pl_json_get(o, "blockHash");

	if (!hash) {
		PL_TRY(serve_ref(c, &q->from, pl_json_get(o, "fromBlock"), e));
		return serve_ref(c, &q->to, pl_json_get(o, "toBlock"), e);
	}
	if (pl_json_get(o, "fromBlock") || pl_json_get(o, "toBlock"))
		return pl_fail(e, PL_EUSAGE,
			       "blockHash goes without fromBlock and toBlock");
	q->from.tag = PL_TAG_HASH;
	PL_TRY(pl_json_hash32(&q->from.hash, hash, e));
	q->to = q->from;
	return PL_OK;
}

enum pl_rc serve_query(struct serve_call *c, struct serve_query *q,
		       const struct pl_json *o, struct pl_err *e)
{
	*q = (struct serve_query){ .from = { .tag = PL_TAG_LATEST } };
	if (pl_json_type(o) != PL_J_OBJECT)
		(void)pl_fail(e, PL_EUSAGE, "a filter is an object");
	else if (!read_range(c, q, o, e) &&
		 !read_addresses(c, q, pl_json_get(o, "address"), e) &&
		 !read_topics(c, q, pl_json_get(o, "topics"), e))
		return PL_OK;
	(void)pl_note(e, "filter");
	return serve_bad(c, e);
}

/* -------------------------------------------------------------- the answer */

static enum pl_rc backwards(struct serve_call *c, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "fromBlock is behind toBlock");
	return serve_bad(c, e);
}

static enum pl_rc put_log(void *ctx, const struct pl_node_place *at,
			  const struct pl_log *log, struct pl_err *e)
{
	struct serve_call *c = ctx;

	if ((c->heard ? c->heard->bytes : c->w->b->n) > SERVE_MAX_ANSWER) {
		(void)pl_fail(e, PL_ELIMIT, "the answer is larger than %d MB",
			      SERVE_MAX_ANSWER >> 20);
		return pl_hint(e, "ask for a shorter range; `plume light logs`"
				  " has no such limit");
	}
	if (c->heard) {
		serve_heard(c->heard, at, log);
		return PL_OK;
	}
	pl_node_log(c->w, NULL, at, log);
	return PL_OK;
}

/* Every log from `from` to the proven block that matches. */
enum pl_rc serve_range_logs(struct serve_call *c, const struct serve_query *q,
			    uint64_t from, const struct pl_viewed *to,
			    struct pl_err *e)
{
	const struct pl_view_logs how = { .filter = q->filter,
					  .from = from,
					  .max_blocks = c->s->conf.max_blocks,
					  .each = put_log,
					  .ctx = c };
	struct pl_view_logs_stats stats;

	if (c->heard)
		return pl_view_logs(c->seat->view, &stats, to, &how, e);
	pl_jout_open(c->w, SERVE_KEY, '[');
	PL_TRY(pl_view_logs(c->seat->view, &stats, to, &how, e));
	pl_jout_close(c->w, ']');
	return PL_OK;
}

enum pl_rc serve_query_logs(struct serve_call *c, const struct serve_query *q,
			    struct pl_err *e)
{
	struct pl_viewed from, to;

	PL_TRY(serve_header(c, &to, &q->to, e));
	/* the first block follows from the last by parent hashes */
	if (q->from.tag == PL_TAG_NUMBER)
		return q->from.number > to.header.number
			       ? backwards(c, e)
			       : serve_range_logs(c, q, q->from.number, &to, e);
	PL_TRY(serve_header(c, &from, &q->from, e));
	if (from.header.number > to.header.number)
		return backwards(c, e);
	return serve_range_logs(c, q, from.header.number, &to, e);
}

enum pl_rc serve_logs_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_query q;

	PL_TRY(serve_query(c, &q, pl_json_at(c->params, 0), e));
	return serve_query_logs(c, &q, e);
}
