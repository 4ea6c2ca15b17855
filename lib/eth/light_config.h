/* What a light client must know of a beacon chain before it believes anything
 * about it: sizes (the preset), the forks and when they come, the root of the
 * genesis validators; and what follows from these: epochs, periods, fork
 * versions, fork digests, domains. */
#ifndef PL_ETH_LIGHT_CONFIG_H
#define PL_ETH_LIGHT_CONFIG_H

#include "codec/json_in.h"

enum pl_lc_fork {
	PL_LC_PHASE0,
	PL_LC_ALTAIR,
	PL_LC_BELLATRIX,
	PL_LC_CAPELLA,
	PL_LC_DENEB,
	PL_LC_ELECTRA,
	PL_LC_FULU,
	PL_LC_GLOAS,
	PL_LC_FORKS
};

#define PL_LC_NEVER UINT64_MAX /* epoch of a fork that has no date */
#define PL_LC_COMMITTEE_MAX 512
#define PL_LC_BLOBS 16 /* entries of BLOB_SCHEDULE */

struct pl_lc_preset {
	const char *name; /* "mainnet", "minimal" */
	uint32_t sync_committee_size;
	uint32_t slots_per_epoch;
	uint32_t epochs_per_sync_committee_period;
};
extern const struct pl_lc_preset pl_lc_preset_mainnet, pl_lc_preset_minimal;

struct pl_lc_config {
	const char *name;
	const struct pl_lc_preset *preset;
	struct pl_hash32 genesis_validators_root;
	uint64_t genesis_time; /* of slot 0 */
	uint32_t seconds_per_slot;
	struct {
		uint8_t version[4];
		uint64_t epoch;
	} fork[PL_LC_FORKS];
	uint64_t max_blobs_per_block_electra;
	struct {
		uint64_t epoch, max_blobs_per_block;
	} blob_schedule[PL_LC_BLOBS]; /* by rising epoch */
	size_t n_blob_schedule;
};

/* "ethereum" and "sepolia"; "devnet": the one that `plume devnet` plays;
 * "minimal": Altair to Electra from epoch 0 on, with no genesis of its own.
 * NULL for another name. */
const struct pl_lc_config *pl_lc_config_named(const char *name);

/* From a config.yaml that was read (codec/yaml.h): PRESET_BASE, the forks'
 * versions and epochs, SECONDS_PER_SLOT, blobs.  The root of the genesis
 * validators and the time of genesis do not stand there. */
PL_CHECKED enum pl_rc pl_lc_config_read(struct pl_lc_config *out,
					const struct pl_json *yaml,
					struct pl_err *e);

const char *pl_lc_fork_name(enum pl_lc_fork f); /* "altair" … */
PL_CHECKED enum pl_rc pl_lc_fork_parse(enum pl_lc_fork *out, const char *name,
				       struct pl_err *e);

uint64_t pl_lc_epoch(const struct pl_lc_config *c, uint64_t slot);
uint64_t pl_lc_period(const struct pl_lc_config *c, uint64_t slot);
uint64_t pl_lc_update_timeout(const struct pl_lc_config *c); /* slots */

/* The fork whose rules hold at an epoch, or a slot. */
enum pl_lc_fork pl_lc_fork_at_epoch(const struct pl_lc_config *c,
				    uint64_t epoch);
enum pl_lc_fork pl_lc_fork_at(const struct pl_lc_config *c, uint64_t slot);

/* compute_fork_digest of an epoch, and the fork that a digest stands for:
 * PL_EFORMAT when it is none of this chain's. */
PL_CHECKED enum pl_rc pl_lc_fork_digest(uint8_t out[4],
					const struct pl_lc_config *c,
					uint64_t epoch, struct pl_err *e);
PL_CHECKED enum pl_rc pl_lc_fork_of_digest(enum pl_lc_fork *out,
					   const struct pl_lc_config *c,
					   const uint8_t digest[4],
					   struct pl_err *e);

/* compute_domain(DOMAIN_SYNC_COMMITTEE, …) for a signature of this slot. */
void pl_lc_domain(struct pl_hash32 *out, const struct pl_lc_config *c,
		  uint64_t signature_slot);

#endif
