/* Whole blocks, executed: the chain that geth made through every fork from
 * Homestead to BPO2, and ethereum/tests' blocks, valid, around forks and
 * invalid.  What the state, the receipts and the requests come to must be what
 * the headers say, and is not where a block may not be. */
#include "check.h"

#include "archive.h"
#include "base/file.h"
#include "base/limits.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "eth/trie.h"
#include "evm/memstate.h"
#include "evm/transact.h"

static struct pl_err err;

struct block {
	struct pl_header h;
	struct pl_span *txs;
	size_t n_txs;
	struct pl_uncle uncles[8];
	size_t n_uncles;
	struct pl_withdrawal *withdrawals;
	size_t n_withdrawals;
};

struct chain {
	struct pl_arena *a;
	struct pl_memstate *m;
	struct pl_state *s;
	struct pl_evm_pool *pool;
	struct pl_header *headers; /* executed, from the first on */
	size_t n;
	uint64_t chain_id;
	struct pl_addr deposits;
	const struct pl_json *alloc; /* what it began with */
	uint64_t dao_block;          /* 0: none */
	enum pl_fork (*fork_of)(const struct pl_header *h);
	/* counted over all */
	size_t txs, logs, requests, types[5];
};

/* ------------------------------------------------------------------ reading */

static enum pl_rc read_uncles(struct pl_arena *a, struct block *b,
			      struct pl_span in)
{
	for (b->n_uncles = 0; in.n; b->n_uncles++) {
		struct pl_header *h = PL_NEW(a, struct pl_header);
		struct pl_span raw;

		if (b->n_uncles == COUNT(b->uncles))
			return pl_fail(&err, PL_ELIMIT, "uncles");
		PL_TRY(pl_rlp_raw(&raw, &in, &err));
		PL_TRY(pl_header_decode(h, raw, &err));
		b->uncles[b->n_uncles] =
			(struct pl_uncle){ h->miner, h->number };
	}
	return PL_OK;
}

static enum pl_rc read_withdrawals(struct pl_arena *a, struct block *b,
				   struct pl_span in)
{
	size_t n;

	PL_TRY(pl_rlp_count(&n, in, &err));
	b->withdrawals = PL_NEW_N(a, struct pl_withdrawal, n);
	for (b->n_withdrawals = 0; in.n; b->n_withdrawals++) {
		struct pl_withdrawal *w = &b->withdrawals[b->n_withdrawals];
		struct pl_span one;

		PL_TRY(pl_rlp_list(&one, &in, &err));
		PL_TRY(pl_rlp_u64(&w->index, &one, &err));
		PL_TRY(pl_rlp_u64(&w->validator, &one, &err));
		PL_TRY(pl_rlp_fixed(w->address.b, 20, &one, &err));
		PL_TRY(pl_rlp_u64(&w->gwei, &one, &err));
	}
	return PL_OK;
}

static enum pl_rc read_txs(struct pl_arena *a, struct block *b,
			   struct pl_span in)
{
	size_t n;

	PL_TRY(pl_rlp_count(&n, in, &err));
	b->txs = PL_NEW_N(a, struct pl_span, n);
	for (b->n_txs = 0; in.n; b->n_txs++) {
		struct pl_span at = in, raw;
		struct pl_rlp item;

		PL_TRY(pl_rlp_raw(&raw, &at, &err));
		PL_TRY(pl_rlp_next(&item, &in, &err));
		/* a legacy one is a list, the others are strings */
		b->txs[b->n_txs] = item.is_list ? raw : item.body;
	}
	return PL_OK;
}

/* The first block of *in, which moves past it. */
static enum pl_rc read_block(struct pl_arena *a, struct block *b,
			     struct pl_span *in)
{
	struct pl_span list, part;

	memset(b, 0, sizeof(*b));
	PL_TRY(pl_rlp_list(&list, in, &err));
	PL_TRY(pl_rlp_raw(&part, &list, &err));
	PL_TRY(pl_header_decode(&b->h, part, &err));
	PL_TRY(pl_rlp_list(&part, &list, &err));
	PL_TRY(read_txs(a, b, part));
	PL_TRY(pl_rlp_list(&part, &list, &err));
	PL_TRY(read_uncles(a, b, part));
	if (!list.n)
		return PL_OK;
	PL_TRY(pl_rlp_list(&part, &list, &err));
	return read_withdrawals(a, b, part);
}

