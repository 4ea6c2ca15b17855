#include "analytics/scc.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ graph */

/* Stable counting sort of the numbers in `in` by key[number]. */
static void by_key(uint32_t *restrict out, const uint32_t *restrict in,
		   size_t n, const struct pl_move *v, bool from, size_t *count,
		   uint32_t keys)
{
	size_t sum = 0;

	memset(count, 0, keys * sizeof(*count));
	for (size_t i = 0; i < n; i++)
		count[from ? v[in[i]].from : v[in[i]].to]++;
	for (uint32_t k = 0; k < keys; k++) {
		const size_t c = count[k];

		count[k] = sum;
		sum += c;
	}
	for (size_t i = 0; i < n; i++)
		out[count[from ? v[in[i]].from : v[in[i]].to]++] = in[i];
}

struct pl_graph pl_graph_of(struct pl_arena *a, const struct pl_moves *m,
			    const bool *out)
{
	struct pl_graph g = { .n = m->addresses };
	uint32_t *x = PL_NEW_N(a, uint32_t, m->n);
	uint32_t *y = PL_NEW_N(a, uint32_t, m->n);
	size_t *count = PL_NEW_N(a, size_t, g.n), n = 0;
	uint32_t now = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (!out || !out[i])
			x[n++] = (uint32_t)i;
	}
	by_key(y, x, n, m->v, false, count, g.n);
	by_key(x, y, n, m->v, true, count, g.n);
	g.start = PL_NEW_N(a, size_t, (size_t)g.n + 1);
	g.end = PL_NEW_N(a, size_t, (size_t)g.n + 1);
	g.arc = PL_NEW_N(a, struct pl_arc, n);
	for (size_t i = 0; i < n; i++) {
		const struct pl_move *t = &m->v[x[i]];

		while (now < t->from) {
			g.end[now++] = g.arcs;
			g.start[now] = g.arcs;
		}
		if (g.arcs > g.start[now] && g.arc[g.arcs - 1].to == t->to)
			g.arc[g.arcs - 1].times++;
		else
			g.arc[g.arcs++] = (struct pl_arc){ t->to, 1 };
	}
	while (now < g.n) {
		g.end[now++] = g.arcs;
		g.start[now] = g.arcs;
	}
	return g;
}

/* ----------------------------------------------------------------- Tarjan */

#define UNSEEN 0
#define DONE UINT32_MAX /* in `low`: the node's component is known */

struct walk {
	const struct pl_graph *g;
	uint32_t *seen; /* order of discovery from 1 */
	uint32_t *low;
	uint32_t *comp;
	size_t *at;      /* next arc of the node */
	uint32_t *path;  /* the nodes being looked at, in place of recursion */
	uint32_t *stack; /* found, in no component yet */
	size_t path_n, stack_n;
	uint32_t clock, comps;
	uint64_t steps;
};

static struct walk walk_of(struct pl_arena *a, const struct pl_graph *g,
			   uint32_t *comp)
{
	return (struct walk){
		.g = g,
		.comp = comp,
		.seen = PL_NEW_N(a, uint32_t, g->n),
		.low = PL_NEW_N(a, uint32_t, g->n),
		.at = PL_NEW_N(a, size_t, g->n),
		.path = PL_NEW_N(a, uint32_t, g->n),
		.stack = PL_NEW_N(a, uint32_t, g->n),
	};
}

static void enter(struct walk *w, uint32_t v)
{
	w->seen[v] = w->low[v] = ++w->clock;
	w->at[v] = w->g->start[v];
	w->path[w->path_n++] = v;
	w->stack[w->stack_n++] = v;
}

/* All arcs of v are done: a root ends its component, any other tells the node
 * it was reached from how low it came. */
static void leave(struct walk *w, uint32_t v)
{
	w->path_n--;
	if (w->low[v] == w->seen[v]) {
		uint32_t u;

		do {
			u = w->stack[--w->stack_n];
			w->low[u] = DONE;
			w->comp[u] = w->comps;
		} while (u != v);
		w->comps++;
		return;
	}
	if (w->low[w->path[w->path_n - 1]] > w->low[v])
		w->low[w->path[w->path_n - 1]] = w->low[v];
}

static void from_node(struct walk *w, uint32_t root)
{
	enter(w, root);
	while (w->path_n) {
		const uint32_t v = w->path[w->path_n - 1];
		uint32_t u;

		if (w->at[v] == w->g->end[v]) {
			leave(w, v);
			continue;
		}
		w->steps++;
		u = w->g->arc[w->at[v]++].to;
		if (w->seen[u] == UNSEEN)
			enter(w, u);
		else if (w->low[u] != DONE && w->seen[u] < w->low[v])
			w->low[v] = w->seen[u];
	}
}

uint32_t pl_scc(struct pl_arena *a, uint32_t *comp, const struct pl_graph *g)
{
	struct walk w = walk_of(a, g, comp);

	for (uint32_t v = 0; v < g->n; v++) {
		if (w.seen[v] == UNSEEN)
			from_node(&w, v);
	}
	return w.comps;
}

