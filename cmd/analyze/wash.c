/* plume analyze wash: how much of the volume goes round in circles. */
#include <inttypes.h>
#include <math.h>

#include "analytics/benford.h"
#include "analytics/wash.h"
#include "base/time.h"
#include "cmd/analyze/moves.h"
#include "crypto/addr.h"

#define MEMBERS 20 /* of a set, listed */

struct args {
	struct pl_moves_args in;
	uint64_t rounds, hubs, worlds, seed, show;
	double margin;
};

struct window {
	const char *window;
	struct pl_amount volume;
	double share;
};

struct set {
	uint64_t accounts, rounds, transfers, matched;
	struct pl_amount volume;
	double share;
	struct pl_list members; /* struct pl_addr */
};

struct move {
	struct pl_hash32 tx;
	struct pl_addr from, to;
	struct pl_amount amount;
	const int64_t *time;
	const char *why;
};

struct benford {
	double chi2, p;
	uint64_t n;
	struct pl_list digits; /* uint64_t */
};

struct row {
	struct pl_moves_head head;
	double share;
	struct pl_amount volume, washed, self_volume, matched_volume;
	double self_share, matched_share, pair_share;
	uint64_t transfers, self_transfers, matched_transfers;
	double share_lo, share_hi, margin_lo, margin_hi;
	uint64_t worlds;
	const double *p;
	uint64_t pairs, components, in_cycles, set_count, hubs;
	struct pl_list windows, sets, moves;
	uint64_t evidence;
	const struct benford *benford;

