#include "orbit/feed_json.h"

#include <string.h>

#include "base/limits.h"

/* -------------------------------------------------------------- base64 */

static int digit(char c)
{
	static const char d[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(d, c) : NULL;

	return p ? (int)(p - d) : -1;
}

/* Four digits to three bytes; pad: how many of them are '='. */
static bool group(uint8_t out[3], const char *in, size_t pad)
{
	uint32_t v = 0;

	for (size_t i = 0; i < 4; i++) {
		int x = i < 4 - pad ? digit(in[i]) : 0;

		if (x < 0)
			return false;
		v = v << 6 | (uint32_t)x;
	}
	out[0] = (uint8_t)(v >> 16);
	out[1] = (uint8_t)(v >> 8);
	out[2] = (uint8_t)v;
	/* bits that stand for nothing are zero: one text for each value */
	return !(v & (pad == 2 ? 0xffff : pad ? 0xff : 0));
}

enum pl_rc pl_base64(struct pl_arena *a, struct pl_span *out, const char *text,
		     size_t len, struct pl_err *e)
{
	size_t pad = 0;
	uint8_t *p;

	if (len % 4)
		return pl_fail(e, PL_EFORMAT, "base64 of %zu digits", len);
	while (len && pad < 2 && text[len - 1 - pad] == '=')
		pad++;
	p = pl_alloc(a, len / 4 * 3);
	for (size_t i = 0; i < len; i += 4)
		if (!group(p + i / 4 * 3, text + i, i + 4 == len ? pad : 0))
			return pl_fail(e, PL_EFORMAT, "no base64 at digit %zu",
				       i);
	*out = (struct pl_span){ p, len / 4 * 3 - pad };
	return PL_OK;
}

/* -------------------------------------------------------------- members */

static enum pl_rc named(enum pl_rc rc, const char *key, struct pl_err *e)
{
	return rc ? pl_note(e, "\"%s\"", key) : PL_OK;
}

static enum pl_rc number(uint64_t *out, const struct pl_json *o,
			 const char *key, struct pl_err *e)
{
	return named(pl_json_u64(out, pl_json_get(o, key), e), key, e);
}

/* Absent, null and "" are no bytes. */
static enum pl_rc bytes(struct pl_arena *a, struct pl_span *out,
			const struct pl_json *o, const char *key,
			struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(o, key);

	*out = (struct pl_span){ NULL, 0 };
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) != PL_J_STR)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is no text", key);
	return named(pl_base64(a, out, pl_json_str(v), pl_json_str_len(v), e),
		     key, e);
}

static enum pl_rc hash(struct pl_hash32 *out, bool *has,
		       const struct pl_json *o, const char *key,
		       struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(o, key);

	*has = !pl_json_is_null(v);
	return *has ? named(pl_json_hash32(out, v, e), key, e) : PL_OK;
}

static enum pl_rc header(struct pl_feed_message *m, const struct pl_json *o,
			 struct pl_err *e)
{
	const struct pl_json *h, *fee;
	uint64_t kind;

	PL_TRY(pl_json_need(&h, o, "header", PL_J_OBJECT, e));
	PL_TRY(number(&kind, h, "kind", e));
	if (kind > UINT8_MAX)
		return pl_fail(e, PL_EFORMAT, "\"kind\" over a byte");
	m->kind = (uint8_t)kind;
	PL_TRY(named(pl_json_addr(&m->poster, pl_json_get(h, "sender"), e),
		     "sender", e));
	PL_TRY(number(&m->block_number, h, "blockNumber", e));
	PL_TRY(number(&m->timestamp, h, "timestamp", e));
	PL_TRY(hash(&m->request_id, &m->has_request_id, h, "requestId", e));
	fee = pl_json_get(h, "baseFeeL1");
	m->has_base_fee = !pl_json_is_null(fee);
	if (!m->has_base_fee)
		return PL_OK;
	return named(pl_json_u256(&m->base_fee, fee, e), "baseFeeL1", e);
}

