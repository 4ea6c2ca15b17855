/* Proven reads of Ethereum's main network out of recorded data: a node that
 * answers from it is believed exactly as far as its proofs go. */
#include "check.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/keccak.h"
#include "eth/node_json.h"
#include "sync/view.h"

#define FIRST 22431080 /* six blocks in a row, over the Prague fork */
#define LAST 22431085

struct fixture;

/* A node: the result of one call as JSON text, or NULL for null. */
typedef const char *(*answer_fn)(struct fixture *f, struct pl_arena *a,
				 const char *method,
				 const struct pl_json *params);

struct fixture {
	struct pl_transport base;
	struct pl_anchors anchors;
	struct pl_arena *a;
	answer_fn answer;
	struct pl_hash32 head;
	const char *text; /* of a proof, and more */
	bool alone;       /* batches are refused */
	bool flip;        /* a digit of every answer is another */
	size_t asked;
	struct pl_view *v;
	struct pl_err e;
};

static struct fixture *of(struct pl_anchors *x)
{
	return (struct fixture *)((char *)x -
				  offsetof(struct fixture, anchors));
}

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	(void)a;
	(void)tag;
	(void)e;
	*out = (struct pl_anchored){ of(x)->head, PL_LEVEL_FINALIZED,
				     PL_PROVEN };
	return PL_OK;
}

