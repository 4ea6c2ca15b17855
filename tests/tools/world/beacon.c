/* The beacon chain over the L1: block n stands in slot WORLD_SLOT0 + n, a slot
 * finalizes what was two epochs before it, committee k serves period k. */
#include "light_chain.h"

#include "eth/light_out.h"

#include "beacon_json.h"
#include "summaries.h"

struct world_beacon {
	struct chain *chain;
	struct tree *body;           /* of the block that is being made */
	struct pl_lc_header *header; /* of slot WORLD_SLOT0 + i */
	bool *made;
	size_t n;
};

static uint64_t finalized_slot(uint64_t slot)
{
	uint64_t s = slot / 8 * 8 - 16;

	return slot < WORLD_SLOT0 + 24 ? 0 : s;
}

static void execution(struct world *w, uint64_t slot, struct pl_lc_header *h)
{
	const struct pl_header *x = &w->l1->block[slot - WORLD_SLOT0].header;
	struct tree *body = w->beacon->body;
	struct pl_lc_execution *to = &h->execution;
	struct pl_hash32 leaf, be;

	to->parent_hash = x->parent_hash;
	to->state_root = x->state_root;
	to->receipts_root = x->receipts_root;
	memcpy(to->logs_bloom, x->bloom, sizeof(to->logs_bloom));
	to->prev_randao = x->mix_hash;
	to->block_number = x->number;
	to->gas_limit = x->gas_limit;
	to->gas_used = x->gas_used;
	to->timestamp = x->time;
	pl_u256_to_be(be.b, &x->base_fee);
	for (size_t i = 0; i < 32; i++)
		to->base_fee_per_gas[i] = be.b[31 - i];
	to->block_hash = x->hash;
	to->blob_gas_used = x->blob_gas_used;
	to->transactions_root = world_word(slot); /* SSZ's own: any will do */
	to->withdrawals_root = world_word(slot + 1);
	pl_lc_execution_root(&leaf, to, h->fork);
	memset(body, 0, sizeof(*body));
	tree_set(body, 25, &leaf);
	h->beacon.body_root = tree_hash(body);
	tree_branch(h->execution_branch, body, 25);
}

static struct pl_lc_header *header_at(struct world *w, uint64_t slot);

static void state_at(struct world *w, uint64_t slot)
{
	struct chain *c = w->beacon->chain;
	unsigned period = (unsigned)pl_lc_period(&c->config, slot);
	uint64_t final = finalized_slot(slot);
	struct pl_hash32 root = { { 0 } }, past = world_summaries(w, slot);

	if (final)
		pl_lc_beacon_root(&root, &header_at(w, final)->beacon);
	memset(c->tree, 0, sizeof(*c->tree));
	set_committee(c, CURRENT(c), period);
	set_committee(c, NEXT(c), period + 1);
	tree_set(c->tree, FINALIZED(c), &root);
	tree_set(c->tree, WORLD_SUMMARIES, &past);
	(void)tree_hash(c->tree);
}

static struct pl_lc_header *header_at(struct world *w, uint64_t slot)
{
	struct world_beacon *b = w->beacon;
	size_t i = (size_t)(slot - WORLD_SLOT0);
	struct pl_lc_header *h = &b->header[i];

	if (b->made[i])
		return h;
	h->fork = b->chain->fork;
	h->beacon.slot = slot;
	h->beacon.proposer_index = slot * 3;
	if (i)
		pl_lc_beacon_root(&h->beacon.parent_root,
				  &header_at(w, slot - 1)->beacon);
	state_at(w, slot);
	h->beacon.state_root = b->chain->tree->node[1];
	execution(w, slot, h);
	b->made[i] = true;
	return h;
}

const struct pl_lc_header *world_lc_at(struct world *w, uint64_t slot)
{
	return header_at(w, slot);
}

void world_beacon_new(struct world *w)
{
	struct world_beacon *b = PL_NEW(w->a, struct world_beacon);

	w->beacon = b;
	b->body = PL_NEW(w->a, struct tree);
	b->chain = PL_NEW(w->a, struct chain);
	b->chain->a = w->a;
	b->chain->fork = w->fork;
	b->chain->config = w->config;
	b->chain->tree = PL_NEW(w->a, struct tree);
	b->n = w->l1->n;
	b->header = PL_NEW_N(w->a, struct pl_lc_header, b->n);
	b->made = PL_NEW_N(w->a, bool, b->n);
	for (size_t i = 0; i < b->n; i++)
		(void)header_at(w, WORLD_SLOT0 + i);
	pl_lc_beacon_root(&w->root, &b->header[0].beacon);
}

static uint64_t head_slot(const struct world *w, enum world_lie lie)
{
	uint64_t head = WORLD_SLOT0 + w->beacon->n - 1;

	return lie == WORLD_STALE_HEAD ? head - 20 : head;
}

