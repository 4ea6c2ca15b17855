/* Forks of the execution layer: what a block of each looks like, and when
 * Ethereum's main network went over to it. */
#ifndef PL_ETH_FORK_H
#define PL_ETH_FORK_H

#include <stdbool.h>
#include <stdint.h>

enum pl_fork {
	PL_FORK_FRONTIER,
	PL_FORK_HOMESTEAD,
	PL_FORK_DAO,
	PL_FORK_TANGERINE, /* EIP-150 */
	PL_FORK_SPURIOUS,  /* EIP-155, 158 */
	PL_FORK_BYZANTIUM,
	PL_FORK_CONSTANTINOPLE, /* with EIP-1283: test chains only */
	PL_FORK_PETERSBURG,
	PL_FORK_ISTANBUL,
	PL_FORK_MUIR_GLACIER,
	PL_FORK_BERLIN,
	PL_FORK_LONDON,
	PL_FORK_ARROW_GLACIER,
	PL_FORK_GRAY_GLACIER,
	PL_FORK_PARIS, /* the merge */
	PL_FORK_SHANGHAI,
	PL_FORK_CANCUN, /* consensus: Deneb */
	PL_FORK_PRAGUE, /* consensus: Electra */
	PL_FORK_OSAKA,  /* consensus: Fulu */
	PL_FORK_BPO1,   /* Fulu with more blobs */
	PL_FORK_BPO2,
	PL_FORKS
};

/* "frontier", "homestead" … */
const char *pl_fork_name(enum pl_fork f);

/* Items in the RLP list of a header of this fork: 15 to 21. */
unsigned pl_fork_header_fields(enum pl_fork f);

/* The main network's fork at a block. */
enum pl_fork pl_fork_mainnet(uint64_t number, uint64_t time);

/* Highest transaction type a block of this fork may hold. */
unsigned pl_fork_max_tx_type(enum pl_fork f);

#endif
