/* What methods share: parameters, headers by reference, the cache. */
#include <inttypes.h>

#include "codec/rlp.h"
#include "sync/serve_impl.h"

enum pl_rc serve_bad(struct serve_call *c, struct pl_err *e)
{
	c->code = RPC_PARAMS;
	return e->rc;
}

static enum pl_rc wrong(struct serve_call *c, size_t i, struct pl_err *e)
{
	(void)pl_note(e, "parameter %zu", i + 1);
	return serve_bad(c, e);
}

enum pl_rc serve_address(struct serve_call *c, struct pl_addr *out, size_t i,
			 struct pl_err *e)
{
	if (pl_json_addr(out, pl_json_at(c->params, i), e))
		return wrong(c, i, e);
	return PL_OK;
}

enum pl_rc serve_hash(struct serve_call *c, struct pl_hash32 *out, size_t i,
		      struct pl_err *e)
{
	if (pl_json_hash32(out, pl_json_at(c->params, i), e))
		return wrong(c, i, e);
	return PL_OK;
}

enum pl_rc serve_index(struct serve_call *c, uint64_t *out, size_t i,
		       struct pl_err *e)
{
	if (pl_json_u64(out, pl_json_at(c->params, i), e))
		return wrong(c, i, e);
	return PL_OK;
}

static bool tag_of(struct pl_block_ref *out, const char *s)
{
	static const struct {
		const char *word;
		enum pl_tag tag;
	} tags[] = {
		/* no block is proven before it is one */
		{ "latest", PL_TAG_LATEST },
		{ "pending", PL_TAG_LATEST },
		{ "safe", PL_TAG_SAFE },
		{ "finalized", PL_TAG_FINALIZED },
		{ "earliest", PL_TAG_NUMBER },
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (strcmp(s, tags[i].word) != 0)
			continue;
		*out = (struct pl_block_ref){ .tag = tags[i].tag };
		return true;
	}
	return false;
}

/* SPEC EIP-1898 blockHash: an object names a block by number or by hash, not
 * by both */
static enum pl_rc object_ref(struct pl_block_ref *out, const struct pl_json *v,
			     struct pl_err *e)
{
	const struct pl_json *number = pl_json_get(v, "blockNumber");
	const struct pl_json *hash = pl_json_get(v, "blockHash");

	if (!number == !hash)
		return pl_fail(e, PL_EUSAGE,
			       "a block is named by blockNumber or blockHash");
	if (hash) {
		out->tag = PL_TAG_HASH;
		return pl_json_hash32(&out->hash, hash, e);
	}
	out->tag = PL_TAG_NUMBER;
	return pl_json_u64(&out->number, number, e);
}

enum pl_rc serve_ref(struct serve_call *c, struct pl_block_ref *out,
		     const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);
	enum pl_rc rc = PL_OK;

	*out = (struct pl_block_ref){ .tag = PL_TAG_LATEST };
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) == PL_J_OBJECT) {
		rc = object_ref(out, v, e);
	} else if (s && pl_json_str_len(v) == 66) {
		out->tag = PL_TAG_HASH;
		rc = pl_json_hash32(&out->hash, v, e);
	} else if (!s || !tag_of(out, s)) {
		out->tag = PL_TAG_NUMBER;
		rc = pl_json_u64(&out->number, v, e);
	}
	if (!rc)
		return PL_OK;
	(void)pl_note(e, "block");
	return serve_bad(c, e);
}

void serve_trust(struct serve_call *c, enum pl_trust t)
{
	c->trust = pl_trust_weaker(c->trust, t);
	c->claim = c->claim || t < PL_PROVEN;
}

void serve_claimed_null(struct serve_call *c)
{
	serve_trust(c, PL_CLAIMED);
	pl_jout_null(c->w, SERVE_KEY);
}

/* ----------------------------------------------------------------- cache */

#define MAX_KEY 256

static struct pl_span make_key(uint8_t room[MAX_KEY], char kind,
			       const struct pl_span *key, size_t n)
{
	struct pl_span out = { room, 1 };

	room[0] = (uint8_t)kind;
	for (size_t i = 0; i < n && out.n + key[i].n <= MAX_KEY; i++) {
		memcpy(room + out.n, key[i].p, key[i].n);
		out.n += key[i].n;
	}
	return out;
}

bool serve_cached(struct serve_call *c, struct pl_span *out, char kind,
		  const struct pl_span *key, size_t n)
{
	uint8_t room[MAX_KEY];

	return pl_cache_get(c->s->cache, c->a, out,
			    make_key(room, kind, key, n));
}

void serve_keep(struct serve_call *c, char kind, const struct pl_span *key,
		size_t n, struct pl_span value)
{
	uint8_t room[MAX_KEY];

	pl_cache_put(c->s->cache, make_key(room, kind, key, n), value);
}