/* Attested at a slot; signed in the next one, where that is still in the
 * committee's period. */
static struct pl_lc_update *update_at(struct world *w, uint64_t slot,
				      enum world_lie lie)
{
	struct chain *c = w->beacon->chain;
	struct pl_lc_update *u = PL_NEW(w->a, struct pl_lc_update);
	uint64_t final = finalized_slot(slot);
	unsigned k;

	u->kind = PL_LC_UPDATE;
	u->attested_header = *header_at(w, slot);
	u->finalized_header.fork = c->fork;
	if (lie == WORLD_CONFLICT)
		u->attested_header.beacon.proposer_index++;
	state_at(w, slot);
	if (final) {
		u->finalized_header = *header_at(w, final);
		tree_branch(u->finality_branch, c->tree, FINALIZED(c));
	}
	k = (unsigned)pl_lc_period(&c->config, slot);
	u->next_sync_committee = *committee(c, k + 1);
	tree_branch(u->next_sync_committee_branch, c->tree, NEXT(c));
	u->signature_slot = slot + (lie == WORLD_FUTURE ? 100000 : 1);
	k = (unsigned)pl_lc_period(&c->config, slot + 1);
	sign(c, u, lie == WORLD_WRONG_COMMITTEE ? k + 3 : k,
	     lie == WORLD_FEW_SIGNERS ? SIZE * 2 / 3 : SIZE);
	if (lie == WORLD_BAD_SIGNATURE)
		u->sync_committee_signature[20] ^= 1;
	return u;
}

/* ---------------------------------------------------------------- routes */

struct ask {
	struct world *w;
	enum world_lie lie;
	bool ssz;
	struct pl_buf out;
};

/* The octet-stream of updates: length, fork digest, SSZ. */
static void framed(struct ask *q, const struct pl_lc_update *u)
{
	const struct pl_lc_config *c = &q->w->config;
	uint8_t digest[4];
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, q->out.a);
	pl_lc_update_encode(&b, u, c->preset, q->w->fork);
	(void)!pl_lc_fork_digest(
		digest, c, pl_lc_epoch(c, u->attested_header.beacon.slot), &e);
	for (size_t i = 0; i < 8; i++)
		pl_buf_byte(&q->out, (uint8_t)((uint64_t)(b.n + 4) >> 8 * i));
	pl_buf_put(&q->out, (struct pl_span){ digest, 4 });
	pl_buf_put(&q->out, pl_buf_span(&b));
}

static bool bootstrap(struct ask *q, const char *root)
{
	struct world *w = q->w;
	struct chain *c = w->beacon->chain;
	struct pl_lc_bootstrap *b = PL_NEW(q->out.a, struct pl_lc_bootstrap);
	struct pl_hash32 want, is;
	struct pl_jout out;
	size_t i;
	struct pl_err e;

	if (pl_hex_fixed(want.b, 32, root, strlen(root), &e))
		return false;
	for (i = 0; i < w->beacon->n; i++) {
		pl_lc_beacon_root(&is, &w->beacon->header[i].beacon);
		if (pl_hash32_equal(&is, &want))
			break;
	}
	if (i == w->beacon->n)
		return false;
	b->header = w->beacon->header[i];
	state_at(w, WORLD_SLOT0 + i);
	b->current_sync_committee = *committee(
		c, (unsigned)pl_lc_period(&c->config, WORLD_SLOT0 + i));
	tree_branch(b->current_sync_committee_branch, c->tree, CURRENT(c));
	if (q->ssz) {
		pl_lc_bootstrap_encode(&q->out, b, c->config.preset, w->fork);
		return true;
	}
	pl_jout_init(&out, &q->out);
	pl_lc_out_bootstrap(&out, b, c->config.preset, w->fork);
	return true;
}

static void update_json(struct ask *q, const struct pl_lc_update *u)
{
	struct pl_jout out;

	pl_jout_init(&out, &q->out);
	pl_lc_out_update(&out, u, q->w->config.preset, u->attested_header.fork);
}

/* The last slot but three of each period stands for it. */
static bool updates(struct ask *q, const char *query)
{
	const char *s = strstr(query, "start_period=");
	const char *n = strstr(query, "count=");
	uint64_t head = head_slot(q->w, q->lie), period, count;
	bool any = false;

	if (!s || !n)
		return false;
	period = strtoull(s + strlen("start_period="), NULL, 10);
	count = strtoull(n + strlen("count="), NULL, 10);
	for (; count; count--, period++) {
		uint64_t slot = period * 64 + 60;

		if (period * 64 > head)
			break;
		if (slot > head)
			slot = head - 1;
		if (slot < WORLD_SLOT0)
			continue;
		if (!q->ssz)
			pl_buf_byte(&q->out, any ? ',' : '[');
		if (q->ssz)
			framed(q, update_at(q->w, slot, q->lie));
		else
			update_json(q, update_at(q->w, slot, q->lie));
		any = true;
	}
	if (!q->ssz)
		pl_buf_str(&q->out, any ? "]" : "[]");
	return true;
}

