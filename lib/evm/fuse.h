/* Operations that often follow one another become one instruction; what is
 * known while the program is made is computed then.  For code.c alone.
 *
 * Gas and stack are the block's, so nothing that is left out here is left
 * unpaid. */
#ifndef PL_EVM_FUSE_H
#define PL_EVM_FUSE_H

#include "evm/code.h"

/* A block's instructions so far, without its head. */
struct pl_fuse {
	struct pl_ins *first, *end;
	struct pl_u256 *wide; /* where the next large number goes */
};

/* true: *op is in the program now.  false: it is to be put behind, but may be
 * another by now. */
bool pl_fuse(struct pl_fuse *f, unsigned *op);

/* JUMP or JUMPI to the number that the last instruction pushes. */
void pl_fuse_jump(struct pl_fuse *f, bool always);

/* Whether an opcode may need room for a large number. */
bool pl_fuse_folds(unsigned op);

#endif
