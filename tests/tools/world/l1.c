/* What happens on the L1, block by block. */
#include <string.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "orbit/assertion.h"
#include "world.h"

#define HISTORY "0x0000F90827F1C53a10cb7A02335B175320002935"
#define HISTORY_RING 8191 /* EIP-2935 HISTORY_SERVE_WINDOW */
#define OUTBOX_ROOTS 3
#define ROLLUP_CONFIRMED 116
#define ROLLUP_ASSERTIONS 117
#define LEGACY_LATEST 117
#define LEGACY_NODES 118
#define BRIDGE_ROLLUP 8
#define BRIDGE_INBOX 9
#define BRIDGE_COUNT 10
#define INBOX_POSTERS 3

static const uint8_t token_code[] = { 0x60, 0x01, 0x60, 0x00, 0x55, 0x00 };
static const uint8_t proxy_code[] = { 0x5f, 0x5f, 0xfd };

static struct pl_addr fixed(const char *text)
{
	struct pl_addr a = { { 0 } };
	struct pl_err e;

	(void)!pl_hex_fixed(a.b, sizeof(a.b), text, strlen(text), &e);
	return a;
}

static struct pl_addr contract(struct world_chain *c, const char *text,
			       struct pl_span code)
{
	struct pl_addr a = fixed(text);
	struct world_account *acc = world_touch(&c->now, &a);

	acc->nonce = 1;
	acc->code = code;
	return a;
}

static void put(struct world_chain *c, const struct pl_addr *who,
		const struct pl_hash32 *key, const struct pl_hash32 *value)
{
	struct pl_u256 v = pl_u256_from_be32(value->b);

	world_store(&c->now, who, key, &v);
}

static void put_at(struct world_chain *c, const struct pl_addr *who,
		   uint64_t slot, const struct pl_hash32 *value)
{
	struct pl_hash32 key = world_word(slot);

	put(c, who, &key, value);
}

static void users(struct world_chain *c)
{
	for (unsigned i = 1; i <= 24; i++) {
		struct pl_addr u = world_user(i);

		world_touch(&c->now, &u)->balance =
			pl_u256_of(1000000000000000000u);
	}
}

/* User i sends 100 + n of a token to user j: slot 0 maps balances. */
static void token_transfer(struct world_chain *c, const struct pl_addr *token,
			   unsigned i, unsigned j, enum pl_tx_type type)
{
	struct pl_addr from = world_user(i), to = world_user(j);
	struct pl_hash32 amount = world_word(100 + c->n);
	struct pl_hash32 wto = world_word_addr(&to), key;
	struct pl_hash32 topics[3] = {
		world_topic("Transfer(address,address,uint256)"),
		world_word_addr(&from), wto
	};
	uint8_t call[68] = { 0xa9, 0x05, 0x9c, 0xbb };
	struct pl_u256 have, more = pl_u256_of(100 + c->n);
	struct world_tx *t;

	memcpy(call + 4, wto.b, 32);
	memcpy(call + 36, amount.b, 32);
	t = world_send(c, i, type, token, 0,
		       (struct pl_span){ call, sizeof(call) });
	world_log(c, t, token, topics, 3, pl_hash32_span(&amount));
	key = world_mapping(&wto, 0);
	have = world_load(&c->now, token, &key);
	(void)!pl_u256_add(&have, &have, &more);
	world_store(&c->now, token, &key, &have);
}

static void ordinary(struct world_chain *c, const struct pl_addr *token)
{
	static const enum pl_tx_type types[] = { PL_TX_LEGACY, PL_TX_ACCESS,
						 PL_TX_FEE };
	unsigned n = (unsigned)c->n;
	struct pl_addr to = world_user(2 + n % 5);
	struct pl_span none = { NULL, 0 };

	if (n % 2 == 0)
		(void)world_send(c, 1, types[n % 3], &to, 1000 + n, none);
	if (n % 4 == 3)
		(void)world_send(c, 7, PL_TX_FEE, &to, 1, none);
	if (n % 3 == 1)
		token_transfer(c, token, 3, 4 + n % 4, types[n % 3]);
	if (n % 9 == 1)
		token_transfer(c, token, 5, 6, PL_TX_FEE);
}

/* What Ethereum alone has. */
static void newer_kinds(struct world_chain *c)
{
	struct pl_addr to = world_user(14);
	struct pl_span none = { NULL, 0 };

	if (c->n % 10 == 5)
		(void)world_send(c, 11, PL_TX_BLOB, &to, 3, none);
	if (c->n % 10 == 7)
		(void)world_send(c, 12, PL_TX_SETCODE, &to, 4, none);
	if (c->n % 4 == 2)
		world_withdraw(c, 15, 1000 + c->n);
}

/* ------------------------------------------------------------- the rollup */

struct claim {
	struct pl_hash32 parent, hash, inbox_acc;
	struct pl_hash32 before_parent, parent_inbox_acc; /* of the parent */
	struct pl_assertion_state before, after;
};

static struct pl_assertion_state state_of(const struct world_block *b)
{
	struct pl_assertion_state s = { .status = PL_MACHINE_FINISHED };

