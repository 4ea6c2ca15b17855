#include "base/hex.h"
#include "codec/ssz.h"
#include "eth/light.h"

/* Walking an object: the first failure stays, and what follows is skipped. */
struct walk {
	const struct pl_json *obj;
	struct pl_err *e;
	enum pl_rc rc;
};

static struct walk into(const struct walk *w, const char *key)
{
	struct walk in = *w;

	if (!in.rc)
		in.rc = pl_json_need(&in.obj, w->obj, key, PL_J_OBJECT, w->e);
	return in;
}

/* Back out of a member: what failed inside failed here. */
static void leave(struct walk *w, const struct walk *in, const char *key)
{
	if (!w->rc && in->rc)
		w->rc = pl_note(w->e, "%s", key);
}

static enum pl_rc hex_of(uint8_t *out, size_t n, const struct pl_json *v,
			 struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s || s[0] != '0' || s[1] != 'x')
		return pl_fail(e, PL_EFORMAT,
			       "%s instead of 0x and %zu bytes in hexadecimal",
			       pl_json_type_name(v), n);
	return pl_hex_fixed(out, n, s, pl_json_str_len(v), e);
}

static void bytes(struct walk *w, const char *key, uint8_t *out, size_t n)
{
	if (w->rc)
		return;
	w->rc = hex_of(out, n, pl_json_get(w->obj, key), w->e);
	if (w->rc)
		(void)pl_note(w->e, "%s", key);
}

static void hash32(struct walk *w, const char *key, struct pl_hash32 *out)
{
	bytes(w, key, out->b, sizeof(out->b));
}

/* The beacon API writes integers as decimal strings. */
static const char *decimal(struct walk *w, const char *key)
{
	const char *s = NULL;

	if (w->rc)
		return NULL;
	w->rc = pl_json_need_str(&s, w->obj, key, w->e);
	if (w->rc)
		return NULL;
	if (*s && strspn(s, "0123456789") == strlen(s) &&
	    strlen(s) == pl_json_str_len(pl_json_get(w->obj, key)))
		return s;
	w->rc = pl_fail(w->e, PL_EFORMAT, "%s: no decimal number", key);
	return NULL;
}

static void u256(struct walk *w, const char *key, uint8_t le[32])
{
	const char *s = decimal(w, key);
	struct pl_u256 v;
	uint8_t be[32];

	if (!s)
		return;
	w->rc = pl_u256_parse(&v, s, strlen(s), w->e);
	if (w->rc) {
		(void)pl_note(w->e, "%s", key);
		return;
	}
	pl_u256_to_be(be, &v);
	for (size_t i = 0; i < sizeof(be); i++)
		le[i] = be[sizeof(be) - 1 - i];
}

static void u64(struct walk *w, const char *key, uint64_t *out)
{
	uint8_t le[32] = { 0 };

	u256(w, key, le);
	if (w->rc)
		return;
	for (size_t i = 8; i < sizeof(le); i++)
		if (le[i])
			w->rc = PL_EFORMAT;
	if (w->rc)
		(void)pl_fail(w->e, PL_EFORMAT, "%s: over 64 bits", key);
	else
		*out = pl_ssz_le64(le);
}

/* SPEC simple-serialize ByteList: at most its limit */
static void byte_list(struct walk *w, const char *key, uint8_t *out, size_t *n,
		      size_t limit)
{
	const struct pl_json *v = pl_json_get(w->obj, key);
	size_t len = pl_json_str_len(v);

	if (w->rc)
		return;
	if (len < 2 || len % 2 || (len - 2) / 2 > limit) {
		w->rc = pl_fail(w->e, PL_ELIMIT,
				"%s: %zu characters are no list of at most "
				"%zu bytes",
				key, len, limit);
		return;
	}
	bytes(w, key, out, (len - 2) / 2);
	*n = (len - 2) / 2;
}

/* A list of exactly n hexadecimal items of `size` bytes. */
static void items(struct walk *w, const char *key, uint8_t *out, size_t n,
		  size_t size)
{
	const struct pl_json *list;

	if (w->rc)
		return;
	w->rc = pl_json_need(&list, w->obj, key, PL_J_ARRAY, w->e);
	if (!w->rc && pl_json_len(list) != n)
		w->rc = pl_fail(w->e, PL_EFORMAT,
				"%s: %zu items instead of %zu", key,
				pl_json_len(list), n);
	for (size_t i = 0; i < n && !w->rc; i++) {
		w->rc = hex_of(out + i * size, size, pl_json_at(list, i), w->e);
		if (w->rc)
			(void)pl_note(w->e, "%s[%zu]", key, i);
	}
}

static void branch(struct walk *w, const char *key,
		   struct pl_hash32 out[PL_LC_BRANCH], unsigned depth)
{
	items(w, key, out[PL_LC_BRANCH - depth].b, depth, 32);
}

