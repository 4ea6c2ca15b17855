/* Bytecode made ready to run: each operation becomes the address of what does
 * it and its operand, each straight run of operations (a block) pays for its
 * base gas and its stack at once.  For lib/evm alone.
 *
 * Paying ahead changes no result: a block runs to its end or fails, and what
 * fails loses all its gas and all its effects.  Operations that see the gas
 * left (GAS, SSTORE, calls, creations) end a block, so that nothing behind
 * them is paid when they look. */
#ifndef PL_EVM_CODE_H
#define PL_EVM_CODE_H

#include "base/types.h"
#include "evm/op.h"

/* Instructions that are no opcodes stand behind them. */
enum {
	PL_INS_BLOCK = 256, /* first of a block: pays */
	PL_INS_UNDEFINED,
	PL_INS_PUSH, /* of up to 64 bits */
	PL_INS_PUSH_WIDE,
	PL_INS_GOTO,    /* PUSH, JUMP to what is a JUMPDEST */
	PL_INS_GOTO_IF, /* PUSH, JUMPI likewise */
	PL_INS_COUNT
};

/* What a block `needs` that passes 1024 words from any height. */
#define PL_NO_ROOM (1025 * 32)

struct pl_ins {
	const void *label;
	union {
		uint64_t n;
		const struct pl_u256 *wide;
		const struct pl_ins *to;
		struct {
			uint32_t gas;
			uint16_t need; /* bytes the stack holds at least; or
					  PL_NO_ROOM */
			uint16_t room; /* and at most above that */
		} block;
	} u;
};

struct pl_code {
	const struct pl_ins *ins;
	const uint32_t *dest; /* dest[pc]: instruction of a JUMPDEST, or 0 */
	const uint32_t *pc;   /* pc[instruction], when traced */
	size_t n;             /* bytes of the code */
};

/* Programs by the hash of their code. */
struct pl_codes {
	struct pl_arena *a;
	struct pl_codes_entry *cells; /* a power of two, half full at most */
	size_t mask, n;
};

/* A table for code_hash, or NULL when it has none. */
const struct pl_code *pl_codes_find(const struct pl_codes *c,
				    const struct pl_hash32 *hash, bool traced);
/* Where a new one goes; NULL when the table is as large as it may be. */
struct pl_code *pl_codes_add(struct pl_codes *c, const struct pl_hash32 *hash,
			     bool traced);

/* Make a program in a.  labels: from the loop that is to run it. */
void pl_code_make(struct pl_code *out, struct pl_arena *a, struct pl_span code,
		  const struct pl_op ops[256], const void *const *labels,
		  bool traced);

#endif
