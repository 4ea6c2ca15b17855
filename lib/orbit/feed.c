#include "orbit/feed.h"

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "crypto/secp.h"

#define PREFIX "Arbitrum Nitro Feed:"

static void add_u64(struct pl_keccak *k, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	pl_keccak_add(k, (struct pl_span){ b, sizeof(b) });
}

static void put_header(struct pl_buf *b, const struct pl_feed_message *m)
{
	static const struct pl_u256 zero;
	size_t header = pl_rlp_open(b);

	pl_rlp_put_u64(b, m->kind);
	pl_rlp_put(b, pl_addr_span(&m->poster));
	pl_rlp_put_u64(b, m->block_number);
	pl_rlp_put_u64(b, m->timestamp);
	/* an absent id is an empty list, not an empty string */
	if (m->has_request_id)
		pl_rlp_put(b, pl_hash32_span(&m->request_id));
	else
		pl_rlp_close(b, pl_rlp_open(b));
	pl_rlp_put_u256(b, m->has_base_fee ? &m->base_fee : &zero);
	pl_rlp_close(b, header);
}

struct pl_hash32 pl_feed_hash_v1(const struct pl_feed_message *m,
				 uint64_t chain_id, struct pl_buf *scratch)
{
	size_t from = scratch->n, list = pl_rlp_open(scratch);
	struct pl_keccak k;

	put_header(scratch, m);
	pl_rlp_put(scratch, m->l2_msg);
	if (m->has_batch_gas)
		pl_rlp_put_u64(scratch, m->batch_gas);
	pl_rlp_close(scratch, list);
	pl_keccak_init(&k);
	pl_keccak_add(&k, pl_span_str(PREFIX));
	add_u64(&k, m->sequence);
	add_u64(&k, chain_id);
	add_u64(&k, m->delayed_read);
	pl_keccak_add(&k,
		      (struct pl_span){ scratch->p + from, scratch->n - from });
	scratch->n = from;
	scratch->p[from] = 0;
	return pl_keccak_final(&k);
}

struct pl_hash32 pl_feed_hash_v2(const struct pl_feed_message *m,
				 uint64_t chain_id)
{
	uint8_t fee[32];
	struct pl_keccak k;
	size_t n;

	pl_keccak_init(&k);
	pl_keccak_add(&k, pl_span_str(PREFIX));
	add_u64(&k, chain_id);
	add_u64(&k, m->sequence);
	if (m->has_block_hash)
		pl_keccak_add(&k, pl_hash32_span(&m->block_hash));
	pl_keccak_add(&k, m->block_metadata);
	add_u64(&k, m->delayed_read);
	pl_keccak_add(&k, (struct pl_span){ &m->kind, 1 });
	pl_keccak_add(&k, pl_addr_span(&m->poster));
	add_u64(&k, m->block_number);
	add_u64(&k, m->timestamp);
	if (m->has_request_id)
		pl_keccak_add(&k, pl_hash32_span(&m->request_id));
	if (m->has_base_fee) {
		/* without leading zeros: a fee of 0 is no byte at all */
		pl_u256_to_be(fee, &m->base_fee);
		n = (pl_u256_bits(&m->base_fee) + 7) / 8;
		pl_keccak_add(&k, (struct pl_span){ fee + 32 - n, n });
	}
	pl_keccak_add(&k, m->l2_msg);
	return pl_keccak_final(&k);
}

enum pl_rc pl_feed_signer(struct pl_addr *out, const struct pl_hash32 *hash,
			  struct pl_span sig, struct pl_err *e)
{
	struct pl_sig s;

	if (sig.n != 65)
		return pl_fail(e, PL_EFORMAT,
			       "feed signature of %zu bytes, not 65", sig.n);
	if (sig.p[64] > 1)
		return pl_fail(e, PL_EFORMAT,
			       "feed signature: its last byte is neither 0 nor "
			       "1");
	memcpy(s.r, sig.p, sizeof(s.r));
	memcpy(s.s, sig.p + 32, sizeof(s.s));
	s.y_parity = sig.p[64];
	return pl_secp_recover(out, hash, &s, e);
}

struct pl_hash32 pl_feed_signed_hash(const struct pl_feed_signed *s,
				     uint64_t chain_id, struct pl_arena *a)
{
	struct pl_buf scratch;

	if (s->v2.n)
		return pl_feed_hash_v2(&s->m, chain_id);
	pl_buf_init(&scratch, a);
	return pl_feed_hash_v1(&s->m, chain_id, &scratch);
}

enum pl_rc pl_feed_who(struct pl_addr *out, const struct pl_feed_signed *s,
		       uint64_t chain_id, struct pl_arena *a, struct pl_err *e)
{
	struct pl_hash32 hash;

	if (!s->v1.n && !s->v2.n)
		return pl_fail(e, PL_EPROOF, "it is not signed");
	hash = pl_feed_signed_hash(s, chain_id, a);
	return pl_feed_signer(out, &hash, s->v2.n ? s->v2 : s->v1, e);
}
