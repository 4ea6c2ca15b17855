#include "cmd/light/view.h"

#include "base/file.h"
#include "base/limits.h"
#include "cmd/light/checks.h"
#include "cmd/light/evidence.h"
#include "cmd/light/hear.h"
#include "cmd/light/history.h"
#include "orbit/feed_json.h"
#include "out/progress.h"

#define PARENTS 4 /* chains under each other */

/* How far a long way back, or a range of logs, has come. */
static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct pl_progress *p = ctx;

	pl_progress_total(p, total);
	pl_progress_at(p, done);
	if (done == total)
		pl_progress_end(p);
}

const char *const pl_level_words[] = { "claimed",  "signed",    "posted",
				       "asserted", "confirmed", NULL };

static enum pl_rc settles_elsewhere(const struct pl_network *n,
				    struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE,
		      "network '%s' settles on '%s', but it is not known by "
		      "which contracts",
		      n->name, n->parent);
	return pl_hint(e,
		       "plume network add %s --outbox 0x… --rollup 0x… "
		       "--bridge 0x…, or --chain-info FILE",
		       n->name);
}

static enum pl_rc not_orbit(const struct pl_network *n, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE,
		      "--level, --parent-rpc and --feed are for chains that "
		      "settle on another; '%s' does not",
		      n->name);
	return pl_hint(e, "--network plume names such a chain");
}

/* ---------------------------------------------------------- Orbit chains */

enum pl_rc pl_ctx_feed(struct pl_ctx *c, const struct pl_feed_signed **out,
		       size_t *n, const char *path, struct pl_err *e)
{
	struct pl_span text;

	if (!pl_evidence_replays(c))
		PL_TRY(pl_file_read(c->arena, &text, path, PL_MAX_JSON_FILE,
				    e));
	PL_TRY(pl_evidence_text(c, "feed", &text, e));
	if (pl_feed_read(c->arena, out, n, text, e))
		return pl_note(e, "%s", path);
	return PL_OK;
}

/* The chains that n settles on, the nearest first, the last with a light
 * client; *count of them. */
static enum pl_rc parents(struct pl_ctx *c, struct pl_network *out,
			  size_t *count, const struct pl_network *n,
			  struct pl_err *e)
{
	const struct pl_network *at = n;

	for (*count = 0; at->parent; at = &out[(*count)++]) {
		if (*count == PARENTS)
			return pl_fail(e, PL_EUSAGE,
				       "'%s' settles on '%s', and so on over "
				       "more than %d chains",
				       n->name, n->parent, PARENTS);
		PL_TRY(pl_ctx_network_named(c, at->parent, &out[*count], e));
		if (out[*count].parent && !out[*count].orbit)
			return settles_elsewhere(&out[*count], e);
	}
	return PL_OK;
}

static enum pl_rc parent_node(struct pl_ctx *c, struct pl_rpc **out,
			      const struct pl_network *n,
			      const struct pl_network *parent, struct pl_err *e)
{
	if (parent->rpc || pl_evidence_replays(c))
		return pl_ctx_rpc_of(c, out, parent, e);
	(void)pl_fail(e, PL_EUSAGE,
		      "no node is known for %s, the chain that '%s' "
		      "settles on",
		      parent->name, n->name);
	return pl_hint(e,
		       "name one with --parent-rpc URL, or keep it: "
		       "plume config set network.%s.rpc URL",
		       parent->name);
}

/* Of chains between, what is confirmed on their parents. */
static struct pl_anchors *between(struct pl_ctx *c, const struct pl_network *n,
				  struct pl_rpc *rpc, struct pl_view *parent)
{
	const struct pl_orbit_conf conf = { .name = n->name,
					    .parent = parent,
					    .rpc = rpc,
					    .chain_id = n->chain_id,
					    .contracts = *n->orbit,
					    .level = PL_LEVEL_CONFIRMED };

	return pl_orbit_anchors(pl_orbit_new(c->arena, &conf));
}

enum pl_rc pl_ctx_parent_view(struct pl_ctx *c,
			      const struct pl_orbit_args *args,
			      struct pl_light *light,
			      const struct pl_network *n, struct pl_view **out,
			      struct pl_err *e)
{
	struct pl_network chain[PARENTS];
	struct pl_view *view = NULL;
	size_t count;

