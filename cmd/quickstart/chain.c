/* The node, the key, the token. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/secret.h"
#include "base/time.h"
#include "cmd/quickstart/story.h"
#include "crypto/addr.h"
#include "crypto/rand.h"
#include "sync/devnode.h"

#define DAY 86400

/* Somebody else's node, named by --rpc or the settings of --network. */
static enum pl_rc their_node(struct pl_story *s, struct pl_err *e)
{
	struct pl_network net;

	PL_TRY(pl_ctx_network(s->c, &net, e));
	s->network = net.name;
	s->chain_id = net.chain_id;
	s->url = net.rpc;
	PL_TRY(pl_ctx_rpc(s->c, &s->rpc, e));
	pl_story_did_by(
		s, pl_printf(s->c->arena, "plume network show %s", net.name),
		"network %s, chain %ju, node %s", net.name,
		(uintmax_t)net.chain_id, pl_rpc_host(s->rpc));
	PL_TRY(pl_story_export(s, "PLUME_NETWORK", s->network, e));
	return pl_story_export(s, "PLUME_RPC", s->url, e);
}

/* A light client of it, which keeps what it knows in the repository's own
 * folder, and begins with a root that the node's start showed. */
static enum pl_rc own_light(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;
	char here[4096];

	if (!getcwd(here, sizeof(here)))
		return pl_fail(e, PL_EIO, "the folder has no name");
	PL_TRY(pl_story_export(s, "PLUME_BEACON", s->url, e));
	PL_TRY(pl_story_export(s, "XDG_DATA_HOME",
			       pl_printf(s->c->arena, "%s/.plume/data", here),
			       e));
	PL_STORY_RUN(s, &row, e, "light", "init", "--checkpoint", s->root);
	pl_story_did(s, "a light client that believes this root and nothing "
			"else");
	return PL_OK;
}

/* A node of our own, whose blocks begin long enough ago for the history. */
static enum pl_rc own_node(struct pl_story *s, struct pl_err *e)
{
	int64_t today = pl_time_now() / DAY * DAY;
	struct pl_devnode_conf conf = {
		.chain_id = 31337,
		.timestamp = today - (int64_t)(s->days + 1) * DAY,
	};

	PL_TRY(pl_devnode_open(s->c->arena, &s->node, &conf, e));
	s->url = pl_devnode_url(s->node);
	s->root = pl_hash32_text(s->c->arena, pl_devnode_checkpoint(s->node));
	s->network = "devnet";
	s->chain_id = conf.chain_id;
	pl_story_did_by(s,
			pl_printf(s->c->arena,
				  "plume devnet --consensus --listen "
				  "127.0.0.1:%s --timestamp %jd",
				  strrchr(s->url, ':') + 1,
				  (intmax_t)conf.timestamp),
			"a test chain of our own, chain 31337, until this "
			"ends; a committee signs its blocks");
	PL_TRY(pl_story_export(s, "PLUME_NETWORK", s->network, e));
	PL_TRY(pl_story_export(s, "PLUME_RPC", s->url, e));
	PL_TRY(pl_ctx_rpc(s->c, &s->rpc, e));
	return own_light(s, e);
}

#define KEYS ".plume/keys"
#define PASSWORD ".plume/keys.password"

static enum pl_rc make_password(struct pl_err *e)
{
	uint8_t random[16];
	char hex[34];
	enum pl_rc rc;

	PL_TRY(pl_random(random, sizeof(random), e));
	pl_hex_put(hex, (struct pl_span){ random, sizeof(random) });
	hex[32] = '\n';
	rc = pl_file_create(PASSWORD, (struct pl_span){ (uint8_t *)hex, 33 },
			    0600, e);
	pl_wipe(random, sizeof(random));
	pl_wipe(hex, sizeof(hex));
	return rc;
}

