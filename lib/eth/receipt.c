#include "eth/receipt.h"

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"

static enum pl_rc read_topics(struct pl_log *l, struct pl_span in,
			      struct pl_err *e)
{
	for (l->n_topics = 0; in.n; l->n_topics++) {
		if (l->n_topics == PL_MAX_TOPICS)
			return pl_fail(e, PL_EFORMAT,
				       "log: more than %d topics",
				       PL_MAX_TOPICS);
		PL_TRY(pl_rlp_fixed(l->topics[l->n_topics].b, 32, &in, e));
	}
	return PL_OK;
}

enum pl_rc pl_log_next(struct pl_log *out, struct pl_span *logs,
		       struct pl_err *e)
{
	struct pl_span s = *logs, in, topics;
	struct pl_log l;

	PL_TRY(pl_rlp_list(&in, &s, e));
	PL_TRY(pl_rlp_fixed(l.address.b, sizeof(l.address.b), &in, e));
	PL_TRY(pl_rlp_list(&topics, &in, e));
	PL_TRY(read_topics(&l, topics, e));
	PL_TRY(pl_rlp_bytes(&l.data, &in, e));
	PL_TRY(pl_rlp_end(in, "the log", e));
	*out = l;
	*logs = s;
	return PL_OK;
}

void pl_log_encode(struct pl_buf *out, const struct pl_log *l)
{
	size_t list = pl_rlp_open(out), topics;

	pl_rlp_put(out, pl_addr_span(&l->address));
	topics = pl_rlp_open(out);
	for (unsigned i = 0; i < l->n_topics; i++)
		pl_rlp_put(out, pl_hash32_span(&l->topics[i]));
	pl_rlp_close(out, topics);
	pl_rlp_put(out, l->data);
	pl_rlp_close(out, list);
}

/* SPEC EIP-658 status: the first field is a status of 0 or 1, or, before
 * Byzantium, the state root behind the transaction. */
static enum pl_rc read_outcome(struct pl_receipt *r, struct pl_span *in,
			       struct pl_err *e)
{
	struct pl_span first;

	PL_TRY(pl_rlp_bytes(&first, in, e));
	r->has_state_root = first.n == 32;
	r->status = first.n == 1;
	if (r->has_state_root && !r->type) {
		memcpy(r->state_root.b, first.p, 32);
		return PL_OK;
	}
	if (first.n > 1 || (first.n && *first.p != 1))
		return pl_fail(e, PL_EFORMAT,
			       "receipt: status is neither 0 nor 1");
	return PL_OK;
}

static enum pl_rc check_logs(struct pl_span logs, struct pl_err *e)
{
	struct pl_log l;

	for (size_t n = 0; logs.n; n++) {
		if (n == PL_MAX_RECEIPT_LOGS)
			return pl_fail(e, PL_ELIMIT,
				       "receipt with more than %d logs",
				       PL_MAX_RECEIPT_LOGS);
		PL_TRY(pl_log_next(&l, &logs, e));
	}
	return PL_OK;
}

bool pl_receipt_type(uint64_t type)
{
	return type <= 4 || type == 0x64 || type == 0x65 || type == 0x66 ||
	       type == 0x68 || type == 0x69 || type == 0x6a;
}

enum pl_rc pl_receipt_decode(struct pl_receipt *out, struct pl_span raw,
			     struct pl_err *e)
{
	struct pl_receipt r = { .type = 0 };
	struct pl_span in;

	if (!raw.n)
		return pl_fail(e, PL_EFORMAT, "receipt without bytes");
	if (*raw.p < 0xc0) {
		r.type = *pl_span_take(&raw, 1).p;
		if (!r.type || !pl_receipt_type(r.type))
			return pl_fail(e, PL_EFORMAT,
				       "receipt type 0x%02x is unknown",
				       (unsigned)r.type);
	}
	PL_TRY(pl_rlp_whole_list(&in, raw, e));
	PL_TRY(read_outcome(&r, &in, e));
	PL_TRY(pl_rlp_u64(&r.cumulative_gas, &in, e));
	PL_TRY(pl_rlp_fixed(r.bloom, sizeof(r.bloom), &in, e));
	PL_TRY(pl_rlp_list(&r.logs, &in, e));
	PL_TRY(pl_rlp_end(in, "the receipt", e));
	PL_TRY(check_logs(r.logs, e));
	*out = r;
	return PL_OK;
}

void pl_receipt_encode(struct pl_buf *out, const struct pl_receipt *r)
{
	uint8_t head[PL_RLP_HEAD];
	size_t list;

	if (r->type)
		pl_buf_byte(out, r->type);
	list = pl_rlp_open(out);
	if (r->has_state_root)
		pl_rlp_put(out, pl_hash32_span(&r->state_root));
	else
		pl_rlp_put_u64(out, r->status);
	pl_rlp_put_u64(out, r->cumulative_gas);
	pl_rlp_put(out, (struct pl_span){ r->bloom, sizeof(r->bloom) });
	pl_buf_put(out, (struct pl_span){ head,
					  pl_rlp_head(head, true, r->logs.n) });
	pl_buf_put(out, r->logs);
	pl_rlp_close(out, list);
}

/* Three bits, each by the low 11 bits of a pair of the hash's first bytes;
 * bit 0 is the last byte's lowest. */
static unsigned bloom_bit(const struct pl_hash32 *h, unsigned i)
{
	return (unsigned)(h->b[2 * i] << 8 | h->b[2 * i + 1]) & 2047;
}

void pl_bloom_add(uint8_t bloom[PL_BLOOM], struct pl_span what)
{
	struct pl_hash32 h = pl_keccak256(what);

	for (unsigned i = 0; i < 3; i++) {
		unsigned bit = bloom_bit(&h, i);

		bloom[PL_BLOOM - 1 - bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

bool pl_bloom_has(const uint8_t bloom[PL_BLOOM], struct pl_span what)
{
	struct pl_hash32 h = pl_keccak256(what);

	for (unsigned i = 0; i < 3; i++) {
		unsigned bit = bloom_bit(&h, i);

		if (!(bloom[PL_BLOOM - 1 - bit / 8] >> bit % 8 & 1))
			return false;
	}
	return true;
}

void pl_bloom_or(uint8_t into[PL_BLOOM], const uint8_t from[PL_BLOOM])
{
	for (size_t i = 0; i < PL_BLOOM; i++)
		into[i] |= from[i];
}

enum pl_rc pl_receipt_bloom(uint8_t out[PL_BLOOM], const struct pl_receipt *r,
			    struct pl_err *e)
{
	uint8_t bloom[PL_BLOOM] = { 0 };
	struct pl_span logs = r->logs;
	struct pl_log l;

	while (logs.n) {
		PL_TRY(pl_log_next(&l, &logs, e));
		pl_bloom_add(bloom, pl_addr_span(&l.address));
		for (unsigned i = 0; i < l.n_topics; i++)
			pl_bloom_add(bloom, pl_hash32_span(&l.topics[i]));
	}
	memcpy(out, bloom, sizeof(bloom));
	return PL_OK;
}
