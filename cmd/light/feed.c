/* light feed: who signed what a sequencer broadcasts, live or saved. */
#include <inttypes.h>
#include <signal.h>

#include "base/stop.h"
#include "base/time.h"
#include "cmd/light/hear.h"
#include "cmd/light/view.h"
#include "orbit/feed_json.h"

struct args {
	struct pl_light_args light;
	const char *where;
	const uint64_t *count, *seconds, *from;
	bool signatures_only;
};

struct row {
	uint64_t sequence, block;
	const struct pl_hash32
		*block_hash; /* covered by a signature, or NULL */
	const char *form;
	struct pl_addr signer;
	bool poster; /* proven to be one */
	const uint64_t *parent_block;
	enum pl_trust trust;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "feed", .kind = PL_FILE, .off = A(where, const char *),
	  .arg = "FILE|URL", .flags = PL_POSITIONAL,
	  .about = "wss://… to listen to, or broadcasts in JSON, one on each "
		   "line or one in all (- for standard input); without it, "
		   "the network's own" },
	{ .name = "count", .kind = PL_UINT, .off = A(count, const uint64_t *),
	  .arg = "N", .min = 1, .max = UINT64_MAX, .flags = PL_GIVEN,
	  .about = "end after so many messages" },
	{ .name = "seconds", .kind = PL_UINT,
	  .off = A(seconds, const uint64_t *), .arg = "N", .min = 1,
	  .max = 100000000, .flags = PL_GIVEN,
	  .about = "listen for so long" },
	{ .name = "from", .kind = PL_UINT, .off = A(from, const uint64_t *),
	  .arg = "N", .max = UINT64_MAX, .flags = PL_GIVEN,
	  .about = "begin with the message of that number; a feed that does "
		   "not have it any more is refused" },
	{ .name = "signatures-only", .kind = PL_FLAG,
	  .off = A(signatures_only, bool),
	  .about = "tell the signer, and do not prove that it may sign" },
	{ .name = "parent-rpc", .kind = PL_STR,
	  .off = A(light.orbit.parent_rpc, const char *), .arg = "URL",
	  .about = "node of the chain that it settles on" },
	PL_LIGHT_OPTS(struct args, light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "sequence", .kind = PL_UINT, .off = R(sequence, uint64_t),
	  .about = "number of the message" },
	{ .name = "block", .kind = PL_UINT, .off = R(block, uint64_t),
	  .about = "of the chain, that the message makes" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = R(block_hash, const struct pl_hash32 *),
	  .flags = PL_NULLABLE,
	  .about = "its hash; null where the signature does not cover it" },
	{ .name = "form", .kind = PL_STR, .off = R(form, const char *),
	  .about = "V1 or V2 of the signature" },
	{ .name = "signer", .kind = PL_ADDR, .off = R(signer, struct pl_addr),
	  .about = "who signed" },
	{ .name = "poster", .kind = PL_FLAG, .off = R(poster, bool),
	  .about = "the sequencer's inbox was proven to take batches from the "
		   "signer" },
	{ .name = "parent_block", .kind = PL_UINT,
	  .off = R(parent_block, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "block of the parent chain that proves it" },
	{ .name = "trust", .kind = PL_TRUST, .off = R(trust, enum pl_trust),
	  .about = "signed: by an account that may; claimed: by whoever" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "what the sequencer of a chain broadcast, and who signed it",
	  .line = "plume light feed feed.json --network plume "
		  "--signatures-only",
	  .setup = "printf '{\"version\":1}\\n' >feed.json" },
	{ .about = "the next ten messages; nobody is there: exit status 3",
	  .line = "plume light feed ws://127.0.0.1:1 --count 10 "
		  "--network plume --signatures-only",
	  .setup = "export PLUME_RETRIES=0", .status = 3 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *args;
	struct pl_network net;
	struct pl_hear_conf conf; /* orbit NULL: nothing is proven */
	struct pl_viewed at;      /* the parent's header */
	struct pl_addr known;     /* who was proven last */
	bool any_known;
	uint64_t left; /* messages to tell */
};

static enum pl_rc open_parent(struct job *j, struct pl_err *e)
{
	const struct pl_light_args *how = &j->args->light;
	struct pl_orbit_conf conf = { .name = j->net.name,
				      .chain_id = j->net.chain_id,
				      .contracts = *j->net.orbit };
	const struct pl_block_ref ref = { .tag = PL_TAG_LATEST };
	struct pl_light *light;

	PL_TRY(pl_ctx_light(j->c, how, &light, e));
	PL_TRY(pl_ctx_parent_view(j->c, &how->orbit, light, &j->net,
				  &conf.parent, e));
	j->conf.parent = conf.parent;
	j->conf.orbit = pl_orbit_new(j->c->arena, &conf);
	PL_TRY(pl_view_header(conf.parent, j->c->arena, &j->at, &ref, e));
	return pl_orbit_check(j->conf.orbit, j->c->arena, &j->at.header, e);
}

/* ---------------------------------------------------------------- messages */

/* The same account signs message after message: one proof does for them. */
static enum pl_rc may_sign(struct job *j, const struct pl_addr *who,
			   struct pl_err *e)
{
	if (j->any_known && pl_addr_equal(&j->known, who))
		return PL_OK;
	PL_TRY(pl_orbit_poster(j->conf.orbit, j->c->arena, &j->at.header, who,
			       e));
	j->known = *who;
	j->any_known = true;
	return PL_OK;
}

static enum pl_rc one(struct job *j, struct pl_arena *a,
		      const struct pl_feed_signed *s, struct pl_err *e)
{
	uint64_t first = j->net.orbit ? j->net.orbit->genesis_block : 0;
	struct row r = { .sequence = s->m.sequence,
			 .block = first + s->m.sequence,
			 .form = s->v2.n ? "V2" : "V1",
			 .trust = PL_CLAIMED };

	PL_TRY(pl_feed_who(&r.signer, s, j->net.chain_id, a, e));
	if (s->v2.n && s->m.has_block_hash)
		r.block_hash = &s->m.block_hash;
	if (j->conf.orbit) {
		PL_TRY(may_sign(j, &r.signer, e));
		r.poster = true;
		r.parent_block = &j->at.header.number;
		r.trust = PL_SIGNED;
	}
	return pl_out_row(j->c->out, &r, e);
}

static enum pl_rc tell(struct job *j, struct pl_arena *a,
		       const struct pl_feed_signed *v, size_t n,
		       struct pl_err *e)
{
	for (size_t i = 0; i < n && j->left; i++, j->left--)
		if (one(j, a, &v[i], e))
			return pl_note(e, "message %" PRIu64, v[i].m.sequence);
	return PL_OK;
}

static enum pl_rc saved(struct job *j, const char *path, struct pl_err *e)
{
	const struct args *a = j->args;
	const struct pl_feed_signed *v;
	size_t n;

	if (a->seconds || a->from)
		return pl_fail(e, PL_EUSAGE,
			       "--seconds and --from are for a live feed, and "
			       "%s is a file",
			       path);
	PL_TRY(pl_ctx_feed(j->c, &v, &n, path, e));
	if (!a->signatures_only)
		PL_TRY(open_parent(j, e));
	return tell(j, j->c->arena, v, n, e);
}

/* -------------------------------------------------------------------- live */

#define HOUR 3600000u /* in ms */

static void on_signal(int sig)
{
	(void)sig;
	pl_stop_ask();
}

static enum pl_rc follow(struct job *j, struct pl_feed *f, struct pl_arena *a,
			 struct pl_err *e)
{
	uint64_t end = UINT64_MAX, now = pl_time_mono_ns() / 1000000;
	struct pl_feed_heard x;

	if (j->args->seconds)
		end = now + *j->args->seconds * 1000;
	while (!pl_stop_asked() && j->left && now < end) {
		pl_arena_reset(a);
		PL_TRY(pl_feed_next(f, &x, end - now < HOUR ? end - now : HOUR,
				    e));
		PL_TRY(tell(j, a, x.v, x.n, e));
		if (fflush(pl_out_file(j->c->out)))
			return pl_fail(e, PL_EIO,
				       "cannot write to standard output");
		now = pl_time_mono_ns() / 1000000;
	}
	return PL_OK;
}

static enum pl_rc live(struct job *j, const char *urls, struct pl_err *e)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct pl_arena *scratch;
	struct pl_hear *hear;
	enum pl_rc rc;

	if (!j->args->signatures_only)
		PL_TRY(open_parent(j, e));
	PL_TRY(pl_ctx_hear(j->c, &hear, &j->conf, urls, &j->net, e));
	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	scratch = pl_arena_open(0);
	rc = follow(j, pl_hear_feed(hear, j->args->from), scratch, e);
	pl_arena_close(scratch);
	return rc;
}

