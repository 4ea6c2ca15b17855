/* Is a table of fields one that the writers can follow?  They trust it: a list
 * whose elements have no size would print its first one again and again. */
#include "out/value.h"

#define DEPTH 16 /* objects within objects */

/* What the walk was told, and where it is. */
struct walk {
	const struct pl_field *up[DEPTH];
	size_t depth;
	struct pl_err *e;
};

static enum pl_rc bad(const struct walk *w, const struct pl_field *f,
		      const char *what)
{
	(void)pl_fail(w->e, PL_EFORMAT, "%s %s", f->name, what);
	for (size_t i = w->depth; i--;)
		(void)pl_note(w->e, "%s", w->up[i]->name);
	return PL_EFORMAT;
}

static bool plain(enum pl_kind k)
{
	return k != PL_END && k != PL_OBJECT && k != PL_LIST && k != PL_JSON;
}

static size_t extent(const struct pl_field *fields);

/* The bytes of a member. */
static size_t width(const struct pl_field *f)
{
	if (f->flags & PL_NULLABLE)
		return sizeof(void *);
	if (f->kind == PL_OBJECT && (f->flags & PL_INLINE))
		return extent(f->sub);
	return pl_value_size(f->kind);
}

/* Where the last of the members ends: the struct has that many bytes at
 * least. */
static size_t extent(const struct pl_field *fields)
{
	size_t end = 0;

	for (const struct pl_field *f = fields; f->name; f++)
		end = f->off + width(f) > end ? f->off + width(f) : end;
	return end;
}

static enum pl_rc list(const struct walk *w, const struct pl_field *f)
{
	if (!f->sub == !f->of)
		return bad(w, f, "is a list of neither objects nor values");
	if (f->of && !plain(f->of))
		return bad(w, f, "is a list of what is no plain value");
	if (f->of && f->size && f->size != pl_value_size(f->of))
		return bad(w, f, "is a list of values of another size");
	if (f->sub && !f->size)
		return bad(w, f, "is a list whose elements have no size");
	return PL_OK;
}

static enum pl_rc alone(const struct walk *w, const struct pl_field *fields,
			const struct pl_field *f)
{
	const bool words =
		f->kind == PL_ENUM || (f->kind == PL_LIST && f->of == PL_ENUM);

	for (const struct pl_field *g = fields; g != f; g++)
		if (!strcmp(g->name, f->name))
			return bad(w, f, "stands there twice");
	if (!f->about || !*f->about)
		return bad(w, f, "is not explained");
	if (words != !!f->words)
		return bad(w, f, words ? "has no words" : "needs no words");
	if (f->kind == PL_LIST)
		return list(w, f);
	if ((f->kind == PL_OBJECT) != !!f->sub)
		return bad(w, f, f->sub ? "is no object" : "has no members");
	if (f->of || f->size)
		return bad(w, f, "is no list");
	if ((f->flags & PL_INLINE) && f->kind != PL_OBJECT)
		return bad(w, f, "is no object");
	if ((f->flags & PL_INLINE) && (f->flags & PL_NULLABLE))
		return bad(w, f, "cannot be inline and null");
	return PL_OK;
}

static enum pl_rc table(struct walk *w, const struct pl_field *fields)
{
	for (const struct pl_field *f = fields; f->name; f++) {
		PL_TRY(alone(w, fields, f));
		if (!f->sub)
			continue;
		if (w->depth == DEPTH)
			return bad(w, f, "lies too deep");
		w->up[w->depth++] = f;
		PL_TRY(table(w, f->sub));
		w->depth--;
		if (f->kind == PL_LIST && f->size < extent(f->sub))
			return bad(w, f,
				   "is a list of elements larger than it says");
	}
	return PL_OK;
}

enum pl_rc pl_out_check(const struct pl_field *fields, struct pl_err *e)
{
	struct walk w = { .e = e };

	return table(&w, fields);
}