/* A key for play: its password lies beside it. */
static enum pl_rc new_key(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	s->account = "issuer";
	s->password_file = PASSWORD;
	PL_TRY(make_password(e));
	PL_TRY(pl_story_export(s, "PLUME_KEYSTORE", KEYS, e));
	PL_TRY(pl_story_export(s, "PLUME_PASSWORD_FILE", PASSWORD, e));
	PL_STORY_RUN(s, &row, e, "account", "new", s->account);
	PL_TRY(pl_addr_parse(&s->issuer, pl_story_text(s, row, "address"), e));
	pl_story_did(s, "account issuer, %s", pl_story_text(s, row, "address"));
	return PL_OK;
}

static enum pl_rc their_key(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	PL_TRY(pl_story_export(s, "PLUME_ACCOUNT", s->account, e));
	PL_TRY(pl_story_export(s, "PLUME_PASSWORD_FILE", s->password_file, e));
	PL_STORY_RUN(s, &row, e, "account", "show", s->account);
	PL_TRY(pl_addr_parse(&s->issuer, pl_story_text(s, row, "address"), e));
	pl_story_did(s, "account %s, %s", s->account,
		     pl_story_text(s, row, "address"));
	return PL_OK;
}

/* Gas for the new key, which only a development node gives for nothing. */
static enum pl_rc fund(struct pl_story *s, struct pl_err *e)
{
	struct pl_amount ether;
	char text[PL_ADDR_TEXT];

	PL_TRY(pl_amount_parse(&ether, "100", 18, e));
	pl_addr_text(text, &s->issuer);
	if (pl_devnode_fund(s->c->arena, s->rpc, &s->issuer, &ether.raw, e)) {
		(void)pl_note(e, "the new key has nothing to pay gas with");
		return pl_hint(e,
			       "send some to an account of yours and name it "
			       "with --account and --password-file");
	}
	pl_story_did_by(s,
			pl_printf(s->c->arena,
				  "curl %s -H content-type:application/json "
				  "-d '{\"jsonrpc\":\"2.0\",\"id\":1,"
				  "\"method\":\"anvil_setBalance\",\"params\":"
				  "[\"%s\",\"0x56bc75e2d63100000\"]}'",
				  s->url, text),
			"100 test coins to pay gas with");
	return PL_OK;
}

enum pl_rc pl_story_account(struct pl_story *s, struct pl_err *e)
{
	PL_TRY(pl_story_part(
		s, "A chain and a key",
		"The key is made here and kept encrypted.  Its password lies "
		"in "
		"a file beside\nit: a key for play, not for assets.",
		e));
	if (s->c->g->rpc || s->c->g->network)
		PL_TRY(their_node(s, e));
	else
		PL_TRY(own_node(s, e));
	if (s->account)
		return their_key(s, e);
	PL_TRY(new_key(s, e));
	return fund(s, e);
}

enum pl_rc pl_story_token(struct pl_story *s, struct pl_err *e)
{
	const struct pl_json *row;

	PL_TRY(pl_story_part(
		s, "A token that stands for the asset",
		"An ERC-20 bound to the papers: it carries their Merkle root "
		"and commit on chain.",
		e));
	PL_STORY_RUN(s, &row, e, "token", "create", "--asset", "villa-7",
		     "--name", "Villa 7", "--symbol", "VILLA7", "--yes");
	s->token = pl_story_text(s, row, "token");
	pl_story_did(s, "token VILLA7 at %s, block %s", s->token,
		     pl_story_text(s, row, "block"));
	PL_STORY_RUN(s, &row, e, "token", "mint", "villa-7", "1000000",
		     "--yes");
	pl_story_did(s, "1000000 VILLA7 minted to the issuer, gas %s",
		     pl_story_text(s, row, "gas_used"));
	PL_STORY_RUN(s, &row, e, "token", "burn", "villa-7", "250", "--yes");
	pl_story_did(s, "250 VILLA7 burned");
	PL_STORY_RUN(s, &row, e, "token", "show", "villa-7");
	pl_story_did(s, "supply %s %s", pl_story_text(s, row, "supply"),
		     pl_story_text(s, row, "symbol"));
	return PL_OK;
}
