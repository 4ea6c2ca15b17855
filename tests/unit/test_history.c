/* Ancestors proven without the headers between: the ring of EIP-2935 and the
 * beacon state's lists.  The branches here are built upwards from generalized
 * indices as the portal network's specification publishes them, not by the
 * code under test. */
#include "check.h"

#include "codec/ssz.h"
#include "crypto/sha256.h"
#include "eth/history.h"

/* ------------------------------------------------ the ring of EIP-2935 */

static void slots_of_the_ring(void **state)
{
	(void)state;
	/* as the EIP's own example: 8191 is back at slot 0 */
	assert_int_equal(pl_history_slot(8191, PL_HISTORY_WINDOW).b[31], 0);
	assert_int_equal(pl_history_slot(8192, PL_HISTORY_WINDOW).b[31], 1);
	assert_int_equal(pl_history_slot(8190, PL_HISTORY_WINDOW).b[30], 0x1f);
	assert_int_equal(pl_history_slot(8190, PL_HISTORY_WINDOW).b[31], 0xfe);
	assert_int_equal(
		pl_history_slot(393168 + 7, PL_HISTORY_WINDOW_ARBITRUM).b[31],
		7);
}

static void ring_serves_its_window_only(void **state)
{
	static const struct {
		const char *label;
		uint64_t head, number;
		bool serves;
	} cases[] = {
		{ "the head itself", 10000, 10000, false },
		{ "the head's child", 10000, 10001, false },
		{ "the parent", 10000, 9999, true },
		{ "the last in the window", 10000, 10000 - 8191, true },
		{ "one behind it", 10000, 10000 - 8192, false },
		{ "a young chain's genesis", 1, 0, true },
		{ "genesis asked at genesis", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (pl_history_serves(cases[i].head, cases[i].number,
				      PL_HISTORY_WINDOW) != cases[i].serves)
			fail_msg("%s", cases[i].label);
}

static void zero_is_no_hash(void **state)
{
	struct pl_u256 v = { { 0 } };
	struct pl_hash32 h = { { 1 } };
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_history_hash(&h, &v, &e), PL_ENOTFOUND);
	assert_int_equal(h.b[0], 1);
	v = pl_u256_of(0x1234);
	assert_ok(pl_history_hash(&h, &v, &e), &e);
	assert_int_equal(h.b[0], 0);
	assert_int_equal(h.b[30], 0x12);
	assert_int_equal(h.b[31], 0x34);
}

static void hops_reach_any_block(void **state)
{
	static const uint64_t distances[] = { 1,     2,     8190,  8191,   8192,
					      16381, 16382, 16383, 1000000 };
	const uint64_t head = 22500000;

	(void)state;
	for (size_t i = 0; i < COUNT(distances); i++) {
		uint64_t number = head - distances[i], at = head, hops = 0;

		while (at != number) {
			uint64_t next =
				pl_history_next(at, number, PL_HISTORY_WINDOW);

			assert_true(
				pl_history_serves(at, next, PL_HISTORY_WINDOW));
			at = next;
			hops++;
		}
		assert_int_equal(
			hops, pl_history_hops(head, number, PL_HISTORY_WINDOW));
	}
}

/* ------------------------------------------- a beacon chain's past */

/* Published generalized indices: of the block's hash in the beacon block and
 * of the list in the state. */
static const struct era {
	const char *label;
	uint64_t slot;       /* of the block */
	uint64_t hash_index; /* of its hash below the beacon block */
	uint64_t state_slot; /* of the proven header */
	uint64_t list_index; /* of the list below the state */
	size_t entry;        /* of the block's period in the list */
	bool summaries;
} eras[] = {
	{ "bellatrix in a capella state", 4718591, 3228, 8388608, 39, 575,
	  false },
	{ "bellatrix's last slot in an electra state", 6209535, 3228, 11649056,
	  71, 757, false },
	{ "capella's first slot in a deneb state", 6209536, 3228, 8700000, 59,
	  0, true },
	{ "deneb in an electra state", 8626177, 6444, 11649056, 91, 295, true },
	{ "electra in a fulu state", 11649100, 6444, 14017856, 91, 664, true },
	{ "fulu in a fulu state", 13164999, 6444, 14017856, 91, 849, true },
};

struct past {
	struct pl_history_proof proof;
	struct pl_lc_beacon header;
	struct pl_hash32 execution[16], beacon[16], branch[8];
	struct pl_hash32 *roots;
	size_t n_roots;
};

static struct pl_hash32 noise(uint32_t seed)
{
	struct pl_hash32 h = { { 0x5a } };

	memcpy(h.b + 1, &seed, sizeof(seed));
	return h;
}

/* The root above a leaf; *n siblings are made up on the way. */
static struct pl_hash32 climb(struct pl_hash32 leaf, struct pl_hash32 *branch,
			      size_t *n, uint64_t gindex, uint32_t seed)
{
	for (*n = 0; gindex > 1; gindex /= 2, (*n)++) {
		branch[*n] = noise(seed + (uint32_t)*n);
		leaf = gindex % 2 ? pl_sha256_pair(&branch[*n], &leaf)
				  : pl_sha256_pair(&leaf, &branch[*n]);
	}
	return leaf;
}

/* hash_tree_root of a list of at most 2^24 chunks, the slow way. */
static struct pl_hash32 list_root(const struct pl_hash32 *chunks, size_t n)
{
	struct pl_hash32 *level = calloc(n + 1, sizeof(*level));
	struct pl_hash32 zero = { { 0 } }, length = { { 0 } }, root;
	size_t left = n;

	assert_non_null(level);
	memcpy(level, chunks, n * sizeof(*level));
	for (int depth = 0; depth < 24; depth++) {
		if (left % 2)
			level[left++] = zero;
		for (size_t i = 0; i < left; i += 2)
			level[i / 2] = pl_sha256_pair(&level[i], &level[i + 1]);
		left /= 2;
		zero = pl_sha256_pair(&zero, &zero);
	}
	root = level[0];
	free(level);
	pl_ssz_put_le64(length.b, n);
	return pl_sha256_pair(&root, &length);
}

static struct past *make(struct pl_arena *a, const struct era *x)
{
	struct past *p = PL_NEW(a, struct past);
	struct pl_history_block *b = &p->proof.block;
	struct pl_history_list *l = &p->proof.list;
	size_t n = x->entry + 3, each = x->summaries ? 2 : 1;
	struct pl_hash32 *chunks = PL_NEW_N(a, struct pl_hash32, n);
	uint64_t place = 8192 + x->slot % 8192;

	b->slot = x->slot;
	b->block_hash = noise(1);
	b->beacon_root = climb(b->block_hash, p->execution, &b->n_execution,
			       x->hash_index, 100);
	b->execution = p->execution;
	if (!x->summaries)
		place += 8192; /* below the left one of two */
	p->n_roots = n * each;
	p->roots = PL_NEW_N(a, struct pl_hash32, p->n_roots);
	for (size_t i = 0; i < p->n_roots; i++)
		p->roots[i] = noise(1000 + (uint32_t)i);
	p->roots[each * x->entry] =
		climb(b->beacon_root, p->beacon, &b->n_beacon, place, 200);
	b->beacon = p->beacon;
	for (size_t i = 0; i < n; i++)
		chunks[i] = x->summaries ? pl_sha256_pair(&p->roots[2 * i],
							  &p->roots[2 * i + 1])
					 : p->roots[i];
	*l = (struct pl_history_list){ .summaries = x->summaries,
				       .has_slot = true,
				       .slot = x->state_slot,
				       .roots = p->roots,
				       .n = n,
				       .branch = p->branch };
	p->header.slot = x->state_slot;
	p->header.state_root = climb(list_root(chunks, n), p->branch,
				     &l->n_branch, x->list_index, 300);
	return p;
}

static enum pl_rc check(const struct past *p, struct pl_err *e)
{
	return pl_history_check(pl_lc_config_named("ethereum"), &p->header,
				&p->proof, e);
}

static void every_era_is_proven(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		const struct past *p = make(a, &eras[i]);

		if (check(p, &e))
			fail_msg("%s: %s", eras[i].label, e.msg);
	}
	pl_arena_close(a);
}

