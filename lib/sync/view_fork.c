/* Which rules a block's code runs by. */
#include "eth/check.h"
#include "orbit/family.h"
#include "orbit/nitro.h"
#include "sync/view_impl.h"

bool pl_view_is_nitro(const struct pl_view *v, const struct pl_header *h)
{
	return pl_family_of(v->conf.families, h) == &pl_family_nitro;
}

/* Of Arbitrum's ArbOS versions: 11, 20, 40 and 50 took over the opcodes and
 * precompiles of these forks. */
static enum pl_fork by_arbos(uint64_t version)
{
	if (version >= 50)
		return PL_FORK_OSAKA;
	if (version >= 40)
		return PL_FORK_PRAGUE;
	if (version >= 20)
		return PL_FORK_CANCUN;
	return version >= 11 ? PL_FORK_SHANGHAI : PL_FORK_PARIS;
}

/* Osaka's parameters of blobs follow the newest entry of the schedule. */
static enum pl_fork by_blobs(const struct pl_lc_config *c, uint64_t epoch)
{
	uint64_t most = 0;

	for (size_t i = 0; i < c->n_blob_schedule; i++)
		if (c->blob_schedule[i].epoch <= epoch)
			most = c->blob_schedule[i].max_blobs_per_block;
	if (most > 15)
		return PL_FORK_BPO2;
	return most > 9 ? PL_FORK_BPO1 : PL_FORK_OSAKA;
}

static enum pl_fork by_beacon(const struct pl_lc_config *c, uint64_t time)
{
	uint64_t slot = time < c->genesis_time ? 0
					       : (time - c->genesis_time) /
							 c->seconds_per_slot;

	switch (pl_lc_fork_at(c, slot)) {
	case PL_LC_PHASE0:
	case PL_LC_ALTAIR:
	case PL_LC_BELLATRIX:
		return PL_FORK_PARIS;
	case PL_LC_CAPELLA:
		return PL_FORK_SHANGHAI;
	case PL_LC_DENEB:
		return PL_FORK_CANCUN;
	case PL_LC_ELECTRA:
		return PL_FORK_PRAGUE;
	case PL_LC_FULU:
	case PL_LC_GLOAS:
	case PL_LC_FORKS:
		break;
	}
	return by_blobs(c, pl_lc_epoch(c, slot));
}

static enum pl_fork by_fields(const struct pl_header *h)
{
	if (h->n_fields >= 21)
		return PL_FORK_OSAKA;
	if (h->n_fields >= 20)
		return PL_FORK_CANCUN;
	if (h->n_fields >= 17)
		return PL_FORK_SHANGHAI;
	if (h->n_fields < 16)
		return PL_FORK_BERLIN;
	return pl_u256_is_zero(&h->difficulty) ? PL_FORK_PARIS : PL_FORK_LONDON;
}

enum pl_fork pl_view_fork(const struct pl_view *v, const struct pl_header *h)
{
	if (v->conf.chain_id == 1)
		return pl_fork_mainnet(h->number, h->time);
	if (pl_view_is_nitro(v, h))
		return by_arbos(pl_nitro_read(h).arbos);
	/* blocks before Paris are older than the beacon chain's dates */
	if (v->conf.beacon && v->conf.beacon->seconds_per_slot &&
	    h->n_fields >= 16 && pl_u256_is_zero(&h->difficulty))
		return by_beacon(v->conf.beacon, h->time);
	return by_fields(h);
}
