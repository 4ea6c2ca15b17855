/* Headers: from the anchors, and from there backwards. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "sync/view_impl.h"

#define WALK_MAX 100000 /* blocks that are walked at all */
#define KEPT 512
#define KEPT_BESIDE 128

static const char *const level_words[] = { "claimed",   "signed",
					   "posted",    "asserted",
					   "confirmed", "optimistic",
					   "finalized" };

const char *pl_level_name(enum pl_level l)
{
	return level_words[l];
}

enum pl_rc pl_block_ref_parse(struct pl_block_ref *out, const char *text,
			      struct pl_err *e)
{
	static const char *const tags[] = { "latest", "safe", "finalized",
					    "earliest" };
	struct pl_block_ref r = { .tag = PL_TAG_NUMBER };
	struct pl_u256 v;

	for (unsigned i = 0; i < 4; i++)
		if (!strcmp(text, tags[i])) {
			r.tag = (enum pl_tag)i;
			*out = r;
			return PL_OK;
		}
	if (strlen(text) == 66) {
		r.tag = PL_TAG_HASH;
		PL_TRY(pl_hex_fixed(r.hash.b, 32, text, 66, e));
	} else if (pl_u256_parse(&v, text, strlen(text), e) ||
		   !pl_u256_to_u64(&r.number, &v)) {
		(void)pl_fail(e, PL_EUSAGE, "'%s' names no block", text);
		return pl_hint(e, "latest, safe, finalized, earliest, a "
				  "number, or a hash of 64 digits");
	}
	*out = r;
	return PL_OK;
}

struct pl_view *pl_view_new(struct pl_arena *a, const struct pl_view_conf *conf)
{
	struct pl_view *v = PL_NEW(a, struct pl_view);

	v->conf = *conf;
	v->a = a;
	if (!v->conf.keep)
		v->conf.keep = KEPT;
	v->kept = PL_NEW_N(a, struct view_kept, v->conf.keep);
	v->together = PL_MAX_BATCH;
	return v;
}

struct pl_view *pl_view_beside(struct pl_arena *a, const struct pl_view *v,
			       struct pl_rpc *rpc)
{
	struct pl_view_conf conf = v->conf;

	conf.rpc = rpc;
	conf.anchors = NULL;
	conf.progress = NULL;
	conf.keep = KEPT_BESIDE;
	return pl_view_new(a, &conf);
}

struct pl_rpc *pl_view_rpc(struct pl_view *v)
{
	return v->conf.rpc;
}

uint64_t pl_view_chain_id(const struct pl_view *v)
{
	return v->conf.chain_id;
}

/* ------------------------------------------------------------ what is kept */

static bool is_final(enum pl_level l)
{
	return l == PL_LEVEL_FINALIZED;
}

void view_keep(struct view_kept *k, const struct pl_viewed *x)
{
	if (x->header.extra.n > sizeof(k->extra))
		return;
	k->used = true;
	k->v = *x;
	if (x->header.extra.n)
		memcpy(k->extra, x->header.extra.p, x->header.extra.n);
	k->v.header.extra.p = k->extra;
}

void pl_view_refresh(struct pl_view *v)
{
	/* it may have been the moment and not the node */
	v->together =
		v->together < PL_MAX_BATCH / 2 ? 2 * v->together : PL_MAX_BATCH;
	for (size_t i = 0; i < 3; i++)
		v->head[i].used = false;
	for (size_t i = 0; v->older && i < v->conf.n_older; i++)
		if (!is_final(v->older[i].v.level))
			v->older[i].used = false;
	for (size_t i = 0; i < v->conf.keep; i++)
		if (!is_final(v->kept[i].v.level))
			v->kept[i].used = false;
}

void pl_view_seed(struct pl_view *v, enum pl_tag tag,
		  const struct pl_viewed *head)
{
	view_keep(&v->head[tag], head);
}

/* Extra data that outlives the cache's place. */
void view_hand_out(struct pl_arena *a, struct pl_viewed *out,
		   const struct pl_viewed *x)
{
	*out = *x;
	out->header.extra = pl_span_dup(a, x->header.extra);
}

/* ------------------------------------------------------------------ heads */

