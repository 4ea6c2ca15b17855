#include "eth/header.h"

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"

const struct pl_hash32 pl_empty_uncles = {
	{ 0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a, 0xab, 0x85, 0xb5,
	  0x67, 0xb6, 0xcc, 0xd4, 0x1a, 0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a,
	  0x74, 0x13, 0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47 }
};
const struct pl_hash32 pl_empty_root = {
	{ 0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45,
	  0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c,
	  0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21 }
};

#define FIXED(member) pl_rlp_fixed(member, sizeof(member), in, e)

/* What London and later forks put behind the nonce.  Each brings all of its
 * fields or none, so the count says which are there. */
static enum pl_rc read_later(struct pl_header *h, struct pl_span *in,
			     struct pl_err *e)
{
	h->n_fields = 15;
	if (!in->n)
		return PL_OK;
	PL_TRY(pl_rlp_u256(&h->base_fee, in, e)); /* EIP-1559 */
	h->n_fields = 16;
	if (!in->n)
		return PL_OK;
	PL_TRY(FIXED(h->withdrawals_root.b)); /* EIP-4895 */
	h->n_fields = 17;
	if (!in->n)
		return PL_OK;
	PL_TRY(pl_rlp_u64(&h->blob_gas_used, in, e)); /* EIP-4844 */
	PL_TRY(pl_rlp_u64(&h->excess_blob_gas, in, e));
	PL_TRY(FIXED(h->parent_beacon_root.b)); /* EIP-4788 */
	h->n_fields = 20;
	if (!in->n)
		return PL_OK;
	PL_TRY(FIXED(h->requests_hash.b)); /* EIP-7685 */
	h->n_fields = 21;
	return pl_rlp_end(*in, "the header", e);
}

/* The fields before the difficulty are of fixed width, so that their heads
 * stand at fixed places.  No other bytes say the same: where all of them are
 * there, nothing else is left to check. */
enum {
	PARENT = 0,
	UNCLES = PARENT + 33,
	MINER = UNCLES + 33,
	STATE = MINER + 21,
	TXS = STATE + 33,
	RECEIPTS = TXS + 33,
	BLOOM = RECEIPTS + 33,
	FRONT = BLOOM + 3 + PL_BLOOM
};

static bool has_front(struct pl_span in)
{
	const uint8_t *p = in.p;

	return in.n > FRONT && p[PARENT] == 0xa0 && p[UNCLES] == 0xa0 &&
	       p[MINER] == 0x94 && p[STATE] == 0xa0 && p[TXS] == 0xa0 &&
	       p[RECEIPTS] == 0xa0 && p[BLOOM] == 0xb9 &&
	       p[BLOOM + 1] == PL_BLOOM >> 8 && p[BLOOM + 2] == 0;
}

#define COPY(member, at) memcpy(member, p + (at), sizeof(member))

static void copy_front(struct pl_header *h, const uint8_t *p)
{
	COPY(h->parent_hash.b, PARENT + 1);
	COPY(h->uncles_hash.b, UNCLES + 1);
	COPY(h->miner.b, MINER + 1);
	COPY(h->state_root.b, STATE + 1);
	COPY(h->tx_root.b, TXS + 1);
	COPY(h->receipts_root.b, RECEIPTS + 1);
	COPY(h->bloom, BLOOM + 3);
}

/* The same from any bytes, saying what is wrong with them. */
static enum pl_rc read_front(struct pl_header *h, struct pl_span *in,
			     struct pl_err *e)
{
	PL_TRY(FIXED(h->parent_hash.b));
	PL_TRY(FIXED(h->uncles_hash.b));
	PL_TRY(FIXED(h->miner.b));
	PL_TRY(FIXED(h->state_root.b));
	PL_TRY(FIXED(h->tx_root.b));
	PL_TRY(FIXED(h->receipts_root.b));
	return FIXED(h->bloom);
}