/* Numbers of these documents have leading zeros. */
static struct pl_u256 number(const struct pl_json *v)
{
	struct pl_u256 x = pl_u256_of(0);
	const char *s = pl_json_str(v);

	if (s)
		assert_ok(pl_u256_parse(&x, s, strlen(s), &err), &err);
	return x;
}

static void read_alloc(struct chain *c, const struct pl_json *alloc)
{
	for (void *it = pl_json_iter(alloc); it; it = pl_json_next(alloc, it)) {
		const struct pl_json *v = pl_json_iter_value(it);
		const struct pl_json *slots = pl_json_get(v, "storage");
		const char *code = pl_json_str(pl_json_get(v, "code"));
		struct pl_u256 balance = number(pl_json_get(v, "balance"));
		struct pl_u256 nonce = number(pl_json_get(v, "nonce"));
		const char *k = pl_json_iter_key(it);
		struct pl_addr addr;

		assert_ok(pl_hex_fixed(addr.b, 20, k, strlen(k), &err), &err);
		pl_memstate_put(c->m, &addr, nonce.w[0], &balance,
				code ? unhex(c->a, code)
				     : (struct pl_span){ NULL, 0 });
		for (void *s = pl_json_iter(slots); s;
		     s = pl_json_next(slots, s)) {
			struct pl_u256 key, value;

			k = pl_json_iter_key(s);
			assert_ok(pl_u256_parse(&key, k, strlen(k), &err),
				  &err);
			value = number(pl_json_iter_value(s));
			pl_memstate_put_slot(c->m, &addr, &key, &value);
		}
	}
}

/* ------------------------------------------------------------------- running
 */

static struct pl_hash32 hash_of(void *x, uint64_t n)
{
	const struct chain *c = x;

	for (size_t i = 0; i < c->n; i++)
		if (c->headers[i].number == n)
			return c->headers[i].hash;
	return (struct pl_hash32){ { 0 } };
}

static struct pl_hash32 state_root(struct chain *c, struct pl_arena *a)
{
	struct pl_state_change *ch;
	struct pl_hash32 root;
	size_t n;

	ch = pl_state_changes(c->s, a, &n);
	assert_ok(pl_memstate_root(c->m, &root, a, ch, n, &err), &err);
	return root;
}

static void commit(struct chain *c, struct pl_arena *a)
{
	struct pl_state_change *ch;
	size_t n;

	ch = pl_state_changes(c->s, a, &n);
	pl_memstate_apply(c->m, ch, n);
	pl_state_reset(c->s);
}

static struct pl_evm_block block_of(const struct chain *c,
				    const struct pl_header *h)
{
	enum pl_fork fork = c->fork_of(h);
	uint64_t excess = fork >= PL_FORK_CANCUN ? h->excess_blob_gas : 0;

	return (struct pl_evm_block){ .fork = fork,
				      .chain_id = c->chain_id,
				      .number = h->number,
				      .time = h->time,
				      .gas_limit = h->gas_limit,
				      .coinbase = h->miner,
				      .difficulty = h->difficulty,
				      .prev_randao = h->mix_hash,
				      .base_fee = fork >= PL_FORK_LONDON
							  ? h->base_fee
							  : pl_u256_of(0),
				      .blob_base_fee =
					      pl_blob_base_fee(excess, fork) };
}

/* What the transactions of a block leave. */
struct left {
	struct pl_span *receipts;
	struct pl_log *logs;
	size_t n_logs;
	uint64_t gas, blob_gas;
	uint8_t bloom[PL_BLOOM];
	size_t types[5];
};

static void keep_logs(struct pl_arena *a, struct left *l,
		      const struct pl_transacted *t)
{
	for (size_t i = 0; i < t->n_logs; i++) {
		l->logs = pl_grow(a, l->logs, l->n_logs, sizeof(*l->logs));
		l->logs[l->n_logs] = t->logs[i];
		l->logs[l->n_logs++].data = pl_span_dup(a, t->logs[i].data);
	}
}