static bool newest(struct ask *q, enum pl_lc_kind kind)
{
	struct pl_lc_update *u =
		update_at(q->w, head_slot(q->w, q->lie), q->lie);

	u->kind = kind;
	memset(&u->next_sync_committee, 0, sizeof(u->next_sync_committee));
	memset(u->next_sync_committee_branch, 0,
	       sizeof(u->next_sync_committee_branch));
	if (kind == PL_LC_OPTIMISTIC) {
		memset(u->finality_branch, 0, sizeof(u->finality_branch));
		memset(&u->finalized_header, 0, sizeof(u->finalized_header));
	}
	if (q->ssz)
		pl_lc_update_encode(&q->out, u, q->w->config.preset,
				    q->w->fork);
	else
		update_json(q, u);
	return true;
}

/* No route of a beacon node: what somebody who has a whole state makes. */
static bool history(struct ask *q, const char *number)
{
	uint64_t final = finalized_slot(head_slot(q->w, q->lie));
	uint64_t n = strtoull(number, NULL, 10);
	struct pl_hash32 branch[PL_LC_BRANCH];

	if (!final || (WORLD_SLOT0 + n) / 64 >= final / 64)
		return false;
	q->ssz = false;
	state_at(q->w, final);
	tree_branch(branch, q->w->beacon->chain->tree, WORLD_SUMMARIES);
	world_history_json(&q->out, q->w, n, final, branch + PL_LC_BRANCH - 6,
			   6);
	return true;
}

static bool genesis(struct ask *q)
{
	const struct pl_lc_config *c = &q->w->config;

	q->ssz = false;
	pl_buf_str(&q->out, "{\"data\":{");
	world_lc_number(&q->out, "genesis_time", c->genesis_time);
	world_lc_bytes(&q->out, "genesis_validators_root",
		       c->genesis_validators_root.b, 32);
	world_lc_bytes(&q->out, "genesis_fork_version", c->fork[0].version, 4);
	pl_buf_str(&q->out, "}}");
	return true;
}

static bool spec(struct ask *q)
{
	const struct pl_lc_config *c = &q->w->config;

	q->ssz = false;
	pl_buf_str(&q->out, "{\"data\":{\"PRESET_BASE\":\"minimal\","
			    "\"CONFIG_NAME\":\"world\"");
	world_lc_number(&q->out, "SECONDS_PER_SLOT", c->seconds_per_slot);
	world_lc_number(&q->out, "SLOTS_PER_EPOCH", c->preset->slots_per_epoch);
	world_lc_number(&q->out, "EPOCHS_PER_SYNC_COMMITTEE_PERIOD",
			c->preset->epochs_per_sync_committee_period);
	world_lc_number(&q->out, "SYNC_COMMITTEE_SIZE",
			c->preset->sync_committee_size);
	pl_buf_str(&q->out, "}}");
	return true;
}

static bool version(struct ask *q)
{
	q->ssz = false;
	pl_buf_str(&q->out, "{\"data\":{\"version\":\"world/1\"}}");
	return true;
}

static bool route(struct ask *q, const char *path)
{
	static const char at[] = "/eth/v1/beacon/light_client/";

	if (q->lie == WORLD_NOT_FOUND)
		return false;
	if (!strcmp(path, "/eth/v1/beacon/genesis"))
		return genesis(q);
	if (!strcmp(path, "/eth/v1/config/spec"))
		return spec(q);
	if (!strncmp(path, "/history/", 9))
		return history(q, path + 9);
	if (!strcmp(path, "/eth/v1/node/version"))
		return version(q);
	if (strncmp(path, at, strlen(at)))
		return false;
	path += strlen(at);
	if (!strncmp(path, "bootstrap/", 10))
		return bootstrap(q, path + 10);
	if (!strncmp(path, "updates?", 8))
		return updates(q, path + 8);
	if (!strcmp(path, "finality_update"))
		return newest(q, PL_LC_FINALITY);
	if (!strcmp(path, "optimistic_update"))
		return newest(q, PL_LC_OPTIMISTIC);
	return false;
}

struct world_reply world_beacon(struct pl_arena *a, struct world *w,
				enum world_lie lie, const char *path, bool ssz)
{
	struct ask q = { .w = w, .lie = lie, .ssz = ssz };
	struct world_reply r = { .status = 200,
				 .type = "application/json",
				 .fork = pl_lc_fork_name(w->fork) };

	pl_buf_init(&q.out, a);
	if (!route(&q, path)) {
		r.status = 404;
		pl_buf_str(&q.out, "{\"code\":404,\"message\":\"not found\"}");
	} else if (q.ssz) {
		r.type = "application/octet-stream";
	}
	r.body = pl_buf_span(&q.out);
	return r;
}