/* --------------------------------------------------------------- headers */

/* What is known of a header besides its bytes. */
struct kept {
	enum pl_level level;
	enum pl_trust trust;
};

/* What has become final stays; all else is kept under the head it was proven
 * from: another head may be of another chain. */
static struct pl_span ground_of(const struct serve_call *c,
				const struct pl_block_ref *ref)
{
	const struct serve_head *final = &c->seat->heads.tag[PL_TAG_FINALIZED];

	if (ref->tag == PL_TAG_NUMBER && final->known &&
	    ref->number <= final->h.header.number)
		return pl_span_str("final");
	return pl_hash32_span(&serve_latest(c)->header.hash);
}

static struct pl_span name_of(const struct pl_block_ref *ref)
{
	if (ref->tag == PL_TAG_HASH)
		return pl_hash32_span(&ref->hash);
	return (struct pl_span){ (const uint8_t *)&ref->number,
				 sizeof(ref->number) };
}

static void keep_header(struct serve_call *c, const struct pl_block_ref *ref,
			const struct pl_viewed *x)
{
	const struct pl_span key[2] = { ground_of(c, ref), name_of(ref) };
	const struct kept k = { x->level, x->trust };
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	pl_buf_put(&b, (struct pl_span){ (const uint8_t *)&k, sizeof(k) });
	pl_header_encode(&b, &x->header);
	serve_keep(c, 'h', key, 2, pl_buf_span(&b));
}

void serve_keep_header(struct serve_call *c, const struct pl_viewed *x)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = x->header.number };

	keep_header(c, &ref, x);
}

static bool kept_header(struct serve_call *c, struct pl_viewed *out,
			const struct pl_block_ref *ref)
{
	const struct pl_span key[2] = { ground_of(c, ref), name_of(ref) };
	struct pl_span v;
	struct pl_err e;
	struct kept k;

	if (!serve_cached(c, &v, 'h', key, 2))
		return false;
	memcpy(&k, v.p, sizeof(k));
	(void)pl_span_take(&v, sizeof(k));
	if (pl_header_decode(&out->header, v, &e))
		return false;
	out->level = k.level;
	out->trust = k.trust;
	return true;
}

static const struct pl_viewed *head_of(const struct serve_call *c,
				       const struct pl_block_ref *ref)
{
	for (size_t t = 0; t < 3; t++) {
		const struct serve_head *head = &c->seat->heads.tag[t];
		const struct pl_viewed *h = &head->h;

		if (!head->known)
			continue;
		if ((ref->tag == PL_TAG_HASH &&
		     pl_hash32_equal(&h->header.hash, &ref->hash)) ||
		    (ref->tag == PL_TAG_NUMBER &&
		     h->header.number == ref->number) ||
		    (size_t)ref->tag == t)
			return h;
	}
	return NULL;
}

bool serve_known_header(struct serve_call *c, struct pl_viewed *out,
			const struct pl_block_ref *ref)
{
	const struct pl_viewed *head = head_of(c, ref);

	if (head)
		*out = *head;
	else if ((ref->tag != PL_TAG_NUMBER && ref->tag != PL_TAG_HASH) ||
		 !kept_header(c, out, ref))
		return false;
	serve_trust(c, out->trust);
	return true;
}

enum pl_rc serve_header(struct serve_call *c, struct pl_viewed *out,
			const struct pl_block_ref *ref, struct pl_err *e)
{
	const uint64_t head = serve_latest(c)->header.number;

	if (serve_known_header(c, out, ref))
		return PL_OK;
	if (ref->tag == PL_TAG_NUMBER && ref->number > head)
		return pl_fail(e, PL_ENOTFOUND,
			       "block %" PRIu64 " is beyond the newest proven "
			       "one, %" PRIu64,
			       ref->number, head);
	if (ref->tag == PL_TAG_SAFE || ref->tag == PL_TAG_FINALIZED)
		return pl_fail(e, PL_ENOTFOUND, "no %s block is known yet",
			       ref->tag == PL_TAG_SAFE ? "safe" : "finalized");
	PL_TRY(pl_view_header(c->seat->view, c->a, out, ref, e));
	keep_header(c, ref, out);
	serve_trust(c, out->trust);
	return PL_OK;
}

enum pl_rc serve_header_param(struct serve_call *c, struct pl_viewed *out,
			      size_t i, struct pl_err *e)
{
	struct pl_block_ref ref;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, i), e));
	return serve_header(c, out, &ref, e);
}

enum pl_rc serve_block(struct serve_call *c, struct pl_node_block *out,
		       const struct pl_viewed *at, bool receipts,
		       struct pl_err *e)
{
	return pl_view_block(c->seat->view, c->a, out, at, receipts, e);
}
