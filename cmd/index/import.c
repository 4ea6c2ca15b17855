#include "cmd/index/open.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/time.h"
#include "out/progress.h"
#include "sync/import.h"

#define BAD_SHOWN 20 /* wrong rows told one by one; the rest is a count */

struct args {
	struct pl_strs files;
	const struct pl_addr *token;
	int format;
	const char *map, *where;
	const uint64_t *decimals;
	int units, dates;
	bool skip_bad;
};

struct row {
	const char *source;
	uint64_t chain_id;
	const struct pl_addr *token;
	uint64_t tokens;
	int format;
	uint64_t rows, added, completed, duplicates, rejected, ignored;
	uint64_t zero_value, no_log_index;
	enum pl_trust trust;
	const uint64_t *first_block, *last_block;
	struct pl_hash32 sha256;
	bool dry_run;
};

static const char *const units_words[] = { "auto", "raw", "decimal", NULL };
static const char *const dates_words[] = { "iso", "mdy", "dmy", NULL };

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "file", .kind = PL_FILE, .off = A(files, struct pl_strs),
	  .arg = "FILE",
	  .about = "what to read; gzip is unpacked, - is standard "
			   "input",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = A(token, const struct pl_addr *), .arg = "TOKEN",
	  .about = "only this token; needed where the file names none",
	  .flags = PL_GIVEN },
	{ .name = "format", .kind = PL_ENUM, .off = A(format, int),
	  .arg = "FORMAT", .words = pl_import_format_words, .def = "auto",
	  .about = "what the file is" },
	{ .name = "map", .kind = PL_STR, .off = A(map, const char *),
	  .arg = "PART=COLUMN,…",
	  .about = "columns of a CSV, by name or number: from, to, value, "
		   "tx, log_index, block, block_hash, time, token, symbol, "
		   "decimals, chain" },
	{ .name = "where", .kind = PL_STR, .off = A(where, const char *),
	  .arg = "COLUMN=VALUE",
	  .about = "only rows of a CSV with this value" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = A(decimals, const uint64_t *), .arg = "N", .max = 255,
	  .about = "decimals of the token", .flags = PL_GIVEN },
	{ .name = "units", .kind = PL_ENUM, .off = A(units, int),
	  .arg = "UNITS", .words = units_words, .def = "auto",
	  .about = "what a CSV's values are: raw units or whole tokens; "
		   "auto: whole tokens in explorers' exports" },
	{ .name = "dates", .kind = PL_ENUM, .off = A(dates, int),
	  .arg = "ORDER", .words = dates_words, .def = "iso",
	  .about = "how to read 1/2/2016" },
	{ .name = "skip-bad", .kind = PL_FLAG, .off = A(skip_bad, bool),
	  .about = "leave out rows that are wrong, and count them" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "source", .kind = PL_STR, .off = F(source, const char *),
	  .about = "the file" },
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id", .flags = PL_WIDE },
	{ .name = "token", .kind = PL_ADDR,
	  .off = F(token, const struct pl_addr *),
	  .about = "the token, when the rows are of one",
	  .flags = PL_NULLABLE },
	{ .name = "tokens", .kind = PL_UINT, .off = F(tokens, uint64_t),
	  .about = "different tokens among the rows", .flags = PL_WIDE },
	{ .name = "format", .kind = PL_ENUM, .off = F(format, int),
	  .words = pl_import_format_words,
	  .about = "what the file was read as" },
	{ .name = "rows", .kind = PL_UINT, .off = F(rows, uint64_t),
	  .about = "transfers read: added, completed and duplicates" },
	{ .name = "added", .kind = PL_UINT, .off = F(added, uint64_t),
	  .about = "new in the index" },
	{ .name = "completed", .kind = PL_UINT, .off = F(completed, uint64_t),
	  .about = "known already; a log index, block, time or hash came in" },
	{ .name = "duplicates", .kind = PL_UINT, .off = F(duplicates, uint64_t),
	  .about = "known already, nothing new" },
	{ .name = "rejected", .kind = PL_UINT, .off = F(rejected, uint64_t),
	  .about = "wrong rows left out (--skip-bad)" },
	{ .name = "ignored", .kind = PL_UINT, .off = F(ignored, uint64_t),
	  .about = "other events, other tokens, rows not taken by --where",
	  .flags = PL_WIDE },
	{ .name = "zero_value", .kind = PL_UINT, .off = F(zero_value, uint64_t),
	  .about = "rows of value 0", .flags = PL_WIDE },
	{ .name = "no_log_index", .kind = PL_UINT,
	  .off = F(no_log_index, uint64_t),
	  .about = "rows without a log index, told apart by content and number",
	  .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "how far the rows can be believed" },
	{ .name = "first_block", .kind = PL_UINT,
	  .off = F(first_block, const uint64_t *),
	  .about = "lowest block among the rows", .flags = PL_NULLABLE },
	{ .name = "last_block", .kind = PL_UINT,
	  .off = F(last_block, const uint64_t *),
	  .about = "highest block among the rows", .flags = PL_NULLABLE },
	{ .name = "sha256", .kind = PL_HASH32,
	  .off = F(sha256, struct pl_hash32),
	  .about = "SHA-256 of the file as it is on the disk",
	  .flags = PL_WIDE },
	{ .name = "dry_run", .kind = PL_FLAG, .off = F(dry_run, bool),
	  .about = "true: nothing was kept", .flags = PL_WIDE },
	{ 0 },
};

