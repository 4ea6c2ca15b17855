/* What the machine is made of, for lib/evm alone: a pool of frames, one for
 * each depth of calls, and the loop that runs one frame until it ends or
 * wants to call.  Frames live in the pool, not on the C stack: a call of the
 * EVM is no call in C, and 1024 of them take no stack at all. */
#ifndef PL_EVM_FRAME_H
#define PL_EVM_FRAME_H

#include "evm/code.h"
#include "evm/evm.h"
#include "evm/state_impl.h"
#include "evm/u256_wrap.h"

#define PL_EVM_DEPTH 1024       /* the deepest message; the outermost is 0 */
#define PL_EVM_STACK 1024       /* words */
#define PL_EVM_CODE_LIMIT 24576 /* EIP-170's MAX_CODE_SIZE */

struct pl_frame {
	/* The loop's own, kept here while the frame does not run. */
	const struct pl_ins *ins; /* where to go on: a PL_INS_BLOCK */
	struct pl_u256 *sp;       /* the top word */
	struct pl_u256 *floor;    /* the place below the bottom word */
	uint64_t gas;

	uint8_t *mem;
	size_t mem_n, mem_cap; /* mem_n: whole words, as MSIZE counts */

	struct pl_span data; /* CALLDATA */
	struct pl_span ret;  /* what the last call returned */
	struct pl_span code; /* lives as long as the state */
	const struct pl_code *program;
	struct pl_acct *self; /* whose storage */
	struct pl_evm *evm;
	struct pl_state *state;
	struct pl_evm_pool *pool;
	struct pl_evm_msg msg;
	unsigned depth;
	enum pl_fork fork;
	size_t mark; /* in the state's journal */

	/* How the loop ended. */
	bool wants_call;           /* pool->next is to be run */
	enum pl_evm_status status; /* else */
	struct pl_span output;
	size_t out_at, out_n; /* where the called one's output goes */
	enum pl_evm_kind called;

	/* The operation a tracer is to be told of. */
	struct pl_evm_step step;
	bool told;
	uint64_t missing; /* gas it asked for and did not get */

	struct pl_code once;     /* a program that is not kept ... */
	struct pl_arena *once_a; /* ... and lives here; NULL until needed */
};

struct pl_evm_pool {
	struct pl_arena *own;   /* the pool itself */
	struct pl_arena *a;     /* frames and their stacks */
	struct pl_arena *mem_a; /* memories */
	struct pl_arena *out_a; /* what a precompiled contract returned last */
	size_t mem_total;       /* bytes in mem_cap of all frames */
	size_t once_total;      /* bytes of init code's programs, summed up */
	struct pl_frame *frames[PL_EVM_DEPTH + 1];
	unsigned n_frames; /* none was made from here on */
	struct pl_codes codes;
	struct pl_op ops[256]; /* of `fork`, where has_ops */
	enum pl_fork fork;
	bool has_ops;
	struct pl_evm_msg next;
};

/* Bytes of memory that all frames together may have.  Gas forbids it long
 * before on any real chain. */
#define PL_EVM_MEMORY ((size_t)1 << 31)

/* Take gas for memory that reaches to `end`; false: there is not enough.
 * Then make it that long, zeroed.  Both do nothing where it is. */
PL_CHECKED bool pl_frame_charge(struct pl_frame *f, size_t end);
void pl_frame_expand(struct pl_frame *f, size_t end);

/* The frame of a depth, made when it was never needed. */
struct pl_frame *pl_pool_frame(struct pl_evm_pool *p, unsigned depth);
/* The code's program, for f->program.  hash is NULL for init code, which is not
 * kept. */
const struct pl_code *pl_pool_program(struct pl_frame *f,
				      const struct pl_hash32 *hash);
/* Before a transaction: what is too large to keep goes. */
void pl_pool_begin(struct pl_evm_pool *p, enum pl_fork fork);

static inline struct pl_u256 pl_word_of_addr(const struct pl_addr *a)
{
	uint8_t be[32] = { 0 };

	memcpy(be + 12, a->b, 20);
	return pl_wrap_load(be);
}

/* The traced loop: an operation begins; what is known of it is told, once. */
void pl_frame_note(struct pl_frame *f, const struct pl_ins *ins);
void pl_frame_tell(struct pl_frame *f, const struct pl_u256 *sp,
		   enum pl_evm_status status);

/* Run a frame from f->ins on.  The traced one tells f->evm->tracer of each
 * operation.  Without a frame: where each instruction is, for pl_code. */
const void *const *pl_loop(struct pl_frame *f);
const void *const *pl_loop_traced(struct pl_frame *f);

#endif
