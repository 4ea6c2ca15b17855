/* The Ethereum Virtual Machine: one message call or creation, with all the
 * calls it makes, on a state (Yellow Paper, section 9 and appendix H, and the
 * EIPs up to Osaka).  Pure.
 *
 * What a transaction pays and may do before its first opcode is transact.h's
 * business. */
#ifndef PL_EVM_EVM_H
#define PL_EVM_EVM_H

#include "base/types.h"
#include "eth/fork.h"
#include "evm/state.h"

/* How a call ended.  Names that EIP-3155 traces and nodes' errors use come
 * from pl_evm_status_text. */
enum pl_evm_status {
	PL_EVM_SUCCESS,
	PL_EVM_REVERT, /* keeps its gas, gives output */
	/* From here on all gas of the call is gone. */
	PL_EVM_OUT_OF_GAS,
	PL_EVM_INVALID_OPCODE, /* undefined, or 0xfe */
	PL_EVM_BAD_JUMP,
	PL_EVM_STACK_UNDERFLOW,
	PL_EVM_STACK_OVERFLOW,
	PL_EVM_STATIC_WRITE,
	PL_EVM_RETURNDATA,    /* read past what was returned */
	PL_EVM_PRECOMPILE,    /* refused its input */
	PL_EVM_CODE_SIZE,     /* EIP-170 */
	PL_EVM_INITCODE_SIZE, /* EIP-3860 */
	PL_EVM_CODE_EF,       /* EIP-3541 */
	PL_EVM_COLLISION,     /* something stands there already */
	/* The call did not take place; its gas comes back. */
	PL_EVM_DEPTH,
	PL_EVM_BALANCE,
	PL_EVM_NONCE,
	/* Nothing is known: pl_state_failure says why. */
	PL_EVM_NO_STATE
};
const char *pl_evm_status_text(enum pl_evm_status s); /* "out of gas" … */

enum pl_evm_kind {
	PL_EVM_CALL,
	PL_EVM_CALLCODE,
	PL_EVM_DELEGATECALL,
	PL_EVM_STATICCALL,
	PL_EVM_CREATE,
	PL_EVM_CREATE2
};

/* The block a message runs in. */
struct pl_evm_block {
	enum pl_fork fork;
	uint64_t chain_id;
	uint64_t number, time, gas_limit;
	struct pl_addr coinbase;
	struct pl_u256 difficulty;    /* before Paris */
	struct pl_hash32 prev_randao; /* from Paris on */
	struct pl_u256 base_fee;
	struct pl_u256 blob_base_fee;
	/* Chains of other makers: no limit on code size (0: EIP-170's). */
	uint64_t max_code_size;
};

struct pl_evm_msg {
	enum pl_evm_kind kind;
	bool is_static;
	unsigned depth; /* 0 for a transaction's own */
	uint64_t gas;
	struct pl_addr sender;
	struct pl_addr recipient; /* whose storage; unset when creating */
	struct pl_addr code_addr; /* whose code; = recipient for CALL */
	struct pl_u256 value;
	struct pl_span input;  /* or the init code */
	struct pl_hash32 salt; /* CREATE2 */
};

struct pl_evm_result {
	enum pl_evm_status status;
	uint64_t gas_left;
	struct pl_span output;  /* returned or reverted with; see pl_evm_run */
	struct pl_addr created; /* what a successful creation made */
};

/* Told of everything that happens; any member may be NULL.  With `step` a
 * slower loop runs, without it the others cost next to nothing. */
struct pl_evm_step {
	uint64_t pc;
	uint8_t op;
	uint64_t gas, cost; /* before the operation; what it takes */
	unsigned depth;     /* 1 for the outermost, as EIP-3155 counts */
	const struct pl_u256 *stack; /* stack[0] is the bottom */
	size_t n_stack;
	struct pl_span memory;
	struct pl_span return_data;
	int64_t refund;
	const struct pl_acct *self; /* whose storage */
	enum pl_evm_status status; /* the operation's own failure, or success */
};
struct pl_evm_tracer {
	void (*enter)(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
		      const struct pl_addr *to);
	void (*exit)(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
		     const struct pl_evm_result *r);
	/* Once for each operation, after its cost is known and before its
	 * effect. */
	void (*step)(struct pl_evm_tracer *t, const struct pl_evm_step *s);
	void (*log)(struct pl_evm_tracer *t, const struct pl_log *log);
	void (*selfdestruct)(struct pl_evm_tracer *t,
			     const struct pl_addr *from,
			     const struct pl_addr *to,
			     const struct pl_u256 *amount);
};

/* What stays the same for all calls of a transaction.  Zero it, fill it. */
struct pl_evm {
	struct pl_state *state;
	const struct pl_evm_block *block;
	struct pl_addr origin;
	struct pl_u256 gas_price;
	const struct pl_hash32 *blob_hashes;
	size_t n_blob_hashes;
	struct pl_evm_tracer *tracer; /* or NULL */
	struct pl_evm_pool *pool; /* stacks, memory, analysed code: reused */
};

/* Stacks, memories and jump tables that are kept from call to call and from
 * transaction to transaction; analysed code is found by its hash. */
struct pl_evm_pool *pl_evm_pool_open(void);
void pl_evm_pool_close(struct pl_evm_pool *p); /* NULL is allowed */

/* Run a message.  Value is moved, the account created, and all of it undone
 * where it fails (but for the sender's nonce of a creation, which counts up
 * before, at every depth).  Code that is a delegation (EIP-7702) is followed.
 * Precompiled contracts count as warm without being warmed in the state.  The
 * caller has checked that the sender can pay the value and has warmed what a
 * transaction warms.  output lives until the next pl_evm_run with the same
 * pool.  C stack is bounded for every depth up to 1024. */
void pl_evm_run(struct pl_evm_result *out, struct pl_evm *evm,
		const struct pl_evm_msg *msg);

/* The address CREATE2 makes (EIP-1014). */
struct pl_addr pl_create2_address(const struct pl_addr *sender,
				  const struct pl_hash32 *salt,
				  struct pl_span init_code);

/* 0xef0100 and an address (EIP-7702): false when the code is anything else. */
bool pl_evm_delegation(struct pl_addr *to, struct pl_span code);

/* "PUSH1", "0x0c" for what no opcode of the fork is. */
const char *pl_evm_op_name(uint8_t op, enum pl_fork fork);

#endif
