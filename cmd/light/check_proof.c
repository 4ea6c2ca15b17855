#include <inttypes.h>

#include "cmd/light/checks.h"
#include "crypto/addr.h"

struct args {
	const char *header;
	const struct pl_hash32 *state_root;
	struct pl_strs files;
};

struct row {
	const char *file;
	const struct pl_addr *address;
	const uint64_t *number;
	const struct pl_hash32 *hash, *state_root;
	const char *anchor;
	const bool *exists;
	const uint64_t *nonce;
	const struct pl_u256 *balance;
	const struct pl_hash32 *code_hash, *storage_root;
	struct pl_list slots;
	struct pl_verdict v;
};

static const struct pl_opt opts[] = {
	{ .name = "header",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, header, const char *),
	  .arg = "FILE|RLP",
	  .about = "the header to prove from, a file of any form check-block "
		   "takes or its RLP in hexadecimal" },
	{ .name = "state-root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, state_root, const struct pl_hash32 *),
	  .arg = "ROOT",
	  .about = "the state root to prove from",
	  .flags = PL_GIVEN },
	{ .name = "file",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, files, struct pl_strs),
	  .arg = "FILE",
	  .about = "eth_getProof answers in JSON; - is standard input",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ 0 },
};

static const struct pl_field slot_fields[] = {
	{ .name = "key",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct pl_slot_report, key, struct pl_hash32),
	  .about = "storage slot" },
	{ .name = "value",
	  .kind = PL_U256,
	  .off = PL_AT(struct pl_slot_report, value, struct pl_u256),
	  .about = "what it holds; 0 when absent" },
	{ .name = "exists",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct pl_slot_report, exists, bool),
	  .about = "false: proven to be absent" },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "file",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, file, const char *),
	  .about = "where the proof was read" },
	{ .name = "address",
	  .kind = PL_ADDR,
	  .off = PL_AT(struct row, address, const struct pl_addr *),
	  .about = "the account",
	  .flags = PL_NULLABLE },
	{ .name = "number",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, number, const uint64_t *),
	  .about = "block number; null without a header",
	  .flags = PL_NULLABLE },
	{ .name = "hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, hash, const struct pl_hash32 *),
	  .about = "the header's block hash; null without a header",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "state_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, state_root, const struct pl_hash32 *),
	  .about = "what it was proven from",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "anchor",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, anchor, const char *),
	  .about = "where the root comes from: header, state-root, or file "
		   "(the proof's own word)" },
	{ .name = "exists",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct row, exists, const bool *),
	  .about = "false: the account is proven to be absent",
	  .flags = PL_NULLABLE },
	{ .name = "nonce",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, nonce, const uint64_t *),
	  .about = "proven",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "balance",
	  .kind = PL_U256,
	  .off = PL_AT(struct row, balance, const struct pl_u256 *),
	  .about = "proven, in wei",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "code_hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, code_hash, const struct pl_hash32 *),
	  .about = "proven",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "storage_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, storage_root, const struct pl_hash32 *),
	  .about = "proven",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "slots",
	  .kind = PL_LIST,
	  .off = PL_AT(struct row, slots, struct pl_list),
	  .about = "storage slots proven",
	  .flags = PL_WIDE,
	  .sub = slot_fields,
	  .size = sizeof(struct pl_slot_report) },
	PL_FIELDS_VERDICT(struct row),
	{ 0 },
};

/* The empty state: everything is absent from it. */
#define EMPTY                                                                  \
	"0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
#define NO_CODE                                                                \
	"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
#define SETUP                                                                  \
	"printf '%s' '{\"address\":"                                           \
	"\"0x00000000000000000000000000000000000000aa\",\"accountProof\":[]"   \
	",\"balance\":\"0x0\",\"nonce\":\"0x0\",\"codeHash\":\"" NO_CODE       \
	"\",\"storageHash\":\"" EMPTY "\",\"storageProof\":[]}' >proof.json"

