#include "analytics/wash.h"

#include <math.h>
#include <stdlib.h>

#include "analytics/stream.h"

const int64_t pl_wash_window[PL_WASH_WINDOWS] = { 3600, 86400, 604800 };

#define STEPS 2000000000u /* of matching, in all */

struct work {
	struct pl_arena *a;
	const struct pl_moves *m;
	const struct pl_wash_spec *spec;
	struct pl_wash *o;
	bool *out;       /* by transfer: takes no part */
	size_t *start;   /* by address: its sendings in `sent` */
	uint32_t *sent;  /* numbers of transfers */
	uint32_t *stamp; /* by address: the set it was last met in */
	struct pl_net *net;
	uint32_t *touched;
	uint32_t **list;     /* by set: transfers within it, in order */
	const uint8_t *turn; /* by transfer: from and to change places */
	uint8_t *why;        /* where marks go */
	uint64_t steps;
};

/* ------------------------------------------------------- who takes part */

static void take_part(struct work *w)
{
	w->out = PL_NEW_N(w->a, bool, w->m->n);
	for (size_t i = 0; i < w->m->n; i++) {
		const struct pl_move *t = &w->m->v[i];

		w->out[i] = pl_u256_is_zero(&t->value) || t->from == t->to ||
			    t->from == w->m->zero || t->to == w->m->zero ||
			    (w->spec->apart && (w->spec->apart[t->from] ||
						w->spec->apart[t->to]));
	}
}

static enum pl_rc count_rows(struct work *w, struct pl_err *e)
{
	struct pl_wash *o = w->o;

	for (size_t i = 0; i < w->m->n; i++) {
		const struct pl_move *t = &w->m->v[i];

		if (pl_u256_is_zero(&t->value))
			continue;
		if (!t->timed && !w->out[i]) {
			(void)pl_fail(e, PL_EMATH,
				      "a transfer has no time, so no window");
			return pl_hint(e, "--block-seconds N takes times from "
					  "block numbers");
		}
		o->rows++;
		PL_TRY(pl_u256_sum(&o->volume, &t->value, "the transfers", e));
		if (t->from != t->to)
			continue;
		o->why[i] = PL_WASH_SELF;
		o->self_rows++;
		PL_TRY(pl_u256_sum(&o->self_volume, &t->value, "the transfers",
				   e));
	}
	return PL_OK;
}

static void by_sender(struct work *w)
{
	const uint32_t n = w->m->addresses;
	size_t *at = PL_NEW_N(w->a, size_t, (size_t)n + 1);

	w->start = PL_NEW_N(w->a, size_t, (size_t)n + 2);
	w->sent = PL_NEW_N(w->a, uint32_t, w->m->n);
	for (size_t i = 0; i < w->m->n; i++) {
		if (!w->out[i])
			w->start[w->m->v[i].from + 1]++;
	}
	for (uint32_t v = 0; v < n; v++) {
		w->start[v + 1] += w->start[v];
		at[v] = w->start[v];
	}
	for (size_t i = 0; i < w->m->n; i++) {
		if (!w->out[i])
			w->sent[at[w->m->v[i].from]++] = (uint32_t)i;
	}
}

/* ------------------------------------------------------------------ pairs */

struct pair {
	uint32_t lo, hi;
	struct pl_u256 up, down; /* lo to hi, hi to lo */
};

static int by_pair(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;

	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (a->hi > b->hi) - (a->hi < b->hi);
}

static enum pl_rc pairs(struct work *w, struct pl_err *e)
{
	struct pair *v = PL_NEW_N(w->a, struct pair, w->m->n);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < w->m->n; i++) {
		const struct pl_move *t = &w->m->v[i];
		const bool up = t->from < t->to;

		if (w->out[i])
			continue;
		v[n] = (struct pair){ up ? t->from : t->to,
				      up ? t->to : t->from,
				      { { 0 } },
				      { { 0 } } };
		*(up ? &v[n].up : &v[n].down) = t->value;
		n++;
	}
	if (n)
		qsort(v, n, sizeof(*v), by_pair);
	for (size_t i = 0; i < n; i = k) {
		struct pair p = v[i];

		for (k = i + 1; k < n && !by_pair(&v[k], &p); k++) {
			PL_TRY(pl_u256_sum(&p.up, &v[k].up, "transfers", e));
			PL_TRY(pl_u256_sum(&p.down, &v[k].down, "transfers",
					   e));
		}
		if (pl_u256_is_zero(&p.up) || pl_u256_is_zero(&p.down))
			continue;
		w->o->pairs++;
		PL_TRY(pl_u256_sum(&w->o->pair_volume,
				   pl_u256_cmp(&p.up, &p.down) < 0 ? &p.up
								   : &p.down,
				   "transfers", e));
	}
	return PL_OK;
}

