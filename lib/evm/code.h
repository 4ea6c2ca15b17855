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
	/* From here on made of several (fuse.h); never in a traced program. */
	PL_INS_PUSH_DUP, /* pair: the number; which word, seen before it */
	PL_INS_DUP_DUP,  /* pair: which words, both seen before it */
	PL_INS_DUP_ADD,  /* n: which word, 0 the top */
	PL_INS_DUP_SUB,
	PL_INS_DUP_AND,
	PL_INS_DUP_MLOAD,
	PL_INS_DUP_MSTORE,
	PL_INS_SWAP_POP,  /* n: how deep */
	PL_INS_POPS,      /* n: how many */
	PL_INS_RSUB,      /* SWAP1, SUB */
	PL_INS_ADD_SMALL, /* n, or wide: the number on top */
	PL_INS_AND_SMALL,
	PL_INS_AND_WIDE,
	PL_INS_SHL_SMALL,
	PL_INS_SHR_SMALL,
	PL_INS_MLOAD_AT,
	PL_INS_MSTORE_AT,
	PL_INS_RETURN_TO, /* JUMP to word n below the top, which the top
			   * takes the place of; what was between goes */
	PL_INS_GOTO,      /* PUSH, JUMP to what is a JUMPDEST */
	PL_INS_GOTO_IF,
	PL_INS_GOTO_UNLESS,
	PL_INS_GOTO_LT,
	PL_INS_GOTO_GT,
	PL_INS_GOTO_SLT,
	PL_INS_GOTO_SGT,
	PL_INS_GOTO_EQ,
	PL_INS_GOTO_NOT_LT,
	PL_INS_GOTO_NOT_GT,
	PL_INS_GOTO_NOT_SLT,
	PL_INS_GOTO_NOT_SGT,
	PL_INS_GOTO_NOT_EQ,
	PL_INS_COUNT
};

/* What a block `needs` that passes 1024 words from any height. */
#define PL_NO_ROOM (1025 * 32)

struct pl_ins {
	union {
		uintptr_t kind; /* while the program is made: of the above */
		const void *label;
	};
	union {
		uint64_t n;
		struct {
			uint32_t a, b;
		} pair;
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
