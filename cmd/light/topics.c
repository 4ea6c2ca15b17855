#include "cmd/light/topics.h"

#include "codec/abi.h"
#include "crypto/addr.h"

/* The end of the word at s: a comma outside of parentheses, or the end. */
static const char *word_end(const char *s)
{
	int depth = 0;

	for (; *s && (*s != ',' || depth > 0); s++)
		depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
	return s;
}

static enum pl_rc event(struct pl_arena *a, struct pl_hash32 *out,
			const char *text, struct pl_err *e)
{
	struct pl_abi_item item;

	PL_TRY(pl_abi_sig_parse(a, &item, text, e));
	if (item.kind != PL_ABI_EVENT && item.kind != PL_ABI_FUNCTION)
		return pl_fail(e, PL_EUSAGE, "that is no event");
	*out = item.hash;
	return PL_OK;
}

static enum pl_rc one(struct pl_arena *a, struct pl_hash32 *out,
		      const char *text, struct pl_err *e)
{
	struct pl_hash32 h = { { 0 } };
	struct pl_addr addr;

	if (strchr(text, '(')) {
		PL_TRY(event(a, &h, text, e));
	} else if (strlen(text) == 42) {
		PL_TRY(pl_addr_parse(&addr, text, e));
		memcpy(h.b + 12, addr.b, sizeof(addr.b));
	} else {
		PL_TRY(pl_hash32_parse(&h, text, e));
	}
	*out = h;
	return PL_OK;
}

static enum pl_rc position(struct pl_arena *a, struct pl_hash32 **out,
			   size_t *n, const char *word, struct pl_err *e)
{
	struct pl_hash32 *v = NULL;

	*n = 0;
	*out = NULL;
	if (!strcmp(word, "any"))
		return PL_OK;
	for (const char *s = word;; s++) {
		const char *end = word_end(s);

		v = pl_grow(a, v, *n, sizeof(*v));
		PL_TRY(one(a, &v[*n], pl_strndup(a, s, (size_t)(end - s)), e));
		++*n;
		s = end;
		if (!*s)
			break;
	}
	*out = v;
	return PL_OK;
}

enum pl_rc pl_topics_parse(struct pl_arena *a, struct pl_log_filter *f,
			   const struct pl_strs *words, struct pl_err *e)
{
	if (words->n > PL_MAX_TOPICS)
		return pl_fail(e, PL_EUSAGE,
			       "a log has at most %d topics; --topic was given "
			       "%zu times",
			       PL_MAX_TOPICS, words->n);
	for (size_t i = 0; i < words->n; i++) {
		struct pl_hash32 *v;

		if (position(a, &v, &f->topics[i].n, words->v[i], e)) {
			e->rc = PL_EUSAGE;
			(void)pl_note(e, "--topic '%s'", words->v[i]);
			return pl_hint(e, "32 bytes, an address, an event like "
					  "'Transfer(address,address,uint256)',"
					  " or any");
		}
		f->topics[i].any = v;
	}
	f->n_topics = words->n;
	return PL_OK;
}