/* Flip one bit in every root of the proof: none is left unlooked at. */
static void history_branches_hold(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		struct past *p = make(a, &eras[i]);
		struct {
			struct pl_hash32 *v;
			size_t n;
		} parts[] = {
			{ &p->proof.block.block_hash, 1 },
			{ &p->proof.block.beacon_root, 1 },
			{ p->execution, p->proof.block.n_execution },
			{ p->beacon, p->proof.block.n_beacon },
			{ p->branch, p->proof.list.n_branch },
			{ p->roots, p->n_roots },
			{ &p->header.state_root, 1 },
		};

		for (size_t j = 0; j < COUNT(parts); j++)
			for (size_t k = 0; k < parts[j].n; k++) {
				parts[j].v[k].b[k % 32] ^= 0x10;
				assert_int_equal(check(p, &e), PL_EPROOF);
				parts[j].v[k].b[k % 32] ^= 0x10;
			}
		assert_ok(check(p, &e), &e);
	}
	pl_arena_close(a);
}

static void branches_have_the_forks_length(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		struct past *p = make(a, &eras[i]);
		size_t *lengths[] = { &p->proof.block.n_execution,
				      &p->proof.block.n_beacon,
				      &p->proof.list.n_branch };

		for (size_t j = 0; j < COUNT(lengths); j++) {
			--*lengths[j];
			assert_int_equal(check(p, &e), PL_EPROOF);
			*lengths[j] += 2;
			assert_int_equal(check(p, &e), PL_EPROOF);
			--*lengths[j];
		}
		assert_ok(check(p, &e), &e);
	}
	pl_arena_close(a);
}

