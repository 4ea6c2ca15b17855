#include "codec/ssz.h"
#include "eth/light.h"

#define BEACON 112          /* bytes of a BeaconBlockHeader */
#define EXECUTION_FIXED 568 /* of Capella's ExecutionPayloadHeader */
#define EXTRA_MAX 32        /* MAX_EXTRA_DATA_BYTES */

const char *pl_lc_kind_name(enum pl_lc_kind k)
{
	static const char *const names[] = { "bootstrap", "update", "finality",
					     "optimistic" };

	return names[k];
}

static unsigned floorlog2(uint64_t gindex)
{
	unsigned depth = 0;

	while (gindex >> (depth + 1))
		depth++;
	return depth;
}

/* SPEC gloas/sync-protocol ExecutionBranch: floorlog2 of the leaf's index */
unsigned pl_lc_depth_execution(enum pl_lc_fork f)
{
	return f >= PL_LC_CAPELLA ? floorlog2(pl_lc_gindex_execution(f)) : 0;
}

/* SPEC electra/sync-protocol FinalityBranch: floorlog2 of the leaf's index */
unsigned pl_lc_depth_finality(enum pl_lc_fork f)
{
	return floorlog2(pl_lc_gindex_finalized(f));
}

/* SPEC electra/sync-protocol NextSyncCommitteeBranch: floorlog2 of the leaf's
 * index; the current committee's is as long */
unsigned pl_lc_depth_committee(enum pl_lc_fork f)
{
	return floorlog2(pl_lc_gindex_next(f));
}

/* From Capella to Fulu a header has a part of variable size. */
static bool header_varies(enum pl_lc_fork f)
{
	return f >= PL_LC_CAPELLA && f < PL_LC_GLOAS;
}

static size_t header_fixed(enum pl_lc_fork f)
{
	if (f >= PL_LC_GLOAS)
		return BEACON + 32 + 32 * (size_t)pl_lc_depth_execution(f);
	if (f >= PL_LC_CAPELLA)
		return BEACON + 4 + 32 * (size_t)pl_lc_depth_execution(f);
	return BEACON;
}

/* What a header takes in the fixed part of the container around it. */
static size_t header_room(enum pl_lc_fork f)
{
	return header_varies(f) ? 4 : header_fixed(f);
}

static size_t committee_size(const struct pl_lc_preset *p)
{
	return ((size_t)p->sync_committee_size + 1) * PL_LC_PUBKEY;
}

static void take(void *out, struct pl_ssz *s, size_t n)
{
	memcpy(out, pl_ssz_take(s, n), n);
}

/* A branch of `depth`, put at the end of its room. */
static void take_branch(struct pl_hash32 out[PL_LC_BRANCH], struct pl_ssz *s,
			unsigned depth)
{
	for (unsigned i = PL_LC_BRANCH - depth; i < PL_LC_BRANCH; i++)
		out[i] = pl_ssz_hash32(s);
}

static void take_beacon(struct pl_lc_beacon *b, struct pl_ssz *s)
{
	b->slot = pl_ssz_u64(s);
	b->proposer_index = pl_ssz_u64(s);
	b->parent_root = pl_ssz_hash32(s);
	b->state_root = pl_ssz_hash32(s);
	b->body_root = pl_ssz_hash32(s);
}

static enum pl_rc execution(struct pl_lc_execution *x, struct pl_span in,
			    enum pl_lc_fork f, struct pl_err *e)
{
	size_t fixed = EXECUTION_FIXED + (f >= PL_LC_DENEB ? 16 : 0);
	struct pl_span extra;
	struct pl_ssz s;

	PL_TRY(pl_ssz_open(&s, in, fixed, 1, "execution payload header", e));
	x->parent_hash = pl_ssz_hash32(&s);
	take(x->fee_recipient.b, &s, sizeof(x->fee_recipient.b));
	x->state_root = pl_ssz_hash32(&s);
	x->receipts_root = pl_ssz_hash32(&s);
	take(x->logs_bloom, &s, sizeof(x->logs_bloom));
	x->prev_randao = pl_ssz_hash32(&s);
	x->block_number = pl_ssz_u64(&s);
	x->gas_limit = pl_ssz_u64(&s);
	x->gas_used = pl_ssz_u64(&s);
	x->timestamp = pl_ssz_u64(&s);
	PL_TRY(pl_ssz_offset(&s, e));
	take(x->base_fee_per_gas, &s, sizeof(x->base_fee_per_gas));
	x->block_hash = pl_ssz_hash32(&s);
	x->transactions_root = pl_ssz_hash32(&s);
	x->withdrawals_root = pl_ssz_hash32(&s);
	if (f >= PL_LC_DENEB) {
		x->blob_gas_used = pl_ssz_u64(&s);
		x->excess_blob_gas = pl_ssz_u64(&s);
	}
	extra = pl_ssz_part(&s, 0);
	PL_TRY(pl_ssz_list(&x->extra_n, extra, 1, EXTRA_MAX, "extra_data", e));
	if (extra.n)
		memcpy(x->extra_data, extra.p, extra.n);
	return PL_OK;
}

