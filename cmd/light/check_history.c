#include <inttypes.h>

#include "cmd/light/checks.h"
#include "eth/history.h"

struct args {
	struct pl_hash32 state_root;
	uint64_t slot;
	struct pl_strs files;
	struct pl_lc_config config;
};

struct row {
	const char *file;
	const uint64_t *slot;
	const struct pl_hash32 *hash, *beacon_root;
	const char *list;
	struct pl_verdict v;
};

static const struct pl_opt opts[] = {
	{ .name = "state-root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, state_root, struct pl_hash32),
	  .arg = "ROOT",
	  .about = "state root of a beacon block header that you trust",
	  .flags = PL_REQUIRED },
	{ .name = "slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct args, slot, uint64_t),
	  .arg = "SLOT",
	  .about = "that header's slot",
	  .flags = PL_REQUIRED },
	{ .name = "file",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, files, struct pl_strs),
	  .arg = "FILE",
	  .about = "proofs in JSON; - is standard input",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "file",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, file, const char *),
	  .about = "where the proof was read" },
	{ .name = "slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, slot, const uint64_t *),
	  .about = "of the beacon block that is proven",
	  .flags = PL_NULLABLE },
	{ .name = "hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, hash, const struct pl_hash32 *),
	  .about = "of its execution block, proven",
	  .flags = PL_NULLABLE },
	{ .name = "beacon_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, beacon_root, const struct pl_hash32 *),
	  .about = "of the beacon block, proven",
	  .flags = PL_NULLABLE },
	{ .name = "list",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, list, const char *),
	  .about = "historical_summaries, or historical_roots before Capella" },
	PL_FIELDS_VERDICT(struct row),
	{ 0 },
};

/* Every node of every branch is the number one. */
#define SETUP                                                                  \
	"one=$(printf '\"0x%064d\"' 1); "                                      \
	"ones() { printf \"[$one\"; for i in $(seq 2 \"$1\"); do "             \
	"printf \",$one\"; done; printf ]; }; "                                \
	"{ printf "                                                            \
	"'{\"block\":{\"slot\":6209536,\"execution_block_header\":'; "         \
	"printf \"$one,\\\"execution_block_proof\\\":$(ones 11),\"; "          \
	"printf '\"beacon_block_root\":\"%s\",' " BEACON "; "                  \
	"printf \"\\\"beacon_block_proof\\\":$(ones 13)},\"; "                 \
	"printf "                                                              \
	"'\"state\":{\"slot\":\"8700000\",\"historical_summaries\":['; "       \
	"printf '{\"block_summary_root\":\"%s\",' " SUMMARY "; "               \
	"printf \"\\\"state_summary_root\\\":$one}],\\\"proof\\\":\"; "        \
	"printf \"$(ones 5)}}\"; } >history.json"
#define BEACON                                                                 \
	"0x13bc2db2ae3ca4cf73b7fe095c9d4241f58fe0b185f8b9bd0f5f8f3ca192becf"
#define SUMMARY                                                                \
	"0x25337df108949a2fd75be0a94030d6ff39a0b1e5d7fc6e4282b9fc087956f5ba"
#define STATE                                                                  \
	"0x319175821d73a619978d8cbbd3115d3e5f542c1d790f08e045e8f4952c50f757"
#define OTHER                                                                  \
	"0x0000000000000000000000000000000000000000000000000000000000000002"

static const struct pl_example examples[] = {
	{ .about = "an execution block out of Capella's first period",
	  .line = "plume light check-history --slot 8700000 --state-root " STATE
		  " history.json",
	  .setup = SETUP },
	{ .about = "from another state it is false",
	  .line = "plume light check-history --slot 8700000 --state-root " OTHER
		  " history.json --json",
	  .setup = SETUP,
	  .status = 1 },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);

	(void)e;
	(void)fprintf(f, "%s%s\n", r->v.ok ? "ok     " : "FALSE  ",
		      pl_out_safe(a, r->file));
	if (r->hash)
		(void)fprintf(f,
			      "       block %s\n       of slot %" PRIu64 "\n",
			      pl_hash32_text(a, r->hash), *r->slot);
	pl_checks_say(o, &r->v);
	return PL_OK;
}

