#include "evm/statetest.h"

#include <inttypes.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "evm/state_impl.h"
#include "evm/statetest_impl.h"

struct pl_statetest {
	struct pl_arena *own;  /* this struct */
	struct pl_arena *test; /* one test: its state before */
	struct pl_arena *one;  /* one case of it */
	struct pl_evm_pool *pool;
	struct pl_state *state;
	struct pl_statetest_store *store; /* NULL: memory */
};

/* Where a run stands. */
struct run {
	struct pl_statetest *t;
	pl_statetest_fn fn;
	void *x;
	const char *name, *only; /* of the test; fork or NULL */
	const struct pl_json *test;
	struct pl_statetest_env env;
	struct pl_memstate *pre;
};

struct pl_statetest *pl_statetest_open(void)
{
	struct pl_arena *own = pl_arena_open(0);
	struct pl_statetest *t = PL_NEW(own, struct pl_statetest);

	t->own = own;
	t->test = pl_arena_open(0);
	t->one = pl_arena_open(0);
	t->pool = pl_evm_pool_open();
	t->state = pl_state_open(NULL);
	return t;
}

void pl_statetest_close(struct pl_statetest *t)
{
	if (!t)
		return;
	pl_state_close(t->state);
	pl_evm_pool_close(t->pool);
	pl_arena_close(t->one);
	pl_arena_close(t->test);
	pl_arena_close(t->own);
}

void pl_statetest_over(struct pl_statetest *t, struct pl_statetest_store *x)
{
	t->store = x;
}

/* ----------------------------------------------------------------- one case */

/* What the tests take for the hash of a block: that of its number's digits. */
static struct pl_hash32 number_hash(void *x, uint64_t number)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	(void)x;
	return pl_keccak256(
		(struct pl_span){ (const uint8_t *)digits, (size_t)n });
}

static void fill_block(struct pl_evm_block *out,
		       const struct pl_statetest_env *env, enum pl_fork fork)
{
	*out = env->block;
	out->fork = fork;
	out->blob_base_fee = pl_blob_base_fee(env->excess_blob_gas, fork);
	if (fork < PL_FORK_LONDON)
		out->base_fee = pl_u256_of(0);
}

/* The tests' blocks have a reward of 0: before EIP-161 it brings the coinbase's
 * account into being, even where the transaction was refused. */
static void reward(struct pl_state *s, const struct pl_evm_block *b)
{
	const struct pl_u256 zero = pl_u256_of(0);

	pl_state_begin_tx(s);
	pl_state_add_balance(s, pl_state_get(s, &b->coinbase), &zero);
	pl_state_end_tx(s, b->fork);
}

static struct pl_hash32 logs_hash(struct pl_arena *a,
				  const struct pl_transacted *done)
{
	struct pl_buf b;
	size_t list;

	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	for (size_t i = 0; i < done->n_logs; i++)
		pl_log_encode(&b, &done->logs[i]);
	pl_rlp_close(&b, list);
	return pl_keccak256(pl_buf_span(&b));
}

static enum pl_rc begin_state(const struct run *r, struct pl_err *e)
{
	struct pl_statetest *t = r->t;
	struct pl_state_change *pre;
	size_t n;

	if (t->store) {
		pre = pl_memstate_all(r->pre, t->one, &n);
		PL_TRY(t->store->begin(t->store, &t->state->source, pre, n, e));
	} else {
		t->state->source = pl_memstate_source(r->pre);
	}
	pl_state_reset(t->state);
	return PL_OK;
}

static enum pl_rc end_state(const struct run *r, struct pl_hash32 *root,
			    struct pl_err *e)
{
	struct pl_statetest *t = r->t;
	struct pl_state_change *ch;
	size_t n;

	ch = pl_state_changes(t->state, t->one, &n);
	if (t->store)
		return t->store->end(t->store, root, ch, n, e);
	return pl_memstate_root(r->pre, root, t->one, ch, n, e);
}

/* What a case has left behind. */
struct outcome {
	bool refused;
	struct pl_err why;
	struct pl_hash32 root, logs;
};

static enum pl_rc transact(struct outcome *out, const struct run *r,
			   enum pl_fork fork, const struct pl_json *post,
			   struct pl_err *e)
{
	struct pl_statetest *t = r->t;
	struct pl_transacted done = { .n_logs = 0 };
	struct pl_evm_block block;
	struct pl_evm evm = { .state = t->state,
			      .block = &block,
			      .pool = t->pool };
	struct pl_statetest_index i;
	struct pl_transact how;
	struct pl_tx tx;
	enum pl_rc rc;

	PL_TRY(pl_statetest_index(&i, post, e));
	PL_TRY(pl_statetest_tx(&how, &tx, t->one, r->test, &i, e));
	fill_block(&block, &r->env, fork);
	how.block_gas = block.gas_limit;
	how.block_blob_gas = (uint64_t)pl_blob_schedule(fork).max * PL_BLOB_GAS;
	PL_TRY(begin_state(r, e));
	rc = pl_transact(&done, &evm, &how, &out->why);
	if (rc != PL_OK && rc != PL_EREFUSED) {
		*e = out->why;
		return rc;
	}
	out->refused = rc != PL_OK;
	out->logs = logs_hash(t->one, &done);
	if (fork < PL_FORK_SPURIOUS)
		reward(t->state, &block);
	return end_state(r, &out->root, e);
}