static enum pl_rc head_of(struct pl_view *v, struct pl_arena *a,
			  struct pl_viewed *out, enum pl_tag tag,
			  struct pl_err *e)
{
	struct view_kept *k = &v->head[tag];
	struct pl_viewed x = { .by = "head" };
	struct pl_anchored at;

	if (!k->used && !v->conf.anchors)
		return pl_fail(e, PL_ENOTFOUND, "no such head is known yet");
	if (!k->used) {
		PL_TRY(v->conf.anchors->find(v->conf.anchors, a, &at, tag, e));
		if (view_header_by_hash(v, a, &x.header, &at.hash, e)) {
			if (e->rc == PL_ENOTFOUND)
				e->rc = PL_ENET;
			return pl_note(e, "the %s block",
				       pl_level_name(at.level));
		}
		x.level = at.level;
		x.trust = at.trust;
		view_keep(k, &x);
		view_hand_out(a, out, &x);
		return PL_OK;
	}
	view_hand_out(a, out, &k->v);
	return PL_OK;
}

/* ---------------------------------------------------------------- parents */

struct walk {
	struct pl_view *v;
	struct pl_arena *scratch;
	struct pl_hash32 want; /* hash of the next, the last one's parent */
	uint64_t next;         /* its number */
	uint64_t from, total;
	pl_view_header_fn each;
	void *ctx;
};

static enum pl_rc walk_one(struct walk *w, const struct pl_rpc_item *item,
			   struct pl_err *e)
{
	struct pl_header h;

	if (pl_json_is_null(item->result))
		return pl_fail(e, PL_ENET, "%s has no block %" PRIu64 "%s%s",
			       pl_rpc_host(w->v->conf.rpc), w->next,
			       item->error.message ? ": " : "",
			       item->error.message ? item->error.message : "");
	PL_TRY(view_header_read(w->v, w->scratch, &h, &w->want, item->result,
				e));
	if (h.number != w->next)
		return pl_fail(e, PL_EPROOF, "its header says number %" PRIu64,
			       h.number);
	w->want = h.parent_hash;
	return w->each(w->ctx, &h, e);
}

static enum pl_rc walk_batch(struct walk *w, size_t n, struct pl_err *e)
{
	struct pl_rpc_item *item = PL_NEW_N(w->scratch, struct pl_rpc_item, n);

	for (size_t i = 0; i < n; i++) {
		item[i].method = "eth_getBlockByNumber";
		item[i].params = pl_printf(
			w->scratch, "[\"0x%" PRIx64 "\",false]", w->next - i);
	}
	PL_TRY(view_batch(w->v, w->scratch, item, n, e));
	for (size_t i = 0; i < n; i++, w->next--)
		if (walk_one(w, &item[i], e))
			return pl_note(e, "block %" PRIu64, w->next);
	return PL_OK;
}

/* From w->next down to w->from, both included. */
static enum pl_rc walk(struct walk *w, struct pl_err *e)
{
	uint64_t left = w->next - w->from + 1;

	w->total = left;
	while (left) {
		size_t n = left < PL_MAX_BATCH ? (size_t)left : PL_MAX_BATCH;

		pl_arena_reset(w->scratch);
		PL_TRY(walk_batch(w, n, e));
		left -= n;
		if (w->v->conf.progress)
			w->v->conf.progress(w->v->conf.ctx, w->total - left,
					    w->total);
	}
	return PL_OK;
}

enum pl_rc pl_view_ancestors(struct pl_view *v, const struct pl_header *newest,
			     uint64_t from, pl_view_header_fn each, void *ctx,
			     struct pl_err *e)
{
	struct walk w = { .v = v, .each = each, .ctx = ctx };
	enum pl_rc rc;

	if (from > newest->number)
		return PL_OK;
	PL_TRY(each(ctx, newest, e));
	if (from == newest->number)
		return PL_OK;
	w.want = newest->parent_hash;
	w.next = newest->number - 1;
	w.from = from;
	w.scratch = pl_arena_open(0);
	rc = walk(&w, e);
	pl_arena_close(w.scratch);
	return rc;
}

/* --------------------------------------------------------- one far behind */

struct last {
	struct pl_view *v;
	struct pl_arena *a;
	struct pl_viewed *out;
	uint64_t number;
};

/* Every header on the way is proven, hence worth keeping. */
static enum pl_rc last_one(void *ctx, const struct pl_header *h,
			   struct pl_err *e)
{
	struct last *l = ctx;
	struct pl_viewed x = *l->out;

