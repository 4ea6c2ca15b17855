/* Logs, and the filters that tell what is new. */
#include "base/time.h"
#include "devnet/node_methods.h"

#define MAX_ALTERNATIVES 1024
#define MAX_WAITING 65536     /* hashes a filter keeps for who asks */
#define IDLE_NS 300000000000u /* a filter nobody asks for is given up */

enum filter_kind { FILTER_NONE, FILTER_LOGS, FILTER_BLOCKS, FILTER_PENDING };

struct node_filter {
	enum filter_kind kind;
	uint64_t id;
	uint64_t next; /* first block not told of */
	uint64_t from, to;
	uint64_t asked_ns;
	struct node_query query;
	struct pl_arena *a; /* of the query, and of what waits */
	struct pl_hash32 *waiting;
	size_t n_waiting;
};

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
			  size_t i, const struct node_query *q,
			  struct pl_err *e)
{
	struct pl_node_place at = { .header = &b->header,
				    .tx = b->txs[i].hash,
				    .tx_index = i,
				    .log_index = b->txs[i].first_log };
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
			   const struct node_query *q, struct pl_err *e)
{
	if (!bloom_allows(q, b->header.bloom))
		return PL_OK;
	for (size_t i = 0; i < b->n_txs; i++)
		PL_TRY(tx_logs(w, b, i, q, e));
	return PL_OK;
}

static enum pl_rc put_logs(struct node_call *c, const struct node_query *q,
			   uint64_t from, uint64_t to, struct pl_err *e)
{
	const uint64_t head = pl_dev_head(c->d)->header.number;

	if (from < pl_dev_first(c->d))
		from = pl_dev_first(c->d);
	pl_jout_open(c->w, NODE_KEY, '[');
	for (uint64_t n = from; n <= to && n <= head; n++) {
		PL_TRY(node_block_logs(c->w, pl_dev_block(c->d, n), q, e));
		if (c->w->b->n > NODE_MAX_ANSWER)
			return pl_fail(e, PL_ELIMIT,
				       "the answer is too large: ask for "
				       "fewer blocks");
	}
	pl_jout_close(c->w, ']');
	return PL_OK;
}

static enum pl_rc read_range(struct node_call *c, uint64_t *from, uint64_t *to,
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
	PL_TRY(read_range(c, &from, &to, o, e));
	return put_logs(c, &q, from, to, e);
}

/* ---------------------------------------------------------------- filters */

void node_filters_open(struct pl_dev_node *n)
{
	n->filters = PL_NEW_N(n->a, struct node_filter, NODE_FILTERS);
}

void node_filters_close(struct pl_dev_node *n)
{
	for (size_t i = 0; i < NODE_FILTERS; i++)
		pl_arena_close(n->filters[i].a);
}

static void forget(struct node_filter *f)
{
	pl_arena_close(f->a);
	*f = (struct node_filter){ .kind = FILTER_NONE };
}

/* A free place; or that of the one nobody has asked for in the longest time. */
static struct node_filter *place(struct pl_dev_node *n, uint64_t now)
{
	struct node_filter *best = n->filters;

	for (size_t i = 0; i < NODE_FILTERS; i++) {
		struct node_filter *f = &n->filters[i];

		if (f->kind && now - f->asked_ns > IDLE_NS)
			forget(f);
		if (!f->kind)
			return f;
		if (f->asked_ns < best->asked_ns)
			best = f;
	}
	forget(best);
	return best;
}

static struct node_filter *add(struct node_call *c, enum filter_kind kind)
{
	const uint64_t now = pl_time_mono_ns();
	struct node_filter *f = place(c->n, now);

	*f = (struct node_filter){
		.kind = kind,
		.id = ++c->n->last_filter,
		.next = pl_dev_head(c->d)->header.number + 1,
		.to = UINT64_MAX,
		.asked_ns = now,
		.a = pl_arena_open(0),
	};
	pl_jout_u64(c->w, NODE_KEY, f->id);
	return f;
}

enum pl_rc node_new_filter(struct node_call *c, struct pl_err *e)
{
	const struct pl_json *o = node_param(c, 0);
	struct node_query q;
	struct node_filter *f;
	uint64_t from, to;

