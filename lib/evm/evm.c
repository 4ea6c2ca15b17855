/* Messages: what comes before a frame's first operation and after its last,
 * and from one frame to the next without a call in C. */
#include "evm/evm.h"

#include "crypto/keccak.h"
#include "eth/tx.h"
#include "evm/frame.h"
#include "evm/precompile.h"

static bool creates(enum pl_evm_kind kind)
{
	return kind == PL_EVM_CREATE || kind == PL_EVM_CREATE2;
}

static bool lost(const struct pl_evm *evm)
{
	return evm->state->failure.rc != PL_OK;
}

/* --------------------------------------------------------------- addresses */

struct pl_addr pl_create2_address(const struct pl_addr *sender,
				  const struct pl_hash32 *salt,
				  struct pl_span init_code)
{
	struct pl_hash32 code = pl_keccak256(init_code), h;
	uint8_t in[1 + 20 + 32 + 32];
	struct pl_addr a;

	in[0] = 0xff;
	memcpy(in + 1, sender->b, 20);
	memcpy(in + 21, salt->b, 32);
	memcpy(in + 53, code.b, 32);
	h = pl_keccak256((struct pl_span){ in, sizeof(in) });
	memcpy(a.b, h.b + 12, sizeof(a.b));
	return a;
}

bool pl_evm_delegation(struct pl_addr *to, struct pl_span code)
{
	static const uint8_t mark[] = { 0xef, 0x01, 0x00 };

	if (code.n != sizeof(mark) + 20 ||
	    memcmp(code.p, mark, sizeof(mark)) != 0)
		return false;
	memcpy(to->b, code.p + sizeof(mark), 20);
	return true;
}

const char *pl_evm_status_text(enum pl_evm_status s)
{
	static const char *const text[] = {
		[PL_EVM_SUCCESS] = "success",
		[PL_EVM_REVERT] = "execution reverted",
		[PL_EVM_OUT_OF_GAS] = "out of gas",
		[PL_EVM_INVALID_OPCODE] = "invalid opcode",
		[PL_EVM_BAD_JUMP] = "invalid jump destination",
		[PL_EVM_STACK_UNDERFLOW] = "stack underflow",
		[PL_EVM_STACK_OVERFLOW] = "stack overflow",
		[PL_EVM_STATIC_WRITE] = "write protection",
		[PL_EVM_RETURNDATA] = "return data out of bounds",
		[PL_EVM_PRECOMPILE] = "precompiled contract failed",
		[PL_EVM_CODE_SIZE] = "max code size exceeded",
		[PL_EVM_INITCODE_SIZE] = "max initcode size exceeded",
		[PL_EVM_CODE_EF] = "invalid code: must not begin with 0xef",
		[PL_EVM_COLLISION] = "contract address collision",
		[PL_EVM_DEPTH] = "max call depth exceeded",
		[PL_EVM_BALANCE] = "insufficient balance for transfer",
		[PL_EVM_NONCE] = "nonce uint64 overflow",
		[PL_EVM_NO_STATE] = "the state is not known",
	};

	return text[s];
}

/* ---------------------------------------------------------------- results */

/* A message ends that had no frame, or has one no more. */
static void end(struct pl_evm_result *r, struct pl_evm *evm,
		const struct pl_evm_msg *m)
{
	if (lost(evm)) {
		r->status = PL_EVM_NO_STATE;
		r->gas_left = 0;
		r->output = (struct pl_span){ 0 };
	}
	if (evm->tracer && evm->tracer->exit)
		evm->tracer->exit(evm->tracer, m, r);
}

static void answer(struct pl_evm_result *r, struct pl_evm *evm,
		   const struct pl_evm_msg *m, enum pl_evm_status status,
		   uint64_t gas_left)
{
	*r = (struct pl_evm_result){ .status = status, .gas_left = gas_left };
	end(r, evm, m);
}

/* SPEC (Yellow Paper, 7): the code that creation leaves, and 200 gas a byte.
 * SPEC eip-170, eip-3541: not too much, and not what begins with 0xef */
static enum pl_evm_status deposit(struct pl_frame *f)
{
	uint64_t limit = f->evm->block->max_code_size;
	struct pl_span code = f->output;

	if (f->fork >= PL_FORK_SPURIOUS &&
	    code.n > (limit ? limit : PL_EVM_CODE_LIMIT))
		return PL_EVM_CODE_SIZE;
	if (f->fork >= PL_FORK_LONDON && code.n && code.p[0] == 0xef)
		return PL_EVM_CODE_EF;
	if (f->gas < 200 * (uint64_t)code.n) {
		/* SPEC eip-2: before it, an account without code was left */
		if (f->fork >= PL_FORK_HOMESTEAD)
			return PL_EVM_OUT_OF_GAS;
		f->output.n = 0;
		return PL_EVM_SUCCESS;
	}
	f->gas -= 200 * (uint64_t)code.n;
	if (code.n)
		pl_state_set_code(f->state, f->self, code);
	return PL_EVM_SUCCESS;
}