/* --------------------------------------------------------------------- run */

static enum pl_rc no_feed(const struct pl_network *n, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "no feed is known of network %s", n->name);
	return pl_hint(e,
		       "name it, or keep it: plume config set "
		       "network.%s.feed wss://…",
		       n->name);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct job j = { .c = c,
			 .args = a,
			 .left = a->count ? *a->count : UINT64_MAX };
	const char *where;

	PL_TRY(pl_ctx_network(c, &j.net, e));
	where = a->where ? a->where : j.net.feed;
	if (!where)
		return no_feed(&j.net, e);
	if (!a->signatures_only) {
		PL_TRY(pl_orbit_usable(&j.net, &a->light.orbit, e));
		if (!j.net.orbit)
			return pl_fail(e, PL_EUSAGE,
				       "'%s' has no sequencer's feed",
				       j.net.name);
	}
	return pl_feed_is_live(where) ? live(&j, where, e)
				      : saved(&j, where, e);
}

const struct pl_cmd cmd_light_feed = {
	.path = "light feed",
	.summary = "listen to an Orbit chain's sequencer, and check who signs",
	.about = "Each message's signature is checked, V2 where there is one "
		 "and else V1, and the signer is proven to be one of those "
		 "whose batches the chain's SequencerInbox takes, by a storage "
		 "proof at a header of the parent chain that the light client "
		 "accepted.  A message that is not signed, or by another, ends "
		 "the command with status 1.\n\n"
		 "V2 (nitro 3.9 and later) covers the hash of the block that "
		 "comes of the message; V1 does not, and no block hash is "
		 "shown for it.  What is signed may still not come to be: only "
		 "a confirmed block is proven (light header).\n\n"
		 "A live feed is listened to until Ctrl-C, --count or "
		 "--seconds: no message is left out, over connections that "
		 "end too, and none is told twice; -o jsonl gives a line for "
		 "each at once.  Of several servers (URL,URL) the "
		 "next is asked where one fails, skips messages or sends "
		 "false ones.  Broadcasts can also be saved by any WebSocket "
		 "client, one a line, and read from that file.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
