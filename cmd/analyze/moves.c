/* Transfers out of the index or a file, made into numbers. */
#include "cmd/analyze/moves.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "cmd/ctx.h"
#include "crypto/addr.h"
#include "crypto/sha256.h"
#include "record/record.h"
#include "store/sums.h"
#include "sync/import.h"

const char *const pl_moves_units_words[] = { "auto", "raw", "decimal", NULL };
const char *const pl_moves_dates_words[] = { "iso", "mdy", "dmy", NULL };

static const struct pl_addr nobody;

/* A transfer while it is read. */
struct raw {
	struct pl_addr from, to;
	struct pl_hash32 tx;
	uint64_t block;
	int64_t time;
	bool timed, equal, loose; /* loose: without log index */
	struct pl_u256 value;
};

struct gather {
	struct pl_arena *a;
	const struct pl_moves_args *args;
	struct pl_moves_in *in;
	struct pl_token_id token;
	struct raw *raw;
	size_t n;
	struct pl_rows_digest *digest;
	struct pl_net **nets; /* NULL: each transfer is wanted */
	bool summed;          /* *nets came from the store, no transfer did */
	struct pl_block_at first, last;
	bool any_time;
	int64_t time0, time1;
};

/* ---------------------------------------------------------------- rows */

static void place(struct pl_block_at *at, const struct pl_transfer *t, bool low)
{
	const unsigned by = PL_TR_BLOCK | PL_TR_HASH | PL_TR_TIME;

	if (!(t->has & PL_TR_BLOCK))
		return;
	if (at->has && !(low ? t->block < at->block : t->block > at->block))
		return;
	*at = (struct pl_block_at){ t->has & by, t->block, t->block_hash,
				    t->time, t->trust };
}

static void notice(struct gather *g, const struct pl_transfer *t)
{
	struct pl_moves_about *b = &g->in->about;

	b->rows++;
	b->zero_rows += pl_u256_is_zero(&t->value);
	b->self_rows += pl_addr_equal(&t->from, &t->to);
	b->trust = b->trust ? pl_trust_weaker(b->trust, t->trust) : t->trust;
	place(&g->first, t, true);
	place(&g->last, t, false);
	if (!(t->has & PL_TR_TIME)) {
		b->untimed++;
		return;
	}
	if (!g->any_time || t->time < g->time0)
		g->time0 = t->time;
	if (!g->any_time || t->time > g->time1)
		g->time1 = t->time;
	g->any_time = true;
}

/* Equal rows follow one another in the canonical order. */
static bool same(const struct raw *r, const struct pl_transfer *t)
{
	return r->loose && r->timed == !!(t->has & PL_TR_TIME) &&
	       (!r->timed || r->time == t->time) &&
	       r->block == (t->has & PL_TR_BLOCK ? t->block : 0) &&
	       pl_hash32_equal(&r->tx, &t->tx) &&
	       pl_addr_equal(&r->from, &t->from) &&
	       pl_addr_equal(&r->to, &t->to) &&
	       !pl_u256_cmp(&r->value, &t->value);
}

static enum pl_rc each(void *ctx, const struct pl_transfer *t, struct pl_err *e)
{
	struct gather *g = ctx;
	const bool equal =
		!(t->has & PL_TR_LOG) && g->n && same(&g->raw[g->n - 1], t);

	if (g->n == PL_MAX_MOVES) {
		(void)pl_fail(e, PL_ELIMIT, "over %d transfers", PL_MAX_MOVES);
		return pl_hint(e, "take a part: --from, --to, --from-block");
	}
	PL_TRY(pl_rows_digest_put(g->digest, t, e));
	notice(g, t);
	g->in->about.equal_rows += equal;
	if (equal && g->args->drop_equal)
		return PL_OK;
	g->raw = pl_grow(g->a, g->raw, g->n, sizeof(*g->raw));
	g->raw[g->n++] = (struct raw){
		t->from,
		t->to,
		t->tx,
		t->has & PL_TR_BLOCK ? t->block : 0,
		t->has & PL_TR_TIME ? t->time : 0,
		t->has & PL_TR_TIME,
		equal,
		!(t->has & PL_TR_LOG),
		t->value,
	};
	return PL_OK;
}

