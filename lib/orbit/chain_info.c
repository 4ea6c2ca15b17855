#include "orbit/chain_info.h"

#include <inttypes.h>
#include <string.h>

#define DEPTH 4 /* lists in objects in lists */

/* The member, by either of its spellings. */
static const struct pl_json *either(const struct pl_json *o, const char *camel,
				    const char *kebab)
{
	const struct pl_json *v = pl_json_get(o, camel);

	return v ? v : pl_json_get(o, kebab);
}

static const struct pl_json *id_of(const struct pl_json *o)
{
	const struct pl_json *config = either(o, "chainConfig", "chain-config");
	const struct pl_json *id = pl_json_get(o, "chainId");

	if (!id)
		id = pl_json_get(o, "chain-id");
	return id ? id : pl_json_get(config, "chainId");
}

/* Every object with a chain id and contracts is an entry. */
struct search {
	const uint64_t *want;
	const struct pl_json *found;
	size_t n;
};

static bool has_contracts(const struct pl_json *o)
{
	return pl_json_get(o, "ethBridge") || pl_json_get(o, "rollup");
}

static void visit(struct search *s, const struct pl_json *v)
{
	uint64_t id;
	struct pl_err e;

	if (pl_json_type(v) != PL_J_OBJECT || !has_contracts(v) || !id_of(v) ||
	    pl_json_u64(&id, id_of(v), &e) || (s->want && id != *s->want))
		return;
	s->found = v;
	s->n++;
}

static void walk(struct search *s, const struct pl_json *v, unsigned depth)
{
	visit(s, v);
	if (depth == DEPTH)
		return;
	if (pl_json_type(v) == PL_J_ARRAY)
		for (size_t i = 0; i < pl_json_len(v); i++)
			walk(s, pl_json_at(v, i), depth + 1);
	if (pl_json_type(v) == PL_J_OBJECT && !has_contracts(v))
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			walk(s, pl_json_iter_value(it), depth + 1);
}

/* --------------------------------------------------------------- an entry */

static enum pl_rc address(struct pl_addr *out, bool *has,
			  const struct pl_json *o, const char *camel,
			  const char *kebab, struct pl_err *e)
{
	const struct pl_json *v = either(o, camel, kebab);

	*has = !pl_json_is_null(v);
	if (*has && pl_json_addr(out, v, e))
		return pl_note(e, "\"%s\"", camel);
	return PL_OK;
}

/* Lists say it in their own words, most not at all. */
static void kind(struct pl_chain_info *out, const struct pl_json *o)
{
	const char *s = pl_json_str(either(o, "rollupType", "rollup-type"));

	if (!s)
		return;
	out->has_kind = true;
	out->contracts.kind =
		!strcasecmp(s, "bold") ? PL_ORBIT_BOLD : PL_ORBIT_LEGACY;
}

static const char *first_text(const struct pl_json *v)
{
	if (pl_json_type(v) == PL_J_ARRAY)
		v = pl_json_at(v, 0);
	return pl_json_str(v);
}

static void texts(struct pl_chain_info *out, const struct pl_json *o)
{
	const struct pl_json *ui = pl_json_get(o, "bridgeUiConfig");

	out->rpc = first_text(pl_json_get(o, "rpc"));
	if (!out->rpc)
		out->rpc = pl_json_str(pl_json_get(o, "rpcUrl"));
	out->explorer = pl_json_str(pl_json_get(o, "explorer"));
	if (!out->explorer)
		out->explorer = pl_json_str(pl_json_get(o, "explorerUrl"));
	out->feed = pl_json_str(pl_json_get(o, "feed"));
	if (!out->feed)
		out->feed = first_text(either(o, "feedUrl", "feed-url"));
	out->currency = pl_json_str(
		pl_json_get(pl_json_get(ui, "nativeTokenData"), "symbol"));
}

static enum pl_rc genesis(uint64_t *out, const struct pl_json *o,
			  struct pl_err *e)
{
	const struct pl_json *config = either(o, "chainConfig", "chain-config");
	const struct pl_json *v = pl_json_get(o, "genesisBlockNum");

	if (!v)
		v = pl_json_get(pl_json_get(config, "arbitrum"),
				"GenesisBlockNum");
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_u64(out, v, e))
		return pl_note(e, "genesis block");
	return PL_OK;
}

static enum pl_rc entry(struct pl_chain_info *out, const struct pl_json *o,
			struct pl_err *e)
{
	const struct pl_json *where = pl_json_get(o, "ethBridge");
	const struct pl_json *parent =
		either(o, "parentChainId", "parent-chain-id");
	struct pl_chain_info i = { .chain_id = 0 };
	struct pl_orbit_contracts *c = &i.contracts;

	if (!where)
		where = pl_json_get(o, "rollup");
	if (pl_json_type(where) != PL_J_OBJECT)
		where = o;
	PL_TRY(pl_json_u64(&i.chain_id, id_of(o), e));
	if (!pl_json_is_null(parent) &&
	    pl_json_u64(&i.parent_chain_id, parent, e))
		return pl_note(e, "\"parentChainId\"");
	PL_TRY(address(&c->outbox, &i.has_outbox, where, "outbox", "outbox",
		       e));
	PL_TRY(address(&c->rollup, &c->has_rollup, where, "rollup", "rollup",
		       e));
	PL_TRY(address(&c->bridge, &c->has_bridge, where, "bridge", "bridge",
		       e));
	PL_TRY(address(&c->sequencer_inbox, &c->has_sequencer_inbox, where,
		       "sequencerInbox", "sequencer-inbox", e));
	PL_TRY(genesis(&c->genesis_block, o, e));
	kind(&i, o);
	texts(&i, o);
	*out = i;
	return PL_OK;
}

enum pl_rc pl_chain_info_read(struct pl_chain_info *out,
			      const struct pl_json *doc,
			      const uint64_t *chain_id, struct pl_err *e)
{
	struct search s = { .want = chain_id };

	walk(&s, doc, 0);
	if (s.n == 1)
		return entry(out, s.found, e);
	if (chain_id && !s.n)
		return pl_fail(e, PL_ENOTFOUND,
			       "no entry of chain %" PRIu64
			       " with its contracts",
			       *chain_id);
	(void)pl_fail(e, PL_ENOTFOUND, "%zu entries of chains%s", s.n,
		      chain_id ? " with that id" : "");
	return pl_hint(e, "--chain-id says which of them");
}
