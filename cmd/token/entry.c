/* token.json of an asset: its tokens on all chains, oldest first. */
#include <inttypes.h>

#include "base/hex.h"
#include "cmd/token/token.h"
#include "codec/jcs.h"
#include "crypto/addr.h"
#include "repo/asset.h"

static enum pl_rc list_of(struct pl_ctx *c, const struct pl_json **out,
			  struct pl_repo *r, const char *asset,
			  struct pl_err *e)
{
	const struct pl_json *doc;

	PL_TRY(pl_asset_token_get(c->arena, &doc, r, asset, e));
	if (pl_json_need(out, doc, "tokens", PL_J_ARRAY, e))
		return pl_note(e, "token.json of %s", asset);
	return PL_OK;
}

static enum pl_rc hash_of(struct pl_hash32 *out, const struct pl_json *v,
			  const char *key, struct pl_err *e)
{
	if (pl_json_hash32(out, pl_json_get(v, key), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

/* Members that a pending entry lacks. */
static enum pl_rc read_mined(struct pl_ctx *c, struct pl_token_entry *n,
			     const struct pl_json *v, struct pl_err *e)
{
	struct pl_hash32 *h = PL_NEW_N(c->arena, struct pl_hash32, 2);
	uint64_t *block = PL_NEW(c->arena, uint64_t);

	if (!pl_json_is_null(pl_json_get(v, "tx"))) {
		PL_TRY(hash_of(&h[0], v, "tx", e));
		n->tx = &h[0];
	}
	if (!pl_json_is_null(pl_json_get(v, "block_hash"))) {
		PL_TRY(hash_of(&h[1], v, "block_hash", e));
		n->block_hash = &h[1];
	}
	if (!pl_json_is_null(pl_json_get(v, "block"))) {
		PL_TRY(pl_json_u64(block, pl_json_get(v, "block"), e));
		n->block = block;
	}
	return PL_OK;
}

static enum pl_rc read_entry(struct pl_ctx *c, struct pl_token_entry *n,
			     const struct pl_json *v, struct pl_err *e)
{
	uint64_t decimals;

	PL_TRY(pl_json_need_str(&n->network, v, "network", e));
	PL_TRY(pl_json_need_str(&n->status, v, "status", e));
	PL_TRY(pl_json_need_str(&n->name, v, "name", e));
	PL_TRY(pl_json_need_str(&n->symbol, v, "symbol", e));
	PL_TRY(pl_json_u64(&n->chain_id, pl_json_get(v, "chain_id"), e));
	PL_TRY(pl_json_u64(&n->nonce, pl_json_get(v, "nonce"), e));
	PL_TRY(pl_json_u64(&decimals, pl_json_get(v, "decimals"), e));
	if (decimals > UINT8_MAX)
		return pl_fail(e, PL_EFORMAT, "decimals: %" PRIu64, decimals);
	n->decimals = (uint8_t)decimals;
	PL_TRY(pl_json_addr(&n->address, pl_json_get(v, "address"), e));
	PL_TRY(pl_json_addr(&n->deployer, pl_json_get(v, "deployer"), e));
	PL_TRY(hash_of(&n->code_hash, v, "code_hash", e));
	PL_TRY(hash_of(&n->root, v, "root", e));
	PL_TRY(hash_of(&n->commit, v, "commit", e));
	return read_mined(c, n, v, e);
}

enum pl_rc pl_token_entry_get(struct pl_ctx *c, struct pl_token_entry *out,
			      struct pl_repo *r, const char *asset,
			      uint64_t chain_id, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_token_entry n;

	PL_TRY(list_of(c, &list, r, asset, e));
	for (size_t i = pl_json_len(list); i-- > 0;) {
		n = (struct pl_token_entry){ 0 };
		if (read_entry(c, &n, pl_json_at(list, i), e))
			return pl_note(e, "token.json of %s: entry %zu", asset,
				       i + 1);
		if (n.chain_id != chain_id)
			continue;
		*out = n;
		return PL_OK;
	}
	return pl_fail(e, PL_ENOTFOUND, "%s has no token on chain %" PRIu64,
		       asset, chain_id);
}

static void put_str(struct pl_buf *b, const char *key, const char *s)
{
	pl_buf_fmt(b, ",\"%s\":", key);
	if (s)
		pl_out_json_str(b, s);
	else
		pl_buf_str(b, "null");
}

static void put_hash(struct pl_buf *b, const char *key,
		     const struct pl_hash32 *h)
{
	put_str(b, key, h ? pl_hash32_text(b->a, h) : NULL);
}

static void put_addr(struct pl_buf *b, const char *key, const struct pl_addr *a)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, a);
	put_str(b, key, text);
}

static void put_entry(struct pl_buf *b, const struct pl_token_entry *n)
{
	pl_buf_fmt(b, "{\"chain_id\":%" PRIu64 ",\"nonce\":%" PRIu64,
		   n->chain_id, n->nonce);
	pl_buf_fmt(b, ",\"decimals\":%u", n->decimals);
	if (n->block)
		pl_buf_fmt(b, ",\"block\":%" PRIu64, *n->block);
	else
		pl_buf_str(b, ",\"block\":null");
	put_str(b, "network", n->network);
	put_str(b, "status", n->status);
	put_str(b, "name", n->name);
	put_str(b, "symbol", n->symbol);
	put_addr(b, "address", &n->address);
	put_addr(b, "deployer", &n->deployer);
	put_hash(b, "code_hash", &n->code_hash);
	put_hash(b, "root", &n->root);
	put_hash(b, "commit", &n->commit);
	put_hash(b, "tx", n->tx);
	put_hash(b, "block_hash", n->block_hash);
	pl_buf_byte(b, '}');
}

static bool same(const struct pl_json *v, const struct pl_token_entry *n)
{
	struct pl_addr addr;
	uint64_t chain;
	struct pl_err e;

	return !pl_json_u64(&chain, pl_json_get(v, "chain_id"), &e) &&
	       chain == n->chain_id &&
	       !pl_json_addr(&addr, pl_json_get(v, "address"), &e) &&
	       pl_addr_equal(&addr, &n->address);
}

enum pl_rc pl_token_entry_put(struct pl_ctx *c, struct pl_repo *r,
			      const char *asset,
			      const struct pl_token_entry *entry,
			      struct pl_err *e)
{
	const struct pl_json *list = NULL;
	struct pl_buf b;
	enum pl_rc rc = list_of(c, &list, r, asset, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	pl_buf_init(&b, c->arena);
	pl_buf_str(&b, "{\"tokens\":[");
	for (size_t i = 0; !rc && i < pl_json_len(list); i++) {
		if (same(pl_json_at(list, i), entry))
			continue;
		PL_TRY(pl_jcs(&b, pl_json_at(list, i), e));
		pl_buf_byte(&b, ',');
	}
	put_entry(&b, entry);
	pl_buf_str(&b, "]}");
	return pl_asset_token_put(r, asset, pl_buf_span(&b), e);
}
