#include <inttypes.h>

#include "cmd/light/signers.h"

struct args {
	struct pl_strs files;
	struct pl_signers signers;
};

struct row {
	const char *file;
	const uint64_t *number;
	const struct pl_hash32 *hash;
	const char *chain, *fork;
	uint64_t transactions, hashes_only;
	const struct pl_addr *signer;
	struct pl_verdict v;
};

/* A row, and what linking it to others needs. */
struct item {
	struct row row;
	struct pl_block_report report;
	struct item *next;
};

static const struct pl_opt opts[] = {
	{ .name = "file",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, files, struct pl_strs),
	  .arg = "FILE",
	  .about = "blocks or headers in JSON; - is standard input",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ .name = "signers",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, signers.list, const char *),
	  .arg = "LIST",
	  .about = "who may seal the first clique block given: addresses with "
		   "commas between, or `checkpoint`, the list in its header" },
	{ .name = "epoch",
	  .kind = PL_UINT,
	  .off = PL_AT(struct args, signers.epoch, uint64_t),
	  .arg = "BLOCKS",
	  .about = "from checkpoint to checkpoint of a clique chain",
	  .def = "30000" },
	{ .name = "period",
	  .kind = PL_UINT,
	  .off = PL_AT(struct args, signers.period, uint64_t),
	  .arg = "SECONDS",
	  .about = "that clique blocks are apart at least (0: not checked)",
	  .def = "0" },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "file",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, file, const char *),
	  .about = "where the block was read" },
	{ .name = "number",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, number, const uint64_t *),
	  .about = "block number",
	  .flags = PL_NULLABLE },
	{ .name = "hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, hash, const struct pl_hash32 *),
	  .about = "Keccak-256 of the header's RLP, computed",
	  .flags = PL_NULLABLE },
	{ .name = "chain",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, chain, const char *),
	  .about = "ethereum, nitro, clique or unknown, by the header's form" },
	{ .name = "fork",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, fork, const char *),
	  .about = "whose rules the header follows" },
	{ .name = "transactions",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, transactions, uint64_t),
	  .about = "verified: hash, sender and place under the root" },
	{ .name = "hashes_only",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, hashes_only, uint64_t),
	  .about = "given as hashes, which prove nothing",
	  .flags = PL_WIDE },
	{ .name = "signer",
	  .kind = PL_ADDR,
	  .off = PL_AT(struct row, signer, const struct pl_addr *),
	  .about = "who sealed a proof-of-authority block",
	  .flags = PL_NULLABLE | PL_WIDE },
	PL_FIELDS_VERDICT(struct row),
	{ 0 },
};

/* A header of 15 fields and no transactions: the shape of a fixture. */
#define SETUP                                                                  \
	"printf '\"0x%s\"' \"f901ef"                                           \
	"$(printf 'a0%064d' 1)a01dcc4de8dec75d7aab85b567b6ccd41ad312451b"      \
	"948a7413f0a142fd40d4934794$(printf '%040d' 2)$(printf 'a0%064d' 3)"   \
	"a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"   \
	"a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"   \
	"b90100$(printf '%0512d' 0)0180825208808080a0$(printf '%064d' 4)"      \
	"88$(printf '%016d' 5)\" >header.json"

static const struct pl_example examples[] = {
	{ .about = "a header as bare RLP: what it hashes to",
	  .line = "plume light check-block header.json",
	  .setup = SETUP },
	{ .about = "the same as JSON",
	  .line = "plume light check-block header.json --json",
	  .setup = SETUP },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	FILE *f = pl_out_file(o);

	(void)e;
	(void)fputs(r->v.ok ? "ok     " : "FALSE  ", f);
	if (r->number)
		(void)fprintf(f, "block %" PRIu64 " %s, ", *r->number, r->fork);
	if (r->transactions)
		(void)fprintf(f, "%" PRIu64 " transaction%s, ", r->transactions,
			      r->transactions == 1 ? "" : "s");
	if (r->hashes_only)
		(void)fprintf(f, "%" PRIu64 " bare hash%s (not proven), ",
			      r->hashes_only, r->hashes_only == 1 ? "" : "es");
	(void)fprintf(f, "%s\n", pl_out_safe(pl_out_arena(o), r->file));
	if (r->hash)
		(void)fprintf(f, "       %s\n",
			      pl_hash32_text(pl_out_arena(o), r->hash));
	pl_checks_say(o, &r->v);
	return PL_OK;
}

