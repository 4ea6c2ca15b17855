/* The VMTests of before 2019: code by itself, by Frontier's rules, nothing
 * moved and nobody charged. */
#include "archive.h"
#include "base/file.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/receipt.h"
#include "evm/evm.h"
#include "evm/memstate.h"

static struct pl_err err;

/* Numbers of these documents have leading zeros. */
static struct pl_u256 number(const struct pl_json *obj, const char *key)
{
	const char *s = pl_json_str(pl_json_get(obj, key));
	struct pl_u256 x;

	assert_non_null(s);
	assert_ok(pl_u256_parse(&x, s, strlen(s), &err), &err);
	return x;
}

static struct pl_addr address(const char *s)
{
	struct pl_addr addr;

	assert_non_null(s);
	assert_ok(pl_hex_fixed(addr.b, 20, s, strlen(s), &err), &err);
	return addr;
}

static struct pl_addr address_of(const struct pl_json *obj, const char *key)
{
	return address(pl_json_str(pl_json_get(obj, key)));
}

static struct pl_memstate *state_of(struct pl_arena *a,
				    const struct pl_json *accounts)
{
	struct pl_memstate *m = pl_memstate_new(a);

	for (void *it = pl_json_iter(accounts); it;
	     it = pl_json_next(accounts, it)) {
		struct pl_addr addr = address(pl_json_iter_key(it));
		const struct pl_json *v = pl_json_iter_value(it);
		const struct pl_json *slots = pl_json_get(v, "storage");
		struct pl_u256 balance = number(v, "balance");

		pl_memstate_put(m, &addr, number(v, "nonce").w[0], &balance,
				unhex(a, pl_json_str(pl_json_get(v, "code"))));
		for (void *s = pl_json_iter(slots); s;
		     s = pl_json_next(slots, s)) {
			const char *k = pl_json_iter_key(s);
			struct pl_u256 key, value;

			assert_ok(pl_u256_parse(&key, k, strlen(k), &err),
				  &err);
			value = number(slots, k);
			pl_memstate_put_slot(m, &addr, &key, &value);
		}
	}
	return m;
}

static struct pl_hash32 hash_of(void *x, uint64_t n)
{
	char *digits = pl_printf(x, "%llu", (unsigned long long)n);

	return pl_keccak256(pl_span_str(digits));
}

static struct pl_hash32 root_of(struct pl_memstate *m, struct pl_arena *a,
				struct pl_state *s)
{
	struct pl_state_change *ch = NULL;
	struct pl_hash32 root;
	size_t n = 0;

	if (s)
		ch = pl_state_changes(s, a, &n);
	assert_ok(pl_memstate_root(m, &root, a, ch, n, &err), &err);
	return root;
}

static struct pl_hash32 logs_of(struct pl_arena *a, const struct pl_state *s)
{
	const struct pl_log *logs;
	struct pl_buf b;
	size_t n, list;

	logs = pl_state_logs(s, &n);
	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	for (size_t i = 0; i < n; i++)
		pl_log_encode(&b, &logs[i]);
	pl_rlp_close(&b, list);
	return pl_keccak256(pl_buf_span(&b));
}

static struct pl_evm_block block_of(const struct pl_json *env)
{
	return (struct pl_evm_block){
		.fork = PL_FORK_FRONTIER,
		.chain_id = 1,
		.number = number(env, "currentNumber").w[0],
		.time = number(env, "currentTimestamp").w[0],
		.gas_limit = number(env, "currentGasLimit").w[0],
		.difficulty = number(env, "currentDifficulty"),
		.coinbase = address_of(env, "currentCoinbase")
	};
}

/* A call that moves no value, though the code sees one. */
static void run(struct pl_evm_result *r, struct pl_evm *evm, struct pl_arena *a,
		const struct pl_json *exec)
{
	struct pl_evm_msg m = {
		.kind = PL_EVM_DELEGATECALL,
		.gas = number(exec, "gas").w[0],
		.sender = address_of(exec, "caller"),
		.recipient = address_of(exec, "address"),
		.value = number(exec, "value"),
		.input = unhex(a, pl_json_str(pl_json_get(exec, "data")))
	};

	m.code_addr = m.recipient;
	evm->origin = address_of(exec, "origin");
	evm->gas_price = number(exec, "gasPrice");
	pl_state_begin_tx(evm->state);
	pl_evm_run(r, evm, &m);
}

static void vm_case(struct pl_arena *a, struct pl_evm_pool *pool,
		    const char *name, const struct pl_json *v)
{
	struct pl_memstate *m = state_of(a, pl_json_get(v, "pre"));
	struct pl_evm_block block = block_of(pl_json_get(v, "env"));
	struct pl_evm evm = { .block = &block, .pool = pool };
	const struct pl_json *post = pl_json_get(v, "post");
	struct pl_hash32 root, want, logs;
	struct pl_evm_result r;

	pl_memstate_hashes(m, hash_of, a);
	evm.state = pl_state_open(pl_memstate_source(m));
	run(&r, &evm, a, pl_json_get(v, "exec"));
	if ((r.status == PL_EVM_SUCCESS) != (post != NULL))
		fail_msg("%s: %s", name, pl_evm_status_text(r.status));
	if (post) {
		logs = logs_of(a, evm.state);
		pl_state_end_tx(evm.state, block.fork);
		root = root_of(m, a, evm.state);
		want = root_of(state_of(a, post), a, NULL);
		if (!pl_hash32_equal(&root, &want))
			fail_msg("%s: another state", name);
		assert_int_equal(r.gas_left, number(v, "gas").w[0]);
		assert_hex_equal(r.output, pl_json_str(pl_json_get(v, "out")));
		assert_hex_equal(pl_hash32_span(&logs),
				 pl_json_str(pl_json_get(v, "logs")));
	}
	pl_state_close(evm.state);
}

static size_t vm_folder(const char *dir)
{
	struct pl_evm_pool *pool = pl_evm_pool_open();
	struct pl_arena *names_a = pl_arena_open(0), *a = pl_arena_open(0);
	size_t n, cases = 0;
	char **names;

	assert_ok(pl_dir_list(names_a, &names, &n, dir, &err), &err);
	for (size_t i = 0; i < n; i++) {
		char *path = pl_printf(names_a, "%s/%s", dir, names[i]);
		const struct pl_json *doc;

		pl_arena_reset(a);
		assert_ok(pl_json_read(a, &doc, path, &err), &err);
		for (void *it = pl_json_iter(doc); it;
		     it = pl_json_next(doc, it), cases++)
			vm_case(a, pool, pl_json_iter_key(it),
				pl_json_iter_value(it));
	}
	pl_arena_close(a);
	pl_arena_close(names_a);
	pl_evm_pool_close(pool);
	return cases;
}

static void vm_tests(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *dir = unpack(a, "legacy-VMTests.tar.zst"), **groups;
	char *top = pl_printf(a, "%s/Constantinople/VMTests", dir);
	size_t n, cases = 0;

	(void)state;
	assert_ok(pl_dir_list(a, &groups, &n, top, &err), &err);
	for (size_t g = 0; g < n; g++)
		cases += vm_folder(pl_printf(a, "%s/%s", top, groups[g]));
	remove_dir(a, dir);
	print_message("%zu cases\n", cases);
	assert_int_equal(cases, 430);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vm_tests),
	};

	return cmocka_run_group_tests_name("vmtests", tests, NULL, NULL);
}
