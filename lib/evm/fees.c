/* What gas and blobs cost in the next block. */
#include "evm/transact.h"

#define INITIAL_BASE_FEE 1000000000u
#define BLOB_BASE_COST 8192 /* EIP-7918 */

/* SPEC EIP-1559 base_fee: an eighth up or down, by how far the parent was
 * from half full */
struct pl_u256 pl_next_base_fee(const struct pl_header *parent)
{
	uint64_t target = parent->gas_limit / 2, used = parent->gas_used;
	uint64_t off = used > target ? used - target : target - used;
	struct pl_u256 fee = parent->base_fee, change;
	const struct pl_u256 one = pl_u256_of(1);

	if (parent->n_fields < 16)
		return pl_u256_of(INITIAL_BASE_FEE);
	if (!off || !target)
		return fee;
	if (!pl_u256_mul64(&change, &fee, off))
		return fee; /* no such fee was ever paid */
	(void)pl_u256_div64(&change, target);
	(void)pl_u256_div64(&change, 8);
	if (used > target) {
		if (pl_u256_is_zero(&change))
			change = one;
		if (!pl_u256_add(&fee, &fee, &change))
			memset(&fee, 0xff, sizeof(fee));
	} else if (!pl_u256_sub(&fee, &fee, &change)) {
		fee = pl_u256_of(0);
	}
	return fee;
}

struct pl_blob_schedule pl_blob_schedule(enum pl_fork fork)
{
	if (fork < PL_FORK_CANCUN)
		return (struct pl_blob_schedule){ 0, 0, 0, 3338477 };
	if (fork < PL_FORK_PRAGUE)
		return (struct pl_blob_schedule){ 3, 6, 6, 3338477 };
	if (fork < PL_FORK_OSAKA)
		return (struct pl_blob_schedule){ 6, 9, 9, 5007716 };
	if (fork < PL_FORK_BPO1)
		return (struct pl_blob_schedule){ 6, 9, 6, 5007716 };
	if (fork < PL_FORK_BPO2)
		return (struct pl_blob_schedule){ 10, 15, 6, 8346193 };
	return (struct pl_blob_schedule){ 14, 21, 6, 11684671 };
}

/* SPEC EIP-4844 fake_exponential: e^(excess / fraction) by its series, in
 * integers; what does not fit is as large as it can be */
struct pl_u256 pl_blob_base_fee(uint64_t excess_blob_gas, enum pl_fork fork)
{
	uint64_t d = pl_blob_schedule(fork).fraction;
	struct pl_u256 sum = { { 0 } }, term = pl_u256_of(d);

	for (uint64_t i = 1; !pl_u256_is_zero(&term); i++) {
		if (!pl_u256_add(&sum, &sum, &term) ||
		    !pl_u256_mul64(&term, &term, excess_blob_gas)) {
			memset(&sum, 0xff, sizeof(sum));
			return sum;
		}
		(void)pl_u256_div64(&term, d * i);
	}
	(void)pl_u256_div64(&sum, d);
	return sum;
}

/* SPEC EIP-7918 calc_excess_blob_gas: a blob costs at least what BLOB_BASE_COST
 * gas does, or the excess falls no more */
static bool blobs_too_cheap(const struct pl_header *parent, enum pl_fork fork)
{
	struct pl_u256 fee = pl_blob_base_fee(parent->excess_blob_gas, fork);
	struct pl_u256 reserve;

	if (!pl_u256_mul64(&reserve, &parent->base_fee, BLOB_BASE_COST))
		return true;
	return pl_u256_mul64(&fee, &fee, PL_BLOB_GAS) &&
	       pl_u256_cmp(&reserve, &fee) > 0;
}

uint64_t pl_next_excess_blob_gas(const struct pl_header *parent,
				 enum pl_fork fork)
{
	struct pl_blob_schedule s = pl_blob_schedule(fork);
	uint64_t target = (uint64_t)s.target * PL_BLOB_GAS;
	uint64_t excess = parent->excess_blob_gas, used = parent->blob_gas_used;

	if (parent->n_fields < 20)
		return 0;
	if (used > UINT64_MAX - excess)
		return UINT64_MAX - target;
	if (excess + used < target)
		return 0;
	if (fork >= PL_FORK_OSAKA && blobs_too_cheap(parent, fork))
		return excess + used / s.max * (s.max - s.target) +
		       used % s.max * (s.max - s.target) / s.max;
	return excess + used - target;
}