static void another_slot_is_another_place(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct past *p = make(a, &eras[3]);
	struct pl_err e;

	(void)state;
	p->proof.block.slot++;
	assert_int_equal(check(p, &e), PL_EPROOF);
	p->proof.block.slot += 8192 - 1;
	assert_int_equal(check(p, &e), PL_EPROOF);
	pl_arena_close(a);
}

static void history_lists_and_their_slots(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct past *p = make(a, &eras[3]);
	struct pl_err e;

	(void)state;
	p->proof.list.slot--;
	assert_int_equal(check(p, &e), PL_ESTALE);
	p->proof.list.slot++;
	/* the wrong list; then a slot no list has yet, and none ever */
	p->proof.list.summaries = false;
	assert_int_equal(check(p, &e), PL_ENOTFOUND);
	p->proof.list.summaries = true;
	p->proof.block.slot = p->header.slot;
	assert_int_equal(check(p, &e), PL_ENOTFOUND);
	p->proof.block.slot = 144896 * 32 - 1;
	assert_int_equal(check(p, &e), PL_ENOTFOUND);
	/* before Capella a state has no summaries */
	p = make(a, &eras[2]);
	p->header.slot = p->proof.list.slot = 6209535;
	assert_int_equal(check(p, &e), PL_ENOTFOUND);
	/* Bellatrix before the merge: a payload of zeros */
	p = make(a, &eras[0]);
	memset(&p->proof.block.block_hash, 0, 32);
	assert_int_equal(check(p, &e), PL_ENOTFOUND);
	pl_arena_close(a);
}

/* ---------------------------------------------------------------- reading */

static const struct pl_json *parse(struct pl_arena *a, const char *text)
{
	const struct pl_json *v;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &v, pl_span_str(text), &e), &e);
	return v;
}

static char *put_roots(struct pl_arena *a, const struct pl_hash32 *v, size_t n)
{
	char *text = pl_strdup(a, "");

	for (size_t i = 0; i < n; i++)
		text = pl_printf(a, "%s%s\"%s\"", text, i ? "," : "",
				 pl_hash32_text(a, &v[i]));
	return text;
}

/* As the servers write it; `wrap` puts "data" around the list. */
static char *json_of(struct pl_arena *a, const struct past *p, bool wrap)
{
	const struct pl_history_block *b = &p->proof.block;
	const struct pl_history_list *l = &p->proof.list;
	char *list = pl_strdup(a, "");

	for (size_t i = 0; l->summaries && i < l->n; i++)
		list = pl_printf(a,
				 "%s%s{\"block_summary_root\":\"%s\","
				 "\"state_summary_root\":\"%s\"}",
				 list, i ? "," : "",
				 pl_hash32_text(a, &l->roots[2 * i]),
				 pl_hash32_text(a, &l->roots[2 * i + 1]));
	if (!l->summaries)
		list = put_roots(a, l->roots, l->n);
	return pl_printf(
		a,
		"{\"block\":{\"slot\":%llu,\"execution_block_header\":\"%s\","
		"\"execution_block_proof\":[%s],\"beacon_block_root\":\"%s\","
		"\"beacon_block_proof\":[%s]},\"state\":%s{\"slot\":\"%llu\","
		"\"%s\":[%s],\"proof\":[%s]}%s}",
		(unsigned long long)b->slot, pl_hash32_text(a, &b->block_hash),
		put_roots(a, b->execution, b->n_execution),
		pl_hash32_text(a, &b->beacon_root),
		put_roots(a, b->beacon, b->n_beacon),
		wrap ? "{\"version\":\"deneb\",\"data\":" : "",
		(unsigned long long)l->slot,
		l->summaries ? "historical_summaries" : "historical_roots",
		list, put_roots(a, l->branch, l->n_branch), wrap ? "}" : "");
}