static void put_answer(struct fixture *f, struct pl_arena *a, struct pl_buf *b,
		       const struct pl_json *call)
{
	const char *text =
		f->answer(f, a, pl_json_str(pl_json_get(call, "method")),
			  pl_json_get(call, "params"));
	int64_t id = 0;
	struct pl_err e;

	assert_ok(pl_json_int(&id, pl_json_get(call, "id"), &e), &e);
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

	f->asked++;
	PL_TRY(pl_json_parse(a, &v, ask->body, e));
	pl_buf_init(&b, a);
	if (pl_json_type(v) == PL_J_ARRAY && f->alone) {
		pl_buf_str(&b, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":"
			       "{\"code\":-32600,\"message\":\"no "
			       "batches\"}}");
	} else if (pl_json_type(v) == PL_J_ARRAY) {
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

static void look(struct fixture *f, answer_fn answer)
{
	struct pl_rpc_conf rpc = { .url = "http://recorded/" };
	struct pl_view_conf conf = { .chain_id = 1 };

	f->base.ops = &ops;
	f->anchors.find = find;
	f->answer = answer;
	conf.rpc = pl_rpc_new(f->a, &f->base, &rpc);
	conf.anchors = &f->anchors;
	f->v = pl_view_new(f->a, &conf);
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

static char *need(struct fixture *f, const char *name)
{
	char *path = testdata(f->a, name);

	if (!path)
		skip();
	return path;
}

/* ----------------------------------------------------------------- blocks */

static char *block_file(struct pl_arena *a, uint64_t number)
{
	char *path = testdata(
		a, pl_printf(a, "chain/blocks/%" PRIu64 ".json", number));
	struct pl_span text;
	struct pl_err e;

	if (!path)
		return NULL;
	assert_ok(pl_file_read(a, &text, path, PL_MAX_JSON_FILE, &e), &e);
	return pl_strndup(a, (const char *)text.p, text.n);
}

static const struct pl_json *block_json(struct pl_arena *a, uint64_t number)
{
	const struct pl_json *v;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &v, pl_span_str(block_file(a, number)), &e),
		  &e);
	return v;
}

static char *by_hash(struct pl_arena *a, const char *hash)
{
	for (uint64_t n = FIRST; n <= LAST; n++) {
		const struct pl_json *v = block_json(a, n);

		if (!strcmp(pl_json_str(pl_json_get(v, "hash")), hash))
			return block_file(a, n);
	}
	return NULL;
}

/* Any transaction is said to be in the block FIRST + 2. */
static const char *blocks(struct fixture *f, struct pl_arena *a,
			  const char *method, const struct pl_json *params)
{
	const char *what = pl_json_str(pl_json_at(params, 0));
	char *text = NULL, *digit;

	if (!strcmp(method, "eth_getBlockByHash"))
		text = by_hash(a, what);
	else if (!strcmp(method, "eth_getBlockByNumber"))
		text = block_file(a, strtoull(what, NULL, 16));
	else if (!strcmp(method, "eth_getTransactionByHash"))
		return pl_printf(a, "{\"blockNumber\":\"0x%x\"}", FIRST + 2);
	if (text && f->flip) {
		digit = strstr(text, "\"stateRoot\":\"0x");
		digit = digit ? digit + 15 : strstr(text, "\"stateRoot\"") + 16;
		*digit = *digit == '7' ? '8' : '7';
	}
	return text;
}

static struct pl_block_ref numbered(uint64_t n)
{
	return (struct pl_block_ref){ .tag = PL_TAG_NUMBER, .number = n };
}

static void look_at_blocks(struct fixture *f)
{
	(void)need(f, "chain/blocks/22431085.json");
	look(f, blocks);
	assert_ok(
		pl_get_hash32(&f->head, block_json(f->a, LAST), "hash", &f->e),
		&f->e);
}

static void parents_over_a_fork(void **state)
{
	struct fixture *f = *state;
	struct pl_viewed at;

	look_at_blocks(f);
	for (uint64_t n = LAST; n >= FIRST; n--) {
		struct pl_block_ref ref = numbered(n);
		struct pl_hash32 want;

		assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
		assert_ok(pl_get_hash32(&want, block_json(f->a, n), "hash",
					&f->e),
			  &f->e);
		assert_memory_equal(at.header.hash.b, want.b, 32);
		assert_string_equal(at.by,
				    n == LAST ? "head" : "parent hashes");
		assert_int_equal(at.header.n_fields, n < 22431084 ? 20 : 21);
	}
}

static void parents_without_batches(void **state)
{
	struct fixture *f = *state;
	struct pl_block_ref ref = numbered(FIRST);
	struct pl_viewed at;

	look_at_blocks(f);
	f->alone = true;
	assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
	assert_int_equal(at.header.number, FIRST);
	assert_string_equal(at.by, "parent hashes");
	/* the head; batches of all and of half, which were refused; each */
	assert_int_equal(f->asked, 1 + 2 + LAST - FIRST);
}

static void a_changed_header_is_another(void **state)
{
	struct fixture *f = *state;
	struct pl_block_ref ref = numbered(FIRST);
	struct pl_viewed at;

	look_at_blocks(f);
	f->flip = true;
	assert_int_equal(pl_view_header(f->v, f->a, &at, &ref, &f->e),
			 PL_EPROOF);
	ref = numbered(LAST + 1);
	f->flip = false;
	assert_int_equal(pl_view_header(f->v, f->a, &at, &ref, &f->e),
			 PL_ENOTFOUND);
}

/* Every transaction and withdrawal of six blocks stands below its root. */
static void bodies_of_six_blocks(void **state)
{
	struct fixture *f = *state;
	size_t txs = 0, withdrawals = 0;

	look_at_blocks(f);
	for (uint64_t n = FIRST; n <= LAST; n++) {
		struct pl_block_ref ref = numbered(n);
		const struct pl_json *list =
			pl_json_get(block_json(f->a, n), "transactions");
		struct pl_node_block b;
		struct pl_viewed at;

		assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
		assert_ok(pl_view_block(f->v, f->a, &b, &at, false, &f->e),
			  &f->e);
		assert_int_equal(b.n_txs, pl_json_len(list));
		for (size_t i = 0; i < b.n_txs; i++) {
			struct pl_hash32 is = pl_keccak256(b.txs[i]), want;

			assert_ok(pl_get_hash32(&want, pl_json_at(list, i),
						"hash", &f->e),
				  &f->e);
			assert_memory_equal(is.b, want.b, 32);
		}
		txs += b.n_txs;
		withdrawals += b.n_withdrawals;
	}
	assert_true(txs > 500);
	assert_int_equal(withdrawals, 6 * 16);
}

static void a_transaction_where_it_is(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *list;
	struct pl_viewed_tx x;
	struct pl_hash32 hash;

	look_at_blocks(f);
	for (unsigned n = 2; n < 4; n++) {
		enum pl_rc want = n == 2 ? PL_OK : PL_EPROOF;

		list = pl_json_get(block_json(f->a, FIRST + n), "transactions");
		assert_ok(pl_get_hash32(&hash, pl_json_at(list, 7), "hash",
					&f->e),
			  &f->e);
		assert_int_equal(
			pl_view_tx(f->v, f->a, &x, &hash, false, &f->e), want);
	}
	assert_int_equal(x.at.header.number, FIRST + 2);
}

/* ------------------------------------------------------------------ state */

static const char *proofs(struct fixture *f, struct pl_arena *a,
			  const char *method, const struct pl_json *params)
{
	char *text = pl_strdup(a, f->text), *end = text;
	int depth = 0;

	(void)params;
	if (strcmp(method, "eth_getProof") != 0)
		return NULL;
	do {
		depth += *end == '{' ? 1 : *end == '}' ? -1 : 0;
		end++;
	} while (depth);
	*end = 0;
	if (f->flip) {
		char *digit = strstr(strstr(text, "\"accountProof\""), "0x");

		digit[30] = digit[30] == '7' ? '8' : '7';
	}
	return text;
}

/* As nodes write it, with zeros before it or not. */
static struct pl_u256 number(const struct pl_json *v)
{
	const char *s = pl_json_str(v);
	struct pl_u256 x;
	struct pl_err e;

	assert_ok(pl_u256_parse(&x, s, strlen(s), &e), &e);
	return x;
}

static void one_proof(struct fixture *f, const char *path)
{
	struct pl_header at = { .number = 1 };
	const struct pl_json *doc, *proof, *slots;
	struct pl_hash32 key[8];
	struct pl_span text;
	struct pl_node_proof p;
	struct pl_u256 balance, value;
	struct pl_addr who;
	bool exists;
	size_t n;

	look(f, proofs);
	assert_ok(pl_file_read(f->a, &text, path, PL_MAX_FILE, &f->e), &f->e);
	f->text = pl_strndup(f->a, (const char *)text.p, text.n);
	f->text = strstr(f->text, "\"proof\":{");
	assert_non_null(f->text);
	f->text += 8;
	assert_ok(pl_json_parse(f->a, &doc, text, &f->e), &f->e);
	proof = pl_json_get(doc, "proof");
	assert_ok(pl_get_hash32(&at.state_root, doc, "stateRoot", &f->e),
		  &f->e);
	assert_ok(pl_get_addr(&who, proof, "address", &f->e), &f->e);
	assert_ok(pl_get_list(&slots, &n, proof, "storageProof", COUNT(key),
			      &f->e),
		  &f->e);
	for (size_t i = 0; i < n; i++) {
		value = number(pl_json_get(pl_json_at(slots, i), "key"));
		pl_u256_to_be(key[i].b, &value);
	}
	assert_ok(pl_view_account(f->v, f->a, &p, &exists, &at, &who, key, n,
				  &f->e),
		  &f->e);
	assert_ok(pl_get_u256(&balance, proof, "balance", &f->e), &f->e);
	assert_int_equal(pl_u256_cmp(&balance, &p.account.balance), 0);
	for (size_t i = 0; i < n; i++) {
		value = number(pl_json_get(pl_json_at(slots, i), "value"));
		assert_int_equal(pl_u256_cmp(&value, &p.slots[i].value), 0);
	}
	f->flip = true;
	assert_int_equal(pl_view_account(f->v, f->a, &p, &exists, &at, &who,
					 key, n, &f->e),
			 PL_EPROOF);
	f->flip = false;
}

static void accounts_and_slots(void **state)
{
	struct fixture *f = *state;
	char *dir = need(f, "chain/proofs"), **names;
	size_t n;

	assert_ok(pl_dir_list(f->a, &names, &n, dir, &f->e), &f->e);
	assert_int_equal(n, 14);
	for (size_t i = 0; i < n; i++)
		one_proof(f, pl_printf(f->a, "%s/%s", dir, names[i]));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(parents_over_a_fork),
		TEST(parents_without_batches),
		TEST(a_changed_header_is_another),
		TEST(bodies_of_six_blocks),
		TEST(a_transaction_where_it_is),
		TEST(accounts_and_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