	s.global.block_hash = b->header.hash;
	memcpy(s.global.send_root.b, b->header.extra.p, 32);
	s.global.batch = b->header.number;
	s.global.pos = 0;
	return s;
}

static struct claim assert_block(const struct world *w, size_t n,
				 const struct claim *parent)
{
	struct claim c = { .inbox_acc = world_word(9000 + n) };

	c.after = state_of(&w->l2->block[n]);
	if (parent) {
		c.parent = parent->hash;
		c.before = parent->after;
		c.before_parent = parent->parent;
		c.parent_inbox_acc = parent->inbox_acc;
	}
	c.hash = pl_assertion_hash(&c.parent, &c.after, &c.inbox_acc);
	return c;
}

static void put_state(struct pl_hash32 word[6],
		      const struct pl_assertion_state *s)
{
	word[0] = s->global.block_hash;
	word[1] = s->global.send_root;
	word[2] = world_word(s->global.batch);
	word[3] = world_word(s->global.pos);
	word[4] = world_word(s->status);
	word[5] = s->end_history_root;
}

/* nitro-contracts IRollupCore AssertionCreated: 7 words of what was before the
 * parent, the two states, then what follows from them. */
static void created(struct world *w, const struct claim *x)
{
	struct pl_hash32 word[25] = { { { 0 } } };
	struct pl_hash32 topics[3] = {
		world_topic("AssertionCreated(bytes32,bytes32,((bytes32,"
			    "bytes32,(bytes32,uint256,address,uint64,uint64)),"
			    "((bytes32[2],uint64[2]),uint8,bytes32),"
			    "((bytes32[2],uint64[2]),uint8,bytes32)),bytes32,"
			    "uint256,bytes32,uint256,address,uint64)"),
		x->hash, x->parent
	};
	struct pl_hash32 at = world_mapping(&x->hash, ROLLUP_ASSERTIONS);
	struct pl_hash32 node = { { 0 } };
	struct world_tx *t;

	word[0] = x->before_parent;
	word[1] = x->parent_inbox_acc;
	put_state(word + 7, &x->before);
	put_state(word + 13, &x->after);
	word[19] = x->inbox_acc;
	word[20] = world_word(x->after.global.batch + 1);
	t = world_send(w->l1, 20, PL_TX_FEE, &w->orbit.rollup, 0,
		       (struct pl_span){ (const uint8_t *)"assert", 6 });
	world_log(w->l1, t, &w->orbit.rollup, topics, 3,
		  (struct pl_span){ word[0].b, sizeof(word) });
	node.b[31 - 25] = 1;                         /* pending */
	node.b[31 - 16] = (uint8_t)(w->l1->n & 255); /* createdAtBlock */
	put(w->l1, &w->orbit.rollup, &at, &node);
}

static void confirmed(struct world *w, const struct claim *x)
{
	const struct pl_global_state *g = &x->after.global;
	struct pl_hash32 at = world_mapping(&x->hash, ROLLUP_ASSERTIONS);
	struct pl_hash32 root = world_mapping(&g->send_root, OUTBOX_ROOTS);
	struct pl_hash32 two[2] = { g->block_hash, g->send_root };
	struct pl_hash32 node = { { 0 } }, topics[3];
	struct world_tx *t;

	t = world_send(w->l1, 20, PL_TX_FEE, &w->orbit.rollup, 0,
		       (struct pl_span){ (const uint8_t *)"confirm", 7 });
	topics[0] = world_topic("SendRootUpdated(bytes32,bytes32)");
	topics[1] = g->send_root;
	topics[2] = g->block_hash;
	world_log(w->l1, t, &w->orbit.outbox, topics, 3,
		  (struct pl_span){ NULL, 0 });
	topics[0] = world_topic("AssertionConfirmed(bytes32,bytes32,bytes32)");
	topics[1] = x->hash;
	world_log(w->l1, t, &w->orbit.rollup, topics, 2,
		  (struct pl_span){ two[0].b, sizeof(two) });
	node.b[31 - 25] = 2;
	node.b[31 - 16] = (uint8_t)(w->l1->n & 255);
	put(w->l1, &w->orbit.rollup, &at, &node);
	put_at(w->l1, &w->orbit.rollup, ROLLUP_CONFIRMED, &x->hash);
	put(w->l1, &w->orbit.outbox, &root, &g->block_hash);
}

/* The same block in the contracts before BoLD: node 7 is the latest. */
static void legacy(struct world *w, const struct claim *x)
{
	struct pl_hash32 packed = { { 0 } }, seven = world_word(7);
	struct pl_hash32 key = world_mapping(&seven, LEGACY_NODES), data;

	packed.b[31] = 7;      /* latestConfirmed */
	packed.b[31 - 8] = 8;  /* firstUnresolved */
	packed.b[31 - 16] = 7; /* latestNodeCreated */
	put_at(w->l1, &w->orbit.legacy_rollup, LEGACY_LATEST, &packed);
	data = pl_confirm_data(&x->after.global.block_hash,
			       &x->after.global.send_root);
	key.b[31] = (uint8_t)(key.b[31] + 2); /* no carry for this key */
	put(w->l1, &w->orbit.legacy_rollup, &key, &data);
}