static struct item *add_item(struct pl_checks *l, struct item ***end,
			     const char *file)
{
	struct item *it = PL_NEW(l->c->arena, struct item);

	it->row.file = file;
	**end = it;
	*end = &it->next;
	return it;
}

static void fill(struct pl_arena *a, struct item *it)
{
	struct row *r = &it->row;
	struct pl_block_report *b = &it->report;

	/* extra data lies in the file's memory, which goes */
	if (b->known && b->has_signer)
		b->header.extra = pl_span_dup(a, b->header.extra);
	else
		b->header.extra = (struct pl_span){ NULL, 0 };
	if (!b->known)
		return;
	r->number = &b->header.number;
	r->hash = &b->header.hash;
	r->chain = b->chain;
	r->fork = b->fork;
	r->transactions = b->transactions;
	r->hashes_only = b->hashes_only;
	r->signer = b->has_signer ? &b->signer : NULL;
}

static const char *where_of(struct pl_checks *l, const struct item *it)
{
	if (!it->report.known)
		return it->row.file;
	return pl_printf(l->c->arena, "%s: block %" PRIu64, it->row.file,
			 it->report.header.number);
}

static void check_file(struct pl_checks *l, struct item ***end,
		       const char *file)
{
	struct pl_answers found;
	struct pl_err e;
	enum pl_rc rc = pl_checks_file(l, &found, file, NULL, &e);

	if (rc) {
		pl_checks_unread(l, &add_item(l, end, file)->row.v, rc, &e);
		return;
	}
	for (size_t i = 0; i < found.n; i++) {
		struct item *it = add_item(l, end, file);
		struct pl_check check;

		pl_check_init(&check, l->scratch);
		rc = pl_check_block(&check, &it->report, found.v[i],
				    pl_light_families, &e);
		fill(l->c->arena, it);
		pl_checks_verdict(l, &it->row.v, &check, where_of(l, it), rc,
				  &e);
	}
}

/* The block before, among those that hold: the one this one names, or, so
 * that the failure can be told, any of that number. */
static const struct item *find_parent(const struct item *all,
				      const struct item *it)
{
	const struct pl_header *h = &it->report.header;
	const struct item *other = NULL;

	for (; all; all = all->next) {
		const struct pl_block_report *r = &all->report;

		if (!all->row.v.ok || r->header.number + 1 != h->number ||
		    strcmp(r->chain, it->report.chain) != 0)
			continue;
		if (pl_hash32_equal(&r->header.hash, &h->parent_hash))
			return all;
		other = all;
	}
	return other;
}

static void check_links(struct pl_checks *l, struct item *all)
{
	for (struct item *it = all; it; it = it->next) {
		const struct item *parent;
		struct pl_check check;
		struct pl_err e;
		enum pl_rc rc;

		if (!it->row.v.ok)
			continue;
		parent = find_parent(all, it);
		if (!parent)
			continue;
		pl_check_init(&check, l->scratch);
		rc = pl_check_link(&check, &it->report, &parent->report, &e);
		pl_checks_also(l, &it->row.v, &check, where_of(l, it), rc, &e);
	}
}

/* The clique blocks that hold so far. */
static enum pl_rc check_signers(struct pl_checks *l, const struct args *a,
				struct item *all, struct pl_err *e)
{
	struct pl_sealed *v = NULL;
	size_t n = 0;

