/* Nitro among the families of chains that eth/check.h asks. */
#ifndef PL_ORBIT_FAMILY_H
#define PL_ORBIT_FAMILY_H

#include "eth/check.h"

/* Its RPC's fields l1BlockNumber, sendRoot and sendCount, which no hash
 * covers, are held against the mix hash and extra data, which one does. */
extern const struct pl_family pl_family_nitro;

#endif
