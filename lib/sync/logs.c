#include "sync/logs.h"

#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"

const struct pl_hash32 pl_transfer_topic = { {
	0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0,
	0x68, 0xfc, 0x37, 0x8d, 0xaa, 0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4,
	0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
} };

/* The member under either spelling, or NULL; *name is the one it has. */
static const struct pl_json *either(const char **name,
				    const struct pl_json *log,
				    const char *camel, const char *snake)
{
	const struct pl_json *v = pl_json_get(log, camel);

	*name = v ? camel : snake;
	return v ? v : pl_json_get(log, snake);
}

static enum pl_rc number(uint64_t *out, bool *known, const struct pl_json *log,
			 const char *camel, const char *snake, struct pl_err *e)
{
	const char *name;
	const struct pl_json *v = either(&name, log, camel, snake);

	*known = !pl_json_is_null(v);
	if (*known && pl_json_u64(out, v, e))
		return pl_note(e, "\"%s\"", name);
	return PL_OK;
}

static enum pl_rc word(struct pl_hash32 *out, bool *known,
		       const struct pl_json *log, const char *camel,
		       const char *snake, struct pl_err *e)
{
	const char *name;
	const struct pl_json *v = either(&name, log, camel, snake);

	*known = !pl_json_is_null(v);
	if (*known && pl_json_hash32(out, v, e))
		return pl_note(e, "\"%s\"", name);
	return PL_OK;
}

/* Seconds as a quantity (nodes, ethereum-etl) or a date in words. */
static enum pl_rc time_of(struct pl_transfer *t, const struct pl_json *log,
			  struct pl_err *e)
{
	const char *name;
	const struct pl_json *v =
		either(&name, log, "blockTimestamp", "block_timestamp");
	const char *s = pl_json_str(v);
	uint64_t seconds;

	if (pl_json_is_null(v))
		return PL_OK;
	if (s && strncmp(s, "0x", 2) != 0) {
		if (pl_time_parse(&t->time, s, pl_json_str_len(v), e))
			return pl_note(e, "\"%s\"", name);
	} else {
		if (pl_json_u64(&seconds, v, e))
			return pl_note(e, "\"%s\"", name);
		if (seconds > INT64_MAX)
			return pl_fail(e, PL_EFORMAT, "\"%s\" %ju is no time",
				       name, (uintmax_t)seconds);
		t->time = (int64_t)seconds;
	}
	t->has |= PL_TR_TIME;
	return PL_OK;
}

/* An address in a topic: twelve zero bytes before it. */
static bool is_address(const struct pl_hash32 *topic)
{
	static const uint8_t zeros[12];

	return !memcmp(topic->b, zeros, sizeof(zeros));
}

static enum pl_rc topic_addr(struct pl_addr *out, const struct pl_json *v,
			     const char *which, struct pl_err *e)
{
	struct pl_hash32 h;

	if (pl_json_hash32(&h, v, e))
		return pl_note(e, "topic of the %s", which);
	if (!is_address(&h))
		return pl_fail(e, PL_EFORMAT,
			       "topic of the %s: more than an address", which);
	memcpy(out->b, h.b + 12, sizeof(out->b));
	return PL_OK;
}

static enum pl_rc place(struct pl_transfer *t, const struct pl_json *log,
			struct pl_err *e)
{
	bool known;

	PL_TRY(word(&t->tx, &known, log, "transactionHash", "transaction_hash",
		    e));
	if (!known)
		return pl_fail(e, PL_EFORMAT,
			       "\"transactionHash\" is missing: a log of a "
			       "block not yet made");
	PL_TRY(number(&t->log_index, &known, log, "logIndex", "log_index", e));
	if (!known)
		return pl_fail(e, PL_EFORMAT, "\"logIndex\" is missing");
	t->has |= PL_TR_LOG;
	PL_TRY(number(&t->block, &known, log, "blockNumber", "block_number",
		      e));
	t->has |= known ? PL_TR_BLOCK : 0;
	PL_TRY(word(&t->block_hash, &known, log, "blockHash", "block_hash", e));
	t->has |= known ? PL_TR_HASH : 0;
	return time_of(t, log, e);
}

/* Both spellings take JSON's value or 32 bytes of data. */
static enum pl_rc value_of(struct pl_u256 *out, const struct pl_json *data,
			   struct pl_err *e)
{
	uint8_t be[32];
	const char *s = pl_json_str(data);

	if (!s)
		return pl_fail(e, PL_EFORMAT, "\"data\" is %s, not a string",
			       pl_json_type_name(data));
	if (pl_hex_fixed(be, sizeof(be), s, pl_json_str_len(data), e))
		return pl_note(e, "\"data\" of a transfer");
	*out = pl_u256_from_be32(be);
	return PL_OK;
}

