#include "cmd/light/client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/light/evidence.h"
#include "cmd/light/steps.h"
#include "out/progress.h"

#define MAX_PARENTS 8
#define MAX_URLS 12

/* Of real bootstraps: hash_tree_root of their beacon headers. */
static const struct {
	const char *network;
	uint64_t slot;
	const char *root;
} checkpoints[] = {
	{ "ethereum", 14017856,
	  "9bcb90ec3a294591b77dd2a58e973578715cdc0e6eeeb286bc06dd120057f18b" },
};

const struct pl_checkpoint *pl_checkpoint_newest(const char *network)
{
	static struct pl_checkpoint found;
	struct pl_err e;

	for (size_t i = 0; i < sizeof(checkpoints) / sizeof(*checkpoints); i++)
		if (!strcmp(checkpoints[i].network, network) &&
		    !pl_hex_fixed(found.root.b, 32, checkpoints[i].root, 64,
				  &e)) {
			found.network = network;
			found.slot = checkpoints[i].slot;
			return &found;
		}
	return NULL;
}

/* ---------------------------------------------------------- whose chain it is
 */

static const char *setting(struct pl_ctx *c, const char *net, const char *what)
{
	return pl_ctx_setting(c,
			      pl_printf(c->arena, "network.%s.%s", net, what));
}

static enum pl_rc configured(struct pl_ctx *c, struct pl_lc_config *out,
			     const char *path, const char *net,
			     struct pl_err *e)
{
	const char *root = setting(c, net, "genesisvalidatorsroot");
	const char *time = setting(c, net, "genesistime");
	const struct pl_json *yaml;
	struct pl_lc_config config;

	if (!root || !time) {
		(void)pl_fail(e, PL_EUSAGE,
			      "network %s has a config.yaml, but no "
			      "genesisvalidatorsroot or genesistime",
			      net);
		return pl_hint(e,
			       "plume config set network.%s."
			       "genesisvalidatorsroot 0x…, and .genesistime",
			       net);
	}
	PL_TRY(pl_sync_yaml(c, &yaml, path, e));
	if (pl_lc_config_read(&config, yaml, e))
		return pl_note(e, "%s", path);
	PL_TRY(pl_hex_fixed(config.genesis_validators_root.b, 32, root,
			    strlen(root), e));
	config.genesis_time = strtoull(time, NULL, 10); /* checked when read */
	config.name = net;
	*out = config;
	return PL_OK;
}

enum pl_rc pl_ctx_beacon_chain(struct pl_ctx *c, struct pl_lc_config *out,
			       struct pl_network *net, struct pl_err *e)
{
	struct pl_network n;

	PL_TRY(pl_ctx_network(c, &n, e));
	for (unsigned i = 0; i < MAX_PARENTS; i++) {
		const struct pl_lc_config *known = pl_lc_config_named(n.name);
		const char *path = setting(c, n.name, "consensus");

		*net = n;
		if (path)
			return configured(c, out, path, n.name, e);
		if (known && strcmp(n.name, "minimal") != 0) {
			*out = *known;
			return PL_OK;
		}
		if (!n.parent)
			break;
		PL_TRY(pl_ctx_network_named(c, n.parent, &n, e));
	}
	(void)pl_fail(e, PL_EUSAGE,
		      "network '%s' has no beacon chain known here", n.name);
	return pl_hint(e,
		       "--network ethereum or sepolia, or tell of it: plume "
		       "config set network.%s.consensus config.yaml",
		       n.name);
}

enum pl_rc pl_ctx_light_dir(struct pl_ctx *c, const char **out,
			    const struct pl_network *net, struct pl_err *e)
{
	return pl_ctx_data(c, out, pl_printf(c->arena, "light/%s", net->name),
			   "the light client's store", e);
}

/* ------------------------------------------------------------------ endpoints
 */

static size_t split(struct pl_arena *a, const char **url, const char *text)
{
	char *s = pl_strdup(a, text ? text : ""), *save, *p;
	size_t n = 0;

	for (p = strtok_r(s, ",", &save); p && n < MAX_URLS;
	     p = strtok_r(NULL, ",", &save))
		url[n++] = p;
	return n;
}

static size_t urls_of(struct pl_ctx *c, const char **url,
		      const struct pl_strs *given, const struct pl_network *net)
{
	size_t n = given->n < MAX_URLS ? given->n : MAX_URLS;
	const char *text = setting(c, net->name, "beacon");

	/* `plume devnet --consensus` answers for both at one address */
	if (!text && !strcmp(net->name, "devnet"))
		text = net->rpc;
	if (!n)
		return split(c->arena, url, text);
	for (size_t i = 0; i < n; i++)
		url[i] = given->v[i];
	return n;
}

static unsigned retries(struct pl_ctx *c)
{
	const char *s = pl_ctx_setting(c, "network.retries");

	return s ? (unsigned)strtoul(s, NULL, 10) : 0;
}

enum pl_rc pl_ctx_beacon(struct pl_ctx *c, struct pl_beacon **out,
			 const struct pl_strs *urls,
			 const struct pl_lc_config *config,
			 const struct pl_network *net, struct pl_err *e)
{
	const char *url[MAX_URLS];
	size_t n = urls_of(c, url, urls, net);
	struct pl_beacon_node *node =
		PL_NEW_N(c->arena, struct pl_beacon_node, n);
	struct pl_beacon_conf conf = { .nodes = node, .n = n };

	*out = NULL;
	if (urls->n > MAX_URLS)
		return pl_fail(e, PL_EUSAGE, "at most %d times --beacon",
			       MAX_URLS);
	for (size_t i = 0; i < n; i++) {
		node[i].url = url[i];
		PL_TRY(pl_ctx_dial(c, &node[i].transport, url[i], net->name,
				   e));
	}
	conf.retries = retries(c);
	conf.genesis_validators_root = config->genesis_validators_root;
	conf.genesis_time = config->genesis_time;
	if (n)
		*out = pl_beacon_new(c->arena, &conf);
	return PL_OK;
}