static void finish(struct pl_evm_result *r, struct pl_frame *f)
{
	enum pl_evm_status status = f->status;

	*r = (struct pl_evm_result){ 0 };
	if (status == PL_EVM_SUCCESS && creates(f->msg.kind)) {
		status = deposit(f);
		r->created = f->self->addr;
	}
	r->status = status;
	if (status != PL_EVM_SUCCESS || lost(f->evm))
		pl_state_revert(f->state, f->mark);
	if (status == PL_EVM_SUCCESS || status == PL_EVM_REVERT) {
		r->gas_left = f->gas;
		r->output = f->output;
	}
	end(r, f->evm, &f->msg);
}

/* What a frame called has ended. */
static void deliver(struct pl_frame *f, const struct pl_evm_result *r)
{
	size_t n = r->output.n < f->out_n ? r->output.n : f->out_n;
	bool ok = r->status == PL_EVM_SUCCESS;

	f->gas += r->gas_left;
	pl_wrap_set(f->sp, ok);
	if (creates(f->called)) {
		if (ok)
			*f->sp = pl_word_of_addr(&r->created);
		else if (r->status == PL_EVM_REVERT)
			f->ret = r->output;
		return;
	}
	f->ret = r->output;
	if (n)
		memcpy(f->mem + f->out_at, r->output.p, n);
}

/* --------------------------------------------------------------- beginning */

static struct pl_frame *frame(struct pl_evm *evm, const struct pl_evm_msg *m,
			      struct pl_acct *self, size_t mark,
			      struct pl_span code, const struct pl_hash32 *hash)
{
	struct pl_frame *f = pl_pool_frame(evm->pool, m->depth);

	f->msg = *m;
	f->evm = evm;
	f->state = evm->state;
	f->fork = evm->block->fork;
	f->depth = m->depth;
	f->self = self;
	f->mark = mark;
	f->code = code;
	f->data = m->input;
	f->gas = m->gas;
	f->sp = f->floor;
	f->mem_n = 0;
	f->ret = f->output = (struct pl_span){ 0 };
	f->program = pl_pool_program(f, hash);
	f->ins = f->program->ins;
	return f;
}

static void precompiled(struct pl_evm_result *r, struct pl_evm *evm,
			const struct pl_evm_msg *m, unsigned index, size_t mark)
{
	enum pl_fork fork = evm->block->fork;
	uint64_t gas = pl_precompile_gas(index, fork, m->input);
	struct pl_arena *a = evm->pool->out_a;
	struct pl_span out = { 0 };

	*r = (struct pl_evm_result){ .status = PL_EVM_OUT_OF_GAS };
	if (gas <= m->gas) {
		/* Nobody can read what the one before left any more. */
		pl_arena_reset(a);
		r->status = PL_EVM_PRECOMPILE;
		if (pl_precompile_run(&out, a, index, fork, m->input))
			r->status = PL_EVM_SUCCESS;
	}
	if (r->status == PL_EVM_SUCCESS) {
		/* The input is the caller's memory, which will change. */
		if (out.n && out.p == m->input.p)
			out = pl_span_dup(a, out);
		r->output = out;
		r->gas_left = m->gas - gas;
	} else {
		pl_state_revert(evm->state, mark);
	}
	end(r, evm, m);
}

/* What value moves, and who is touched by that (EIP-161). */
static void pay(struct pl_state *s, const struct pl_evm_msg *m,
		struct pl_acct *from, struct pl_acct *to)
{
	if (m->kind == PL_EVM_STATICCALL || pl_wrap_is_zero(&m->value))
		pl_state_touch(s, to);
	else
		(void)!pl_state_transfer(s, from, to, &m->value);
}

/* SPEC eip-7702: a delegation is followed once */
static struct pl_acct *code_of(struct pl_span *code, struct pl_evm *evm,
			       const struct pl_evm_msg *m)
{
	struct pl_acct *a = pl_state_get(evm->state, &m->code_addr);
	struct pl_addr to;

	*code = pl_acct_code(evm->state, a);
	if (evm->block->fork >= PL_FORK_PRAGUE && code->n == 23 &&
	    pl_evm_delegation(&to, *code)) {
		a = pl_state_get(evm->state, &to);
		*code = pl_acct_code(evm->state, a);
	}
	return a;
}

