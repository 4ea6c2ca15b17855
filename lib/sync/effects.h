/* What a message would leave behind, in the terms of people: the events it
 * logs, and whose coins and tokens become more or fewer.
 *
 * Tokens are those of ERC-20 whose Transfer it logs; what their parties have is
 * asked of the token itself (balanceOf), in the state before and in the state
 * after, so an event that lies about a movement shows as no change. */
#ifndef PL_SYNC_EFFECTS_H
#define PL_SYNC_EFFECTS_H

#include "codec/abi.h"
#include "sync/exec.h"

#define PL_EFFECT_TOKENS 8   /* contracts whose balances are followed */
#define PL_EFFECT_PARTIES 48 /* balances in all */

struct pl_effect_event {
	const struct pl_log *log;
	const struct pl_abi_item *item; /* NULL: not known here */
	struct pl_abi_value args;       /* where it is */
};

struct pl_effect_change {
	struct pl_addr account;
	const struct pl_addr *token; /* NULL: the chain's coin */
	const char *symbol;          /* of the token, as it says; or NULL */
	uint8_t decimals;
	struct pl_u256 before, after;
};

struct pl_effects {
	struct pl_exec_result result;
	const struct pl_effect_event *events;
	size_t n_events;
	const struct pl_effect_change *changes; /* coins first */
	size_t n_changes;
	bool more; /* balances that were not followed */
};

/* Run it as pl_exec_run does.  abi knows events.  Lives in a. */
PL_CHECKED enum pl_rc pl_effects_run(struct pl_exec *x, struct pl_arena *a,
				     struct pl_effects *out,
				     const struct pl_exec_call *call,
				     const struct pl_abi *abi,
				     struct pl_err *e);

/* A view function called: "balanceOf(address)(uint256)" with values for its
 * parameters.  *found: it answered, with what the signature says, in *out
 * (its tuple).  Failures are those of the state alone. */
PL_CHECKED enum pl_rc
pl_exec_view(struct pl_exec *x, struct pl_arena *a, struct pl_abi_value *out,
	     bool *found, const struct pl_addr *to, const char *signature,
	     const struct pl_abi_value *v, size_t n, struct pl_err *e);

/* Why a token would not let an amount move, asked of the questions that
 * ERC-1404, ERC-3643 and ERC-7943 let anybody ask of it: "0x… is not in the
 * identity registry; …".  NULL: nothing that it tells stands against it.  from
 * is zero for what is minted, to for what is burned. */
PL_CHECKED enum pl_rc
pl_effects_refusal(struct pl_exec *x, struct pl_arena *a, const char **why,
		   const struct pl_addr *token, const struct pl_addr *from,
		   const struct pl_addr *to, const struct pl_u256 *amount,
		   struct pl_err *e);

/* As JSON: an array of events, an array of changes. */
struct pl_span pl_effects_events_json(struct pl_arena *a,
				      const struct pl_effects *f);
struct pl_span pl_effects_changes_json(struct pl_arena *a,
				       const struct pl_effects *f);

#endif
