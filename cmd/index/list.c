#include "cmd/index/open.h"

/* clang-format off */
#define F(m, type) PL_AT(struct pl_token_row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = F(token, struct pl_addr),
	  .about = "address of the token" },
	{ .name = "symbol", .kind = PL_STR, .off = F(symbol, const char *),
	  .about = "as its source gave it" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = F(decimals, const uint64_t *),
	  .about = "decimals of the token", .flags = PL_NULLABLE },
	{ .name = "rows", .kind = PL_UINT, .off = F(rows, uint64_t),
	  .about = "transfers in the index" },
	{ .name = "trust", .kind = PL_TRUST,
	  .off = F(trust, const enum pl_trust *),
	  .about = "weakest label among them", .flags = PL_NULLABLE },
	{ .name = "first_block", .kind = PL_UINT,
	  .off = F(first_block, const uint64_t *),
	  .about = "lowest block", .flags = PL_NULLABLE },
	{ .name = "last_block", .kind = PL_UINT,
	  .off = F(last_block, const uint64_t *),
	  .about = "highest block", .flags = PL_NULLABLE },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "the tokens of the index",
	  .line = "plume index list",
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

static enum pl_rc rows(struct pl_ctx *c, struct pl_index *ix, struct pl_err *e)
{
	struct pl_index_token *v;
	size_t n;

	PL_TRY(pl_index_tokens(c->arena, ix, &v, &n, e));
	for (size_t i = 0; i < n; i++) {
		struct pl_token_row r;

		PL_TRY(pl_token_row_of(c, ix, &r, v[i].id, e));
		PL_TRY(pl_out_row(c->out, &r, e));
	}
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	struct pl_index *ix;
	enum pl_rc rc;

	(void)args;
	PL_TRY(pl_open_index(c, &ix, PL_INDEX_READONLY, e));
	rc = rows(c, ix, e);
	pl_index_close(ix);
	return rc;
}

const struct pl_cmd cmd_index_list = {
	.path = "index list",
	.summary = "show the tokens of the index",
	.about = "Tokens of every chain, each with its number of transfers and "
		 "the weakest trust label among them.",
	.needs = PL_NEEDS_STORE,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
