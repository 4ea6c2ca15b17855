#include "cmd/light/read.h"

#include <inttypes.h>

static enum pl_rc reference(struct pl_block_ref *out, const char *word,
			    struct pl_err *e)
{
	if (!pl_block_ref_parse(out, word, e))
		return PL_OK;
	e->rc = PL_EUSAGE;
	return pl_note(e, "block '%s'", word);
}

enum pl_rc pl_read_open(struct pl_ctx *c, struct pl_read *out,
			const struct pl_light_args *args, struct pl_err *e)
{
	struct pl_read r = { .c = c };

	PL_TRY(pl_ctx_view(c, args, &r.view, &r.orbit, &r.net, e));
	*out = r;
	return PL_OK;
}

enum pl_rc pl_read_at(struct pl_read *r, struct pl_viewed *out,
		      const char *block, struct pl_err *e)
{
	struct pl_block_ref ref;
	struct pl_viewed at;

	PL_TRY(reference(&ref, block, e));
	PL_TRY(pl_view_header(r->view, r->c->arena, &at, &ref, e));
	PL_TRY(pl_require(r->c, at.trust, e));
	*out = at;
	return PL_OK;
}

enum pl_rc pl_read_begin(struct pl_ctx *c, struct pl_read *out,
			 struct pl_viewed *at, const struct pl_read_args *args,
			 struct pl_err *e)
{
	struct pl_block_ref ref;

	PL_TRY(reference(&ref, args->block, e));
	PL_TRY(pl_read_open(c, out, &args->light, e));
	return pl_read_at(out, at, args->block, e);
}

/* What a block of an Orbit chain stands on: blocks up to the one under the
 * parent's finalized header on that, newer ones on the newest header. */
static const struct pl_orbit_ground *ground(const struct pl_read *r,
					    const struct pl_viewed *at)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_FINALIZED };
	const struct pl_orbit_ground *newest;
	struct pl_viewed final;
	struct pl_err e;

	if (!r->orbit)
		return NULL;
	newest = pl_orbit_ground(r->orbit, PL_TAG_LATEST);
	if (newest && pl_orbit_ground(r->orbit, PL_TAG_FINALIZED) &&
	    !pl_view_header(r->view, r->c->arena, &final, &ref, &e) &&
	    final.header.number < at->header.number)
		return newest;
	if (pl_orbit_ground(r->orbit, PL_TAG_FINALIZED))
		return pl_orbit_ground(r->orbit, PL_TAG_FINALIZED);
	return newest ? newest : pl_orbit_ground(r->orbit, PL_TAG_SAFE);
}

static void on_parent(struct pl_read_head *out, const struct pl_orbit_ground *g)
{
	if (!g)
		return;
	out->parent_block = &g->parent_block;
	out->parent_hash = &g->parent_hash;
	out->parent_level = pl_level_name(g->parent_level);
	out->stands_by = g->by;
}

struct pl_read_head pl_read_head(const struct pl_read *r,
				 const struct pl_viewed *at)
{
	const struct pl_header *h = &at->header;
	struct pl_read_head out = {
		.network = r->net.name,
		.chain_id = r->net.chain_id,
		.block = h->number,
		.block_hash = h->hash,
		.time = h->time > INT64_MAX ? INT64_MAX : (int64_t)h->time,
		.level = pl_level_name(at->level),
		.by = at->by,
		.trust = at->trust,
	};

	on_parent(&out, ground(r, at));
	return out;
}

void pl_read_say(struct pl_out *o, const struct pl_read_head *h)
{
	(void)fprintf(pl_out_file(o),
		      "on block %" PRIu64 " %s, %s, by %s: %s\n", h->block,
		      pl_hash32_text(pl_out_arena(o), &h->block_hash), h->level,
		      h->by, pl_trust_name(h->trust));
}

struct pl_amount pl_ether(const struct pl_u256 *wei)
{
	return (struct pl_amount){ *wei, 18 };
}