	const char *symbol;
	struct pl_arena *arena;
};

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field window_fields[] = {
	{ "window", PL_STR, F(window, window, const char *),
	  "the shortest in which the transfers match" },
	{ "volume", PL_AMOUNT, F(window, volume, struct pl_amount),
	  "of the transfers" },
	{ "share", PL_DOUBLE, F(window, share, double), "of all volume" },
	{ 0 },
};
static const struct pl_field set_fields[] = {
	{ "accounts", PL_UINT, F(set, accounts, uint64_t), "members" },
	{ "rounds", PL_UINT, F(set, rounds, uint64_t),
	  "how often tokens went round among them" },
	{ "transfers", PL_UINT, F(set, transfers, uint64_t),
	  "from member to member" },
	{ "matched", PL_UINT, F(set, matched, uint64_t),
	  "of which left everybody with what he had" },
	{ "volume", PL_AMOUNT, F(set, volume, struct pl_amount),
	  "of those matched" },
	{ "share", PL_DOUBLE, F(set, share, double), "of all volume" },
	{ "members", PL_LIST, F(set, members, struct pl_list),
	  "the first 20, in order", 0, NULL, 0, PL_ADDR },
	{ 0 },
};
static const struct pl_field move_fields[] = {
	{ "tx", PL_HASH32, F(move, tx, struct pl_hash32), "transaction" },
	{ "from", PL_ADDR, F(move, from, struct pl_addr), "sender" },
	{ "to", PL_ADDR, F(move, to, struct pl_addr), "recipient" },
	{ "amount", PL_AMOUNT, F(move, amount, struct pl_amount), "moved" },
	{ "time", PL_TIME, F(move, time, const int64_t *), "when",
	  PL_NULLABLE },
	{ "why", PL_STR, F(move, why, const char *),
	  "self, or the window in which it matches" },
	{ 0 },
};
static const struct pl_field benford_fields[] = {
	{ "chi2", PL_DOUBLE, F(benford, chi2, double),
	  "Pearson's, 8 degrees of freedom" },
	{ "p", PL_DOUBLE, F(benford, p, double), "of the chi-squared" },
	{ "n", PL_UINT, F(benford, n, uint64_t), "amounts over 0" },
	{ "digits", PL_LIST, F(benford, digits, struct pl_list),
	  "amounts beginning with 1 to 9", 0, NULL, 0, PL_UINT },
	{ 0 },
};
static const struct pl_field fields[] = {
	PL_MOVES_HEAD(struct row, "none, some, substantial or dominant"),
	{ "share", PL_DOUBLE, F(row, share, double),
	  "self transfers and matched ones, of all volume" },
	{ "volume", PL_AMOUNT, F(row, volume, struct pl_amount),
	  "all transfers" },
	{ "washed", PL_AMOUNT, F(row, washed, struct pl_amount),
	  "self transfers and matched ones" },
	{ "self_volume", PL_AMOUNT, F(row, self_volume, struct pl_amount),
	  "from addresses to themselves" },
	{ "matched_volume", PL_AMOUNT,
	  F(row, matched_volume, struct pl_amount),
	  "of transfers that match within a set and a window" },
	{ "self_share", PL_DOUBLE, F(row, self_share, double),
	  "of all volume" },
	{ "matched_share", PL_DOUBLE, F(row, matched_share, double),
	  "of all volume" },
	{ "pair_share", PL_DOUBLE, F(row, pair_share, double),
	  "sent and sent back between two, whenever: twice the smaller way, "
	  "of all volume" },
	{ "transfers", PL_UINT, F(row, transfers, uint64_t),
	  "of more than nothing" },
	{ "self_transfers", PL_UINT, F(row, self_transfers, uint64_t),
	  "of which to oneself" },
	{ "matched_transfers", PL_UINT, F(row, matched_transfers, uint64_t),
	  "of which matched" },
	{ "share_lo", PL_DOUBLE, F(row, share_lo, double),
	  "share with the margin at margin_lo" },
	{ "share_hi", PL_DOUBLE, F(row, share_hi, double),
	  "share with the margin at margin_hi" },
	{ "margin_lo", PL_DOUBLE, F(row, margin_lo, double),
	  "a fifth of --margin" },
	{ "margin_hi", PL_DOUBLE, F(row, margin_hi, double),
	  "five times --margin, at most 1" },
	{ "p", PL_DOUBLE, F(row, p, const double *),
	  "share of worlds with directions drawn at random in which as much "
	  "matches; null: nothing to try", PL_NULLABLE },
	{ "worlds", PL_UINT, F(row, worlds, uint64_t), "drawn" },
	{ "pairs", PL_UINT, F(row, pairs, uint64_t),
	  "accounts that sent to each other" },
	{ "components", PL_UINT, F(row, components, uint64_t),
	  "strongly connected components of two and more" },
	{ "in_cycles", PL_UINT, F(row, in_cycles, uint64_t),
	  "accounts in them" },
	{ "set_count", PL_UINT, F(row, set_count, uint64_t),
	  "sets that survive --rounds rounds" },
	{ "hubs", PL_UINT, F(row, hubs, uint64_t),
	  "accounts left out as pools, exchanges or the like" },
	{ "windows", PL_LIST, F(row, windows, struct pl_list),
	  "matched volume by window", 0, window_fields,
	  sizeof(struct window) },
	{ "sets", PL_LIST, F(row, sets, struct pl_list),
	  "most matched volume first, as many as --show", 0, set_fields,
	  sizeof(struct set) },
	{ "evidence", PL_UINT, F(row, evidence, uint64_t),
	  "transfers behind the share" },
	{ "moves", PL_LIST, F(row, moves, struct pl_list),
	  "the largest of them, as many as --show", 0, move_fields,
	  sizeof(struct move) },
	{ "benford", PL_OBJECT, F(row, benford, const struct benford *),
	  "first digits against Benford's law: a hint, no part of the score; "
	  "null: too few amounts", 0, benford_fields },
	PL_MOVES_TAIL(struct row),
};

#define O(member, is) PL_AT(struct args, member, is)
static const struct pl_opt opts[] = {
	PL_MOVES_OPTS(struct args),
	{ "rounds", 0, PL_UINT, O(rounds, uint64_t), "N",
	  "how often tokens must have gone round in a set", 0, 0, "100", 1,
	  1000000000 },
	{ "margin", 0, PL_DOUBLE, O(margin, double), "M",
	  "what may be left over, of the mean transfer", 0, 0, "0.01" },
	{ "hubs", 0, PL_UINT, O(hubs, uint64_t), "N",
	  "leave out accounts with more partners; 0: none", 0, 0, "50" },
	{ "worlds", 0, PL_UINT, O(worlds, uint64_t), "N",
	  "drawn at random for the test; 0: no test", 0, 0, "99", 0, 100000 },
	{ "seed", 0, PL_UINT, O(seed, uint64_t), "N", "of the draws", 0, 0,
	  "1" },
	{ "show", 0, PL_UINT, O(show, uint64_t), "N",
	  "sets and transfers to list", 0, 0, "10", 0, 10000 },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ "how much of the volume went round",
	  "plume analyze wash --csv moves.csv --rounds 2", PL_EXAMPLE_MOVES,
	  0 },
	{ "every transfer behind it",
	  "plume analyze wash --csv moves.csv --rounds 1 --show 10000 --json",
	  PL_EXAMPLE_MOVES, 0 },
	{ 0 },
};
/* clang-format on */

