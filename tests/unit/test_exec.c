/* Calls run here over the made-up chains: what a node says that runs them on
 * its own state is found from proofs, and every lie is harmless or refused. */
#include "check.h"

#include "codec/abi.h"
#include "crypto/keccak.h"
#include "eth/tx.h"
#include "orbit/family.h"
#include "sync/effects.h"
#include "sync/exec_json.h"
#include "world/heads.h"
#include "world/world.h"

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

struct fixture {
	struct pl_arena *a;
	struct world *w;
	struct world_chain *c;
	struct world_contracts *on;
	struct pl_transport *t;
	struct world_heads anchors;
	struct pl_view *v;
	struct pl_viewed at;
	struct pl_exec *x;
	struct pl_err e;
};

/* At a block of a chain; under a lie from then on. */
static enum pl_rc look(struct fixture *f, struct world_chain *c, uint64_t block,
		       enum world_lie lie)
{
	struct pl_rpc_conf rpc = { .url = c == f->w->l1 ? "http://world/l1"
							: "http://world/l2",
				   .backoff_ms = 1 };
	struct pl_view_conf conf = { .chain_id = c->id,
				     .families = families,
				     .beacon = c == f->w->l1 ? &f->w->config
							     : NULL };
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = block };

	pl_exec_close(f->x);
	f->x = NULL;
	f->c = c;
	f->on = c == f->w->l1 ? &f->w->on_l1 : &f->w->on_l2;
	f->t = world_transport(f->a, f->w, WORLD_HONEST);
	f->anchors = world_heads(c);
	conf.rpc = pl_rpc_new(f->a, f->t, &rpc);
	conf.anchors = &f->anchors.base;
	f->v = pl_view_new(f->a, &conf);
	PL_TRY(pl_view_header(f->v, f->a, &f->at, &ref, &f->e));
	world_lie_now(f->t, lie);
	f->x = pl_exec_open(f->v, &f->at);
	return PL_OK;
}

static void look_ok(struct fixture *f, struct world_chain *c, uint64_t block)
{
	assert_ok(look(f, c, block, WORLD_HONEST), &f->e);
}

static int begin(void **state)
{
	struct world_conf conf = { .blocks = 60 };
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	f->w = world_new(f->a, &conf);
	look_ok(f, f->w->l1, 59);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_exec_close(f->x);
	pl_arena_close(f->a);
	free(f);
	return 0;
}

/* ------------------------------------------------------------------ calls */

static struct pl_exec_call call(struct fixture *f, const struct pl_addr *to,
				const char *signature, struct pl_abi_value *v,
				size_t n)
{
	struct pl_exec_call c = { .has_to = true, .to = *to };
	struct pl_abi_item item;

	c.from = world_user(WORLD_ISSUER);
	assert_ok(pl_abi_sig_parse(f->a, &item, signature, &f->e), &f->e);
	assert_ok(pl_abi_encode_call(f->a, &c.data, &item, v, n, &f->e), &f->e);
	return c;
}

static struct pl_exec_call moves(struct fixture *f, const struct pl_addr *token,
				 unsigned to, uint64_t amount)
{
	struct pl_addr who = world_user(to);
	struct pl_abi_value v[2] = { pl_abi_addr(&who), pl_abi_u64(amount) };

	return call(f, token, "transfer(address,uint256)", v, 2);
}

static struct pl_exec_call holds(struct fixture *f, const struct pl_addr *token,
				 unsigned who)
{
	struct pl_addr addr = world_user(who);
	struct pl_abi_value v = pl_abi_addr(&addr);

	return call(f, token, "balanceOf(address)", &v, 1);
}

/* Creation code: its output is what it returns. */
static struct pl_exec_call code(struct fixture *f, const char *hex)
{
	struct pl_exec_call c = { .data = unhex(f->a, hex) };

	c.from = world_user(1);
	return c;
}

static struct pl_exec_result run(struct fixture *f,
				 const struct pl_exec_call *c)
{
	struct pl_exec_result r;

	assert_ok(pl_exec_run(f->x, f->a, &r, c, &f->e), &f->e);
	return r;
}

static uint64_t word(struct pl_span s)
{
	struct pl_u256 v;
	uint64_t n;

	assert_int_equal(s.n, 32);
	v = pl_u256_from_be32(s.p);
	assert_true(pl_u256_to_u64(&n, &v));
	return n;
}

