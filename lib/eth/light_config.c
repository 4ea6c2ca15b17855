#include "eth/light_config.h"

#include <inttypes.h>

#include "base/hex.h"
#include "codec/ssz.h"
#include "crypto/sha256.h"

const struct pl_lc_preset pl_lc_preset_mainnet = { "mainnet", 512, 32, 256 };
const struct pl_lc_preset pl_lc_preset_minimal = { "minimal", 32, 8, 8 };

static const char *const fork_names[PL_LC_FORKS] = {
	"phase0", "altair",  "bellatrix", "capella",
	"deneb",  "electra", "fulu",      "gloas",
};

/* clang-format off */
/* ethereum/consensus-specs configs/mainnet.yaml */
static const struct pl_lc_config ethereum = {
	.name = "ethereum",
	.preset = &pl_lc_preset_mainnet,
	.genesis_validators_root = { {
		0x4b, 0x36, 0x3d, 0xb9, 0x4e, 0x28, 0x61, 0x20,
		0xd7, 0x6e, 0xb9, 0x05, 0x34, 0x0f, 0xdd, 0x4e,
		0x54, 0xbf, 0xe9, 0xf0, 0x6b, 0xf3, 0x3f, 0xf6,
		0xcf, 0x5a, 0xd2, 0x7f, 0x51, 0x1b, 0xfe, 0x95 } },
	.genesis_time = 1606824023,
	.seconds_per_slot = 12,
	.fork = {
		{ { 0, 0, 0, 0 }, 0 },
		{ { 1, 0, 0, 0 }, 74240 },
		{ { 2, 0, 0, 0 }, 144896 },
		{ { 3, 0, 0, 0 }, 194048 },
		{ { 4, 0, 0, 0 }, 269568 },
		{ { 5, 0, 0, 0 }, 364032 },
		{ { 6, 0, 0, 0 }, 411392 },
		{ { 7, 0, 0, 0 }, PL_LC_NEVER },
	},
	.max_blobs_per_block_electra = 9,
	.blob_schedule = { { 412672, 15 }, { 419072, 21 } },
	.n_blob_schedule = 2,
};

/* eth-clients/sepolia metadata/config.yaml */
static const struct pl_lc_config sepolia = {
	.name = "sepolia",
	.preset = &pl_lc_preset_mainnet,
	.genesis_validators_root = { {
		0xd8, 0xea, 0x17, 0x1f, 0x3c, 0x94, 0xae, 0xa2,
		0x1e, 0xbc, 0x42, 0xa1, 0xed, 0x61, 0x05, 0x2a,
		0xcf, 0x3f, 0x92, 0x09, 0xc0, 0x0e, 0x4e, 0xfb,
		0xaa, 0xdd, 0xac, 0x09, 0xed, 0x9b, 0x80, 0x78 } },
	.genesis_time = 1655733600,
	.seconds_per_slot = 12,
	.fork = {
		{ { 0x90, 0, 0, 0x69 }, 0 },
		{ { 0x90, 0, 0, 0x70 }, 50 },
		{ { 0x90, 0, 0, 0x71 }, 100 },
		{ { 0x90, 0, 0, 0x72 }, 56832 },
		{ { 0x90, 0, 0, 0x73 }, 132608 },
		{ { 0x90, 0, 0, 0x74 }, 222464 },
		{ { 0x90, 0, 0, 0x75 }, 272640 },
		{ { 0x90, 0, 0, 0x76 }, PL_LC_NEVER },
	},
	.max_blobs_per_block_electra = 9,
	.blob_schedule = { { 274176, 15 }, { 275712, 21 } },
	.n_blob_schedule = 2,
};

/* ethereum/consensus-specs configs/minimal.yaml, with dates */
static const struct pl_lc_config minimal = {
	.name = "minimal",
	.preset = &pl_lc_preset_minimal,
	.genesis_time = 1578009600,
	.seconds_per_slot = 6,
	.fork = {
		{ { 0, 0, 0, 1 }, 0 },
		{ { 1, 0, 0, 1 }, 0 },
		{ { 2, 0, 0, 1 }, 0 },
		{ { 3, 0, 0, 1 }, 0 },
		{ { 4, 0, 0, 1 }, 0 },
		{ { 5, 0, 0, 1 }, 0 },
		{ { 6, 0, 0, 1 }, PL_LC_NEVER },
		{ { 7, 0, 0, 1 }, PL_LC_NEVER },
	},
	.max_blobs_per_block_electra = 9,
};

