/* light sync: once, or for ever. */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "cmd/ctx.h"
#include "cmd/light/head_row.h"

struct args {
	struct pl_light_args light;
	bool follow;
};

static const struct pl_opt opts[] = {
	PL_LIGHT_OPTS(struct args, light),
	{ .name = "follow",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, follow, bool),
	  .about = "go on, once a slot, and print every new head; Ctrl-C "
		   "ends it" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "without an endpoint there is nobody to ask",
	  .line = "plume light sync --network ethereum",
	  .status = 2 },
	{ 0 },
};

struct run {
	struct pl_ctx *c;
	struct pl_light *l;
	struct pl_beacon *b;
	struct pl_network net;
	const char *dir;
	struct pl_sync_step *step;
	size_t n;
};

static const uint64_t *keep(struct pl_arena *a, uint64_t v)
{
	uint64_t *p = PL_NEW(a, uint64_t);

	*p = v;
	return p;
}

static void on_step(void *ctx, const struct pl_light_step *s)
{
	struct run *r = ctx;
	struct pl_arena *a = r->c->arena;

	r->step = pl_grow(a, r->step, r->n, sizeof(*r->step));
	r->step[r->n++] = (struct pl_sync_step){
		.kind = s->forced ? "force_update" : pl_lc_kind_name(s->kind),
		.period = keep(a, s->period),
		.slot = keep(a, s->slot),
		.participants = keep(a, s->participants),
		.finalized_slot = s->finalized_slot,
		.ok = true,
	};
}

static enum pl_rc print(struct run *r, struct pl_err *e)
{
	struct pl_light_row row;

	pl_light_row(r->c, &row, r->l, &r->net, r->dir);
	row.steps = (struct pl_list){ r->step, r->n };
	return pl_out_row(r->c->out, &row, e);
}

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void catch_signals(void)
{
	struct sigaction act = { .sa_handler = stop };

	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
}

/* An endpoint that fails for a while is no end; a false answer is. */
static enum pl_rc follow(struct run *r, const struct args *a, struct pl_err *e)
{
	struct timespec slot = {
		(time_t)pl_light_config(r->l)->seconds_per_slot, 0
	};

	catch_signals();
	while (!stopped) {
		uint64_t at = pl_light_optimistic(r->l)->beacon.slot;

		if (nanosleep(&slot, NULL) && errno == EINTR)
			continue;
		r->n = 0;
		if (pl_ctx_light_sync(r->c, r->l, r->b, &a->light, on_step, r,
				      e)) {
			if (e->rc != PL_ENET && e->rc != PL_ENOTFOUND)
				return e->rc;
			pl_say(r->c, "light client: %s", e->msg);
			continue;
		}
		if (pl_light_optimistic(r->l)->beacon.slot != at)
			PL_TRY(print(r, e));
	}
	return PL_OK;
}

static enum pl_rc open_light(struct run *r, const struct args *a,
			     struct pl_err *e)
{
	struct pl_light_args first = a->light;
	struct pl_lc_config config;

	PL_TRY(pl_ctx_beacon_chain(r->c, &config, &r->net, e));
	PL_TRY(pl_ctx_light_dir(r->c, &r->dir, &r->net, e));
	PL_TRY(pl_ctx_beacon(r->c, &r->b, &a->light.beacon, &config, &r->net,
			     e));
	if (!r->b) {
		(void)pl_fail(e, PL_EUSAGE,
			      "no beacon API is known for network %s",
			      r->net.name);
		return pl_hint(e,
			       "name one with --beacon URL, or keep it: plume "
			       "config set network.%s.beacon URL",
			       r->net.name);
	}
	if (!pl_light_open(r->c->arena, &r->l, r->dir, &config, e))
		return pl_ctx_light_sync(r->c, r->l, r->b, &a->light, on_step,
					 r, e);
	if (e->rc != PL_ENOTFOUND)
		return e->rc;
	return pl_ctx_light(r->c, &first, &r->l, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct run r = { .c = c };

	if (a->light.offline)
		return pl_fail(e, PL_EUSAGE,
			       "light sync is for asking: --offline leaves "
			       "nothing to do");
	PL_TRY(open_light(&r, a, e));
	PL_TRY(print(&r, e));
	return a->follow ? follow(&r, a, e) : PL_OK;
}

const struct pl_cmd cmd_light_sync = {
	.path = "light sync",
	.summary = "bring the light client to the newest head",
	.about = "Asks beacon APIs for one update of each sync committee "
		 "period since the last time, however many there are, then "
		 "for the newest final and optimistic heads.  Endpoints are "
		 "asked in the order given; one that is down, or whose answer "
		 "does not hold, gives way to the next.  Every step is on "
		 "disk before the next, so an end at any moment loses "
		 "nothing.\n\n"
		 "Two endpoints that show different signed headers of one slot "
		 "have caught an equivocation: both are kept as files, "
		 "nothing moves, and the exit status is 1.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_light_row_fields,
	.examples = examples,
	.many = true,
	.text = pl_light_row_text,
	.run = run,
};
