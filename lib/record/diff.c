#include "record/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "codec/jcs.h"

#define SHOWN 96 /* bytes of a value */

struct walk {
	struct pl_arena *a;
	struct pl_change *v;
	size_t n, room;
	bool cut;
	struct pl_err *e;
};

/* In the order a reader asks. */
static const char *const parts[] = { "input", "model", "parameters", "verdict",
				     "result" };

static size_t part_no(const char *path)
{
	static const struct {
		const char *begins;
		size_t part;
	} of[] = {
		{ "input", 0 },         { "records", 0 },
		{ "trust", 0 },         { "model.parameters", 2 },
		{ "model", 1 },         { "plume", 1 },
		{ "command", 1 },       { "schema", 1 },
		{ "verdict", 3 },       { "score", 3 },
		{ "contributions", 3 }, { "counterfactual", 3 },
		{ "flags", 3 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		size_t n = strlen(of[i].begins);

		if (!strncmp(path, of[i].begins, n) &&
		    (!path[n] || path[n] == '.' || path[n] == '['))
			return of[i].part;
	}
	return 4;
}

static enum pl_rc shown(struct walk *w, const char **text,
			const struct pl_json *v)
{
	struct pl_buf b;
	size_t n = SHOWN;

	if (!v) {
		*text = "absent";
		return PL_OK;
	}
	pl_buf_init(&b, w->a);
	PL_TRY(pl_jcs(&b, v, w->e));
	while (n && b.n > SHOWN && (b.p[n] & 0xc0) == 0x80)
		n--; /* not within a character */
	*text = b.n <= SHOWN
			? pl_buf_cstr(&b)
			: pl_printf(w->a, "%.*s…", (int)n, (const char *)b.p);
	return PL_OK;
}

static bool is_number(const struct pl_json *v)
{
	return v &&
	       (pl_json_type(v) == PL_J_INT || pl_json_type(v) == PL_J_REAL);
}

static enum pl_rc add(struct walk *w, const char *path,
		      const struct pl_json *was, const struct pl_json *now)
{
	struct pl_change *c;
	double x, y, *d;

	if (w->n == PL_DIFF_MAX) {
		w->cut = true;
		return PL_OK;
	}
	if (w->n == w->room) {
		size_t room = w->room ? 2 * w->room : 64;
		struct pl_change *v = PL_NEW_N(w->a, struct pl_change, room);

		if (w->n)
			memcpy(v, w->v, w->n * sizeof(*v));
		w->v = v;
		w->room = room;
	}
	c = &w->v[w->n];
	*c = (struct pl_change){ .part = parts[part_no(path)], .path = path };
	PL_TRY(shown(w, &c->was, was));
	PL_TRY(shown(w, &c->now, now));
	if (is_number(was) && is_number(now)) {
		PL_TRY(pl_json_num(&x, was, w->e));
		PL_TRY(pl_json_num(&y, now, w->e));
		d = PL_NEW(w->a, double);
		*d = y - x;
		c->change = d;
	}
	w->n++;
	return PL_OK;
}

static enum pl_rc walk(struct walk *w, const char *path,
		       const struct pl_json *was, const struct pl_json *now);

static const char *below(struct walk *w, const char *path, const char *key)
{
	return *path ? pl_printf(w->a, "%s.%s", path, key)
		     : pl_strdup(w->a, key);
}

/* Both are canonical, so their members come in the same order. */
static enum pl_rc walk_objects(struct walk *w, const char *path,
			       const struct pl_json *was,
			       const struct pl_json *now)
{
	void *i = pl_json_iter(was), *k = pl_json_iter(now);

	while (!w->cut && (i || k)) {
		const char *l = i ? pl_json_iter_key(i) : NULL;
		const char *r = k ? pl_json_iter_key(k) : NULL;
		int order = !l ? 1 : !r ? -1 : strcmp(l, r);
		const struct pl_json *x, *y;

		x = order <= 0 ? pl_json_iter_value(i) : NULL;
		y = order >= 0 ? pl_json_iter_value(k) : NULL;
		PL_TRY(walk(w, below(w, path, x ? l : r), x, y));
		if (x)
			i = pl_json_next(was, i);
		if (y)
			k = pl_json_next(now, k);
	}
	return PL_OK;
}

static enum pl_rc walk_arrays(struct walk *w, const char *path,
			      const struct pl_json *was,
			      const struct pl_json *now)
{
	size_t n = pl_json_len(was), m = pl_json_len(now);

	for (size_t i = 0; !w->cut && i < (n > m ? n : m); i++)
		PL_TRY(walk(w, pl_printf(w->a, "%s[%zu]", path, i),
			    pl_json_at(was, i), pl_json_at(now, i)));
	return PL_OK;
}

/* Recursion ends with the documents' depth, which the parser limits. */
static enum pl_rc walk(struct walk *w, const char *path,
		       const struct pl_json *was, const struct pl_json *now)
{
	struct pl_buf x, y;

	if (was && now && pl_json_type(was) == pl_json_type(now)) {
		if (pl_json_type(was) == PL_J_OBJECT)
			return walk_objects(w, path, was, now);
		if (pl_json_type(was) == PL_J_ARRAY)
			return walk_arrays(w, path, was, now);
	}
	if (!was || !now)
		return add(w, path, was, now);
	pl_buf_init(&x, w->a);
	pl_buf_init(&y, w->a);
	PL_TRY(pl_jcs(&x, was, w->e));
	PL_TRY(pl_jcs(&y, now, w->e));
	if (pl_span_equal(pl_buf_span(&x), pl_buf_span(&y)))
		return PL_OK;
	return add(w, path, was, now);
}

/* By part; within one in canonical order, which is how they came. */
static const struct pl_change *by_part(struct walk *w)
{
	struct pl_change *v = PL_NEW_N(w->a, struct pl_change, w->n);
	size_t n = 0;

	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		for (size_t i = 0; i < w->n; i++) {
			if (w->v[i].part == parts[p])
				v[n++] = w->v[i];
		}
	}
	return v;
}

enum pl_rc pl_record_diff(struct pl_arena *a, struct pl_changes *out,
			  const struct pl_record *was,
			  const struct pl_record *now, struct pl_err *e)
{
	struct walk w = { .a = a, .e = e };

	if (!pl_span_equal(was->bytes, now->bytes))
		PL_TRY(walk(&w, "", was->doc, now->doc));
	*out = (struct pl_changes){ by_part(&w), w.n, w.cut };
	return PL_OK;
}
