#include "record/anchor.h"

#include <inttypes.h>
#include <string.h>

#include "base/embed.h"
#include "base/hex.h"
#include "codec/jcs.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "record/batch.h"
#include "record/record.h"

PL_EMBED(pl_anchor_json, "templates/contracts/PlumeAnchor.json");

static enum pl_rc read_code(struct pl_arena *a, struct pl_anchor_code *x,
			    struct pl_err *e)
{
	const struct pl_json *json, *part;
	struct pl_span runtime;

	PL_TRY(pl_json_parse(a, &json, PL_EMBEDDED(pl_anchor_json), e));
	PL_TRY(pl_json_need(&part, json, "bytecode", PL_J_STR, e));
	PL_TRY(pl_json_data(a, &x->create, part, e));
	PL_TRY(pl_json_need(&part, json, "runtime", PL_J_STR, e));
	PL_TRY(pl_json_data(a, &runtime, part, e));
	PL_TRY(pl_json_need(&part, json, "abi", PL_J_ARRAY, e));
	x->runtime = pl_keccak256(runtime);
	return pl_abi_read(a, &x->abi, part, e);
}

enum pl_rc pl_anchor_code(struct pl_arena *a, struct pl_anchor_code *out,
			  struct pl_err *e)
{
	struct pl_anchor_code x;

	if (read_code(a, &x, e))
		return pl_fail(e, PL_EBUG, "the contract inside plume: %.300s",
			       e->msg);
	*out = x;
	return PL_OK;
}

