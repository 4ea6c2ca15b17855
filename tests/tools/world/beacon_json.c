/* What a beacon node says to a light client, in JSON. */
#include "beacon_json.h"

#include "world.h"

#define MEMBERS 32 /* SYNC_COMMITTEE_SIZE, minimal preset */

void world_lc_name(struct pl_buf *o, const char *s)
{
	if (o->p[o->n - 1] != '{')
		pl_buf_byte(o, ',');
	pl_buf_fmt(o, "\"%s\":", s);
}

void world_lc_bytes(struct pl_buf *o, const char *s, const void *p, size_t n)
{
	world_lc_name(o, s);
	world_hex(o, (struct pl_span){ p, n });
}

void world_lc_number(struct pl_buf *o, const char *s, uint64_t v)
{
	world_lc_name(o, s);
	pl_buf_fmt(o, "\"%llu\"", (unsigned long long)v);
}

void world_lc_branch(struct pl_buf *o, const char *s,
		     const struct pl_hash32 b[PL_LC_BRANCH], unsigned depth)
{
	world_lc_name(o, s);
	for (unsigned i = PL_LC_BRANCH - depth; i < PL_LC_BRANCH; i++) {
		pl_buf_byte(o, i == PL_LC_BRANCH - depth ? '[' : ',');
		world_hex(o, pl_hash32_span(&b[i]));
	}
	pl_buf_byte(o, ']');
}

static void execution_json(struct pl_buf *o, const struct pl_lc_execution *x)
{
	struct pl_hash32 be;
	struct pl_u256 v;
	char dec[PL_U256_DEC];

	for (size_t i = 0; i < 32; i++)
		be.b[i] = x->base_fee_per_gas[31 - i];
	v = pl_u256_from_be32(be.b);
	pl_u256_dec(dec, &v);
	world_lc_name(o, "execution");
	pl_buf_byte(o, '{');
	world_lc_bytes(o, "parent_hash", x->parent_hash.b, 32);
	world_lc_bytes(o, "fee_recipient", x->fee_recipient.b, 20);
	world_lc_bytes(o, "state_root", x->state_root.b, 32);
	world_lc_bytes(o, "receipts_root", x->receipts_root.b, 32);
	world_lc_bytes(o, "logs_bloom", x->logs_bloom, sizeof(x->logs_bloom));
	world_lc_bytes(o, "prev_randao", x->prev_randao.b, 32);
	world_lc_number(o, "block_number", x->block_number);
	world_lc_number(o, "gas_limit", x->gas_limit);
	world_lc_number(o, "gas_used", x->gas_used);
	world_lc_number(o, "timestamp", x->timestamp);
	world_lc_bytes(o, "extra_data", x->extra_data, x->extra_n);
	world_lc_name(o, "base_fee_per_gas");
	pl_buf_fmt(o, "\"%s\"", dec);
	world_lc_bytes(o, "block_hash", x->block_hash.b, 32);
	world_lc_bytes(o, "transactions_root", x->transactions_root.b, 32);
	world_lc_bytes(o, "withdrawals_root", x->withdrawals_root.b, 32);
	world_lc_number(o, "blob_gas_used", x->blob_gas_used);
	world_lc_number(o, "excess_blob_gas", x->excess_blob_gas);
	pl_buf_byte(o, '}');
}

void world_lc_header(struct pl_buf *o, const char *s,
		     const struct pl_lc_header *h)
{
	world_lc_name(o, s);
	pl_buf_str(o, "{\"beacon\":{");
	world_lc_number(o, "slot", h->beacon.slot);
	world_lc_number(o, "proposer_index", h->beacon.proposer_index);
	world_lc_bytes(o, "parent_root", h->beacon.parent_root.b, 32);
	world_lc_bytes(o, "state_root", h->beacon.state_root.b, 32);
	world_lc_bytes(o, "body_root", h->beacon.body_root.b, 32);
	pl_buf_byte(o, '}');
	execution_json(o, &h->execution);
	world_lc_branch(o, "execution_branch", h->execution_branch,
			pl_lc_depth_execution(h->fork));
	pl_buf_byte(o, '}');
}

void world_lc_committee(struct pl_buf *o, const char *s,
			const struct pl_lc_committee *m)
{
	world_lc_name(o, s);
	pl_buf_str(o, "{\"pubkeys\":[");
	for (size_t i = 0; i < MEMBERS; i++) {
		if (i)
			pl_buf_byte(o, ',');
		world_hex(o, (struct pl_span){ m->pubkeys[i], PL_LC_PUBKEY });
	}
	pl_buf_byte(o, ']');
	world_lc_bytes(o, "aggregate_pubkey", m->aggregate_pubkey,
		       PL_LC_PUBKEY);
	pl_buf_byte(o, '}');
}

void world_lc_update(struct pl_buf *o, const struct pl_lc_update *u)
{
	pl_buf_fmt(o, "{\"version\":\"%s\",\"data\":{",
		   pl_lc_fork_name(u->attested_header.fork));
	world_lc_header(o, "attested_header", &u->attested_header);
	if (u->kind == PL_LC_UPDATE) {
		world_lc_committee(o, "next_sync_committee",
				   &u->next_sync_committee);
		world_lc_branch(o, "next_sync_committee_branch",
				u->next_sync_committee_branch,
				pl_lc_depth_committee(u->attested_header.fork));
	}
	if (u->kind != PL_LC_OPTIMISTIC) {
		world_lc_header(o, "finalized_header", &u->finalized_header);
		world_lc_branch(o, "finality_branch", u->finality_branch,
				pl_lc_depth_finality(u->attested_header.fork));
	}
	world_lc_name(o, "sync_aggregate");
	pl_buf_byte(o, '{');
	world_lc_bytes(o, "sync_committee_bits", u->sync_committee_bits,
		       MEMBERS / 8);
	world_lc_bytes(o, "sync_committee_signature",
		       u->sync_committee_signature, PL_LC_SIGNATURE);
	pl_buf_byte(o, '}');
	world_lc_number(o, "signature_slot", u->signature_slot);
	pl_buf_str(o, "}}");
}