/* Of every kind, and what a node says of them that has the state. */
static size_t all_calls(struct fixture *f, struct pl_exec_call *c)
{
	static const struct pl_addr sha256 = { { [19] = 2 } };
	const struct pl_addr plain = world_user(1);
	size_t n = 0;

	c[n++] = call(f, &f->on->estate, "name()", NULL, 0);
	c[n++] = call(f, &f->on->estate, "totalSupply()", NULL, 0);
	c[n++] = holds(f, &f->on->estate, WORLD_ISSUER);
	c[n++] = holds(f, &f->on->estate, 3);
	c[n++] = moves(f, &f->on->estate, 3, 10);
	c[n++] = moves(f, &f->on->estate, 3, 99999999999);
	c[n++] = moves(f, &f->on->strict, 3, 10);
	c[n++] = call(f, &f->on->strict, "symbol()", NULL, 0);
	c[n++] = call(f, &f->on->strict, "nothing()", NULL, 0);
	c[n++] = call(f, &sha256, "anything()", NULL, 0);
	c[n++] = call(f, &plain, "noCode()", NULL, 0);
	c[n] = call(f, &plain, "pay()", NULL, 0);
	c[n++].value = pl_u256_of(12345);
	c[n++] = code(f, "0x435f5260205ff3");   /* NUMBER */
	c[n++] = code(f, "0x445f5260205ff3");   /* PREVRANDAO */
	c[n++] = code(f, "0x485f5260205ff3");   /* BASEFEE: 0 in a call */
	c[n++] = code(f, "0x33315f5260205ff3"); /* BALANCE of CALLER */
	return n;
}
#define CALLS 32

/* What the node's own state gives, or NULL and *reverts or not. */
static struct pl_span nodes_own(struct fixture *f, const struct pl_exec_call *c,
				bool *ok)
{
	const char *to = c->has_to
				 ? pl_printf(f->a, ",\"to\":\"%s\"",
					     pl_hex(f->a, pl_addr_span(&c->to)))
				 : "";
	const char *text = pl_printf(
		f->a,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\","
		"\"params\":[{\"from\":\"%s\"%s,\"data\":\"%s\",\"value\":"
		"\"%s\"},\"0x%x\"]}",
		pl_hex(f->a, pl_addr_span(&c->from)), to, pl_hex(f->a, c->data),
		pl_rpc_quantity(f->a, &c->value),
		(unsigned)f->at.header.number);
	struct world_reply r =
		world_rpc(f->a, f->w, f->c, WORLD_HONEST, pl_span_str(text));
	const struct pl_json *v, *error;
	struct pl_span out = { NULL, 0 };

	assert_ok(pl_json_parse(f->a, &v, r.body, &f->e), &f->e);
	error = pl_json_get(v, "error");
	*ok = pl_json_is_null(error);
	v = *ok ? pl_json_get(v, "result") : pl_json_get(error, "data");
	if (!pl_json_is_null(v))
		assert_ok(pl_json_data(f->a, &out, v, &f->e), &f->e);
	return out;
}

static bool as_the_node(struct fixture *f, const struct pl_exec_call *c,
			const struct pl_exec_result *r)
{
	bool ok;
	struct pl_span want = nodes_own(f, c, &ok);

	return (r->status == PL_EVM_SUCCESS) == ok && want.n == r->output.n &&
	       (!want.n || !memcmp(want.p, r->output.p, want.n));
}

static void every_call(struct fixture *f)
{
	struct pl_exec_call c[CALLS];
	const size_t n = all_calls(f, c);

	for (size_t i = 0; i < n; i++) {
		struct pl_exec_result r = run(f, &c[i]);

		if (!as_the_node(f, &c[i], &r))
			fail_msg("call %zu of chain %d: status %d", i,
				 (int)f->c->id, (int)r.status);
	}
}

static void answers_are_the_nodes_own(void **state)
{
	struct fixture *f = *state;

	every_call(f);
	look_ok(f, f->w->l1, 20);
	every_call(f);
	look_ok(f, f->w->l2, 59);
	every_call(f);
	look_ok(f, f->w->l2, 47);
	every_call(f);
}

static void no_lie_comes_through(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c[CALLS];
	const size_t n = all_calls(f, c);
	size_t refused = 0, same = 0;

	for (int lie = WORLD_STALE_STATE; lie < WORLD_HUGE; lie++)
		for (size_t i = 0; i < n; i++) {
			struct pl_exec_result r;
			enum pl_rc rc;

			assert_ok(look(f, f->w->l1, 59, (enum world_lie)lie),
				  &f->e);
			rc = pl_exec_run(f->x, f->a, &r, &c[i], &f->e);
			if (rc) {
				if (rc != PL_EPROOF && rc != PL_ENET &&
				    rc != PL_EFORMAT)
					fail_msg("%s: %d %s",
						 world_lie_words[lie], (int)rc,
						 f->e.msg);
				refused++;
				continue;
			}
			if (!as_the_node(f, &c[i], &r))
				fail_msg("%s: call %zu", world_lie_words[lie],
					 i);
			same++;
		}
	assert_true(refused > 50);
	assert_true(same > 50);
}