/* --------------------------------------------------------------- matching */

static enum pl_rc move(struct work *w, uint32_t i, struct pl_err *e)
{
	const struct pl_move *t = &w->m->v[i];
	const bool turned = w->turn && w->turn[i];

	PL_TRY(pl_u256_sum(&w->net[turned ? t->to : t->from].out, &t->value,
			   "transfers", e));
	return pl_u256_sum(&w->net[turned ? t->from : t->to].in, &t->value,
			   "transfers", e);
}

static void take_back(struct work *w, uint32_t i)
{
	const struct pl_move *t = &w->m->v[i];
	const bool turned = w->turn && w->turn[i];
	struct pl_net *from = &w->net[turned ? t->to : t->from];
	struct pl_net *to = &w->net[turned ? t->from : t->to];

	/* it was added before: neither can fail */
	if (!pl_u256_sub(&from->out, &from->out, &t->value) ||
	    !pl_u256_sub(&to->in, &to->in, &t->value))
		abort();
}

static bool off(const struct work *w, uint32_t v, double allowed)
{
	struct pl_u256 amount;

	return pl_net_of(&amount, &w->net[v]) &&
	       pl_u256_double(&amount) > allowed;
}

/* Somebody who does not have what he had, looked for from *at on: the one
 * found last is the likeliest. */
static bool somebody_off(struct work *w, size_t *at, size_t touched,
			 double allowed)
{
	for (size_t k = 0; k < touched; k++) {
		w->steps++;
		if (off(w, w->touched[*at], allowed))
			return true;
		*at = (*at + 1) % touched;
	}
	return false;
}

/* How many of the n first transfers match: the most for which all are back
 * within the margin.  *net is clean before and after. */
static enum pl_rc first_matching(struct work *w, size_t *out, const uint32_t *v,
				 size_t n, struct pl_err *e)
{
	struct pl_u256 sum = pl_u256_of(0);
	size_t touched = 0, at = 0, k = n;

	for (size_t i = 0; i < n; i++) {
		const struct pl_move *t = &w->m->v[v[i]];
		const uint32_t who[2] = { t->from, t->to };

		for (size_t j = 0; j < 2; j++) {
			const struct pl_net *x = &w->net[who[j]];

			if (pl_u256_is_zero(&x->in) && pl_u256_is_zero(&x->out))
				w->touched[touched++] = who[j];
		}
		PL_TRY(move(w, v[i], e));
		PL_TRY(pl_u256_sum(&sum, &t->value, "transfers", e));
	}
	while (k >= 2 && w->steps < STEPS) {
		const double allowed =
			w->spec->margin * pl_u256_double(&sum) / (double)k;

		if (!somebody_off(w, &at, touched, allowed))
			break;
		take_back(w, v[--k]);
		if (!pl_u256_sub(&sum, &sum, &w->m->v[v[k]].value))
			abort();
	}
	if (w->steps >= STEPS) {
		w->o->cut = true;
		k = 0;
	}
	for (size_t i = 0; i < touched; i++)
		w->net[w->touched[i]] = (struct pl_net){ 0 };
	*out = k >= 2 ? k : 0;
	return PL_OK;
}

static int64_t slot(int64_t time, int64_t width)
{
	return time >= 0 ? time / width : -1 - (-1 - time) / width;
}

static enum pl_rc match_set(struct work *w, size_t s, struct pl_err *e)
{
	const uint32_t *v = w->list[s];
	const size_t n = w->o->set[s].inside;

	for (int k = 0; k < PL_WASH_WINDOWS; k++) {
		const int64_t width = pl_wash_window[k];
		size_t end = 0, good;

		for (size_t i = 0; i < n; i = end) {
			const int64_t now = slot(w->m->v[v[i]].time, width);

			for (end = i + 1; end < n; end++) {
				if (slot(w->m->v[v[end]].time, width) != now)
					break;
			}
			PL_TRY(first_matching(w, &good, v + i, end - i, e));
			for (size_t j = i; j < i + good; j++) {
				if (!w->why[v[j]])
					w->why[v[j]] =
						(uint8_t)(PL_WASH_HOUR + k);
			}
		}
	}
	return PL_OK;
}

