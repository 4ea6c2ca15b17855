/* What a token is, and whether the papers it names are those in git. */
#include "base/hex.h"
#include "base/limits.h"
#include "cmd/token/token.h"
#include "repo/asset.h"

struct args {
	const char *token;
};

struct row {
	const char *network;
	uint64_t chain_id;
	const char *name, *symbol;
	struct pl_addr token;
	const uint64_t *decimals;
	struct pl_amount supply;
	const struct pl_amount *cap;
	const bool *paused, *papers_changed;
	const struct pl_addr *owner, *pending_owner;
	const char *asset, *commit, *papers;
	const struct pl_hash32 *root;
	uint64_t block;
	struct pl_hash32 block_hash;
	int64_t time;
	enum pl_trust trust;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	PL_TOKEN_OPT(struct args, token),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "name", .kind = PL_STR, .off = R(name, const char *),
	  .about = "the token's name" },
	{ .name = "symbol", .kind = PL_STR, .off = R(symbol, const char *),
	  .about = "its unit" },
	{ .name = "token", .kind = PL_ADDR, .off = R(token, struct pl_addr),
	  .about = "its contract" },
	{ .name = "network", .kind = PL_STR, .off = R(network, const char *),
	  .about = "name of the chain" },
	{ .name = "chain_id", .kind = PL_UINT, .off = R(chain_id, uint64_t),
	  .about = "number of the chain" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = R(decimals, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "places of an amount; null where the token has none" },
	{ .name = "supply", .kind = PL_AMOUNT,
	  .off = R(supply, struct pl_amount), .about = "how much there is" },
	{ .name = "cap", .kind = PL_AMOUNT,
	  .off = R(cap, const struct pl_amount *), .flags = PL_NULLABLE,
	  .about = "how much there may ever be; null: no such promise" },
	{ .name = "paused", .kind = PL_FLAG, .off = R(paused, const bool *),
	  .flags = PL_NULLABLE,
	  .about = "nothing moves; null where the token cannot be paused" },
	{ .name = "owner", .kind = PL_ADDR,
	  .off = R(owner, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "who may mint and pause" },
	{ .name = "pending_owner", .kind = PL_ADDR,
	  .off = R(pending_owner, const struct pl_addr *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "who was named owner and has not accepted yet" },
	{ .name = "asset", .kind = PL_STR, .off = R(asset, const char *),
	  .about = "the asset it says it stands for" },
	{ .name = "root", .kind = PL_HASH32,
	  .off = R(root, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "SHA-256 Merkle root of the papers it stands on" },
	{ .name = "commit", .kind = PL_STR, .off = R(commit, const char *),
	  .about = "git commit that holds them" },
	{ .name = "papers", .kind = PL_STR, .off = R(papers, const char *),
	  .about = "match: recomputed here from that commit, the root is the "
		   "same; differ: it is not; null: not to be seen from here" },
	{ .name = "papers_changed", .kind = PL_FLAG,
	  .off = R(papers_changed, const bool *), .flags = PL_NULLABLE,
	  .about = "asset.json, which has every paper's digest, is no longer "
		   "what it was in that commit" },
	{ .name = "block", .kind = PL_UINT, .off = R(block, uint64_t),
	  .about = "the block all this was read at" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = R(block_hash, struct pl_hash32),
	  .about = "hash of that block", .flags = PL_WIDE },
	{ .name = "time", .kind = PL_TIME, .off = R(time, int64_t),
	  .about = "that block's time" },
	{ .name = "trust", .kind = PL_TRUST, .off = R(trust, enum pl_trust),
	  .about = "claimed: the node says so" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "the token of an asset",
	  .line = "plume token show villa-7",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ .about = "for a script: | jq .supply",
	  .line = "plume token show villa-7 --json",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ 0 },
};

/* bytes32 as the contract keeps it: 20 bytes of SHA-1 and zeros, or 32. */
static const char *commit_text(struct pl_arena *a, const struct pl_hash32 *h)
{
	static const uint8_t zeros[12];
	struct pl_span s = pl_hash32_span(h);

	if (!memcmp(h->b + 20, zeros, sizeof(zeros)))
		s.n = 20;
	return pl_hex(a, s) + 2;
}

/* Has asset.json changed since the commit the token names? */
static void compare_now(struct pl_ctx *c, struct row *r, struct pl_repo *repo)
{
	const char *path = pl_asset_path(c->arena, r->asset, "asset.json");
	struct pl_span then, now;
	struct pl_err why;
	bool *changed;

	if (pl_repo_read(c->arena, &then, repo, r->commit, path,
			 PL_MAX_ASSET_JSON, &why))
		return;
	changed = PL_NEW(c->arena, bool);
	*changed = pl_repo_read(c->arena, &now, repo, NULL, path,
				PL_MAX_ASSET_JSON, &why) ||
		   now.n != then.n || memcmp(now.p, then.p, now.n) != 0;
	r->papers_changed = changed;
}

/* The papers' root computed from the repository here, where the asset and the
 * commit are at hand. */
static enum pl_rc look_at_papers(struct pl_ctx *c, struct row *r,
				 struct pl_err *e)
{
	const char *root = pl_ctx_repo(c);
	struct pl_repo *repo;
	struct pl_hash32 got;
	struct pl_err why;
	enum pl_rc rc;

	if (!root || !r->asset || !r->root || !r->commit ||
	    pl_asset_id_check(r->asset, &why))
		return PL_OK;
	PL_TRY(pl_repo_open(c->arena, &repo, root, e));
	rc = pl_asset_root(&got, repo, r->commit, r->asset, &why);
	if (!rc)
		compare_now(c, r, repo);
	pl_repo_close(repo);
	if (!rc)
		r->papers = pl_hash32_equal(&got, r->root) ? "match" : "differ";
	else
		pl_tell(c, "the papers are not to be seen: %s", why.msg);
	return PL_OK;
}

static void fill(struct pl_ctx *c, struct row *r, const struct pl_token *t)
{
	const struct pl_token_info *i = &t->info;
	uint8_t places = i->decimals ? *i->decimals : 0;
	struct pl_amount *cap;
	uint64_t *decimals;

	*r = (struct row){ .network = t->net.name,
			   .chain_id = t->net.chain_id,
			   .name = i->name,
			   .symbol = i->symbol,
			   .token = i->addr,
			   .supply = { i->supply, places },
			   .paused = i->paused,
			   .owner = i->owner,
			   .pending_owner = i->pending_owner,
			   .asset = i->asset,
			   .root = i->root,
			   .block = i->block.number,
			   .block_hash = i->block.hash,
			   .time = i->block.time,
			   .trust = PL_CLAIMED };
	if (i->decimals) {
		decimals = PL_NEW(c->arena, uint64_t);
		*decimals = *i->decimals;
		r->decimals = decimals;
	}
	if (i->cap) {
		cap = PL_NEW(c->arena, struct pl_amount);
		*cap = (struct pl_amount){ *i->cap, places };
		r->cap = cap;
	}
	if (i->commit)
		r->commit = commit_text(c->arena, i->commit);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_token t;
	struct row r;

	PL_TRY(pl_token_open(c, &t, a->token, e));
	fill(c, &r, &t);
	PL_TRY(look_at_papers(c, &r, e));
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_token_show = {
	.path = "token show",
	.summary = "show what a token is: supply, owner, papers",
	.about = "Works with every ERC-20; what a token does not have is null. "
		 "Everything is read at one block.  For a token that names an "
		 "asset of the repository here, the papers' root is computed "
		 "again from the commit it names, and papers_changed says "
		 "whether "
		 "they are still the same here: what people hold stands on "
		 "those of that commit (`plume asset show ID --at COMMIT`).",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