	(void)e;
	x.header = *h;
	x.by = "parent hashes";
	view_keep(&l->v->kept[h->number % l->v->conf.keep], &x);
	if (h->number == l->number)
		view_hand_out(l->a, l->out, &x);
	return PL_OK;
}

static enum pl_rc by_parents(struct pl_view *v, struct pl_arena *a,
			     struct pl_viewed *x, uint64_t number,
			     struct pl_err *e)
{
	struct last l = { v, a, x, number };
	struct pl_header newest = x->header;

	if (newest.number - number > WALK_MAX) {
		(void)pl_fail(e, PL_ELIMIT,
			      "block %" PRIu64 " is %" PRIu64
			      " blocks behind the proven one, and the node "
			      "keeps no state to jump by",
			      number, newest.number - number);
		return pl_hint(e, "name an archive node with --rpc URL, a "
				  "--block that is newer, or a block near it "
				  "with --history-proof");
	}
	return pl_view_ancestors(v, &newest, number, last_one, &l, e);
}

static enum pl_rc backwards(struct pl_view *v, struct pl_arena *a,
			    struct pl_viewed *out, struct pl_viewed x,
			    uint64_t number, struct pl_err *e)
{
	PL_TRY(view_from_older(v, a, &x, number, e));
	view_by_ring(v, a, &x, number);
	if (x.header.number != number)
		PL_TRY(by_parents(v, a, &x, number, e));
	view_keep(&v->kept[number % v->conf.keep], &x);
	view_hand_out(a, out, &x);
	return PL_OK;
}

static enum pl_rc by_number(struct pl_view *v, struct pl_arena *a,
			    struct pl_viewed *out, uint64_t number,
			    struct pl_err *e)
{
	struct view_kept *k = &v->kept[number % v->conf.keep];
	struct pl_viewed x;

	PL_TRY(head_of(v, a, &x, PL_TAG_FINALIZED, e));
	if (number > x.header.number)
		PL_TRY(head_of(v, a, &x, PL_TAG_LATEST, e));
	if (number > x.header.number) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "block %" PRIu64 " is beyond the %s head, block "
			      "%" PRIu64,
			      number, pl_level_name(x.level), x.header.number);
		return pl_hint(e, "it may be proven later");
	}
	if (number == x.header.number)
		view_hand_out(a, out, &x);
	else if (k->used && k->v.header.number == number)
		view_hand_out(a, out, &k->v);
	else
		return backwards(v, a, out, x, number, e);
	return PL_OK;
}

/* The node tells the number; what stands there is proven and compared. */
static enum pl_rc by_hash(struct pl_view *v, struct pl_arena *a,
			  struct pl_viewed *out, const struct pl_hash32 *hash,
			  struct pl_err *e)
{
	struct pl_viewed x;
	struct pl_header h;

	PL_TRY(view_header_by_hash(v, a, &h, hash, e));
	PL_TRY(by_number(v, a, &x, h.number, e));
	if (!pl_hash32_equal(&x.header.hash, hash)) {
		(void)pl_fail(e, PL_EPROOF,
			      "block %" PRIu64 " of the chain is %s, not %s",
			      h.number,
			      pl_hex(a, pl_hash32_span(&x.header.hash)),
			      pl_hex(a, pl_hash32_span(hash)));
		return pl_hint(e, "the block was left behind by a "
				  "reorganisation, or never was");
	}
	*out = x;
	return PL_OK;
}

enum pl_rc pl_view_header(struct pl_view *v, struct pl_arena *a,
			  struct pl_viewed *out, const struct pl_block_ref *ref,
			  struct pl_err *e)
{
	switch (ref->tag) {
	case PL_TAG_LATEST:
	case PL_TAG_SAFE:
	case PL_TAG_FINALIZED:
		return head_of(v, a, out, ref->tag, e);
	case PL_TAG_EARLIEST:
		return by_number(v, a, out, 0, e);
	case PL_TAG_NUMBER:
		return by_number(v, a, out, ref->number, e);
	case PL_TAG_HASH:
		return by_hash(v, a, out, &ref->hash, e);
	}
	return pl_fail(e, PL_EBUG, "view: no such tag");
}