static void lies_are_told_from_no_answer(void **state)
{
	static const struct {
		enum world_lie lie;
		enum pl_rc rc;
	} cases[] = {
		{ WORLD_HONEST, PL_OK },
		{ WORLD_STALE_STATE, PL_EPROOF },
		{ WORLD_OTHER_ACCOUNT, PL_EPROOF },
		{ WORLD_SHORT_PROOF, PL_EPROOF },
		{ WORLD_WRONG_CODE, PL_EPROOF },
		{ WORLD_WRONG_LIST, PL_OK },
		{ WORLD_FLIPPED, PL_EPROOF },
		{ WORLD_ERROR, PL_ENET },
		{ WORLD_HTML, PL_ENET },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_exec_call c =
			holds(f, &f->w->on_l1.estate, WORLD_ISSUER);
		struct pl_exec_result r;
		enum pl_rc rc;

		assert_ok(look(f, f->w->l1, 59, cases[i].lie), &f->e);
		rc = pl_exec_run(f->x, f->a, &r, &c, &f->e);
		if (rc != cases[i].rc)
			fail_msg("%s: %d %s", world_lie_words[cases[i].lie],
				 (int)rc, f->e.msg);
	}
}

static void the_nodes_list_saves_exchanges(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c = moves(f, &f->on->estate, 3, 10);
	struct pl_remote_stats s;
	size_t asked;

	(void)run(f, &c);
	s = pl_remote_stats(pl_exec_remote(f->x));
	assert_int_equal(s.trips, 1);
	assert_int_equal(s.missed, 0);
	assert_true(s.slots >= 3);
	/* what is here is not asked for again, not even for the list */
	asked = world_asked(f->t);
	(void)run(f, &c);
	assert_int_equal(world_asked(f->t), asked);
	/* a list that is wrong costs exchanges, and nothing else */
	assert_ok(look(f, f->w->l1, 59, WORLD_WRONG_LIST), &f->e);
	(void)run(f, &c);
	s = pl_remote_stats(pl_exec_remote(f->x));
	assert_true(s.trips > 2);
	assert_true(s.missed > 2);
}

static void one_after_another(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c[3] = { holds(f, &f->on->estate, 3),
				     moves(f, &f->on->estate, 3, 77),
				     holds(f, &f->on->estate, 3) };
	struct pl_exec_result r[3];

	assert_ok(pl_exec_run_all(f->x, f->a, r, c, 3, &f->e), &f->e);
	assert_int_equal(word(r[0].output), 0);
	assert_int_equal(word(r[1].output), 1);
	assert_int_equal(word(r[2].output), 77);
	/* and nothing of it stays */
	r[0] = run(f, &c[2]);
	assert_int_equal(word(r[0].output), 0);
}

/* ------------------------------------------------------------ environment */

static void block_hashes(void **state)
{
	struct fixture *f = *state;

	/* PUSH2 n BLOCKHASH, returned */
	for (unsigned back = 1; back < 58; back += 8) {
		struct pl_exec_call c =
			code(f, pl_printf(f->a, "0x61%04x405f5260205ff3",
					  59 - back));
		struct pl_exec_result r = run(f, &c);

		assert_int_equal(r.output.n, 32);
		assert_memory_equal(r.output.p,
				    f->c->block[59 - back].header.hash.b, 32);
	}
}

static void what_only_arbos_can_do_is_refused(void **state)
{
	static const struct pl_addr arbsys = { { [19] = 0x64 } };
	struct fixture *f = *state;
	struct pl_exec_call c = call(f, &arbsys, "arbBlockNumber()", NULL, 0);
	struct pl_exec_result r;

	r = run(f, &c); /* on Ethereum it is an address as any other */
	assert_int_equal(r.output.n, 0);
	look_ok(f, f->w->l2, 59);
	assert_int_equal(pl_exec_run(f->x, f->a, &r, &c, &f->e), PL_EREFUSED);
	assert_true(pl_remote_beyond(pl_exec_remote(f->x)));
	c = code(f, "0x60014303405f5260205ff3"); /* BLOCKHASH(NUMBER - 1) */
	assert_int_equal(pl_exec_run(f->x, f->a, &r, &c, &f->e), PL_EREFUSED);
	assert_int_equal(pl_exec_block(f->x)->number, 59);
	assert_int_equal(pl_exec_block(f->x)->prev_randao.b[31], 1);
	assert_int_equal(pl_exec_block(f->x)->fork, PL_FORK_OSAKA);
	look_ok(f, f->w->l2, 5);
	assert_int_equal(pl_exec_block(f->x)->fork, PL_FORK_CANCUN);
}

