/* A series out of the index of token transfers. */
#include <math.h>

#include "cmd/analyze/read.h"
#include "cmd/ctx.h"
#include "crypto/addr.h"
#include "record/record.h"
#include "store/sums.h"

static enum pl_measure measure_of(const struct pl_input_args *in)
{
	return in->measure ? (enum pl_measure) * in->measure
			   : PL_MEASURE_VOLUME;
}

const char *pl_input_bar(const struct pl_input_args *in)
{
	return in->bar ? in->bar : "day";
}

struct pl_input_block pl_input_block_of(struct pl_arena *a,
					const struct pl_block_at *b)
{
	struct pl_block_at *own = PL_NEW(a, struct pl_block_at);

	*own = *b;
	return (struct pl_input_block){
		b->has & PL_TR_BLOCK ? &own->block : NULL,
		b->has & PL_TR_HASH ? &own->hash : NULL,
		b->has & PL_TR_TIME ? &own->time : NULL,
		b->trust,
	};
}

static const char *token_name(struct pl_arena *a,
			      const struct pl_index_token *t)
{
	char text[PL_ADDR_TEXT];

	if (t->symbol)
		return t->symbol;
	pl_addr_text(text, &t->token.address);
	return pl_strdup(a, text);
}

static void describe(struct pl_arena *a, struct pl_input *out,
		     const struct pl_index_series *s,
		     const struct pl_input_args *in)
{
	struct pl_input_index *ix = PL_NEW(a, struct pl_input_index);

	ix->token = s->token.token.address;
	ix->chain = s->token.token.chain;
	ix->symbol = s->token.symbol;
	ix->measure = pl_measure_words[measure_of(in)];
	ix->bar = pl_input_bar(in);
	ix->from = in->from;
	ix->to = in->to;
	ix->from_block = in->from_block;
	ix->to_block = in->to_block;
	ix->include_zero = in->include_zero;
	ix->whole_bars = in->whole;
	ix->zero_rows = s->zero_rows;
	ix->first_block = pl_input_block_of(a, &s->first);
	ix->last_block = pl_input_block_of(a, &s->last);
	out->kind = "index";
	out->source = token_name(a, &s->token);
	out->sha256 = pl_rows_digest_name(a, &s->digest, s->rule.chained);
	out->rows = s->rows;
	out->time_kind = s->rule.unit == PL_BAR_SECONDS ? "bar" : "block";
	out->trust = s->trust;
	out->index = ix;
}

static enum pl_rc values(struct pl_arena *a, struct pl_input_series *out,
			 const struct pl_index_series *s, enum pl_measure m,
			 struct pl_err *e)
{
	out->n = s->n;
	out->t = PL_NEW_N(a, double, s->n);
	out->y = PL_NEW_N(a, double, s->n);
	out->in_seconds = s->rule.unit == PL_BAR_SECONDS;
	for (size_t i = 0; i < s->n; i++) {
		out->t[i] = (double)s->bar[i].start;
		PL_TRY(pl_bar_measure(&out->y[i], s, i, m, e));
	}
	return PL_OK;
}

static enum pl_rc query_of(struct pl_index_query *q, struct pl_arena *a,
			   struct pl_index *ix, const struct pl_token_id *id,
			   const struct pl_input_args *in, struct pl_err *e)
{
	const uint64_t *first = in->pin_first ? in->pin_first : in->from_block;
	const uint64_t *last = in->pin_last ? in->pin_last : in->to_block;
	struct pl_index_token token;

	PL_TRY(pl_index_token_get(a, ix, &token, id, e));
	*q = (struct pl_index_query){
		.token = token.id,
		.from_block_set = first,
		.to_block_set = last,
		.from_block = first ? *first : 0,
		.to_block = last ? *last : 0,
		.from_time_set = in->from,
		.to_time_set = in->to,
		.from_time = in->from ? *in->from : 0,
		.to_time = in->to ? *in->to : 0,
	};
	return PL_OK;
}

enum pl_rc pl_input_chain(struct pl_ctx *c, uint64_t *out,
			  const struct pl_input_args *in, struct pl_err *e)
{
	struct pl_network net;

	if (!in->chain) {
		PL_TRY(pl_ctx_network(c, &net, e));
		*out = net.chain_id;
	} else {
		*out = *in->chain;
	}
	return PL_OK;
}

enum pl_rc pl_input_index(struct pl_ctx *c, struct pl_input_series *out,
			  const struct pl_input_args *in, struct pl_err *e)
{
	struct pl_bar_rule rule;
	struct pl_index_series series;
	struct pl_index_query q;
	struct pl_token_id id = { 0, *in->token };
	const char *path;
	struct pl_input_series s = { 0 };
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_bar_parse(&rule, pl_input_bar(in), e));
	rule.include_zero = in->include_zero;
	rule.whole_only = in->whole;
	rule.chained = in->chained;
	PL_TRY(pl_input_chain(c, &id.chain, in, e));
	PL_TRY(pl_ctx_store_path(c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = query_of(&q, c->arena, ix, &id, in, e);
	if (!rc)
		rc = pl_index_series(c->arena, ix, &series, &q, &rule, e);
	pl_index_close(ix);
	if (rc)
		return rc;
	describe(c->arena, &s.about, &series, in);
	PL_TRY(values(c->arena, &s, &series, measure_of(in), e));
	*out = s;
	return PL_OK;
}