static const struct pl_example examples[] = {
	{ .about = "an account that the empty state does not hold",
	  .line = "plume light check-proof --state-root " EMPTY " proof.json",
	  .setup = SETUP },
	{ .about = "the same answer under another root is false",
	  .line = "plume light check-proof --state-root " NO_CODE
		  " proof.json --json",
	  .setup = SETUP,
	  .status = 1 },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	const struct pl_slot_report *s = r->slots.v;
	FILE *f = pl_out_file(o);
	char addr[PL_ADDR_TEXT] = "no address", dec[PL_U256_DEC];

	(void)e;
	if (r->address)
		pl_addr_text(addr, r->address);
	(void)fprintf(f, "%s%s%s, %s\n", r->v.ok ? "ok     " : "FALSE  ", addr,
		      r->exists && !*r->exists ? " absent" : "",
		      pl_out_safe(a, r->file));
	if (r->balance && *r->exists) {
		pl_u256_dec(dec, r->balance);
		(void)fprintf(f, "       balance %s wei, nonce %" PRIu64 "\n",
			      dec, *r->nonce);
	}
	for (size_t i = 0; i < r->slots.n; i++) {
		pl_u256_dec(dec, &s[i].value);
		(void)fprintf(f, "       slot %s = %s\n",
			      pl_hash32_text(a, &s[i].key),
			      s[i].exists ? dec : "absent");
	}
	if (r->state_root)
		(void)fprintf(f, "       under %s (%s)\n",
			      pl_hash32_text(a, r->state_root), r->anchor);
	pl_checks_say(o, &r->v);
	return PL_OK;
}

/* Only what was proven is told: a false proof has no balance. */
static void fill(struct row *r, const struct pl_proof_report *p, bool ok)
{
	if (!p->known)
		return;
	r->address = &p->address;
	r->number = p->has_number ? &p->number : NULL;
	r->hash = p->has_hash ? &p->hash : NULL;
	r->state_root = &p->state_root;
	r->anchor = p->anchor;
	if (!ok)
		return;
	r->exists = &p->exists;
	r->nonce = &p->account.nonce;
	r->balance = &p->account.balance;
	r->code_hash = &p->account.code_hash;
	r->storage_root = &p->account.storage_root;
	r->slots = (struct pl_list){ p->slots, p->n_slots };
}

static enum pl_rc check_item(struct pl_checks *l, const void *opaque,
			     const char *file, const struct pl_json *item,
			     struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_anchor anchor = { .root = a->state_root };
	struct row row = { .file = file };
	struct pl_proof_report report;
	struct pl_check check;
	struct pl_header h;
	enum pl_rc rc;

	PL_TRY(pl_checks_anchor(l->c, &anchor, &h, a->header, item, e));
	pl_check_init(&check, l->scratch);
	rc = pl_check_proof(&check, &report, item, &anchor, e);
	if (rc == PL_EUSAGE)
		return pl_note(e, "%s", file);
	fill(&row, &report, !rc);
	pl_checks_verdict(l, &row.v, &check, file, rc, e);
	return pl_out_row(l->c->out, &row, e);
}

static enum pl_rc unread(struct pl_checks *l, const char *file, enum pl_rc rc,
			 struct pl_err *e)
{
	struct row row = { .file = file };

	pl_checks_unread(l, &row.v, rc, e);
	return pl_out_row(l->c->out, &row, e);
}

static const struct pl_checks_job job = { NULL, check_item, unread };

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;

	if (a->header && a->state_root)
		return pl_fail(e, PL_EUSAGE,
			       "--header and --state-root: give one of them");
	return pl_checks_run(c, &job, a, &a->files, e);
}

const struct pl_cmd cmd_light_check_proof = {
	.path = "light check-proof",
	.summary = "verify eth_getProof answers that were read from a file",
	.about =
		"Walks the Merkle-Patricia proofs of an account and of its "
		"storage slots from a state root down: to the value, or to the "
		"place that shows there is none.  Every node must be the one "
		"its parent names, in its canonical form, and none may be left "
		"over.\n\n"
		"The root is that of --header, or --state-root.  Without "
		"either, the root the file itself states stands in, and "
		"`anchor` says `file`.\n\n"
		"Rules: account.proof, account.nonce, account.balance, "
		"account.code_hash, account.storage_root, account.exists, "
		"storage.proof, storage.value; anchor.block_hash, "
		"anchor.number and anchor.state_root when the file speaks of "
		"another block than the header; `input` for what is no proof "
		"at all.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