static void forks_follow_the_beacon_chain(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(pl_exec_block(f->x)->fork, PL_FORK_PRAGUE);
	f->w->config.fork[PL_LC_FULU].epoch = 0;
	f->w->config.fork[PL_LC_ELECTRA].epoch = 0;
	look_ok(f, f->w->l1, 59);
	assert_true(pl_exec_block(f->x)->fork >= PL_FORK_OSAKA);
}

/* BALANCE of one address after another, without end. */
static void exchanges_have_a_limit(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c = code(f, "0x6110005b80315060010160035600");
	struct pl_exec_result r;

	assert_int_equal(pl_exec_run(f->x, f->a, &r, &c, &f->e), PL_ELIMIT);
	assert_true(pl_remote_stats(pl_exec_remote(f->x)).trips <=
		    PL_MAX_CALL_TRIPS);
	/* and it can be used on */
	c = holds(f, &f->on->estate, WORLD_ISSUER);
	assert_int_equal(pl_exec_run(f->x, f->a, &r, &c, &f->e), PL_ELIMIT);
}

/* -------------------------------------------------------- gas, access lists */

static void least_gas(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c[3] = { moves(f, &f->on->estate, 3, 10),
				     code(f, "0x5f5ff3"),
				     holds(f, &f->on->estate, 3) };

	for (size_t i = 0; i < COUNT(c); i++) {
		struct pl_exec_result r;
		uint64_t gas;

		assert_ok(pl_exec_estimate(f->x, f->a, &gas, &r, &c[i], &f->e),
			  &f->e);
		assert_int_equal(r.status, PL_EVM_SUCCESS);
		c[i].gas = gas;
		assert_int_equal(run(f, &c[i]).status, PL_EVM_SUCCESS);
		c[i].gas = gas - gas * 2 / 100;
		if (!pl_exec_run(f->x, f->a, &r, &c[i], &f->e))
			assert_int_not_equal(r.status, PL_EVM_SUCCESS);
	}
	c[0] = moves(f, &f->on->strict, 3, 10);
	{
		struct pl_exec_result r;
		uint64_t gas = 1;

		assert_ok(pl_exec_estimate(f->x, f->a, &gas, &r, &c[0], &f->e),
			  &f->e);
		assert_int_equal(r.status, PL_EVM_REVERT);
		assert_int_equal(gas, 0);
		assert_int_equal(r.output.n, 4);
	}
}

static void lists_hold_what_is_touched(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c = moves(f, &f->on->estate, 3, 10);
	const struct pl_exec_access *list;
	struct pl_exec_result r, without = run(f, &c);
	size_t n;

	assert_ok(pl_exec_list(f->x, f->a, &list, &n, &r, &c, &f->e), &f->e);
	assert_int_equal(r.status, PL_EVM_SUCCESS);
	assert_int_equal(n, 1);
	assert_memory_equal(list[0].addr.b, f->on->estate.b, 20);
	assert_true(list[0].n_keys >= 3);
	for (size_t i = 1; i < list[0].n_keys; i++)
		assert_true(memcmp(list[0].keys[i - 1].b, list[0].keys[i].b,
				   32) < 0);
	/* 2400 + 1900 n paid ahead, 2000 saved on each */
	assert_int_equal(r.gas_used + 100 * list[0].n_keys,
			 without.gas_used + 2400);
}

/* ---------------------------------------------------------------- effects */

static struct pl_effects effects(struct fixture *f,
				 const struct pl_exec_call *c)
{
	struct pl_token_artifact t;
	struct pl_effects out;

	assert_ok(pl_token_artifact(f->a, &t, &f->e), &f->e);
	assert_ok(pl_effects_run(f->x, f->a, &out, c, &t.abi, &f->e), &f->e);
	return out;
}

