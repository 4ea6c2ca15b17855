#include "cmd/index/watch.h"

struct args {
	const struct pl_addr *token;
};

/* Rows of one kind of event. */
struct kind {
	const char *name;
	uint64_t rows, first_block, last_block;
	enum pl_trust trust;
};

/* Where rows came from. */
struct source {
	const char *name, *format;
	enum pl_trust trust;
	int64_t since;
	uint64_t rows, added, duplicates, rejected;
	const struct pl_hash32 *sha256;
	const uint64_t *from_block, *to_block;
};

struct row {
	struct pl_token_row t;
	bool followed;
	const char *name;
	struct pl_list standards, kinds, events;
	const uint64_t *since_block;
	uint64_t event_rows;
	struct pl_list sources;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = PL_AT(struct args, token, const struct pl_addr *),
	  .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book; "
		   "else all of the chain",
	  .flags = PL_GIVEN | PL_TOKEN_REF },
	{ 0 },
};

#define S(m, type) PL_AT(struct source, m, type)
static const struct pl_field source_fields[] = {
	{ .name = "name", .kind = PL_STR, .off = S(name, const char *),
	  .about = "file, or host and port of the node" },
	{ .name = "format", .kind = PL_STR, .off = S(format, const char *),
	  .about = "what it was read as" },
	{ .name = "trust", .kind = PL_TRUST, .off = S(trust, enum pl_trust),
	  .about = "label of what comes from it" },
	{ .name = "since", .kind = PL_TIME, .off = S(since, int64_t),
	  .about = "when it was first read" },
	{ .name = "rows", .kind = PL_UINT, .off = S(rows, uint64_t),
	  .about = "rows read from it, of all tokens and every time" },
	{ .name = "added", .kind = PL_UINT, .off = S(added, uint64_t),
	  .about = "of which were new" },
	{ .name = "duplicates", .kind = PL_UINT, .off = S(duplicates, uint64_t),
	  .about = "of which were known" },
	{ .name = "rejected", .kind = PL_UINT, .off = S(rejected, uint64_t),
	  .about = "of which were wrong and left out" },
	{ .name = "sha256", .kind = PL_HASH32,
	  .off = S(sha256, const struct pl_hash32 *),
	  .about = "of the file", .flags = PL_NULLABLE },
	{ .name = "from_block", .kind = PL_UINT,
	  .off = S(from_block, const uint64_t *),
	  .about = "a node's blocks read without a gap: the first",
	  .flags = PL_NULLABLE },
	{ .name = "to_block", .kind = PL_UINT,
	  .off = S(to_block, const uint64_t *),
	  .about = "and the last", .flags = PL_NULLABLE },
	{ 0 },
};

