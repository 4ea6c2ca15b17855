/* Operations on memory and on runs of bytes.  Part of the loop: compiled once
 * for each of loop.c and loop_traced.c, which say what STEP is. */
#ifndef PL_EVM_OP_MEMORY_H
#define PL_EVM_OP_MEMORY_H

#include "crypto/keccak.h"
#include "evm/frame.h"

/* The operation's price is known and paid; its effect comes now. */
#define STEP(f, sp)                                                            \
	do {                                                                   \
		if (TRACED)                                                    \
			pl_frame_tell(f, sp, PL_EVM_SUCCESS);                  \
	} while (0)

static inline bool charge(struct pl_frame *f, uint64_t gas)
{
	if (f->gas < gas) {
		f->missing = gas;
		return false;
	}
	f->gas -= gas;
	return true;
}

/* Kept out of the loop, which is the faster for being small. */
#define APART static __attribute__((noinline))

/* Where [off, off + len) lies in memory; nothing, at 0, when len is 0.
 * false: no gas could pay for it. */
static inline bool range(size_t *at, size_t *n, const struct pl_u256 *off,
			 const struct pl_u256 *len)
{
	*at = *n = 0;
	if (pl_wrap_is_zero(len))
		return true;
	if (!pl_wrap_is_small(off) || !pl_wrap_is_small(len) ||
	    off->w[0] > PL_EVM_MEMORY || len->w[0] > PL_EVM_MEMORY)
		return false;
	*at = (size_t)off->w[0];
	*n = (size_t)len->w[0];
	return true;
}

static inline uint64_t words_of(uint64_t bytes)
{
	return (bytes + 31) / 32;
}

/* Memory for [at, at + n), paid for; then told to the tracer, then there. */
APART bool reach(struct pl_frame *f, const struct pl_u256 *sp, size_t at,
		 size_t n)
{
	if (!pl_frame_charge(f, at + n))
		return false;
	STEP(f, sp);
	pl_frame_expand(f, at + n);
	return true;
}

/* n bytes of src from `from` on to memory; zeros stand behind its end. */
static void copy_in(uint8_t *to, size_t n, struct pl_span src,
		    const struct pl_u256 *from)
{
	size_t have = 0;

	if (pl_wrap_is_small(from) && from->w[0] < src.n)
		have = src.n - (size_t)from->w[0];
	if (have > n)
		have = n;
	if (have)
		memcpy(to, src.p + from->w[0], have);
	if (n > have)
		memset(to + have, 0, n - have);
}

/* CALLDATACOPY, CODECOPY, EXTCODECOPY: to, from, length below `at`. */
APART enum pl_evm_status op_copy(struct pl_frame *f, const struct pl_u256 *sp,
				 const struct pl_u256 *top, struct pl_span src)
{
	size_t at, n;

	if (!range(&at, &n, top, top - 2) || !charge(f, 3 * words_of(n)) ||
	    !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	if (n)
		copy_in(f->mem + at, n, src, top - 1);
	return PL_EVM_SUCCESS;
}

/* SPEC eip-211 RETURNDATACOPY: past the end is a failure, not zeros */
APART enum pl_evm_status op_returndatacopy(struct pl_frame *f,
					   const struct pl_u256 *sp)
{
	const struct pl_u256 *from = sp - 1;
	size_t at, n;

	if (!range(&at, &n, sp, sp - 2))
		return PL_EVM_OUT_OF_GAS;
	if (!pl_wrap_is_small(from) || from->w[0] > f->ret.n ||
	    n > f->ret.n - from->w[0])
		return PL_EVM_RETURNDATA;
	if (!charge(f, 3 * words_of(n)) || !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	if (n)
		memcpy(f->mem + at, f->ret.p + from->w[0], n);
	return PL_EVM_SUCCESS;
}

/* SPEC eip-5656 MCOPY: memory grows for both ends */
APART enum pl_evm_status op_mcopy(struct pl_frame *f, const struct pl_u256 *sp)
{
	size_t to, from, n;

	if (!range(&to, &n, sp, sp - 2) || !range(&from, &n, sp - 1, sp - 2) ||
	    !charge(f, 3 * words_of(n)) ||
	    !reach(f, sp, to > from ? to : from, n))
		return PL_EVM_OUT_OF_GAS;
	if (n)
		memmove(f->mem + to, f->mem + from, n);
	return PL_EVM_SUCCESS;
}

static enum pl_evm_status op_keccak(struct pl_frame *f, struct pl_u256 *sp)
{
	struct pl_hash32 h;
	size_t at, n;

	if (!range(&at, &n, sp, sp - 1) || !charge(f, 6 * words_of(n)) ||
	    !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	h = pl_keccak256((struct pl_span){ n ? f->mem + at : NULL, n });
	sp[-1] = pl_wrap_load(h.b);
	return PL_EVM_SUCCESS;
}

/* MLOAD, MSTORE and MSTORE8 where memory does not reach. */
APART enum pl_evm_status op_reach(struct pl_frame *f, const struct pl_u256 *sp,
				  size_t n)
{
	if (!pl_wrap_is_small(sp) || sp->w[0] > PL_EVM_MEMORY ||
	    !reach(f, sp, (size_t)sp->w[0], n))
		return PL_EVM_OUT_OF_GAS;
	return PL_EVM_SUCCESS;
}

static inline bool in_memory(const struct pl_frame *f, const struct pl_u256 *at,
			     size_t n)
{
	return pl_wrap_is_small(at) && at->w[0] < f->mem_n &&
	       f->mem_n - at->w[0] >= n;
}

/* Output of RETURN and REVERT. */
APART enum pl_evm_status op_output(struct pl_frame *f, const struct pl_u256 *sp)
{
	size_t at, n;

	if (!range(&at, &n, sp, sp - 1) || !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	f->output = (struct pl_span){ n ? f->mem + at : NULL, n };
	return PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_log(struct pl_frame *f, const struct pl_u256 *sp,
				unsigned n_topics)
{
	struct pl_log log;
	size_t at, n;

	if (f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	if (!range(&at, &n, sp, sp - 1) || !charge(f, 8 * (uint64_t)n) ||
	    !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	log.address = f->self->addr;
	log.n_topics = n_topics;
	for (unsigned i = 0; i < n_topics; i++)
		pl_wrap_store(log.topics[i].b, sp - 2 - i);
	log.data = (struct pl_span){ n ? f->mem + at : NULL, n };
	pl_state_log(f->state, &log);
	if (f->evm->tracer && f->evm->tracer->log)
		f->evm->tracer->log(f->evm->tracer, &log);
	return PL_EVM_SUCCESS;
}

/* SPEC eip-160: 50 instead of 10 a byte of the exponent */
APART enum pl_evm_status op_exp(struct pl_frame *f, struct pl_u256 *sp)
{
	unsigned bytes = (pl_u256_bits(sp - 1) + 7) / 8;

	if (!charge(f, bytes * (f->fork >= PL_FORK_SPURIOUS ? 50u : 10u)))
		return PL_EVM_OUT_OF_GAS;
	STEP(f, sp);
	pl_wrap_exp(sp - 1, sp, sp - 1);
	return PL_EVM_SUCCESS;
}

#endif