#define HEAD \
	"token_address,from_address,to_address,value,transaction_hash," \
	"log_index,block_number\\n"
#define TOKEN PL_EXAMPLE_TOKEN
#define FROM "0x2222222222222222222222222222222222222222"
#define TO "0x3333333333333333333333333333333333333333"
#define HALF "44444444444444444444444444444444"
#define TX "0x" HALF HALF
static const struct pl_example examples[] = {
	{ .about = "an export of ethereum-etl",
	  .line = "plume index import transfers.csv",
	  .setup = "printf '" HEAD TOKEN "," FROM "," TO ",250," TX
		   ",0,7\\n' > transfers.csv" },
	{ .about = "any CSV, its columns named; values in whole tokens",
	  .line = "plume index import moves.csv --token " TOKEN
		  " --map from=sender,to=receiver,value=amount,tx=id "
		  "--units decimal --decimals 6",
	  .setup = "printf 'id,sender,receiver,amount\\n" TX "," FROM "," TO
		   ",\"1,250.5\"\\n' > moves.csv" },
	{ .about = "a wrong row: nothing is imported, exit status 4",
	  .line = "plume index import broken.csv", .status = 4,
	  .setup = "printf '" HEAD TOKEN "," FROM ",0x33,250," TX
		   ",0,7\\n' > broken.csv" },
	{ 0 },
};
/* clang-format on */

/* For the importer's calls back. */
struct meter {
	struct pl_ctx *c;
	struct pl_progress *p;
	uint64_t bad;
};

static void on_bad(void *ctx, const char *words)
{
	struct meter *m = ctx;

	if (m->bad++ < BAD_SHOWN)
		pl_say(m->c, "left out: %s", words);
}

static void on_rows(void *ctx, uint64_t rows)
{
	struct meter *m = ctx;

	pl_progress_at(m->p, rows);
}

