#include <inttypes.h>

#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/light/head_row.h"

struct args {
	struct pl_strs beacon;
	const struct pl_hash32 *checkpoint;
	bool force;
};

static const struct pl_opt opts[] = {
	{ .name = "checkpoint",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct args, checkpoint, const struct pl_hash32 *),
	  .arg = "ROOT",
	  .about = "root of a finalized beacon block that you trust; the "
		   "built-in one otherwise",
	  .flags = PL_GIVEN },
	{ .name = "beacon",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, beacon, struct pl_strs),
	  .arg = "URL",
	  .about = "beacon API to ask; several are asked in this order",
	  .flags = PL_MANY },
	{ .name = "force",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct args, force, bool),
	  .about = "replace the light client that is there" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "without an endpoint there is nothing to begin with",
	  .line = "plume light init --network ethereum",
	  .status = 2 },
	{ 0 },
};

/* The one that is there, or a damaged one, goes only when told to. */
static enum pl_rc make_room(struct pl_ctx *c, const char *dir,
			    const struct pl_lc_config *config,
			    const struct args *a, struct pl_err *e)
{
	struct pl_light *l;
	struct pl_err why;

	if (a->force || pl_light_open(c->arena, &l, dir, config, &why))
		return PL_OK; /* there is none, or none that can be used */
	(void)pl_fail(e, PL_EUSAGE, "there is a light client already, in %s",
		      dir);
	return pl_hint(e, "plume light sync goes on with it; --force replaces "
			  "it");
}

static enum pl_rc no_beacon(const struct pl_network *net, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "no beacon API is known for network %s",
		      net->name);
	return pl_hint(e,
		       "name one with --beacon URL, or keep it: plume config "
		       "set network.%s.beacon URL",
		       net->name);
}

static enum pl_rc choose(struct pl_ctx *c, const struct pl_hash32 **root,
			 const struct pl_lc_config *config,
			 const struct pl_network *net, const struct args *a,
			 struct pl_err *e)
{
	const struct pl_checkpoint *known = pl_checkpoint_newest(net->name);
	char when[PL_TIME_TEXT];

	*root = a->checkpoint;
	if (*root)
		return PL_OK;
	if (!known) {
		(void)pl_fail(e, PL_EUSAGE, "no checkpoint of %s is built in",
			      net->name);
		return pl_hint(e, "--checkpoint ROOT, with the root of a "
				  "finalized beacon block that you trust");
	}
	*root = &known->root;
	pl_time_text(when, pl_light_time(config, known->slot));
	pl_say(c, "built-in checkpoint of %.10s, slot %" PRIu64, when,
	       known->slot);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	const struct pl_hash32 *root;
	struct pl_lc_config config;
	struct pl_light_row row;
	struct pl_network net;
	struct pl_beacon *b;
	struct pl_light *l;
	const char *dir;

	PL_TRY(pl_ctx_beacon_chain(c, &config, &net, e));
	PL_TRY(pl_ctx_light_dir(c, &dir, &net, e));
	PL_TRY(make_room(c, dir, &config, a, e));
	PL_TRY(choose(c, &root, &config, &net, a, e));
	PL_TRY(pl_ctx_beacon(c, &b, &a->beacon, &config, &net, e));
	if (!b)
		return no_beacon(&net, e);
	PL_TRY(pl_light_init(c->arena, &l, dir, &config, root, b, e));
	pl_light_row(c, &row, l, &net, dir);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_init = {
	.path = "light init",
	.summary = "begin a light client from a checkpoint",
	.about = "Fetches the bootstrap of a beacon block whose root you "
		 "trust and keeps it below $XDG_DATA_HOME/plume/light.  From "
		 "there on nobody has to be trusted: every later header is "
		 "signed by a sync committee that the one before it names.  "
		 "Take the root from several places, such as explorers and "
		 "your own node.\n\n"
		 "A checkpoint may be of any age that an endpoint still "
		 "serves; past 14 days `light sync` warns, and refuses with "
		 "--strict.  The chain is that of --network, or the one it "
		 "settles on.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = pl_light_row_fields,
	.examples = examples,
	.text = pl_light_row_text,
	.run = run,
};