static struct pl_span receipt(struct chain *c, struct pl_arena *a,
			      const struct pl_tx *tx, struct left *l,
			      const struct pl_transacted *t, enum pl_fork fork)
{
	struct pl_receipt r = { .type = (uint8_t)tx->type,
				.status = t->status == PL_EVM_SUCCESS,
				.cumulative_gas = l->gas };
	struct pl_buf logs, out;

	r.has_state_root = fork < PL_FORK_BYZANTIUM;
	if (r.has_state_root)
		r.state_root = state_root(c, a);
	pl_buf_init(&logs, a);
	pl_buf_init(&out, a);
	for (size_t i = 0; i < t->n_logs; i++)
		pl_log_encode(&logs, &t->logs[i]);
	r.logs = pl_buf_span(&logs);
	assert_ok(pl_receipt_bloom(r.bloom, &r, &err), &err);
	pl_bloom_or(l->bloom, r.bloom);
	pl_receipt_encode(&out, &r);
	return pl_buf_span(&out);
}

static enum pl_rc run_txs(struct chain *c, struct pl_arena *a,
			  struct pl_evm *evm, const struct block *b,
			  struct left *l)
{
	enum pl_fork fork = evm->block->fork;

	l->receipts = PL_NEW_N(a, struct pl_span, b->n_txs);
	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_transact how = { .block_gas = b->h.gas_limit };
		struct pl_transacted t;
		struct pl_buf scratch;
		struct pl_tx tx;

		pl_buf_init(&scratch, a);
		PL_TRY(pl_tx_decode(&tx, b->txs[i], &err));
		PL_TRY(pl_tx_sender(&how.sender, &tx, &scratch,
				    fork < PL_FORK_HOMESTEAD, &err));
		how.tx = &tx;
		how.block_gas -= l->gas;
		how.block_blob_gas =
			(uint64_t)pl_blob_schedule(fork).max * PL_BLOB_GAS -
			l->blob_gas;
		PL_TRY(pl_transact(&t, evm, &how, &err));
		l->gas += t.gas_used;
		l->blob_gas += t.blob_gas;
		l->receipts[i] = receipt(c, a, &tx, l, &t, fork);
		keep_logs(a, l, &t);
		l->types[tx.type]++;
	}
	return PL_OK;
}

static enum pl_rc same(const char *what, const struct pl_header *h,
		       const struct pl_hash32 *got,
		       const struct pl_hash32 *want)
{
	if (pl_hash32_equal(got, want))
		return PL_OK;
	return pl_fail(&err, PL_EPROOF, "block %llu: another %s",
		       (unsigned long long)h->number, what);
}

static enum pl_rc differs(const char *what)
{
	return pl_fail(&err, PL_EPROOF, "another %s", what);
}

/* The rules of fees between a block and the one before it. */
static enum pl_rc check_fees(const struct pl_header *h,
			     const struct pl_header *parent, enum pl_fork fork)
{
	struct pl_u256 fee = pl_next_base_fee(parent);

	if (fork >= PL_FORK_LONDON && pl_u256_cmp(&fee, &h->base_fee) != 0)
		return differs("base fee");
	if (fork >= PL_FORK_CANCUN &&
	    pl_next_excess_blob_gas(parent, fork) != h->excess_blob_gas)
		return differs("excess of blob gas");
	return PL_OK;
}

/* The DAO's accounts are those of this balance in the tests' states; block 5
 * gives it to the contract that pays it back. */
static void dao_change(struct chain *c)
{
	static const struct pl_u256 each = { { 10000000000u } };
	static const char to[] = "bf4ed7b27f1d666546e30d74d50d173d20bca754";
	const struct pl_u256 zero = pl_u256_of(0);
	struct pl_addr addr;
	size_t n = 0;

	pl_state_begin_tx(c->s);
	for (void *it = pl_json_iter(c->alloc); it;
	     it = pl_json_next(c->alloc, it)) {
		const char *k = pl_json_iter_key(it);
		struct pl_acct *from;

		assert_ok(pl_hex_fixed(addr.b, 20, k, strlen(k), &err), &err);
		from = pl_state_get(c->s, &addr);
		if (pl_u256_cmp(pl_acct_balance(from), &each) != 0)
			continue;
		assert_ok(pl_hex_fixed(addr.b, 20, to, 40, &err), &err);
		pl_state_add_balance(c->s, pl_state_get(c->s, &addr), &each);
		pl_state_set_balance(c->s, from, &zero);
		n++;
	}
	assert_int_equal(n, 116);
	pl_state_end_tx(c->s, PL_FORK_DAO);
}