static void json_of_servers(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(eras); i++) {
		struct past *p = make(a, &eras[i / 2]);
		const char *text = json_of(a, p, i % 2);
		struct pl_history_proof got;

		assert_ok(pl_history_read(a, &got, parse(a, text), &e), &e);
		p->proof = got;
		assert_ok(check(p, &e), &e);
		pl_arena_reset(a);
	}
	pl_arena_close(a);
}

static void history_json_is_strict(void **state)
{
	static const struct {
		const char *text;
		enum pl_rc rc;
	} cases[] = {
		{ "{}", PL_EFORMAT },
		{ "[]", PL_EFORMAT },
		{ "{\"block\":{},\"state\":{}}", PL_EFORMAT },
		{ "{\"block\":{\"slot\":\"x\"},\"state\":{}}", PL_EFORMAT },
		{ "{\"block\":{\"slot\":1},\"state\":{}}", PL_EFORMAT },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_history_proof got;
	struct past *p = make(a, &eras[2]);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			pl_history_read(a, &got, parse(a, cases[i].text), &e),
			cases[i].rc);
	p->proof.block.n_beacon = 17; /* behind the room, but all zero */
	p->proof.block.beacon = PL_NEW_N(a, struct pl_hash32, 17);
	assert_int_equal(
		pl_history_read(a, &got, parse(a, json_of(a, p, false)), &e),
		PL_ELIMIT);
	pl_arena_close(a);
}

/* BlockProofHistoricalRoots, BlockProofHistoricalSummaries: the beacon branch,
 * the beacon root, the execution branch, the slot. */
static struct pl_span ssz_of(struct pl_arena *a, const struct past *p)
{
	const struct pl_history_block *b = &p->proof.block;
	size_t n = 32 * (b->n_beacon + 1 + b->n_execution) + 8;
	uint8_t *out = pl_alloc(a, n + 1), *at = out;

	memcpy(at, b->beacon, 32 * b->n_beacon);
	at += 32 * b->n_beacon;
	memcpy(at, b->beacon_root.b, 32);
	at += 32;
	memcpy(at, b->execution, 32 * b->n_execution);
	at += 32 * b->n_execution;
	pl_ssz_put_le64(at, b->slot);
	return (struct pl_span){ out, n };
}

static void ssz_of_portal_nodes(void **state)
{
	const struct pl_lc_config *c = pl_lc_config_named("ethereum");
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		struct past *p = make(a, &eras[i]);
		struct pl_span ssz = ssz_of(a, p);
		struct pl_history_block got;

		assert_ok(pl_history_decode_block(&got, c, ssz, &e), &e);
		got.block_hash = p->proof.block.block_hash;
		p->proof.block = got;
		assert_ok(check(p, &e), &e);
		for (size_t n = 0; n < ssz.n; n++)
			assert_true(pl_history_decode_block(
				&got, c, (struct pl_span){ ssz.p, n }, &e));
		ssz.n++;
		assert_true(pl_history_decode_block(&got, c, ssz, &e));
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_of_the_ring),
		cmocka_unit_test(ring_serves_its_window_only),
		cmocka_unit_test(zero_is_no_hash),
		cmocka_unit_test(hops_reach_any_block),
		cmocka_unit_test(every_era_is_proven),
		cmocka_unit_test(history_branches_hold),
		cmocka_unit_test(branches_have_the_forks_length),
		cmocka_unit_test(another_slot_is_another_place),
		cmocka_unit_test(history_lists_and_their_slots),
		cmocka_unit_test(json_of_servers),
		cmocka_unit_test(history_json_is_strict),
		cmocka_unit_test(ssz_of_portal_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