/* Points of 100: 60 where half of the volume matches, 20 for a fifth sent to
 * oneself, 20 where all is sent back and forth between two. */
static const struct pl_feature_def features[] = {
	{ "matched_share", "share of volume that matches in a window", 0, 120,
	  .05, 0, .5 },
	{ "self_share", "share of volume sent to oneself", 0, 100, .02, 0, .2 },
	{ "pair_share", "share of volume sent back and forth by two", 0, 20, .1,
	  0, 1 },
};
static const char *const verdicts[] = { "none", "some", "substantial",
					"dominant" };
static const double cuts[] = { 2, 15, 50 };
static const struct pl_score_model score = {
	.name = "wash",
	.version = 1,
	.features = features,
	.n = sizeof(features) / sizeof(features[0]),
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 3,
};

struct work {
	struct pl_ctx *c;
	const struct args *a;
	struct row *row;
	struct pl_moves_in *in;
	bool *apart;
	struct pl_wash w;
};

static const char *const why_words[] = { "", "self", "1h", "1d", "1w" };

static void set_apart(struct work *w)
{
	const struct pl_moves *m = &w->in->m;
	const uint32_t *n = pl_counterparties(w->c->arena, m);
	uint64_t labelled = 0;

	w->apart = PL_NEW_N(w->c->arena, bool, m->addresses);
	for (uint32_t i = 0; i < m->addresses; i++) {
		if (pl_label_no_holder(w->in->label[i])) {
			w->apart[i] = true;
			labelled++;
		} else if (w->a->hubs && n[i] > w->a->hubs && i != m->zero) {
			w->apart[i] = true;
			w->row->hubs++;
		}
	}
	w->row->hubs += labelled;
	if (w->row->hubs > labelled)
		pl_flag_add(&w->in->flags, "hubs",
			    "accounts with very many partners were taken for "
			    "pools, exchanges or contracts, through which "
			    "tokens go round as a matter of course, and left "
			    "out: --hubs, --labels");
}

/* The share of another margin: how far the figure rests on that choice. */
static enum pl_rc share_at(struct work *w, double *out, double margin,
			   struct pl_err *e)
{
	const struct pl_wash_spec spec = { w->a->rounds, margin, w->apart, 0,
					   0 };
	struct pl_wash o;

	PL_TRY(pl_wash(w->c->arena, &o, &w->in->m, &spec, e));
	*out = pl_u256_ratio(&o.washed, &o.volume);
	return PL_OK;
}

static enum pl_rc figures(struct work *w, struct pl_err *e)
{
	const struct pl_wash_spec spec = { w->a->rounds, w->a->margin, w->apart,
					   w->a->worlds, w->a->seed };
	struct pl_wash *o = &w->w;
	struct row *r = w->row;
	double *p = PL_NEW(w->c->arena, double);