	if (!a->signers.list)
		return PL_OK;
	for (; all; all = all->next) {
		if (!all->row.v.ok || !all->report.has_signer)
			continue;
		v = pl_grow(l->c->arena, v, n, sizeof(*v));
		v[n++] = (struct pl_sealed){ &all->report, &all->row.v,
					     where_of(l, all) };
	}
	return pl_checks_signers(l, &a->signers, v, n, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct item *all = NULL, **end = &all;
	enum pl_rc rc = PL_OK;
	struct pl_checks l;

	pl_checks_init(&l, c);
	for (size_t i = 0; i < a->files.n; i++)
		check_file(&l, &end, a->files.v[i]);
	check_links(&l, all);
	rc = check_signers(&l, a, all, e);
	for (const struct item *it = all; it && !rc; it = it->next)
		rc = pl_out_row(c->out, &it->row, e);
	return pl_checks_end(&l, rc, e);
}

const struct pl_cmd cmd_light_check_block = {
	.path = "light check-block",
	.summary = "verify blocks that were read from a file",
	.about =
		"Takes blocks as nodes serve them (eth_getBlockByNumber with "
		"full transactions, the whole JSON-RPC answer or its result, "
		"one or a list), archives of {header RLP, raw transactions, "
		"withdrawals, uncles, receipts}, and headers alone.  Nothing "
		"is asked of anybody.\n\n"
		"Rules, by the names that `failed` and `proved` use: "
		"header.hash (the header hashes to what is claimed), "
		"header.rlp (its RLP and its fields are the same), header.gas, "
		"header.nonce, header.no_uncles, header.blob_gas, "
		"header.blob_limit (main network: by fork); tx.hash, "
		"tx.sender (recovered from the signature), tx.from (nobody "
		"signs a transaction of Nitro's own kinds: its sender is part "
		"of the hash), tx.root, tx.type, "
		"tx.one_chain, tx.chain_id, tx.blob_fee, and tx.block_hash, "
		"tx.block_number, tx.index, tx.v, tx.y_parity, tx.gas_price "
		"for what no hash covers; withdrawals.root, withdrawals.none; "
		"uncles.hash; receipts.root, receipts.bloom and the other "
		"rules of check-receipts where receipts are there; block.size, "
		"block.total_difficulty, block.number, block.tx_root, "
		"block.receipts_root, block.state_root; clique.signer; "
		"with --signers also clique.authorized, clique.recent (one "
		"block of floor(n/2)+1 in a row), clique.turn (difficulty 2 "
		"in turn, else 1), clique.checkpoint, clique.vote, "
		"clique.period; "
		"nitro.l1_block, nitro.send_root, nitro.send_count, "
		"nitro.tx_form (what nodes make up around a transaction of "
		"Nitro's own kinds); "
		"parent.link, parent.time and, on the main network with "
		"transactions, parent.excess_blob between blocks given "
		"together.  "
		"`input` stands for bytes that are no block at all.\n\n"
		"Of Nitro's own kinds of transactions, 0x64 to 0x6a are taken; "
		"not 0x78, from Arbitrum One before Nitro: its hash does not "
		"follow from its fields.  Plume never had one.\n\n"
		"A block whose transactions are given as hashes only has its "
		"header checked; `transactions` counts what was proven.  The "
		"requests of EIP-7685 (deposits, exits, consolidations) are "
		"under requestsHash in the header, and so under its hash, but "
		"nodes do not serve them: that hash is not rebuilt.  The "
		"trust label is local: that the header belongs to a chain is "
		"another question.\n\n"
		"With --signers the clique blocks that hang on each other, "
		"from the lowest number on, are held to EIP-225, and votes "
		"change the list as they pass; those that follow are labelled "
		"signed, those behind a gap or behind a false block stay "
		"local.  Votes and seals from before the first block are not "
		"known: begin behind a checkpoint to have them all.  How long "
		"a signer out of turn waits (the wiggle) is not written into "
		"any block, and is no rule.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
