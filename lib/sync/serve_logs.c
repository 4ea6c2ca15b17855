/* Logs, complete: of every block in the range, either the header's bloom
 * excludes the filter, or all receipts are proven and looked through. */
#include "base/time.h"
#include "codec/jcs.h"
#include "sync/serve_impl.h"

#define FILTER_LIFE_S 300
#define MAX_ALTERNATIVES 1024

/* ------------------------------------------------------------- the query */

struct query {
	struct pl_log_filter filter;
	struct pl_block_ref from, to;
};

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

static enum pl_rc read_addresses(struct serve_call *c, struct query *q,
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

static enum pl_rc read_topics(struct serve_call *c, struct query *q,
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

static enum pl_rc read_range(struct serve_call *c, struct query *q,
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

static enum pl_rc read_query(struct serve_call *c, struct query *q,
			     const struct pl_json *o, struct pl_err *e)
{
	*q = (struct query){ .from = { .tag = PL_TAG_LATEST } };
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

	if (c->w->b->n > SERVE_MAX_ANSWER) {
		(void)pl_fail(e, PL_ELIMIT, "the answer is larger than %d MB",
			      SERVE_MAX_ANSWER >> 20);
		return pl_hint(e, "ask for a shorter range; `plume light logs`"
				  " has no such limit");
	}
	pl_node_log(c->w, NULL, at, log);
	return PL_OK;
}

/* Every log from `from` to the proven block that matches. */
static enum pl_rc range_logs(struct serve_call *c, const struct query *q,
			     uint64_t from, const struct pl_viewed *to,
			     struct pl_err *e)
{
	const struct pl_view_logs how = { .filter = q->filter,
					  .from = from,
					  .max_blocks = c->s->conf.max_blocks,
					  .each = put_log,
					  .ctx = c };
	struct pl_view_logs_stats stats;

	pl_jout_open(c->w, SERVE_KEY, '[');
	PL_TRY(pl_view_logs(c->s->conf.view, &stats, to, &how, e));
	pl_jout_close(c->w, ']');
	return PL_OK;
}

static enum pl_rc query_logs(struct serve_call *c, const struct query *q,
			     struct pl_err *e)
{
	struct pl_viewed from, to;

	PL_TRY(serve_header(c, &to, &q->to, e));
	/* the first block follows from the last by parent hashes */
	if (q->from.tag == PL_TAG_NUMBER)
		return q->from.number > to.header.number
			       ? backwards(c, e)
			       : range_logs(c, q, q->from.number, &to, e);
	PL_TRY(serve_header(c, &from, &q->from, e));
	if (from.header.number > to.header.number)
		return backwards(c, e);
	return range_logs(c, q, from.header.number, &to, e);
}

enum pl_rc serve_logs_method(struct serve_call *c, struct pl_err *e)
{
	struct query q;

	PL_TRY(read_query(c, &q, pl_json_at(c->params, 0), e));
	return query_logs(c, &q, e);
}

/* --------------------------------------------------------------- filters */

static uint64_t seconds(void)
{
	return pl_time_mono_ns() / 1000000000u;
}

static void drop(struct serve_filter *f)
{
	pl_arena_close(f->a);
	*f = (struct serve_filter){ .id = 0 };
}

void serve_filters_close(struct pl_serve *s)
{
	for (size_t i = 0; i < SERVE_FILTERS; i++)
		drop(&s->filters[i]);
}

/* A free place, after those nobody asked for were given up. */
static enum pl_rc new_filter(struct serve_call *c, struct serve_filter **out,
			     struct pl_err *e)
{
	struct pl_serve *s = c->s;
	const uint64_t now = seconds();

	for (size_t i = 0; i < SERVE_FILTERS; i++) {
		struct serve_filter *f = &s->filters[i];

		if (f->id && now - f->touched > FILTER_LIFE_S)
			drop(f);
		if (f->id)
			continue;
		*f = (struct serve_filter){
			.id = ++s->last_filter,
			.next = s->heads[0].h.header.number + 1,
			.touched = now,
		};
		*out = f;
		return PL_OK;
	}
	return pl_fail(e, PL_ELIMIT, "%d filters are in use", SERVE_FILTERS);
}

enum pl_rc serve_new_block_filter_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter *f;

	PL_TRY(new_filter(c, &f, e));
	f->blocks = true;
	pl_jout_u64(c->w, SERVE_KEY, f->id);
	return PL_OK;
}

enum pl_rc serve_new_filter_method(struct serve_call *c, struct pl_err *e)
{
	const struct pl_json *v = pl_json_at(c->params, 0);
	struct serve_filter *f;
	struct pl_buf text;
	struct query q;

	PL_TRY(read_query(c, &q, v, e));
	PL_TRY(new_filter(c, &f, e));
	f->a = pl_arena_open((size_t)1 << 20);
	/* a copy that lasts: written and read again */
	pl_buf_init(&text, c->a);
	if (pl_jcs(&text, v, e) ||
	    pl_json_parse(f->a, &f->query, pl_buf_span(&text), e)) {
		drop(f);
		return e->rc;
	}
	pl_jout_u64(c->w, SERVE_KEY, f->id);
	return PL_OK;
}

static enum pl_rc find_filter(struct serve_call *c, struct serve_filter **out,
			      struct pl_err *e)
{
	uint64_t id;

	PL_TRY(serve_index(c, &id, 0, e));
	for (size_t i = 0; i < SERVE_FILTERS; i++) {
		struct serve_filter *f = &c->s->filters[i];

		if (!id || f->id != id)
			continue;
		f->touched = seconds();
		*out = f;
		return PL_OK;
	}
	c->code = RPC_SERVER;
	return pl_fail(e, PL_ENOTFOUND, "filter not found");
}

static enum pl_rc new_hashes(struct serve_call *c, uint64_t from, uint64_t to,
			     struct pl_err *e)
{
	pl_jout_open(c->w, SERVE_KEY, '[');
	for (uint64_t n = from; n <= to; n++) {
		const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
						  .number = n };
		struct pl_viewed at;

		PL_TRY(serve_header(c, &at, &ref, e));
		pl_jout_hash(c->w, NULL, &at.header.hash);
	}
	pl_jout_close(c->w, ']');
	return PL_OK;
}

enum pl_rc serve_filter_changes_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter *f;
	uint64_t from, to = c->s->heads[0].h.header.number;
	struct query q;
	enum pl_rc rc;

	PL_TRY(find_filter(c, &f, e));
	from = f->next;
	if (from > to) { /* an empty list is proven, too */
		pl_jout_open(c->w, SERVE_KEY, '[');
		pl_jout_close(c->w, ']');
		return PL_OK;
	}
	if (to - from >= c->s->conf.max_blocks)
		to = from + c->s->conf.max_blocks - 1;
	if (f->blocks) {
		rc = new_hashes(c, from, to, e);
	} else {
		const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
						  .number = to };
		struct pl_viewed last;

		PL_TRY(read_query(c, &q, f->query, e));
		PL_TRY(serve_header(c, &last, &ref, e));
		rc = range_logs(c, &q, from, &last, e);
	}
	if (!rc)
		f->next = to + 1;
	return rc;
}

/* All that matches in the range the filter named. */
enum pl_rc serve_filter_logs_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter *f;
	struct query q;

	PL_TRY(find_filter(c, &f, e));
	if (f->blocks) {
		(void)pl_fail(e, PL_EUSAGE, "a filter of blocks has no logs");
		return serve_bad(c, e);
	}
	PL_TRY(read_query(c, &q, f->query, e));
	return query_logs(c, &q, e);
}

enum pl_rc serve_uninstall_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter *f;

	if (find_filter(c, &f, e)) {
		if (c->code == RPC_PARAMS)
			return e->rc;
		c->code = 0;
		pl_jout_bool(c->w, SERVE_KEY, false);
		return PL_OK;
	}
	drop(f);
	pl_jout_bool(c->w, SERVE_KEY, true);
	return PL_OK;
}