	PL_TRY(pl_wash(w->c->arena, o, &w->in->m, &spec, e));
	r->share = pl_u256_ratio(&o->washed, &o->volume);
	r->self_share = pl_u256_ratio(&o->self_volume, &o->volume);
	r->matched_share = pl_u256_ratio(&o->matched_volume, &o->volume);
	r->pair_share = 2 * pl_u256_ratio(&o->pair_volume, &o->volume);
	r->volume = pl_moves_amount(w->in, &o->volume);
	r->washed = pl_moves_amount(w->in, &o->washed);
	r->self_volume = pl_moves_amount(w->in, &o->self_volume);
	r->matched_volume = pl_moves_amount(w->in, &o->matched_volume);
	r->transfers = o->rows;
	r->self_transfers = o->self_rows;
	r->matched_transfers = o->matched_rows;
	r->worlds = o->world;
	r->pairs = o->pairs;
	r->components = o->components;
	r->in_cycles = o->in_cycles;
	r->set_count = o->sets;
	r->margin_lo = w->a->margin / 5;
	r->margin_hi = fmin(1, 5 * w->a->margin);
	*p = o->p;
	if (o->world) {
		r->p = p;
		r->head.model.seed =
			pl_printf(w->c->arena, "%" PRIu64, w->a->seed);
	}
	if (o->cut)
		pl_flag_add(&w->in->flags, "cut",
			    "there are more circles than can be followed in "
			    "reasonable time: the figures are lower bounds");
	PL_TRY(share_at(w, &r->share_lo, r->margin_lo, e));
	return share_at(w, &r->share_hi, r->margin_hi, e);
}

static void windows(struct work *w)
{
	struct window *v =
		PL_NEW_N(w->c->arena, struct window, PL_WASH_WINDOWS);

	for (size_t i = 0; i < PL_WASH_WINDOWS; i++)
		v[i] = (struct window){
			why_words[PL_WASH_HOUR + i],
			pl_moves_amount(w->in, &w->w.by_window[i]),
			pl_u256_ratio(&w->w.by_window[i], &w->w.volume),
		};
	w->row->windows = (struct pl_list){ v, PL_WASH_WINDOWS };
}

static void sets(struct work *w)
{
	const size_t n =
		w->w.sets < w->a->show ? w->w.sets : (size_t)w->a->show;
	struct set *v = PL_NEW_N(w->c->arena, struct set, n);

	for (size_t i = 0; i < n; i++) {
		const struct pl_wash_set *s = &w->w.set[i];
		const size_t k = s->set.n < MEMBERS ? s->set.n : MEMBERS;
		struct pl_addr *who = PL_NEW_N(w->c->arena, struct pl_addr, k);

		for (size_t j = 0; j < k; j++)
			who[j] = w->in->who[s->set.member[j]];
		v[i] = (struct set){
			s->set.n,
			s->set.rounds,
			s->inside,
			s->matched,
			pl_moves_amount(w->in, &s->volume),
			pl_u256_ratio(&s->volume, &w->w.volume),
			{ who, k },
		};
	}
	w->row->sets = (struct pl_list){ v, n };
}

/* The largest transfers behind the share: kept in a list of --show, smallest
 * last. */
static void moves(struct work *w)
{
	const struct pl_moves *m = &w->in->m;
	const size_t room = (size_t)w->a->show;
	size_t *best = PL_NEW_N(w->c->arena, size_t, room + 1), n = 0;
	struct move *v;

	for (size_t i = 0; i < m->n; i++) {
		size_t k = n;

		if (!w->w.why[i])
			continue;
		w->row->evidence++;
		while (k && pl_u256_cmp(&m->v[i].value,
					&m->v[best[k - 1]].value) > 0) {
			best[k] = best[k - 1];
			k--;
		}
		best[k] = i;
		n += n < room;
	}
	v = PL_NEW_N(w->c->arena, struct move, n);
	for (size_t i = 0; i < n; i++) {
		const struct pl_move *t = &m->v[best[i]];

		v[i] = (struct move){
			w->in->tx[t->tx],
			w->in->who[t->from],
			w->in->who[t->to],
			pl_moves_amount(w->in, &t->value),
			t->timed ? &t->time : NULL,
			why_words[w->w.why[best[i]]],
		};
	}
	w->row->moves = (struct pl_list){ v, n };
}

static void digits(struct work *w)
{
	struct pl_benford *b = PL_NEW(w->c->arena, struct pl_benford);
	struct benford *out = PL_NEW(w->c->arena, struct benford);
	struct pl_err e;

	if (pl_benford(b, &w->in->m, &e))
		return;
	*out = (struct benford){ b->chi2, b->p, b->n, { b->digit, 9 } };
	w->row->benford = out;
	if (b->p < .001)
		pl_flag_add(&w->in->flags, "benford",
			    "first digits of the amounts do not follow "
			    "Benford's law: a reason to look closer, no proof");
}

