#include <inttypes.h>

#include "cmd/light/checks.h"

struct args {
	const char *header;
	const struct pl_hash32 *root;
	struct pl_strs files;
};

struct row {
	const char *file;
	const uint64_t *number;
	const struct pl_hash32 *hash, *root;
	const char *anchor;
	uint64_t receipts, logs;
	struct pl_verdict v;
};

static const struct pl_opt opts[] = {
	{ .name = "header",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, header, const char *),
	  .arg = "FILE|RLP",
	  .about = "the block's header, a file of any form check-block takes "
		   "or its RLP in hexadecimal" },
	{ .name = "receipts-root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, root, const struct pl_hash32 *),
	  .arg = "ROOT",
	  .about = "the receipts root, where there is no header",
	  .flags = PL_GIVEN },
	{ .name = "file",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, files, struct pl_strs),
	  .arg = "FILE",
	  .about = "all receipts of a block in JSON; - is standard input",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "file",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, file, const char *),
	  .about = "where the receipts were read" },
	{ .name = "number",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, number, const uint64_t *),
	  .about = "block number; null without a header",
	  .flags = PL_NULLABLE },
	{ .name = "hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, hash, const struct pl_hash32 *),
	  .about = "block hash; null without a header",
	  .flags = PL_NULLABLE },
	{ .name = "receipts_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, root, const struct pl_hash32 *),
	  .about = "rebuilt from all receipts",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "anchor",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, anchor, const char *),
	  .about = "what they were held against: header, receipts-root, or "
		   "file (its own header or word)" },
	{ .name = "receipts",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, receipts, uint64_t),
	  .about = "verified" },
	{ .name = "logs",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, logs, uint64_t),
	  .about = "in them" },
	PL_FIELDS_VERDICT(struct row),
	{ 0 },
};

#define EMPTY                                                                  \
	"0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"

static const struct pl_example examples[] = {
	{ .about = "the receipts of a block without transactions",
	  .line = "plume light check-receipts --receipts-root " EMPTY
		  " receipts.json",
	  .setup = "echo '[]' >receipts.json" },
	{ .about = "a whole JSON-RPC answer, result as JSON",
	  .line = "plume light check-receipts --receipts-root " EMPTY
		  " answer.json --json",
	  .setup = "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}' "
		   ">answer.json" },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	FILE *f = pl_out_file(o);

	(void)e;
	(void)fputs(r->v.ok ? "ok     " : "FALSE  ", f);
	if (r->number)
		(void)fprintf(f, "block %" PRIu64 ", ", *r->number);
	if (r->v.ok)
		(void)fprintf(f, "%" PRIu64 " receipt%s, %" PRIu64 " log%s, ",
			      r->receipts, r->receipts == 1 ? "" : "s", r->logs,
			      r->logs == 1 ? "" : "s");
	(void)fprintf(f, "%s\n", pl_out_safe(pl_out_arena(o), r->file));
	if (r->root)
		(void)fprintf(f, "       under %s (%s)\n",
			      pl_hash32_text(pl_out_arena(o), r->root),
			      r->anchor);
	pl_checks_say(o, &r->v);
	return PL_OK;
}

static void fill(struct row *r, const struct pl_receipts_report *p)
{
	r->anchor = p->anchor;
	if (p->has_block) {
		r->number = &p->number;
		r->hash = &p->hash;
	}
	if (!p->known)
		return;
	r->root = &p->root;
	r->receipts = p->receipts;
	r->logs = p->logs;
}

static enum pl_rc check_item(struct pl_checks *l, const void *opaque,
			     const char *file, const struct pl_json *item,
			     struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_anchor anchor = { .root = a->root,
				    .families = pl_light_families };
	struct row row = { .file = file };
	struct pl_receipts_report report;
	struct pl_check check;
	struct pl_header h;
	enum pl_rc rc;

	PL_TRY(pl_checks_anchor(l->c, &anchor, &h, a->header, item, e));
	pl_check_init(&check, l->scratch);
	rc = pl_check_receipts(&check, &report, item, &anchor, e);
	if (rc == PL_EUSAGE)
		return pl_note(e, "%s", file);
	fill(&row, &report);
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

static const struct pl_checks_job job = { pl_is_receipt_list, check_item,
					  unread };

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;

	if (a->header && a->root)
		return pl_fail(e, PL_EUSAGE,
			       "--header and --receipts-root: give one");
	return pl_checks_run(c, &job, a, &a->files, e);
}

const struct pl_cmd cmd_light_check_receipts = {
	.path = "light check-receipts",
	.summary = "verify all receipts of a block that were read from a file",
	.about = "Rebuilds the receipts root and every bloom from "
		 "eth_getBlockReceipts answers or raw receipts, and holds them "
		 "against --header (or --receipts-root).  A file that brings "
		 "its own header, or states a root itself, needs neither; "
		 "`anchor` then says `file`.\n\n"
		 "Rules: receipts.root, receipts.bloom (the header's), "
		 "receipts.gas, receipts.blob_gas, receipts.count, "
		 "receipt.bloom, receipt.gas "
		 "(cumulative gas rises); receipt.block_hash, "
		 "receipt.block_number, receipt.index, receipt.gas_used, "
		 "receipt.contract, receipt.price, receipt.blob_gas, "
		 "receipt.blob_price (main network) and receipt.tx_hash, "
		 "receipt.type, receipt.from, receipt.to where the "
		 "transactions are there (in the file or in that of --header); "
		 "log.block_hash, log.block_number, log.time, log.tx_index, "
		 "log.tx_hash, log.index, log.removed; anchor.block_hash, "
		 "anchor.number, anchor.receipts_root when the file speaks of "
		 "another block than the header; `input` for what are no "
		 "receipts at all.\n\n"
		 "Sender, receiver and price are not in a receipt that is "
		 "hashed: they are proven only with the transactions.  A "
		 "single receipt (eth_getTransactionReceipt) is refused: "
		 "the root is made of all receipts of a block, and of one "
		 "alone nothing follows.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
