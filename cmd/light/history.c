#include "cmd/light/history.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/limits.h"
#include "cmd/light/evidence.h"
#include "codec/json_in.h"
#include "eth/history.h"

/* The light client goes on, and a state's proof is of that state alone. */
static enum pl_rc gone_on(const struct pl_lc_header *h, struct pl_err *e)
{
	char hint[200];

	(void)snprintf(hint, sizeof(hint),
		       "the proof has to be of the state of the light client's "
		       "finalized header, now at slot %" PRIu64
		       "; --offline keeps it there",
		       h->beacon.slot);
	return pl_hint(e, "%s", hint);
}

static enum pl_rc check(struct pl_ctx *c, struct pl_light *light,
			const struct pl_json *item, struct pl_anchored *out,
			struct pl_err *e)
{
	const struct pl_lc_header *final = pl_light_finalized(light),
				  *newest = pl_light_optimistic(light), *h;
	struct pl_history_proof p;

	PL_TRY(pl_history_read(c->arena, &p, item, e));
	h = p.list.has_slot && p.list.slot != final->beacon.slot &&
			    p.list.slot == newest->beacon.slot
		    ? newest
		    : final;
	if (pl_history_check(pl_light_config(light), &h->beacon, &p, e))
		return e->rc == PL_ESTALE ? gone_on(final, e) : e->rc;
	out->hash = p.block.block_hash;
	out->level = h == final ? PL_LEVEL_FINALIZED : PL_LEVEL_OPTIMISTIC;
	out->trust = PL_PROVEN;
	return PL_OK;
}

static enum pl_rc check_all(struct pl_ctx *c, struct pl_light *light,
			    struct pl_span text, const struct pl_anchored **out,
			    size_t *n, struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_anchored *all;
	bool list;
	size_t k;

	PL_TRY(pl_json_parse(c->arena, &doc, text, e));
	list = pl_json_type(doc) == PL_J_ARRAY;
	k = list ? pl_json_len(doc) : 1;
	if (k > PL_MAX_HISTORY_PROOFS)
		return pl_fail(e, PL_ELIMIT, "%zu history proofs, over %d", k,
			       PL_MAX_HISTORY_PROOFS);
	all = PL_NEW_N(c->arena, struct pl_anchored, k);
	for (size_t i = 0; i < k; i++)
		if (check(c, light, list ? pl_json_at(doc, i) : doc, &all[i],
			  e))
			return list ? pl_note(e, "proof %zu", i + 1) : e->rc;
	*out = all;
	*n = k;
	return PL_OK;
}

static enum pl_rc other_chain(const struct pl_network *net, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE,
		      "--history-proof is for blocks of a chain with a beacon "
		      "chain of its own; '%s' settles on '%s'",
		      net->name, net->parent);
	return pl_hint(e, "its old blocks are reached by the chain's own "
			  "history storage");
}

enum pl_rc pl_ctx_history(struct pl_ctx *c, struct pl_light *light,
			  const struct pl_network *net, const char *path,
			  const struct pl_anchored **out, size_t *n,
			  struct pl_err *e)
{
	struct pl_span text = { NULL, 0 };

	*n = 0;
	if (path && net->parent)
		return other_chain(net, e);
	if (path)
		PL_TRY(pl_file_read(c->arena, &text, path, PL_MAX_JSON_FILE,
				    e));
	if (path || (pl_evidence_replays(c) && !net->parent)) {
		if (pl_evidence_text(c, "history", &text, e))
			return !path && e->rc == PL_ENOTFOUND ? PL_OK : e->rc;
		if (check_all(c, light, text, out, n, e))
			return pl_note(e, "%s", path ? path : "history proof");
	}
	return PL_OK;
}
