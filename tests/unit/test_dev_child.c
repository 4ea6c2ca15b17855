/* A chain that settles on another: what its parent keeps of it, and what a
 * light client is told. */
#include "check.h"

#include "base/hex.h"
#include "devnet/child.h"
#include "devnet/consensus.h"
#include "orbit/contracts.h"
#include "orbit/nitro.h"

#define NOW 1790000000

struct pair {
	struct pl_arena *a;
	struct pl_dev *parent, *child;
	struct pl_dev_child *link;
};

static struct pl_dev *chain(uint64_t id, enum pl_fork fork,
			    void (*seal)(void *, struct pl_header *), void *ctx)
{
	struct pl_addr rich[2] = { pl_dev_child_owner(), { { 7 } } };
	struct pl_dev_conf conf = {
		.chain_id = id,
		.fork = fork,
		.gas_limit = 30000000,
		.base_fee = pl_u256_of(1000000000),
		.time = NOW,
		.accounts = rich,
		.n_accounts = 2,
		.balance = { { 0, 1000 } },
		.seal = seal,
		.ctx = ctx,
	};
	struct pl_dev *d;
	struct pl_err e;

	assert_ok(pl_dev_open(&d, &conf, &e), &e);
	return d;
}

static void begin(struct pair *p)
{
	struct pl_err e;

	*p = (struct pair){ .a = pl_arena_open(0) };
	p->parent = chain(31337, PL_FORK_PRAGUE, NULL, NULL);
	assert_ok(pl_dev_child_new(p->a, &p->link, p->parent, NOW, &e), &e);
	p->child = chain(PL_DEV_CHILD_ID, PL_FORK_CANCUN, pl_dev_child_seal,
			 p->link);
}

static void end(struct pair *p)
{
	pl_dev_close(p->child);
	pl_dev_close(p->parent);
	pl_arena_close(p->a);
}

/* What the outbox keeps under the child's send root. */
static struct pl_u256 kept(struct pair *p)
{
	struct pl_addr outbox = pl_dev_child_outbox();
	struct pl_nitro n = pl_nitro_read(&pl_dev_head(p->child)->header);
	struct pl_hash32 slot =
		pl_orbit_mapping(&n.send_root, PL_OUTBOX_ROOTS, 0);
	struct pl_u256 key = pl_u256_from_be32(slot.b), v;
	struct pl_err e;

	assert_ok(pl_dev_slot(p->parent, pl_dev_now(p->parent), &v, &outbox,
			      &key, &e),
		  &e);
	return v;
}

static void blocks_have_nitros_form(void **state)
{
	struct pair p;
	struct pl_nitro n;
	struct pl_err e;

	(void)state;
	begin(&p);
	assert_true(pl_nitro_fits(&pl_dev_head(p.child)->header));
	assert_ok(pl_dev_mine(p.child, NULL, NOW + 1, &e), &e);
	assert_true(pl_nitro_fits(&pl_dev_head(p.child)->header));
	n = pl_nitro_read(&pl_dev_head(p.child)->header);
	assert_int_equal(n.l1_block, pl_dev_head(p.parent)->header.number);
	assert_int_equal(n.send_count, 0);
	end(&p);
}

static void the_parent_keeps_the_newest_block(void **state)
{
	struct pair p;
	struct pl_u256 v, want;
	struct pl_err e;

	(void)state;
	begin(&p);
	for (uint64_t i = 1; i <= 3; i++) {
		uint64_t before = pl_dev_head(p.parent)->header.number;

		assert_ok(pl_dev_mine(p.child, NULL, NOW + i, &e), &e);
		for (int twice = 0; twice < 2; twice++)
			assert_ok(pl_dev_child_confirm(p.link, p.child, true,
						       NOW + i, &e),
				  &e);
		/* the second time there was nothing to do */
		assert_int_equal(pl_dev_head(p.parent)->header.number,
				 before + 1);
		v = kept(&p);
		want = pl_u256_from_be32(pl_dev_head(p.child)->header.hash.b);
		assert_int_equal(pl_u256_cmp(&v, &want), 0);
	}
	end(&p);
}

static void its_contract_is_the_one_that_is_known(void **state)
{
	const struct pl_orbit_known *k = pl_orbit_known(PL_DEV_CHILD_ID);
	struct pl_addr outbox = pl_dev_child_outbox(), known;
	struct pl_err e;

	(void)state;
	assert_non_null(k);
	assert_int_equal(k->kind, PL_ORBIT_OUTBOX);
	assert_ok(pl_hex_fixed(known.b, sizeof(known.b), k->outbox,
			       strlen(k->outbox), &e),
		  &e);
	assert_true(pl_addr_equal(&known, &outbox));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_have_nitros_form),
		cmocka_unit_test(the_parent_keeps_the_newest_block),
		cmocka_unit_test(its_contract_is_the_one_that_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
