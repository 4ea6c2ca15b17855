#include "cmd/light/head_row.h"

#include <inttypes.h>

#include "base/time.h"
#include "cmd/ctx.h"

#define DAY 86400

static const struct pl_field step_fields[] = {
	{ .name = "kind",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_sync_step, kind, const char *),
	  .about = "update, finality, optimistic or force_update" },
	{ .name = "period",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, period, const uint64_t *),
	  .about = "sync committee period of the attested header",
	  .flags = PL_NULLABLE },
	{ .name = "slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, slot, const uint64_t *),
	  .about = "slot of the attested header",
	  .flags = PL_NULLABLE },
	{ .name = "participants",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, participants, const uint64_t *),
	  .about = "members of the sync committee that signed",
	  .flags = PL_NULLABLE },
	{ .name = "finalized_slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, finalized_slot, uint64_t),
	  .about = "the store's finalized slot after the step" },
	{ 0 },
};

/* clang-format off */
#define F(m, type) PL_AT(struct pl_light_row, m, type)
const struct pl_field pl_light_row_fields[] = {
	{ .name = "network", .kind = PL_STR, .off = F(network, const char *),
	  .about = "whose beacon chain is followed" },
	{ .name = "checkpoint", .kind = PL_HASH32,
	  .off = F(checkpoint, struct pl_hash32),
	  .about = "root of the beacon block that everything hangs on" },
	{ .name = "checkpoint_slot", .kind = PL_UINT,
	  .off = F(checkpoint_slot, uint64_t), .about = "that block's slot" },
	{ .name = "checkpoint_time", .kind = PL_TIME,
	  .off = F(checkpoint_time, int64_t), .about = "and when it was" },
	{ .name = "first_period", .kind = PL_UINT,
	  .off = F(first_period, uint64_t),
	  .about = "first sync committee period that was known" },
	{ .name = "last_period", .kind = PL_UINT,
	  .off = F(last_period, uint64_t),
	  .about = "last period whose committee is known" },
	{ .name = "finalized", .kind = PL_OBJECT,
	  .off = F(finalized, const struct pl_sync_head *),
	  .sub = pl_sync_head_fields, .about = "newest final block" },
	{ .name = "optimistic", .kind = PL_OBJECT,
	  .off = F(optimistic, const struct pl_sync_head *),
	  .sub = pl_sync_head_fields,
	  .about = "newest block that the committee signed" },
	{ .name = "behind", .kind = PL_UINT, .off = F(behind, uint64_t),
	  .about = "slots from the optimistic head to now, by this clock" },
	{ .name = "old", .kind = PL_FLAG, .off = F(old, bool),
	  .about = "the finalized head is older than 14 days" },
	{ .name = "forced", .kind = PL_FLAG, .off = F(forced, bool),
	  .about = "an update was taken by force: fewer than two thirds "
		   "signed it" },
	{ .name = "objects", .kind = PL_UINT, .off = F(objects, uint64_t),
	  .about = "bootstrap and updates kept as evidence" },
	{ .name = "bytes", .kind = PL_UINT, .off = F(bytes, uint64_t),
	  .about = "of them on disk" },
	{ .name = "folder", .kind = PL_STR, .off = F(folder, const char *),
	  .about = "where they lie", .flags = PL_WIDE },
	{ .name = "synced", .kind = PL_TIME, .off = F(synced, const int64_t *),
	  .about = "last time endpoints were asked", .flags = PL_NULLABLE },
	{ .name = "steps", .kind = PL_LIST, .off = F(steps, struct pl_list),
	  .sub = step_fields, .size = sizeof(struct pl_sync_step),
	  .about = "what this run accepted", .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "proven from the checkpoint" },
	{ 0 },
};
/* clang-format on */

void pl_light_row(struct pl_ctx *c, struct pl_light_row *out,
		  const struct pl_light *l, const struct pl_network *net,
		  const char *dir)
{
	const struct pl_lc_config *config = pl_light_config(l);
	uint64_t now = pl_light_clock(config);
	uint64_t final = pl_light_finalized(l)->beacon.slot;
	uint64_t head = pl_light_optimistic(l)->beacon.slot;
	struct pl_light_about about;
	int64_t *synced = PL_NEW(c->arena, int64_t);

	pl_light_about(l, &about);
	*synced = about.synced;
	*out = (struct pl_light_row){
		.network = net->name,
		.checkpoint = *pl_light_root(l),
		.checkpoint_slot = pl_light_root_slot(l),
		.first_period = about.first_period,
		.last_period = about.last_period,
		.finalized = pl_sync_head(c->arena, pl_light_finalized(l)),
		.optimistic = pl_sync_head(c->arena, pl_light_optimistic(l)),
		.behind = now > head ? now - head : 0,
		.old = now > final && (now - final) * config->seconds_per_slot >
					      PL_LIGHT_OLD_DAYS * DAY,
		.forced = about.forced,
		.objects = about.objects,
		.bytes = about.bytes,
		.folder = dir,
		.synced = about.synced ? synced : NULL,
		.trust = PL_PROVEN,
	};
	out->checkpoint_time = pl_light_time(config, out->checkpoint_slot);
}

enum pl_rc pl_light_row_text(struct pl_out *o, const void *opaque,
			     struct pl_err *e)
{
	const struct pl_light_row *r = opaque;
	const struct pl_sync_step *t = r->steps.v;
	FILE *f = pl_out_file(o);
	char when[PL_TIME_TEXT];

	(void)e;
	for (size_t i = 0; i < r->steps.n; i++)
		(void)fprintf(f,
			      "%-11s period %" PRIu64 "  slot %" PRIu64
			      "  %" PRIu64 " signed  finalized %" PRIu64 "\n",
			      t[i].kind, *t[i].period, *t[i].slot,
			      *t[i].participants, t[i].finalized_slot);
	pl_sync_head_text(o, "finalized", r->finalized);
	pl_sync_head_text(o, "optimistic", r->optimistic);
	(void)fprintf(f, "%-11s %" PRIu64 " slots behind the clock\n", "",
		      r->behind);
	pl_time_text(when, r->checkpoint_time);
	(void)fprintf(f, "%-11s %s\n%-11s slot %" PRIu64 ", %.10s\n",
		      "checkpoint",
		      pl_hash32_text(pl_out_arena(o), &r->checkpoint), "",
		      r->checkpoint_slot, when);
	(void)fprintf(f,
		      "%-11s periods %" PRIu64 " to %" PRIu64 ", %" PRIu64
		      " objects, %" PRIu64 " kB\n",
		      "kept", r->first_period, r->last_period, r->objects,
		      (r->bytes + 999) / 1000);
	if (r->old)
		(void)fprintf(f,
			      "%-11s its finalized head is older than 14 "
			      "days\n",
			      "old");
	if (r->forced)
		(void)fprintf(f,
			      "%-11s an update was taken that fewer than "
			      "two thirds signed\n",
			      "forced");
	(void)fprintf(f, "%-11s %s\n", "trust", pl_trust_name(r->trust));
	return PL_OK;
}