#define K(m, type) PL_AT(struct kind, m, type)
static const struct pl_field kind_fields[] = {
	{ .name = "event", .kind = PL_STR, .off = K(name, const char *),
	  .about = "kind of event" },
	{ .name = "rows", .kind = PL_UINT, .off = K(rows, uint64_t),
	  .about = "how many the index has" },
	{ .name = "first_block", .kind = PL_UINT,
	  .off = K(first_block, uint64_t), .about = "lowest block" },
	{ .name = "last_block", .kind = PL_UINT, .off = K(last_block, uint64_t),
	  .about = "highest block" },
	{ .name = "trust", .kind = PL_TRUST, .off = K(trust, enum pl_trust),
	  .about = "weakest label among them" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(t.chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = F(t.token, struct pl_addr),
	  .about = "address of the token" },
	{ .name = "symbol", .kind = PL_STR, .off = F(t.symbol, const char *),
	  .about = "as its source gave it" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = F(t.decimals, const uint64_t *),
	  .about = "decimals of the token", .flags = PL_NULLABLE },
	{ .name = "rows", .kind = PL_UINT, .off = F(t.rows, uint64_t),
	  .about = "transfers in the index" },
	{ .name = "zero_value", .kind = PL_UINT,
	  .off = F(t.zero_value, uint64_t), .about = "of which value 0" },
	{ .name = "no_log_index", .kind = PL_UINT,
	  .off = F(t.no_log_index, uint64_t),
	  .about = "of which without log index" },
	{ .name = "no_block", .kind = PL_UINT, .off = F(t.no_block, uint64_t),
	  .about = "of which without block number" },
	{ .name = "no_time", .kind = PL_UINT, .off = F(t.no_time, uint64_t),
	  .about = "of which without time" },
	{ .name = "trust", .kind = PL_TRUST,
	  .off = F(t.trust, const enum pl_trust *),
	  .about = "weakest label among them", .flags = PL_NULLABLE },
	{ .name = "first_block", .kind = PL_UINT,
	  .off = F(t.first_block, const uint64_t *),
	  .about = "lowest block", .flags = PL_NULLABLE },
	{ .name = "last_block", .kind = PL_UINT,
	  .off = F(t.last_block, const uint64_t *),
	  .about = "highest block", .flags = PL_NULLABLE },
	{ .name = "last_hash", .kind = PL_HASH32,
	  .off = F(t.last_hash, const struct pl_hash32 *),
	  .about = "hash of the highest block", .flags = PL_NULLABLE },
	{ .name = "first_time", .kind = PL_TIME,
	  .off = F(t.first_time, const int64_t *),
	  .about = "earliest transfer", .flags = PL_NULLABLE },
	{ .name = "last_time", .kind = PL_TIME,
	  .off = F(t.last_time, const int64_t *),
	  .about = "latest transfer", .flags = PL_NULLABLE },
	{ .name = "sources", .kind = PL_LIST, .off = F(sources, struct pl_list),
	  .sub = source_fields, .size = sizeof(struct source),
	  .about = "where the rows came from" },
	{ .name = "followed", .kind = PL_FLAG, .off = F(followed, bool),
	  .about = "whether `index sync` reads it without being told" },
	{ .name = "name", .kind = PL_STR, .off = F(name, const char *),
	  .about = "your own word for it" },
	{ .name = "standards", .kind = PL_LIST,
	  .off = F(standards, struct pl_list), .of = PL_STR,
	  .about = "what it was recognised as when it was added" },
	{ .name = "kinds", .kind = PL_LIST, .off = F(kinds, struct pl_list),
	  .of = PL_STR, .about = "events that are kept" },
	{ .name = "from_block", .kind = PL_UINT,
	  .off = F(since_block, const uint64_t *),
	  .about = "first block that is looked at", .flags = PL_NULLABLE },
	{ .name = "event_rows", .kind = PL_UINT, .off = F(event_rows, uint64_t),
	  .about = "events beside transfers in the index" },
	{ .name = "events", .kind = PL_LIST, .off = F(events, struct pl_list),
	  .sub = kind_fields, .size = sizeof(struct kind),
	  .about = "events beside transfers, by kind" },
	{ 0 },
};

/* Of many tokens, as text. */
static const struct pl_field brief[] = {
	{ .name = "token", .kind = PL_ADDR, .off = F(t.token, struct pl_addr) },
	{ .name = "symbol", .kind = PL_STR, .off = F(t.symbol, const char *) },
	{ .name = "name", .kind = PL_STR, .off = F(name, const char *) },
	{ .name = "followed", .kind = PL_FLAG, .off = F(followed, bool) },
	{ .name = "standards", .kind = PL_LIST, .of = PL_STR,
	  .off = F(standards, struct pl_list) },
	{ .name = "rows", .kind = PL_UINT, .off = F(t.rows, uint64_t) },
	{ .name = "event_rows", .kind = PL_UINT,
	  .off = F(event_rows, uint64_t) },
	{ .name = "trust", .kind = PL_TRUST, .flags = PL_NULLABLE,
	  .off = F(t.trust, const enum pl_trust *) },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "what the index holds of a token",
	  .line = "plume index status --token " PL_EXAMPLE_TOKEN,
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

static enum pl_rc source_of(struct pl_ctx *c, struct pl_index *ix,
			    struct source *out, const struct pl_source *s,
			    int64_t token, struct pl_err *e)
{
	struct pl_cursor cur;

	*out = (struct source){
		.name = s->name,
		.format = s->format,
		.trust = s->trust,
		.since = s->time,
		.rows = s->rows,
		.added = s->added,
		.duplicates = s->duplicates,
		.rejected = s->rejected,
		.sha256 = s->digest_known ? &s->digest : NULL,
	};
	PL_TRY(pl_index_cursor(ix, &cur, token, s->id, e));
	if (!cur.found) {
		struct pl_event_cursor ev;

		PL_TRY(pl_index_event_cursor(ix, &ev, token, s->id, e));
		cur = ev.at;
	}
	if (cur.found && cur.next_block > cur.first_block) {
		uint64_t *ends = PL_NEW_N(c->arena, uint64_t, 2);

		ends[0] = cur.first_block;
		ends[1] = cur.next_block - 1;
		out->from_block = &ends[0];
		out->to_block = &ends[1];
	}
	return PL_OK;
}

static enum pl_rc events_of(struct pl_ctx *c, struct pl_index *ix,
			    struct row *row, int64_t token, struct pl_err *e)
{
	struct pl_event_count *v;
	struct kind *list;
	size_t n;

	PL_TRY(pl_index_event_counts(c->arena, ix, &v, &n, token, e));
	list = PL_NEW_N(c->arena, struct kind, n);
	for (size_t i = 0; i < n; i++)
		row->event_rows += v[i].rows;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct kind){ pl_event_kind_name(v[i].kind),
					 v[i].rows, v[i].first_block,
					 v[i].last_block, v[i].trust };
	row->events = (struct pl_list){ list, n };
	return PL_OK;
}

static enum pl_rc status(struct pl_ctx *c, struct pl_index *ix,
			 const struct pl_watched *x, struct pl_err *e)
{
	struct pl_source *v;
	struct source *list;
	struct row row = { .followed = x->followed };
	size_t n;

	PL_TRY(pl_token_row_of(c, ix, &row.t, x->token.id, e));
	PL_TRY(events_of(c, ix, &row, x->token.id, e));
	PL_TRY(pl_index_sources(c->arena, ix, &v, &n, x->token.id, e));
	list = PL_NEW_N(c->arena, struct source, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(source_of(c, ix, &list[i], &v[i], x->token.id, e));
	row.sources = (struct pl_list){ list, n };
	if (x->followed) {
		row.name = x->w.name;
		row.standards = pl_std_list(c->arena, x->w.stds);
		row.kinds = pl_kind_list(c->arena, x->w.kinds);
		row.since_block = &x->w.from;
	}
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc all(struct pl_ctx *c, struct pl_index *ix, struct pl_err *e)
{
	struct pl_index_token *t;
	struct pl_network net;
	size_t n;

	pl_out_as_list(c, brief);
	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_index_tokens(c->arena, ix, &t, &n, e));
	for (size_t i = 0; i < n; i++) {
		struct pl_watched x = { .token = t[i] };

		if (t[i].token.chain != net.chain_id)
			continue;
		PL_TRY(pl_index_watch(c->arena, ix, &x.followed, &x.w, t[i].id,
				      e));
		PL_TRY(status(c, ix, &x, e));
	}
	return PL_OK;
}

static enum pl_rc one(struct pl_ctx *c, struct pl_index *ix,
		      const struct pl_addr *address, struct pl_err *e)
{
	struct pl_watched x;

	PL_TRY(pl_watched_one(c, ix, &x, address, e));
	return status(c, ix, &x, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_open_index(c, &ix, PL_INDEX_READONLY, e));
	rc = a->token ? one(c, ix, a->token, e) : all(c, ix, e);
	pl_index_close(ix);
	return rc;
}

const struct pl_cmd cmd_index_status = {
	.path = "index status",
	.summary = "show what the index holds of a token, and from where",
	.about = "Without --token the result is a list of all tokens and "
		 "followed contracts of the chain.  `plume index list` shows "
		 "them briefly, of every chain.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
