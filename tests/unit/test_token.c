/* Token operations: calldata that everybody agrees on, logs in and out of
 * form, and reverts in words. */
#include "check.h"

#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "token/token.h"

#define W0 "00000000000000000000000000000000000000000000000000000000000000"
#define PAD "000000000000000000000000"
#define ALICE "1111111111111111111111111111111111111111"
#define BOB "2222222222222222222222222222222222222222"

struct room {
	struct pl_arena *a;
	struct pl_token_artifact t;
};

static int open_room(void **state)
{
	static struct room room;
	struct pl_err e;

	room.a = pl_arena_open(0);
	assert_ok(pl_token_artifact(room.a, &room.t, &e), &e);
	*state = &room;
	return 0;
}

static int close_room(void **state)
{
	struct room *r = *state;

	pl_arena_close(r->a);
	return 0;
}

static struct pl_addr addr(const char *hex)
{
	struct pl_addr a;
	struct pl_err e;

	assert_ok(pl_hex_fixed(a.b, 20, hex, 40, &e), &e);
	return a;
}

static struct pl_hash32 hash(struct pl_arena *a, const char *hex)
{
	struct pl_hash32 h;

	memcpy(h.b, unhex(a, hex).p, 32);
	return h;
}

static void artifact_is_whole(void **state)
{
	struct room *r = *state;
	const struct pl_abi_item *f;
	struct pl_err e;
	static const char *const needed[] = {
		"transfer", "transferFrom", "approve",     "allowance",
		"mint",     "burn",         "burnFrom",    "pause",
		"unpause",  "paused",       "permit",      "nonces",
		"owner",    "cap",          "decimals",    "setPapers",
		"asset",    "assetRoot",    "assetCommit", "DOMAIN_SEPARATOR",
	};

	assert_string_equal(r->t.contract, "PlumeToken");
	assert_true(r->t.code.n > 5000);
	/* EIP-3860 and EIP-170: what is longer cannot be deployed */
	assert_true(r->t.code.n < 24576);
	for (size_t i = 0; i < COUNT(needed); i++)
		assert_ok(pl_abi_find(&f, &r->t.abi, PL_ABI_FUNCTION, needed[i],
				      &e),
			  &e);
}

static void calls_as_everybody_makes_them(void **state)
{
	struct room *r = *state;
	struct pl_addr bob = addr(BOB);
	struct pl_abi_value v[2] = { pl_abi_addr(&bob), pl_abi_u64(255) };
	struct pl_span out = { 0 };
	struct pl_err e;

	assert_ok(pl_token_call(r->a, &out, &r->t, "transfer", v, 2, &e), &e);
	assert_hex_equal(out, "a9059cbb" PAD BOB W0 "ff");
	assert_ok(pl_token_call(r->a, &out, &r->t, "mint", v, 2, &e), &e);
	assert_hex_equal(out, "40c10f19" PAD BOB W0 "ff");
	assert_ok(pl_token_call(r->a, &out, &r->t, "burn", v + 1, 1, &e), &e);
	assert_hex_equal(out, "42966c68" W0 "ff");
	assert_ok(pl_token_call(r->a, &out, &r->t, "pause", NULL, 0, &e), &e);
	assert_hex_equal(out, "8456cb59");
	assert_int_equal(pl_token_call(r->a, &out, &r->t, "mint", v, 1, &e),
			 PL_EFORMAT);
	assert_int_equal(pl_token_call(r->a, &out, &r->t, "melt", v, 1, &e),
			 PL_ENOTFOUND);
	assert_hex_equal(out, "8456cb59");
}

static void deploys_with_its_terms(void **state)
{
	struct room *r = *state;
	struct pl_token_terms terms = {
		.name = "Villa 7",
		.symbol = "VIL7",
		.decimals = 6,
		.supply = pl_u256_of(1000),
		.owner = addr(ALICE),
		.asset = "villa-7",
	};
	struct pl_span out, args;
	struct pl_err e;

	memset(terms.root.b, 0xaa, 32);
	assert_ok(pl_token_deploy_data(r->a, &out, &r->t, &terms, &e), &e);
	args = out;
	assert_true(pl_span_equal(pl_span_take(&args, r->t.code.n), r->t.code));
	/* one dynamic tuple: offset, nine heads, three strings of one word */
	assert_int_equal(args.n, 32 + 9 * 32 + 3 * 64);
	assert_hex_equal((struct pl_span){ args.p, 64 },
			 W0 "20"
			    "0000000000000000000000000000000000000000"
			    "000000000000000000000120");
	assert_hex_equal((struct pl_span){ args.p + 32 + 5 * 32, 32 },
			 PAD ALICE);
}

