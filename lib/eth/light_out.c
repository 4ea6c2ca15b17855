#include "eth/light_out.h"

void pl_lc_out_number(struct pl_jout *w, const char *key, uint64_t v)
{
	struct pl_u256 x = pl_u256_of(v);
	char dec[PL_U256_DEC];

	pl_u256_dec(dec, &x);
	pl_jout_str(w, key, dec);
}

static void bytes(struct pl_jout *w, const char *key, const uint8_t *p,
		  size_t n)
{
	pl_jout_data(w, key, (struct pl_span){ p, n });
}

static void branch(struct pl_jout *w, const char *key,
		   const struct pl_hash32 b[PL_LC_BRANCH], unsigned depth)
{
	pl_jout_open(w, key, '[');
	for (unsigned i = PL_LC_BRANCH - depth; i < PL_LC_BRANCH; i++)
		pl_jout_hash(w, NULL, &b[i]);
	pl_jout_close(w, ']');
}

void pl_lc_out_beacon(struct pl_jout *w, const char *key,
		      const struct pl_lc_beacon *b)
{
	pl_jout_open(w, key, '{');
	pl_lc_out_number(w, "slot", b->slot);
	pl_lc_out_number(w, "proposer_index", b->proposer_index);
	pl_jout_hash(w, "parent_root", &b->parent_root);
	pl_jout_hash(w, "state_root", &b->state_root);
	pl_jout_hash(w, "body_root", &b->body_root);
	pl_jout_close(w, '}');
}

static void execution(struct pl_jout *w, const struct pl_lc_execution *x,
		      enum pl_lc_fork f)
{
	char dec[PL_U256_DEC];
	struct pl_hash32 be;
	struct pl_u256 fee;

	for (size_t i = 0; i < 32; i++)
		be.b[i] = x->base_fee_per_gas[31 - i];
	fee = pl_u256_from_be32(be.b);
	pl_u256_dec(dec, &fee);
	pl_jout_open(w, "execution", '{');
	pl_jout_hash(w, "parent_hash", &x->parent_hash);
	bytes(w, "fee_recipient", x->fee_recipient.b, 20);
	pl_jout_hash(w, "state_root", &x->state_root);
	pl_jout_hash(w, "receipts_root", &x->receipts_root);
	bytes(w, "logs_bloom", x->logs_bloom, sizeof(x->logs_bloom));
	pl_jout_hash(w, "prev_randao", &x->prev_randao);
	pl_lc_out_number(w, "block_number", x->block_number);
	pl_lc_out_number(w, "gas_limit", x->gas_limit);
	pl_lc_out_number(w, "gas_used", x->gas_used);
	pl_lc_out_number(w, "timestamp", x->timestamp);
	bytes(w, "extra_data", x->extra_data, x->extra_n);
	pl_jout_str(w, "base_fee_per_gas", dec);
	pl_jout_hash(w, "block_hash", &x->block_hash);
	pl_jout_hash(w, "transactions_root", &x->transactions_root);
	pl_jout_hash(w, "withdrawals_root", &x->withdrawals_root);
	if (f >= PL_LC_DENEB) {
		pl_lc_out_number(w, "blob_gas_used", x->blob_gas_used);
		pl_lc_out_number(w, "excess_blob_gas", x->excess_blob_gas);
	}
	pl_jout_close(w, '}');
}

static void header(struct pl_jout *w, const char *key,
		   const struct pl_lc_header *h, enum pl_lc_fork f)
{
	pl_jout_open(w, key, '{');
	pl_lc_out_beacon(w, "beacon", &h->beacon);
	if (f >= PL_LC_GLOAS)
		pl_jout_hash(w, "execution_block_hash",
			     &h->execution_block_hash);
	else if (f >= PL_LC_CAPELLA)
		execution(w, &h->execution, f);
	if (f >= PL_LC_CAPELLA)
		branch(w, "execution_branch", h->execution_branch,
		       pl_lc_depth_execution(f));
	pl_jout_close(w, '}');
}

static void committee(struct pl_jout *w, const char *key,
		      const struct pl_lc_committee *m,
		      const struct pl_lc_preset *p)
{
	pl_jout_open(w, key, '{');
	pl_jout_open(w, "pubkeys", '[');
	for (uint32_t i = 0; i < p->sync_committee_size; i++)
		bytes(w, NULL, m->pubkeys[i], PL_LC_PUBKEY);
	pl_jout_close(w, ']');
	bytes(w, "aggregate_pubkey", m->aggregate_pubkey, PL_LC_PUBKEY);
	pl_jout_close(w, '}');
}

static void open_versioned(struct pl_jout *w, enum pl_lc_fork f)
{
	pl_jout_open(w, NULL, '{');
	pl_jout_str(w, "version", pl_lc_fork_name(f));
	pl_jout_open(w, "data", '{');
}

static void close_versioned(struct pl_jout *w)
{
	pl_jout_close(w, '}');
	pl_jout_close(w, '}');
}

void pl_lc_out_bootstrap(struct pl_jout *w, const struct pl_lc_bootstrap *v,
			 const struct pl_lc_preset *p, enum pl_lc_fork f)
{
	open_versioned(w, f);
	header(w, "header", &v->header, f);
	committee(w, "current_sync_committee", &v->current_sync_committee, p);
	branch(w, "current_sync_committee_branch",
	       v->current_sync_committee_branch, pl_lc_depth_committee(f));
	close_versioned(w);
}

void pl_lc_out_update(struct pl_jout *w, const struct pl_lc_update *v,
		      const struct pl_lc_preset *p, enum pl_lc_fork f)
{
	open_versioned(w, f);
	header(w, "attested_header", &v->attested_header, f);
	if (v->kind == PL_LC_UPDATE) {
		committee(w, "next_sync_committee", &v->next_sync_committee, p);
		branch(w, "next_sync_committee_branch",
		       v->next_sync_committee_branch, pl_lc_depth_committee(f));
	}
	if (v->kind != PL_LC_OPTIMISTIC) {
		header(w, "finalized_header", &v->finalized_header, f);
		branch(w, "finality_branch", v->finality_branch,
		       pl_lc_depth_finality(f));
	}
	pl_jout_open(w, "sync_aggregate", '{');
	bytes(w, "sync_committee_bits", v->sync_committee_bits,
	      p->sync_committee_size / 8);
	bytes(w, "sync_committee_signature", v->sync_committee_signature,
	      PL_LC_SIGNATURE);
	pl_jout_close(w, '}');
	pl_lc_out_number(w, "signature_slot", v->signature_slot);
	close_versioned(w);
}