/* SPEC capella/sync-protocol LightClientHeader: Altair's is the beacon header
 * alone; Gloas has the block's hash instead of the payload header */
static enum pl_rc header(struct pl_lc_header *h, struct pl_span in,
			 enum pl_lc_fork f, const char *what, struct pl_err *e)
{
	struct pl_ssz s;

	PL_TRY(pl_ssz_open(&s, in, header_fixed(f), header_varies(f), what, e));
	h->fork = f;
	take_beacon(&h->beacon, &s);
	if (f < PL_LC_CAPELLA)
		return PL_OK;
	if (f >= PL_LC_GLOAS)
		h->execution_block_hash = pl_ssz_hash32(&s);
	else
		PL_TRY(pl_ssz_offset(&s, e));
	take_branch(h->execution_branch, &s, pl_lc_depth_execution(f));
	if (f >= PL_LC_GLOAS)
		return PL_OK;
	if (execution(&h->execution, pl_ssz_part(&s, 0), f, e))
		return pl_note(e, "%s", what);
	return PL_OK;
}

/* A header inside a container: its bytes, or for now its offset. */
static enum pl_rc member(struct pl_span *out, struct pl_ssz *s,
			 enum pl_lc_fork f, struct pl_err *e)
{
	size_t n = header_fixed(f);

	if (header_varies(f))
		return pl_ssz_offset(s, e);
	*out = (struct pl_span){ pl_ssz_take(s, n), n };
	return PL_OK;
}

static void take_committee(struct pl_lc_committee *m, struct pl_ssz *s,
			   const struct pl_lc_preset *p)
{
	take(m->pubkeys, s, (size_t)p->sync_committee_size * PL_LC_PUBKEY);
	take(m->aggregate_pubkey, s, PL_LC_PUBKEY);
}

/* SPEC altair/sync-protocol LightClientBootstrap */
enum pl_rc pl_lc_bootstrap_decode(struct pl_lc_bootstrap *out,
				  struct pl_span ssz,
				  const struct pl_lc_preset *p,
				  enum pl_lc_fork f, struct pl_err *e)
{
	size_t fixed = header_room(f) + committee_size(p) +
		       32 * (size_t)pl_lc_depth_committee(f);
	struct pl_span head;
	struct pl_lc_header h = { 0 };
	struct pl_ssz s;

	PL_TRY(pl_ssz_open(&s, ssz, fixed, header_varies(f), "bootstrap", e));
	PL_TRY(member(&head, &s, f, e));
	if (header_varies(f))
		head = (struct pl_span){ ssz.p + fixed, ssz.n - fixed };
	PL_TRY(header(&h, head, f, "bootstrap header", e));
	memset(out, 0, sizeof(*out));
	out->header = h;
	take_committee(&out->current_sync_committee, &s, p);
	take_branch(out->current_sync_committee_branch, &s,
		    pl_lc_depth_committee(f));
	return PL_OK;
}

static size_t update_fixed(enum pl_lc_kind kind, const struct pl_lc_preset *p,
			   enum pl_lc_fork f)
{
	size_t n = header_room(f) + p->sync_committee_size / 8 +
		   PL_LC_SIGNATURE + 8;

	if (kind == PL_LC_UPDATE)
		n += committee_size(p) + 32 * (size_t)pl_lc_depth_committee(f);
	if (kind != PL_LC_OPTIMISTIC)
		n += header_room(f) + 32 * (size_t)pl_lc_depth_finality(f);
	return n;
}

/* The two headers of an update, checked before anything is written. */
static enum pl_rc update_headers(struct pl_lc_header h[2], enum pl_lc_kind kind,
				 struct pl_span ssz,
				 const struct pl_lc_preset *p,
				 enum pl_lc_fork f, struct pl_err *e)
{
	size_t n_headers = kind == PL_LC_OPTIMISTIC ? 1 : 2;
	struct pl_span part[2];
	struct pl_ssz s;

