/* The programs of $PLUME_TESTDATA/evm-bench, ready to be called, with what
 * another machine gave for them. */
#ifndef PL_TESTS_EVM_PROGRAMS_H
#define PL_TESTS_EVM_PROGRAMS_H

#include <stdio.h>
#include <stdlib.h>

#include "codec/json_in.h"
#include "evm/memstate.h"
#include "evm/transact.h"

struct program {
	const char *name;
	struct pl_span init; /* what makes the contract; or its code … */
	struct pl_span code; /* … where init is empty */
	const struct pl_json *storage;
	struct pl_span input, want;
	uint64_t want_gas; /* of a transaction */
};

static const struct pl_addr evm_sender = { { 0xa9, 0x4f, [19] = 0x0b } };
static const struct pl_addr evm_contract = { { 0xbe, 0x7c, [19] = 0x01 } };

#define EVM_PROGRAMS 32

static inline void evm_must(enum pl_rc rc, const struct pl_err *e)
{
	if (rc) {
		fprintf(stderr, "evm-bench: %s\n", e->msg);
		exit(1);
	}
}

static inline struct pl_span
evm_data(struct pl_arena *a, const struct pl_json *obj, const char *key)
{
	struct pl_span s = { 0 };
	struct pl_err e = { 0 };

	evm_must(pl_json_data(a, &s, pl_json_get(obj, key), &e), &e);
	return s;
}

static inline const struct pl_json *evm_file(struct pl_arena *a,
					     const char *root, const char *name)
{
	const struct pl_json *v = NULL;
	struct pl_err e = { 0 };

	evm_must(pl_json_read(a, &v, pl_printf(a, "%s/%s", root, name), &e),
		 &e);
	return v;
}

/* Those that name a state test's contract, and its input. */
static inline size_t evm_ipsilon(struct program *p, struct pl_arena *a,
				 const char *root)
{
	const struct pl_json *all =
		evm_file(a, root, "ipsilon-expected-anvil.json");
	size_t n = 0;

	for (void *it = pl_json_iter(all); it; it = pl_json_next(all, it)) {
		const struct pl_json *want = pl_json_iter_value(it), *test;
		char *name = pl_strdup(a, pl_json_iter_key(it));
		char *file = pl_strdup(a, name), *slash = strchr(file, '/');
		struct pl_err e = { 0 };

		*slash = '\0';
		test = pl_json_get(
			evm_file(a, root,
				 pl_printf(a,
					   "ipsilon-evm-benchmarks/main/"
					   "%s.json",
					   file)),
			file);
		p[n].name = name;
		evm_must(pl_json_data(
				 a, &p[n].input,
				 pl_json_at(
					 pl_json_get(pl_json_get(test, "transac"
								       "tion"),
						     "data"),
					 (size_t)atoi(slash + 1)),
				 &e),
			 &e);
		test = pl_json_get(
			pl_json_get(test, "pre"),
			"0xbe7c43a580000000000000000000000000000001");
		p[n].code = evm_data(a, test, "code");
		p[n].storage = pl_json_get(test, "storage");
		p[n].want = evm_data(a, want, "return");
		evm_must(pl_json_u64(&p[n].want_gas,
				     pl_json_get(want, "anvil_tx_gas"), &e),
			 &e);
		n++;
	}
	return n;
}

static inline size_t evm_plume(struct program *p, struct pl_arena *a,
			       const char *root)
{
	const struct pl_json *all = evm_file(a, root, "plume-bench.json");
	size_t n = 0;

	for (void *it = pl_json_iter(all); it; it = pl_json_next(all, it)) {
		const struct pl_json *v = pl_json_iter_value(it);
		struct pl_err e = { 0 };

		p[n].name = pl_json_iter_key(it);
		p[n].init = evm_data(a, v, "init_code");
		p[n].input = evm_data(a, v, "calldata");
		p[n].want = evm_data(a, v, "expected_return");
		evm_must(pl_json_u64(&p[n].want_gas,
				     pl_json_get(v, "anvil_tx_gas"), &e),
			 &e);
		n++;
	}
	return n;
}

