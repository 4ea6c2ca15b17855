/* The opcodes: name, stack, price, and since which fork, for every fork.
 * op.def is the one place that says it; a machine works from a table made of
 * it for one fork. */
#ifndef PL_EVM_OP_H
#define PL_EVM_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "eth/fork.h"

enum pl_opcode {
#define PL_OP(code, name, since, in, out, gas, how) PL_OP_##name = (code),
#include "evm/op.def"
#undef PL_OP
};

/* How an operation behaves for whoever prices or compiles it. */
enum {
	PL_OP_PLAIN = 0,
	PL_OP_DYNAMIC = 1, /* what it costs, or whether it may be done, is known
			    * when it runs: tells a tracer itself */
	PL_OP_ENDS = 2,    /* nothing after it runs */
	PL_OP_CUTS = 4     /* looks at the gas left, or may go elsewhere: what
			    * comes after is paid apart */
};

struct pl_op {
	const char *name; /* NULL: not in this fork */
	uint16_t gas;     /* base price */
	uint8_t in, out;  /* words taken from the stack, and put */
	uint8_t how;
};

void pl_op_table(struct pl_op out[256], enum pl_fork fork);

#endif