static void effects_of_a_transfer(void **state)
{
	struct fixture *f = *state;
	struct pl_exec_call c = moves(f, &f->on->estate, 3, 2500000);
	struct pl_effects x = effects(f, &c);
	struct pl_span json;

	assert_int_equal(x.n_events, 1);
	assert_string_equal(x.events[0].item->name, "Transfer");
	assert_int_equal(x.n_changes, 2);
	assert_string_equal(x.changes[0].symbol, "WEST");
	json = pl_effects_changes_json(f->a, &x);
	assert_non_null(strstr(pl_strndup(f->a, (const char *)json.p, json.n),
			       "\"before\":\"1000\",\"after\":\"997.5\""));
	/* coins, to an account without code */
	c = (struct pl_exec_call){ .has_to = true };
	c.from = world_user(1);
	c.to = world_user(24);
	c.value = pl_u256_of(5);
	x = effects(f, &c);
	assert_int_equal(x.n_events, 0);
	assert_int_equal(x.n_changes, 2);
	assert_null(x.changes[0].token);
}

static void why_a_token_refuses(void **state)
{
	static const struct pl_addr nobody;
	struct fixture *f = *state;
	const struct pl_addr from = world_user(21), to = world_user(3);
	const struct pl_u256 amount = pl_u256_of(50);
	const char *why;

	assert_ok(pl_effects_refusal(f->x, f->a, &why, &f->on->strict, &from,
				     &to, &amount, &f->e),
		  &f->e);
	assert_non_null(why);
	assert_non_null(strstr(why, "ERC-1404: lock-up until 2027"));
	assert_non_null(strstr(why, "is not verified"));
	assert_non_null(strstr(why, "compliance contract"));
	assert_non_null(strstr(why, "is frozen"));
	/* a token without such rules has nothing to say */
	assert_ok(pl_effects_refusal(f->x, f->a, &why, &f->on->estate, &nobody,
				     &to, &amount, &f->e),
		  &f->e);
	assert_null(why);
}

/* ------------------------------------------------------------ call objects */

static void objects_follow_the_table(void **state)
{
	static const struct {
		const char *text;
		enum pl_rc rc;
	} table[] = {
#define TO "\"to\":\"0x1111111111111111111111111111111111111111\""
		{ "{}", PL_OK },
		{ "{" TO "}", PL_OK },
		{ "{" TO ",\"data\":\"0x01\",\"input\":\"0x01\"}", PL_OK },
		{ "{" TO ",\"data\":\"0x01\",\"input\":\"0x02\"}", PL_EUSAGE },
		{ "{" TO ",\"gas\":\"0xffffffffff\"}", PL_OK },
		{ "{" TO ",\"gas\":\"gas\"}", PL_EUSAGE },
		{ "{" TO ",\"gasPrice\":\"0x1\"}", PL_OK },
		{ "{" TO ",\"gasPrice\":\"0x1\",\"maxFeePerGas\":\"0x1\"}",
		  PL_EUSAGE },
		{ "{" TO
		  ",\"maxFeePerGas\":\"0x1\",\"maxPriorityFeePerGas\":\"0x2\"}",
		  PL_EUSAGE },
		{ "{" TO ",\"chainId\":\"0x7\"}", PL_OK },
		{ "{" TO ",\"chainId\":\"0x8\"}", PL_EUSAGE },
		{ "{" TO ",\"accessList\":[]}", PL_OK },
		{ "{" TO ",\"accessList\":[{}]}", PL_EUSAGE },
		{ "{" TO ",\"accessList\":7}", PL_EUSAGE },
		{ "{" TO ",\"authorizationList\":[{}]}", PL_EUSAGE },
		{ "{" TO ",\"blobVersionedHashes\":[\"0x01\"]}", PL_EUSAGE },
		{ "{" TO ",\"nobody knows\":1}", PL_OK },
		{ "{\"to\":\"0x1\"}", PL_EUSAGE },
		{ "[]", PL_EUSAGE },
		{ "null", PL_EUSAGE },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++) {
		const struct pl_json *o;
		struct pl_exec_call c;
		enum pl_rc rc;

		assert_ok(pl_json_parse(f->a, &o, pl_span_str(table[i].text),
					&f->e),
			  &f->e);
		rc = pl_exec_call_read(f->a, &c, o, 7, &f->e);
		if (rc != table[i].rc)
			fail_msg("%s: %d", table[i].text, (int)rc);
		if (!rc)
			assert_true(c.gas <= PL_EXEC_GAS);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(answers_are_the_nodes_own),
		TEST(no_lie_comes_through),
		TEST(lies_are_told_from_no_answer),
		TEST(the_nodes_list_saves_exchanges),
		TEST(one_after_another),
		TEST(block_hashes),
		TEST(what_only_arbos_can_do_is_refused),
		TEST(forks_follow_the_beacon_chain),
		TEST(exchanges_have_a_limit),
		TEST(least_gas),
		TEST(lists_hold_what_is_touched),
		TEST(effects_of_a_transfer),
		TEST(why_a_token_refuses),
		TEST(objects_follow_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
