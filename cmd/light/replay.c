#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/light/client.h"
#include "cmd/light/steps.h"

static const char *const presets[] = { "mainnet", "minimal", NULL };

struct args {
	const char *bootstrap, *finality, *optimistic, *spec_case, *config;
	const struct pl_hash32 *root, *genesis;
	struct pl_strs updates, more;
	int preset;
	const uint64_t *now;
	bool paranoid;
};

static const struct pl_opt opts[] = {
	{ .name = "bootstrap",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, bootstrap, const char *),
	  .arg = "FILE",
	  .about = "the LightClientBootstrap to begin with" },
	{ .name = "root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, root, const struct pl_hash32 *),
	  .arg = "ROOT",
	  .about = "root of the beacon block that you trust",
	  .flags = PL_GIVEN },
	{ .name = "updates",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, updates, struct pl_strs),
	  .arg = "FILE",
	  .about = "one LightClientUpdate or more, by rising periods",
	  .flags = PL_MANY },
	{ .name = "file",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, more, struct pl_strs),
	  .arg = "FILE",
	  .about = "more of them, after those of --updates",
	  .flags = PL_POSITIONAL | PL_MANY },
	{ .name = "finality",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, finality, const char *),
	  .arg = "FILE",
	  .about = "a LightClientFinalityUpdate, after the updates" },
	{ .name = "optimistic",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, optimistic, const char *),
	  .arg = "FILE",
	  .about = "a LightClientOptimisticUpdate, last" },
	{ .name = "preset",
	  .kind = PL_ENUM,
	  .off = PL_AT(struct args, preset, int),
	  .arg = "NAME",
	  .about = "mainnet: the network's own chain; minimal: a test chain "
		   "of Electra",
	  .words = presets,
	  .def = "mainnet" },
	{ .name = "config",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, config, const char *),
	  .arg = "FILE",
	  .about = "config.yaml of another chain, with "
		   "--genesis-validators-root" },
	{ .name = "genesis-validators-root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, genesis, const struct pl_hash32 *),
	  .arg = "ROOT",
	  .about = "of that other chain",
	  .flags = PL_GIVEN },
	{ .name = "now",
	  .kind = PL_UINT,
	  .off = PL_AT(struct args, now, const uint64_t *),
	  .arg = "SLOT",
	  .about = "the current slot; by the clock otherwise",
	  .flags = PL_GIVEN },
	{ .name = "paranoid",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, paranoid, bool),
	  .about = "check every committee key's subgroup, though a signed "
		   "branch binds it" },
	{ .name = "spec-case",
	  .kind = PL_DIR,
	  .off = PL_AT(struct args, spec_case, const char *),
	  .arg = "DIR",
	  .about = "a case of consensus-spec-tests light_client/sync, "
		   "instead of all this" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "what a file that is no bootstrap is told",
	  .line = "plume light replay --bootstrap b.json --network ethereum "
		  "--root 0x00000000000000000000000000000000"
		  "00000000000000000000000000000001",
	  .setup = "echo '{}' >b.json",
	  .status = 1 },
	{ 0 },
};

static enum pl_rc choose_config(struct pl_sync *s, const struct args *a,
				struct pl_err *e)
{
	const struct pl_json *yaml;
	struct pl_network n;

	if (a->config) {
		PL_TRY(pl_sync_yaml(s->c, &yaml, a->config, e));
		if (pl_lc_config_read(&s->config, yaml, e))
			return pl_note(e, "%s", a->config);
	} else if (a->preset == 1) {
		s->config = *pl_lc_config_named("minimal");
	} else {
		PL_TRY(pl_ctx_beacon_chain(s->c, &s->config, &n, e));
	}
	if (a->genesis)
		s->config.genesis_validators_root = *a->genesis;
	else if (a->config || a->preset == 1)
		return pl_fail(e, PL_EUSAGE,
			       "--genesis-validators-root is needed for a "
			       "chain that is not built in");
	return PL_OK;
}

/* The slot by the clock; without a genesis any slot is past. */
static uint64_t current_slot(const struct pl_lc_config *c, const struct args *a)
{
	uint64_t now = (uint64_t)pl_time_now();

	if (a->now)
		return *a->now;
	if (now < c->genesis_time)
		return 0;
	return (now - c->genesis_time) / c->seconds_per_slot;
}

static enum pl_rc files(struct pl_sync *s, const struct args *a,
			struct pl_err *e)
{
	struct pl_sync_file f = { .path = a->bootstrap,
				  .kind = PL_LC_BOOTSTRAP,
				  .root = a->root,
				  .now = current_slot(&s->config, a),
				  .paranoid = a->paranoid };

	PL_TRY(pl_sync_file(s, &f, e));
	f.kind = PL_LC_UPDATE;
	for (size_t i = 0; i < a->updates.n + a->more.n; i++) {
		f.path = i < a->updates.n ? a->updates.v[i]
					  : a->more.v[i - a->updates.n];
		PL_TRY(pl_sync_file(s, &f, e));
	}
	f.kind = PL_LC_FINALITY;
	f.path = a->finality;
	if (f.path)
		PL_TRY(pl_sync_file(s, &f, e));
	f.kind = PL_LC_OPTIMISTIC;
	f.path = a->optimistic;
	return f.path ? pl_sync_file(s, &f, e) : PL_OK;
}

static bool any_other(const struct args *a)
{
	return a->bootstrap || a->root || a->updates.n || a->more.n ||
	       a->finality || a->optimistic || a->config || a->genesis ||
	       a->now || a->paranoid || a->preset;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_sync s;

	pl_sync_init(&s, c);
	if (a->spec_case) {
		if (any_other(a))
			return pl_fail(e, PL_EUSAGE,
				       "--spec-case brings everything with "
				       "it: give no other option");
		PL_TRY(pl_sync_case(&s, a->spec_case, e));
		return pl_sync_end(&s, e);
	}
	if (!a->bootstrap || !a->root)
		return pl_fail(e, PL_EUSAGE,
			       "--bootstrap and --root are needed, or "
			       "--spec-case");
	PL_TRY(choose_config(&s, a, e));
	PL_TRY(files(&s, a, e));
	return pl_sync_end(&s, e);
}

const struct pl_cmd cmd_light_replay = {
	.path = "light replay",
	.summary = "follow a beacon chain through files, from a trusted root",
	.about = "Runs Ethereum's light client over saved objects: a bootstrap "
		 "under a beacon block root that you trust, updates from one "
		 "sync committee to the next, then a finality and an "
		 "optimistic update.  Every file may be the beacon API's JSON "
		 "or octet-stream (repeated length, fork digest, SSZ), bare "
		 "SSZ, or SSZ in snappy.  Nothing is asked of anybody.\n\n"
		 "A step that is false leaves the store as it was, the steps "
		 "after it are still tried, and the exit status is 1.  Rules, "
		 "by the names that `failed` uses: decode and fork_digest "
		 "(bytes that are no such object), bootstrap (there is no "
		 "store), trusted_block_root, fork, header, "
		 "current_sync_committee_branch, participants, slots, period, "
		 "relevance, finalized_empty, finality_branch, "
		 "next_sync_committee_empty, next_sync_committee_same, "
		 "next_sync_committee_branch, sync_committee_keys, signature, "
		 "apply; and of a --spec-case check.slot, check.beacon_root, "
		 "check.execution_root.\n\n"
		 "The chain is that of --network, or the one it settles on.",
	.needs = PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_sync_fields,
	.examples = examples,
	.text = pl_sync_text,
	.run = run,
};