/* What the block comes to is what its header says: receipts, gas, the state. */
static enum pl_rc compare(struct chain *c, struct pl_arena *a,
			  const struct block *b, const struct left *l,
			  const struct pl_span *requests, size_t n)
{
	const struct pl_header *h = &b->h;
	const enum pl_fork fork = c->fork_of(h);
	struct pl_hash32 x;

	if (l->gas != h->gas_used)
		return differs("gas used");
	if (fork >= PL_FORK_CANCUN && l->blob_gas != h->blob_gas_used)
		return differs("blob gas used");
	if (memcmp(l->bloom, h->bloom, PL_BLOOM) != 0)
		return differs("bloom");
	PL_TRY(pl_trie_list_root(&x, a, l->receipts, b->n_txs, &err));
	PL_TRY(same("receipts root", h, &x, &h->receipts_root));
	x = pl_requests_hash(requests, n);
	if (fork >= PL_FORK_PRAGUE)
		PL_TRY(same("requests hash", h, &x, &h->requests_hash));
	x = state_root(c, a);
	return same("state root", h, &x, &h->state_root);
}

static enum pl_rc execute(struct chain *c, struct pl_arena *a,
			  const struct block *b, const struct pl_header *parent,
			  struct left *left, size_t *n_requests)
{
	struct pl_evm_block block = block_of(c, &b->h);
	struct pl_evm evm = { .state = c->s, .block = &block, .pool = c->pool };
	struct pl_block_tail tail = { .withdrawals = b->withdrawals,
				      .n_withdrawals = b->n_withdrawals,
				      .uncles = b->uncles,
				      .n_uncles = b->n_uncles,
				      .deposit_contract = &c->deposits };
	struct pl_span *requests;
	struct pl_hash32 root;

	PL_TRY(check_fees(&b->h, parent, block.fork));
	PL_TRY(pl_trie_list_root(&root, a, b->txs, b->n_txs, &err));
	PL_TRY(same("transactions root", &b->h, &root, &b->h.tx_root));
	if (b->h.number == c->dao_block)
		dao_change(c);
	PL_TRY(pl_block_begin(&evm, &b->h.parent_hash, &b->h.parent_beacon_root,
			      &err));
	PL_TRY(run_txs(c, a, &evm, b, left));
	tail.logs = left->logs;
	tail.n_logs = left->n_logs;
	PL_TRY(pl_block_end(&requests, n_requests, a, &evm, &tail, &err));
	return compare(c, a, b, left, requests, *n_requests);
}

/* The state is the block's afterwards where it holds and is to be kept, and
 * what it was otherwise. */
static enum pl_rc run_block(struct chain *c, const struct block *b,
			    const struct pl_header *parent, bool keep)
{
	struct pl_arena *a = pl_arena_open(0);
	struct left left = { .gas = 0 };
	size_t n_requests;
	enum pl_rc rc = execute(c, a, b, parent, &left, &n_requests);

	if (rc || !keep) {
		pl_state_reset(c->s);
		pl_arena_close(a);
		return rc;
	}
	commit(c, a);
	c->requests += n_requests;
	c->txs += b->n_txs;
	c->logs += left.n_logs;
	for (size_t i = 0; i < COUNT(c->types); i++)
		c->types[i] += left.types[i];
	pl_arena_close(a);
	return PL_OK;
}

static void open_chain(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	c->a = pl_arena_open(0);
	c->pool = pl_evm_pool_open();
	c->chain_id = 1;
}

/* From the state before the first block on. */
static void begin(struct chain *c, const struct pl_json *alloc,
		  const struct pl_header *genesis)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 root;

	pl_state_close(c->s);
	c->m = pl_memstate_new(c->a);
	pl_memstate_hashes(c->m, hash_of, c);
	read_alloc(c, alloc);
	c->alloc = alloc;
	c->s = pl_state_open(pl_memstate_source(c->m));
	c->headers = pl_grow(c->a, NULL, 0, sizeof(*c->headers));
	c->headers[0] = *genesis;
	c->n = 1;
	root = state_root(c, a);
	assert_ok(same("state root", genesis, &root, &genesis->state_root),
		  &err);
	pl_arena_close(a);
}

