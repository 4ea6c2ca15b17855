/* Records under one Merkle root, and that root on chain. */
#include <inttypes.h>

#include "base/hex.h"
#include "cmd/record/anchors.h"
#include "cmd/token/token.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "record/batch.h"
#include "record/record.h"

struct args {
	struct pl_strs ids;
	const struct pl_addr *contract;
	bool new_contract;
	struct pl_signer_args signer;
	struct pl_send_args send;
};

struct row {
	struct pl_token_row base;
	const struct pl_hash32 *root;
	const struct pl_addr *contract;
	uint64_t records;
	bool created;
	const int64_t *anchored;
	const char *file;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR,
	  .off = PL_AT(struct args, ids, struct pl_strs), .arg = "ID",
	  .flags = PL_POSITIONAL | PL_MANY,
	  .about = "records, by their ids' first digits; without any, all "
		   "that no root of yours on this chain holds yet" },
	{ .name = "contract", .kind = PL_ADDR,
	  .off = PL_AT(struct args, contract, const struct pl_addr *),
	  .arg = "ADDRESS", .flags = PL_GIVEN,
	  .about = "the PlumeAnchor to write to; without it, the one used "
		   "last from here, or a new one" },
	{ .name = "new-contract", .kind = PL_FLAG,
	  .off = PL_AT(struct args, new_contract, bool),
	  .about = "deploy another one, with this root in it" },
	PL_SIGNER_OPTS(struct args, signer),
	PL_SEND_OPTS(struct args, send),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "status", .kind = PL_STR, .off = R(base.status, const char *),
	  .about = "done: mined and not reverted; dry-run: nothing was sent; "
	  "already: the root is on chain; nothing: every record is anchored" },
	{ .name = "network", .kind = PL_STR,
	  .off = R(base.network, const char *), .about = "name of the chain" },
	{ .name = "chain_id", .kind = PL_UINT,
	  .off = R(base.chain_id, uint64_t), .about = "number of the chain",
	  .flags = PL_WIDE },
	{ .name = "root", .kind = PL_HASH32,
	  .off = R(root, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "RFC 6962 Merkle root over the ids in ascending order" },
	{ .name = "records", .kind = PL_UINT, .off = R(records, uint64_t),
	  .about = "under it" },
	{ .name = "contract", .kind = PL_ADDR,
	  .off = R(contract, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "that keeps the root" },
	{ .name = "created", .kind = PL_FLAG, .off = R(created, bool),
	  .about = "the contract is new" },
	{ .name = "anchored", .kind = PL_TIME,
	  .off = R(anchored, const int64_t *), .flags = PL_NULLABLE,
	  .about = "of a root that is there already: since when" },
	{ .name = "file", .kind = PL_STR, .off = R(file, const char *),
	  .about = "beside the records: which of them the root holds" },
	{ .name = "from", .kind = PL_ADDR, .off = R(base.from, struct pl_addr),
	  .about = "who signed and paid the gas" },
	{ .name = "tx", .kind = PL_HASH32,
	  .off = R(base.tx, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "hash of the transaction" },
	{ .name = "block", .kind = PL_UINT,
	  .off = R(base.block, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "number of the block that holds it" },
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
	{ .name = "trust", .kind = PL_TRUST,
	  .off = R(base.trust, enum pl_trust),
	  .about = "claimed: the node says so (record audit proves it); of a "
		   "dry run over proven state: proven" },
	{ 0 },
};

#define MAKE_RECORD                                                            \
	"asset_example; awk 'BEGIN { print \"v\"; for (i = 1; i <= 60; i++) "  \
	"print i + sin(i) }' >v.csv; plume analyze trend --csv v.csv --record"
static const struct pl_example examples[] = {
	{ .about = "put the records kept here on chain",
	  .line = "plume record anchor --account issuer --password-file pw "
		  "--yes",
	  .setup = MAKE_RECORD, .needs = "anvil" },
	{ .about = "what would it cost?",
	  .line = "plume record anchor --account issuer --dry-run --json",
	  .setup = MAKE_RECORD, .needs = "anvil" },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	const char *dir;
	struct pl_network net;
	struct pl_rpc *rpc;
	struct pl_dry dry;
	struct pl_anchor_code code;
	struct pl_token_artifact t; /* its ABI, for what is simulated */
	struct pl_anchor *old;
	size_t n_old;
	struct pl_anchor x;
	bool deploy;
	int64_t since;
	struct pl_token_tx tx;
};

/* ------------------------------------------------------------------ records */

static bool anchored(const struct job *j, const struct pl_hash32 *id)
{
	for (size_t i = 0; i < j->n_old; i++) {
		if (j->old[i].done &&
		    pl_addr_equal(&j->old[i].by, &j->tx.from) &&
		    pl_anchor_find(&j->old[i], id) >= 0)
			return true;
	}
	return false;
}

/* Only what is intact is worth a root. */
static enum pl_rc intact(struct job *j, const struct pl_hash32 *ids, size_t n,
			 struct pl_err *e)
{
	struct pl_record r;

	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_record_load(j->c->arena, &r, j->dir, &ids[i], e));
	return PL_OK;
}

static enum pl_rc choose(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 *ids, *all;
	size_t n = 0, have;

	PL_TRY(pl_record_list(a, &all, &have, j->dir, e));
	ids = PL_NEW_N(a, struct pl_hash32, have + j->a->ids.n);
	for (size_t i = 0; i < j->a->ids.n; i++)
		PL_TRY(pl_record_find(a, &ids[n++], j->dir, j->a->ids.v[i], e));
	for (size_t i = 0; !j->a->ids.n && i < have; i++) {
		if (!anchored(j, &all[i]))
			ids[n++] = all[i];
	}
	pl_batch_sort(ids, &n);
	PL_TRY(intact(j, ids, n, e));
	j->x.ids = ids;
	j->x.n = n;
	return n ? pl_batch_root(&j->x.root, ids, n, e) : PL_OK;
}

/* ----------------------------------------------------------------- on chain */

static enum pl_rc since(struct job *j, int64_t *out,
			const struct pl_addr *contract, struct pl_err *e)
{
	struct pl_hash32 slot = pl_anchor_slot(&j->tx.from, &j->x.root);
	struct pl_arena *a = j->c->arena;
	struct pl_u256 v;
	struct pl_hash32 word;
	uint64_t time;

	PL_TRY(pl_rpc_hash32(j->rpc, &word, "eth_getStorageAt",
			     pl_printf(a, "[\"%s\",\"%s\",\"latest\"]",
				       pl_hex(a, pl_addr_span(contract)),
				       pl_hash32_text(a, &slot)),
			     e));
	v = pl_u256_from_be32(word.b);
	if (!pl_u256_to_u64(&time, &v) || time > INT64_MAX)
		return pl_fail(e, PL_EFORMAT, "the contract keeps no time");
	*out = (int64_t)time;
	return PL_OK;
}

/* Is PlumeAnchor at this address? */
static enum pl_rc is_ours(struct job *j, bool *out, const struct pl_addr *at,
			  struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_span code;
	struct pl_hash32 h;

	PL_TRY(pl_rpc_data(j->rpc, a, &code, "eth_getCode",
			   pl_printf(a, "[\"%s\",\"latest\"]",
				     pl_hex(a, pl_addr_span(at))),
			   e));
	h = pl_keccak256(code);
	*out = pl_hash32_equal(&h, &j->code.runtime);
	return PL_OK;
}

static enum pl_rc named(struct job *j, struct pl_err *e)
{
	char text[PL_ADDR_TEXT];
	bool ours;

	PL_TRY(is_ours(j, &ours, j->a->contract, e));
	pl_addr_text(text, j->a->contract);
	if (!ours)
		return pl_fail(e, PL_EREFUSED, "no PlumeAnchor is at %s on %s",
			       text, j->net.name);
	j->x.contract = *j->a->contract;
	return PL_OK;
}

/* Which contract: the named one, the one an earlier batch used and that is
 * still there, else a new one. */
static enum pl_rc where(struct job *j, struct pl_err *e)
{
	if (j->a->contract && j->a->new_contract)
		return pl_fail(e, PL_EUSAGE,
			       "--contract and --new-contract: one of the two");
	if (j->a->contract)
		return named(j, e);
	j->deploy = true;
	for (size_t i = 0; !j->a->new_contract && i < j->n_old; i++) {
		bool ours = false;

		if (!j->old[i].done)
			continue;
		PL_TRY(is_ours(j, &ours, &j->old[i].contract, e));
		if (!ours)
			continue;
		j->x.contract = j->old[i].contract;
		j->deploy = false;
		break;
	}
	return PL_OK;
}

static enum pl_rc tx_count(struct job *j, uint64_t *out, const char *block,
			   struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;

	return pl_rpc_u64(j->rpc, out, "eth_getTransactionCount",
			  pl_printf(a, "[\"%s\",\"%s\"]",
				    pl_hex(a, pl_addr_span(&j->tx.from)),
				    block),
			  e);
}

/* A run that was cut off wrote down what it was about to send: the same root
 * may be on chain by it, or on its way. */
static enum pl_rc earlier_run(struct job *j, struct pl_err *e)
{
	const struct pl_anchor *p = NULL;
	uint64_t mined, known;

	for (size_t i = 0; i < j->n_old; i++) {
		if (pl_hash32_equal(&j->old[i].root, &j->x.root) &&
		    pl_addr_equal(&j->old[i].by, &j->tx.from))
			p = &j->old[i];
	}
	if (!p)
		return PL_OK;
	PL_TRY(since(j, &j->since, &p->contract, e));
	if (j->since) {
		j->x.contract = p->contract;
		j->x.tx = p->tx;
		j->x.block = p->block;
		j->x.nonce = p->nonce;
		return PL_OK;
	}
	PL_TRY(tx_count(j, &mined, "latest", e));
	PL_TRY(tx_count(j, &known, "pending", e));
	if (p->done || mined > p->nonce || known <= p->nonce)
		return PL_OK;
	(void)pl_fail(e, PL_ENET,
		      "transaction %" PRIu64 " of an earlier run is not mined "
		      "yet",
		      p->nonce);
	return pl_hint(e, "run the same command again later");
}

/* ------------------------------------------------------------------- result */

static enum pl_rc print(struct job *j, const char *status, struct pl_err *e)
{
	struct row r = { .root = j->x.n ? &j->x.root : NULL,
			 .contract = j->x.n ? &j->x.contract : NULL,
			 .records = j->x.n,
			 .created = j->deploy && !j->since };
	bool done = !strcmp(status, "done");

	pl_token_row_fill(&r.base, &j->tx, done);
	r.base.status = status;
	if (j->since)
		r.anchored = &j->since;
	if (j->since) {
		r.base.tx = j->x.tx;
		r.base.block = j->x.block;
	}
	if (j->x.n && !j->c->g->dry_run)
		r.file = pl_printf(j->c->arena, "records/anchors/%s",
				   pl_anchors_name(j->c->arena, &j->x));
	return pl_out_row(j->c->out, &r, e);
}

static enum pl_rc save(struct job *j, bool done, struct pl_err *e)
{
	j->x.done = done;
	return pl_anchors_write(j->c, j->dir, &j->x, e);
}

static enum pl_rc already(struct job *j, struct pl_err *e)
{
	j->deploy = false;
	if (!j->c->g->dry_run)
		PL_TRY(save(j, true, e));
	return print(j, "already", e);
}

static enum pl_rc send(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_signer *s;
	enum pl_rc rc;

	PL_TRY(pl_token_tx_unlock(
		&j->tx, &s,
		pl_printf(a, "Anchor %zu records under %s%s", j->x.n,
			  pl_hash32_text(a, &j->x.root),
			  j->deploy ? ", in a new contract" : ""),
		e));
	PL_TRY(save(j, false, e));
	rc = pl_token_tx_send(&j->tx, s, e);
	if (rc)
		return rc;
	j->x.tx = &j->tx.sent.hash;
	j->x.block = &j->tx.sent.block_number;
	if (j->deploy)
		j->x.contract = j->tx.sent.contract;
	return save(j, true, e);
}

static enum pl_rc plan(struct job *j, struct pl_err *e)
{
	struct pl_span data;

	PL_TRY(pl_anchor_data(j->c->arena, &data, &j->code, j->deploy,
			      &j->x.root, e));
	if (pl_token_tx_plan(&j->tx, j->deploy ? NULL : &j->x.contract, data,
			     e))
		return pl_note(e, "anchor");
	if (j->deploy)
		j->x.contract = j->tx.plan.to;
	j->x.nonce = j->tx.plan.nonce;
	return PL_OK;
}

static enum pl_rc begin(struct job *j, struct pl_err *e)
{
	struct pl_ctx *c = j->c;

	PL_TRY(pl_ctx_records_dir(c, &j->dir, e));
	PL_TRY(pl_ctx_network(c, &j->net, e));
	PL_TRY(pl_anchor_code(c->arena, &j->code, e));
	j->t.contract = "PlumeAnchor";
	j->t.abi = j->code.abi;
	PL_TRY(pl_anchors_read(c, &j->old, &j->n_old, j->dir, j->net.chain_id,
			       e));
	j->tx = (struct pl_token_tx){ .c = c,
				      .net = &j->net,
				      .t = &j->t,
				      .signer = &j->a->signer,
				      .send = &j->a->send };
	PL_TRY(pl_signer_address(c, &j->tx.from, &j->a->signer, e));
	j->x.network = j->net.name;
	j->x.chain_id = j->net.chain_id;
	j->x.by = j->tx.from;
	return choose(j, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);

	j->c = c;
	j->a = opaque;
	if (!c->g->dry_run)
		PL_TRY(pl_require(c, PL_CLAIMED, e));
	PL_TRY(begin(j, e));
	if (!j->x.n) {
		pl_say(c, "every record here is anchored on %s", j->net.name);
		return print(j, "nothing", e);
	}
	PL_TRY(pl_token_node(c, &j->rpc, &j->dry, &j->a->send, e));
	j->tx.rpc = j->rpc;
	j->tx.dry = j->dry;
	PL_TRY(earlier_run(j, e));
	if (j->since)
		return already(j, e);
	PL_TRY(where(j, e));
	if (!j->deploy)
		PL_TRY(since(j, &j->since, &j->x.contract, e));
	if (j->since)
		return already(j, e);
	PL_TRY(plan(j, e));
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

const struct pl_cmd cmd_record_anchor = {
	.path = "record anchor",
	.summary = "put a Merkle root of decision records on chain",
	.about =
		"Takes the records that no root of the account's on this chain "
		"holds yet (or those named), makes one Merkle root of their "
		"ids, and writes it into PlumeAnchor, a contract that keeps "
		"for each account and root the time of its first block. The "
		"first batch brings the contract along; later ones use it "
		"again.\n\n"
		"The tree is RFC 6962's with SHA-256: leaves SHA-256(00, id), "
		"nodes SHA-256(01, left, right), the ids in ascending order, "
		"each once. Which records a root holds is written to "
		"records/anchors/, before anything is sent and again with the "
		"receipt: a run that was cut off goes on where it was, and "
		"one that is done again changes nothing.\n\n"
		"Nothing of the records but the root is published.",
	.needs = PL_NEEDS_NET | PL_HAS_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
