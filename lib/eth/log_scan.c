#include "eth/log_scan.h"

#include "base/hex.h"

/* The members, in the order geth writes them. */
enum member {
	ADDRESS,
	TOPICS,
	DATA,
	BLOCK,
	TX,
	TX_INDEX,
	BLOCK_HASH,
	TIME,
	LOG_INDEX,
	REMOVED,
	MEMBERS
};

#define KEY(text)                                                              \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}
static const struct {
	const char *text; /* with its quotes */
	size_t n;
} keys[MEMBERS] = {
	[ADDRESS] = KEY("\"address\""),
	[TOPICS] = KEY("\"topics\""),
	[DATA] = KEY("\"data\""),
	[BLOCK] = KEY("\"blockNumber\""),
	[TX] = KEY("\"transactionHash\""),
	[TX_INDEX] = KEY("\"transactionIndex\""),
	[BLOCK_HASH] = KEY("\"blockHash\""),
	[TIME] = KEY("\"blockTimestamp\""),
	[LOG_INDEX] = KEY("\"logIndex\""),
	[REMOVED] = KEY("\"removed\""),
};
#undef KEY

static size_t left(const struct pl_log_scan *s)
{
	return (size_t)(s->end - s->at);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void blanks(struct pl_log_scan *s)
{
	while (s->at < s->end && is_blank(*s->at))
		s->at++;
}

/* This byte, after blanks. */
static bool byte(struct pl_log_scan *s, uint8_t c)
{
	if (s->at < s->end && *s->at <= ' ')
		blanks(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

static bool literal(struct pl_log_scan *s, const char *text, size_t n)
{
	if (left(s) < n || memcmp(s->at, text, n))
		return false;
	s->at += n;
	return true;
}

/* "0x" and 2·n digits, in quotes. */
static bool fixed(struct pl_log_scan *s, uint8_t *out, size_t n)
{
	struct pl_err e;

	if (!byte(s, '"') || left(s) < 2 * n + 3 || s->at[0] != '0' ||
	    s->at[1] != 'x' || s->at[2 * n + 2] != '"' ||
	    pl_hex_fixed(out, n, (const char *)s->at + 2, 2 * n, &e))
		return false;
	s->at += 2 * n + 3;
	return true;
}

/* A quantity: "0x" and digits, no zero before others. */
static bool quantity(struct pl_log_scan *s, uint64_t *out)
{
	const uint8_t *p;
	uint64_t v = 0;
	int d;

	if (!byte(s, '"') || !literal(s, "0x", 2))
		return false;
	for (p = s->at; p < s->end && (d = pl_hex_digit((char)*p)) >= 0; p++) {
		if (v >> 60)
			return false;
		v = v << 4 | (unsigned)d;
	}
	if (p == s->at || p == s->end || *p != '"' ||
	    (*s->at == '0' && p > s->at + 1))
		return false;
	*out = v;
	s->at = p + 1;
	return true;
}

static bool data(struct pl_log_scan *s, struct pl_span *out)
{
	const uint8_t *end;
	struct pl_err e;
	size_t n;

	if (!byte(s, '"') || !literal(s, "0x", 2))
		return false;
	end = memchr(s->at, '"', left(s));
	if (!end || (end - s->at) % 2)
		return false;
	n = (size_t)(end - s->at) / 2;
	if (n > s->room) {
		s->room = 2 * n;
		s->data = pl_alloc(s->a, s->room);
	}
	if (pl_hex_fixed(s->data, n, (const char *)s->at, 2 * n, &e))
		return false;
	*out = (struct pl_span){ s->data, n };
	s->at = end + 1;
	return true;
}

static bool topics(struct pl_log_scan *s, struct pl_log *l)
{
	l->n_topics = 0;
	if (!byte(s, '['))
		return false;
	if (byte(s, ']'))
		return true;
	do {
		if (l->n_topics == 4 ||
		    !fixed(s, l->topics[l->n_topics++].b, 32))
			return false;
	} while (byte(s, ','));
	return byte(s, ']');
}

static bool flag(struct pl_log_scan *s, bool *out)
{
	blanks(s);
	*out = literal(s, "true", 4);
	return *out || literal(s, "false", 5);
}

static bool value(struct pl_log_scan *s, struct pl_scanned_log *l,
		  enum member m)
{
	switch (m) {
	case ADDRESS:
		return fixed(s, l->log.address.b, sizeof(l->log.address.b));
	case TOPICS:
		return topics(s, &l->log);
	case DATA:
		return data(s, &l->log.data);
	case BLOCK:
		l->has |= PL_SCAN_BLOCK;
		return quantity(s, &l->block);
	case TX:
		l->has |= PL_SCAN_TX;
		return fixed(s, l->tx.b, sizeof(l->tx.b));
	case TX_INDEX:
		l->has |= PL_SCAN_TX_INDEX;
		return quantity(s, &l->tx_index);
	case BLOCK_HASH:
		l->has |= PL_SCAN_BLOCK_HASH;
		return fixed(s, l->block_hash.b, sizeof(l->block_hash.b));
	case TIME:
		l->has |= PL_SCAN_TIME;
		return quantity(s, &l->time);
	case LOG_INDEX:
		l->has |= PL_SCAN_LOG_INDEX;
		return quantity(s, &l->log_index);
	case REMOVED:
		return flag(s, &l->removed);
	case MEMBERS:
		break;
	}
	return false;
}

/* Which member begins here: most likely the one that did so last time. */
static enum member member(struct pl_log_scan *s, unsigned nth)
{
	unsigned m = s->guess[nth];

	blanks(s);
	if (m < MEMBERS && literal(s, keys[m].text, keys[m].n))
		return (enum member)m;
	for (m = 0; m < MEMBERS; m++)
		if (literal(s, keys[m].text, keys[m].n)) {
			s->guess[nth] = (uint8_t)m;
			break;
		}
	return (enum member)m;
}

static bool object(struct pl_log_scan *s, struct pl_scanned_log *l)
{
	const unsigned need = 1u << ADDRESS | 1u << TOPICS | 1u << DATA;
	unsigned seen = 0, n = 0;

	if (!byte(s, '{'))
		return false;
	do {
		enum member m = member(s, n++);

		/* n stays below MEMBERS: none comes twice */
		if (m == MEMBERS || seen & 1u << m || !byte(s, ':') ||
		    !value(s, l, m))
			return false;
		seen |= 1u << m;
	} while (byte(s, ','));
	return (seen & need) == need && byte(s, '}');
}

void pl_log_scan_begin(struct pl_log_scan *s, struct pl_arena *a,
		       struct pl_span text)
{
	*s = (struct pl_log_scan){ .at = text.p,
				   .end = text.p + text.n,
				   .a = a };
	memset(s->guess, MEMBERS, sizeof(s->guess));
	if (!text.n || !byte(s, '['))
		s->odd = true;
}

/* After the last one: the end of the list, and of the text. */
static bool ends(struct pl_log_scan *s)
{
	if (!byte(s, ']'))
		return false;
	blanks(s);
	s->odd = s->at != s->end;
	s->end = s->at = NULL;
	return true;
}

bool pl_log_scan_next(struct pl_log_scan *s, struct pl_scanned_log *out)
{
	if (s->odd || !s->end)
		return false;
	if (ends(s))
		return false;
	if (s->any && !byte(s, ','))
		s->odd = true;
	*out = (struct pl_scanned_log){ .has = 0 };
	if (!s->odd && object(s, out)) {
		s->any = true;
		return true;
	}
	s->odd = true;
	return false;
}