/* A frame that is to run; NULL: *r is how the message ended. */
static struct pl_frame *start_call(struct pl_evm_result *r, struct pl_evm *evm,
				   const struct pl_evm_msg *m)
{
	bool pays = m->kind == PL_EVM_CALL || m->kind == PL_EVM_CALLCODE;
	struct pl_state *s = evm->state;
	struct pl_acct *from = pl_state_get(s, &m->sender);
	struct pl_acct *self = pl_state_get(s, &m->recipient);
	struct pl_acct *code_acct;
	struct pl_span code;
	unsigned index;
	size_t mark;

	if (evm->tracer && evm->tracer->enter)
		evm->tracer->enter(evm->tracer, m, &m->code_addr);
	if (m->depth > PL_EVM_DEPTH) {
		answer(r, evm, m, PL_EVM_DEPTH, m->gas);
		return NULL;
	}
	if (pays && pl_wrap_lt(&from->balance, &m->value)) {
		answer(r, evm, m, PL_EVM_BALANCE, m->gas);
		return NULL;
	}
	mark = pl_state_mark(s);
	if (m->kind == PL_EVM_CALL || m->kind == PL_EVM_STATICCALL)
		pay(s, m, from, self);
	if (pl_precompile_find(&index, &m->code_addr, evm->block->fork)) {
		precompiled(r, evm, m, index, mark);
		return NULL;
	}
	code_acct = code_of(&code, evm, m);
	if (!code.n || lost(evm)) {
		answer(r, evm, m, PL_EVM_SUCCESS, m->gas);
		return NULL;
	}
	return frame(evm, m, self, mark, code, &code_acct->code_hash);
}

static struct pl_addr new_address(const struct pl_evm_msg *m,
				  const struct pl_acct *from)
{
	if (m->kind == PL_EVM_CREATE2)
		return pl_create2_address(&m->sender, &m->salt, m->input);
	return pl_create_address(&m->sender, from->nonce);
}

/* What forbids a creation before anything is changed. */
static enum pl_evm_status may_create(const struct pl_evm_msg *m,
				     const struct pl_acct *from)
{
	if (m->depth > PL_EVM_DEPTH)
		return PL_EVM_DEPTH;
	if (pl_wrap_lt(&from->balance, &m->value))
		return PL_EVM_BALANCE;
	/* SPEC eip-2681: a nonce is below 2^64 - 1 */
	if (from->nonce == UINT64_MAX)
		return PL_EVM_NONCE;
	return PL_EVM_SUCCESS;
}

static struct pl_frame *start_create(struct pl_evm_result *r,
				     struct pl_evm *evm,
				     const struct pl_evm_msg *asked)
{
	enum pl_fork fork = evm->block->fork;
	struct pl_evm_msg msg = *asked;
	const struct pl_evm_msg *m = &msg;
	struct pl_state *s = evm->state;
	struct pl_acct *from = pl_state_get(s, &m->sender), *self;
	enum pl_evm_status status = may_create(m, from);
	struct pl_addr addr = new_address(m, from);
	size_t mark;

	msg.recipient = msg.code_addr = addr;
	if (evm->tracer && evm->tracer->enter)
		evm->tracer->enter(evm->tracer, m, &addr);
	if (status) {
		answer(r, evm, m, status, m->gas);
		return NULL;
	}
	pl_state_set_nonce(s, from, from->nonce + 1);
	self = pl_state_get(s, &addr);
	/* SPEC eip-2929: warm even if the creation fails */
	if (fork >= PL_FORK_BERLIN)
		(void)pl_state_warm_fast(s, self);
	if (pl_acct_is_taken(s, self)) {
		answer(r, evm, m, PL_EVM_COLLISION, 0);
		return NULL;
	}
	mark = pl_state_mark(s);
	pl_state_create(s, self);
	/* SPEC eip-161: a contract's nonce begins at 1 */
	if (fork >= PL_FORK_SPURIOUS)
		pl_state_set_nonce(s, self, 1);
	pay(s, m, from, self);
	if (!m->input.n || lost(evm)) {
		*r = (struct pl_evm_result){ .gas_left = m->gas,
					     .created = addr };
		end(r, evm, m);
		return NULL;
	}
	return frame(evm, m, self, mark, m->input, NULL);
}

static struct pl_frame *start(struct pl_evm_result *r, struct pl_evm *evm,
			      const struct pl_evm_msg *m)
{
	struct pl_frame *f;

	if (!creates(m->kind))
		return start_call(r, evm, m);
	f = start_create(r, evm, m);
	if (f) /* init code runs without input */
		f->data = (struct pl_span){ 0 };
	return f;
}

/* ----------------------------------------------------------------- running */

static void loop(struct pl_frame *f)
{
	if (lost(f->evm)) {
		f->wants_call = false;
		f->status = PL_EVM_NO_STATE;
	} else if (f->evm->tracer && f->evm->tracer->step) {
		(void)pl_loop_traced(f);
	} else {
		(void)pl_loop(f);
	}
}

void pl_evm_run(struct pl_evm_result *out, struct pl_evm *evm,
		const struct pl_evm_msg *msg)
{
	struct pl_evm_pool *p = evm->pool;
	struct pl_frame *f, *called;

	pl_pool_begin(p, evm->block->fork);
	f = start(out, evm, msg);
	while (f) {
		struct pl_evm_result r;

		loop(f);
		if (f->wants_call) {
			f->called = p->next.kind;
			called = start(&r, evm, &p->next);
			if (called) {
				f = called;
				continue;
			}
		} else {
			finish(&r, f);
			if (f->depth == msg->depth) {
				*out = r;
				return;
			}
			f = p->frames[f->depth - 1];
		}
		deliver(f, &r);
	}
}
