/* A machine for tests: a state in memory, a block to run in, and what opens
 * and closes them. */
#ifndef PL_TESTS_MACHINE_H
#define PL_TESTS_MACHINE_H

#include "evm/evm.h"
#include "evm/memstate.h"

#define ADDR(n) (&(const struct pl_addr){ { [19] = (n) } })
#define U(n) (&(const struct pl_u256){ { (n), 0, 0, 0 } })

struct machine {
	struct pl_arena *a;
	struct pl_memstate *m;
	struct pl_state *s; /* of m, as it was when this was opened */
	struct pl_evm_block block;
	struct pl_evm evm; /* in that state and block */
};

/* m must stay where it is until it is closed. */
static inline void machine_open(struct machine *m, enum pl_fork fork)
{
	m->a = pl_arena_open(0);
	m->m = pl_memstate_new(m->a);
	m->s = pl_state_open(pl_memstate_source(m->m));
	m->block.fork = fork;
	m->evm.state = m->s;
	m->evm.block = &m->block;
	m->evm.pool = pl_evm_pool_open();
}

static inline void machine_close(struct machine *m)
{
	pl_evm_pool_close(m->evm.pool);
	pl_state_close(m->s);
	pl_arena_close(m->a);
}

#endif