static void beacon(struct walk *up, struct pl_lc_beacon *b)
{
	struct walk w = into(up, "beacon");

	u64(&w, "slot", &b->slot);
	u64(&w, "proposer_index", &b->proposer_index);
	hash32(&w, "parent_root", &b->parent_root);
	hash32(&w, "state_root", &b->state_root);
	hash32(&w, "body_root", &b->body_root);
	leave(up, &w, "beacon");
}

static void execution(struct walk *up, struct pl_lc_execution *x,
		      enum pl_lc_fork f)
{
	struct walk w = into(up, "execution");

	hash32(&w, "parent_hash", &x->parent_hash);
	bytes(&w, "fee_recipient", x->fee_recipient.b, 20);
	hash32(&w, "state_root", &x->state_root);
	hash32(&w, "receipts_root", &x->receipts_root);
	bytes(&w, "logs_bloom", x->logs_bloom, sizeof(x->logs_bloom));
	hash32(&w, "prev_randao", &x->prev_randao);
	u64(&w, "block_number", &x->block_number);
	u64(&w, "gas_limit", &x->gas_limit);
	u64(&w, "gas_used", &x->gas_used);
	u64(&w, "timestamp", &x->timestamp);
	byte_list(&w, "extra_data", x->extra_data, &x->extra_n,
		  sizeof(x->extra_data));
	u256(&w, "base_fee_per_gas", x->base_fee_per_gas);
	hash32(&w, "block_hash", &x->block_hash);
	hash32(&w, "transactions_root", &x->transactions_root);
	hash32(&w, "withdrawals_root", &x->withdrawals_root);
	if (f >= PL_LC_DENEB) {
		u64(&w, "blob_gas_used", &x->blob_gas_used);
		u64(&w, "excess_blob_gas", &x->excess_blob_gas);
	}
	leave(up, &w, "execution");
}

static void header(struct walk *up, const char *key, struct pl_lc_header *h,
		   enum pl_lc_fork f)
{
	struct walk w = into(up, key);

	h->fork = f;
	beacon(&w, &h->beacon);
	if (f >= PL_LC_GLOAS)
		hash32(&w, "execution_block_hash", &h->execution_block_hash);
	else if (f >= PL_LC_CAPELLA)
		execution(&w, &h->execution, f);
	if (f >= PL_LC_CAPELLA)
		branch(&w, "execution_branch", h->execution_branch,
		       pl_lc_depth_execution(f));
	leave(up, &w, key);
}

static void committee(struct walk *up, const char *key,
		      struct pl_lc_committee *m, const struct pl_lc_preset *p)
{
	struct walk w = into(up, key);

	items(&w, "pubkeys", m->pubkeys[0], p->sync_committee_size,
	      PL_LC_PUBKEY);
	bytes(&w, "aggregate_pubkey", m->aggregate_pubkey, PL_LC_PUBKEY);
	leave(up, &w, key);
}

enum pl_rc pl_lc_bootstrap_json(struct pl_lc_bootstrap *out,
				const struct pl_json *data,
				const struct pl_lc_preset *p, enum pl_lc_fork f,
				struct pl_err *e)
{
	struct walk w = { data, e, PL_OK };

	memset(out, 0, sizeof(*out));
	header(&w, "header", &out->header, f);
	committee(&w, "current_sync_committee", &out->current_sync_committee,
		  p);
	branch(&w, "current_sync_committee_branch",
	       out->current_sync_committee_branch, pl_lc_depth_committee(f));
	return w.rc;
}

static void aggregate(struct walk *up, struct pl_lc_update *u,
		      const struct pl_lc_preset *p)
{
	struct walk w = into(up, "sync_aggregate");

	bytes(&w, "sync_committee_bits", u->sync_committee_bits,
	      p->sync_committee_size / 8);
	bytes(&w, "sync_committee_signature", u->sync_committee_signature,
	      PL_LC_SIGNATURE);
	leave(up, &w, "sync_aggregate");
}

enum pl_rc pl_lc_update_json(struct pl_lc_update *out, enum pl_lc_kind kind,
			     const struct pl_json *data,
			     const struct pl_lc_preset *p, enum pl_lc_fork f,
			     struct pl_err *e)
{
	struct walk w = { data, e, PL_OK };

	memset(out, 0, sizeof(*out));
	out->kind = kind;
	out->finalized_header.fork = f;
	header(&w, "attested_header", &out->attested_header, f);
	if (kind == PL_LC_UPDATE) {
		committee(&w, "next_sync_committee", &out->next_sync_committee,
			  p);
		branch(&w, "next_sync_committee_branch",
		       out->next_sync_committee_branch,
		       pl_lc_depth_committee(f));
	}
	if (kind != PL_LC_OPTIMISTIC) {
		header(&w, "finalized_header", &out->finalized_header, f);
		branch(&w, "finality_branch", out->finality_branch,
		       pl_lc_depth_finality(f));
	}
	aggregate(&w, out, p);
	u64(&w, "signature_slot", &out->signature_slot);
	return w.rc;
}