static enum pl_rc message(struct pl_arena *a, struct pl_feed_signed *out,
			  const struct pl_json *o, struct pl_err *e)
{
	struct pl_feed_signed s = { .m = { .sequence = 0 } };
	const struct pl_json *outer, *inner;

	PL_TRY(number(&s.m.sequence, o, "sequenceNumber", e));
	PL_TRY(pl_json_need(&outer, o, "message", PL_J_OBJECT, e));
	PL_TRY(pl_json_need(&inner, outer, "message", PL_J_OBJECT, e));
	PL_TRY(header(&s.m, inner, e));
	PL_TRY(bytes(a, &s.m.l2_msg, inner, "l2Msg", e));
	s.m.has_batch_gas =
		!pl_json_is_null(pl_json_get(inner, "batchGasCost"));
	if (s.m.has_batch_gas)
		PL_TRY(number(&s.m.batch_gas, inner, "batchGasCost", e));
	PL_TRY(number(&s.m.delayed_read, outer, "delayedMessagesRead", e));
	PL_TRY(hash(&s.m.block_hash, &s.m.has_block_hash, o, "blockHash", e));
	PL_TRY(bytes(a, &s.m.block_metadata, o, "blockMetadata", e));
	PL_TRY(bytes(a, &s.v1, o, "signature", e));
	PL_TRY(bytes(a, &s.v2, o, "signatureV2", e));
	*out = s;
	return PL_OK;
}

/* -------------------------------------------------------------- broadcasts */

struct list {
	struct pl_arena *a;
	struct pl_feed_signed *v;
	size_t n;
};

static enum pl_rc broadcast(struct list *l, const struct pl_json *o,
			    struct pl_err *e)
{
	const struct pl_json *messages = pl_json_get(o, "messages");
	uint64_t version;

	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where a broadcast belongs",
			       pl_json_type_name(o));
	PL_TRY(number(&version, o, "version", e));
	if (version != 1)
		return pl_fail(e, PL_EFORMAT,
			       "a broadcast of another version than 1");
	if (pl_json_is_null(messages))
		return PL_OK;
	if (pl_json_type(messages) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "\"messages\" is no list");
	for (size_t i = 0; i < pl_json_len(messages); i++) {
		if (l->n == PL_MAX_FEED)
			return pl_fail(e, PL_ELIMIT, "over %d feed messages",
				       PL_MAX_FEED);
		l->v = pl_grow(l->a, l->v, l->n, sizeof(*l->v));
		if (message(l->a, &l->v[l->n], pl_json_at(messages, i), e))
			return pl_note(e, "message %zu", i + 1);
		l->n++;
	}
	return PL_OK;
}

/* One, or a list of them. */
static enum pl_rc broadcasts(struct list *l, const struct pl_json *o,
			     struct pl_err *e)
{
	if (pl_json_type(o) != PL_J_ARRAY)
		return broadcast(l, o, e);
	for (size_t i = 0; i < pl_json_len(o); i++)
		if (broadcast(l, pl_json_at(o, i), e))
			return pl_note(e, "broadcast %zu", i + 1);
	return PL_OK;
}

static enum pl_rc lines(struct list *l, struct pl_span text, struct pl_err *e)
{
	for (size_t at = 1; text.n; at++) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct pl_span line = pl_span_take(&text, n);
		const struct pl_json *o;

		if (text.n)
			(void)pl_span_take(&text, 1);
		if (!line.n || (line.n == 1 && *line.p == '\r'))
			continue;
		if (pl_json_parse(l->a, &o, line, e) || broadcast(l, o, e))
			return pl_note(e, "line %zu", at);
	}
	return PL_OK;
}

enum pl_rc pl_feed_read(struct pl_arena *a, const struct pl_feed_signed **out,
			size_t *n, struct pl_span text, struct pl_err *e)
{
	struct list l = { .a = a };
	const struct pl_json *o;
	struct pl_err ignored;

	if (text.n > PL_MAX_JSON_FILE)
		return pl_fail(e, PL_ELIMIT, "a feed of %zu bytes", text.n);
	if (!pl_json_parse(a, &o, text, &ignored))
		PL_TRY(broadcasts(&l, o, e));
	else
		PL_TRY(lines(&l, text, e));
	*out = l.v;
	*n = l.n;
	return PL_OK;
}