static enum pl_rc read_header(struct pl_header *h, struct pl_span *in,
			      struct pl_err *e)
{
	if (has_front(*in))
		copy_front(h, pl_span_take(in, FRONT).p);
	else
		PL_TRY(read_front(h, in, e));
	PL_TRY(pl_rlp_u256(&h->difficulty, in, e));
	PL_TRY(pl_rlp_u64(&h->number, in, e));
	PL_TRY(pl_rlp_u64(&h->gas_limit, in, e));
	PL_TRY(pl_rlp_u64(&h->gas_used, in, e));
	PL_TRY(pl_rlp_u64(&h->time, in, e));
	PL_TRY(pl_rlp_bytes(&h->extra, in, e));
	if (h->extra.n > PL_MAX_EXTRA)
		return pl_fail(e, PL_ELIMIT,
			       "extra data of %zu bytes, more than %d",
			       h->extra.n, PL_MAX_EXTRA);
	PL_TRY(FIXED(h->mix_hash.b));
	PL_TRY(FIXED(h->nonce));
	return read_later(h, in, e);
}

/* All but the hash. */
static enum pl_rc read_whole(struct pl_header *h, struct pl_span rlp,
			     struct pl_err *e)
{
	struct pl_span body;

	if (rlp.n > PL_MAX_HEADER)
		return pl_fail(e, PL_ELIMIT,
			       "header of %zu bytes, more than %d", rlp.n,
			       PL_MAX_HEADER);
	if (pl_rlp_whole_list(&body, rlp, e) || read_header(h, &body, e))
		return pl_note(e, "header");
	return PL_OK;
}

enum pl_rc pl_header_decode(struct pl_header *out, struct pl_span rlp,
			    struct pl_err *e)
{
	struct pl_header h;

	PL_TRY(read_whole(&h, rlp, e));
	h.hash = pl_keccak256(rlp);
	*out = h;
	return PL_OK;
}

enum pl_rc pl_header_decode_many(struct pl_header *out,
				 const struct pl_span *rlps, size_t n,
				 struct pl_err *e)
{
	enum { GROUP = 32 }; /* few enough to stay in the cache between both */

	for (size_t from = 0; from < n; from += GROUP) {
		size_t k = n - from < GROUP ? n - from : GROUP;
		struct pl_hash32 hash[GROUP];

		for (size_t i = from; i < from + k; i++)
			if (read_whole(out + i, rlps[i], e))
				return pl_note(e, "number %zu of %zu", i, n);
		pl_keccak256_many(hash, rlps + from, k);
		for (size_t i = 0; i < k; i++)
			out[from + i].hash = hash[i];
	}
	return PL_OK;
}

#define PUT(member) pl_rlp_put(out, (struct pl_span){ member, sizeof(member) })

static void put_later(struct pl_buf *out, const struct pl_header *h)
{
	if (h->n_fields >= 16)
		pl_rlp_put_u256(out, &h->base_fee);
	if (h->n_fields >= 17)
		PUT(h->withdrawals_root.b);
	if (h->n_fields >= 20) {
		pl_rlp_put_u64(out, h->blob_gas_used);
		pl_rlp_put_u64(out, h->excess_blob_gas);
		PUT(h->parent_beacon_root.b);
	}
	if (h->n_fields >= 21)
		PUT(h->requests_hash.b);
}

void pl_header_encode(struct pl_buf *out, const struct pl_header *h)
{
	size_t list = pl_rlp_open(out);

	PUT(h->parent_hash.b);
	PUT(h->uncles_hash.b);
	PUT(h->miner.b);
	PUT(h->state_root.b);
	PUT(h->tx_root.b);
	PUT(h->receipts_root.b);
	PUT(h->bloom);
	pl_rlp_put_u256(out, &h->difficulty);
	pl_rlp_put_u64(out, h->number);
	pl_rlp_put_u64(out, h->gas_limit);
	pl_rlp_put_u64(out, h->gas_used);
	pl_rlp_put_u64(out, h->time);
	pl_rlp_put(out, h->extra);
	PUT(h->mix_hash.b);
	PUT(h->nonce);
	put_later(out, h);
	pl_rlp_close(out, list);
}

struct pl_hash32 pl_header_hash(const struct pl_header *h,
				struct pl_buf *scratch)
{
	size_t from = scratch->n;
	struct pl_hash32 hash;

	pl_header_encode(scratch, h);
	hash = pl_keccak256(
		(struct pl_span){ scratch->p + from, scratch->n - from });
	scratch->n = from;
	scratch->p[from] = 0;
	return hash;
}
