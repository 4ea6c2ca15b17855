/* A chain kept in a file as it goes: every block is there when pl_dev_mine
 * returns, everything else when pl_dev_sync does, whatever becomes of the
 * program then.  States are read from the file when they are asked for. */
#ifndef PL_DEVNET_DEV_DB_H
#define PL_DEVNET_DEV_DB_H

#include "devnet/dev.h"
#include "store/statedb.h"

/* From now on the chain lives in that file, which must outlive it.  Where the
 * file holds a chain already this one becomes it: blocks, the pool, what was
 * set by hand.  Blocks are checked as pl_dev_load does (PL_EFORMAT, PL_EPROOF;
 * the chain is then to be closed), states when they are read.  PL_EUSAGE for
 * another chain's file, and for a chain that stands on another's state. */
PL_CHECKED enum pl_rc pl_dev_keep_in(struct pl_dev *d, struct pl_statedb *db,
				     struct pl_err *e);

/* What changed since the last time goes into the file, as one transaction; on
 * failure none of it does, and the next time tries again.  Without a file, or a
 * change, nothing is done. */
PL_CHECKED enum pl_rc pl_dev_sync(struct pl_dev *d, struct pl_err *e);

#endif
