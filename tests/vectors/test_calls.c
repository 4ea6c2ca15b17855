/* Recorded calls of Ethereum's main network, run here on what real nodes gave
 * proofs of: the recorded answers come out, and no changed proof or code gets
 * through.
 *
 * The proofs do not hold the block's coinbase nor the account of nobody, which
 * a call looks at too: the header is the block's own but for the coinbase,
 * which is an account that was proven, as is who calls. */
#include "check.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "codec/jcs.h"
#include "codec/json_out.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "eth/node_json.h"
#include "sync/effects.h"

#define MOST 8 /* files of a call */

struct fixture {
	struct pl_transport base;
	struct pl_arena *a;
	const struct pl_json *proof[MOST];
	size_t n_proofs;
	struct pl_span code[MOST];
	size_t n_codes;
	struct pl_hash32 root; /* of the block's state */
	struct pl_viewed at;
	const char *flip; /* in the answers to this method */
	size_t flip_at;
	struct pl_view *v;
	struct pl_err e;
};

/* ------------------------------------------------------------ what is there */

static const struct pl_json *doc(struct fixture *f, const char *path)
{
	const struct pl_json *v;
	struct pl_span text;

	assert_ok(pl_file_read(f->a, &text, path, PL_MAX_FILE, &f->e), &f->e);
	assert_ok(pl_json_parse(f->a, &v, text, &f->e), &f->e);
	return v;
}

static struct pl_hash32 root_of(struct fixture *f, const struct pl_json *proof)
{
	struct pl_span node;

	assert_ok(
		pl_json_data(f->a, &node,
			     pl_json_at(pl_json_get(proof, "accountProof"), 0),
			     &f->e),
		&f->e);
	return pl_keccak256(node);
}

/* Proofs of that root, and all code. */
static void gather(struct fixture *f, const char *dir)
{
	char **names;
	size_t n;

	assert_ok(pl_dir_list(f->a, &names, &n, dir, &f->e), &f->e);
	for (size_t i = 0; i < n; i++) {
		const char *path = pl_printf(f->a, "%s/%s", dir, names[i]);
		const struct pl_json *v;
		struct pl_hash32 root;

		if (!strncmp(names[i], "code_", 5)) {
			assert_ok(pl_file_read(f->a, &f->code[f->n_codes++],
					       path, PL_MAX_FILE, &f->e),
				  &f->e);
			continue;
		}
		if (strncmp(names[i], "eth_getProof", 12) != 0)
			continue;
		v = pl_json_get(doc(f, path), "result");
		root = root_of(f, v);
		if (pl_hash32_equal(&root, &f->root))
			f->proof[f->n_proofs++] = v;
	}
}

/* The real header with that state. */
static void find_header(struct fixture *f)
{
	const struct pl_json *all =
		doc(f, testdata(f->a, "chain/headers/mainnet_headers.json"));

	for (size_t i = 0; i < pl_json_len(all); i++) {
		const struct pl_json *o = pl_json_at(all, i);
		struct pl_header h;
		struct pl_span rlp;

		assert_ok(
			pl_json_data(f->a, &rlp, pl_json_get(o, "rlp"), &f->e),
			&f->e);
		assert_ok(pl_header_decode(&h, rlp, &f->e), &f->e);
		if (!pl_hash32_equal(&h.state_root, &f->root))
			continue;
		f->at = (struct pl_viewed){ h, PL_LEVEL_FINALIZED, PL_PROVEN,
					    "head" };
		return;
	}
	fail_msg("no header has that state");
}

/* ------------------------------------------------------------------- a node */

static struct pl_span text_of(struct fixture *f, struct pl_arena *a,
			      const struct pl_json *v)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	assert_ok(pl_jcs(&b, v, &f->e), &f->e);
	return pl_buf_span(&b);
}

static const struct pl_json *proof_with(struct fixture *f,
					const struct pl_json *params)
{
	struct pl_addr who, is;

	assert_ok(pl_json_addr(&who, pl_json_at(params, 0), &f->e), &f->e);
	for (size_t i = 0; i < f->n_proofs; i++) {
		assert_ok(pl_get_addr(&is, f->proof[i], "address", &f->e),
			  &f->e);
		if (pl_addr_equal(&is, &who))
			return f->proof[i];
	}
	return NULL;
}

static const struct pl_json *slot_with(struct fixture *f,
				       const struct pl_json *proof,
				       const struct pl_json *want)
{
	const struct pl_json *list = pl_json_get(proof, "storageProof");
	struct pl_hash32 key, is;

	assert_ok(pl_json_hash32(&key, want, &f->e), &f->e);
	for (size_t i = 0; i < pl_json_len(list); i++) {
		assert_ok(pl_get_hash32(&is, pl_json_at(list, i), "key", &f->e),
			  &f->e);
		if (pl_hash32_equal(&is, &key))
			return pl_json_at(list, i);
	}
	return NULL;
}

