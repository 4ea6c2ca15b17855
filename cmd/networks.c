/* Networks and the address book: built in, and from the settings. */
#include <stdlib.h>
#include <string.h>

#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "cmd/settings.h"
#include "cmd/suggest.h"
#include "crypto/addr.h"
#include "orbit/contracts.h"

/* Chain ids and endpoints: Plume's own documents; Conduit's chain list. */
/* clang-format off */
static const struct pl_network builtin[] = {
	{ "plume", 98866, "https://rpc.plume.org",
	  "https://explorer.plume.org", "PLUME", "ethereum", true, NULL, NULL },
	{ "plume-testnet", 98867, "https://testnet-rpc.plume.org",
	  "https://testnet-explorer.plume.org", "PLUME", "sepolia", true,
	  NULL, NULL },
	{ "ethereum", 1, NULL, "https://etherscan.io", "ETH", NULL, true, NULL,
	  NULL },
	{ "sepolia", 11155111, NULL, "https://sepolia.etherscan.io", "ETH",
	  NULL, true, NULL, NULL },
	{ "devnet", 31337, "http://127.0.0.1:8545", NULL, "ETH", NULL, true,
	  NULL, NULL },
	{ "devnet-child", 31338, "http://127.0.0.1:8545/child", NULL, "ETH",
	  "devnet", true, NULL, NULL },
};
/* clang-format on */
#define BUILTINS (sizeof(builtin) / sizeof(builtin[0]))

static const struct pl_network *find_builtin(const char *name)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (!strcmp(builtin[i].name, name))
			return &builtin[i];
	return NULL;
}

/* What stands in the files only: PLUME_RPC is not one network's. */
static const char *own(struct pl_ctx *c, const char *name, const char *what)
{
	const struct pl_config_entry *x =
		pl_config_get(&c->settings->files,
			      pl_printf(c->arena, "network.%s.%s", name, what));

	return x ? x->value : NULL;
}

static void overlay(const char **to, const char *value)
{
	if (value)
		*to = value;
}

static bool has(const struct pl_strs *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i], name))
			return true;
	return false;
}

struct pl_strs pl_network_names(struct pl_ctx *c)
{
	const struct pl_config *f = &c->settings->files;
	struct pl_strs s = { PL_NEW_N(c->arena, const char *, BUILTINS + f->n),
			     0 };

	for (size_t i = 0; i < BUILTINS; i++)
		s.v[s.n++] = builtin[i].name;
	for (size_t i = 0; i < f->n; i++) {
		const char *key = f->v[i].key, *dot = strrchr(key, '.');
		char *name;

		if (strncmp(key, "network.", 8) || dot <= key + 8)
			continue;
		name = pl_strndup(c->arena, key + 8, (size_t)(dot - key - 8));
		if (!has(&s, name))
			s.v[s.n++] = name;
	}
	return s;
}

static enum pl_rc unknown(struct pl_ctx *c, const char *name, struct pl_err *e)
{
	struct pl_suggest near = pl_suggest_for(name);
	struct pl_strs all = pl_network_names(c);

	for (size_t i = 0; i < all.n; i++)
		pl_suggest_try(&near, all.v[i]);
	(void)pl_fail(e, PL_ENOTFOUND, "there is no network '%s'", name);
	if (near.best)
		return pl_hint(e, "did you mean %s?", near.best);
	return pl_hint(e, "`plume network list` shows them, `plume network "
			  "add` makes one");
}

static enum pl_rc chain_id(struct pl_ctx *c, struct pl_network *n,
			   struct pl_err *e)
{
	const char *text = own(c, n->name, "chainid");
	struct pl_u256 v;
	uint64_t id;

	if (!text && n->builtin)
		return PL_OK;
	if (!text)
		return pl_fail(e, PL_EFORMAT,
			       "the settings give network '%s' no chainid",
			       n->name);
	PL_TRY(pl_u256_parse(&v, text, strlen(text), e));
	if (!pl_u256_to_u64(&id, &v)) /* checked when it was read */
		return pl_fail(e, PL_EBUG, "chain id over 64 bits");
	/* a name everybody knows must not lead to another chain */
	if (n->builtin && id != n->chain_id && strcmp(n->name, "devnet"))
		return pl_fail(e, PL_EFORMAT,
			       "the settings give network '%s' chain id %s, "
			       "but it is %llu",
			       n->name, text, (unsigned long long)n->chain_id);
	n->chain_id = id;
	return PL_OK;
}

/* ---------------------------------------------------- Orbit's contracts */

/* The setting, else what came with the program; *has: there is either. */
static enum pl_rc contract(struct pl_ctx *c, const char *name, const char *what,
			   const char *known, struct pl_addr *out, bool *has,
			   struct pl_err *e)
{
	const char *text = own(c, name, what);

	if (!text)
		text = known;
	*has = text != NULL;
	return text ? pl_addr_parse(out, text, e) : PL_OK;
}

static enum pl_rc orbit_kind(struct pl_ctx *c, const char *name,
			     enum pl_orbit_kind *out, struct pl_err *e)
{
	const char *text = own(c, name, "kind");

	for (unsigned i = 0; text && pl_orbit_kind_words[i]; i++)
		if (!strcmp(text, pl_orbit_kind_words[i])) {
			*out = (enum pl_orbit_kind)i;
			return PL_OK;
		}
	if (!text)
		return PL_OK;
	return pl_fail(e, PL_EFORMAT,
		       "network.%s.kind: '%s' is neither bold, legacy nor "
		       "outbox",
		       name, text);
}