/* Of the chain that `plume devnet --consensus` plays: the same everywhere, so
 * that nothing has to be set up.  Its committees' keys are known to all. */
static const struct pl_lc_config devnet = {
	.name = "devnet",
	.preset = &pl_lc_preset_minimal,
	.genesis_validators_root = { "plume devnet: trust nothing here" },
	.genesis_time = 1767225600, /* 2026-01-01 */
	.seconds_per_slot = 1,
	.fork = {
		{ { 0, 0, 'd', 'v' }, 0 },
		{ { 1, 0, 'd', 'v' }, 0 },
		{ { 2, 0, 'd', 'v' }, 0 },
		{ { 3, 0, 'd', 'v' }, 0 },
		{ { 4, 0, 'd', 'v' }, 0 },
		{ { 5, 0, 'd', 'v' }, 0 },
		{ { 6, 0, 'd', 'v' }, 0 },
		{ { 7, 0, 'd', 'v' }, PL_LC_NEVER },
	},
	.max_blobs_per_block_electra = 9,
};
/* clang-format on */

const struct pl_lc_config *pl_lc_config_named(const char *name)
{
	static const struct pl_lc_config *const all[] = { &ethereum, &sepolia,
							  &minimal, &devnet };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

static enum pl_rc number(uint64_t *out, const struct pl_json *yaml,
			 const char *key, uint64_t absent, struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(yaml, key);

	*out = absent;
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_u64(out, v, e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

static enum pl_rc read_fork(struct pl_lc_config *c, unsigned f,
			    const char *upper, const struct pl_json *yaml,
			    struct pl_err *e)
{
	char key[40];
	const char *text;

	(void)snprintf(key, sizeof(key), "%s_FORK_EPOCH", upper);
	PL_TRY(number(&c->fork[f].epoch, yaml, key, f ? PL_LC_NEVER : 0, e));
	(void)snprintf(key, sizeof(key), "%s_FORK_VERSION", upper);
	if (c->fork[f].epoch == PL_LC_NEVER &&
	    pl_json_is_null(pl_json_get(yaml, key)))
		return PL_OK;
	PL_TRY(pl_json_need_str(&text, yaml, key, e));
	if (pl_hex_fixed(c->fork[f].version, 4, text, strlen(text), e))
		return pl_note(e, "%s", key);
	if (f && c->fork[f].epoch < c->fork[f - 1].epoch)
		return pl_fail(e, PL_EFORMAT, "%s comes before %s", upper,
			       fork_names[f - 1]);
	return PL_OK;
}

static enum pl_rc read_blobs(struct pl_lc_config *c, const struct pl_json *yaml,
			     struct pl_err *e)
{
	const struct pl_json *list = pl_json_get(yaml, "BLOB_SCHEDULE");
	size_t n = pl_json_len(list);
	uint64_t before = 0;

	PL_TRY(number(&c->max_blobs_per_block_electra, yaml,
		      "MAX_BLOBS_PER_BLOCK_ELECTRA", 9, e));
	if (n > PL_LC_BLOBS)
		return pl_fail(e, PL_ELIMIT,
			       "BLOB_SCHEDULE: %zu entries, over %d", n,
			       PL_LC_BLOBS);
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *v = pl_json_at(list, i);
		uint64_t epoch, blobs;

		PL_TRY(number(&epoch, v, "EPOCH", PL_LC_NEVER, e));
		PL_TRY(number(&blobs, v, "MAX_BLOBS_PER_BLOCK", 0, e));
		if (epoch == PL_LC_NEVER || !blobs || (i && epoch <= before))
			return pl_fail(e, PL_EFORMAT,
				       "BLOB_SCHEDULE: entry %zu is not after "
				       "the one before, or incomplete",
				       i);
		before = epoch;
		c->blob_schedule[i].epoch = epoch;
		c->blob_schedule[i].max_blobs_per_block = blobs;
	}
	c->n_blob_schedule = n;
	return PL_OK;
}

enum pl_rc pl_lc_config_read(struct pl_lc_config *out,
			     const struct pl_json *yaml, struct pl_err *e)
{
	static const char *const upper[PL_LC_FORKS] = {
		"GENESIS", "ALTAIR",  "BELLATRIX", "CAPELLA",
		"DENEB",   "ELECTRA", "FULU",      "GLOAS",
	};
	struct pl_lc_config c = { .name = "the configuration" };
	const char *base;
	uint64_t seconds;

	PL_TRY(pl_json_need_str(&base, yaml, "PRESET_BASE", e));
	if (!strcmp(base, "mainnet"))
		c.preset = &pl_lc_preset_mainnet;
	else if (!strcmp(base, "minimal"))
		c.preset = &pl_lc_preset_minimal;
	else
		return pl_fail(e, PL_EFORMAT, "PRESET_BASE: '%s'", base);
	PL_TRY(number(&seconds, yaml, "SECONDS_PER_SLOT", 12, e));
	if (!seconds || seconds > 3600)
		return pl_fail(e, PL_EFORMAT, "SECONDS_PER_SLOT: %" PRIu64,
			       seconds);
	c.seconds_per_slot = (uint32_t)seconds;
	for (unsigned f = 0; f < PL_LC_FORKS; f++)
		PL_TRY(read_fork(&c, f, upper[f], yaml, e));
	PL_TRY(read_blobs(&c, yaml, e));
	*out = c;
	return PL_OK;
}

const char *pl_lc_fork_name(enum pl_lc_fork f)
{
	return fork_names[f];
}

enum pl_rc pl_lc_fork_parse(enum pl_lc_fork *out, const char *name,
			    struct pl_err *e)
{
	for (unsigned f = 0; f < PL_LC_FORKS; f++) {
		if (strcmp(fork_names[f], name) != 0)
			continue;
		*out = (enum pl_lc_fork)f;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT, "no fork is called '%s'", name);
}

uint64_t pl_lc_epoch(const struct pl_lc_config *c, uint64_t slot)
{
	return slot / c->preset->slots_per_epoch;
}

/* SPEC altair/sync-protocol compute_sync_committee_period_at_slot */
uint64_t pl_lc_period(const struct pl_lc_config *c, uint64_t slot)
{
	return pl_lc_epoch(c, slot) /
	       c->preset->epochs_per_sync_committee_period;
}

/* SPEC altair/sync-protocol UPDATE_TIMEOUT: one period */
uint64_t pl_lc_update_timeout(const struct pl_lc_config *c)
{
	return (uint64_t)c->preset->slots_per_epoch *
	       c->preset->epochs_per_sync_committee_period;
}

/* SPEC altair/fork compute_fork_version: the last fork begun */
enum pl_lc_fork pl_lc_fork_at_epoch(const struct pl_lc_config *c,
				    uint64_t epoch)
{
	unsigned f = PL_LC_FORKS - 1;

	while (f > 0 &&
	       (c->fork[f].epoch == PL_LC_NEVER || epoch < c->fork[f].epoch))
		f--;
	return (enum pl_lc_fork)f;
}

enum pl_lc_fork pl_lc_fork_at(const struct pl_lc_config *c, uint64_t slot)
{
	return pl_lc_fork_at_epoch(c, pl_lc_epoch(c, slot));
}

/* SPEC phase0/beacon-chain compute_fork_data_root: version and genesis */
static void fork_data_root(struct pl_hash32 *out, const struct pl_lc_config *c,
			   enum pl_lc_fork f)
{
	struct pl_hash32 version = { { 0 } };

	memcpy(version.b, c->fork[f].version, 4);
	*out = pl_sha256_pair(&version, &c->genesis_validators_root);
}

/* SPEC fulu/beacon-chain get_blob_parameters: the last entry begun */
static void blob_parameters(uint64_t *at, uint64_t *max_blobs,
			    const struct pl_lc_config *c, uint64_t epoch)
{
	*at = c->fork[PL_LC_ELECTRA].epoch;
	*max_blobs = c->max_blobs_per_block_electra;
	for (size_t i = 0; i < c->n_blob_schedule; i++) {
		if (epoch < c->blob_schedule[i].epoch)
			continue;
		*at = c->blob_schedule[i].epoch;
		*max_blobs = c->blob_schedule[i].max_blobs_per_block;
	}
}

static enum pl_rc digest_of(uint8_t out[4], const struct pl_lc_config *c,
			    enum pl_lc_fork f, uint64_t epoch, struct pl_err *e)
{
	struct pl_hash32 root, mask;
	uint8_t in[16];
	uint64_t at, max_blobs;

	fork_data_root(&root, c, f);
	memcpy(out, root.b, 4);
	if (f < PL_LC_FULU)
		return PL_OK;
	/* SPEC fulu/beacon-chain compute_fork_digest: masked with the blobs */
	blob_parameters(&at, &max_blobs, c, epoch);
	pl_ssz_put_le64(in, at);
	pl_ssz_put_le64(in + 8, max_blobs);
	PL_TRY(pl_sha256(&mask, (struct pl_span){ in, sizeof(in) }, e));
	for (unsigned i = 0; i < 4; i++)
		out[i] = root.b[i] ^ mask.b[i];
	return PL_OK;
}

enum pl_rc pl_lc_fork_digest(uint8_t out[4], const struct pl_lc_config *c,
			     uint64_t epoch, struct pl_err *e)
{
	return digest_of(out, c, pl_lc_fork_at_epoch(c, epoch), epoch, e);
}

/* Whether the digest is the one that fork f has at an epoch. */
static enum pl_rc match(bool *same, const struct pl_lc_config *c,
			enum pl_lc_fork f, uint64_t epoch,
			const uint8_t digest[4], struct pl_err *e)
{
	uint8_t got[4];

	PL_TRY(digest_of(got, c, f, epoch, e));
	*same = !memcmp(got, digest, 4);
	return PL_OK;
}

/* The digests that fork f goes through: its own, and one for each change of
 * the number of blobs while it lasts. */
static enum pl_rc match_fork(bool *same, const struct pl_lc_config *c,
			     enum pl_lc_fork f, const uint8_t digest[4],
			     struct pl_err *e)
{
	*same = false;
	if (c->fork[f].epoch == PL_LC_NEVER)
		return PL_OK;
	PL_TRY(match(same, c, f, c->fork[f].epoch, digest, e));
	for (size_t i = 0; i < c->n_blob_schedule && !*same; i++) {
		uint64_t epoch = c->blob_schedule[i].epoch;

		if (pl_lc_fork_at_epoch(c, epoch) == f)
			PL_TRY(match(same, c, f, epoch, digest, e));
	}
	return PL_OK;
}

enum pl_rc pl_lc_fork_of_digest(enum pl_lc_fork *out,
				const struct pl_lc_config *c,
				const uint8_t digest[4], struct pl_err *e)
{
	for (unsigned f = PL_LC_ALTAIR; f < PL_LC_FORKS; f++) {
		bool same;

		PL_TRY(match_fork(&same, c, (enum pl_lc_fork)f, digest, e));
		if (!same)
			continue;
		*out = (enum pl_lc_fork)f;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT,
		       "fork digest %02x%02x%02x%02x is none of %s's",
		       digest[0], digest[1], digest[2], digest[3], c->name);
}

/* SPEC altair/sync-protocol fork_version_slot: of the slot before, for that
 * is what the committee signed under.
 * SPEC phase0/beacon-chain compute_domain: type and fork_data_root[:28] */
void pl_lc_domain(struct pl_hash32 *out, const struct pl_lc_config *c,
		  uint64_t signature_slot)
{
	static const uint8_t sync_committee[4] = { 7, 0, 0, 0 };
	struct pl_hash32 root;
	uint64_t slot = signature_slot ? signature_slot - 1 : 0;

	fork_data_root(&root, c, pl_lc_fork_at(c, slot));
	memcpy(out->b, sync_committee, 4);
	memcpy(out->b + 4, root.b, 28);
}