static int by_time(const void *x, const void *y, const struct pl_moves *m)
{
	const uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	if (m->v[a].time != m->v[b].time)
		return m->v[a].time < m->v[b].time ? -1 : 1;
	return (a > b) - (a < b);
}

/* By merging, for the comparison needs the transfers. */
static void sort_times(struct work *w, uint32_t *v, size_t n, uint32_t *room)
{
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t i = 0; i < n; i += 2 * width) {
			const size_t mid = i + width < n ? i + width : n;
			const size_t end =
				i + 2 * width < n ? i + 2 * width : n;
			size_t a = i, b = mid, k = i;

			while (a < mid || b < end)
				room[k++] = b == end || (a < mid &&
							 by_time(&v[a], &v[b],
								 w->m) <= 0)
						    ? v[a++]
						    : v[b++];
		}
		memcpy(v, room, n * sizeof(*v));
	}
}

/* The transfers from member to member, in the order of time. */
static void list_set(struct work *w, size_t s, uint32_t *room)
{
	const struct pl_cycle_set *c = &w->o->set[s].set;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		w->stamp[c->member[i]] = (uint32_t)s + 1;
	for (size_t i = 0; i < c->n; i++) {
		const uint32_t v = c->member[i];

		for (size_t k = w->start[v]; k < w->start[v + 1]; k++) {
			w->steps++;
			if (w->stamp[w->m->v[w->sent[k]].to] == s + 1)
				room[n++] = w->sent[k];
		}
	}
	w->list[s] = PL_NEW_N(w->a, uint32_t, n);
	memcpy(w->list[s], room, n * sizeof(*room));
	sort_times(w, w->list[s], n, room);
	w->o->set[s].inside = n;
}

static int most_first(const void *x, const void *y)
{
	const struct pl_wash_set *a = x, *b = y;
	const int by = pl_u256_cmp(&b->volume, &a->volume);

	if (by)
		return by;
	if (a->set.member[0] != b->set.member[0])
		return a->set.member[0] < b->set.member[0] ? -1 : 1;
	return (a->set.n > b->set.n) - (a->set.n < b->set.n);
}

static enum pl_rc sets(struct work *w, struct pl_err *e)
{
	struct pl_graph g = pl_graph_of(w->a, w->m, w->out);
	uint32_t *comp = PL_NEW_N(w->a, uint32_t, g.n);
	uint32_t comps = pl_scc(w->a, comp, &g);
	uint32_t *size = PL_NEW_N(w->a, uint32_t, comps);
	uint32_t *room = PL_NEW_N(w->a, uint32_t, w->m->n);
	struct pl_cycle_sets c;

	for (uint32_t v = 0; v < g.n; v++)
		size[comp[v]]++;
	for (uint32_t i = 0; i < comps; i++) {
		w->o->components += size[i] > 1;
		w->o->in_cycles += size[i] > 1 ? size[i] : 0;
	}
	c = pl_cycle_sets(w->a, &g, w->spec->rounds);
	w->o->cut |= c.cut;
	w->o->sets = c.n;
	w->o->set = PL_NEW_N(w->a, struct pl_wash_set, c.n);
	w->list = PL_NEW_N(w->a, uint32_t *, c.n);
	for (size_t s = 0; s < c.n; s++) {
		w->o->set[s].set = c.v[s];
		list_set(w, s, room);
		PL_TRY(match_set(w, s, e));
	}
	return PL_OK;
}

static enum pl_rc sum_up(struct work *w, struct pl_err *e)
{
	struct pl_wash *o = w->o;

	for (size_t i = 0; i < w->m->n; i++) {
		const struct pl_move *t = &w->m->v[i];

		if (o->why[i] < PL_WASH_HOUR)
			continue;
		o->matched_rows++;
		PL_TRY(pl_u256_sum(&o->matched_volume, &t->value, "transfers",
				   e));
		PL_TRY(pl_u256_sum(&o->by_window[o->why[i] - PL_WASH_HOUR],
				   &t->value, "transfers", e));
	}
	o->washed = o->matched_volume;
	PL_TRY(pl_u256_sum(&o->washed, &o->self_volume, "transfers", e));
	for (size_t s = 0; s < o->sets; s++) {
		for (size_t i = 0; i < o->set[s].inside; i++) {
			const uint32_t k = w->list[s][i];

			if (!o->why[k])
				continue;
			o->set[s].matched++;
			PL_TRY(pl_u256_sum(&o->set[s].volume, &w->m->v[k].value,
					   "transfers", e));
		}
	}
	return PL_OK;
}

/* ---------------------------------------------------------- is it chance */