enum pl_rc pl_anchor_data(struct pl_arena *a, struct pl_span *out,
			  const struct pl_anchor_code *code, bool deploy,
			  const struct pl_hash32 *root, struct pl_err *e)
{
	struct pl_abi_value v = pl_abi_hash32(root);
	const struct pl_abi_item *f;
	struct pl_buf b;

	if (!deploy) {
		PL_TRY(pl_abi_find(&f, &code->abi, PL_ABI_FUNCTION, "anchor",
				   e));
		return pl_abi_encode_call(a, out, f, &v, 1, e);
	}
	PL_TRY(pl_abi_find(&f, &code->abi, PL_ABI_CONSTRUCTOR, "constructor",
			   e));
	pl_buf_init(&b, a);
	pl_buf_put(&b, code->create);
	PL_TRY(pl_abi_encode(&b, &f->in, &v, 1, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

/* Solidity: a mapping's value lies at keccak(key ‖ slot). */
struct pl_hash32 pl_anchor_slot(const struct pl_addr *by,
				const struct pl_hash32 *root)
{
	uint8_t b[64] = { 0 };
	struct pl_hash32 outer;

	memcpy(b + 12, by->b, sizeof(by->b));
	outer = pl_keccak256((struct pl_span){ b, sizeof(b) });
	memcpy(b, root->b, 32);
	memcpy(b + 32, outer.b, 32);
	return pl_keccak256((struct pl_span){ b, sizeof(b) });
}

static void put_addr(struct pl_buf *b, const char *key, const struct pl_addr *v)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, v);
	pl_buf_fmt(b, ",\"%s\":\"%s\"", key, text);
}

static void put_members(struct pl_buf *b, const struct pl_anchor *x)
{
	struct pl_jout w;

	pl_jout_init(&w, b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_str(&w, "schema", PL_ANCHOR_SCHEMA);
	pl_jout_str(&w, "tree",
		    "RFC 6962, SHA-256, leaves: the ids in ascending order");
	pl_jout_hash(&w, "root", &x->root);
	pl_jout_str(&w, "network", x->network);
	pl_jout_int(&w, "chain_id", (int64_t)x->chain_id);
	pl_jout_int(&w, "nonce", (int64_t)x->nonce);
	pl_jout_str(&w, "status", x->done ? "done" : "pending");
	if (x->tx)
		pl_jout_hash(&w, "tx", x->tx);
	if (x->block)
		pl_jout_int(&w, "block", (int64_t)*x->block);
	put_addr(b, "contract", &x->contract);
	put_addr(b, "by", &x->by);
	pl_buf_str(b, ",\"ids\":[");
	for (size_t i = 0; i < x->n; i++)
		pl_buf_fmt(b, "%s\"%s\"", i ? "," : "",
			   pl_record_name(b->a, &x->ids[i]));
	pl_buf_str(b, "]}");
}

enum pl_rc pl_anchor_put(struct pl_buf *b, const struct pl_anchor *x,
			 struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_buf raw;

	pl_buf_init(&raw, b->a);
	put_members(&raw, x);
	PL_TRY(pl_json_parse(b->a, &doc, pl_buf_span(&raw), e));
	return pl_jcs_pretty(b, doc, e);
}

static enum pl_rc get_ids(struct pl_arena *a, struct pl_anchor *x,
			  const struct pl_json *doc, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_hash32 *ids, root;
	size_t n;

	PL_TRY(pl_json_need(&list, doc, "ids", PL_J_ARRAY, e));
	n = pl_json_len(list);
	if (n > PL_BATCH_MAX)
		return pl_fail(e, PL_ELIMIT, "%zu ids, at most %d", n,
			       PL_BATCH_MAX);
	ids = PL_NEW_N(a, struct pl_hash32, n);
	for (size_t i = 0; i < n; i++) {
		const char *s = pl_json_str(pl_json_at(list, i));

		if (!s)
			return pl_fail(e, PL_EFORMAT, "id %zu is no text",
				       i + 1);
		PL_TRY(pl_hex_fixed(ids[i].b, 32, s, strlen(s), e));
	}
	if (pl_batch_root(&root, ids, n, e) ||
	    !pl_hash32_equal(&root, &x->root))
		return pl_fail(e, PL_EPROOF,
			       "its ids do not have the root it names");
	x->ids = ids;
	x->n = n;
	return PL_OK;
}

/* Numbers of the file are JSON's, which hold no more. */
static enum pl_rc get_number(uint64_t *out, const struct pl_json *doc,
			     const char *key, struct pl_err *e)
{
	uint64_t v;

	if (pl_json_u64(&v, pl_json_get(doc, key), e))
		return pl_note(e, "%s", key);
	if (v >> 53)
		return pl_fail(e, PL_EFORMAT, "%s: %" PRIu64 " is too great",
			       key, v);
	*out = v;
	return PL_OK;
}

static enum pl_rc get_sent(struct pl_arena *a, struct pl_anchor *x,
			   const struct pl_json *doc, struct pl_err *e)
{
	struct pl_hash32 *tx = PL_NEW(a, struct pl_hash32);
	uint64_t *block = PL_NEW(a, uint64_t);

	if (!pl_json_is_null(pl_json_get(doc, "tx"))) {
		PL_TRY(pl_json_hash32(tx, pl_json_get(doc, "tx"), e));
		x->tx = tx;
	}
	if (!pl_json_is_null(pl_json_get(doc, "block"))) {
		PL_TRY(get_number(block, doc, "block", e));
		x->block = block;
	}
	return PL_OK;
}

enum pl_rc pl_anchor_get(struct pl_arena *a, struct pl_anchor *out,
			 struct pl_span text, struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_anchor x = { 0 };
	const char *schema, *status;

	PL_TRY(pl_json_parse(a, &doc, text, e));
	PL_TRY(pl_json_need_str(&schema, doc, "schema", e));
	if (strcmp(schema, PL_ANCHOR_SCHEMA) != 0)
		return pl_fail(e, PL_EFORMAT, "schema %.80s, not %s", schema,
			       PL_ANCHOR_SCHEMA);
	PL_TRY(pl_json_need_str(&x.network, doc, "network", e));
	PL_TRY(pl_json_need_str(&status, doc, "status", e));
	PL_TRY(pl_json_hash32(&x.root, pl_json_get(doc, "root"), e));
	PL_TRY(get_number(&x.chain_id, doc, "chain_id", e));
	PL_TRY(get_number(&x.nonce, doc, "nonce", e));
	PL_TRY(pl_json_addr(&x.contract, pl_json_get(doc, "contract"), e));
	PL_TRY(pl_json_addr(&x.by, pl_json_get(doc, "by"), e));
	x.done = !strcmp(status, "done");
	PL_TRY(get_ids(a, &x, doc, e));
	PL_TRY(get_sent(a, &x, doc, e));
	*out = x;
	return PL_OK;
}

long pl_anchor_find(const struct pl_anchor *x, const struct pl_hash32 *id)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = memcmp(x->ids[mid].b, id->b, 32);

		if (!c)
			return (long)mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}