	PL_TRY(node_query(c, &q, c->a, o, e)); /* a wrong one makes none */
	PL_TRY(read_range(c, &from, &to, o, e));
	f = add(c, FILTER_LOGS);
	PL_TRY(node_query(c, &f->query, f->a, o, e));
	f->from = from;
	if (!pl_json_is_null(pl_json_get(o, "toBlock")) &&
	    to != pl_dev_head(c->d)->header.number)
		f->to = to;
	return PL_OK;
}

enum pl_rc node_new_block_filter(struct node_call *c, struct pl_err *e)
{
	(void)e;
	(void)add(c, FILTER_BLOCKS);
	return PL_OK;
}

enum pl_rc node_new_pending_filter(struct node_call *c, struct pl_err *e)
{
	(void)e;
	(void)add(c, FILTER_PENDING);
	return PL_OK;
}

static enum pl_rc find(struct node_call *c, struct node_filter **out,
		       struct pl_err *e)
{
	uint64_t id;

	PL_TRY(node_u64(c, &id, 0, e));
	for (size_t i = 0; i < NODE_FILTERS; i++) {
		*out = &c->n->filters[i];
		if ((*out)->kind && (*out)->id == id)
			return PL_OK;
	}
	return pl_fail(e, PL_ENOTFOUND, "filter not found");
}

enum pl_rc node_uninstall_filter(struct node_call *c, struct pl_err *e)
{
	struct node_filter *f;
	enum pl_rc rc = find(c, &f, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (!rc)
		forget(f);
	pl_jout_bool(c->w, NODE_KEY, !rc);
	return PL_OK;
}

static enum pl_rc new_blocks(struct node_call *c, const struct node_filter *f)
{
	const struct pl_dev_block *b;

	pl_jout_open(c->w, NODE_KEY, '[');
	for (uint64_t n = f->next; (b = pl_dev_block(c->d, n)) != NULL; n++)
		pl_jout_hash(c->w, NULL, &b->header.hash);
	pl_jout_close(c->w, ']');
	return PL_OK;
}

static enum pl_rc new_pending(struct node_call *c, struct node_filter *f)
{
	pl_jout_open(c->w, NODE_KEY, '[');
	for (size_t i = 0; i < f->n_waiting; i++)
		pl_jout_hash(c->w, NULL, &f->waiting[i]);
	pl_jout_close(c->w, ']');
	f->waiting = NULL;
	f->n_waiting = 0;
	pl_arena_reset(f->a);
	return PL_OK;
}

enum pl_rc node_get_filter_changes(struct node_call *c, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	struct node_filter *f;

	PL_TRY(find(c, &f, e));
	f->asked_ns = pl_time_mono_ns();
	switch (f->kind) {
	case FILTER_LOGS:
		rc = put_logs(c, &f->query,
			      f->next > f->from ? f->next : f->from, f->to, e);
		break;
	case FILTER_BLOCKS:
		rc = new_blocks(c, f);
		break;
	case FILTER_PENDING:
		rc = new_pending(c, f);
		break;
	case FILTER_NONE:
		break;
	}
	if (!rc)
		f->next = pl_dev_head(c->d)->header.number + 1;
	return rc;
}

enum pl_rc node_get_filter_logs(struct node_call *c, struct pl_err *e)
{
	struct node_filter *f;

	PL_TRY(find(c, &f, e));
	f->asked_ns = pl_time_mono_ns();
	if (f->kind != FILTER_LOGS)
		return pl_fail(e, PL_EUSAGE, "not a filter of logs");
	return put_logs(c, &f->query, f->from, f->to, e);
}

void node_filters_sent(struct pl_dev_node *n, const struct pl_hash32 *hash)
{
	for (size_t i = 0; i < NODE_FILTERS; i++) {
		struct node_filter *f = &n->filters[i];

		if (f->kind != FILTER_PENDING || f->n_waiting == MAX_WAITING)
			continue;
		f->waiting = pl_grow(f->a, f->waiting, f->n_waiting,
				     sizeof(*f->waiting));
		f->waiting[f->n_waiting++] = *hash;
	}
}

void node_filters_reverted(struct pl_dev_node *n, uint64_t kept)
{
	for (size_t i = 0; i < NODE_FILTERS; i++)
		if (n->filters[i].next > kept)
			n->filters[i].next = kept;
}