/* ------------------------------------------------------------- numbers */

struct addr_at {
	struct pl_addr a;
	uint32_t at; /* 2·row for the sender, and one more for the other */
};
struct tx_at {
	struct pl_hash32 tx;
	uint32_t at;
};

static int by_addr(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct pl_addr));
}

static int by_tx(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct pl_hash32));
}

/* Numbers in the order of the addresses: by sorting, because whoever sends
 * tokens chooses addresses, and could choose them to break a hash table. */
static void number_addresses(struct gather *g, struct pl_move *v)
{
	struct pl_moves *m = &g->in->m;
	struct addr_at *s = PL_NEW_N(g->a, struct addr_at, 2 * g->n);
	struct pl_addr *who = PL_NEW_N(g->a, struct pl_addr, 2 * g->n);
	uint32_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		s[2 * i] =
			(struct addr_at){ g->raw[i].from, (uint32_t)(2 * i) };
		s[2 * i + 1] =
			(struct addr_at){ g->raw[i].to, (uint32_t)(2 * i + 1) };
	}
	qsort(s, 2 * g->n, sizeof(*s), by_addr);
	for (size_t i = 0; i < 2 * g->n; i++) {
		if (!i || by_addr(&s[i], &s[i - 1]) != 0)
			who[n++] = s[i].a;
		if (s[i].at & 1)
			v[s[i].at / 2].to = n - 1;
		else
			v[s[i].at / 2].from = n - 1;
	}
	m->addresses = n;
	m->zero = pl_addr_equal(&who[0], &nobody) ? 0 : PL_NOBODY;
	g->in->who = who;
}

static void number_txs(struct gather *g, struct pl_move *v)
{
	struct tx_at *s = PL_NEW_N(g->a, struct tx_at, g->n);
	struct pl_hash32 *tx = PL_NEW_N(g->a, struct pl_hash32, g->n);
	uint32_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		s[i] = (struct tx_at){ g->raw[i].tx, (uint32_t)i };
	qsort(s, g->n, sizeof(*s), by_tx);
	for (size_t i = 0; i < g->n; i++) {
		if (!i || by_tx(&s[i], &s[i - 1]) != 0)
			tx[n++] = s[i].tx;
		v[s[i].at].tx = n - 1;
	}
	g->in->m.txs = n;
	g->in->tx = tx;
}

static void number(struct gather *g)
{
	struct pl_move *v = PL_NEW_N(g->a, struct pl_move, g->n);

	number_addresses(g, v);
	number_txs(g, v);
	for (size_t i = 0; i < g->n; i++) {
		v[i].timed = g->raw[i].timed;
		v[i].equal = g->raw[i].equal;
		v[i].block = g->raw[i].block;
		v[i].time = g->raw[i].time;
		v[i].value = g->raw[i].value;
	}
	g->in->m.v = v;
	g->in->m.n = g->n;
}

/* ------------------------------------------------------------- sources */

static enum pl_rc chain_of(struct pl_ctx *c, uint64_t *out,
			   const struct pl_moves_args *args, struct pl_err *e)
{
	struct pl_network net;

	if (args->chain) {
		*out = *args->chain;
		return PL_OK;
	}
	PL_TRY(pl_ctx_network(c, &net, e));
	*out = net.chain_id;
	return PL_OK;
}

static struct pl_index_query query_of(const struct pl_moves_args *a, int64_t id)
{
	const uint64_t *first = a->pin_first ? a->pin_first : a->from_block;
	const uint64_t *last = a->pin_last ? a->pin_last : a->to_block;

	return (struct pl_index_query){
		.token = id,
		.from_block_set = first,
		.to_block_set = last,
		.from_block = first ? *first : 0,
		.to_block = last ? *last : 0,
		.from_time_set = a->from,
		.to_time_set = a->to,
		.from_time = a->from ? *a->from : 0,
		.to_time = a->to ? *a->to : 0,
	};
}

