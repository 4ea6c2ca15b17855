/* A series of prices or net asset values out of the index. */
#include <math.h>

#include "cmd/analyze/read.h"
#include "cmd/ctx.h"
#include "cmd/index/watch.h"
#include "crypto/addr.h"
#include "record/record.h"
#include "store/price.h"

static enum pl_tell tell_of(const struct pl_input_args *in)
{
	return (enum pl_tell)(*in->measure - PL_INPUT_PRICE);
}

static enum pl_quote quote_of(const struct pl_input_args *in)
{
	return in->quote ? (enum pl_quote) * in->quote : PL_QUOTE_CLOSE;
}

static struct pl_event_query query_of(const struct pl_input_args *in)
{
	const uint64_t *first = in->pin_first ? in->pin_first : in->from_block;
	const uint64_t *last = in->pin_last ? in->pin_last : in->to_block;

	return (struct pl_event_query){
		.from_block_set = first,
		.to_block_set = last,
		.from_block = first ? *first : 0,
		.to_block = last ? *last : 0,
		.from_time_set = in->from,
		.to_time_set = in->to,
		.from_time = in->from ? *in->from : 0,
		.to_time = in->to ? *in->to : 0,
	};
}

struct read {
	struct pl_index_token token; /* what is priced; symbol may be NULL */
	struct pl_price_series s;
};

/* The token itself need not be followed: its pool may be alone. */
static enum pl_rc about_token(struct pl_arena *a, struct pl_index *ix,
			      struct pl_index_token *out,
			      const struct pl_token_id *id, struct pl_err *e)
{
	enum pl_rc rc = pl_index_token_get(a, ix, out, id, e);

	if (rc != PL_ENOTFOUND)
		return rc;
	*out = (struct pl_index_token){ .token = *id };
	return PL_OK;
}

static enum pl_rc read_index(struct pl_ctx *c, struct pl_index *ix,
			     struct read *r, const struct pl_token_id *id,
			     const struct pl_input_args *in,
			     const struct pl_bar_rule *rule, struct pl_err *e)
{
	const struct pl_event_query q = query_of(in);
	struct pl_price_source source;
	enum pl_rc rc;

	PL_TRY(about_token(c->arena, ix, &r->token, id, e));
	rc = pl_price_source(c->arena, ix, &source, id, tell_of(in),
			     in->from_contract, e);
	if (rc == PL_EUSAGE && !in->from_contract)
		return pl_hint(e, "--source ADDRESS takes one of them");
	if (rc)
		return rc;
	return pl_price_series(c->arena, ix, &r->s, &source, &q, rule,
			       quote_of(in),
			       pl_input_missing(in) == PL_MISSING_REFUSE, e);
}

static const struct pl_input_prices *prices_of(struct pl_arena *a,
					       const struct pl_price_series *s)
{
	struct pl_input_prices *p = PL_NEW(a, struct pl_input_prices);
	struct pl_watch *w = PL_NEW(a, struct pl_watch);
	const bool turned = s->source.inverted;

	*w = s->source.watch;
	p->contract = s->source.contract.token.address;
	p->name = w->name;
	p->events = pl_kind_list(a, s->kinds);
	if (w->pair_known) {
		p->of = turned ? &w->addr1 : &w->addr0;
		p->in = turned ? &w->addr0 : &w->addr1;
	}
	p->inverted = turned;
	p->decimals0 = w->units.dec0;
	p->decimals1 = w->units.dec1;
	p->quote = pl_quote_words[s->how];
	p->unpriced = s->unpriced;
	return p;
}

static const char *name_of(struct pl_arena *a, const struct pl_index_token *t)
{
	char text[PL_ADDR_TEXT];

	if (t->symbol)
		return t->symbol;
	pl_addr_text(text, &t->token.address);
	return pl_strdup(a, text);
}

static void describe(struct pl_arena *a, struct pl_input *out,
		     const struct read *r, const struct pl_input_args *in)
{
	struct pl_input_index *ix = PL_NEW(a, struct pl_input_index);

	ix->token = r->token.token.address;
	ix->chain = r->token.token.chain;
	ix->symbol = r->token.symbol;
	ix->measure = pl_input_measure_words[*in->measure];
	ix->bar = pl_input_bar(in);
	ix->from = in->from;
	ix->to = in->to;
	ix->from_block = in->from_block;
	ix->to_block = in->to_block;
	ix->whole_bars = in->whole;
	ix->first_block = pl_input_block_of(a, &r->s.first);
	ix->last_block = pl_input_block_of(a, &r->s.last);
	ix->prices = prices_of(a, &r->s);
	out->kind = "index";
	out->source = name_of(a, &r->token);
	out->sha256 = pl_record_name(a, &r->s.digest);
	out->rows = r->s.rows;
	out->missing = r->s.empty;
	out->time_kind = r->s.rule.unit == PL_BAR_SECONDS ? "bar" : "block";
	out->trust = r->s.trust;
	out->index = ix;
}

enum pl_rc pl_input_price(struct pl_ctx *c, struct pl_input_series *out,
			  const struct pl_input_args *in, struct pl_err *e)
{
	struct pl_token_id id = { 0, *in->token };
	struct pl_input_series s = { 0 };
	struct pl_bar_rule rule;
	struct pl_index *ix;
	const char *path;
	struct read r;
	enum pl_rc rc;

	PL_TRY(pl_bar_parse(&rule, pl_input_bar(in), e));
	rule.include_zero = false;
	rule.whole_only = in->whole;
	PL_TRY(pl_input_chain(c, &id.chain, in, e));
	PL_TRY(pl_ctx_store_path(c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = read_index(c, ix, &r, &id, in, &rule, e);
	pl_index_close(ix);
	if (rc)
		return rc;
	describe(c->arena, &s.about, &r, in);
	s.n = r.s.n;
	s.t = PL_NEW_N(c->arena, double, s.n);
	s.y = PL_NEW_N(c->arena, double, s.n);
	s.in_seconds = rule.unit == PL_BAR_SECONDS;
	for (size_t i = 0; i < s.n; i++) {
		s.t[i] = (double)r.s.bar[i].start;
		s.y[i] = r.s.bar[i].price;
	}
	*out = s;
	return PL_OK;
}