	PL_TRY(pl_ssz_open(&s, ssz, update_fixed(kind, p, f),
			   header_varies(f) ? n_headers : 0,
			   pl_lc_kind_name(kind), e));
	PL_TRY(member(&part[0], &s, f, e));
	if (kind == PL_LC_UPDATE)
		(void)pl_ssz_take(
			&s, committee_size(p) +
				    32 * (size_t)pl_lc_depth_committee(f));
	if (n_headers == 2)
		PL_TRY(member(&part[1], &s, f, e));
	(void)pl_ssz_take(&s, s.fixed - s.at);
	for (size_t i = 0; i < n_headers; i++) {
		if (header_varies(f))
			part[i] = pl_ssz_part(&s, i);
		PL_TRY(header(&h[i], part[i], f,
			      i ? "finalized header" : "attested header", e));
	}
	return pl_ssz_bitvector(
		(struct pl_span){ ssz.p + s.fixed - 8 - PL_LC_SIGNATURE -
					  p->sync_committee_size / 8,
				  p->sync_committee_size / 8 },
		p->sync_committee_size, "sync_committee_bits", e);
}

/* SPEC altair/sync-protocol LightClientUpdate, LightClientFinalityUpdate,
 * LightClientOptimisticUpdate: the same members, ever fewer */
enum pl_rc pl_lc_update_decode(struct pl_lc_update *out, enum pl_lc_kind kind,
			       struct pl_span ssz, const struct pl_lc_preset *p,
			       enum pl_lc_fork f, struct pl_err *e)
{
	struct pl_lc_header h[2] = { 0 };
	struct pl_ssz s;

	PL_TRY(update_headers(h, kind, ssz, p, f, e));
	memset(out, 0, sizeof(*out));
	out->kind = kind;
	out->attested_header = h[0];
	out->finalized_header = h[1];
	out->finalized_header.fork = f;
	s = (struct pl_ssz){ .all = ssz, .fixed = update_fixed(kind, p, f) };
	(void)pl_ssz_take(&s, header_room(f));
	if (kind == PL_LC_UPDATE) {
		take_committee(&out->next_sync_committee, &s, p);
		take_branch(out->next_sync_committee_branch, &s,
			    pl_lc_depth_committee(f));
	}
	if (kind != PL_LC_OPTIMISTIC) {
		(void)pl_ssz_take(&s, header_room(f));
		take_branch(out->finality_branch, &s, pl_lc_depth_finality(f));
	}
	take(out->sync_committee_bits, &s, p->sync_committee_size / 8);
	take(out->sync_committee_signature, &s, PL_LC_SIGNATURE);
	out->signature_slot = pl_ssz_u64(&s);
	return PL_OK;
}

static void put(struct pl_buf *b, const void *p, size_t n)
{
	pl_buf_put(b, (struct pl_span){ p, n });
}

static void put_branch(struct pl_buf *b,
		       const struct pl_hash32 branch[PL_LC_BRANCH],
		       unsigned depth)
{
	put(b, branch + (PL_LC_BRANCH - depth), 32 * (size_t)depth);
}

static void put_execution(struct pl_buf *b, const struct pl_lc_execution *x,
			  enum pl_lc_fork f)
{
	size_t start = b->n, gap;

	put(b, &x->parent_hash, 32);
	put(b, &x->fee_recipient, 20);
	put(b, &x->state_root, 32);
	put(b, &x->receipts_root, 32);
	put(b, x->logs_bloom, sizeof(x->logs_bloom));
	put(b, &x->prev_randao, 32);
	pl_ssz_put_u64(b, x->block_number);
	pl_ssz_put_u64(b, x->gas_limit);
	pl_ssz_put_u64(b, x->gas_used);
	pl_ssz_put_u64(b, x->timestamp);
	gap = pl_ssz_put_gap(b);
	put(b, x->base_fee_per_gas, 32);
	put(b, &x->block_hash, 32);
	put(b, &x->transactions_root, 32);
	put(b, &x->withdrawals_root, 32);
	if (f >= PL_LC_DENEB) {
		pl_ssz_put_u64(b, x->blob_gas_used);
		pl_ssz_put_u64(b, x->excess_blob_gas);
	}
	pl_ssz_fill_gap(b, start, gap);
	put(b, x->extra_data, x->extra_n);
}

static void put_header(struct pl_buf *b, const struct pl_lc_header *h,
		       enum pl_lc_fork f)
{
	size_t start = b->n, gap = 0;

