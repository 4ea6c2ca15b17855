/* portal-spec-tests, where somebody laid them into $PLUME_TESTDATA/portal:
 * mainnet blocks of Bellatrix to Electra with their proofs, the list of
 * summaries they stand in, and branches of that list in (random) states. */
#include "columns.h"

#include "codec/ssz.h"
#include "codec/yaml.h"
#include "crypto/sha256.h"
#include "eth/history.h"

#define HEADERS "portal/tests/mainnet/history/headers_with_proof/"
#define STATES                                                                 \
	"portal/tests/mainnet/beacon_chain/historical_summaries_with_proof/"

static const struct {
	const char *fork;
	unsigned number;
} blocks[] = {
	{ "bellatrix", 15537394 }, { "bellatrix", 15539558 },
	{ "bellatrix", 15547621 }, { "bellatrix", 15555729 },
	{ "bellatrix", 17034869 }, { "capella", 17034870 },
	{ "capella", 17042287 },   { "capella", 17062257 },
	{ "capella", 19426586 },   { "deneb", 19426587 },
	{ "deneb", 22162263 },
};

static const struct pl_json *yaml(struct pl_arena *a, const char *path)
{
	const char *text = slurp(a, path);
	const struct pl_json *v;
	struct pl_err e;

	assert_non_null(text);
	assert_ok(pl_yaml_parse(a, &v, pl_span_str(text), &e), &e);
	return v;
}

static bool absent(struct pl_arena *a)
{
	const char *path = testdata(a, HEADERS "beacon_data/README.md");
	FILE *f = path ? fopen(path, "r") : NULL;

	if (!f)
		return true;
	(void)fclose(f);
	return false;
}

static struct pl_span bytes(struct pl_arena *a, const char *path)
{
	struct pl_span s;
	struct pl_err e;

	assert_ok(pl_file_read(a, &s, testdata(a, path), PL_MAX_FILE, &e), &e);
	return s;
}

/* A list's branch in a state that is made up around the list. */
static void make_state(struct pl_arena *a, struct pl_history_proof *p,
		       struct pl_lc_beacon *header)
{
	struct pl_history_list *l = &p->list;
	struct pl_hash32 *branch = PL_NEW_N(a, struct pl_hash32, 5), h, pair;
	unsigned depth = 5, index = l->summaries ? 27 : 7;
	struct pl_ssz_tree t;

	pl_ssz_tree_init(&t);
	for (size_t i = 0; i < l->n; i++) {
		pair = l->roots[i];
		if (l->summaries)
			pair = pl_sha256_pair(&l->roots[2 * i],
					      &l->roots[2 * i + 1]);
		pl_ssz_tree_root(&t, &pair);
	}
	pl_ssz_tree_end(&h, &t, 24);
	pl_ssz_mix_in_length(&h, l->n);
	pl_ssz_branch_root(&header->state_root, &h, branch, depth, index);
	l->branch = branch;
	l->n_branch = depth;
	header->slot = 11476992;
}

/* historical_roots is not among the files: a list of that length, with the
 * root of the block's own batch where it belongs. */
static void roots_of(struct pl_arena *a, struct pl_history_list *l,
		     unsigned number, uint64_t slot)
{
	struct pl_span batch = bytes(
		a, pl_printf(a, HEADERS "beacon_data/%u/historical_batch.ssz",
			     number));
	struct pl_hash32 *all = PL_NEW_N(a, struct pl_hash32, 758), half[2];

	pl_ssz_bytes_root(&half[0], batch.p, batch.n / 2);
	pl_ssz_bytes_root(&half[1], batch.p + batch.n / 2, batch.n / 2);
	all[slot / 8192] = pl_sha256_pair(&half[0], &half[1]);
	*l = (struct pl_history_list){ .roots = all, .n = 758 };
}

static void blocks_of_mainnet(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	size_t n = 0;

	(void)state;
	if (absent(a)) {
		pl_arena_close(a);
		skip();
	}
	for (size_t i = 0; i < COUNT(blocks); i++) {
		const struct pl_json *v =
			yaml(a, pl_printf(a,
					  HEADERS "block_proofs_%s/"
						  "beacon_block_proof-%u.yaml",
					  blocks[i].fork, blocks[i].number));
		struct pl_span sums = bytes(
			a, HEADERS "beacon_data/historical_summaries_at_slot_"
				   "11476992.ssz");
		struct pl_lc_beacon header = { 0 };
		struct pl_history_proof p = { 0 };
		struct pl_err e;

		assert_ok(pl_history_read_block(a, &p.block, v, &e), &e);
		p.list = (struct pl_history_list){
			.summaries = true,
			.roots = (const struct pl_hash32 *)sums.p,
			.n = sums.n / 64
		};
		if (!strcmp(blocks[i].fork, "bellatrix"))
			roots_of(a, &p.list, blocks[i].number, p.block.slot);
		make_state(a, &p, &header);
		assert_ok(pl_history_check(pl_lc_config_named("ethereum"),
					   &header, &p, &e),
			  &e);
		p.block.block_hash.b[31] ^= 1;
		assert_int_equal(
			pl_history_check(pl_lc_config_named("ethereum"),
					 &header, &p, &e),
			PL_EPROOF);
		n++;
	}
	print_message("%zu blocks of mainnet proven\n", n);
	pl_arena_close(a);
}

/* Lists and branches of whole states: a block that no list has yet is told
 * from a list that is false. */
static void lists_in_states(void **state)
{
	static const struct {
		const char *fork;
		uint64_t slot;
	} states[] = { { "deneb", 269568 * 32 }, { "electra", 364032 * 32 } };
	const struct pl_lc_config *c = pl_lc_config_named("ethereum");
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;

	(void)state;
	if (absent(a)) {
		pl_arena_close(a);
		skip();
	}
	for (size_t i = 0; i < COUNT(states); i++) {
		const struct pl_json *v = yaml(
			a, pl_printf(a,
				     STATES
				     "%s/historical_summaries_with_proof.yaml",
				     states[i].fork));
		const struct pl_json *branch =
			pl_json_get(v, "historical_summaries_state_proof");
		struct pl_lc_beacon header = { .slot = states[i].slot };
		struct pl_history_proof p = { .block.slot = states[i].slot };
		struct pl_hash32 nodes[8];
		struct pl_span ssz;

		assert_ok(pl_json_data(a, &ssz, pl_json_get(v, "content_value"),
				       &e),
			  &e);
		assert_ok(pl_json_hash32(&header.state_root,
					 pl_json_get(v, "beacon_state_root"),
					 &e),
			  &e);
		p.list.n_branch = pl_json_len(branch);
		p.list.branch = nodes;
		for (size_t j = 0; j < p.list.n_branch; j++)
			assert_ok(pl_json_hash32(&nodes[j],
						 pl_json_at(branch, j), &e),
				  &e);
		/* digest, epoch, the list's offset, the branch, the list */
		(void)pl_span_take(&ssz, 4 + 8 + 4 + 32 * p.list.n_branch);
		p.list.summaries = true;
		p.list.roots = (const struct pl_hash32 *)ssz.p;
		p.list.n = ssz.n / 64;
		assert_int_equal(pl_history_check(c, &header, &p, &e),
				 PL_ENOTFOUND);
		nodes[1].b[0] ^= 1;
		assert_int_equal(pl_history_check(c, &header, &p, &e),
				 PL_EPROOF);
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_mainnet),
		cmocka_unit_test(lists_in_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
