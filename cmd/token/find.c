/* Which token a user means, and what is known of it. */
#include <inttypes.h>

#include "cmd/token/token.h"
#include "crypto/addr.h"
#include "repo/asset.h"

/* The asset's token on the chain; *found is false where there is no asset of
 * that name. */
static enum pl_rc by_asset(struct pl_ctx *c, struct pl_addr *out, bool *found,
			   const char *id, const struct pl_network *n,
			   struct pl_err *e)
{
	const char *root = pl_ctx_repo(c);
	struct pl_token_entry entry;
	const struct pl_json *asset;
	struct pl_repo *r;
	struct pl_err ignored;
	enum pl_rc rc;

	*found = false;
	if (!root || pl_asset_id_check(id, &ignored))
		return PL_OK;
	PL_TRY(pl_repo_open(c->arena, &r, root, e));
	rc = pl_asset_read(c->arena, &asset, r, NULL, id, &ignored);
	*found = rc != PL_ENOTFOUND;
	rc = PL_OK;
	if (*found) {
		rc = pl_token_entry_get(c, &entry, r, id, n->chain_id, e);
		if (rc == PL_ENOTFOUND) {
			(void)pl_fail(e, rc, "asset %s has no token on %s", id,
				      n->name);
			(void)pl_hint(e,
				      "plume token create --asset %s …, or "
				      "name the network with --network",
				      id);
		}
	}
	pl_repo_close(r);
	if (!rc && *found)
		*out = entry.address;
	return rc;
}

/* An asset's id that is also a name for something else would be a trap. */
static enum pl_rc one_meaning(struct pl_ctx *c, const struct pl_addr *asset,
			      const char *text, struct pl_err *e)
{
	char token[PL_ADDR_TEXT], other[PL_ADDR_TEXT];
	struct pl_addr named;
	struct pl_err none;

	if (pl_ctx_address(c, text, &named, &none) ||
	    pl_addr_equal(&named, asset))
		return PL_OK;
	pl_addr_text(token, asset);
	pl_addr_text(other, &named);
	(void)pl_fail(e, PL_EUSAGE,
		      "'%s' is the asset with token %s, and %s in the address "
		      "book",
		      text, token, other);
	return pl_hint(e, "write the address, or rename one of the two");
}

enum pl_rc pl_token_resolve(struct pl_ctx *c, struct pl_addr *out,
			    const char **asset, const char *text,
			    struct pl_err *e)
{
	struct pl_addr token;
	struct pl_network n;
	bool found = false;
	enum pl_rc rc;

	if (strncmp(text, "0x", 2) != 0) {
		PL_TRY(pl_ctx_network(c, &n, e));
		PL_TRY(by_asset(c, &token, &found, text, &n, e));
	}
	if (found) {
		PL_TRY(one_meaning(c, &token, text, e));
	} else {
		rc = pl_ctx_address(c, text, &token, e);
		if (rc == PL_ENOTFOUND) {
			(void)pl_fail(e, PL_ENOTFOUND,
				      "no token '%.80s': no asset%s and no "
				      "name of the address book",
				      text,
				      pl_ctx_repo(c) ? " of that name"
						     : " here");
			return pl_hint(e, "give its address, or run this in "
					  "the asset repository (-C DIR)");
		}
		if (rc == PL_EFORMAT)
			e->rc = rc = PL_EUSAGE; /* a word of the line */
		if (rc)
			return rc;
	}
	*out = token;
	if (asset)
		*asset = found ? text : NULL;
	return PL_OK;
}

enum pl_rc pl_token_open_at(struct pl_ctx *c, struct pl_token *out,
			    const struct pl_token_at *at, struct pl_err *e)
{
	struct pl_token t = { .rpc = at->rpc };
	struct pl_addr addr;

	PL_TRY(pl_token_resolve(c, &addr, &t.asset, at->text, e));
	PL_TRY(pl_ctx_network(c, &t.net, e));
	PL_TRY(pl_token_artifact(c->arena, &t.t, e));
	if (!t.rpc)
		PL_TRY(pl_ctx_rpc(c, &t.rpc, e));
	if (pl_token_read(c->arena, &t.info, t.rpc, &t.t, &addr, e)) {
		(void)pl_note(e, "%s", t.net.name);
		if (e->rc == PL_ENOTFOUND && t.asset)
			return pl_hint(e, "the chain was started anew since "
					  "the token was made, or --rpc names "
					  "another one");
		return e->rc;
	}
	*out = t;
	return PL_OK;
}

enum pl_rc pl_token_open(struct pl_ctx *c, struct pl_token *out,
			 const char *text, struct pl_err *e)
{
	const struct pl_token_at at = { .text = text };

	return pl_token_open_at(c, out, &at, e);
}

enum pl_rc pl_token_amount(struct pl_amount *out, const struct pl_token *t,
			   const char *text, struct pl_err *e)
{
	if (!t->info.decimals)
		return pl_fail(e, PL_EFORMAT,
			       "the token has no decimals(): what \"%.40s\" "
			       "means is not known",
			       text);
	if (pl_amount_parse(out, text, *t->info.decimals, e)) {
		e->rc = PL_EUSAGE; /* a word of the line */
		return PL_EUSAGE;
	}
	return PL_OK;
}

const char *pl_token_unit(struct pl_ctx *c, const struct pl_token_info *i)
{
	return i->symbol && *i->symbol ? pl_out_safe(c->arena, i->symbol)
				       : "tokens";
}

const char *pl_token_who(struct pl_ctx *c, const struct pl_addr *a)
{
	const char *name = pl_ctx_name_of(c, a);
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, a);
	if (name)
		return pl_printf(c->arena, "%s (%s)", text, name);
	return pl_strdup(c->arena, text);
}
