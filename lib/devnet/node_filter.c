/* Filters: what is new since somebody last asked. */
#include "base/time.h"
#include "devnet/node_methods.h"

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
	struct pl_arena *a; /* of the query, and of hashes that wait */
	struct pl_hash32 *waiting;
	size_t n_waiting;
	/* logs it told of whose blocks were dropped since: JSON, a comma
	 * between them */
	struct pl_arena *gone_a;
	struct pl_buf gone;
};

void node_filters_open(struct pl_dev_node *n)
{
	n->filters = PL_NEW_N(n->a, struct node_filter, NODE_FILTERS);
}

static void forget(struct node_filter *f)
{
	pl_arena_close(f->a);
	pl_arena_close(f->gone_a);
	*f = (struct node_filter){ .kind = FILTER_NONE };
}

void node_filters_close(struct pl_dev_node *n)
{
	for (size_t i = 0; i < NODE_FILTERS; i++)
		forget(&n->filters[i]);
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
	PL_TRY(node_range(c, &from, &to, o, e));
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

/* What it told and is gone, then what is new. */
static enum pl_rc new_logs(struct node_call *c, struct node_filter *f,
			   struct pl_err *e)
{
	const uint64_t from = f->next > f->from ? f->next : f->from;

	pl_jout_open(c->w, NODE_KEY, '[');
	if (f->gone_a && f->gone.n)
		pl_jout_raw(c->w, NULL, pl_buf_span(&f->gone));
	PL_TRY(node_put_logs(c, &f->query, from, f->to, e));
	pl_jout_close(c->w, ']');
	pl_arena_close(f->gone_a);
	f->gone_a = NULL;
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
		rc = new_logs(c, f, e);
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
	pl_jout_open(c->w, NODE_KEY, '[');
	PL_TRY(node_put_logs(c, &f->query, f->from, f->to, e));
	pl_jout_close(c->w, ']');
	return PL_OK;
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

static enum pl_rc keep_gone(struct node_filter *f, const struct pl_dev_block *b,
			    struct pl_err *e)
{
	struct pl_jout w;

	if (!f->gone_a) {
		f->gone_a = pl_arena_open(0);
		pl_buf_init(&f->gone, f->gone_a);
	}
	pl_jout_init(&w, &f->gone);
	w.more = f->gone.n;
	PL_TRY(node_block_logs(&w, b, &f->query, true, e));
	if (f->gone.n > NODE_MAX_ANSWER / 4)
		return pl_fail(e, PL_ELIMIT, "too much was taken back");
	return PL_OK;
}

void node_filters_back(struct pl_dev_node *n, uint64_t first)
{
	struct pl_err e;

	for (size_t i = 0; i < NODE_FILTERS; i++) {
		struct node_filter *f = &n->filters[i];
		uint64_t b = f->from > first ? f->from : first;
		bool lost = false;

		/* what it was given, and no more */
		for (; f->kind == FILTER_LOGS && !lost && b < f->next &&
		       b <= f->to;
		     b++)
			lost = keep_gone(f, pl_dev_block(n->d, b), &e);
		if (lost) /* who asks learns that it is no more */
			forget(f);
		else if (f->next > first)
			f->next = first;
	}
}
