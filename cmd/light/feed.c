/* light feed: who signed what a sequencer broadcasts. */
#include <inttypes.h>

#include "cmd/light/view.h"
#include "orbit/feed_json.h"

struct args {
	struct pl_light_args light;
	const char *file;
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
	{ .name = "file", .kind = PL_FILE, .off = A(file, const char *),
	  .arg = "FILE", .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "broadcasts in JSON, one on each line or one in all; - for "
		   "standard input" },
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
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	struct pl_network net;
	struct pl_orbit *orbit; /* NULL: nothing is proven */
	struct pl_viewed at;    /* the parent's header */
	struct pl_addr known;   /* who was proven last */
	bool any_known;
};

static enum pl_rc open_parent(struct job *j, const struct args *a,
			      struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_LATEST };
	struct pl_orbit_conf conf = { .name = j->net.name,
				      .chain_id = j->net.chain_id,
				      .contracts = *j->net.orbit };
	struct pl_light *light;

	PL_TRY(pl_ctx_light(j->c, &a->light, &light, e));
	PL_TRY(pl_ctx_parent_view(j->c, &a->light.orbit, light, &j->net,
				  &conf.parent, e));
	j->orbit = pl_orbit_new(j->c->arena, &conf);
	PL_TRY(pl_view_header(conf.parent, j->c->arena, &j->at, &ref, e));
	return pl_orbit_check(j->orbit, j->c->arena, &j->at.header, e);
}

/* The same account signs message after message: one proof does for them. */
static enum pl_rc may_sign(struct job *j, const struct pl_addr *who,
			   struct pl_err *e)
{
	if (j->any_known && pl_addr_equal(&j->known, who))
		return PL_OK;
	PL_TRY(pl_orbit_poster(j->orbit, j->c->arena, &j->at.header, who, e));
	j->known = *who;
	j->any_known = true;
	return PL_OK;
}

static enum pl_rc signer(struct job *j, struct row *r,
			 const struct pl_feed_signed *s, struct pl_err *e)
{
	struct pl_hash32 hash;
	struct pl_buf scratch;

	if (s->v2.n) {
		hash = pl_feed_hash_v2(&s->m, j->net.chain_id);
		r->form = "V2";
		r->block_hash = s->m.has_block_hash ? &s->m.block_hash : NULL;
		return pl_feed_signer(&r->signer, &hash, s->v2, e);
	}
	if (!s->v1.n)
		return pl_fail(e, PL_EPROOF, "it is not signed");
	pl_buf_init(&scratch, j->c->arena);
	hash = pl_feed_hash_v1(&s->m, j->net.chain_id, &scratch);
	r->form = "V1";
	return pl_feed_signer(&r->signer, &hash, s->v1, e);
}

static enum pl_rc one(struct job *j, const struct pl_feed_signed *s,
		      struct pl_err *e)
{
	uint64_t first = j->net.orbit ? j->net.orbit->genesis_block : 0;
	struct row r = { .sequence = s->m.sequence,
			 .block = first + s->m.sequence,
			 .trust = PL_CLAIMED };

	PL_TRY(signer(j, &r, s, e));
	if (j->orbit) {
		PL_TRY(may_sign(j, &r.signer, e));
		r.poster = true;
		r.parent_block = &j->at.header.number;
		r.trust = PL_SIGNED;
	}
	return pl_out_row(j->c->out, &r, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct job j = { .c = c };
	const struct pl_feed_signed *feed;
	size_t n;

	PL_TRY(pl_ctx_network(c, &j.net, e));
	PL_TRY(pl_ctx_feed(c, &feed, &n, a->file, e));
	if (!a->signatures_only) {
		PL_TRY(pl_orbit_usable(&j.net, &a->light.orbit, e));
		if (!j.net.orbit)
			return pl_fail(e, PL_EUSAGE,
				       "'%s' has no sequencer's feed",
				       j.net.name);
		PL_TRY(open_parent(&j, a, e));
	}
	for (size_t i = 0; i < n; i++)
		if (one(&j, &feed[i], e))
			return pl_note(e, "message %" PRIu64,
				       feed[i].m.sequence);
	return PL_OK;
}

const struct pl_cmd cmd_light_feed = {
	.path = "light feed",
	.summary = "check who signed the broadcasts of an Orbit sequencer",
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
		 "The broadcasts are text frames of a WebSocket, of the "
		 "address that `plume network show` has as feed; any client "
		 "can save them, one a line.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