static void contracts(struct world *w)
{
	struct pl_span proxy = { proxy_code, sizeof(proxy_code) };
	struct world_orbit *o = &w->orbit;
	struct world_chain *c = w->l1;
	struct pl_hash32 v, one = world_word(1), key;

	w->token = contract(c, "0x7070707070707070707070707070707070707070",
			    (struct pl_span){ token_code, sizeof(token_code) });
	(void)contract(c, HISTORY, proxy);
	o->outbox = contract(c, "0x0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
			     proxy);
	o->rollup = contract(c, "0x4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e4e",
			     proxy);
	o->legacy_rollup = contract(
		c, "0x3535353535353535353535353535353535353535", proxy);
	o->bridge = contract(c, "0xb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
			     proxy);
	o->sequencer_inbox = contract(
		c, "0x8585858585858585858585858585858585858585", proxy);
	o->poster = world_user(21);
	v = world_word_addr(&o->rollup);
	put_at(c, &o->bridge, BRIDGE_ROLLUP, &v);
	v = world_word_addr(&o->sequencer_inbox);
	put_at(c, &o->bridge, BRIDGE_INBOX, &v);
	v = world_word_addr(&o->poster);
	key = world_mapping(&v, INBOX_POSTERS);
	put(c, &o->sequencer_inbox, &key, &one);
}

/* Confirmations and batches, at blocks counted from the end. */
static void rollup(struct world *w, size_t n, size_t blocks,
		   struct claim claims[3])
{
	size_t from_end = blocks - 1 - n;
	struct pl_hash32 count;

	if (from_end == 60)
		created(w, &claims[0]);
	if (from_end == 50)
		confirmed(w, &claims[0]);
	if (from_end == 45)
		created(w, &claims[1]);
	if (from_end == 30) {
		confirmed(w, &claims[1]);
		legacy(w, &claims[1]);
	}
	if (from_end == 26)
		created(w, &claims[2]);
	if (from_end == 24) {
		count = world_word(WORLD_POSTED(w) + 1);
		put_at(w->l1, &w->orbit.bridge, BRIDGE_COUNT, &count);
	}
}

static void history(struct world_chain *c)
{
	struct pl_addr a = fixed(HISTORY);

	if (c->n)
		put_at(c, &a, (c->n - 1) % HISTORY_RING,
		       &c->block[c->n - 1].header.hash);
}

void world_l1_new(struct world *w, unsigned blocks, int64_t genesis)
{
	struct claim claims[3];

	w->l1 = world_chain(w->a, WORLD_L1, false, blocks);
	users(w->l1);
	contracts(w);
	claims[0] = assert_block(w, WORLD_CONFIRMED(w) - 10, NULL);
	claims[1] = assert_block(w, WORLD_CONFIRMED(w), &claims[0]);
	claims[2] = assert_block(w, WORLD_ASSERTED(w), &claims[1]);
	w->orbit.confirmed = claims[1].hash;
	w->orbit.asserted = claims[2].hash;
	for (size_t n = 0; n < blocks; n++) {
		w->l1->time = (uint64_t)genesis + 6 * (WORLD_SLOT0 + n);
		w->l1->mix_hash = world_word(5000 + n);
		history(w->l1);
		if (n) {
			ordinary(w->l1, &w->token);
			rollup(w, n, blocks, claims);
			newer_kinds(w->l1);
		}
		world_seal(w->l1);
	}
}

/* --------------------------------------------------------------- the L2 */

static void arbos(struct world_chain *c)
{
	struct pl_nitro_tx t = { .type = PL_NITRO_INTERNAL,
				 .chain_id = c->id,
				 .has_to = true };
	uint8_t data[36] = { 0x6b, 0xf6, 0xa4, 0x2d }; /* startBlock */

	data[35] = (uint8_t)c->n;
	t.to = fixed("0x00000000000000000000000000000000000a4b05");
	t.data = pl_span_dup(c->a, (struct pl_span){ data, sizeof(data) });
	(void)world_own(c, t);
}

/* sendCount, l1BlockNumber, arbosVersion */
static void mix(struct world_chain *c)
{
	memset(&c->mix_hash, 0, sizeof(c->mix_hash));
	c->mix_hash.b[7] = (uint8_t)(c->n / 5);
	c->mix_hash.b[15] = (uint8_t)c->n;
	c->mix_hash.b[23] = 51;
	c->extra = world_word(40000 + c->n / 5); /* sendRoot */
	c->nonce[7] = (uint8_t)(c->n / 7);
}

void world_l2_new(struct world *w, unsigned blocks)
{
	w->l2 = world_chain(w->a, WORLD_L2, true, blocks);
	users(w->l2);
	w->l2_token =
		contract(w->l2, "0x9898989898989898989898989898989898989898",
			 (struct pl_span){ token_code, sizeof(token_code) });
	for (size_t n = 0; n < blocks; n++) {
		w->l2->time = 1700000000 + n;
		mix(w->l2);
		if (n) {
			arbos(w->l2);
			ordinary(w->l2, &w->l2_token);
		}
		world_seal(w->l2);
	}
}
