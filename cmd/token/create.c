/* A new token, bound to the papers of an asset. */
#include "cmd/token/create.h"
#include "crypto/addr.h"

#define MAX_NAME 64
#define MAX_SYMBOL 16

struct args {
	const char *asset, *name, *symbol, *supply, *cap;
	uint64_t decimals;
	const struct pl_addr *owner;
	bool again;
	struct pl_signer_args signer;
	struct pl_send_args send;
};

struct row {
	struct pl_token_row base;
	const char *name;
	uint64_t decimals;
	struct pl_amount supply;
	const struct pl_amount *cap;
	struct pl_addr owner;
	const struct pl_hash32 *root;
	const char *commit;
	struct pl_hash32 code_hash;
	const char *record;
	bool committed;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "asset", .kind = PL_STR, .off = A(asset, const char *),
	  .arg = "ID", .complete = "asset",
	  .about = "the asset it stands for, in the repository "
	  "here; the token is bound to the asset's committed papers" },
	{ .name = "name", .kind = PL_STR, .off = A(name, const char *),
	  .arg = "TEXT", .flags = PL_REQUIRED, .about = "the token's name" },
	{ .name = "symbol", .kind = PL_STR, .off = A(symbol, const char *),
	  .arg = "TEXT", .flags = PL_REQUIRED,
	  .about = "its unit, a short word such as VIL7" },
	{ .name = "decimals", .kind = PL_UINT, .off = A(decimals, uint64_t),
	  .arg = "N", .def = "18", .max = PL_TOKEN_MAX_DECIMALS,
	  .about = "places behind the point of an amount" },
	{ .name = "supply", .kind = PL_DECIMAL, .off = A(supply, const char *),
	  .arg = "AMOUNT", .def = "0",
	  .about = "how much to mint to the owner at once" },
	{ .name = "cap", .kind = PL_DECIMAL, .off = A(cap, const char *),
	  .arg = "AMOUNT",
	  .about = "how much there may ever be; the contract keeps to it" },
	{ .name = "owner", .kind = PL_ADDR,
	  .off = A(owner, const struct pl_addr *), .arg = "ADDRESS",
	  .flags = PL_GIVEN,
	  .about = "who may mint and pause; the signer when left out" },
	{ .name = "again", .kind = PL_FLAG, .off = A(again, bool),
	  .about = "make another one where the asset has a token already" },
	PL_SIGNER_OPTS(struct args, signer),
	PL_SEND_OPTS(struct args, send),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "status", .kind = PL_STR, .off = R(base.status, const char *),
	  .about = "done: mined and not reverted; dry-run: nothing was sent; "
	  "resumed: an earlier run that was cut off had made it" },
	{ .name = "network", .kind = PL_STR,
	  .off = R(base.network, const char *), .about = "name of the chain" },
	{ .name = "chain_id", .kind = PL_UINT,
	  .off = R(base.chain_id, uint64_t), .about = "number of the chain",
	  .flags = PL_WIDE },
	{ .name = "token", .kind = PL_ADDR,
	  .off = R(base.token, struct pl_addr),
	  .about = "the new contract's address" },
	{ .name = "name", .kind = PL_STR, .off = R(name, const char *),
	  .about = "the token's name" },
	{ .name = "symbol", .kind = PL_STR, .off = R(base.symbol, const char *),
	  .about = "its unit" },
	{ .name = "decimals", .kind = PL_UINT, .off = R(decimals, uint64_t),
	  .about = "places of an amount" },
	{ .name = "supply", .kind = PL_AMOUNT,
	  .off = R(supply, struct pl_amount),
	  .about = "minted to the owner at once" },
	{ .name = "cap", .kind = PL_AMOUNT,
	  .off = R(cap, const struct pl_amount *), .flags = PL_NULLABLE,
	  .about = "how much there may ever be; null: no cap" },
	{ .name = "owner", .kind = PL_ADDR, .off = R(owner, struct pl_addr),
	  .about = "who may mint and pause" },
	{ .name = "asset", .kind = PL_STR, .off = R(base.asset, const char *),
	  .about = "the asset it stands for" },
	{ .name = "root", .kind = PL_HASH32,
	  .off = R(root, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "Merkle root of the papers it is bound to" },
	{ .name = "commit", .kind = PL_STR, .off = R(commit, const char *),
	  .about = "git commit that holds them" },
	{ .name = "code_hash", .kind = PL_HASH32,
	  .off = R(code_hash, struct pl_hash32), .flags = PL_WIDE,
	  .about = "Keccak-256 of the creation code, without the terms" },
	{ .name = "from", .kind = PL_ADDR, .off = R(base.from, struct pl_addr),
	  .about = "who signed and paid the gas" },
	{ .name = "tx", .kind = PL_HASH32,
	  .off = R(base.tx, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "hash of the transaction" },
	{ .name = "block", .kind = PL_UINT,
	  .off = R(base.block, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "number of the block that holds it" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = R(base.block_hash, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE, .about = "hash of that block" },
	{ .name = "nonce", .kind = PL_UINT, .off = R(base.nonce, uint64_t),
	  .about = "the transaction's number of its sender",
	  .flags = PL_WIDE },
	{ .name = "gas_limit", .kind = PL_UINT,
	  .off = R(base.gas_limit, uint64_t), .about = "gas it may use" },
	{ .name = "gas_used", .kind = PL_UINT,
	  .off = R(base.gas_used, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "gas it used" },
	{ .name = "fee", .kind = PL_AMOUNT,
	  .off = R(base.fee, const struct pl_amount *), .flags = PL_NULLABLE,
	  .about = "what was paid for it, in the chain's currency" },
	{ .name = "max_fee", .kind = PL_AMOUNT,
	  .off = R(base.max_fee, struct pl_amount),
	  .about = "the most it could have cost" },
	{ .name = "currency", .kind = PL_STR,
	  .off = R(base.currency, const char *),
	  .about = "what fees are paid in" },
	PL_DRY_FIELDS(struct row, base.),
	{ .name = "record", .kind = PL_STR, .off = R(record, const char *),
	  .about = "the file in the repository that keeps it" },
	{ .name = "committed", .kind = PL_FLAG, .off = R(committed, bool),
	  .about = "that file was committed", .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST,
	  .off = R(base.trust, enum pl_trust),
	  .about = "claimed: the node says so; of a dry run over proven "
		   "state: proven" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "make a token for an asset, with 1000 units to begin with",
	  .line = "plume token create --asset villa-7 --name 'Villa 7' "
		  "--symbol VIL7 --decimals 6 --supply 1000 --account issuer "
		  "--password-file pw --yes",
	  .setup = "asset_example",
	  .needs = "anvil" },
	{ .about = "what would it cost?",
	  .line = "plume token create --name 'Villa 7' --symbol VIL7 "
		  "--cap 5000 --account issuer --dry-run --json",
	  .setup = "asset_example",
	  .needs = "anvil" },
	{ .about = "an asset has one token on a chain: exit status 2",
	  .line = "plume token create --asset villa-7 --name Other "
		  "--symbol OTH --account issuer --dry-run",
	  .setup = "token_example",
	  .needs = "anvil",
	  .status = 2 },
	{ 0 },
};

/* A token on its way. */
struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_repo *repo; /* NULL without an asset */
	struct pl_network net;
	struct pl_rpc *rpc;
	struct pl_token_artifact t;
	struct pl_token_terms terms;
	struct pl_token_tx tx;
	struct pl_dry dry;
	struct pl_token_entry entry;
	bool committed;
};

static enum pl_rc check_text(const char *option, const char *s, size_t max,
			     struct pl_err *e)
{
	if (!*s || strlen(s) > max)
		return pl_fail(e, PL_EUSAGE, "--%s takes 1 to %zu bytes",
			       option, max);
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return pl_fail(e, PL_EUSAGE,
				       "--%s holds a control character",
				       option);
	}
	return PL_OK;
}

static enum pl_rc amount(struct pl_u256 *out, const struct job *j,
			 const char *option, const char *text, struct pl_err *e)
{
	struct pl_amount v;

	if (pl_amount_parse(&v, text, (uint8_t)j->a->decimals, e)) {
		(void)pl_note(e, "--%s", option);
		e->rc = PL_EUSAGE;
		return PL_EUSAGE;
	}
	*out = v.raw;
	return PL_OK;
}

/* What the command line says, before anybody is asked. */
static enum pl_rc read_terms(struct job *j, struct pl_err *e)
{
	const struct args *a = j->a;

	PL_TRY(check_text("name", a->name, MAX_NAME, e));
	PL_TRY(check_text("symbol", a->symbol, MAX_SYMBOL, e));
	j->terms = (struct pl_token_terms){ .name = a->name,
					    .symbol = a->symbol,
					    .decimals = (uint8_t)a->decimals,
					    .asset = a->asset ? a->asset : "" };
	PL_TRY(amount(&j->terms.supply, j, "supply", a->supply, e));
	if (!a->cap)
		return PL_OK;
	PL_TRY(amount(&j->terms.cap, j, "cap", a->cap, e));
	if (pl_u256_is_zero(&j->terms.cap))
		return pl_fail(e, PL_EUSAGE, "--cap 0 would be no token");
	if (pl_u256_cmp(&j->terms.supply, &j->terms.cap) > 0)
		return pl_fail(e, PL_EUSAGE, "--supply %s is over --cap %s",
			       a->supply, a->cap);
	return PL_OK;
}

static enum pl_rc plan(struct job *j, struct pl_err *e)
{
	struct pl_span data;

	j->tx = (struct pl_token_tx){ .c = j->c,
				      .net = &j->net,
				      .rpc = j->rpc,
				      .t = &j->t,
				      .dry = j->dry,
				      .signer = &j->a->signer,
				      .send = &j->a->send };
	PL_TRY(pl_signer_address(j->c, &j->tx.from, &j->a->signer, e));
	j->terms.owner = j->a->owner ? *j->a->owner : j->tx.from;
	PL_TRY(pl_token_deploy_data(j->c->arena, &data, &j->t, &j->terms, e));
	if (pl_token_tx_plan(&j->tx, NULL, data, e))
		return pl_note(e, "create");
	return PL_OK;
}

/* Write down what is about to be sent, so that a run that is cut off leaves a
 * trace from which the next one finds the contract. */
static enum pl_rc write_down(struct job *j, const char *status,
			     struct pl_err *e)
{
	if (!j->repo)
		return PL_OK;
	j->entry.status = status;
	return pl_token_entry_put(j->c, j->repo, j->a->asset, &j->entry, e);
}

static void make_entry(struct job *j)
{
	j->entry = (struct pl_token_entry){
		.network = j->net.name,
		.chain_id = j->net.chain_id,
		.nonce = j->tx.plan.nonce,
		.address = j->tx.plan.to,
		.deployer = j->tx.from,
		.name = j->terms.name,
		.symbol = j->terms.symbol,
		.decimals = j->terms.decimals,
		.code_hash = j->t.hash,
		.root = j->terms.root,
		.commit = j->terms.commit,
	};
}

static const char *question(struct job *j)
{
	struct pl_amount supply = { j->terms.supply, j->terms.decimals };
	struct pl_arena *a = j->c->arena;

	return pl_printf(
		a,
		"Create token %s (%s), %s to begin with, owned by "
		"%s%s%s",
		pl_out_safe(a, j->terms.name), pl_out_safe(a, j->terms.symbol),
		pl_amount_text(a, &supply), pl_token_who(j->c, &j->terms.owner),
		j->a->asset ? ", for asset " : "",
		j->a->asset ? j->a->asset : "");
}

static enum pl_rc send(struct job *j, struct pl_err *e)
{
	struct pl_signer *s;
	struct pl_err late;
	enum pl_rc rc;

	PL_TRY(pl_token_tx_unlock(&j->tx, &s, question(j), e));
	make_entry(j);
	PL_TRY(write_down(j, "pending", e));
	rc = pl_token_tx_send(&j->tx, s, e);
	/* where sending failed its words count, not the file's */
	j->entry.tx = &j->tx.sent.hash;
	if (rc == PL_EREFUSED)
		(void)!write_down(j, "failed", &late);
	if (rc == PL_ENET)
		(void)!write_down(j, "pending", &late);
	if (rc)
		return rc;
	j->entry.block = &j->tx.sent.block_number;
	j->entry.block_hash = &j->tx.sent.block_hash;
	j->entry.address = j->tx.sent.contract;
	PL_TRY(write_down(j, "deployed", e));
	if (!j->repo)
		return PL_OK;
	return pl_token_commit(j->c, &j->committed, j->repo, j->a->asset,
			       &j->entry, e);
}

static enum pl_rc print(struct job *j, const char *status, struct pl_err *e)
{
	const struct args *a = j->a;
	struct row r = { .name = j->terms.name,
			 .decimals = j->terms.decimals,
			 .supply = { j->terms.supply, j->terms.decimals },
			 .owner = j->terms.owner,
			 .code_hash = j->t.hash,
			 .committed = j->committed };
	struct pl_amount cap = { j->terms.cap, j->terms.decimals };

	pl_token_row_fill(&r.base, &j->tx, !strcmp(status, "done"));
	r.base.status = status;
	r.base.token = j->entry.address;
	r.base.symbol = j->terms.symbol;
	r.base.asset = a->asset;
	if (a->cap)
		r.cap = &cap;
	if (j->repo) {
		r.root = &j->terms.root;
		r.commit = pl_hash32_text(j->c->arena, &j->terms.commit) + 2;
		r.commit = pl_strndup(j->c->arena, r.commit, 40);
		r.record = pl_printf(j->c->arena, "assets/%s/token.json",
				     a->asset);
	}
	return pl_out_row(j->c->out, &r, e);
}

/* What a run that was cut off had sent counts as this one's, if it is the
 * same token. */
static enum pl_rc resumed(struct job *j, struct pl_err *e)
{
	struct pl_token_entry *n = &j->entry;

	PL_TRY(pl_token_commit(j->c, &j->committed, j->repo, j->a->asset, n,
			       e));
	j->terms.root = n->root;
	j->terms.commit = n->commit;
	j->terms.owner = j->a->owner ? *j->a->owner : n->deployer;
	j->tx = (struct pl_token_tx){ .c = j->c,
				      .net = &j->net,
				      .from = n->deployer };
	j->tx.plan.nonce = n->nonce;
	return print(j, "resumed", e);
}

static bool same_token(const struct job *j)
{
	return !strcmp(j->entry.name, j->terms.name) &&
	       !strcmp(j->entry.symbol, j->terms.symbol) &&
	       j->entry.decimals == j->terms.decimals;
}

static enum pl_rc there_already(struct job *j, struct pl_err *e)
{
	char addr[PL_ADDR_TEXT];

	pl_addr_text(addr, &j->entry.address);
	(void)pl_fail(e, PL_EUSAGE, "asset %s has a token on %s already: %s",
		      j->a->asset, j->net.name, addr);
	return pl_hint(e, "plume token show %s; --again makes another one",
		       j->a->asset);
}

static enum pl_rc create(struct job *j, struct pl_err *e)
{
	enum pl_token_before before = PL_TOKEN_NONE;
	struct pl_ctx *c = j->c;

	PL_TRY(pl_ctx_network(c, &j->net, e));
	PL_TRY(pl_token_artifact(c->arena, &j->t, e));
	if (j->repo)
		PL_TRY(pl_token_papers(c, &j->terms.root, &j->terms.commit,
				       j->repo, j->a->asset, e));
	PL_TRY(pl_token_node(c, &j->rpc, &j->dry, &j->a->send, e));
	if (j->repo)
		PL_TRY(pl_token_before(c, &before, &j->entry, j->repo,
				       j->a->asset, &j->net, j->rpc, e));
	if (before == PL_TOKEN_FINISHED && !c->g->dry_run && same_token(j))
		return resumed(j, e);
	if (before != PL_TOKEN_NONE && !j->a->again)
		return there_already(j, e);
	PL_TRY(plan(j, e));
	make_entry(j);
	if (c->g->dry_run) {
		PL_TRY(pl_dry_run(c, &j->tx.dry, &j->tx.plan, &j->t.abi, e));
		return print(j, "dry-run", e);
	}
	PL_TRY(send(j, e));
	return print(j, "done", e);
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;

	(void)e;
	pl_out_block(o, r);
	pl_dry_text(o, r->base.effects);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job j = { .c = c, .a = opaque };
	const char *root;
	enum pl_rc rc;

	if (!c->g->dry_run)
		PL_TRY(pl_require(c, PL_CLAIMED, e));
	PL_TRY(read_terms(&j, e));
	if (j.a->asset) {
		PL_TRY(pl_ctx_repo_need(c, &root, e));
		PL_TRY(pl_repo_open(c->arena, &j.repo, root, e));
	}
	rc = create(&j, e);
	pl_repo_close(j.repo);
	return rc;
}

const struct pl_cmd cmd_token_create = {
	.path = "token create",
	.summary = "make a token, for an asset of the repository",
	.about =
		"Deploys PlumeToken, an ERC-20 with mint, burn, permit "
		"(ERC-2612) and pause, owned by one address.  With --asset it "
		"is bound to the Merkle root of the asset's committed papers, "
		"and assets/ID/token.json keeps where it is, so that the other "
		"commands find it by the asset's id.  That file is written "
		"before anything is sent and again with the receipt: after an "
		"interruption the same command finds the contract instead of "
		"making a second one.  Where the asset has a token on the "
		"network already, this is exit status 2 unless --again.",
	.needs = PL_NEEDS_NET | PL_HAS_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
