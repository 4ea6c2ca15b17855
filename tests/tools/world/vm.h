/* Contracts of a made-up chain whose code does what it says. */
#ifndef PL_TESTS_WORLD_VM_H
#define PL_TESTS_WORLD_VM_H

#include "chain.h"
#include "token/token.h"

#define WORLD_ISSUER 21 /* owner of the token, with its first supply */
#define WORLD_STRICT "0x7373737373737373737373737373737373737373"

/* A creation as that user's first transaction; zero where it fails. */
struct pl_addr world_deploy(struct world_chain *c, unsigned user,
			    struct pl_span init);

/* Code that answers calls of these functions with bytes, whatever their
 * arguments, and reverts on all others. */
struct world_answer {
	const char *signature;
	struct pl_span data;
	bool reverts; /* …with those bytes */
};
struct pl_addr world_answers(struct world_chain *c, const char *at,
			     const struct world_answer *w, size_t n);

/* PlumeToken "World Estate" of 1000 WEST with 6 places, cap 5000; and a token
 * that lets nothing move. */
struct world_contracts {
	struct pl_addr estate, strict;
};
void world_callable(struct world_chain *c, struct world_contracts *out);

#endif
