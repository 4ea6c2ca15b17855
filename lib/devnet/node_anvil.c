/* Helpers that test suites use, under the names that they know: accounts
 * changed by hand, blocks asked for, time that moves, ways back. */
#include "base/time.h"
#include "devnet/node_methods.h"
#include "eth/node_json.h"

#define MAX_MINED 100000 /* blocks of one call */
#define SECOND 1000000000u

static enum pl_rc null(struct node_call *c)
{
	pl_jout_null(c->w, NODE_KEY);
	return PL_OK;
}

static enum pl_rc yes(struct node_call *c, bool v)
{
	pl_jout_bool(c->w, NODE_KEY, v);
	return PL_OK;
}

/* ---------------------------------------------------------------- accounts */

enum pl_rc node_set_balance(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_change change = { .balance = NULL };
	struct pl_u256 v;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_u256(c, &v, 1, e));
	change.balance = &v;
	PL_TRY(pl_dev_set(c->d, &who, &change, e));
	return null(c);
}

enum pl_rc node_add_balance(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_change change = { .balance = NULL };
	struct pl_state_account x;
	struct pl_u256 v;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_u256(c, &v, 1, e));
	PL_TRY(pl_dev_account(c->d, pl_dev_now(c->d), &x, &who, e));
	if (!pl_u256_add(&v, &v, &x.balance))
		memset(&v, 0xff, sizeof(v));
	change.balance = &v;
	PL_TRY(pl_dev_set(c->d, &who, &change, e));
	return null(c);
}

enum pl_rc node_set_nonce(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_change change = { .nonce = NULL };
	struct pl_addr who;
	uint64_t nonce;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_u64(c, &nonce, 1, e));
	change.nonce = &nonce;
	PL_TRY(pl_dev_set(c->d, &who, &change, e));
	return null(c);
}

enum pl_rc node_set_code(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_change change = { .code = NULL };
	struct pl_span code;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_data(c, &code, 1, e));
	change.code = &code;
	PL_TRY(pl_dev_set(c->d, &who, &change, e));
	return null(c);
}

enum pl_rc node_set_storage(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_change change = { .code = NULL };
	struct pl_u256 key, value;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_u256(c, &key, 1, e));
	PL_TRY(node_u256(c, &value, 2, e));
	change.key = &key;
	change.value = &value;
	PL_TRY(pl_dev_set(c->d, &who, &change, e));
	return yes(c, true);
}

enum pl_rc node_impersonate(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_node *n = c->n;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	for (size_t i = 0; i < n->n_impersonated; i++)
		if (pl_addr_equal(&n->impersonated[i], &who))
			return null(c);
	n->impersonated =
		pl_grow(n->a, n->impersonated, n->n_impersonated, sizeof(who));
	n->impersonated[n->n_impersonated++] = who;
	return null(c);
}

enum pl_rc node_stop_impersonating(struct node_call *c, struct pl_err *e)
{
	struct pl_dev_node *n = c->n;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	for (size_t i = 0; i < n->n_impersonated; i++)
		if (pl_addr_equal(&n->impersonated[i], &who))
			n->impersonated[i] =
				n->impersonated[--n->n_impersonated];
	return null(c);
}

enum pl_rc node_auto_impersonate(struct node_call *c, struct pl_err *e)
{
	(void)e;
	c->n->impersonate_all = pl_json_bool(node_param(c, 0));
	return null(c);
}

/* ------------------------------------------------------------------ blocks */

/* [] or [timestamp] or [{"timestamp":…,"blocks":…}] */
enum pl_rc node_evm_mine(struct node_call *c, struct pl_err *e)
{
	const struct pl_json *v = node_param(c, 0);
	uint64_t blocks = 1, time;

	if (pl_json_type(v) == PL_J_OBJECT && pl_has(v, "blocks") &&
	    pl_get_u64(&blocks, v, "blocks", e))
		return node_bad(c, e);
	if (pl_json_type(v) == PL_J_OBJECT)
		v = pl_json_get(v, "timestamp");
	if (!pl_json_is_null(v)) {
		if (pl_json_u64(&time, v, e) || pl_dev_next_time(c->d, time, e))
			return node_bad(c, e);
	}
	for (uint64_t i = 0; i < blocks && i < MAX_MINED; i++)
		PL_TRY(pl_dev_mine(c->d, NULL, c->now, e));
	pl_jout_str(c->w, NODE_KEY, "0x0");
	return PL_OK;
}

/* [blocks, seconds between them] */
enum pl_rc node_mine(struct node_call *c, struct pl_err *e)
{
	uint64_t n = 1, interval = 0;

	if (!pl_json_is_null(node_param(c, 0)))
		PL_TRY(node_u64(c, &n, 0, e));
	if (!pl_json_is_null(node_param(c, 1)))
		PL_TRY(node_u64(c, &interval, 1, e));
	if (n > MAX_MINED) {
		(void)pl_fail(e, PL_ELIMIT, "more than %d blocks", MAX_MINED);
		return node_bad(c, e);
	}
	for (uint64_t i = 0; i < n; i++) {
		if (i && interval)
			PL_TRY(pl_dev_next_time(
				c->d, pl_dev_head(c->d)->header.time + interval,
				e));
		PL_TRY(pl_dev_mine(c->d, NULL, c->now, e));
	}
	return null(c);
}

