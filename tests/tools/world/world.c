#include "world.h"

#include <string.h>

#include "crypto/keccak.h"
#include "orbit/feed.h"

#define FIXED_NOW 1790000000
#define SECONDS 6 /* of a slot, in the minimal preset */

/* clang-format off */
const char *const world_lie_words[] = {
	"honest", "stale-state", "other-block", "other-account", "short-proof",
	"omitted-logs", "no-receipt", "extra-log", "wrong-balance",
	"wrong-storage", "wrong-code", "flipped", "old-head", "other-chain",
	"wrong-list", "null", "error", "wrong-id", "batch-missing",
	"batch-twice", "batch-swapped", "batch-foreign", "batch-reversed",
	"batch-refused", "batch-limit", "batch-400", "batch-first",
	"bad-signature", "few-signers",
	"wrong-committee",
	"future", "conflict", "stale-head", "not-found", "json", "truncated",
	"html",
	"500", "huge", "hang", "slow", NULL
};
/* clang-format on */

struct world *world_new(struct pl_arena *a, const struct world_conf *conf)
{
	struct world *w = PL_NEW(a, struct world);
	unsigned blocks = !conf->blocks                 ? 150
			  : conf->blocks < WORLD_BLOCKS ? conf->blocks
							: WORLD_BLOCKS;
	int64_t now = conf->now ? conf->now : FIXED_NOW;
	int64_t genesis = now - SECONDS * (int64_t)(WORLD_SLOT0 + blocks);

	w->a = a;
	w->fork = conf->fork ? conf->fork : PL_LC_ELECTRA;
	w->config = *pl_lc_config_named("minimal");
	w->config.fork[PL_LC_FULU].epoch =
		w->fork < PL_LC_FULU ? PL_LC_NEVER : 0;
	w->config.name = "world";
	memset(&w->config.genesis_validators_root, 0x5a, 32);
	w->config.genesis_time = (uint64_t)genesis;
	world_l3_new(w);
	world_l2_new(w, conf->l2_blocks ? conf->l2_blocks : 60, conf->l2_ring);
	world_l1_new(w, blocks, genesis, conf->dispute);
	world_beacon_new(w);
	return w;
}

static const struct {
	enum pl_lc_fork fork;
	const char *name;
} fork_keys[] = {
	{ PL_LC_ALTAIR, "ALTAIR" },   { PL_LC_BELLATRIX, "BELLATRIX" },
	{ PL_LC_CAPELLA, "CAPELLA" }, { PL_LC_DENEB, "DENEB" },
	{ PL_LC_ELECTRA, "ELECTRA" }, { PL_LC_FULU, "FULU" },
};

const char *world_config_yaml(struct pl_arena *a, const struct world *w)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b,
		   "PRESET_BASE: 'minimal'\nCONFIG_NAME: 'world'\n"
		   "SECONDS_PER_SLOT: %d\n"
		   "MAX_BLOBS_PER_BLOCK_ELECTRA: 9\nGENESIS_FORK_VERSION: 0x",
		   SECONDS);
	for (size_t k = 0; k < 4; k++)
		pl_buf_fmt(&b, "%02x", w->config.fork[0].version[k]);
	pl_buf_byte(&b, '\n');
	for (size_t i = 0; i < sizeof(fork_keys) / sizeof(fork_keys[0]); i++) {
		enum pl_lc_fork f = fork_keys[i].fork;

		if (w->config.fork[f].epoch == PL_LC_NEVER)
			continue;
		pl_buf_fmt(&b, "%s_FORK_VERSION: 0x", fork_keys[i].name);
		for (size_t k = 0; k < 4; k++)
			pl_buf_fmt(&b, "%02x", w->config.fork[f].version[k]);
		pl_buf_fmt(&b, "\n%s_FORK_EPOCH: %llu\n", fork_keys[i].name,
			   (unsigned long long)w->config.fork[f].epoch);
	}
	return pl_buf_cstr(&b);
}

/* ------------------------------------------------------------------ feed */

static void base64(struct pl_buf *b, struct pl_span s)
{
	static const char d[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = (uint32_t)s.p[i] << 16;

		v |= i + 1 < s.n ? (uint32_t)s.p[i + 1] << 8 : 0;
		v |= i + 2 < s.n ? s.p[i + 2] : 0;
		pl_buf_byte(b, (uint8_t)d[v >> 18]);
		pl_buf_byte(b, (uint8_t)d[v >> 12 & 63]);
		pl_buf_byte(b, i + 1 < s.n ? (uint8_t)d[v >> 6 & 63] : '=');
		pl_buf_byte(b, i + 2 < s.n ? (uint8_t)d[v & 63] : '=');
	}
}

static void signature(struct pl_buf *b, const char *name,
		      const struct pl_hash32 *hash)
{
	uint8_t secret[32], out[65];
	struct pl_sig sig;
	struct pl_err e;

	world_secret(secret, 21);
	(void)!pl_secp_sign(&sig, hash, secret, &e);
	memcpy(out, sig.r, 32);
	memcpy(out + 32, sig.s, 32);
	out[64] = sig.y_parity;
	pl_buf_fmt(b, ",\"%s\":\"", name);
	base64(b, (struct pl_span){ out, sizeof(out) });
	pl_buf_byte(b, '"');
}