static enum pl_rc rows_of(struct gather *g, struct pl_index *ix,
			  const struct pl_index_token *t, struct pl_err *e)
{
	const struct pl_index_query q = query_of(g->args, t->id);
	struct pl_hash32 digest;
	struct pl_err ignored;
	enum pl_rc rc;

	g->token = t->token;
	PL_TRY(pl_rows_digest_open(g->a, &g->digest, &g->token,
				   g->args->chained, e));
	rc = pl_index_each(ix, &q, each, g, e);
	if (rc) {
		if (pl_rows_digest_close(g->digest, NULL, &ignored))
			return rc;
		return rc;
	}
	PL_TRY(pl_rows_digest_close(g->digest, &digest, e));
	g->in->about.series_sha256 =
		pl_rows_digest_name(g->a, &digest, g->args->chained);
	if (!g->n)
		return pl_fail(e, PL_ENOTFOUND, "no transfers in the range");
	return PL_OK;
}

/* Balances are enough, and the store sums by itself. */
static bool can_sum(const struct gather *g, const struct pl_index *ix)
{
	return g->nets && !g->args->drop_equal && !g->args->block_seconds &&
	       !g->args->chained && pl_index_sums(ix);
}

static void about_sums(struct gather *g, const struct pl_balances *b)
{
	struct pl_moves_about *about = &g->in->about;

	about->rows = b->rows;
	about->zero_rows = b->zero_rows;
	about->self_rows = b->self_rows;
	about->equal_rows = b->equal_rows;
	about->untimed = b->no_time;
	about->trust = b->trust;
	about->series_sha256 = pl_rows_digest_name(g->a, &b->digest, false);
	g->first = b->first;
	g->last = b->last;
	g->any_time = b->times_known;
	g->time0 = b->first_time;
	g->time1 = b->last_time;
}

static enum pl_rc sums_of(struct gather *g, struct pl_index *ix,
			  const struct pl_index_token *t, struct pl_err *e)
{
	const struct pl_index_query q = query_of(g->args, t->id);
	struct pl_balances b;
	struct pl_addr *who;
	struct pl_net *net;

	PL_TRY(pl_index_balances(g->a, ix, &b, t, &q, e));
	if (!b.rows)
		return pl_fail(e, PL_ENOTFOUND, "no transfers in the range");
	if (b.over)
		return pl_nets_over(e);
	if (b.n > UINT32_MAX / 2)
		return pl_fail(e, PL_ELIMIT, "%zu addresses", b.n);
	who = PL_NEW_N(g->a, struct pl_addr, b.n);
	net = PL_NEW_N(g->a, struct pl_net, b.n);
	for (size_t i = 0; i < b.n; i++) {
		who[i] = b.v[i].who;
		net[i] = (struct pl_net){ b.v[i].in, b.v[i].out };
	}
	g->in->who = who;
	g->in->m.addresses = (uint32_t)b.n;
	g->in->m.txs = (uint32_t)b.transactions;
	g->in->m.zero = pl_addr_equal(&who[0], &nobody) ? 0 : PL_NOBODY;
	about_sums(g, &b);
	*g->nets = net;
	g->summed = true;
	return PL_OK;
}

static void about_token(struct gather *g, const struct pl_index_token *t)
{
	struct pl_moves_about *b = &g->in->about;

	b->chain = t->token.chain;
	if (!pl_addr_equal(&t->token.address, &nobody)) {
		struct pl_addr *own = PL_NEW(g->a, struct pl_addr);

		*own = t->token.address;
		b->token = own;
	}
	b->symbol = t->symbol ? pl_strdup(g->a, t->symbol) : NULL;
	if (t->decimals_known) {
		uint64_t *d = PL_NEW(g->a, uint64_t);

		*d = t->decimals;
		b->decimals = d;
		g->in->decimals = t->decimals;
	}
}

static enum pl_rc from_index(struct pl_ctx *c, struct gather *g,
			     struct pl_err *e)
{
	const struct pl_moves_args *a = g->args;
	struct pl_token_id id = { 0, *a->token };
	struct pl_index_token t;
	struct pl_index *ix;
	const char *path;
	enum pl_rc rc;

