#include "eth/fork.h"

/* Block numbers up to the merge, times of the slot behind it (execution-specs
 * and EIP-7600, EIP-7607, EIP-7892).  A time is genesis 1606824023 plus 384
 * seconds an epoch. */
#define MERGE 15537394 /* the first block of Paris */

/* clang-format off */
static const struct {
	const char *name;
	uint64_t number, time;
	unsigned fields, max_tx;
} forks[PL_FORKS] = {
	[PL_FORK_FRONTIER] =    {"frontier",             0,          0, 15, 0},
	[PL_FORK_HOMESTEAD] =   {"homestead",      1150000,          0, 15, 0},
	[PL_FORK_DAO] =         {"dao",            1920000,          0, 15, 0},
	[PL_FORK_TANGERINE] =   {"tangerine",      2463000,          0, 15, 0},
	[PL_FORK_SPURIOUS] =    {"spurious",       2675000,          0, 15, 0},
	[PL_FORK_BYZANTIUM] =   {"byzantium",      4370000,          0, 15, 0},
	/* Both from one block on: the main network never was in the first. */
	[PL_FORK_CONSTANTINOPLE] = {"constantinople", 7280000,    0, 15, 0},
	[PL_FORK_PETERSBURG] =  {"petersburg",     7280000,          0, 15, 0},
	[PL_FORK_ISTANBUL] =    {"istanbul",       9069000,          0, 15, 0},
	[PL_FORK_MUIR_GLACIER] = {"muir-glacier",   9200000,          0, 15, 0},
	[PL_FORK_BERLIN] =      {"berlin",        12244000,          0, 15, 1},
	[PL_FORK_LONDON] =      {"london",        12965000,          0, 16, 2},
	[PL_FORK_ARROW_GLACIER] = {"arrow-glacier", 13773000,         0, 16, 2},
	[PL_FORK_GRAY_GLACIER] = {"gray-glacier",  15050000,          0, 16, 2},
	[PL_FORK_PARIS] =       {"paris",            MERGE,          0, 16, 2},
	[PL_FORK_SHANGHAI] =    {"shanghai",         MERGE, 1681338455, 17, 2},
	[PL_FORK_CANCUN] =      {"cancun",           MERGE, 1710338135, 20, 3},
	[PL_FORK_PRAGUE] =      {"prague",           MERGE, 1746612311, 21, 4},
	[PL_FORK_OSAKA] =       {"osaka",            MERGE, 1764798551, 21, 4},
	[PL_FORK_BPO1] =        {"bpo1",             MERGE, 1765290071, 21, 4},
	[PL_FORK_BPO2] =        {"bpo2",             MERGE, 1767747671, 21, 4},
};
/* clang-format on */

const char *pl_fork_name(enum pl_fork f)
{
	return forks[f].name;
}

unsigned pl_fork_header_fields(enum pl_fork f)
{
	return forks[f].fields;
}

unsigned pl_fork_max_tx_type(enum pl_fork f)
{
	return forks[f].max_tx;
}

enum pl_fork pl_fork_mainnet(uint64_t number, uint64_t time)
{
	unsigned f = PL_FORKS - 1;

	while (f && (number < forks[f].number || time < forks[f].time))
		f--;
	return (enum pl_fork)f;
}