/* A proof that was read, held against the header; with the name of the rule
 * that fails. */
static enum pl_rc check_proof(struct pl_check *check, const struct args *a,
			      const struct pl_history_proof *p,
			      struct pl_err *e)
{
	struct pl_lc_beacon header = { .slot = a->slot,
				       .state_root = a->state_root };
	enum pl_rc rc = pl_history_check(&a->config, &header, p, e);

	if (rc)
		check->failed.rule = "history.proof";
	else
		pl_check_proved(check, "history.proof");
	if (rc)
		check->failed.got = pl_strdup(check->a, e->msg);
	return rc;
}

static enum pl_rc check_item(struct pl_checks *l, const void *opaque,
			     const char *file, const struct pl_json *item,
			     struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .file = file };
	struct pl_history_proof p;
	struct pl_check check;
	enum pl_rc rc;

	pl_check_init(&check, l->scratch);
	rc = pl_history_read(l->scratch, &p, item, e);
	if (!rc) {
		row.list = p.list.summaries ? "historical_summaries"
					    : "historical_roots";
		rc = check_proof(&check, a, &p, e);
	}
	if (!rc) {
		row.slot = &p.block.slot;
		row.hash = &p.block.block_hash;
		row.beacon_root = &p.block.beacon_root;
	}
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

/* The beacon chain of --network, or of the chain that one settles on. */
static enum pl_rc find_config(struct pl_ctx *c, struct pl_lc_config *out,
			      struct pl_err *e)
{
	const struct pl_lc_config *found;
	struct pl_network n;

	PL_TRY(pl_ctx_network(c, &n, e));
	found = pl_lc_config_named(n.name);
	for (unsigned i = 0; !found && n.parent && i < 8; i++) {
		PL_TRY(pl_ctx_network_named(c, n.parent, &n, e));
		found = pl_lc_config_named(n.name);
	}
	if (!found) {
		(void)pl_fail(e, PL_EUSAGE,
			      "network '%s' has no beacon chain known here",
			      n.name);
		return pl_hint(e, "--network ethereum or sepolia");
	}
	*out = *found;
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct args a = *(const struct args *)opaque;

	PL_TRY(find_config(c, &a.config, e));
	return pl_checks_run(c, &job, &a, &a.files, e);
}

const struct pl_cmd cmd_light_check_history = {
	.path = "light check-history",
	.summary = "verify proofs of old blocks from a beacon state's lists",
	.about =
		"The beacon state keeps the roots of all blocks since the "
		"merge: historical_summaries since Capella, historical_roots "
		"for what was before it.  So a block of any age is proven from "
		"one header, without those between.  The way down: the state "
		"root given, the list in the state, the period's entry, the "
		"beacon block, its body, the execution payload, the block "
		"hash.\n\n"
		"A file is an object of two halves, one or a list of them.  "
		"`block` is the block's own proof as portal-spec-tests writes "
		"it: slot, execution_block_header (the hash), "
		"execution_block_proof, beacon_block_root, "
		"beacon_block_proof.  `state` is what Nimbus "
		"(/nimbus/v1/debug/beacon/states/ROOT/historical_summaries) "
		"and Lodestar "
		"(/eth/v1/lodestar/states/ROOT/historical_summaries) answer: "
		"slot, historical_summaries, proof.  No route of the standard "
		"beacon API serves either half.\n\n"
		"The one rule is history.proof.  A false proof ends with "
		"status 1; one that cannot be told, because the state is "
		"another slot's or has no list with the block, ends as "
		"plume(1) says of stale data and of things not found.  The "
		"trust label is local: that the state root is the chain's is "
		"your word.",
	.needs = PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