/* The recorded proof with those slots that are asked for. */
static const char *proof_of(struct fixture *f, struct pl_arena *a,
			    const struct pl_json *params)
{
	static const char *const members[] = { "address", "accountProof",
					       "balance", "codeHash",
					       "nonce",   "storageHash" };
	const struct pl_json *p = proof_with(f, params), *slot;
	const struct pl_json *want = pl_json_at(params, 1);
	struct pl_jout w;
	struct pl_buf b;

	if (!p)
		return NULL;
	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	for (size_t i = 0; i < COUNT(members); i++)
		pl_jout_raw(&w, members[i],
			    text_of(f, a, pl_json_get(p, members[i])));
	pl_jout_open(&w, "storageProof", '[');
	for (size_t i = 0; i < pl_json_len(want); i++) {
		slot = slot_with(f, p, pl_json_at(want, i));
		if (!slot)
			return NULL;
		pl_jout_raw(&w, NULL, text_of(f, a, slot));
	}
	pl_jout_close(&w, ']');
	pl_jout_close(&w, '}');
	return pl_strdup(a, pl_buf_cstr(&b));
}

static const char *code_of(struct fixture *f, struct pl_arena *a,
			   const struct pl_json *params)
{
	const struct pl_json *p = proof_with(f, params);
	struct pl_hash32 want, is;

	if (!p)
		return NULL;
	assert_ok(pl_get_hash32(&want, p, "codeHash", &f->e), &f->e);
	for (size_t i = 0; i < f->n_codes; i++) {
		is = pl_keccak256(f->code[i]);
		if (pl_hash32_equal(&is, &want))
			return pl_printf(a, "\"%s\"", pl_hex(a, f->code[i]));
	}
	return NULL;
}

/* One hexadecimal digit from that place on is another. */
static void flip(char *text, size_t at)
{
	char *x = strstr(text, "0x");

	for (x += 2 + at % strlen(text); x < text + strlen(text); x++)
		if (x[-1] != '"' && (*x == '7' || *x == '8') &&
		    strncmp(x, "8\"", 2) != 0) {
			*x = *x == '7' ? '8' : '7';
			return;
		}
}

static void put_answer(struct fixture *f, struct pl_arena *a, struct pl_buf *b,
		       const struct pl_json *q)
{
	const char *method = pl_json_str(pl_json_get(q, "method"));
	const struct pl_json *params = pl_json_get(q, "params");
	const char *text = NULL;
	int64_t id = 0;

	if (!strcmp(method, "eth_getProof"))
		text = proof_of(f, a, params);
	else if (!strcmp(method, "eth_getCode"))
		text = code_of(f, a, params);
	if (text && f->flip && !strcmp(f->flip, method)) {
		char *changed = pl_strdup(a, text);

		flip(changed, f->flip_at);
		text = changed;
	}
	assert_ok(pl_json_int(&id, pl_json_get(q, "id"), &f->e), &f->e);
	pl_buf_fmt(b,
		   "{\"jsonrpc\":\"2.0\",\"id\":%" PRId64 ",\"result\":", id);
	pl_buf_str(b, text ? text : "null");
	pl_buf_byte(b, '}');
}

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	struct fixture *f = (struct fixture *)t;
	const struct pl_json *v;
	struct pl_buf b;

	PL_TRY(pl_json_parse(a, &v, ask->body, e));
	pl_buf_init(&b, a);
	if (pl_json_type(v) == PL_J_ARRAY) {
		for (size_t i = 0; i < pl_json_len(v); i++) {
			pl_buf_byte(&b, i ? ',' : '[');
			put_answer(f, a, &b, pl_json_at(v, i));
		}
		pl_buf_byte(&b, ']');
	} else {
		put_answer(f, a, &b, v);
	}
	*out = (struct pl_answer){ .status = 200,
				   .body = pl_buf_span(&b),
				   .type = "application/json",
				   .fork = "" };
	return PL_OK;
}

static const struct pl_transport_ops ops = { exchange, NULL };

/* -------------------------------------------------------------------- a call
 */

struct recorded {
	struct pl_exec_call call;
	const struct pl_json *test;
};

static struct recorded open_call(struct fixture *f, const char *name,
				 const char *proof, const char *from)
{
	const char *dir = testdata(f->a, "chain/calls");
	struct pl_rpc_conf rpc = { .url = "http://recorded/" };
	struct pl_view_conf conf = { .chain_id = 1 };
	struct recorded r = { .test = NULL };
	const struct pl_json *o;

	if (!dir)
		skip();
	dir = pl_printf(f->a, "%s/%s", dir, name);
	r.test = doc(f, pl_printf(f->a, "%s/test.json", dir));
	f->root = root_of(
		f, pl_json_get(doc(f, pl_printf(f->a, "%s/%s", dir, proof)),
			       "result"));
	gather(f, dir);
	find_header(f);
	o = pl_json_at(pl_json_get(r.test, "params"), 0);
	r.call.has_to = true;
	assert_ok(pl_get_addr(&r.call.to, o, "to", &f->e), &f->e);
	assert_ok(pl_get_data(f->a, &r.call.data, o, "data", &f->e), &f->e);
	if (pl_has(o, "value"))
		assert_ok(pl_get_u256(&r.call.value, o, "value", &f->e), &f->e);
	assert_ok(pl_addr_parse(&r.call.from, from, &f->e), &f->e);
	f->at.header.miner = r.call.from;
	f->base.ops = &ops;
	conf.rpc = pl_rpc_new(f->a, &f->base, &rpc);
	f->v = pl_view_new(f->a, &conf);
	return r;
}