static enum pl_rc one_world(struct work *w, bool *as_much, uint8_t *turn,
			    uint64_t number, struct pl_err *e)
{
	struct pl_stream r = pl_stream_of(w->spec->seed, number);
	struct pl_u256 sum = pl_u256_of(0);

	memset(w->why, 0, w->m->n);
	for (size_t i = 0; i < w->m->n; i++)
		turn[i] = (uint8_t)(pl_stream_next(&r) >> 63);
	for (size_t s = 0; s < w->o->sets; s++)
		PL_TRY(match_set(w, s, e));
	for (size_t i = 0; i < w->m->n; i++) {
		if (w->why[i])
			PL_TRY(pl_u256_sum(&sum, &w->m->v[i].value, "transfers",
					   e));
	}
	*as_much = pl_u256_cmp(&sum, &w->o->matched_volume) >= 0;
	return PL_OK;
}

static enum pl_rc chance(struct work *w, struct pl_err *e)
{
	uint8_t *turn = PL_NEW_N(w->a, uint8_t, w->m->n);
	uint64_t more = 0;
	const bool was_cut = w->o->cut;

	w->o->p = NAN;
	if (!w->spec->worlds || !w->o->sets || !w->o->matched_rows)
		return PL_OK;
	w->turn = turn;
	w->why = PL_NEW_N(w->a, uint8_t, w->m->n);
	for (uint64_t i = 0; i < w->spec->worlds; i++) {
		bool as_much;

		PL_TRY(one_world(w, &as_much, turn, i, e));
		if (w->steps >= STEPS) /* this one is not whole */
			break;
		more += as_much;
		w->o->world++;
	}
	w->o->cut = was_cut || w->steps >= STEPS;
	if (w->o->world)
		w->o->p = (1 + (double)more) / (1 + (double)w->o->world);
	return PL_OK;
}

enum pl_rc pl_wash(struct pl_arena *a, struct pl_wash *out,
		   const struct pl_moves *m, const struct pl_wash_spec *spec,
		   struct pl_err *e)
{
	struct pl_wash o = { .p = NAN };
	struct work w = { .a = a, .m = m, .spec = spec, .o = &o };

	if (!spec->rounds || !(spec->margin >= 0 && spec->margin <= 1))
		return pl_fail(e, PL_EMATH, "wash: %ju rounds, a margin of %g",
			       (uintmax_t)spec->rounds, spec->margin);
	o.why = w.why = PL_NEW_N(a, uint8_t, m->n);
	w.stamp = PL_NEW_N(a, uint32_t, m->addresses);
	w.net = PL_NEW_N(a, struct pl_net, m->addresses);
	w.touched = PL_NEW_N(a, uint32_t, 2 * (size_t)m->addresses + 2);
	take_part(&w);
	PL_TRY(count_rows(&w, e));
	by_sender(&w);
	PL_TRY(pairs(&w, e));
	PL_TRY(sets(&w, e));
	PL_TRY(sum_up(&w, e));
	PL_TRY(chance(&w, e));
	if (o.sets)
		qsort(o.set, o.sets, sizeof(*o.set), most_first);
	*out = o;
	return PL_OK;
}

uint32_t *pl_counterparties(struct pl_arena *a, const struct pl_moves *m)
{
	struct pl_graph g = pl_graph_of(a, m, NULL);
	uint32_t *n = PL_NEW_N(a, uint32_t, m->addresses);
	uint32_t *seen = PL_NEW_N(a, uint32_t, m->addresses);
	size_t *at = PL_NEW_N(a, size_t, (size_t)g.n + 2);
	uint32_t *back = PL_NEW_N(a, uint32_t, g.arcs);

	/* the arcs the other way round */
	for (size_t k = 0; k < g.arcs; k++)
		at[g.arc[k].to + 2]++;
	for (uint32_t v = 2; v <= g.n; v++)
		at[v] += at[v - 1];
	for (uint32_t v = 0; v < g.n; v++)
		for (size_t k = g.start[v]; k < g.end[v]; k++)
			back[at[g.arc[k].to + 1]++] = v;
	for (uint32_t v = 0; v < g.n; v++) {
		for (size_t k = g.start[v]; k < g.end[v]; k++) {
			n[v] += seen[g.arc[k].to] != v + 1;
			seen[g.arc[k].to] = v + 1;
		}
		for (size_t k = at[v]; k < at[v + 1]; k++) {
			n[v] += seen[back[k]] != v + 1;
			seen[back[k]] = v + 1;
		}
	}
	return n;
}
