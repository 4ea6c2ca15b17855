/* One record against the root on chain: record → id → path → root → slot of
 * the contract → state root → the light client's header. */
#include <inttypes.h>

#include "base/limits.h"
#include "base/time.h"
#include "cmd/light/evidence.h"
#include "cmd/light/read.h"
#include "cmd/record/anchors.h"
#include "crypto/addr.h"
#include "crypto/sha256.h"
#include "record/batch.h"
#include "record/record.h"

struct args {
	struct pl_read_args read;
	const char *id;
	const struct pl_hash32 *root;
};

struct row {
	const char *id, *command, *verdict;
	struct pl_hash32 root;
	uint64_t place, records, path;
	struct pl_addr contract, by;
	struct pl_hash32 slot;
	int64_t anchored;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "id", .kind = PL_STR,
	  .off = PL_AT(struct args, id, const char *), .arg = "ID",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the record's id, or its first digits" },
	{ .name = "root", .kind = PL_HASH32,
	  .off = PL_AT(struct args, root, const struct pl_hash32 *),
	  .arg = "ROOT", .flags = PL_GIVEN,
	  .about = "against this root; without it, the first that holds the "
		   "record" },
	PL_BLOCK_OPT(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "id", .kind = PL_STR, .off = R(id, const char *),
	  .about = "SHA-256 of the record" },
	{ .name = "command", .kind = PL_STR, .off = R(command, const char *),
	  .about = "what made it" },
	{ .name = "verdict", .kind = PL_STR, .off = R(verdict, const char *),
	  .about = "what it says" },
	{ .name = "anchored", .kind = PL_TIME, .off = R(anchored, int64_t),
	  .about = "time of the block that first held the root" },
	{ .name = "account", .kind = PL_ADDR, .off = R(by, struct pl_addr),
	  .about = "the account that anchored it" },
	{ .name = "root", .kind = PL_HASH32, .off = R(root, struct pl_hash32),
	  .about = "Merkle root of the batch" },
	{ .name = "place", .kind = PL_UINT, .off = R(place, uint64_t),
	  .about = "the record's place in the batch, from 0",
	  .flags = PL_WIDE },
	{ .name = "records", .kind = PL_UINT, .off = R(records, uint64_t),
	  .about = "in the batch" },
	{ .name = "path", .kind = PL_UINT, .off = R(path, uint64_t),
	  .about = "hashes between the record and the root",
	  .flags = PL_WIDE },
	{ .name = "contract", .kind = PL_ADDR,
	  .off = R(contract, struct pl_addr),
	  .about = "that keeps the root; its code was compared" },
	{ .name = "slot", .kind = PL_HASH32, .off = R(slot, struct pl_hash32),
	  .about = "of its storage, where it does", .flags = PL_WIDE },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
static const struct pl_example examples[] = {
	{ .about = "a record that is not here: exit status 7",
	  .line = "plume record audit 0123abcd --network ethereum",
	  .setup = "plume asset init",
	  .status = 7 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_record record;
	struct pl_anchor batch;
	struct row row;
};

static enum pl_rc from_folder(struct job *j, const char *dir, uint64_t chain,
			      struct pl_err *e)
{
	struct pl_ctx *c = j->c;
	struct pl_anchor *v;
	size_t n;

	PL_TRY(pl_anchors_read(c, &v, &n, dir, chain, e));
	for (size_t i = 0; i < n; i++) {
		if (!v[i].done || pl_anchor_find(&v[i], &j->record.id) < 0 ||
		    (j->a->root && !pl_hash32_equal(j->a->root, &v[i].root)))
			continue;
		j->batch = v[i];
		return PL_OK;
	}
	(void)pl_fail(e, PL_ENOTFOUND,
		      "no root anchored on chain %" PRIu64 " holds record "
		      "%.12s",
		      chain, pl_record_name(c->arena, &j->record.id));
	return pl_hint(e, "plume record anchor");
}

/* The record and the batch go into the evidence, so that an audit can be done
 * again from that file alone. */
static enum pl_rc read_here(struct job *j, struct pl_err *e)
{
	struct pl_ctx *c = j->c;
	struct pl_span batch;
	struct pl_network net;
	struct pl_hash32 id;
	struct pl_buf b;
	const char *dir;

	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	PL_TRY(pl_record_find(c->arena, &id, dir, j->a->id, e));
	PL_TRY(pl_record_load(c->arena, &j->record, dir, &id, e));
	PL_TRY(from_folder(j, dir, net.chain_id, e));
	pl_buf_init(&b, c->arena);
	PL_TRY(pl_anchor_put(&b, &j->batch, e));
	batch = pl_buf_span(&b);
	PL_TRY(pl_evidence_text(c, "record", &j->record.bytes, e));
	return pl_evidence_text(c, "anchor", &batch, e);
}

/* What a file of evidence holds is believed as little as a node. */
static enum pl_rc read_kept(struct job *j, struct pl_err *e)
{
	struct pl_ctx *c = j->c;
	struct pl_span text, batch;
	struct pl_hash32 id;
	const char *name;

	PL_TRY(pl_evidence_text(c, "record", &text, e));
	PL_TRY(pl_evidence_text(c, "anchor", &batch, e));
	PL_TRY(pl_sha256(&id, text, e));
	name = pl_record_name(c->arena, &id);
	if (strncmp(name, j->a->id, strlen(j->a->id)) != 0)
		return pl_fail(e, PL_EPROOF, "it holds record %.12s, not %.12s",
			       name, j->a->id);
	PL_TRY(pl_record_check(c->arena, &j->record, &id, text, e));
	PL_TRY(pl_anchor_get(c->arena, &j->batch, batch, e));
	if (j->a->root && !pl_hash32_equal(j->a->root, &j->batch.root))
		return pl_fail(e, PL_EPROOF, "it holds another root");
	if (pl_anchor_find(&j->batch, &id) < 0)
		return pl_fail(e, PL_EPROOF,
			       "its root does not hold the "
			       "record");
	return PL_OK;
}

static enum pl_rc path(struct job *j, struct pl_err *e)
{
	const struct pl_anchor *x = &j->batch;
	struct pl_batch_path p;

	PL_TRY(pl_batch_path(&p, x->ids, x->n,
			     (size_t)pl_anchor_find(x, &j->record.id), e));
	PL_TRY(pl_batch_check(&x->root, &j->record.id, &p, e));
	j->row.place = p.index;
	j->row.records = p.size;
	j->row.path = p.n;
	return PL_OK;
}

static enum pl_rc on_chain(struct job *j, struct pl_err *e)
{
	const struct pl_anchor *x = &j->batch;
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 slot = pl_anchor_slot(&x->by, &x->root);
	struct pl_anchor_code code;
	struct pl_node_proof p;
	struct pl_viewed at;
	char where[PL_ADDR_TEXT];
	struct pl_read r;
	uint64_t time;
	bool exists;

	PL_TRY(pl_anchor_code(a, &code, e));
	PL_TRY(pl_read_begin(j->c, &r, &at, &j->a->read, e));
	PL_TRY(pl_view_account(r.view, a, &p, &exists, &at.header, &x->contract,
			       &slot, 1, e));
	pl_addr_text(where, &x->contract);
	if (exists && !pl_hash32_equal(&p.account.code_hash, &code.runtime))
		return pl_fail(e, PL_EPROOF,
			       "the code of %s is not PlumeAnchor's: what it "
			       "keeps means nothing",
			       where);
	if (!pl_u256_to_u64(&time, &p.slots[0].value) || time > INT64_MAX)
		return pl_fail(e, PL_EPROOF, "%s keeps no time", where);
	if (!time) {
		(void)pl_fail(e, PL_EPROOF,
			      "root %s is not on chain at block %" PRIu64
			      ": slot %s of %s is empty",
			      pl_hash32_text(a, &x->root), at.header.number,
			      pl_hash32_text(a, &slot), where);
		return pl_hint(e, "it may be too new: a proven block is some "
				  "time behind");
	}
	j->row.anchored = (int64_t)time;
	j->row.slot = slot;
	j->row.head = pl_read_head(&r, &at);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job j = { .c = c, .a = opaque };

	if (pl_evidence_replays(c))
		PL_TRY(read_kept(&j, e));
	else
		PL_TRY(read_here(&j, e));
	PL_TRY(path(&j, e));
	PL_TRY(on_chain(&j, e));
	j.row.id = pl_record_name(c->arena, &j.record.id);
	j.row.command = pl_json_str(pl_json_get(j.record.doc, "command"));
	j.row.verdict = pl_json_str(pl_json_get(j.record.doc, "verdict"));
	j.row.root = j.batch.root;
	j.row.contract = j.batch.contract;
	j.row.by = j.batch.by;
	return pl_out_row(c->out, &j.row, e);
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	char when[PL_TIME_TEXT], by[PL_ADDR_TEXT], at[PL_ADDR_TEXT];
	FILE *f = pl_out_file(o);

	(void)e;
	pl_time_text(when, r->anchored);
	pl_addr_text(by, &r->by);
	pl_addr_text(at, &r->contract);
	(void)fprintf(f,
		      "Record %.12s (%s%s%s) was known by %s.\n\n"
		      "record   %s\n"
		      "root     %s\n"
		      "         place %" PRIu64 " of %" PRIu64
		      ", path of %" PRIu64 " hashes\n"
		      "contract %s\n"
		      "slot     %s\n"
		      "account  %s\n  ",
		      r->id, pl_out_safe(a, r->command), r->verdict ? ": " : "",
		      r->verdict ? pl_out_safe(a, r->verdict) : "", when, r->id,
		      pl_hash32_text(a, &r->root), r->place, r->records,
		      r->path, at, pl_hash32_text(a, &r->slot), by);
	pl_read_say(o, &r->head);
	return PL_OK;
}

const struct pl_cmd cmd_record_audit = {
	.path = "record audit",
	.summary = "prove that a record was anchored, and when",
	.about = "Checks that the record's bytes hash to its id, that the id "
		 "leads to a root that was anchored, that the account at the "
		 "contract's address has PlumeAnchor's code, and that a slot "
		 "of its storage holds the time: from a header that the light "
		 "client accepted. The record then existed by that time, and "
		 "has not been changed since.\n\n"
		 "--save keeps all of it, the record included, in one file "
		 "that `plume light verify` checks with no network.\n\n"
		 "Exit status 1 when any of it is false, 7 when no root holds "
		 "the record.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