static void add(struct chain *c, const struct block *b)
{
	const struct pl_header *parent = &c->headers[c->n - 1];

	assert_true(pl_hash32_equal(&b->h.parent_hash, &parent->hash));
	assert_ok(run_block(c, b, parent, true), &err);
	c->headers = pl_grow(c->a, c->headers, c->n, sizeof(*c->headers));
	c->headers[c->n++] = b->h;
}

static void close_chain(struct chain *c)
{
	pl_state_close(c->s);
	pl_evm_pool_close(c->pool);
	pl_arena_close(c->a);
}

/* ----------------------------------------------------------------- hivechain
 */

static enum pl_fork hive_fork(const struct pl_header *h)
{
	static const struct {
		uint64_t number, time;
		enum pl_fork fork;
	} forks[] = { { 0, 540, PL_FORK_BPO2 },
		      { 0, 510, PL_FORK_BPO1 },
		      { 0, 480, PL_FORK_OSAKA },
		      { 0, 450, PL_FORK_PRAGUE },
		      { 0, 420, PL_FORK_CANCUN },
		      { 0, 390, PL_FORK_SHANGHAI },
		      { 36, 0, PL_FORK_PARIS },
		      { 27, 0, PL_FORK_LONDON },
		      { 24, 0, PL_FORK_BERLIN },
		      { 18, 0, PL_FORK_ISTANBUL },
		      { 15, 0, PL_FORK_PETERSBURG },
		      { 12, 0, PL_FORK_CONSTANTINOPLE },
		      { 9, 0, PL_FORK_BYZANTIUM },
		      { 6, 0, PL_FORK_SPURIOUS },
		      { 3, 0, PL_FORK_TANGERINE } };

	for (size_t i = 0; i < COUNT(forks); i++)
		if (h->number >= forks[i].number && h->time >= forks[i].time)
			return forks[i].fork;
	return PL_FORK_HOMESTEAD;
}

/* The header that is made of genesis.json, as geth makes it. */
static struct pl_header hive_genesis(struct chain *c, const struct pl_json *doc)
{
	struct pl_header h = { .n_fields = 15, .gas_limit = 0x5f5e100 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_state *s;