	PL_TRY(chain_of(c, &id.chain, a, e));
	PL_TRY(pl_ctx_store_path(c, &path, e));
	PL_TRY(pl_index_open(&ix, path, PL_INDEX_READONLY, e));
	rc = pl_index_token_get(c->arena, ix, &t, &id, e);
	if (!rc)
		rc = can_sum(g, ix) ? sums_of(g, ix, &t, e)
				    : rows_of(g, ix, &t, e);
	pl_index_close(ix);
	if (rc)
		return rc;
	about_token(g, &t);
	g->in->about.kind = "index";
	g->in->about.sha256 = g->in->about.series_sha256;
	if (t.symbol) {
		g->in->about.source = g->in->about.symbol;
	} else {
		char text[PL_ADDR_TEXT];

		pl_addr_text(text, &t.token.address);
		g->in->about.source = pl_strdup(c->arena, text);
	}
	return PL_OK;
}

static enum pl_rc import(struct pl_import_result *r, struct pl_index *ix,
			 const struct pl_moves_args *a, uint64_t chain,
			 const struct pl_addr *token, struct pl_err *e)
{
	const struct pl_import how = {
		.chain = chain,
		.token_set = token,
		.token = token ? *token : nobody,
		.map = a->map,
		.where = a->where,
		.decimals_set = a->decimals,
		.decimals = a->decimals ? (uint8_t)*a->decimals : 0,
		.units = (enum pl_units)a->units,
		.dates = (enum pl_dates)a->dates,
		.skip_bad = a->skip_bad,
	};

	return pl_import_file(ix, r, &how, a->csv, e);
}

/* A file that names no token holds one: which one is no matter here. */
static enum pl_rc import_any(struct pl_import_result *r, struct pl_index *ix,
			     const struct pl_moves_args *a, uint64_t chain,
			     struct pl_err *e)
{
	enum pl_rc rc = import(r, ix, a, chain, a->token, e);

	if (rc == PL_EUSAGE && !a->token && strcmp(a->csv, "-") != 0)
		rc = import(r, ix, a, chain, &nobody, e);
	if (rc)
		return rc;
	if (r->tokens == 1)
		return PL_OK;
	if (!r->tokens)
		return pl_fail(e, PL_ENOTFOUND, "%s: no transfers", a->csv);
	(void)pl_fail(e, PL_EUSAGE, "%s: transfers of %zu tokens", a->csv,
		      r->tokens);
	return pl_hint(e, "choose one: --token ADDRESS");
}

/* A file of which most is wrong is mostly not what it was taken for, and what
 * remains of it no picture of the token. */
static enum pl_rc enough(const struct pl_import_result *r,
			 const struct pl_moves_args *a, struct pl_err *e)
{
	if (a->skip_most || r->rejected <= r->rows)
		return PL_OK;
	(void)pl_fail(e, PL_EFORMAT,
		      "%s: %" PRIu64 " of %" PRIu64 " rows are no transfers "
		      "as they stand",
		      a->csv, r->rejected, r->rows + r->rejected);
	return pl_hint(e, "--map and --units say how to read them; "
			  "--skip-most looks at the rest");
}

static enum pl_rc from_memory(struct pl_ctx *c, struct gather *g,
			      struct pl_index *ix, struct pl_err *e)
{
	struct pl_import_result r = { 0 };
	struct pl_token_id id;
	struct pl_index_token t;

	PL_TRY(chain_of(c, &id.chain, g->args, e));
	PL_TRY(import_any(&r, ix, g->args, id.chain, e));
	PL_TRY(enough(&r, g->args, e));
	id.address = r.token;
	PL_TRY(pl_index_token_get(c->arena, ix, &t, &id, e));
	PL_TRY(rows_of(g, ix, &t, e));
	about_token(g, &t);
	g->in->about.rejected = r.rejected;
	g->in->about.duplicates = r.duplicates + r.enriched;
	g->in->about.sha256 = pl_record_name(c->arena, &r.digest);
	return PL_OK;
}

