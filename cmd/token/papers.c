/* A token and its asset's repository: the papers it is bound to, and what
 * token.json says of earlier runs. */
#include <inttypes.h>

#include "base/hex.h"
#include "base/time.h"
#include "cmd/token/create.h"
#include "crypto/addr.h"

static const char *token_file(struct pl_ctx *c, const char *asset)
{
	return pl_printf(c->arena, "assets/%s/token.json", asset);
}

/* Papers that are not in git are nothing to bind a token to. */
static enum pl_rc all_committed(struct pl_ctx *c, struct pl_repo *r,
				const char *asset, struct pl_err *e)
{
	const char *own = token_file(c, asset);
	struct pl_repo_change *v;
	size_t n;

	PL_TRY(pl_repo_status(c->arena, &v, &n, r,
			      pl_printf(c->arena, "assets/%s", asset), e));
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(v[i].path, own))
			continue;
		(void)pl_fail(e, PL_EUSAGE,
			      "asset %s has changes that are not committed: "
			      "%.200s is %s",
			      asset, v[i].path, v[i].what);
		return pl_hint(e, "plume asset commit %s", asset);
	}
	return PL_OK;
}

enum pl_rc pl_token_papers(struct pl_ctx *c, struct pl_hash32 *root,
			   struct pl_hash32 *commit, struct pl_repo *r,
			   const char *asset, struct pl_err *e)
{
	const struct pl_json *any;
	struct pl_oid head;
	struct pl_hash32 got_root, got_commit = { { 0 } };

	PL_TRY(pl_asset_id_check(asset, e));
	PL_TRY(pl_asset_read(c->arena, &any, r, NULL, asset, e));
	PL_TRY(all_committed(c, r, asset, e));
	if (pl_repo_resolve(&head, r, "HEAD", e)) {
		(void)pl_note(e, "asset %s is in no commit", asset);
		return pl_hint(e, "plume asset commit %s", asset);
	}
	PL_TRY(pl_asset_root(&got_root, r, head.hex, asset, e));
	PL_TRY(pl_hex_fixed(got_commit.b, strlen(head.hex) / 2, head.hex,
			    strlen(head.hex), e));
	*root = got_root;
	*commit = got_commit;
	return PL_OK;
}

static enum pl_rc count(struct pl_ctx *c, uint64_t *out, struct pl_rpc *rpc,
			const struct pl_addr *who, const char *block,
			struct pl_err *e)
{
	return pl_rpc_u64(rpc, out, "eth_getTransactionCount",
			  pl_printf(c->arena, "[\"%s\",\"%s\"]",
				    pl_hex(c->arena, pl_addr_span(who)), block),
			  e);
}

/* A run was cut off between writing down what it would send and the receipt,
 * and no code is there: did the transaction fail, is it on its way, or was it
 * never sent? */
static enum pl_rc look_at_pending(struct pl_ctx *c,
				  struct pl_token_entry *entry,
				  struct pl_repo *r, const char *asset,
				  struct pl_rpc *rpc, struct pl_err *e)
{
	uint64_t mined, known;

	PL_TRY(count(c, &mined, rpc, &entry->deployer, "latest", e));
	PL_TRY(count(c, &known, rpc, &entry->deployer, "pending", e));
	if (mined > entry->nonce) {
		entry->status = "failed";
		return pl_token_entry_put(c, r, asset, entry, e);
	}
	if (known <= entry->nonce)
		return PL_OK;
	(void)pl_fail(e, PL_ENET,
		      "transaction %" PRIu64 " of %s, sent by an earlier run, "
		      "is not mined yet",
		      entry->nonce, pl_token_who(c, &entry->deployer));
	return pl_hint(e, "run the same command again later");
}

enum pl_rc pl_token_before(struct pl_ctx *c, enum pl_token_before *out,
			   struct pl_token_entry *entry, struct pl_repo *r,
			   const char *asset, const struct pl_network *net,
			   struct pl_rpc *rpc, struct pl_err *e)
{
	bool pending, there;
	enum pl_rc rc;

	*out = PL_TOKEN_NONE;
	rc = pl_token_entry_get(c, entry, r, asset, net->chain_id, e);
	if (rc == PL_ENOTFOUND)
		return PL_OK;
	if (rc)
		return rc;
	if (!strcmp(entry->status, "failed"))
		return PL_OK;
	pending = !strcmp(entry->status, "pending");
	PL_TRY(pl_token_exists(c->arena, &there, rpc, &entry->address, e));
	if (!there && pending)
		return look_at_pending(c, entry, r, asset, rpc, e);
	if (!there) {
		pl_say(c,
		       "the token that %s had on %s is gone: the chain was "
		       "started anew",
		       asset, net->name);
		return PL_OK;
	}
	if (pending && !c->g->dry_run) {
		entry->status = "deployed";
		PL_TRY(pl_token_entry_put(c, r, asset, entry, e));
	}
	*out = pending ? PL_TOKEN_FINISHED : PL_TOKEN_THERE;
	return PL_OK;
}

enum pl_rc pl_token_commit(struct pl_ctx *c, bool *done, struct pl_repo *r,
			   const char *asset,
			   const struct pl_token_entry *entry, struct pl_err *e)
{
	const char *path = token_file(c, asset);
	char addr[PL_ADDR_TEXT];
	struct pl_repo_who who;
	struct pl_oid oid;
	struct pl_err why;

	*done = false;
	if (pl_repo_identity(c->arena, &who, r, NULL, NULL, pl_time_now(),
			     &why)) {
		pl_say(c, "%s is written but not committed: %s", path, why.msg);
		return PL_OK;
	}
	pl_addr_text(addr, &entry->address);
	PL_TRY(pl_repo_commit(&oid, done, r, &path, 1, &who,
			      pl_printf(c->arena, "%s: token %s on %s\n\n%s\n",
					asset, entry->symbol, entry->network,
					addr),
			      e));
	*done = true;
	return PL_OK;
}
