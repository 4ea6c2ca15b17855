/* Filters that clients poll: which blocks, or logs, are new since they last
 * asked.  Given up after five minutes of nobody asking. */
#include "base/time.h"
#include "codec/jcs.h"
#include "sync/serve_impl.h"

#define FILTER_LIFE_S 300
#define MAX_QUERY ((size_t)256 << 10)

static uint64_t seconds(void)
{
	return pl_time_mono_ns() / 1000000000u;
}

static void lock(struct pl_serve *s)
{
	(void)pthread_mutex_lock(&s->lock);
}

static void unlock(struct pl_serve *s)
{
	(void)pthread_mutex_unlock(&s->lock);
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
static struct serve_filter *place(struct pl_serve *s, uint64_t now)
{
	for (size_t i = 0; i < SERVE_FILTERS; i++) {
		struct serve_filter *f = &s->filters[i];

		if (f->id && now - f->touched > FILTER_LIFE_S)
			drop(f);
		if (!f->id)
			return f;
	}
	return NULL;
}

static enum pl_rc new_filter(struct serve_call *c, bool blocks,
			     struct pl_span query, struct pl_err *e)
{
	struct serve_filter *f;
	uint64_t id = 0;

	lock(c->s);
	f = place(c->s, seconds());
	if (f) {
		id = ++c->s->last_filter;
		*f = (struct serve_filter){
			.id = id,
			.blocks = blocks,
			.next = serve_latest(c)->header.number + 1,
			.touched = seconds(),
			.a = pl_arena_open(0),
		};
		f->query = pl_span_dup(f->a, query);
		serve_name(&f->names, f->next - 1,
			   &serve_latest(c)->header.hash);
	}
	unlock(c->s);
	if (!id)
		return pl_fail(e, PL_ELIMIT, "%d filters are in use",
			       SERVE_FILTERS);
	pl_jout_u64(c->w, SERVE_KEY, id);
	return PL_OK;
}

enum pl_rc serve_new_block_filter_method(struct serve_call *c, struct pl_err *e)
{
	return new_filter(c, true, (struct pl_span){ NULL, 0 }, e);
}

enum pl_rc serve_new_filter_method(struct serve_call *c, struct pl_err *e)
{
	const struct pl_json *v = pl_json_at(c->params, 0);
	struct serve_query q;
	struct pl_buf text;

	PL_TRY(serve_query(c, &q, v, e));
	pl_buf_init(&text, c->a);
	PL_TRY(pl_jcs(&text, v, e));
	if (text.n > MAX_QUERY)
		return pl_fail(e, PL_ELIMIT, "a filter of %zu bytes", text.n);
	return new_filter(c, false, pl_buf_span(&text), e);
}

static struct serve_filter *with_id(struct pl_serve *s, uint64_t id)
{
	for (size_t i = 0; i < SERVE_FILTERS; i++)
		if (id && s->filters[i].id == id)
			return &s->filters[i];
	return NULL;
}

static enum pl_rc not_found(struct serve_call *c, struct pl_err *e)
{
	c->code = RPC_SERVER;
	return pl_fail(e, PL_ENOTFOUND, "filter not found");
}

/* As it is now: the place itself may be another's a moment later. */
static enum pl_rc find_filter(struct serve_call *c, struct serve_filter *out,
			      struct pl_err *e)
{
	const struct serve_heard none = { .n = 0 };
	struct serve_filter *f;
	uint64_t id;

	PL_TRY(serve_index(c, &id, 0, e));
	lock(c->s);
	f = with_id(c->s, id);
	if (f) {
		f->touched = seconds();
		*out = *f;
		out->query = pl_span_dup(c->a, f->query);
		out->told = serve_heard_keep(c->a, &f->told, &none, 0);
	}
	unlock(c->s);
	return f ? PL_OK : not_found(c, e);
}

/* As `now` has it from here on, with what it heard.  false: meanwhile somebody
 * else was told. */
static bool told(struct pl_serve *s, const struct serve_filter *now,
		 const struct serve_heard *heard)
{
	const uint64_t from =
		now->next > SERVE_TOLD ? now->next - SERVE_TOLD : 0;
	struct serve_filter *f;
	bool mine;

	lock(s);
	f = with_id(s, now->id);
	mine = f && f->times == now->times;
	if (mine) {
		struct pl_arena *a = pl_arena_open(0), *was = f->a;

		f->query = pl_span_dup(a, now->query);
		f->told = serve_heard_keep(a, &now->told, heard, from);
		f->a = a;
		f->next = now->next;
		f->names = now->names;
		f->times++;
		pl_arena_close(was);
	}
	unlock(s);
	return mine;
}

static enum pl_rc header_at(struct serve_call *c, struct pl_viewed *out,
			    uint64_t n, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = n };

	return serve_header(c, out, &ref, e);
}

/* Where the chain branched off behind it, what it was told of goes back to
 * there. */