static enum pl_rc put_row(struct pl_ctx *c, const char *path,
			  const struct pl_import *how,
			  const struct pl_import_result *r, struct pl_err *e)
{
	const struct row row = {
		.source = path,
		.chain_id = how->chain,
		.token = r->tokens == 1 ? &r->token : NULL,
		.tokens = r->tokens,
		.format = (int)r->format,
		.rows = r->rows,
		.added = r->added,
		.completed = r->enriched,
		.duplicates = r->duplicates,
		.rejected = r->rejected,
		.ignored = r->ignored,
		.zero_value = r->zero_value,
		.no_log_index = r->no_log_index,
		.trust = PL_LOCAL,
		.first_block = r->blocks_known ? &r->first_block : NULL,
		.last_block = r->blocks_known ? &r->last_block : NULL,
		.sha256 = r->digest,
		.dry_run = how->dry_run,
	};

	if (r->no_log_index)
		pl_say(c,
		       "%s: %" PRIu64
		       " rows carry no log index; equal rows of one "
		       "transaction are kept apart by their order",
		       path, r->no_log_index);
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc one_file(struct pl_ctx *c, struct pl_index *ix,
			   const struct pl_import *how, const char *path,
			   struct pl_err *e)
{
	struct meter m = { c, pl_ctx_progress(c, "rows", 0), 0 };
	struct pl_import mine = *how;
	struct pl_import_result r;
	enum pl_rc rc;

	mine.ctx = &m;
	rc = pl_import_file(ix, &r, &mine, path, e);
	pl_progress_end(m.p);
	if (m.bad > BAD_SHOWN)
		pl_say(c, "left out: %" PRIu64 " more rows of %s",
		       m.bad - BAD_SHOWN, path);
	if (rc)
		return rc;
	return put_row(c, path, how, &r, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_import how = {
		.token_set = a->token,
		.format = (enum pl_import_format)a->format,
		.map = a->map,
		.where = a->where,
		.decimals_set = a->decimals,
		.decimals = a->decimals ? (uint8_t)*a->decimals : 0,
		.units = (enum pl_units)a->units,
		.dates = (enum pl_dates)a->dates,
		.skip_bad = a->skip_bad,
		.dry_run = c->g->dry_run,
		.now = pl_time_now(),
		.on_bad = on_bad,
		.on_rows = on_rows,
	};
	struct pl_network net;
	struct pl_index *ix;
	const char *path;
	bool was_there;
	enum pl_rc rc = PL_OK;

	PL_TRY(pl_require(c, PL_LOCAL, e));
	PL_TRY(pl_ctx_network(c, &net, e));
	how.chain = net.chain_id;
	if (a->token)
		how.token = *a->token;
	PL_TRY(pl_ctx_store_path(c, &path, e));
	was_there = pl_file_exists(path);
	PL_TRY(pl_open_index(c, &ix, PL_INDEX_CREATE, e));
	for (size_t i = 0; !rc && i < a->files.n; i++)
		rc = one_file(c, ix, &how, a->files.v[i], e);
	pl_close_index(c, ix, was_there);
	return rc;
}

const struct pl_cmd cmd_index_import = {
	.path = "index import",
	.summary = "read transfers of tokens from files into the index",
	.about =
		"Takes eth_getLogs answers (JSON), exports of ethereum-etl "
		"(JSON, JSON lines, CSV), exports of block explorers (CSV with "
		"Txhash, From, To, Quantity), what `plume index export` "
		"writes, and any other CSV through --map.  Values are kept "
		"exactly, all 256 bits of them.\n\n"
		"A file is imported whole or not at all: the first wrong row "
		"ends it with file, line, column and value, unless --skip-bad "
		"leaves such rows out.  Of several files, those before a "
		"wrong one stay imported.  Importing a file again adds "
		"nothing.\n\n"
		"A transfer is known by its transaction and log index.  Where "
		"the file has no log index, rows are told apart by content "
		"(token, sender, recipient, value) and, among equal rows of "
		"one transaction, by their number within the file; a source "
		"that knows the log index completes such rows later.  Two "
		"files that each hold a part of one transaction's equal rows "
		"therefore count as overlapping.  A row that contradicts the "
		"index is refused, never written over.\n\n"
		"Rows are labelled `local`: a file of your own, which nobody "
		"else has reason to believe.  The chain is that of --network.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
