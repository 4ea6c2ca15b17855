/* State tests of ethereum/tests and execution-spec-tests: a state, one
 * transaction in many forms, and for each fork what the state's root and the
 * logs' hash must be afterwards.  Pure: documents are read by the caller. */
#ifndef PL_EVM_STATETEST_H
#define PL_EVM_STATETEST_H

#include "codec/json_in.h"
#include "evm/evm.h"

struct pl_statetest_case {
	const char *name; /* of the test */
	const char *fork; /* as the test writes it: "EIP158"; "" if it has
			   * none: the test itself could not be read */
	uint64_t index;   /* among the entries of that fork */
	bool pass;
	const struct pl_hash32 *root; /* afterwards; NULL: nothing was run */
	const char *error;            /* why it did not pass, or NULL */
};
/* A failure of fn ends the run.  What the case points to lasts until fn
 * returns. */
typedef enum pl_rc (*pl_statetest_fn)(void *x,
				      const struct pl_statetest_case *c,
				      struct pl_err *e);

/* Memory that is kept from test to test. */
struct pl_statetest;
struct pl_statetest *pl_statetest_open(void);
void pl_statetest_close(struct pl_statetest *t); /* NULL is allowed */

/* Where the states are instead of in memory.  For each case `begin` makes a
 * state that holds those accounts and nothing else, and reads it through
 * *source; `end` puts the changes into it and says its root. */
struct pl_statetest_store {
	enum pl_rc (*begin)(struct pl_statetest_store *x,
			    struct pl_state_source **source,
			    const struct pl_state_change *pre, size_t n,
			    struct pl_err *e);
	enum pl_rc (*end)(struct pl_statetest_store *x, struct pl_hash32 *root,
			  const struct pl_state_change *changes, size_t n,
			  struct pl_err *e);
};
void pl_statetest_over(struct pl_statetest *t, struct pl_statetest_store *x);

/* Run the cases of a document, an object of tests by their names: those of one
 * fork, or all (NULL).  A test that is not understood is a case that fails, and
 * so is one whose fork is unknown.  Fails only as fn does. */
PL_CHECKED enum pl_rc pl_statetest_run(struct pl_statetest *t,
				       const struct pl_json *doc,
				       const char *fork, pl_statetest_fn fn,
				       void *x, struct pl_err *e);

#endif