/* A block's message: sequence numbers are block numbers.  A rival one is
 * signed too, and names another block. */
static void feed_message(struct pl_buf *b, const struct world *w, size_t n,
			 bool rival)
{
	const struct pl_header *h = &w->l2->block[n].header;
	uint8_t text[] = { 4, 'm', 's', 'g', (uint8_t)n };
	struct pl_feed_message m = {
		.sequence = n,
		.delayed_read = h->number / 7,
		.kind = 3,
		.poster = w->orbit.poster,
		.block_number = n,
		.timestamp = h->time,
		.l2_msg = { text, sizeof(text) },
		.has_block_hash = true,
		.block_hash = h->hash,
	};
	struct pl_hash32 v1, v2;
	struct pl_buf scratch;

	m.block_hash.b[31] ^= rival;
	pl_buf_init(&scratch, b->a);
	v1 = pl_feed_hash_v1(&m, WORLD_L2, &scratch);
	v2 = pl_feed_hash_v2(&m, WORLD_L2);
	pl_buf_fmt(b,
		   "{\"sequenceNumber\":%zu,\"message\":{\"message\":{"
		   "\"header\":{\"kind\":3,\"sender\":",
		   n);
	world_hex(b, pl_addr_span(&m.poster));
	pl_buf_fmt(b,
		   ",\"blockNumber\":%zu,\"timestamp\":%llu,\"requestId\":null,"
		   "\"baseFeeL1\":null},\"l2Msg\":\"",
		   n, (unsigned long long)h->time);
	base64(b, m.l2_msg);
	pl_buf_fmt(b, "\"},\"delayedMessagesRead\":%llu},\"blockHash\":",
		   (unsigned long long)m.delayed_read);
	world_hex(b, pl_hash32_span(&m.block_hash));
	signature(b, "signature", &v1);
	signature(b, "signatureV2", &v2);
	pl_buf_byte(b, '}');
}

const char *world_feed(struct pl_arena *a, const struct world *w)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "{\"version\":1,\"messages\":[");
	for (size_t n = WORLD_POSTED(w) + 1; n < w->l2->n; n++) {
		if (n > WORLD_POSTED(w) + 1)
			pl_buf_byte(&b, ',');
		feed_message(&b, w, n, false);
	}
	pl_buf_str(&b, "]}\n");
	return pl_buf_cstr(&b);
}

const char *world_feed_line(struct pl_arena *a, const struct world *w, size_t n,
			    bool rival)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "{\"version\":1,\"messages\":[");
	feed_message(&b, w, n, rival);
	pl_buf_str(&b, "]}\n");
	return pl_buf_cstr(&b);
}

/* -------------------------------------------------------------- transport */

static void spoil(struct world_reply *r, enum world_lie lie)
{
	if (lie == WORLD_TRUNCATED)
		r->body.n /= 2;
	if (lie == WORLD_HTML) {
		r->type = "text/html";
		r->body = pl_span_str("<!doctype html><p>Welcome");
	}
	if (lie == WORLD_500) {
		r->status = 500;
		r->body = pl_span_str("internal error");
	}
}

struct world_reply world_serve(struct pl_arena *a, struct world *w,
			       enum world_lie lie, const char *path,
			       const char *accept, struct pl_span body)
{
	struct world_reply r = { 404, "text/plain", "", { NULL, 0 } };
	const char *octets = accept ? strstr(accept, "octet-stream") : NULL;

	r.body = pl_span_str("no such path");
	if (lie == WORLD_JSON)
		octets = NULL;
	if (!strcmp(path, "/l1"))
		r = world_rpc(a, w, w->l1, lie, body);
	else if (!strcmp(path, "/l2"))
		r = world_rpc(a, w, w->l2, lie, body);
	else if (!strcmp(path, "/l3"))
		r = world_rpc(a, w, w->l3, lie, body);
	else if (!strncmp(path, "/beacon/", 8))
		r = world_beacon(a, w, lie, path + 7, octets);
	spoil(&r, lie);
	return r;
}

struct wire {
	struct pl_transport base;
	struct world *w;
	enum world_lie lie;
	size_t asked;
};

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	struct wire *x = (struct wire *)t;
	const char *path = strstr(ask->url, "//");
	struct world_reply r;

	x->asked++;
	path = path ? strchr(path + 2, '/') : NULL;
	if (!path || x->lie == WORLD_HANG)
		return pl_fail(e, PL_ENET, "world: no answer in time");
	r = world_serve(a, x->w, x->lie, path, ask->accept, ask->body);
	if (x->lie == WORLD_HUGE)
		return pl_fail(e, PL_ELIMIT, "world: the answer is too long");
	out->status = r.status;
	out->body = r.body;
	out->type = r.type;
	out->fork = r.fork;
	out->retry_after = 0;
	return PL_OK;
}

static const struct pl_transport_ops ops = { exchange, NULL };

struct pl_transport *world_transport(struct pl_arena *a, struct world *w,
				     enum world_lie lie)
{
	struct wire *x = PL_NEW(a, struct wire);

	x->base.ops = &ops;
	x->w = w;
	x->lie = lie;
	return &x->base;
}

size_t world_asked(const struct pl_transport *t)
{
	return ((const struct wire *)t)->asked;
}

void world_lie_now(struct pl_transport *t, enum world_lie lie)
{
	((struct wire *)t)->lie = lie;
}
