/* The block the history ends with, checked: header, transactions, receipts,
 * and the token's supply by a storage proof. */
#include <string.h>

#include "base/file.h"
#include "cmd/quickstart/story.h"
#include "codec/jcs.h"

/* ERC20._totalSupply in OpenZeppelin's layout */
#define SUPPLY_SLOT                                                            \
	"0x00000000000000000000000000000000000000000000000000000000000000"     \
	"02"

/* Ask the node and keep what it says, as it says it. */
static enum pl_rc keep(struct pl_story *s, const struct pl_json **r,
		       const char *name, const char *method, const char *params,
		       struct pl_err *e)
{
	const char *path = pl_printf(s->c->arena, "evidence/%s", name);
	struct pl_buf b;

	PL_TRY(pl_rpc_call(s->rpc, s->c->arena, r, method, params, e));
	if (pl_json_is_null(*r))
		return pl_fail(e, PL_ENET, "the node has no answer to %s",
			       method);
	pl_buf_init(&b, s->c->arena);
	PL_TRY(pl_jcs(&b, *r, e));
	pl_buf_byte(&b, '\n');
	PL_TRY(pl_file_write(path, pl_buf_span(&b), 0644, e));
	pl_story_did_by(
		s,
		pl_printf(s->c->arena,
			  "curl $PLUME_RPC -H content-type:"
			  "application/json -d '{\"jsonrpc\":\"2.0\","
			  "\"id\":1,\"method\":\"%s\",\"params\":%s}' | "
			  "jq -c .result >%s",
			  method, params, path),
		"the answer to %s, kept", method);
	return PL_OK;
}

static enum pl_rc fetch(struct pl_story *s, struct pl_err *e)
{
	struct pl_arena *a = s->c->arena;
	const struct pl_json *r;
	const char *n;

	PL_TRY(pl_dir_make("evidence", 0755, e));
	PL_TRY(pl_rpc_block_number(s->rpc, &s->last_block, e));
	n = pl_printf(a, "0x%jx", (uintmax_t)s->last_block);
	PL_TRY(keep(s, &r, "block.json", "eth_getBlockByNumber",
		    pl_printf(a, "[\"%s\",true]", n), e));
	PL_TRY(pl_json_hash32(&s->last_hash, pl_json_get(r, "hash"), e));
	PL_TRY(keep(s, &r, "receipts.json", "eth_getBlockReceipts",
		    pl_printf(a, "[\"%s\"]", n), e));
	return keep(s, &r, "proof.json", "eth_getProof",
		    pl_printf(a, "[\"%s\",[\"" SUPPLY_SLOT "\"],\"%s\"]",
			      s->token, n),
		    e);
}

/* From the committee down to the last block and the token's supply, kept so
 * that anybody can check it when nothing runs any more. */
static enum pl_rc committee(struct pl_story *s, struct pl_err *e)
{
	const char *number =
		pl_printf(s->c->arena, "%ju", (uintmax_t)s->last_block);
	const struct pl_json *row;

	PL_STORY_RUN(s, &row, e, "light", "header", number, "--save",
		     "evidence/header.evidence");
	PL_TRY(pl_trust_parse(&s->header_trust, pl_story_text(s, row, "trust"),
			      e));
	if (strcmp(pl_story_text(s, row, "block_hash"),
		   pl_hash32_text(s->c->arena, &s->last_hash)) != 0)
		return pl_fail(e, PL_EPROOF,
			       "the committee signed another block %s", number);
	pl_story_did(s, "its header, down from the committee's signature: %s",
		     pl_story_text(s, row, "trust"));
	PL_STORY_RUN(s, &row, e, "call", s->token,
		     "totalSupply()(uint256 supply)", "--block", number,
		     "--save", "evidence/supply.evidence");
	pl_story_did(s, "the token's code run here on proven state: supply %s",
		     pl_story_text(s, pl_json_get(row, "result"), "supply"));
	PL_STORY_RUN(s, &row, e, "light", "verify", "evidence/header.evidence",
		     "evidence/supply.evidence", "--root", s->root);
	pl_story_did(s, "both files hold without a node, from that root alone");
	return PL_OK;
}

enum pl_rc pl_story_proofs(struct pl_story *s, struct pl_err *e)
{
	const char *block = "evidence/block.json";
	const struct pl_json *row;

	PL_TRY(pl_story_part(
		s, "What the node says, checked",
		"The last block is kept and recomputed: no server is believed "
		"about what a hash\ncovers.",
		e));
	PL_TRY(fetch(s, e));
	PL_STORY_RUN(s, &row, e, "light", "check-block", block);
	pl_story_did(s,
		     "block %s hashes to %.18s, %s transaction, sender "
		     "recovered",
		     pl_story_text(s, row, "number"),
		     pl_story_text(s, row, "hash"),
		     pl_story_text(s, row, "transactions"));
	PL_STORY_RUN(s, &row, e, "light", "check-receipts", "--header", block,
		     "evidence/receipts.json");
	pl_story_did(s, "its receipts and their bloom are whole");
	PL_STORY_RUN(s, &row, e, "light", "check-proof", "--header", block,
		     "evidence/proof.json");
	pl_story_did(s, "the token and its supply stand under the state root");
	s->header_trust = PL_LOCAL;
	return s->root ? committee(s, e) : PL_OK;
}
