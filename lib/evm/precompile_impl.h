/* Within evm/: the groups of precompiled contracts.  A run function answers as
 * pl_precompile_run; a price as pl_precompile_gas. */
#ifndef PL_EVM_PRECOMPILE_IMPL_H
#define PL_EVM_PRECOMPILE_IMPL_H

#include "evm/precompile.h"

/* Copy n bytes from offset `at` of the input; what lies behind its end is
 * zeros. */
void pl_pre_bytes(uint8_t *out, size_t n, struct pl_span in, size_t at);

/* The n bytes there, of which those behind the end are cut off. */
struct pl_span pl_pre_part(struct pl_span in, size_t at, size_t n);

/* A room for an answer of n bytes, zeroed; *out is set to it. */
uint8_t *pl_pre_room(struct pl_span *out, struct pl_arena *a, size_t n);

typedef bool pl_pre_run(struct pl_span *out, struct pl_arena *a,
			enum pl_fork fork, struct pl_span in);
typedef uint64_t pl_pre_gas(unsigned index, enum pl_fork fork,
			    struct pl_span in);

pl_pre_gas pl_pre_modexp_gas;
pl_pre_run pl_pre_modexp;

pl_pre_gas pl_pre_bn_gas;
pl_pre_run pl_pre_bn_add, pl_pre_bn_mul, pl_pre_bn_pairing;

pl_pre_gas pl_pre_bls_gas;
pl_pre_run pl_pre_point_evaluation;
pl_pre_run pl_pre_bls_g1_add, pl_pre_bls_g1_msm;
pl_pre_run pl_pre_bls_g2_add, pl_pre_bls_g2_msm;
pl_pre_run pl_pre_bls_pairing, pl_pre_bls_map_g1, pl_pre_bls_map_g2;

#endif