/* ----------------------------------------------------------- cycle sets */

/* A set under way: node[a .. b), connected for `rounds` rounds so far. */
struct part {
	size_t a, b;
	uint64_t rounds;
};

struct peel {
	struct pl_arena *arena;
	struct pl_graph *g;
	struct walk w;
	uint32_t *node, *other;
	size_t *count;
	struct part *parts;
	size_t parts_n;
	uint64_t least;
	struct pl_cycle_sets out;
};

static uint32_t components(struct peel *p, const struct part *t)
{
	p->w.clock = p->w.comps = 0;
	for (size_t i = t->a; i < t->b; i++)
		p->w.seen[p->node[i]] = UNSEEN;
	for (size_t i = t->a; i < t->b; i++) {
		if (p->w.seen[p->node[i]] == UNSEEN)
			from_node(&p->w, p->node[i]);
	}
	p->w.steps += t->b - t->a;
	return p->w.comps;
}

/* As many rounds at once as leave every pair a transfer, and one more. */
static uint64_t take_away(struct peel *p, const struct part *t)
{
	struct pl_graph *g = p->g;
	uint64_t m = UINT64_MAX;

	for (size_t i = t->a; i < t->b; i++)
		for (size_t k = g->start[p->node[i]]; k < g->end[p->node[i]];
		     k++)
			if (g->arc[k].times < m)
				m = g->arc[k].times;
	for (size_t i = t->a; i < t->b; i++) {
		const uint32_t v = p->node[i];
		size_t keep = g->start[v];

		for (size_t k = g->start[v]; k < g->end[v]; k++) {
			g->arc[k].times -= m;
			if (g->arc[k].times)
				g->arc[keep++] = g->arc[k];
		}
		g->end[v] = keep;
	}
	return m;
}

static int ascending(const void *x, const void *y)
{
	const uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

/* A set of k nodes has k pairs or more, each of which gave `rounds` transfers:
 * the sets kept have together at most transfers / least members. */
static void emit(struct peel *p, const struct part *t)
{
	const size_t n = t->b - t->a;
	struct pl_cycle_sets *o = &p->out;
	uint32_t *member;

	if (t->rounds < p->least || n < 2)
		return;
	member = PL_NEW_N(p->arena, uint32_t, n);
	memcpy(member, p->node + t->a, n * sizeof(*member));
	qsort(member, n, sizeof(*member), ascending);
	o->v = pl_grow(p->arena, o->v, o->n, sizeof(*o->v));
	o->v[o->n++] = (struct pl_cycle_set){ member, n, t->rounds };
}

/* Nodes in the order of their components, arcs between components gone. */
static void split(struct peel *p, const struct part *t)
{
	const uint32_t comps = p->w.comps;
	struct pl_graph *g = p->g;
	size_t sum = t->a;

	memset(p->count, 0, ((size_t)comps + 1) * sizeof(*p->count));
	for (size_t i = t->a; i < t->b; i++) {
		const uint32_t v = p->node[i];
		size_t keep = g->start[v];

		p->count[p->w.comp[v]]++;
		for (size_t k = g->start[v]; k < g->end[v]; k++) {
			if (p->w.comp[g->arc[k].to] == p->w.comp[v])
				g->arc[keep++] = g->arc[k];
		}
		g->end[v] = keep;
	}
	for (uint32_t c = 0; c < comps; c++) {
		const size_t n = p->count[c];

		if (n > 1)
			p->parts[p->parts_n++] =
				(struct part){ sum, sum + n, 0 };
		p->count[c] = sum;
		sum += n;
	}
	for (size_t i = t->a; i < t->b; i++)
		p->other[p->count[p->w.comp[p->node[i]]]++] = p->node[i];
	memcpy(p->node + t->a, p->other + t->a,
	       (t->b - t->a) * sizeof(*p->node));
}

struct pl_cycle_sets pl_cycle_sets(struct pl_arena *a, struct pl_graph *g,
				   uint64_t rounds)
{
	struct peel p = {
		.arena = a,
		.g = g,
		.w = walk_of(a, g, PL_NEW_N(a, uint32_t, g->n)),
		.node = PL_NEW_N(a, uint32_t, g->n),
		.other = PL_NEW_N(a, uint32_t, g->n),
		.count = PL_NEW_N(a, size_t, (size_t)g->n + 1),
		.parts = PL_NEW_N(a, struct part, (size_t)g->n / 2 + 2),
		.least = rounds,
	};

	for (uint32_t v = 0; v < g->n; v++)
		p.node[v] = v;
	p.parts[p.parts_n++] = (struct part){ 0, g->n, 0 };
	while (p.parts_n) {
		struct part t = p.parts[--p.parts_n];

		if (p.w.steps > PL_SCC_STEPS) {
			p.out.cut = true;
			emit(&p, &t);
			continue;
		}
		if (components(&p, &t) == 1 && t.b - t.a > 1) {
			t.rounds += take_away(&p, &t);
			p.parts[p.parts_n++] = t;
			continue;
		}
		emit(&p, &t);
		split(&p, &t);
	}
	return p.out;
}