#define FEW 20 /* transfers that count */

/* Too little to call a token clean, and balances that transfers alone do not
 * explain: volumes that match are then less, or more, than they seem. */
static enum pl_rc doubts(struct work *w, struct pl_err *e)
{
	const struct pl_moves *m = &w->in->m;
	struct pl_net *net;
	struct pl_u256 v;
	uint64_t owing = 0;

	if (w->w.rows < FEW)
		pl_flag_add(&w->in->flags, "few_transfers",
			    "fewer than 20 transfers between accounts: too "
			    "few to call them clean");
	PL_TRY(pl_nets(w->c->arena, &net, m, NULL, 0, e));
	for (uint32_t i = 0; i < m->addresses; i++)
		owing += i != m->zero && pl_net_of(&v, &net[i]) < 0;
	if (owing && m->zero != PL_NOBODY && !w->in->about.windowed)
		pl_flag_add(&w->in->flags, "negative_balances",
			    pl_printf(w->c->arena,
				      "%" PRIu64 " addresses gave more than "
				      "they got: transfers are missing, or the "
				      "token takes fees or rebases without "
				      "events",
				      owing));
	return PL_OK;
}

static enum pl_rc compute(struct pl_ctx *c, void *row, const void *args,
			  struct pl_err *e)
{
	struct work w = {
		.c = c,
		.a = args,
		.row = row,
		.in = PL_NEW(c->arena, struct pl_moves_in),
	};
	double values[3];

	if (!(w.a->margin >= 0 && w.a->margin <= 1))
		return pl_fail(e, PL_EUSAGE,
			       "--margin lies between 0 and 1, not %g",
			       w.a->margin);
	PL_TRY(pl_moves_read(c, w.in, &w.a->in, e));
	set_apart(&w);
	PL_TRY(figures(&w, e));
	if (pl_u256_is_zero(&w.w.volume))
		return pl_fail(e, PL_EMATH, "no transfer moves anything");
	PL_TRY(doubts(&w, e));
	windows(&w);
	sets(&w);
	moves(&w);
	digits(&w);
	values[0] = w.row->matched_share;
	values[1] = w.row->self_share;
	values[2] = w.row->pair_share;
	PL_TRY(pl_moves_score(c->arena, &w.row->head, &score, values, e));
	w.row->head.pictures =
		pl_wash_pictures(c, &(struct pl_wash_view){
					    .in = w.in,
					    .w = &w.w,
					    .share = w.row->share,
					    .share_lo = w.row->share_lo,
					    .share_hi = w.row->share_hi,
					    .margin = w.a->margin,
					    .margin_lo = w.row->margin_lo,
					    .margin_hi = w.row->margin_hi,
				    });
	w.row->symbol = w.in->about.symbol;
	w.row->arena = c->arena;
	pl_moves_finish(c->arena, &w.row->head, w.in);
	return PL_OK;
}

/* ------------------------------------------------------------------ words */

static void verdict(struct pl_say *s, const struct row *r)
{
	static const char *const words[] = { "No wash trading to speak of",
					     "Some wash trading",
					     "Substantial wash trading",
					     "Wash trading dominates" };
	size_t k = 0;

	while (k < 3 && strcmp(r->head.verdict, verdicts[k]) != 0)
		k++;
	pl_say_text(s, 0,
		    "%s: %.3g %% of the volume of %s (%.3g to %.3g %% for "
		    "margins of %.3g and %.3g), in %" PRIu64 " transfers.",
		    words[k], 100 * r->share,
		    pl_amount_text(r->arena, &r->volume), 100 * r->share_lo,
		    100 * r->share_hi, r->margin_lo, r->margin_hi, r->evidence);
	if (r->p)
		pl_say_text(s, 0,
			    "With directions drawn at random, as much matched "
			    "in a share of %.3g of %" PRIu64 " worlds.",
			    *r->p, r->worlds);
}

static void line(struct pl_say *s, const char *what, uint64_t n,
		 const struct pl_amount *v, double share)
{
	pl_buf_fmt(&s->b, "%-30s %10" PRIu64 " %26s %8.3g%%\n", what, n,
		   pl_amount_text(s->b.a, v), 100 * share);
}

