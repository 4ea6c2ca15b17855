/* The state of a chain while transactions run: read on demand from a source,
 * changed in memory, and put back as it was when a call fails.
 *
 * Rules of the state only: what a refund is worth, what a cold access costs
 * and who may do what belongs to evm.h and transact.h.  Pure: all that comes
 * from outside comes through the source. */
#ifndef PL_EVM_STATE_H
#define PL_EVM_STATE_H

#include "base/types.h"
#include "eth/fork.h"
#include "eth/receipt.h"

/* Where accounts, slots and code come from: memory, a trie, proofs fetched
 * from a node, a database.  First member of every kind.  A source that cannot
 * answer (no network, a false proof) says why in *e; the state keeps that and
 * everything that runs on it ends with PL_EVM_NO_STATE. */
struct pl_state_account {
	bool exists; /* an empty account may exist (before EIP-161) */
	uint64_t nonce;
	struct pl_u256 balance;
	struct pl_hash32 code_hash; /* keccak("") without code */
};
struct pl_state_source {
	enum pl_rc (*account)(struct pl_state_source *x,
			      struct pl_state_account *out,
			      const struct pl_addr *addr, struct pl_err *e);
	enum pl_rc (*slot)(struct pl_state_source *x, struct pl_u256 *out,
			   const struct pl_addr *addr,
			   const struct pl_u256 *key, struct pl_err *e);
	/* The bytes live in `a` or longer, and hash to code_hash. */
	enum pl_rc (*code)(struct pl_state_source *x, struct pl_arena *a,
			   struct pl_span *out, const struct pl_addr *addr,
			   const struct pl_hash32 *code_hash, struct pl_err *e);
	/* Of one of the 256 blocks before the one being run. */
	enum pl_rc (*block_hash)(struct pl_state_source *x,
				 struct pl_hash32 *out, uint64_t number,
				 struct pl_err *e);
	/* Whether the account has any storage (EIP-7610); may be NULL: no. */
	enum pl_rc (*has_storage)(struct pl_state_source *x, bool *out,
				  const struct pl_addr *addr, struct pl_err *e);
};

struct pl_state; /* state_impl.h holds what the interpreter looks into */

/* An account in the state, and a slot of it.  Handles are valid as long as
 * the state; their members are read through the functions below or, by
 * lib/evm alone, through state_impl.h. */
struct pl_acct;
struct pl_slot;

/* An empty state over a source, which must outlive it. */
struct pl_state *pl_state_open(struct pl_state_source *source);
void pl_state_close(struct pl_state *s); /* NULL is allowed */

/* Forget all that was read and changed, keep the memory. */
void pl_state_reset(struct pl_state *s);

/* PL_OK, or why the source failed: nothing that was computed since counts. */
enum pl_rc pl_state_failure(const struct pl_state *s, struct pl_err *e);

/* ---------------------------------------------------------------- reading
 * After a failure of the source accounts are absent, slots 0, code empty. */
struct pl_acct *pl_state_get(struct pl_state *s, const struct pl_addr *addr);
bool pl_acct_exists(const struct pl_acct *a);
bool pl_acct_is_empty(const struct pl_acct *a); /* EIP-161 */
const struct pl_addr *pl_acct_addr(const struct pl_acct *a);
uint64_t pl_acct_nonce(const struct pl_acct *a);
const struct pl_u256 *pl_acct_balance(const struct pl_acct *a);
const struct pl_hash32 *pl_acct_code_hash(const struct pl_acct *a);
/* Its code; lives as long as the state. */
struct pl_span pl_acct_code(struct pl_state *s, struct pl_acct *a);
/* Whether code, nonce or storage stand at an address where a contract is to
 * be created (EIP-684, EIP-7610). */
bool pl_acct_is_taken(struct pl_state *s, struct pl_acct *a);

/* value: now; original: when the transaction began (EIP-2200).  The handle
 * lasts, but is got anew in every transaction. */
struct pl_slot *pl_state_slot(struct pl_state *s, struct pl_acct *a,
			      const struct pl_u256 *key);
const struct pl_u256 *pl_slot_value(const struct pl_slot *x);
const struct pl_u256 *pl_slot_original(const struct pl_slot *x);