	c->m = pl_memstate_new(c->a);
	read_alloc(c, pl_json_get(doc, "alloc"));
	s = c->s = pl_state_open(pl_memstate_source(c->m));
	h.state_root = state_root(c, a);
	c->s = NULL;
	pl_state_close(s);
	pl_arena_close(a);
	return h;
}

static void hivechain(void **state)
{
	static const char dir[] = "chain/hivechain";
	const struct pl_json *doc;
	struct pl_header genesis;
	struct pl_span rlp;
	struct block b;
	struct chain c;
	char *path;

	(void)state;
	open_chain(&c);
	path = testdata(c.a, pl_printf(c.a, "%s/chain.rlp", dir));
	if (!path) {
		close_chain(&c);
		print_message("no data: set PLUME_TESTDATA\n");
		skip();
	}
	assert_ok(pl_file_read(c.a, &rlp, path, PL_MAX_FILE, &err), &err);
	path = testdata(c.a, pl_printf(c.a, "%s/genesis.json", dir));
	assert_ok(pl_json_read(c.a, &doc, path, &err), &err);
	c.chain_id = 3503995874084926;
	c.fork_of = hive_fork;
	genesis = hive_genesis(&c, doc);
	for (bool first = true; rlp.n; first = false) {
		assert_ok(read_block(c.a, &b, &rlp), &err);
		if (first) {
			genesis.hash = b.h.parent_hash;
			begin(&c, pl_json_get(doc, "alloc"), &genesis);
		}
		add(&c, &b);
	}
	print_message("%zu blocks, %zu transactions (%zu %zu %zu %zu %zu by "
		      "type), %zu logs, %zu requests\n",
		      c.n - 1, c.txs, c.types[0], c.types[1], c.types[2],
		      c.types[3], c.types[4], c.logs, c.requests);
	assert_int_equal(c.n - 1, 54);
	assert_int_equal(c.txs, 249);
	assert_int_equal(c.logs, 383);
	assert_int_equal(c.types[PL_TX_BLOB], 6);
	assert_int_equal(c.types[PL_TX_SETCODE], 1);
	assert_int_equal(c.requests, 1);
	close_chain(&c);
}

/* ----------------------------------------------------------- ethereum/tests
 */

static enum pl_fork before, after; /* of the test that runs */
static uint64_t switch_block, switch_time;

static enum pl_fork test_fork(const struct pl_header *h)
{
	return h->number < switch_block || h->time < switch_time ? before
								 : after;
}

static void set_network(const char *name)
{
	static const struct {
		const char *name;
		enum pl_fork before, after;
		uint64_t block, time;
	} networks[] = {
		{ "Cancun", PL_FORK_CANCUN, PL_FORK_CANCUN, 0, 0 },
		{ "FrontierToHomesteadAt5", PL_FORK_FRONTIER, PL_FORK_HOMESTEAD,
		  5, 0 },
		{ "HomesteadToDaoAt5", PL_FORK_HOMESTEAD, PL_FORK_DAO, 5, 0 },
		{ "HomesteadToEIP150At5", PL_FORK_HOMESTEAD, PL_FORK_TANGERINE,
		  5, 0 },
		{ "ByzantiumToConstantinopleFixAt5", PL_FORK_BYZANTIUM,
		  PL_FORK_PETERSBURG, 5, 0 },
		{ "BerlinToLondonAt5", PL_FORK_BERLIN, PL_FORK_LONDON, 5, 0 },
		{ "ParisToShanghaiAtTime15k", PL_FORK_PARIS, PL_FORK_SHANGHAI,
		  0, 15000 },
	};

	for (size_t i = 0; i < COUNT(networks); i++) {
		if (strcmp(networks[i].name, name))
			continue;
		before = networks[i].before;
		after = networks[i].after;
		switch_block = networks[i].block;
		switch_time = networks[i].time;
		return;
	}
	fail_msg("network %s", name);
}

/* The blocks of a test, some of them on side chains. */
struct tree {
	struct node {
		struct block b;
		size_t parent; /* its index + 1; 0: the genesis block */
	} * v;
	size_t n;
};

/* Execute block i of the tree, and those on its way that the chain is not at;
 * a chain that ends elsewhere begins again. */
static void reach(struct chain *c, const struct tree *t, size_t i,
		  const struct pl_header *genesis);

/* Bring the chain to a block's parent: block i - 1 of the tree, or 0. */
static void reach_parent(struct chain *c, const struct tree *t,
			 const struct block *b, size_t i,
			 const struct pl_header *genesis)
{
	if (pl_hash32_equal(&c->headers[c->n - 1].hash, &b->h.parent_hash))
		return;
	if (i)
		reach(c, t, i - 1, genesis);
	else
		begin(c, c->alloc, genesis);
}

static void reach(struct chain *c, const struct tree *t, size_t i,
		  const struct pl_header *genesis)
{
	const struct node *x = &t->v[i];

	reach_parent(c, t, &x->b, x->parent, genesis);
	add(c, &x->b);
}

/* Its index + 1; 0: the genesis block. */
static bool find_parent(size_t *out, const struct tree *t,
			const struct pl_header *genesis,
			const struct pl_header *h)
{
	for (*out = t->n; *out; --*out)
		if (pl_hash32_equal(&t->v[*out - 1].b.h.hash, &h->parent_hash))
			return true;
	return pl_hash32_equal(&genesis->hash, &h->parent_hash);
}

/* Rules about headers that nothing here judges: which chain of headers counts
 * is what the sync committee signs. */
static bool by_header_alone(const char *why)
{
	static const char *const rules[] = {
		"EXTRA_DATA_INVALID_DAO",
		"EXTRA_DATA_TOO_BIG",
		"GASLIMIT_TOO_BIG",
		"IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS",
		"IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS",
		"INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT",
		"INVALID_GASLIMIT",
		"IMPORT_IMPOSSIBLE_LEGACY",
		"IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT",
		"IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT",
		"IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI",
		"IMPORT_IMPOSSIBLE_SHANGHAI",
		"UNCLE_PARENT_INCORRECT",
	};

	for (size_t i = 0; i < COUNT(rules); i++)
		if (!strcmp(why + strlen("BlockException."), rules[i]))
			return true;
	return false;
}

struct counts {
	size_t tests, blocks, txs;
	size_t refused, by_header; /* blocks that may not be */
};

/* A block that may not be: refused, or at fault in its header alone. */
static void refuse(struct counts *n, struct chain *c, const struct tree *t,
		   const struct pl_json *v, const struct pl_header *genesis)
{
	const char *why = pl_json_str(pl_json_get(v, "expectException"));
	struct pl_span in = unhex(c->a, pl_json_str(pl_json_get(v, "rlp")));
	struct block b;
	size_t parent;

	if (read_block(c->a, &b, &in) ||
	    !find_parent(&parent, t, genesis, &b.h)) {
		n->refused++;
		return;
	}
	reach_parent(c, t, &b, parent, genesis);
	if (run_block(c, &b, &c->headers[c->n - 1], false))
		n->refused++;
	else if (by_header_alone(why))
		n->by_header++;
	else
		fail_msg("taken, against %s", why);
}

static void block_test(struct counts *n, struct chain *c,
		       const struct pl_json *test)
{
	const struct pl_json *blocks = pl_json_get(test, "blocks");
	const char *network = pl_json_str(pl_json_get(test, "network"));
	struct tree t = { .v = PL_NEW_N(c->a, struct node,
					pl_json_len(blocks)) };
	struct pl_header genesis;
	struct pl_span in, list, part;

	set_network(network);
	c->dao_block = strcmp(network, "HomesteadToDaoAt5") ? 0 : 5;
	in = unhex(c->a, pl_json_str(pl_json_get(test, "genesisRLP")));
	assert_ok(pl_rlp_list(&list, &in, &err), &err);
	assert_ok(pl_rlp_raw(&part, &list, &err), &err);
	assert_ok(pl_header_decode(&genesis, part, &err), &err);
	begin(c, pl_json_get(test, "pre"), &genesis);
	for (size_t i = 0; i < pl_json_len(blocks); i++) {
		const struct pl_json *v = pl_json_at(blocks, i);
		struct node *x = &t.v[t.n];

		if (pl_json_get(v, "expectException")) {
			refuse(n, c, &t, v, &genesis);
			continue;
		}
		in = unhex(c->a, pl_json_str(pl_json_get(v, "rlp")));
		assert_ok(read_block(c->a, &x->b, &in), &err);
		assert_true(find_parent(&x->parent, &t, &genesis, &x->b.h));
		t.n++;
		reach(c, &t, t.n - 1, &genesis);
	}
	n->blocks += t.n;
}

static void block_file(struct counts *n, const char *path)
{
	const struct pl_json *doc;
	struct chain c;

	open_chain(&c);
	c.fork_of = test_fork;
	assert_ok(pl_json_read(c.a, &doc, path, &err), &err);
	for (void *it = pl_json_iter(doc); it; it = pl_json_next(doc, it)) {
		block_test(n, &c, pl_json_iter_value(it));
		n->tests++;
	}
	n->txs += c.txs;
	close_chain(&c);
}

static void block_folder(struct counts *n, struct pl_arena *a, const char *dir)
{
	char **groups, **names;
	size_t n_groups, n_names;

	assert_ok(pl_dir_list(a, &groups, &n_groups, dir, &err), &err);
	for (size_t g = 0; g < n_groups; g++) {
		char *sub = pl_printf(a, "%s/%s", dir, groups[g]);

		assert_ok(pl_dir_list(a, &names, &n_names, sub, &err), &err);
		for (size_t i = 0; i < n_names; i++)
			block_file(n, pl_printf(a, "%s/%s", sub, names[i]));
	}
}

static void ethereum_tests(void **state)
{
	static const struct {
		const char *folder;
		struct counts n;
	} want[] = {
		{ "ValidBlocks", { 303, 479, 669, 0, 0 } },
		{ "TransitionTests", { 15, 127, 145, 26, 20 } },
		{ "InvalidBlocks", { 82, 142, 203, 127, 39 } },
	};
	struct pl_arena *a = pl_arena_open(0);
	char *dir = unpack(a, "BlockchainTests.tar.zst");

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		struct counts n = { .tests = 0 };

		block_folder(&n, a,
			     pl_printf(a, "%s/BlockchainTests/%s", dir,
				       want[i].folder));
		print_message("%s: %zu tests, %zu blocks, %zu transactions; "
			      "%zu refused, %zu at fault in their headers "
			      "alone\n",
			      want[i].folder, n.tests, n.blocks, n.txs,
			      n.refused, n.by_header);
		assert_memory_equal(&n, &want[i].n, sizeof(n));
	}
	remove_dir(a, dir);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hivechain),
		cmocka_unit_test(ethereum_tests),
	};

	return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
