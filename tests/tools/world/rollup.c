#include "rollup.h"

#include <string.h>

#include "life.h"

#define OUTBOX_ROOTS 3
#define ROLLUP_CONFIRMED 116
#define ROLLUP_ASSERTIONS 117
#define LEGACY_LATEST 117
#define LEGACY_NODES 118
#define NODE_CONFIRM_DATA 2
#define NODE_PARENT 3
#define NODE_CHILDREN 4
#define NODE_HASH 5
#define BRIDGE_ROLLUP 8
#define BRIDGE_INBOX 9
#define BRIDGE_COUNT 10
#define INBOX_POSTERS 3
#define FIRST_NODE 6
#define POSTED_AT 24 /* from the parent's end */

/* Which claims are made.  3 disputes 2; 4 builds on 2, and 5 disputes 4. */
static const unsigned made[] = {
	[WORLD_AGREED] = 0x07, [WORLD_RIVALS] = 0x0f, [WORLD_BRANCH] = 0x1f,
	[WORLD_NEWEST] = 0x37, [WORLD_CHAIN] = 0x17,
};

/* Four numbers in a word, the first lowest. */
static struct pl_hash32 packed(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct pl_u256 v = { { a, b, c, d } };
	struct pl_hash32 h;

	pl_u256_to_be(h.b, &v);
	return h;
}

/* ------------------------------------------------------------- contracts */

static struct pl_addr at(struct world_chain *c, uint8_t byte)
{
	static const uint8_t proxy[] = { 0x5f, 0x5f, 0xfd };
	struct pl_addr a;
	struct world_account *acc;

	memset(a.b, byte, sizeof(a.b));
	acc = world_touch(&c->now, &a);
	acc->nonce = 1;
	acc->code = (struct pl_span){ proxy, sizeof(proxy) };
	return a;
}

static void contracts(struct world_chain *c, struct world_orbit *o,
		      uint8_t first)
{
	struct pl_hash32 v, one = world_word(1), key;

	o->outbox = at(c, (uint8_t)(0x0b + first));
	o->rollup = at(c, (uint8_t)(0x4e + first));
	o->legacy_rollup = at(c, (uint8_t)(0x35 + first));
	o->bridge = at(c, (uint8_t)(0xb2 + first));
	o->sequencer_inbox = at(c, (uint8_t)(0x85 + first));
	o->poster = world_user(21);
	v = world_word_addr(&o->rollup);
	world_put_at(c, &o->bridge, BRIDGE_ROLLUP, &v);
	v = world_word_addr(&o->sequencer_inbox);
	world_put_at(c, &o->bridge, BRIDGE_INBOX, &v);
	v = world_word_addr(&o->poster);
	key = world_mapping(&v, INBOX_POSTERS);
	world_put(c, &o->sequencer_inbox, &key, &one);
}

void world_rollup_begin(struct world_rollup *r, struct world_chain *parent,
			size_t blocks, const struct world_chain *child,
			struct world_orbit *o, enum world_dispute dispute,
			uint8_t first)
{
	const size_t last = child->n - 1;

	*r = (struct world_rollup){
		.parent = parent,
		.child = child,
		.o = o,
		.blocks = blocks,
		.made = made[dispute],
		.nodes = FIRST_NODE - 1,
		.confirmed_node = FIRST_NODE - 1,
		.claim = {
			{ .block = last - 22, .parent = -1, .from_end = 55 },
			{ .block = last - 12, .parent = 0, .from_end = 45 },
			{ .block = last - 8, .parent = 1, .from_end = 26 },
			{ .block = last - 8, .parent = 1, .from_end = 23,
			  .is_false = true },
			{ .block = last - 6, .parent = 2, .from_end = 25 },
			{ .block = last - 6, .parent = 2, .from_end = 22,
			  .is_false = true },
		},
	};
	contracts(parent, o, first);
}

/* ------------------------------------------------------------ what is kept */

/* RollupCore's AssertionNode: the first word. */
static void keep_assertion(struct world_rollup *r, const struct world_claim *x)
{
	struct pl_hash32 key = world_mapping(&x->hash, ROLLUP_ASSERTIONS);
	bool first = x->parent < 0 || !r->claim[x->parent].second_child;
	struct pl_hash32 word = packed(x->first_child, x->second_child,
				       x->created, x->status << 8 | first);

	world_put(r->parent, &r->o->rollup, &key, &word);
}

static void keep_word(struct world_rollup *r, uint64_t node, unsigned word,
		      const struct pl_hash32 *value)
{
	struct pl_hash32 key = world_word(node);
	struct pl_u256 n = pl_u256_of(word), v;

	key = world_mapping(&key, LEGACY_NODES);
	v = pl_u256_from_be32(key.b);
	(void)!pl_u256_add(&v, &v, &n);
	pl_u256_to_be(key.b, &v);
	world_put(r->parent, &r->o->legacy_rollup, &key, value);
}