/* All of them; 0 where the folder is absent. */
static inline size_t evm_programs(struct program p[EVM_PROGRAMS],
				  struct pl_arena *a)
{
	const char *root = getenv("PLUME_TESTDATA");
	char *dir = pl_printf(a, "%s/evm-bench",
			      root && *root ? root : "../shared/data");
	FILE *f = fopen(pl_printf(a, "%s/README.md", dir), "r");
	size_t n;

	if (!f)
		return 0;
	(void)fclose(f);
	n = evm_plume(p, a, dir);
	return n + evm_ipsilon(p + n, a, dir);
}

/* A state that holds the program's contract, made by its init code. */
struct machine {
	struct pl_memstate *mem;
	struct pl_state *state;
	struct pl_evm_block block;
	struct pl_evm evm;
};

static inline void evm_deploy(struct machine *m, const struct program *p)
{
	struct pl_evm_msg msg = { .kind = PL_EVM_CREATE,
				  .gas = 1 << 30,
				  .sender = evm_sender,
				  .input = p->init };
	struct pl_acct *a;
	struct pl_evm_result r;

	pl_state_begin_tx(m->state);
	pl_evm_run(&r, &m->evm, &msg);
	if (r.status != PL_EVM_SUCCESS) {
		fprintf(stderr, "%s: not made: %s\n", p->name,
			pl_evm_status_text(r.status));
		exit(1);
	}
	a = pl_state_get(m->state, &r.created);
	pl_memstate_put(m->mem, &evm_contract, 1, &(struct pl_u256){ 0 },
			pl_acct_code(m->state, a));
	for (uint64_t i = 0; i < 64; i++) { /* no program's makes more */
		struct pl_u256 k = pl_u256_of(i);

		pl_memstate_put_slot(
			m->mem, &evm_contract, &k,
			pl_slot_value(pl_state_slot(m->state, a, &k)));
	}
}

static inline void evm_open(struct machine *m, struct pl_arena *a,
			    const struct program *p)
{
	struct pl_err e = { 0 };

	memset(m, 0, sizeof(*m));
	m->mem = pl_memstate_new(a);
	pl_memstate_put(m->mem, &evm_sender, 0, &(struct pl_u256){ 0 },
			(struct pl_span){ 0 });
	m->state = pl_state_open(pl_memstate_source(m->mem));
	m->block = (struct pl_evm_block){ .fork = PL_FORK_PRAGUE,
					  .chain_id = 1,
					  .number = 1,
					  .time = 1,
					  .gas_limit = 1 << 30 };
	m->evm.state = m->state;
	m->evm.block = &m->block;
	m->evm.pool = pl_evm_pool_open();
	if (p->init.n)
		evm_deploy(m, p);
	else
		pl_memstate_put(m->mem, &evm_contract, 1,
				&(struct pl_u256){ 0 }, p->code);
	for (void *it = pl_json_iter(p->storage); it;
	     it = pl_json_next(p->storage, it)) {
		struct pl_u256 k, v;
		const char *key = pl_json_iter_key(it);

		evm_must(pl_u256_parse(&k, key, strlen(key), &e), &e);
		evm_must(pl_json_u256(&v, pl_json_iter_value(it), &e), &e);
		pl_memstate_put_slot(m->mem, &evm_contract, &k, &v);
	}
	pl_state_reset(m->state);
}

static inline void evm_close(struct machine *m)
{
	pl_evm_pool_close(m->evm.pool);
	pl_state_close(m->state);
}

/* Call it as eth_call does, from a state where nothing was read. */
static inline void evm_call(struct pl_transacted *out, struct machine *m,
			    const struct program *p)
{
	struct pl_tx tx = { .gas = 1 << 30,
			    .has_to = true,
			    .to = evm_contract,
			    .data = p->input };
	struct pl_transact how = { .tx = &tx,
				   .sender = evm_sender,
				   .block_gas = tx.gas,
				   .no_nonce = true,
				   .no_balance = true,
				   .no_base_fee = true,
				   .no_gas_cap = true };
	struct pl_err e = { 0 };

	pl_state_reset(m->state);
	pl_state_begin_tx(m->state);
	evm_must(pl_transact(out, &m->evm, &how, &e), &e);
}

#endif
