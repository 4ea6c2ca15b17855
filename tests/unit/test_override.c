/* What a request has the state be instead: read, refused, and laid over. */
#include "check.h"

#include "base/limits.h"
#include "codec/json_in.h"
#include "crypto/keccak.h"
#include "evm/override.h"

#define A "0x1111111111111111111111111111111111111111"
#define B "0x2222222222222222222222222222222222222222"

static const struct {
	const char *label, *text;
	enum pl_rc rc;
	size_t n;
} cases[] = {
	{ "none", "null", PL_OK, 0 },
	{ "nobody", "{}", PL_OK, 0 },
	{ "nothing of one", "{\"" A "\":{}}", PL_OK, 1 },
	{ "all of one",
	  "{\"" A "\":{\"balance\":\"0x0005\",\"nonce\":\"0x7\",\"code\":"
	  "\"0x6001\",\"stateDiff\":{\"0x1\":\"0x2\"}}}",
	  PL_OK, 1 },
	{ "two", "{\"" B "\":{\"nonce\":\"0x1\"},\"" A "\":{\"code\":\"0x\"}}",
	  PL_OK, 2 },
	{ "a list", "[]", PL_EUSAGE, 0 },
	{ "a word", "\"0x1\"", PL_EUSAGE, 0 },
	{ "no account", "{\"0x11\":{}}", PL_EUSAGE, 0 },
	{ "an account that is null", "{\"" A "\":null}", PL_EUSAGE, 0 },
	{ "an account twice",
	  "{\"0xabababababababababababababababababababab\":{},"
	  "\"0xABABABABABABABABABABABABABABABABABABABAB\":{}}",
	  PL_EUSAGE, 0 },
	{ "both kinds of storage",
	  "{\"" A "\":{\"state\":{},\"stateDiff\":{}}}", PL_EUSAGE, 0 },
	{ "storage that is a list", "{\"" A "\":{\"state\":[1]}}", PL_EUSAGE,
	  0 },
	{ "a slot twice",
	  "{\"" A "\":{\"state\":{\"0x1\":\"0x1\",\"0x01\":\"0x2\"}}}",
	  PL_EUSAGE, 0 },
	{ "a slot that is none", "{\"" A "\":{\"state\":{\"x\":\"0x1\"}}}",
	  PL_EUSAGE, 0 },
	{ "a value too long",
	  "{\"" A "\":{\"state\":{\"0x1\":\"0x1000000000000000000000000000000"
	  "0000000000000000000000000000000000\"}}}",
	  PL_EUSAGE, 0 },
	{ "half a byte of code", "{\"" A "\":{\"code\":\"0x1\"}}", PL_EUSAGE,
	  0 },
	{ "a nonce too large",
	  "{\"" A "\":{\"nonce\":\"0x10000000000000000\"}}", PL_EUSAGE, 0 },
	{ "what would move a precompile",
	  "{\"" A "\":{\"movePrecompileToAddress\":\"" B "\"}}", PL_EUSAGE, 0 },
};

static void reading_follows_the_table(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_overrides out = { NULL, 99 };
		const struct pl_json *v;
		struct pl_err e;

		assert_ok(pl_json_parse(a, &v, pl_span_str(cases[i].text), &e),
			  &e);
		print_message("%s\n", cases[i].label);
		assert_int_equal(pl_overrides_read(a, &out, v, &e),
				 cases[i].rc);
		assert_int_equal(out.n, cases[i].rc ? 99 : cases[i].n);
	}
	pl_arena_close(a);
}

static void limits_are_of_all_accounts_together(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_overrides out;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	for (unsigned k = 0; k < 2; k++) {
		pl_buf_str(&b, k ? ",\"" B "\":{\"stateDiff\":{"
				 : "{\"" A "\":{\"stateDiff\":{");
		for (unsigned i = 0; i <= PL_MAX_CALL_SLOTS / 2; i++)
			pl_buf_fmt(&b, "%s\"0x%x\":\"0x1\"", i ? "," : "", i);
		pl_buf_str(&b, "}}");
	}
	pl_buf_byte(&b, '}');
	assert_ok(pl_json_parse(a, &v, pl_buf_span(&b), &e), &e);
	assert_int_equal(pl_overrides_read(a, &out, v, &e), PL_ELIMIT);
	pl_arena_close(a);
}

/* Every account has 5 wei, nonce 1, a code, and 9 in every slot; but none at
 * zero. */
static enum pl_rc account(struct pl_state_source *x,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	(void)x;
	(void)e;
	*out = (struct pl_state_account){ .exists = false };
	if (!addr->b[0])
		return PL_OK;
	*out = (struct pl_state_account){
		.exists = true,
		.nonce = 1,
		.balance = pl_u256_of(5),
		.code_hash = pl_keccak256(pl_span_str("code")),
	};
	return PL_OK;
}