/* Node of the contracts before BoLD, as far as it is of interest. */
static void keep_node(struct world_rollup *r, const struct world_claim *x)
{
	uint64_t parent =
		x->parent < 0 ? FIRST_NODE - 1 : r->claim[x->parent].node;
	struct pl_hash32 word = pl_confirm_data(&x->after.global.block_hash,
						&x->after.global.send_root);

	keep_word(r, x->node, NODE_CONFIRM_DATA, &word);
	word = packed(parent, x->created + 100, x->created + 100, 1);
	keep_word(r, x->node, NODE_PARENT, &word);
	word = packed(0, x->first_child, x->latest_child, x->created);
	keep_word(r, x->node, NODE_CHILDREN, &word);
	keep_word(r, x->node, NODE_HASH, &x->node_hash);
}

static void keep_counts(struct world_rollup *r)
{
	struct pl_hash32 word =
		packed(r->confirmed_node, r->confirmed_node + 1, r->nodes, 1);

	world_put_at(r->parent, &r->o->legacy_rollup, LEGACY_LATEST, &word);
}

static void keep(struct world_rollup *r, const struct world_claim *x)
{
	keep_assertion(r, x);
	keep_node(r, x);
	keep_counts(r);
}

/* ----------------------------------------------------------------- events */

static size_t put_state(struct pl_hash32 *word,
			const struct pl_assertion_state *s)
{
	word[0] = s->global.block_hash;
	word[1] = s->global.send_root;
	word[2] = world_word(s->global.batch);
	word[3] = world_word(s->global.pos);
	word[4] = world_word(s->status);
	return 5;
}

static const struct pl_assertion_state *before(const struct world_rollup *r,
					       const struct world_claim *x)
{
	static const struct pl_assertion_state genesis = {
		.status = PL_MACHINE_FINISHED
	};

	return x->parent < 0 ? &genesis : &r->claim[x->parent].after;
}

static void event(struct world_rollup *r, struct world_tx *t,
		  const struct pl_addr *who, const struct pl_hash32 *topics,
		  unsigned n, const struct pl_hash32 *word, size_t words)
{
	world_log(r->parent, t, who, topics, n,
		  (struct pl_span){ words ? word[0].b : NULL, 32 * words });
}

/* nitro-contracts IRollupCore AssertionCreated: 7 words of what was before the
 * parent, the two states, then what follows from them. */
static void assertion_created(struct world_rollup *r, struct world_tx *t,
			      const struct world_claim *x)
{
	static const struct pl_hash32 zero;
	const struct world_claim *p =
		x->parent < 0 ? NULL : &r->claim[x->parent];
	struct pl_hash32 word[25] = { { { 0 } } };
	struct pl_hash32 topics[3] = {
		world_topic("AssertionCreated(bytes32,bytes32,((bytes32,"
			    "bytes32,(bytes32,uint256,address,uint64,uint64)),"
			    "((bytes32[2],uint64[2]),uint8,bytes32),"
			    "((bytes32[2],uint64[2]),uint8,bytes32)),bytes32,"
			    "uint256,bytes32,uint256,address,uint64)"),
		x->hash, p ? p->hash : zero
	};

	if (p) {
		word[0] = p->parent < 0 ? zero : r->claim[p->parent].hash;
		word[1] = p->inbox_acc;
		(void)put_state(word + 7, &p->after);
	}
	(void)put_state(word + 13, &x->after);
	word[19] = x->inbox_acc;
	word[20] = world_word(x->after.global.batch + 1);
	event(r, t, &r->o->rollup, topics, 3, word, 25);
}

/* IRollupCore NodeCreated of version 2.  A rival's hash goes on from that of
 * the node it disputes, the first child's from the parent's. */
static void node_created(struct world_rollup *r, struct world_tx *t,
			 struct world_claim *x, const struct world_claim *rival)
{
	static const struct pl_hash32 zero;
	struct pl_hash32 parent =
		x->parent < 0 ? zero : r->claim[x->parent].node_hash;
	struct pl_hash32 wasm = world_word(4242), word[15], topics[4];
	size_t n = 1;