/* -------------------------------------------------------------------- syncing
 */

struct meter {
	struct pl_ctx *c;
	struct pl_progress *p;
	uint64_t first;
	bool any;
	void (*on_step)(void *ctx, const struct pl_light_step *step);
	void *ctx;
};

static void on_step(void *ctx, const struct pl_light_step *s)
{
	struct meter *m = ctx;

	if (s->kind == PL_LC_UPDATE) {
		if (!m->any)
			m->first = s->period;
		m->any = true;
		pl_progress_at(m->p, s->period - m->first + 1);
	}
	if (m->on_step)
		m->on_step(m->ctx, s);
}

static void on_word(void *ctx, const char *text)
{
	pl_say(((struct meter *)ctx)->c, "light client: %s", text);
}

enum pl_rc
pl_ctx_light_sync(struct pl_ctx *c, struct pl_light *l, struct pl_beacon *b,
		  const struct pl_light_args *args,
		  void (*step)(void *ctx, const struct pl_light_step *step),
		  void *ctx, struct pl_err *e)
{
	const struct pl_lc_config *config = pl_light_config(l);
	uint64_t at = pl_lc_period(config, pl_light_finalized(l)->beacon.slot);
	uint64_t now = pl_lc_period(config, pl_light_clock(config));
	struct meter m = { .c = c, .on_step = step, .ctx = ctx };
	struct pl_light_how how = { .beacon = b,
				    .strict = args->strict,
				    .paranoid = args->paranoid,
				    .on_step = on_step,
				    .on_word = on_word,
				    .ctx = &m };
	enum pl_rc rc;

	m.p = pl_ctx_progress(c, "periods", now > at ? now - at : 0);
	rc = pl_light_sync(l, &how, e);
	pl_progress_end(m.p);
	return rc;
}

static enum pl_rc no_start(struct pl_ctx *c, const struct pl_network *net,
			   struct pl_err *e)
{
	(void)c;
	(void)pl_fail(e, PL_ENOTFOUND,
		      "there is no light client of %s yet, and no checkpoint "
		      "to begin from",
		      net->name);
	return pl_hint(e, "plume light init --checkpoint ROOT, with the root "
			  "of a finalized beacon block that you trust");
}

static enum pl_rc no_beacon(const struct pl_network *net, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "no beacon API is known for network %s",
		      net->name);
	return pl_hint(e,
		       "name one with --beacon URL, or keep it: plume config "
		       "set network.%s.beacon URL",
		       net->name);
}

static enum pl_rc begin(struct pl_ctx *c, struct pl_light **out,
			const char *dir, const struct pl_lc_config *config,
			const struct pl_network *net,
			const struct pl_light_args *args, struct pl_beacon *b,
			struct pl_err *e)
{
	const struct pl_checkpoint *built_in = pl_checkpoint_newest(net->name);
	const struct pl_hash32 *root = args->checkpoint;
	char when[PL_TIME_TEXT];

	if (!root && !built_in)
		return no_start(c, net, e);
	if (!b)
		return no_beacon(net, e);
	if (!root) {
		root = &built_in->root;
		pl_time_text(when, pl_light_time(config, built_in->slot));
		pl_say(c,
		       "light client: begins at the built-in checkpoint of "
		       "%.10s, slot %" PRIu64,
		       when, built_in->slot);
	}
	return pl_light_init(c->arena, out, dir, config, root, b, e);
}

/* Words on how old what we go by is. */
static void tell_age(struct pl_ctx *c, const struct pl_light *l)
{
	const struct pl_lc_config *config = pl_light_config(l);
	uint64_t now = pl_light_clock(config);
	uint64_t at = pl_light_optimistic(l)->beacon.slot;
	uint64_t s = now > at ? (now - at) * config->seconds_per_slot : 0;

	if (s > 120)
		pl_say(c,
		       "light client: not synced; its head is %" PRIu64
		       " minutes old",
		       s / 60);
}

enum pl_rc pl_ctx_light(struct pl_ctx *c, const struct pl_light_args *args,
			struct pl_light **out, struct pl_err *e)
{
	struct pl_lc_config config;
	struct pl_beacon *b = NULL;
	struct pl_network net;
	struct pl_light *l;
	const char *dir;
	enum pl_rc rc;

	PL_TRY(pl_ctx_beacon_chain(c, &config, &net, e));
	if (pl_evidence_replays(c))
		return pl_evidence_light(c, out, &config, &net, e);
	PL_TRY(pl_ctx_light_dir(c, &dir, &net, e));
	if (!args->offline)
		PL_TRY(pl_ctx_beacon(c, &b, &args->beacon, &config, &net, e));
	rc = pl_light_open(c->arena, &l, dir, &config, e);
	if (rc == PL_ENOTFOUND)
		rc = begin(c, &l, dir, &config, &net, args, b, e);
	PL_TRY(rc);
	if (b)
		PL_TRY(pl_ctx_light_sync(c, l, b, args, NULL, NULL, e));
	else
		tell_age(c, l);
	*out = l;
	return pl_evidence_consensus(c, l, &net, e);
}