	PL_TRY(parents(c, chain, &count, n, e));
	if (args->parent_rpc)
		chain[0].rpc = args->parent_rpc;
	for (size_t i = count; i--;) {
		struct pl_view_conf conf = { .chain_id = chain[i].chain_id,
					     .families = pl_light_families };

		PL_TRY(parent_node(c, &conf.rpc, i ? &chain[i - 1] : n,
				   &chain[i], e));
		conf.anchors = view ? between(c, &chain[i], conf.rpc, view)
				    : pl_light_anchors(c->arena, light);
		conf.beacon = view ? NULL : pl_light_config(light);
		view = pl_view_new(c->arena, &conf);
	}
	*out = view;
	return PL_OK;
}

/* Where broadcasts are to be had, if they are asked for; or NULL. */
static const char *feed_place(struct pl_ctx *c,
			      const struct pl_orbit_args *args,
			      const struct pl_network *n, enum pl_level level)
{
	struct pl_span kept;
	struct pl_err e;

	if (level != PL_LEVEL_SIGNED && level != PL_LEVEL_POSTED)
		return args->feed; /* what cannot be read is told */
	if (pl_evidence_replays(c))
		return level == PL_LEVEL_SIGNED ||
				       !pl_evidence_text(c, "feed", &kept, &e)
			       ? "evidence"
			       : NULL;
	return !args->feed && level == PL_LEVEL_SIGNED ? n->feed : args->feed;
}

enum pl_rc pl_ctx_orbit(struct pl_ctx *c, const struct pl_orbit_args *args,
			struct pl_light *light, struct pl_rpc *rpc,
			const struct pl_network *n, struct pl_orbit **out,
			struct pl_err *e)
{
	struct pl_orbit_conf conf = { .name = n->name,
				      .rpc = rpc,
				      .chain_id = n->chain_id,
				      .contracts = *n->orbit,
				      .level = PL_LEVEL_CONFIRMED };
	const char *feed;

	if (args->level)
		conf.level = (enum pl_level) * args->level;
	feed = feed_place(c, args, n, conf.level);
	PL_TRY(pl_ctx_parent_view(c, args, light, n, &conf.parent, e));
	if (feed && pl_feed_is_live(feed))
		return pl_ctx_orbit_live(c, out, &conf, feed, n, e);
	if (feed)
		PL_TRY(pl_ctx_feed(c, &conf.feed, &conf.n_feed, feed, e));
	*out = pl_orbit_new(c->arena, &conf);
	return PL_OK;
}

/* ------------------------------------------------------------------ both */

enum pl_rc pl_orbit_usable(const struct pl_network *n,
			   const struct pl_orbit_args *args, struct pl_err *e)
{
	if (n->parent && !n->orbit)
		return settles_elsewhere(n, e);
	if (!n->parent && (args->level || args->parent_rpc || args->feed))
		return not_orbit(n, e);
	return PL_OK;
}

enum pl_rc pl_ctx_view(struct pl_ctx *c, const struct pl_light_args *args,
		       struct pl_view **out, struct pl_orbit **orbit,
		       struct pl_network *net, struct pl_err *e)
{
	struct pl_view_conf conf = { .progress = on_progress,
				     .families = pl_light_families };
	struct pl_orbit *o = NULL;
	struct pl_light *light;
	struct pl_network n;

	PL_TRY(pl_ctx_network(c, &n, e));
	PL_TRY(pl_orbit_usable(&n, &args->orbit, e));
	PL_TRY(pl_ctx_light(c, args, &light, e));
	PL_TRY(pl_ctx_history(c, light, &n, args->history, &conf.older,
			      &conf.n_older, e));
	if (pl_ctx_rpc(c, &conf.rpc, e)) {
		if (e->rc == PL_EREFUSED)
			e->rc = PL_ENET; /* the node did, not the chain */
		return e->rc;
	}
	if (n.parent)
		PL_TRY(pl_ctx_orbit(c, &args->orbit, light, conf.rpc, &n, &o,
				    e));
	conf.anchors =
		o ? pl_orbit_anchors(o) : pl_light_anchors(c->arena, light);
	if (!o)
		conf.beacon = pl_light_config(light);
	conf.chain_id = n.chain_id;
	conf.ctx = pl_ctx_progress(c, "blocks", 0);
	*out = pl_view_new(c->arena, &conf);
	*orbit = o;
	*net = n;
	return PL_OK;
}
