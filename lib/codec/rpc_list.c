#include "codec/rpc_list.h"

#include <string.h>

struct at {
	const uint8_t *p, *end;
	bool has_id, has_version;
	uint64_t id;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool word(struct at *s, const char *text)
{
	size_t n = strlen(text);

	while (s->p < s->end && is_blank(*s->p))
		s->p++;
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	return true;
}

/* A whole number under 2^53, without a zero before others. */
static bool number(struct at *s)
{
	const uint8_t *from;
	uint64_t v = 0;

	while (s->p < s->end && is_blank(*s->p))
		s->p++;
	for (from = s->p; s->p < s->end && *s->p >= '0' && *s->p <= '9' &&
			  v < (uint64_t)1 << 53;
	     s->p++)
		v = v * 10 + (unsigned)(*s->p - '0');
	s->id = v;
	return s->p > from && (*from != '0' || s->p == from + 1);
}

/* "jsonrpc":"2.0" or "id":N, if it was not there before. */
static bool plain_member(struct at *s)
{
	if (!s->has_version && word(s, "\"jsonrpc\"")) {
		s->has_version = true;
		return word(s, ":") && word(s, "\"2.0\"");
	}
	if (!s->has_id && word(s, "\"id\"")) {
		s->has_id = true;
		return word(s, ":") && number(s);
	}
	return false;
}

bool pl_rpc_list_find(struct pl_span *list, uint64_t *id, struct pl_span text)
{
	struct at s = { .p = text.p, .end = text.p + text.n };
	const uint8_t *from, *to;

	if (!text.n || !word(&s, "{"))
		return false;
	while (!word(&s, "\"result\""))
		if (!plain_member(&s) || !word(&s, ","))
			return false;
	if (!word(&s, ":") || !word(&s, "["))
		return false;
	from = s.p - 1;
	for (to = s.end; to > s.p && to[-1] != ']';)
		to--;
	if (to == s.p)
		return false;
	s.p = to;
	while (word(&s, ","))
		if (!plain_member(&s))
			return false;
	if (!word(&s, "}") || !s.has_id || !s.has_version)
		return false;
	while (s.p < s.end && is_blank(*s.p))
		s.p++;
	if (s.p != s.end)
		return false;
	*list = (struct pl_span){ from, (size_t)(to - from) };
	*id = s.id;
	return true;
}