static const struct {
	const char *label;
	const char *topics[4];
	const char *data;
	enum pl_rc rc;
	enum pl_token_event_kind kind;
	uint64_t value;
} logs[] = {
#define TRANSFER                                                               \
	"ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#define APPROVAL                                                               \
	"8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
#define PAUSED                                                                 \
	"62e78cea01bee320cd4e420270b5ea74000d11b0c9f74754ebdbfc544b05a258"
#define OWNER "8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0"
	{ "transfer",
	  { TRANSFER, PAD ALICE, PAD BOB },
	  W0 "07",
	  PL_OK,
	  PL_TOKEN_TRANSFER,
	  7 },
	{ "mint",
	  { TRANSFER, W0 "00", PAD BOB },
	  W0 "07",
	  PL_OK,
	  PL_TOKEN_MINT,
	  7 },
	{ "burn",
	  { TRANSFER, PAD ALICE, W0 "00" },
	  W0 "07",
	  PL_OK,
	  PL_TOKEN_BURN,
	  7 },
	{ "approval",
	  { APPROVAL, PAD ALICE, PAD BOB },
	  W0 "08",
	  PL_OK,
	  PL_TOKEN_APPROVAL,
	  8 },
	{ "paused", { PAUSED }, PAD ALICE, PL_OK, PL_TOKEN_PAUSED, 0 },
	{ "owner",
	  { OWNER, PAD ALICE, PAD BOB },
	  "",
	  PL_OK,
	  PL_TOKEN_OWNER,
	  0 },
	{ "of an ERC-721",
	  { TRANSFER, PAD ALICE, PAD BOB, W0 "07" },
	  "",
	  PL_OK,
	  PL_TOKEN_OTHER,
	  0 },
	{ "of CryptoKitties, nothing indexed",
	  { TRANSFER },
	  PAD ALICE PAD BOB W0 "07",
	  PL_OK,
	  PL_TOKEN_OTHER,
	  0 },
	{ "no topics", { NULL }, W0 "07", PL_OK, PL_TOKEN_OTHER, 0 },
	{ "another event", { PAD ALICE }, "", PL_OK, PL_TOKEN_OTHER, 0 },
	{ "no value",
	  { TRANSFER, PAD ALICE, PAD BOB },
	  "",
	  PL_EFORMAT,
	  PL_TOKEN_OTHER,
	  0 },
	{ "two values",
	  { TRANSFER, PAD ALICE, PAD BOB },
	  W0 "07" W0 "07",
	  PL_EFORMAT,
	  PL_TOKEN_OTHER,
	  0 },
	{ "a sender of 21 bytes",
	  { TRANSFER, "0000000000000000000000ff" ALICE, PAD BOB },
	  W0 "07",
	  PL_EFORMAT,
	  PL_TOKEN_OTHER,
	  0 },
};

static void logs_follow_the_table(void **state)
{
	struct room *r = *state;
	struct pl_addr token = addr(BOB);

	for (size_t i = 0; i < COUNT(logs); i++) {
		struct pl_hash32 topics[4];
		struct pl_token_event ev = { 0 };
		struct pl_err e;
		enum pl_rc rc;
		size_t n;

		for (n = 0; n < 4 && logs[i].topics[n]; n++)
			topics[n] = hash(r->a, logs[i].topics[n]);
		rc = pl_token_event(r->a, &ev, &r->t, &token, topics, n,
				    unhex(r->a, logs[i].data), &e);
		if (rc != logs[i].rc || ev.kind != logs[i].kind)
			print_error("%s\n", logs[i].label);
		assert_int_equal(rc, logs[i].rc);
		assert_int_equal(ev.kind, logs[i].kind);
		assert_int_equal(ev.value.w[0], logs[i].value);
	}
	assert_hex_equal(pl_hash32_span(&pl_token_topic_transfer), TRANSFER);
}