struct pl_u256 pl_state_transient(struct pl_state *s, const struct pl_acct *a,
				  const struct pl_u256 *key);
struct pl_hash32 pl_state_block_hash(struct pl_state *s, uint64_t number);

/* --------------------------------------------------- changing, with a way back
 * Every change is journaled.  A mark is a place in the journal; reverting to
 * it undoes what came later: values, warmth, logs, refund, creations. */
size_t pl_state_mark(const struct pl_state *s);
void pl_state_revert(struct pl_state *s, size_t mark);

void pl_state_set_slot(struct pl_state *s, struct pl_acct *a, struct pl_slot *x,
		       const struct pl_u256 *value);
void pl_state_set_transient(struct pl_state *s, struct pl_acct *a,
			    const struct pl_u256 *key,
			    const struct pl_u256 *value);
void pl_state_set_balance(struct pl_state *s, struct pl_acct *a,
			  const struct pl_u256 *balance);
/* Adding nothing still touches the account (EIP-161). */
void pl_state_add_balance(struct pl_state *s, struct pl_acct *a,
			  const struct pl_u256 *amount);
/* false: it has less, and nothing changed. */
PL_CHECKED bool pl_state_transfer(struct pl_state *s, struct pl_acct *from,
				  struct pl_acct *to,
				  const struct pl_u256 *amount);
void pl_state_set_nonce(struct pl_state *s, struct pl_acct *a, uint64_t nonce);
/* The bytes are copied into the state. */
void pl_state_set_code(struct pl_state *s, struct pl_acct *a,
		       struct pl_span code);
void pl_state_touch(struct pl_state *s, struct pl_acct *a);
/* A contract account comes to be where nothing is taken (pl_acct_is_taken):
 * what balance was there stays, storage is empty, and "created in this
 * transaction" holds (EIP-6780). */
void pl_state_create(struct pl_state *s, struct pl_acct *a);
bool pl_acct_is_created(const struct pl_state *s, const struct pl_acct *a);
/* Marked for removal at the end of the transaction; balance becomes 0 only if
 * the caller moves it.  Returns whether it was not marked before. */
bool pl_state_destruct(struct pl_state *s, struct pl_acct *a);

/* EIP-2929: warm it; returns whether it was cold. */
bool pl_state_warm(struct pl_state *s, struct pl_acct *a);
bool pl_state_warm_slot(struct pl_state *s, struct pl_slot *x);

/* data is copied. */
void pl_state_log(struct pl_state *s, const struct pl_log *log);
const struct pl_log *pl_state_logs(const struct pl_state *s, size_t *n);

void pl_state_refund(struct pl_state *s, int64_t gas); /* EIP-3529 counter */
int64_t pl_state_refunded(const struct pl_state *s);

/* ------------------------------------------------------- between transactions
 */

/* Before one: everything cold, no logs, refund 0, originals are what slots hold
 * now, transient storage empty. */
void pl_state_begin_tx(struct pl_state *s);

/* After one: destructed accounts go, and touched empty ones from Spurious
 * Dragon on.  The journal is dropped: there is no way back behind this. */
void pl_state_end_tx(struct pl_state *s, enum pl_fork fork);

/* What differs from the source, for whoever stores it.  Order is that of
 * addresses, and of keys within one. */
struct pl_state_change {
	struct pl_addr addr;
	struct pl_state_account account; /* exists = false: it is gone */
	struct pl_span code;             /* when code_changed */
	bool code_changed;
	bool wiped; /* storage of the source does not count any more */
	const struct pl_state_slot_change *slots;
	size_t n_slots;
};
struct pl_state_slot_change {
	struct pl_u256 key, value;
};
/* Lives in `a`. */
struct pl_state_change *pl_state_changes(struct pl_state *s, struct pl_arena *a,
					 size_t *n);

/* What pl_state_changes gave is in the source now. */
void pl_state_committed(struct pl_state *s);

/* What was read, for access lists and prefetching: the accounts and slots that
 * are warm now, in rising order. */
struct pl_state_access {
	struct pl_addr addr;
	struct pl_hash32 *keys;
	size_t n_keys;
};
struct pl_state_access *pl_state_warm_list(struct pl_state *s,
					   struct pl_arena *a, size_t *n);

#endif