/* A transaction that is as it should be by its fields may still be wrongly
 * encoded. */
static bool refused_bytes(struct pl_arena *a, const struct pl_json *post)
{
	const struct pl_json *v = pl_json_get(post, "txbytes");
	struct pl_span raw;
	struct pl_tx tx;
	struct pl_err e;

	return !pl_json_is_null(v) && !pl_json_data(a, &raw, v, &e) &&
	       pl_tx_decode(&tx, raw, &e);
}

static enum pl_rc compare(const struct outcome *is, struct pl_arena *a,
			  const struct pl_json *post, struct pl_err *e)
{
	const struct pl_json *exception = pl_json_get(post, "expectException");
	struct pl_hash32 root, logs;

	if (pl_json_hash32(&root, pl_json_get(post, "hash"), e) ||
	    pl_json_hash32(&logs, pl_json_get(post, "logs"), e))
		return pl_note(e, "post");
	if (is->refused && pl_json_is_null(exception))
		return pl_fail(e, PL_EPROOF, "refused: %s", is->why.msg);
	if (!is->refused && !pl_json_is_null(exception) &&
	    !refused_bytes(a, post))
		return pl_fail(e, PL_EPROOF, "not refused, against %.200s",
			       pl_json_str(exception) ? pl_json_str(exception)
						      : "the test");
	if (!pl_hash32_equal(&root, &is->root))
		return pl_fail(e, PL_EPROOF,
			       "post state root mismatch: got %s, want %s",
			       pl_hash32_text(a, &is->root),
			       pl_hash32_text(a, &root));
	if (!is->refused && !pl_hash32_equal(&logs, &is->logs))
		return pl_fail(e, PL_EPROOF,
			       "post state logs hash mismatch: got %s, want %s",
			       pl_hash32_text(a, &is->logs),
			       pl_hash32_text(a, &logs));
	return PL_OK;
}

static enum pl_rc run_case(const struct run *r, const char *fork_name,
			   uint64_t index, const struct pl_json *post,
			   struct pl_err *e)
{
	struct pl_statetest_case c = { r->name, fork_name, index,
				       .pass = true };
	struct outcome is = { .why = { .rc = PL_OK } };
	struct pl_err why;
	enum pl_fork fork;
	enum pl_rc rc;

	pl_arena_reset(r->t->one);
	if (!pl_statetest_fork(&fork, fork_name)) {
		rc = pl_fail(&why, PL_EFORMAT, "unsupported fork \"%.64s\"",
			     fork_name);
	} else {
		rc = transact(&is, r, fork, post, &why);
		c.root = rc ? NULL : &is.root;
		if (!rc)
			rc = compare(&is, r->t->one, post, &why);
	}
	if (rc) {
		c.pass = false;
		c.error = why.msg;
	}
	return r->fn(r->x, &c, e);
}

/* ----------------------------------------------------------------- one test */

static enum pl_rc read_test(struct run *r, const struct pl_json **post,
			    struct pl_err *e)
{
	pl_arena_reset(r->t->test);
	PL_TRY(pl_json_need(post, r->test, "post", PL_J_OBJECT, e));
	PL_TRY(pl_statetest_env(&r->env, r->test, e));
	PL_TRY(pl_statetest_pre(&r->pre, r->t->test, r->test, e));
	pl_memstate_hashes(r->pre, number_hash, NULL);
	return PL_OK;
}

static enum pl_rc run_test(struct run *r, struct pl_err *e)
{
	const struct pl_json *post;
	struct pl_err why;

	if (read_test(r, &post, &why)) {
		struct pl_statetest_case c = { r->name, "", .error = why.msg };

		return r->fn(r->x, &c, e);
	}
	for (void *it = pl_json_iter(post); it; it = pl_json_next(post, it)) {
		const struct pl_json *list = pl_json_iter_value(it);

		if (r->only && strcmp(r->only, pl_json_iter_key(it)))
			continue;
		for (size_t i = 0; i < pl_json_len(list); i++)
			PL_TRY(run_case(r, pl_json_iter_key(it), i,
					pl_json_at(list, i), e));
	}
	return PL_OK;
}

enum pl_rc pl_statetest_run(struct pl_statetest *t, const struct pl_json *doc,
			    const char *fork, pl_statetest_fn fn, void *x,
			    struct pl_err *e)
{
	struct run r = { .t = t, .only = fork, .fn = fn, .x = x };

	for (void *it = pl_json_iter(doc); it; it = pl_json_next(doc, it)) {
		r.name = pl_json_iter_key(it);
		r.test = pl_json_iter_value(it);
		PL_TRY(run_test(&r, e));
	}
	return PL_OK;
}