	word[0] = pl_execution_hash(before(r, x), &x->after, 3);
	n += put_state(word + n, before(r, x));
	n += put_state(word + n, &x->after);
	word[n++] = world_word(3);
	word[n++] = x->inbox_acc;
	word[n++] = wasm;
	word[n++] = world_word(x->after.global.batch + 1);
	x->node_hash = pl_node_hash(rival, rival ? &rival->node_hash : &parent,
				    &word[0], &x->inbox_acc, &wasm);
	topics[0] = world_topic(
		"NodeCreated(uint64,bytes32,bytes32,bytes32,(((bytes32[2],"
		"uint64[2]),uint8),((bytes32[2],uint64[2]),uint8),uint64),"
		"bytes32,bytes32,uint256)");
	topics[1] = world_word(x->node);
	topics[2] = parent;
	topics[3] = x->node_hash;
	event(r, t, &r->o->legacy_rollup, topics, 4, word, n);
}

static struct world_tx *act(struct world_rollup *r, const char *what)
{
	return world_send(r->parent, 20, PL_TX_FEE, &r->o->rollup, 0,
			  pl_span_str(what));
}

/* ------------------------------------------------------------ what happens */

static void state_after(struct world_rollup *r, struct world_claim *x)
{
	const struct pl_header *h = &r->child->block[x->block].header;
	struct pl_global_state *g = &x->after.global;

	g->block_hash = h->hash;
	g->block_hash.b[0] ^= x->is_false ? 0xff : 0;
	memcpy(g->send_root.b, h->extra.p, 32);
	g->batch = h->number;
	x->after.status = PL_MACHINE_FINISHED;
	x->inbox_acc = world_word(9000 + x->block);
}

/* The parent remembers its children; what it disputes is returned. */
static const struct world_claim *
child_of(struct world_rollup *r, struct world_claim *parent, uint64_t node)
{
	const struct world_claim *rival = NULL;

	for (int i = 0; i < WORLD_CLAIMS; i++)
		if (r->claim[i].node &&
		    r->claim[i].node == parent->latest_child)
			rival = &r->claim[i];
	if (!parent->first_child)
		parent->first_child = r->parent->n;
	else if (!parent->second_child)
		parent->second_child = r->parent->n;
	parent->latest_child = node;
	return rival;
}

static void create(struct world_rollup *r, struct world_claim *x)
{
	struct pl_hash32 none = { { 0 } };
	struct world_claim *p = x->parent < 0 ? NULL : &r->claim[x->parent];
	const struct world_claim *rival;
	struct world_tx *t = act(r, "assert");

	state_after(r, x);
	x->hash = pl_assertion_hash(p ? &p->hash : &none, &x->after,
				    &x->inbox_acc);
	x->created = r->parent->n;
	x->status = 1;
	rival = p ? child_of(r, p, r->nodes + 1) : NULL;
	x->node = ++r->nodes;
	assertion_created(r, t, x);
	node_created(r, t, x, rival);
	keep(r, x);
	if (p)
		keep(r, p);
}

static void confirm(struct world_rollup *r, struct world_claim *x)
{
	const struct pl_global_state *g = &x->after.global;
	struct pl_hash32 root = world_mapping(&g->send_root, OUTBOX_ROOTS);
	struct pl_hash32 two[2] = { g->block_hash, g->send_root };
	struct world_tx *t = act(r, "confirm");
	struct pl_hash32 topics[3];

	topics[0] = world_topic("SendRootUpdated(bytes32,bytes32)");
	topics[1] = g->send_root;
	topics[2] = g->block_hash;
	event(r, t, &r->o->outbox, topics, 3, NULL, 0);
	topics[0] = world_topic("AssertionConfirmed(bytes32,bytes32,bytes32)");
	topics[1] = x->hash;
	event(r, t, &r->o->rollup, topics, 2, two, 2);
	topics[0] = world_topic("NodeConfirmed(uint64,bytes32,bytes32)");
	topics[1] = world_word(x->node);
	event(r, t, &r->o->legacy_rollup, topics, 2, two, 2);
	x->status = 2;
	r->confirmed_node = x->node;
	keep(r, x);
	world_put_at(r->parent, &r->o->rollup, ROLLUP_CONFIRMED, &x->hash);
	world_put(r->parent, &r->o->outbox, &root, &g->block_hash);
	r->o->confirmed = x->hash;
}

void world_rollup_step(struct world_rollup *r)
{
	size_t from_end = r->blocks - 1 - r->parent->n;
	struct pl_hash32 count = world_word(r->child->n - 4);

	for (unsigned i = 0; i < WORLD_CLAIMS; i++)
		if (r->made >> i & 1 && r->claim[i].from_end == from_end)
			create(r, &r->claim[i]);
	if (from_end == 50 && r->claim[0].node)
		confirm(r, &r->claim[0]);
	if (from_end == 30)
		confirm(r, &r->claim[1]);
	if (from_end == POSTED_AT)
		world_put_at(r->parent, &r->o->bridge, BRIDGE_COUNT, &count);
	r->o->asserted = r->claim[2].hash;
}
