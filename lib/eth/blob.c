#include "eth/blob.h"

/* Blobs a block aims at, the most it holds, and BLOB_BASE_FEE_UPDATE_FRACTION;
 * from Osaka on EIP-7918 bounds the price from below. */
/* clang-format off */
static const struct {
	enum pl_fork since;
	unsigned target, max;
	uint64_t fraction;
	bool bounded;
} schedule[] = {
	{ PL_FORK_BPO2,   14, 21, 11684671, true },
	{ PL_FORK_BPO1,   10, 15,  8346193, true },
	{ PL_FORK_OSAKA,   6,  9,  5007716, true },
	{ PL_FORK_PRAGUE,  6,  9,  5007716, false },
	{ PL_FORK_CANCUN,  3,  6,  3338477, false },
	{ PL_FORK_FRONTIER, 0, 0,        0, false },
};
/* clang-format on */

static size_t row(enum pl_fork f)
{
	size_t i = 0;

	while (f < schedule[i].since)
		i++;
	return i;
}

uint64_t pl_blob_limit(enum pl_fork f)
{
	return (uint64_t)schedule[row(f)].max * PL_BLOB_GAS;
}

/* SPEC EIP-4844 fake_exponential: e^(n/d) by its series, in whole numbers, each
 * term rounded down */
static bool exponential(struct pl_u256 *out, uint64_t n, uint64_t d)
{
	struct pl_u256 term = pl_u256_of(d), sum = pl_u256_of(0);

	for (uint64_t i = 1; !pl_u256_is_zero(&term); i++) {
		if (!pl_u256_add(&sum, &sum, &term) ||
		    !pl_u256_mul64(&term, &term, n))
			return false;
		/* both below 2^64: n/d is at most 177 where it fits */
		(void)pl_u256_div64(&term, d);
		(void)pl_u256_div64(&term, i);
	}
	(void)pl_u256_div64(&sum, d);
	*out = sum;
	return true;
}

bool pl_blob_price(struct pl_u256 *out, enum pl_fork f, uint64_t excess)
{
	uint64_t fraction = schedule[row(f)].fraction;

	return fraction && exponential(out, excess, fraction);
}

/* SPEC EIP-7918 BLOB_BASE_COST: the execution gas a blob is worth at least */
#define BASE_COST 8192

/* Whether a blob costs less than that. */
static bool below_reserve(bool *out, enum pl_fork f,
			  const struct pl_header *parent)
{
	struct pl_u256 reserve, price;

	if (!pl_blob_price(&price, f, parent->excess_blob_gas) ||
	    !pl_u256_mul64(&price, &price, PL_BLOB_GAS) ||
	    !pl_u256_mul64(&reserve, &parent->base_fee, BASE_COST))
		return false;
	*out = pl_u256_cmp(&reserve, &price) > 0;
	return true;
}

bool pl_blob_next_excess(uint64_t *out, enum pl_fork f,
			 const struct pl_header *parent)
{
	const size_t s = row(f);
	const uint64_t target = (uint64_t)schedule[s].target * PL_BLOB_GAS;
	const uint64_t used = parent->blob_gas_used;
	const uint64_t all = parent->excess_blob_gas + used;
	bool cheap = false;

	if (!target || parent->n_fields < 20 || all < used || used > UINT32_MAX)
		return false;
	if (all < target) {
		*out = 0;
		return true;
	}
	if (schedule[s].bounded && !below_reserve(&cheap, f, parent))
		return false;
	*out = cheap ? parent->excess_blob_gas +
			       used * (schedule[s].max - schedule[s].target) /
				       schedule[s].max
		     : all - target;
	return true;
}
