#include <inttypes.h>

#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/light/head_row.h"

struct args {
	struct pl_light_args light;
	bool finalized;
};

struct row {
	const char *network;
	uint64_t slot;
	struct pl_hash32 beacon_root;
	const uint64_t *block;
	const struct pl_hash32 *block_hash, *state_root;
	int64_t time;
	const char *level;
	struct pl_hash32 checkpoint;
	enum pl_trust trust;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "finalized", .kind = PL_FLAG,
	  .off = PL_AT(struct args, finalized, bool),
	  .about = "the newest final block, not the newest signed one" },
	PL_SAVE_OPT(struct args, light),
	PL_LIGHT_OPTS(struct args, light),
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "network", .kind = PL_STR, .off = F(network, const char *),
	  .about = "whose chain it is" },
	{ .name = "block", .kind = PL_UINT, .off = F(block, const uint64_t *),
	  .about = "number of the execution layer's block",
	  .flags = PL_NULLABLE },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = F(block_hash, const struct pl_hash32 *),
	  .about = "its hash", .flags = PL_NULLABLE },
	{ .name = "state_root", .kind = PL_HASH32,
	  .off = F(state_root, const struct pl_hash32 *),
	  .about = "its state root", .flags = PL_NULLABLE },
	{ .name = "slot", .kind = PL_UINT, .off = F(slot, uint64_t),
	  .about = "of the beacon block" },
	{ .name = "beacon_root", .kind = PL_HASH32,
	  .off = F(beacon_root, struct pl_hash32),
	  .about = "root of the beacon block's header" },
	{ .name = "time", .kind = PL_TIME, .off = F(time, int64_t),
	  .about = "of the slot" },
	{ .name = "level", .kind = PL_STR, .off = F(level, const char *),
	  .about = "optimistic or finalized" },
	{ .name = "checkpoint", .kind = PL_HASH32,
	  .off = F(checkpoint, struct pl_hash32),
	  .about = "root that it follows from" },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "proven from the checkpoint" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "before the first init",
	  .line = "plume light head --offline --network sepolia",
	  .status = 7 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_lc_header *h;
	const struct pl_sync_head *s;
	struct pl_lc_config config;
	struct pl_network net;
	struct pl_light *l;
	struct row r = { .trust = PL_PROVEN };

	PL_TRY(pl_ctx_beacon_chain(c, &config, &net, e));
	PL_TRY(pl_ctx_light(c, &a->light, &l, e));
	h = a->finalized ? pl_light_finalized(l) : pl_light_optimistic(l);
	s = pl_sync_head(c->arena, h);
	r.network = net.name;
	r.slot = s->slot;
	r.beacon_root = s->beacon_root;
	r.block = s->block_number;
	r.block_hash = s->block_hash;
	r.state_root = s->state_root;
	r.time = pl_light_time(&config, s->slot);
	r.level = a->finalized ? "finalized" : "optimistic";
	r.checkpoint = *pl_light_root(l);
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_light_head = {
	.path = "light head",
	.summary = "show the newest block that is proven",
	.about = "Brings the light client up to date and prints its optimistic "
		 "head, the newest block that more than half of its committee "
		 "signed, or its finalized one.  With --offline the store "
		 "answers as it is.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