enum pl_rc node_set_automine(struct node_call *c, struct pl_err *e)
{
	c->n->automine = pl_json_bool(node_param(c, 0));
	if (c->n->automine)
		c->n->interval = 0;
	PL_TRY(node_automine(c, e));
	return null(c);
}

enum pl_rc node_get_automine(struct node_call *c, struct pl_err *e)
{
	(void)e;
	return yes(c, c->n->automine);
}

enum pl_rc node_set_interval(struct node_call *c, struct pl_err *e)
{
	uint64_t s;

	PL_TRY(node_u64(c, &s, 0, e));
	if (s > UINT32_MAX) {
		(void)pl_fail(e, PL_ELIMIT, "an interval of %ju seconds",
			      (uintmax_t)s);
		return node_bad(c, e);
	}
	c->n->interval = s;
	c->n->automine = false;
	c->n->due_ns = pl_time_mono_ns() + s * SECOND;
	return null(c);
}

enum pl_rc node_get_interval(struct node_call *c, struct pl_err *e)
{
	(void)e;
	if (!c->n->interval)
		return null(c);
	pl_jout_int(c->w, NODE_KEY, (int64_t)c->n->interval);
	return PL_OK;
}

enum pl_rc node_snapshot(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, NODE_KEY, pl_dev_snapshot(c->d));
	return PL_OK;
}

enum pl_rc node_revert(struct node_call *c, struct pl_err *e)
{
	uint64_t id, head;

	PL_TRY(node_u64(c, &id, 0, e));
	if (!pl_dev_snapshot_head(c->d, &head, id))
		return yes(c, false);
	node_take_back(c->n, head + 1);
	return yes(c, pl_dev_revert(c->d, id));
}

/* [] or [{}]: another chain to stand on is a matter of how it was started. */
enum pl_rc node_reset(struct node_call *c, struct pl_err *e)
{
	if (pl_has(node_param(c, 0), "forking")) {
		(void)pl_fail(e, PL_EUSAGE,
			      "what a chain stands on is said when it starts");
		return node_bad(c, e);
	}
	node_take_back(c->n, pl_dev_first(c->d) + 1);
	pl_dev_reset(c->d);
	c->n->n_impersonated = 0;
	c->n->impersonate_all = false;
	return null(c);
}

enum pl_rc node_set_coinbase(struct node_call *c, struct pl_err *e)
{
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	pl_dev_coinbase(c->d, &who);
	return null(c);
}

enum pl_rc node_set_gas_limit(struct node_call *c, struct pl_err *e)
{
	uint64_t gas;

	PL_TRY(node_u64(c, &gas, 0, e));
	pl_dev_gas_limit(c->d, gas);
	return yes(c, true);
}

enum pl_rc node_set_base_fee(struct node_call *c, struct pl_err *e)
{
	struct pl_u256 fee;

	PL_TRY(node_u256(c, &fee, 0, e));
	pl_dev_next_base_fee(c->d, &fee);
	return null(c);
}

enum pl_rc node_set_randao(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 v;

	PL_TRY(node_hash(c, &v, 0, e));
	pl_dev_next_randao(c->d, &v);
	return null(c);
}

/* -------------------------------------------------------------------- time */

enum pl_rc node_increase_time(struct node_call *c, struct pl_err *e)
{
	uint64_t s;

	PL_TRY(node_u64(c, &s, 0, e));
	if (s > INT64_MAX / 4) {
		(void)pl_fail(e, PL_ELIMIT, "%ju seconds", (uintmax_t)s);
		return node_bad(c, e);
	}
	pl_dev_add_time(c->d, (int64_t)s);
	pl_jout_int(c->w, NODE_KEY, pl_dev_time_offset(c->d));
	return PL_OK;
}

enum pl_rc node_set_time(struct node_call *c, struct pl_err *e)
{
	uint64_t t;

	PL_TRY(node_u64(c, &t, 0, e));
	if (t > 100000000000u) /* libraries send milliseconds */
		t /= 1000;
	pl_dev_set_time(c->d, t, c->now);
	pl_jout_int(c->w, NODE_KEY, pl_dev_time_offset(c->d));
	return PL_OK;
}

enum pl_rc node_set_next_time(struct node_call *c, struct pl_err *e)
{
	uint64_t t;

	PL_TRY(node_u64(c, &t, 0, e));
	if (pl_dev_next_time(c->d, t, e))
		return node_bad(c, e);
	return null(c);
}

enum pl_rc node_set_time_step(struct node_call *c, struct pl_err *e)
{
	uint64_t s;

	PL_TRY(node_u64(c, &s, 0, e));
	pl_dev_time_step(c->d, s);
	return null(c);
}

enum pl_rc node_remove_time_step(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_dev_time_step(c->d, 0);
	return yes(c, true);
}

/* -------------------------------------------------------------------- pool */

enum pl_rc node_drop_tx(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 hash;

	PL_TRY(node_hash(c, &hash, 0, e));
	if (!pl_dev_drop(c->d, &hash))
		return null(c);
	pl_jout_hash(c->w, NODE_KEY, &hash);
	return PL_OK;
}

enum pl_rc node_drop_all(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_dev_drop_all(c->d);
	return null(c);
}
