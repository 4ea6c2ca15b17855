#include "cmd/index/open.h"

struct args {
	struct pl_addr token;
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
	struct pl_list sources;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = PL_AT(struct args, token, struct pl_addr), .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book",
	  .flags = PL_REQUIRED | PL_TOKEN_REF },
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
	if (cur.found && cur.next_block > cur.first_block) {
		uint64_t *ends = PL_NEW_N(c->arena, uint64_t, 2);

		ends[0] = cur.first_block;
		ends[1] = cur.next_block - 1;
		out->from_block = &ends[0];
		out->to_block = &ends[1];
	}
	return PL_OK;
}

static enum pl_rc status(struct pl_ctx *c, struct pl_index *ix,
			 const struct pl_addr *address, struct pl_err *e)
{
	struct pl_index_token token;
	struct pl_source *v;
	struct source *list;
	struct row row;
	size_t n;

	PL_TRY(pl_open_token(c, ix, &token, address, e));
	PL_TRY(pl_token_row_of(c, ix, &row.t, token.id, e));
	PL_TRY(pl_index_sources(c->arena, ix, &v, &n, token.id, e));
	list = PL_NEW_N(c->arena, struct source, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(source_of(c, ix, &list[i], &v[i], token.id, e));
	row.sources = (struct pl_list){ list, n };
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_open_index(c, &ix, PL_INDEX_READONLY, e));
	rc = status(c, ix, &a->token, e);
	pl_index_close(ix);
	return rc;
}

const struct pl_cmd cmd_index_status = {
	.path = "index status",
	.summary = "show what the index holds of a token, and from where",
	.about = "`plume index list` shows all tokens.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