static enum pl_rc orbit(struct pl_ctx *c, struct pl_network *n,
			struct pl_err *e)
{
	static const struct pl_orbit_known none = { .kind = PL_ORBIT_BOLD };
	const struct pl_orbit_known *k = pl_orbit_known(n->chain_id);
	struct pl_orbit_contracts *o =
		PL_NEW(c->arena, struct pl_orbit_contracts);
	const char *genesis = own(c, n->name, "genesisblock");
	bool has_outbox;

	if (!k)
		k = &none;
	o->kind = k->kind;
	PL_TRY(orbit_kind(c, n->name, &o->kind, e));
	PL_TRY(contract(c, n->name, "outbox", k->outbox, &o->outbox,
			&has_outbox, e));
	PL_TRY(contract(c, n->name, "rollup", k->rollup, &o->rollup,
			&o->has_rollup, e));
	PL_TRY(contract(c, n->name, "bridge", k->bridge, &o->bridge,
			&o->has_bridge, e));
	PL_TRY(contract(c, n->name, "sequencerinbox", k->sequencer_inbox,
			&o->sequencer_inbox, &o->has_sequencer_inbox, e));
	if (genesis) /* checked when it was read */
		o->genesis_block = strtoull(genesis, NULL, 10);
	n->orbit = has_outbox ? o : NULL;
	n->feed = k->feed;
	overlay(&n->feed, own(c, n->name, "feed"));
	return PL_OK;
}

enum pl_rc pl_ctx_network_named(struct pl_ctx *c, const char *name,
				struct pl_network *out, struct pl_err *e)
{
	const struct pl_network *b = find_builtin(name);
	struct pl_strs all = pl_network_names(c);
	struct pl_network n = { .name = name, .currency = "ETH" };

	if (b)
		n = *b;
	else if (!has(&all, name))
		return unknown(c, name, e);
	PL_TRY(chain_id(c, &n, e));
	overlay(&n.rpc, own(c, name, "rpc"));
	overlay(&n.explorer, own(c, name, "explorer"));
	overlay(&n.currency, own(c, name, "currency"));
	overlay(&n.parent, own(c, name, "parent"));
	PL_TRY(orbit(c, &n, e));
	*out = n;
	return PL_OK;
}

enum pl_rc pl_ctx_network(struct pl_ctx *c, struct pl_network *out,
			  struct pl_err *e)
{
	const char *name = c->g->network;
	struct pl_setting_now rpc;
	struct pl_network n;

	if (!name)
		name = pl_ctx_setting(c, "network.default");
	PL_TRY(pl_ctx_network_named(c, name, &n, e));
	if (c->g->rpc)
		n.rpc = c->g->rpc;
	else if (pl_setting_now(c, "network.plume.rpc", &rpc) &&
		 rpc.origin == PL_ENV)
		n.rpc = rpc.value;
	*out = n;
	return PL_OK;
}

/* ---------------------------------------------------------- address book */

static const struct pl_config_entry *alias(struct pl_ctx *c, const char *name,
					   int level)
{
	const struct pl_config *f = &c->settings->files;

	for (size_t i = f->n; i-- > 0;)
		if (f->v[i].level == level &&
		    !strncmp(f->v[i].key, "alias.", 6) &&
		    !strcmp(f->v[i].key + 6, name))
			return &f->v[i];
	return NULL;
}

static enum pl_rc no_alias(struct pl_ctx *c, const char *name, struct pl_err *e)
{
	const struct pl_config *f = &c->settings->files;
	struct pl_suggest near = pl_suggest_for(name);

	for (size_t i = 0; i < f->n; i++)
		if (!strncmp(f->v[i].key, "alias.", 6))
			pl_suggest_try(&near, f->v[i].key + 6);
	(void)pl_fail(e, PL_ENOTFOUND,
		      "'%s' is neither an address (0x…) nor a name in the "
		      "address book",
		      name);
	if (near.best)
		return pl_hint(e, "did you mean %s?", near.best);
	return pl_hint(e, "`plume account alias NAME 0x…` adds one");
}

/* The user's name and a repository's must mean the same: files that came with
 * a repository must not redirect a payment. */
static enum pl_rc look_up(struct pl_ctx *c, const char *name,
			  struct pl_addr *out, struct pl_err *e)
{
	const struct pl_config_entry *user = alias(c, name, PL_USER);
	const struct pl_config_entry *repo = alias(c, name, PL_REPO);
	struct pl_addr a, b;

	if (!user && !repo)
		return no_alias(c, name, e);
	PL_TRY(pl_addr_parse(&a, user ? user->value : repo->value, e));
	if (user && repo) {
		PL_TRY(pl_addr_parse(&b, repo->value, e));
		if (!pl_addr_equal(&a, &b)) {
			(void)pl_fail(e, PL_EUSAGE,
				      "'%s' is %s in your address book and %s "
				      "in the repository's",
				      name, user->value, repo->value);
			return pl_hint(e, "write the address, or rename one "
					  "of the two");
		}
	}
	*out = a;
	return PL_OK;
}

enum pl_rc pl_ctx_address(struct pl_ctx *c, const char *text,
			  struct pl_addr *out, struct pl_err *e)
{
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return pl_addr_parse(out, text, e);
	PL_TRY(pl_name_check(text, e));
	PL_TRY(pl_settings_load(c, e));
	return look_up(c, text, out, e);
}

const char *pl_ctx_name_of(struct pl_ctx *c, const struct pl_addr *addr)
{
	const struct pl_config *f = c->settings ? &c->settings->files : NULL;
	struct pl_addr a;
	struct pl_err e;

	for (size_t i = 0; f && i < f->n; i++)
		if (!strncmp(f->v[i].key, "alias.", 6) &&
		    !pl_addr_parse(&a, f->v[i].value, &e) &&
		    pl_addr_equal(&a, addr))
			return f->v[i].key + 6;
	return NULL;
}