static enum pl_rc step_back(struct serve_call *c, struct serve_filter *f,
			    struct serve_heard *gone, struct pl_err *e)
{
	const uint64_t head = serve_latest(c)->header.number;
	const struct pl_hash32 *name;
	uint64_t n = f->next - 1;

	for (; n && (name = serve_name_of(&f->names, n)) != NULL; n--) {
		struct pl_viewed at;

		if (n > head)
			continue;
		PL_TRY(header_at(c, &at, n, e));
		if (pl_hash32_equal(name, &at.header.hash))
			break;
	}
	f->next = n + 1;
	serve_names_cut(&f->names, n);
	*gone = serve_heard_take(c->a, &f->told, f->next);
	return PL_OK;
}

/* The blocks up to `to` are told of. */
static enum pl_rc name_them(struct serve_call *c, struct serve_filter *f,
			    uint64_t to, struct pl_err *e)
{
	uint64_t n = f->next;

	if (n <= to && to - n >= SERVE_TOLD)
		n = to - SERVE_TOLD + 1;
	for (; n <= to; n++) {
		struct pl_viewed at;

		PL_TRY(header_at(c, &at, n, e));
		serve_name(&f->names, n, &at.header.hash);
	}
	if (f->next <= to)
		f->next = to + 1;
	return PL_OK;
}

static enum pl_rc new_hashes(struct serve_call *c, uint64_t from, uint64_t to,
			     struct pl_err *e)
{
	for (uint64_t n = from; n <= to; n++) {
		struct pl_viewed at;

		PL_TRY(header_at(c, &at, n, e));
		pl_jout_hash(c->w, NULL, &at.header.hash);
	}
	return PL_OK;
}

static enum pl_rc query_of(struct serve_call *c, struct serve_query *q,
			   const struct serve_filter *f, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(pl_json_parse(c->a, &v, f->query, e));
	return serve_query(c, q, v, e);
}

static enum pl_rc new_logs(struct serve_call *c, const struct serve_filter *f,
			   uint64_t to, struct pl_err *e)
{
	struct pl_viewed last;
	struct serve_query q;

	if (f->next > to)
		return PL_OK;
	PL_TRY(query_of(c, &q, f, e));
	PL_TRY(header_at(c, &last, to, e));
	PL_TRY(serve_range_logs(c, &q, f->next, &last, e));
	for (size_t i = 0; i < c->heard->n; i++)
		pl_jout_raw(c->w, NULL, c->heard->v[i].text);
	return PL_OK;
}

static void nothing_new(struct serve_call *c)
{
	pl_jout_open(c->w, SERVE_KEY, '[');
	pl_jout_close(c->w, ']');
}

/* What is gone, then what is new; an empty list is proven, too. */
static enum pl_rc put_changes(struct serve_call *c, struct serve_filter *f,
			      const struct serve_heard *gone, struct pl_err *e)
{
	uint64_t to = serve_latest(c)->header.number;

	if (to >= f->next && to - f->next >= c->s->conf.max_blocks)
		to = f->next + c->s->conf.max_blocks - 1;
	pl_jout_open(c->w, SERVE_KEY, '[');
	for (size_t i = 0; i < gone->n; i++)
		pl_jout_raw(c->w, NULL, gone->v[i].text);
	PL_TRY(f->blocks ? new_hashes(c, f->next, to, e)
			 : new_logs(c, f, to, e));
	pl_jout_close(c->w, ']');
	return name_them(c, f, to, e);
}

enum pl_rc serve_filter_changes_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_heard heard = { .a = c->a }, gone;
	const struct pl_jout before = *c->w;
	const size_t n = c->w->b->n;
	struct serve_filter f;
	enum pl_rc rc;

	PL_TRY(find_filter(c, &f, e));
	PL_TRY(step_back(c, &f, &gone, e));
	c->heard = &heard;
	rc = put_changes(c, &f, &gone, e);
	c->heard = NULL;
	if (rc)
		return rc;
	if (told(c->s, &f, &heard))
		return PL_OK;
	c->w->b->n = n;
	*c->w = before;
	nothing_new(c);
	return PL_OK;
}

/* All that matches in the range the filter named. */
enum pl_rc serve_filter_logs_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter f;
	struct serve_query q;

	PL_TRY(find_filter(c, &f, e));
	if (f.blocks) {
		(void)pl_fail(e, PL_EUSAGE, "a filter of blocks has no logs");
		return serve_bad(c, e);
	}
	PL_TRY(query_of(c, &q, &f, e));
	return serve_query_logs(c, &q, e);
}

enum pl_rc serve_uninstall_method(struct serve_call *c, struct pl_err *e)
{
	struct serve_filter *f;
	uint64_t id;

	PL_TRY(serve_index(c, &id, 0, e));
	lock(c->s);
	f = with_id(c->s, id);
	if (f)
		drop(f);
	unlock(c->s);
	pl_jout_bool(c->w, SERVE_KEY, f != NULL);
	return PL_OK;
}