static enum pl_rc slot(struct pl_state_source *x, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	(void)x;
	(void)addr;
	(void)key;
	(void)e;
	*out = pl_u256_of(9);
	return PL_OK;
}

static enum pl_rc code(struct pl_state_source *x, struct pl_arena *a,
		       struct pl_span *out, const struct pl_addr *addr,
		       const struct pl_hash32 *hash, struct pl_err *e)
{
	(void)x;
	(void)a;
	(void)addr;
	(void)hash;
	(void)e;
	*out = pl_span_str("code");
	return PL_OK;
}

static enum pl_rc has_storage(struct pl_state_source *x, bool *out,
			      const struct pl_addr *addr, struct pl_err *e)
{
	(void)x;
	(void)addr;
	(void)e;
	*out = true;
	return PL_OK;
}

static uint64_t read_slot(struct pl_override_source *x, uint8_t who,
			  uint64_t key)
{
	const struct pl_u256 k = pl_u256_of(key);
	struct pl_addr addr;
	struct pl_u256 v;
	struct pl_err e;
	uint64_t out;

	memset(addr.b, who, sizeof(addr.b));
	assert_ok(x->base.slot(&x->base, &v, &addr, &k, &e), &e);
	assert_true(pl_u256_to_u64(&out, &v));
	return out;
}

static void it_hides_what_it_names(void **state)
{
	static const char text[] =
		"{\"" A "\":{\"balance\":\"0x8\",\"code\":\"0x6001\","
		"\"stateDiff\":{\"0x3\":\"0x4\",\"0x1\":\"0x2\"}},"
		"\"" B "\":{\"nonce\":\"0x63\",\"state\":{\"0x5\":\"0x0\"}},"
		"\"0x0000000000000000000000000000000000000000\":{}}";
	struct pl_arena *a = pl_arena_open(0);
	struct pl_state_source under = { .account = account,
					 .slot = slot,
					 .code = code,
					 .has_storage = has_storage };
	struct pl_override_source x;
	struct pl_state_account acc;
	const struct pl_json *v;
	struct pl_addr who;
	struct pl_hash32 hash;
	struct pl_span bytes;
	struct pl_err e;
	bool any;

	(void)state;
	assert_ok(pl_json_parse(a, &v, pl_span_str(text), &e), &e);
	pl_override_source(&x, &under);
	assert_int_equal(read_slot(&x, 0x11, 3), 9);
	assert_ok(pl_overrides_read(a, &x.over, v, &e), &e);
	assert_int_equal(read_slot(&x, 0x11, 1), 2);
	assert_int_equal(read_slot(&x, 0x11, 2), 9);
	assert_int_equal(read_slot(&x, 0x11, 3), 4);
	assert_int_equal(read_slot(&x, 0x22, 5), 0);
	assert_int_equal(read_slot(&x, 0x22, 6), 0);
	assert_int_equal(read_slot(&x, 0x33, 5), 9);
	memset(who.b, 0x11, sizeof(who.b));
	assert_ok(x.base.account(&x.base, &acc, &who, &e), &e);
	assert_int_equal(acc.nonce, 1);
	assert_int_equal(acc.balance.w[0], 8);
	hash = pl_keccak256((struct pl_span){ (const uint8_t *)"\x60\x01", 2 });
	assert_memory_equal(acc.code_hash.b, hash.b, 32);
	assert_ok(x.base.code(&x.base, a, &bytes, &who, &hash, &e), &e);
	assert_int_equal(bytes.n, 2);
	assert_ok(x.base.has_storage(&x.base, &any, &who, &e), &e);
	assert_true(any);
	memset(who.b, 0x22, sizeof(who.b));
	assert_ok(x.base.account(&x.base, &acc, &who, &e), &e);
	assert_int_equal(acc.nonce, 0x63);
	assert_int_equal(acc.balance.w[0], 5);
	assert_ok(x.base.code(&x.base, a, &bytes, &who, &acc.code_hash, &e),
		  &e);
	assert_int_equal(bytes.n, 4);
	assert_ok(x.base.has_storage(&x.base, &any, &who, &e), &e);
	assert_false(any);
	/* named, it is there, with nothing */
	memset(who.b, 0, sizeof(who.b));
	assert_ok(x.base.account(&x.base, &acc, &who, &e), &e);
	hash = pl_keccak256((struct pl_span){ NULL, 0 });
	assert_true(acc.exists);
	assert_memory_equal(acc.code_hash.b, hash.b, 32);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_follows_the_table),
		cmocka_unit_test(limits_are_of_all_accounts_together),
		cmocka_unit_test(it_hides_what_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
