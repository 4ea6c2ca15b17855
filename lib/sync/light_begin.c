/* A new client, from a root that is trusted. */
#include <unistd.h>

#include "base/time.h"
#include "sync/light_sync.h"

struct begin {
	struct pl_light *l;
	struct pl_arena *a;
};

static enum pl_rc judge_bootstrap(void *ctx, const struct pl_beacon_got *got,
				  struct pl_err *e)
{
	struct begin *g = ctx;
	struct light_sync s = { .l = g->l };
	struct light_object o = { .kind = PL_LC_BOOTSTRAP };
	struct pl_lc_bootstrap *b =
		PL_NEW(got->scratch, struct pl_lc_bootstrap);
	const char *failed = NULL;
	struct pl_lc_file f;
	struct pl_buf ssz;

	PL_TRY(light_open_answer(&f, &s, got, PL_LC_BOOTSTRAP, e));
	if (!pl_lc_file_more(&f))
		return pl_fail(e, PL_ENOTFOUND, "an empty answer");
	if (pl_lc_file_next(&f, b, NULL, e))
		return light_named(f.failed, e);
	if (pl_lc_store_init(g->l->store, &g->l->config, &g->l->root, b,
			     &failed, e))
		return light_named(failed, e);
	g->l->root_slot = b->header.beacon.slot;
	o.fork = f.fork;
	o.slot = g->l->root_slot;
	o.period = pl_lc_period(&g->l->config, o.slot);
	pl_buf_init(&ssz, g->a);
	pl_lc_bootstrap_encode(&ssz, b, g->l->config.preset, f.fork);
	return light_keep(g->l, o, pl_buf_span(&ssz), e);
}

static enum pl_rc begin(struct begin *g, struct pl_beacon *b, struct pl_err *e)
{
	struct pl_beacon_ask q = { .route = PL_BEACON_BOOTSTRAP,
				   .root = g->l->root };

	if (pl_beacon_get(b, &q, judge_bootstrap, g, e)) {
		if (e->rc == PL_ENOTFOUND)
			(void)pl_hint(e, "nodes forget bootstraps after a few "
					 "months: name a newer --checkpoint, "
					 "or another --beacon");
		return e->rc;
	}
	return light_save(g->l, e);
}

enum pl_rc pl_light_init(struct pl_arena *a, struct pl_light **out,
			 const char *dir, const struct pl_lc_config *config,
			 const struct pl_hash32 *root, struct pl_beacon *b,
			 struct pl_err *e)
{
	struct begin g = { light_new(a, dir, config), a };
	enum pl_rc rc;
	int fd;

	g.l->root = *root;
	g.l->begun = pl_time_now();
	PL_TRY(light_lock(dir, &fd, e));
	rc = begin(&g, b, e);
	(void)close(fd);
	if (!rc)
		*out = g.l;
	return rc;
}
