/* libplume's public header: the pure parts, codecs and proofs.  They do no
 * I/O, read no clock and hold no state; memory comes from an arena the caller
 * opens.  Compile with `pkg-config --cflags plume`, link with
 * `pkg-config --libs --static plume`. */
#ifndef PL_PLUME_H
#define PL_PLUME_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hex.h"
#include "base/types.h"
#include "codec/abi.h"
#include "codec/jcs.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "codec/ssz.h"
#include "crypto/addr.h"
#include "crypto/bls.h"
#include "crypto/keccak.h"
#include "crypto/secp.h"
#include "eth/check.h"
#include "eth/header.h"
#include "eth/light_file.h"
#include "eth/light_store.h"
#include "eth/receipt.h"
#include "eth/trie.h"
#include "eth/tx.h"
#include "orbit/nitro.h"

#endif