enum pl_rc pl_transfer_log_read(struct pl_transfer_log *out,
				const struct pl_json *log, struct pl_err *e)
{
	struct pl_transfer_log r = { .is_transfer = false };
	const struct pl_json *topics, *address;
	struct pl_hash32 first;
	bool removed;

	PL_TRY(pl_json_need(&address, log, "address", PL_J_STR, e));
	if (pl_json_addr(&r.address, address, e))
		return pl_note(e, "\"address\"");
	PL_TRY(pl_json_flag(&removed, log, "removed", e));
	if (removed)
		return pl_fail(e, PL_EFORMAT,
			       "\"removed\" is true: a log that was taken back "
			       "by a reorganisation");
	PL_TRY(pl_json_need(&topics, log, "topics", PL_J_ARRAY, e));
	if (pl_json_len(topics) > PL_MAX_TOPICS)
		return pl_fail(e, PL_EFORMAT, "%zu topics, at most %d",
			       pl_json_len(topics), PL_MAX_TOPICS);
	if (pl_json_len(topics) == 3) {
		if (pl_json_hash32(&first, pl_json_at(topics, 0), e))
			return pl_note(e, "first topic");
		r.is_transfer = pl_hash32_equal(&first, &pl_transfer_topic);
	}
	if (r.is_transfer) {
		PL_TRY(topic_addr(&r.t.from, pl_json_at(topics, 1), "sender",
				  e));
		PL_TRY(topic_addr(&r.t.to, pl_json_at(topics, 2), "recipient",
				  e));
		PL_TRY(value_of(&r.t.value, pl_json_get(log, "data"), e));
		PL_TRY(place(&r.t, log, e));
	}
	*out = r;
	return PL_OK;
}

bool pl_transfer_log_scanned(struct pl_transfer_log *out,
			     const struct pl_scanned_log *s)
{
	const unsigned need = PL_SCAN_TX | PL_SCAN_LOG_INDEX;
	const struct pl_log *l = &s->log;
	struct pl_transfer_log r = { .address = l->address };
	struct pl_transfer *t = &r.t;

	if (s->removed)
		return false;
	r.is_transfer = l->n_topics == 3 &&
			pl_hash32_equal(&l->topics[0], &pl_transfer_topic);
	*out = r;
	if (!r.is_transfer)
		return true;
	if ((s->has & need) != need || l->data.n != 32 ||
	    !is_address(&l->topics[1]) || !is_address(&l->topics[2]) ||
	    ((s->has & PL_SCAN_TIME) && s->time > INT64_MAX))
		return false;
	memcpy(t->from.b, l->topics[1].b + 12, sizeof(t->from.b));
	memcpy(t->to.b, l->topics[2].b + 12, sizeof(t->to.b));
	t->value = pl_u256_from_be32(l->data.p);
	t->tx = s->tx;
	t->log_index = s->log_index;
	t->block = s->block;
	t->block_hash = s->block_hash;
	t->time = (int64_t)s->time;
	t->has = PL_TR_LOG | (s->has & PL_SCAN_BLOCK ? PL_TR_BLOCK : 0) |
		 (s->has & PL_SCAN_BLOCK_HASH ? PL_TR_HASH : 0) |
		 (s->has & PL_SCAN_TIME ? PL_TR_TIME : 0);
	*out = r;
	return true;
}

static bool digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The end of the bare integer at i; i itself where what stands there is no
 * integer (a fraction, an exponent, a sign). */
static size_t integer_end(struct pl_span s, size_t i)
{
	size_t k = i;

	while (k < s.n && digit(s.p[k]))
		k++;
	if (k < s.n && (s.p[k] == '.' || s.p[k] == 'e' || s.p[k] == 'E'))
		return i;
	return k;
}

/* Past a whole number, or past one byte. */
static size_t number_end(struct pl_span s, size_t i)
{
	while (i < s.n && (digit(s.p[i]) || s.p[i] == '.' || s.p[i] == 'e' ||
			   s.p[i] == 'E' || s.p[i] == '+' || s.p[i] == '-'))
		i++;
	return i;
}

struct pl_span pl_json_quote_big(struct pl_arena *a, struct pl_span text)
{
	struct pl_buf b = { NULL, NULL, 0, 0 };
	bool quoted = false;
	size_t from = 0;

	for (size_t i = 0, next; i < text.n; i = next) {
		uint8_t c = text.p[i];
		size_t end;

		next = i + 1;
		if (quoted && c == '\\')
			next = i + 2;
		else if (c == '"')
			quoted = !quoted;
		if (quoted || (!digit(c) && c != '-'))
			continue;
		end = integer_end(text, i);
		next = number_end(text, i);
		if (end - i <= 18)
			continue;
		if (!b.a)
			pl_buf_init(&b, a);
		pl_buf_put(&b, (struct pl_span){ text.p + from, i - from });
		pl_buf_byte(&b, '"');
		pl_buf_put(&b, (struct pl_span){ text.p + i, end - i });
		pl_buf_byte(&b, '"');
		from = end;
	}
	if (!b.a)
		return text;
	pl_buf_put(&b, (struct pl_span){ text.p + from, text.n - from });
	return pl_buf_span(&b);
}