static void table(struct pl_say *s, const struct row *r)
{
	const struct window *w = r->windows.v;

	pl_buf_fmt(&s->b, "\n%-30s %10s %26s %9s\n", "", "transfers",
		   r->symbol ? pl_out_safe(s->b.a, r->symbol) : "units",
		   "share");
	line(s, "to oneself", r->self_transfers, &r->self_volume,
	     r->self_share);
	line(s, "matched within a set", r->matched_transfers,
	     &r->matched_volume, r->matched_share);
	for (size_t i = 0; i < r->windows.n; i++)
		pl_buf_fmt(&s->b, "  within %-32s %26s %8.3g%%\n", w[i].window,
			   pl_amount_text(s->b.a, &w[i].volume),
			   100 * w[i].share);
	pl_say_text(s, 2,
		    "%" PRIu64 " pairs sent to each other, %.3g %% of the "
		    "volume; %" PRIu64 " accounts stand in %" PRIu64
		    " strongly connected components; %" PRIu64
		    " sets went round often enough.",
		    r->pairs, 100 * r->pair_share, r->in_cycles, r->components,
		    r->set_count);
}

static void evidence(struct pl_say *s, const struct row *r)
{
	const struct set *v = r->sets.v;
	const struct move *m = r->moves.v;

	if (r->sets.n)
		pl_buf_fmt(&s->b, "\n%-42s %8s %9s %8s\n", "Sets: accounts",
			   "rounds", "transfers", "share");
	for (size_t i = 0; i < r->sets.n; i++) {
		const struct pl_addr *who = v[i].members.v;

		for (size_t k = 0; k < v[i].members.n && k < 4; k++) {
			char text[PL_ADDR_TEXT];

			pl_addr_text(text, &who[k]);
			if (k)
				pl_buf_fmt(&s->b, "%s\n", text);
			else
				pl_buf_fmt(&s->b,
					   "%s %8" PRIu64 " %9" PRIu64
					   " %7.3g%%\n",
					   text, v[i].rounds, v[i].transfers,
					   100 * v[i].share);
		}
		if (v[i].accounts > 4)
			pl_buf_fmt(&s->b, "  and %" PRIu64 " more\n",
				   v[i].accounts - 4);
	}
	if (r->moves.n)
		pl_buf_fmt(&s->b, "\n%-66s %5s\n", "Largest transfers", "why");
	for (size_t i = 0; i < r->moves.n; i++)
		pl_buf_fmt(&s->b, "%s %5s\n", pl_hash32_text(s->b.a, &m[i].tx),
			   m[i].why);
	if (r->benford)
		pl_say_text(s, 2,
			    "First digits against Benford's law (a hint only): "
			    "chi-squared %.4g, p %.3g.",
			    r->benford->chi2, r->benford->p);
}

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	verdict(&s, r);
	table(&s, r);
	evidence(&s, r);
	pl_moves_say(&s, &r->head);
	return pl_say_end(&s, o, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *args, struct pl_err *e)
{
	return pl_moves_run(c, &pl_moves_wash, args, e);
}

const struct pl_cmd cmd_analyze_wash = {
	.path = "analyze wash",
	.summary = "tell how much of a token's volume goes round in circles",
	.about = "Transfers to oneself, and, after Victor and Weintraud "
		 "(2021), sets of accounts in which tokens went round often "
		 "(strongly connected components that survive --rounds rounds "
		 "of taking one transfer of each pair away), within which "
		 "transfers of an hour, a day or a week leave everybody with "
		 "what he had, to within a margin. The share of the volume, "
		 "the accounts and transactions behind it, the share for other "
		 "margins, and a test against directions drawn at random.\n\n"
		 "Tokens go round through pools and exchanges as a matter of "
		 "course: accounts with more than --hubs partners, and those "
		 "that the labels call contract, bridge, custodian, exchange, "
		 "pool, burn or fee, are in no set. A circle is evidence, not "
		 "intent.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};

const struct pl_moves_cmd pl_moves_wash = {
	.cmd = &cmd_analyze_wash,
	.row_size = sizeof(struct row),
	.compute = compute,
	.name = "plume.wash",
	.version = 1,
};