static enum pl_rc from_file(struct pl_ctx *c, struct gather *g,
			    struct pl_err *e)
{
	struct pl_moves_in *in = g->in;
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_index_open(&ix, "of the file",
			     PL_INDEX_CREATE | PL_INDEX_MEMORY, e));
	rc = from_memory(c, g, ix, e);
	pl_index_close(ix);
	if (rc)
		return rc;
	in->about.kind = "csv";
	in->about.source =
		pl_moves_label(c, &g->args->names, "csv", g->args->csv);
	in->about.trust = PL_LOCAL;
	in->file[in->n_files++] =
		(struct pl_moves_file){ "csv", in->about.source,
					in->about.sha256 };
	return PL_OK;
}

/* --------------------------------------------------------------- the whole */

/* Only where asked for, and said: clocks of chains are not that regular. */
static void times_from_blocks(struct gather *g)
{
	const uint64_t *each_block = g->args->block_seconds;
	uint64_t n = 0;

	for (size_t i = 0; each_block && i < g->n; i++) {
		struct raw *r = &g->raw[i];

		if (r->timed || !r->block || r->block > INT64_MAX / *each_block)
			continue;
		r->time = (int64_t)(r->block * *each_block);
		r->timed = true;
		n++;
	}
	if (n)
		pl_flag_add(&g->in->flags, "times_from_blocks",
			    "times were taken from block numbers: windows and "
			    "ages are near, not exact");
}

static struct pl_input_block at_block(struct pl_arena *a,
				      const struct pl_block_at *b)
{
	struct pl_block_at *own = PL_NEW(a, struct pl_block_at);

	*own = *b;
	return (struct pl_input_block){
		b->has & PL_TR_BLOCK ? &own->block : NULL,
		b->has & PL_TR_HASH ? &own->hash : NULL,
		b->has & PL_TR_TIME ? &own->time : NULL,
		b->has ? b->trust : PL_LOCAL,
	};
}

static void describe(struct pl_arena *a, struct gather *g)
{
	struct pl_moves_about *b = &g->in->about;
	const struct pl_moves_args *args = g->args;
	int64_t *t = PL_NEW_N(a, int64_t, 2);

	t[0] = g->time0;
	t[1] = g->time1;
	if (g->any_time) {
		b->first_time = &t[0];
		b->last_time = &t[1];
	}
	b->first_block = at_block(a, &g->first);
	b->last_block = at_block(a, &g->last);
	b->used = g->summed ? b->rows : g->n;
	b->addresses = g->in->m.addresses;
	b->transactions = g->in->m.txs;
	b->windowed =
		args->from || args->to || args->from_block || args->to_block;
}

static void flag_rows(struct pl_arena *a, struct pl_moves_in *in, bool dropped)
{
	const struct pl_moves_about *b = &in->about;

	if (b->zero_rows)
		pl_flag_add(&in->flags, "zero_value_legs",
			    pl_printf(a,
				      "%" PRIu64 " of %" PRIu64 " transfers "
				      "move nothing (fee legs, or lures that "
				      "resemble known addresses); they add "
				      "nothing to amounts and are not counted "
				      "as activity",
				      b->zero_rows, b->rows));
	if (b->equal_rows)
		pl_flag_add(&in->flags, "equal_rows",
			    pl_printf(a,
				      "%" PRIu64 " rows equal another of the "
				      "same transaction and carry no log "
				      "index: duplicates or equal legs, which "
				      "cannot be told apart; they are %s",
				      b->equal_rows,
				      dropped ? "left out" : "counted"));
	if (b->duplicates)
		pl_flag_add(&in->flags, "duplicates",
			    pl_printf(a,
				      "%" PRIu64 " rows repeat a log already "
				      "read and were left out",
				      b->duplicates));
	if (b->self_rows)
		pl_flag_add(&in->flags, "self_transfers",
			    pl_printf(a,
				      "%" PRIu64 " transfers go from an "
				      "address to itself",
				      b->self_rows));
	if (b->rejected)
		pl_flag_add(&in->flags,
			    b->rejected > b->rows ? "mostly_rejected"
						  : "rejected",
			    pl_printf(a,
				      "%" PRIu64 " rows of the file are no "
				      "transfers as they stand and were left "
				      "out%s",
				      b->rejected,
				      b->rejected > b->rows
					      ? ": more than were read, so "
						"the figures are of a remnant"
					      : ""));
	if (!b->decimals)
		pl_flag_add(&in->flags, "raw_units",
			    "the token's decimals are not known: amounts are "
			    "in raw units");
}