static enum pl_rc run(struct fixture *f, struct pl_exec_result *out,
		      const struct pl_exec_call *c)
{
	struct pl_exec *x = pl_exec_open(f->v, &f->at);
	enum pl_rc rc = pl_exec_run(x, f->a, out, c, &f->e);

	pl_exec_close(x);
	return rc;
}

/* The recorded answer; and with any digit of the answers to a method changed
 * a refusal or that same answer. */
static void gives(struct fixture *f, const struct recorded *r,
		  struct pl_span want, const char *const *methods)
{
	struct pl_exec_result out;
	size_t refused = 0;

	assert_ok(run(f, &out, &r->call), &f->e);
	assert_int_equal(out.status, PL_EVM_SUCCESS);
	assert_int_equal(out.output.n, want.n);
	assert_memory_equal(out.output.p, want.p, want.n);
	for (; *methods; methods++)
		for (f->flip_at = 0; f->flip_at < 4000; f->flip_at += 61) {
			enum pl_rc rc;

			f->flip = *methods;
			rc = run(f, &out, &r->call);
			refused += rc != PL_OK;
			if (rc)
				continue;
			assert_int_equal(out.output.n, want.n);
			assert_memory_equal(out.output.p, want.p, want.n);
		}
	f->flip = NULL;
	assert_true(refused > 30);
}

static struct pl_span expected(struct fixture *f, const struct recorded *r)
{
	struct pl_span want;

	assert_ok(pl_get_data(f->a, &want, r->test, "expected_result", &f->e),
		  &f->e);
	return want;
}

static const char *const both[] = { "eth_getProof", "eth_getCode", NULL };

/* balanceOf of USDC, whose code stands behind a proxy */
static void a_balance_behind_a_proxy(void **state)
{
	struct fixture *f = *state;
	struct recorded r = open_call(
		f, "eth_call1",
		"eth_getProof_0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48___"
		"0x10d6a54a4754c8869d6886b5f5d7fbfa5b452223.json",
		"0x43506849d7c04f9138d1a2050bbf3a0c054402dd");

	gives(f, &r, expected(f, &r), both);
}

static void a_precompile(void **state)
{
	struct fixture *f = *state;
	struct recorded r = open_call(
		f, "precompile_sha256",
		"eth_getProof_0x0000000000000000000000000000000000000002____"
		"0x169155c.json",
		"0x0000000000000000000000000000000000000002");

	gives(f, &r, expected(f, &r),
	      (const char *const[]){ "eth_getProof", NULL });
}

/* WETH's deposit: its log, and whose coins become fewer */
static void a_transaction_that_is_not_sent(void **state)
{
	struct fixture *f = *state;
	struct recorded r = open_call(
		f, "simulate_weth",
		"eth_getProof_0x3610bad33aac567d2c5fb03e47eec5c2172fd42a____"
		"0x1691380.json",
		"0x3610bad33aac567d2c5fb03e47eec5c2172fd42a");
	const struct pl_json *want = pl_json_get(r.test, "expected_result");
	const struct pl_json *log =
		pl_json_get(pl_json_at(pl_json_get(want, "logs"), 0), "raw");
	const struct pl_json *topics = pl_json_get(log, "topics");
	struct pl_exec_result out;
	struct pl_u256 less;
	struct pl_addr at;
	struct pl_span data;

	gives(f, &r, (struct pl_span){ (const uint8_t *)"", 0 }, both);
	assert_ok(run(f, &out, &r.call), &f->e);
	assert_int_equal(out.n_logs, 1);
	assert_ok(pl_get_addr(&at, log, "address", &f->e), &f->e);
	assert_memory_equal(out.logs[0].address.b, at.b, 20);
	assert_ok(pl_get_data(f->a, &data, log, "data", &f->e), &f->e);
	assert_int_equal(out.logs[0].data.n, data.n);
	assert_memory_equal(out.logs[0].data.p, data.p, data.n);
	assert_int_equal(out.logs[0].n_topics, pl_json_len(topics));
	for (size_t i = 0; i < pl_json_len(topics); i++) {
		struct pl_hash32 t;

		assert_ok(pl_json_hash32(&t, pl_json_at(topics, i), &f->e),
			  &f->e);
		assert_memory_equal(out.logs[0].topics[i].b, t.b, 32);
	}
	assert_int_equal(out.n_balances, 2);
	assert_true(pl_u256_sub(&less, &out.balances[0].before,
				&out.balances[0].after));
	assert_int_equal(pl_u256_cmp(&less, &r.call.value), 0);
}

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_arena_close(f->a);
	free(f);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_balance_behind_a_proxy),
		TEST(a_precompile),
		TEST(a_transaction_that_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