static const struct {
	const char *hex, *text; /* text NULL: refused */
} names[] = {
	{ W0 "20" W0 "03"
	     "4441490000000000000000000000000000000000000000000000000000000000",
	  "DAI" },
	/* as MKR answers: bytes32 */
	{ "4d4b520000000000000000000000000000000000000000000000000000000000",
	  "MKR" },
	/* padding cut off */
	{ W0 "20" W0 "03"
	     "444149",
	  "DAI" },
	{ W0 "20" W0 "00", "" },
	{ "", NULL },
	{ W0 "20", NULL },
	{ W0 "20" W0 "04"
	     "444149",
	  NULL },
	{ W0 "40" W0 "03"
	     "444149",
	  NULL },
	{ W0 "20" W0 "03"
	     "440049",
	  NULL },
	{ "4d004b0000000000000000000000000000000000000000000000000000000000",
	  NULL },
};

static void names_of_all_ages(void **state)
{
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(names); i++) {
		char *s = NULL;
		struct pl_err e;
		enum pl_rc rc = pl_token_text_answer(
			r->a, &s, unhex(r->a, names[i].hex), &e);

		assert_int_equal(rc, names[i].text ? PL_OK : PL_EFORMAT);
		if (names[i].text)
			assert_string_equal(s, names[i].text);
		else
			assert_null(s);
	}
}

static struct pl_span revert(struct room *r, const char *error,
			     const struct pl_abi_value *v, size_t n)
{
	const struct pl_abi_item *it;
	struct pl_span out = { 0 };
	struct pl_err e;

	assert_ok(pl_abi_find(&it, &r->t.abi, PL_ABI_ERROR, error, &e), &e);
	assert_ok(pl_abi_encode_call(r->a, &out, it, v, n, &e), &e);
	return out;
}

static void reverts_in_the_tokens_units(void **state)
{
	struct room *r = *state;
	struct pl_addr alice = addr(ALICE);
	struct pl_hash32 role = { { 0 } };
	struct pl_abi_value v[3] = { pl_abi_addr(&alice), pl_abi_u64(12500000),
				     pl_abi_u64(20000000) };
	struct pl_abi_value w[2] = { pl_abi_addr(&alice),
				     pl_abi_hash32(&role) };
	struct pl_span low = revert(r, "ERC20InsufficientBalance", v, 3);

	assert_string_equal(
		pl_token_revert_text(r->a, &r->t, low, "VIL7", 6),
		"the sender holds too little: ERC20InsufficientBalance(sender "
		"0x" ALICE ", balance 12.5 VIL7, needed 20 VIL7)");
	assert_string_equal(
		pl_token_revert_text(r->a, &r->t, low, "bad\nsymbol", 6),
		"the sender holds too little: ERC20InsufficientBalance(sender "
		"0x" ALICE ", balance 12500000, needed 20000000)");
	assert_string_equal(
		pl_token_revert_text(r->a, &r->t,
				     revert(r, "EnforcedPause", NULL, 0), NULL,
				     0),
		"the token is paused: EnforcedPause()");
	assert_string_equal(
		pl_token_revert_text(
			r->a, &r->t,
			revert(r, "OwnableUnauthorizedAccount", v, 1), "VIL7",
			6),
		"only the token's owner may do this: "
		"OwnableUnauthorizedAccount(account 0x" ALICE ")");
	/* of somebody else's token */
	assert_string_equal(
		pl_token_revert_text(
			r->a, &r->t,
			revert(r, "AccessControlUnauthorizedAccount", w, 2),
			NULL, 0),
		"the account lacks the role for this: "
		"AccessControlUnauthorizedAccount(account 0x" ALICE
		", role 0x" W0 "00)");
	low.n--;
	assert_memory_equal(pl_token_revert_text(r->a, &r->t, low, "X", 6),
			    "0xe450d38c", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(artifact_is_whole),
		cmocka_unit_test(calls_as_everybody_makes_them),
		cmocka_unit_test(deploys_with_its_terms),
		cmocka_unit_test(logs_follow_the_table),
		cmocka_unit_test(names_of_all_ages),
		cmocka_unit_test(reverts_in_the_tokens_units),
	};

	return cmocka_run_group_tests_name("token", tests, open_room,
					   close_room);
}