static enum pl_rc read_all(struct pl_ctx *c, struct pl_moves_in *out,
			   struct pl_net **nets,
			   const struct pl_moves_args *args, struct pl_err *e)
{
	struct gather g = {
		.a = c->arena, .args = args, .in = out, .nets = nets
	};
	const bool file_only = args->map || args->where || args->units ||
			       args->dates || args->decimals || args->skip_bad;

	if (!args->csv && !args->token) {
		(void)pl_fail(e, PL_EUSAGE, "nothing to analyze");
		return pl_hint(e, "give --token T for an indexed token, or "
				  "--csv FILE for a file of transfers");
	}
	if (!args->csv && file_only)
		return pl_fail(e, PL_EUSAGE,
			       "--map, --where, --units, --dates, --decimals "
			       "and --skip-bad go with --csv");
	if (args->skip_most && !args->skip_bad)
		return pl_fail(e, PL_EUSAGE,
			       "--skip-most goes with --skip-bad");
	*out = (struct pl_moves_in){ .names = args->names };
	if (args->csv)
		PL_TRY(from_file(c, &g, e));
	else
		PL_TRY(from_index(c, &g, e));
	times_from_blocks(&g);
	if (!g.summed)
		number(&g);
	describe(c->arena, &g);
	flag_rows(c->arena, out, args->drop_equal);
	out->label =
		PL_NEW_N(c->arena, const struct pl_label *, out->m.addresses);
	if (args->labels)
		PL_TRY(pl_moves_labels(c, out, args->labels, e));
	return nets && !g.summed ? pl_nets(c->arena, nets, &out->m, NULL, 0, e)
				 : PL_OK;
}

enum pl_rc pl_moves_read(struct pl_ctx *c, struct pl_moves_in *out,
			 const struct pl_moves_args *args, struct pl_err *e)
{
	return read_all(c, out, NULL, args, e);
}

enum pl_rc pl_moves_nets(struct pl_ctx *c, struct pl_moves_in *out,
			 struct pl_net **nets, const struct pl_moves_args *args,
			 struct pl_err *e)
{
	return read_all(c, out, nets, args, e);
}

const char *pl_moves_label(struct pl_ctx *c, const struct pl_list *names,
			   const char *option, const char *path)
{
	const struct pl_moves_file *f = names->v;

	for (size_t i = 0; i < names->n; i++) {
		if (!strcmp(f[i].option, option))
			return f[i].name;
	}
	return pl_input_label(c, path);
}

enum pl_rc pl_moves_file(struct pl_ctx *c, struct pl_moves_in *in,
			 struct pl_span *out, const char *option,
			 const char *path, struct pl_err *e)
{
	struct pl_hash32 h;

	PL_TRY(pl_file_read(c->arena, out, path, PL_MAX_FILE, e));
	PL_TRY(pl_sha256(&h, *out, e));
	in->file[in->n_files++] = (struct pl_moves_file){
		option, pl_moves_label(c, &in->names, option, path),
		pl_record_name(c->arena, &h)
	};
	return PL_OK;
}

uint32_t pl_moves_find(const struct pl_moves_in *in, const struct pl_addr *a)
{
	const struct pl_addr *at =
		in->m.addresses ? bsearch(a, in->who, in->m.addresses,
					  sizeof(*a), by_addr)
				: NULL;

	return at ? (uint32_t)(at - in->who) : PL_NOBODY;
}

const char *pl_moves_name(struct pl_arena *a, const struct pl_moves_in *in,
			  uint32_t id)
{
	char text[PL_ADDR_TEXT];

	if (in->label[id] && in->label[id]->entity)
		return in->label[id]->entity;
	pl_addr_text(text, &in->who[id]);
	return pl_strdup(a, text);
}

struct pl_amount pl_moves_amount(const struct pl_moves_in *in,
				 const struct pl_u256 *v)
{
	return (struct pl_amount){ *v, in->decimals };
}