	pl_ssz_put_u64(b, h->beacon.slot);
	pl_ssz_put_u64(b, h->beacon.proposer_index);
	put(b, &h->beacon.parent_root, 32);
	put(b, &h->beacon.state_root, 32);
	put(b, &h->beacon.body_root, 32);
	if (f >= PL_LC_GLOAS)
		put(b, &h->execution_block_hash, 32);
	else if (f >= PL_LC_CAPELLA)
		gap = pl_ssz_put_gap(b);
	put_branch(b, h->execution_branch, pl_lc_depth_execution(f));
	if (!header_varies(f))
		return;
	pl_ssz_fill_gap(b, start, gap);
	put_execution(b, &h->execution, f);
}

static size_t put_member(struct pl_buf *b, const struct pl_lc_header *h,
			 enum pl_lc_fork f)
{
	if (header_varies(f))
		return pl_ssz_put_gap(b);
	put_header(b, h, f);
	return 0;
}

static void put_part(struct pl_buf *b, size_t start, size_t gap,
		     const struct pl_lc_header *h, enum pl_lc_fork f)
{
	if (!header_varies(f))
		return;
	pl_ssz_fill_gap(b, start, gap);
	put_header(b, h, f);
}

static void put_committee(struct pl_buf *b, const struct pl_lc_committee *m,
			  const struct pl_lc_preset *p)
{
	put(b, m->pubkeys, (size_t)p->sync_committee_size * PL_LC_PUBKEY);
	put(b, m->aggregate_pubkey, PL_LC_PUBKEY);
}

void pl_lc_bootstrap_encode(struct pl_buf *b, const struct pl_lc_bootstrap *v,
			    const struct pl_lc_preset *p, enum pl_lc_fork f)
{
	size_t start = b->n, gap = put_member(b, &v->header, f);

	put_committee(b, &v->current_sync_committee, p);
	put_branch(b, v->current_sync_committee_branch,
		   pl_lc_depth_committee(f));
	put_part(b, start, gap, &v->header, f);
}

void pl_lc_update_encode(struct pl_buf *b, const struct pl_lc_update *v,
			 const struct pl_lc_preset *p, enum pl_lc_fork f)
{
	size_t start = b->n, gap = put_member(b, &v->attested_header, f);
	size_t gap2 = 0;

	if (v->kind == PL_LC_UPDATE) {
		put_committee(b, &v->next_sync_committee, p);
		put_branch(b, v->next_sync_committee_branch,
			   pl_lc_depth_committee(f));
	}
	if (v->kind != PL_LC_OPTIMISTIC) {
		gap2 = put_member(b, &v->finalized_header, f);
		put_branch(b, v->finality_branch, pl_lc_depth_finality(f));
	}
	put(b, v->sync_committee_bits, p->sync_committee_size / 8);
	put(b, v->sync_committee_signature, PL_LC_SIGNATURE);
	pl_ssz_put_u64(b, v->signature_slot);
	put_part(b, start, gap, &v->attested_header, f);
	if (v->kind != PL_LC_OPTIMISTIC)
		put_part(b, start, gap2, &v->finalized_header, f);
}

/* The header that says which fork an object is of, and its slot. */
static bool slot_in_form(uint64_t *slot, enum pl_lc_kind kind,
			 struct pl_span ssz, const struct pl_lc_preset *p,
			 enum pl_lc_fork f)
{
	struct pl_lc_header h[2] = { 0 };
	struct pl_span head = ssz;
	struct pl_err ignored;
	size_t fixed;

	if (kind != PL_LC_BOOTSTRAP) {
		if (update_headers(h, kind, ssz, p, f, &ignored))
			return false;
		*slot = h[0].beacon.slot;
		return true;
	}
	fixed = header_room(f) + committee_size(p) +
		32 * (size_t)pl_lc_depth_committee(f);
	if (ssz.n < fixed || (!header_varies(f) && ssz.n != fixed))
		return false;
	if (header_varies(f))
		(void)pl_span_take(&head, fixed);
	else
		head.n = header_fixed(f);
	if (header(&h[0], head, f, "bootstrap header", &ignored))
		return false;
	*slot = h[0].beacon.slot;
	return true;
}

enum pl_rc pl_lc_fork_guess(enum pl_lc_fork *out, enum pl_lc_kind kind,
			    struct pl_span ssz, const struct pl_lc_config *c,
			    struct pl_err *e)
{
	for (unsigned f = PL_LC_ALTAIR; f < PL_LC_FORKS; f++) {
		enum pl_lc_fork form = (enum pl_lc_fork)f;
		uint64_t slot;

		if (!slot_in_form(&slot, kind, ssz, c->preset, form) ||
		    pl_lc_fork_at(c, slot) != form)
			continue;
		*out = form;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT,
		       "%zu bytes are no %s in the form of any fork of %s",
		       ssz.n, pl_lc_kind_name(kind), c->name);
}
