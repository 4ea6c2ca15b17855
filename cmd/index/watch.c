#include "cmd/index/watch.h"

struct pl_list pl_std_list(struct pl_arena *a, unsigned stds)
{
	const char **v = PL_NEW_N(a, const char *, PL_STDS);
	size_t n = 0;

	for (unsigned i = 0; i < PL_STDS; i++)
		if (stds >> i & 1u)
			v[n++] = pl_std_name(1u << i);
	return (struct pl_list){ v, n };
}

struct pl_list pl_kind_list(struct pl_arena *a, uint64_t kinds)
{
	const char **v = PL_NEW_N(a, const char *, PL_EV_KINDS);
	size_t n = 0;

	for (int k = PL_EV_NONE + 1; k < PL_EV_KINDS; k++)
		if (kinds & pl_event_bit((enum pl_event_kind)k))
			v[n++] = pl_event_kind_name((enum pl_event_kind)k);
	return (struct pl_list){ v, n };
}

void pl_out_as_list(struct pl_ctx *c, const struct pl_field *brief)
{
	struct pl_out_spec spec = *pl_out_spec_of(c->out);

	spec.many = true;
	if (spec.format == PL_TEXT)
		spec.fields = brief;
	c->out = pl_out_new(c->arena, &spec);
}

static enum pl_rc watched(struct pl_ctx *c, struct pl_index *ix,
			  struct pl_watched *out,
			  const struct pl_index_token *t, struct pl_err *e)
{
	struct pl_watched x = { .token = *t };

	PL_TRY(pl_index_watch(c->arena, ix, &x.followed, &x.w, t->id, e));
	*out = x;
	return PL_OK;
}

enum pl_rc pl_watched_one(struct pl_ctx *c, struct pl_index *ix,
			  struct pl_watched *out, const struct pl_addr *address,
			  struct pl_err *e)
{
	struct pl_index_token t;

	PL_TRY(pl_open_token(c, ix, &t, address, e));
	return watched(c, ix, out, &t, e);
}

enum pl_rc pl_watched_all(struct pl_ctx *c, struct pl_index *ix,
			  struct pl_watched **out, size_t *n, struct pl_err *e)
{
	struct pl_index_token *t;
	struct pl_watched *v;
	struct pl_network net;
	size_t count, k = 0;

	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_index_tokens(c->arena, ix, &t, &count, e));
	v = PL_NEW_N(c->arena, struct pl_watched, count);
	for (size_t i = 0; i < count; i++) {
		if (t[i].token.chain != net.chain_id)
			continue;
		PL_TRY(watched(c, ix, &v[k], &t[i], e));
		k += v[k].followed;
	}
	*out = v;
	*n = k;
	return PL_OK;
}

static enum pl_rc one_kind(uint64_t *kinds, const char *word, size_t len,
			   struct pl_err *e)
{
	unsigned std = pl_std_of(word, len);
	enum pl_event_kind k = pl_event_kind_of(word, len);

	if (std)
		*kinds |= pl_event_kinds_of(std);
	else if (k != PL_EV_NONE)
		*kinds |= pl_event_bit(k);
	if (std || k != PL_EV_NONE)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE,
		      "--kind: no event or standard is called "
		      "\"%.*s\"",
		      len > 40 ? 40 : (int)len, word);
	return pl_hint(e, "standards: %s",
		       "erc20 erc721 erc1155 erc3643 registry erc4626 erc7540 "
		       "erc7943 univ2 univ3 feed; `plume help index add` "
		       "names the events");
}

enum pl_rc pl_kinds_of(uint64_t *out, const struct pl_strs *words,
		       struct pl_err *e)
{
	uint64_t kinds = 0;

	for (size_t i = 0; i < words->n; i++)
		for (const char *at = words->v[i];;) {
			size_t len = strcspn(at, ",");

			PL_TRY(one_kind(&kinds, at, len, e));
			if (!at[len])
				break;
			at += len + 1;
		}
	*out = kinds;
	return PL_OK;
}
