#include "orbit/contracts.h"

#include "base/hex.h"
#include "crypto/keccak.h"

const char *const pl_orbit_kind_words[] = { "bold", "legacy", "outbox", NULL };

/* Plume: the contracts' own storage as discovered by L2BEAT, Conduit's chain
 * information, Offchain Labs' bridge list (for what it still names). */
static const struct pl_orbit_known known[] = {
	{
		.chain_id = 98866,
		.kind = PL_ORBIT_BOLD,
		.outbox = "0x7e4627bC114Fcd12ba912103279FD2858E644E71",
		.rollup = "0x4eD3F488a5a4417839BbC39712EB76D8Aaee6eE8",
		.bridge = "0x35381f63091926750F43b2A7401B083263aDEF83",
		.sequencer_inbox = "0x85eC1b9138a8b9659A51e2b51bb0861901040b59",
		.legacy_rollup = "0x35c60Cc77b0A8bf6F938B11bd3E9D319a876c2aC",
		.feed = "wss://relay-plume-mainnet-1.t.conduit.xyz",
	},
	{
		.chain_id = 98867,
		.kind = PL_ORBIT_BOLD,
		.outbox = "0x3F6e2Ee3406b18b7F5ce3D0447d3aD8fbc807744",
		.rollup = "0x3B37BeD1c38c6283A56E60340FE813C0BBA031C3",
		.bridge = "0xC55b89c17d7a35877FA4ea818fea2a70d5765f1c",
		.sequencer_inbox = "0xbCa991f1831bE1F1E7e5576d5F84A645e70F3E4d",
		.legacy_rollup = "0x76268c4a75D1bE588356569acbfE03366d9eDCbD",
		.feed = "wss://relay-plume-testnet-1.t.conduit.xyz",
	},
	/* what `plume devnet --orbit` plays: devnet/child.h */
	{
		.chain_id = 31338,
		.kind = PL_ORBIT_OUTBOX,
		.outbox = "0x9141E8c36DEaD8B9d6b78D635739ef887aBCFD17",
	},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

const struct pl_orbit_known *pl_orbit_known(uint64_t chain_id)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].chain_id == chain_id)
			return &known[i];
	return NULL;
}

const struct pl_orbit_known *pl_orbit_left(const struct pl_addr *rollup)
{
	struct pl_addr a;
	struct pl_err e;

	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].legacy_rollup &&
		    !pl_hex_fixed(a.b, sizeof(a.b), known[i].legacy_rollup, 42,
				  &e) &&
		    pl_addr_equal(&a, rollup))
			return &known[i];
	return NULL;
}

/* --------------------------------------------------------------- storage */

struct pl_hash32 pl_orbit_slot(uint64_t slot)
{
	struct pl_u256 v = pl_u256_of(slot);
	struct pl_hash32 h;

	pl_u256_to_be(h.b, &v);
	return h;
}

struct pl_hash32 pl_orbit_word(const struct pl_addr *a)
{
	struct pl_hash32 h = { { 0 } };

	memcpy(h.b + 12, a->b, sizeof(a->b));
	return h;
}

struct pl_hash32 pl_orbit_mapping(const struct pl_hash32 *key, uint64_t slot,
				  uint64_t word)
{
	struct pl_hash32 at = pl_orbit_slot(slot);

	at = pl_keccak256_2(pl_hash32_span(key), pl_hash32_span(&at));
	/* slots are counted modulo 2^256 */
	for (size_t i = sizeof(at.b); i-- && word; word >>= 8) {
		word += at.b[i];
		at.b[i] = (uint8_t)word;
	}
	return at;
}

/* From low to high: three numbers of 64 bits, a flag, the status. */
enum pl_rc pl_assertion_node_read(struct pl_assertion_node *out,
				  const struct pl_u256 *word, struct pl_err *e)
{
	uint64_t status = word->w[3] >> 8 & 0xff;

	if (status > PL_ASSERTION_CONFIRMED)
		return pl_fail(e, PL_EFORMAT,
			       "an assertion of status %u: the contract is "
			       "not laid out as BoLD's",
			       (unsigned)status);
	out->second_child_block = word->w[1];
	out->status = (enum pl_assertion_status)status;
	return PL_OK;
}
