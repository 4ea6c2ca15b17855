/* Text for people: a table for a list, names and values for one object.  What
 * is too wide for the terminal becomes a block of lines per row; nothing is
 * cut off. */
#include "out/value.h"

struct cells {
	struct cells *next;
	const char **v;
};

/* Rows held back until all widths are known. */
struct pl_table {
	struct pl_arena *a;
	size_t n; /* columns */
	const char **head;
	bool *right;
	size_t *width;
	struct cells *first, **last;
};

static char *spaced(struct pl_arena *a, const char *name)
{
	char *s = pl_strdup(a, name);

	for (char *p = s; *p; p++)
		if (*p == '_')
			*p = ' ';
	return s;
}

static const char *plain(struct pl_arena *a, const struct pl_field *f,
			 const void *v)
{
	struct pl_buf b;

	if (!v)
		return "-";
	pl_buf_init(&b, a);
	pl_value_text(&b, f->kind, v, f->words, true);
	return pl_buf_cstr(&b);
}

static const char *plain_list(struct pl_arena *a, const struct pl_field *f,
			      const struct pl_list *l)
{
	struct pl_buf b;
	size_t size = pl_value_size(f->of);

	if (!l->n)
		return "-";
	pl_buf_init(&b, a);
	for (size_t i = 0; i < l->n; i++) {
		const void *v = (const char *)l->v + i * size;

		if (i)
			pl_buf_str(&b, ", ");
		if (f->of == PL_STR && !*(const char *const *)v)
			pl_buf_byte(&b, '-');
		else
			pl_value_text(&b, f->of, v, f->words, true);
	}
	return pl_buf_cstr(&b);
}

/* ------------------------------------------------------------- tables */

static size_t columns(const struct pl_field *f)
{
	size_t n = 0;

	for (; f->name; f++) {
		if (f->flags & PL_WIDE)
			continue;
		n += f->kind == PL_OBJECT ? columns(f->sub) : 1;
	}
	return n;
}

static size_t put_heads(struct pl_table *t, const struct pl_field *f,
			const char *prefix, size_t i)
{
	for (; f->name; f++) {
		char *name;

		if (f->flags & PL_WIDE)
			continue;
		name = pl_printf(t->a, "%s%s", prefix, f->name);
		if (f->kind == PL_OBJECT) {
			i = put_heads(t, f->sub, pl_printf(t->a, "%s ", name),
				      i);
			continue;
		}
		t->head[i] = spaced(t->a, name);
		t->width[i] = pl_out_width(t->head[i]);
		t->right[i] = pl_kind_right(f->kind);
		i++;
	}
	return i;
}

static struct pl_table *table_new(struct pl_arena *a, const struct pl_field *f)
{
	struct pl_table *t = PL_NEW(a, struct pl_table);

	t->a = a;
	t->n = columns(f);
	t->head = PL_NEW_N(a, const char *, t->n);
	t->right = PL_NEW_N(a, bool, t->n);
	t->width = PL_NEW_N(a, size_t, t->n);
	t->last = &t->first;
	(void)put_heads(t, f, "", 0);
	return t;
}

static const char *cell(struct pl_arena *a, const struct pl_field *f,
			const void *v, const void *row)
{
	struct pl_buf b;

	if (!v || f->kind != PL_LIST)
		return plain(a, f, v);
	if (!f->sub)
		return plain_list(a, f, v);
	pl_buf_init(&b, a);
	pl_json_member(&b, f, row, -1);
	return pl_out_safe(a, pl_buf_cstr(&b));
}

static size_t put_cells(struct pl_table *t, const char **to,
			const struct pl_field *f, const void *row, size_t i)
{
	for (; f->name; f++) {
		const void *v;
		size_t w;

		if (f->flags & PL_WIDE)
			continue;
		v = row ? pl_field_value(f, row) : NULL;
		if (f->kind == PL_OBJECT) {
			i = put_cells(t, to, f->sub, v, i);
			continue;
		}
		to[i] = cell(t->a, f, v, row);
		w = pl_out_width(to[i]);
		if (w > t->width[i])
			t->width[i] = w;
		i++;
	}
	return i;
}

static void table_add(struct pl_table *t, const struct pl_field *f,
		      const void *row)
{
	struct cells *c = PL_NEW(t->a, struct cells);

	c->v = PL_NEW_N(t->a, const char *, t->n);
	(void)put_cells(t, c->v, f, row, 0);
	*t->last = c;
	t->last = &c->next;
}

static void pad(FILE *to, size_t n)
{
	while (n--)
		(void)putc(' ', to);
}

static void line(const struct pl_table *t, FILE *to, const char **v,
		 size_t indent)
{
	size_t owed = indent; /* spaces are printed before text only */

	for (size_t i = 0; i < t->n; i++) {
		size_t gap = t->width[i] - pl_out_width(v[i]);

		pad(to, owed + (t->right[i] ? gap : 0));
		(void)fputs(v[i], to);
		owed = 2 + (t->right[i] ? 0 : gap);
	}
	(void)putc('\n', to);
}

static void blocks(const struct pl_table *t, FILE *to, size_t indent)
{
	size_t w = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t h = pl_out_width(t->head[i]);

		w = h > w ? h : w;
	}
	for (const struct cells *c = t->first; c; c = c->next) {
		for (size_t i = 0; i < t->n; i++) {
			pad(to, indent);
			(void)fputs(t->head[i], to);
			pad(to, w - pl_out_width(t->head[i]) + 2);
			(void)fprintf(to, "%s\n", c->v[i]);
		}
		if (c->next)
			(void)putc('\n', to);
	}
}

static void table_print(const struct pl_table *t, const struct pl_out_spec *s,
			size_t indent)
{
	size_t total = indent;

	if (!t->first)
		return;
	for (size_t i = 0; i < t->n; i++)
		total += t->width[i] + (i ? 2 : 0);
	if (s->width && total > s->width) {
		blocks(t, s->to, indent);
		return;
	}
	if (s->color)
		(void)fputs("\x1b[1m", s->to);
	line(t, s->to, t->head, indent);
	if (s->color)
		(void)fputs("\x1b[0m", s->to);
	for (const struct cells *c = t->first; c; c = c->next)
		line(t, s->to, c->v, indent);
}

void pl_text_add(struct pl_out *o, const void *row)
{
	if (!o->table)
		o->table = table_new(o->a, o->s.fields);
	table_add(o->table, o->s.fields, row);
}

void pl_text_end(struct pl_out *o)
{
	if (o->table)
		table_print(o->table, &o->s, 0);
	o->table = NULL;
}

/* ------------------------------------------------------------- one object */

static bool nested(const struct pl_field *f, const void *v)
{
	if (!v)
		return false;
	if (f->kind == PL_LIST)
		return f->sub && ((const struct pl_list *)v)->n;
	return f->kind == PL_OBJECT;
}

static void object(struct pl_out *o, const struct pl_field *f, const void *row,
		   size_t indent);

static void sub_table(struct pl_out *o, const struct pl_field *f,
		      const struct pl_list *l, size_t indent)
{
	struct pl_table *t = table_new(o->scratch, f->sub);

	for (size_t i = 0; i < l->n; i++)
		table_add(t, f->sub, (const char *)l->v + i * f->size);
	table_print(t, &o->s, indent);
}

static size_t names_width(const struct pl_field *f, const void *row)
{
	size_t w = 0, n;

	for (; f->name; f++) {
		if (nested(f, pl_field_value(f, row)))
			continue;
		n = strlen(f->name);
		w = n > w ? n : w;
	}
	return w;
}

/* A list of plain values: on one line where it fits, else one value a line. */
static void put_list(struct pl_out *o, const struct pl_field *f,
		     const struct pl_list *l, size_t at)
{
	const char *all = plain_list(o->scratch, f, l);
	size_t size = pl_value_size(f->of);
	unsigned room = o->s.width ? o->s.width : 80;

	if (at + pl_out_width(all) <= room) {
		(void)fprintf(o->s.to, "%s\n", all);
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		struct pl_list one = { (const char *)l->v + i * size, 1 };

		pad(o->s.to, i ? at : 0);
		(void)fprintf(o->s.to, "%s\n", plain_list(o->scratch, f, &one));
	}
}

/* An address with its name, where it has one. */
static const char *one_value(struct pl_out *o, const struct pl_field *f,
			     const void *v)
{
	const char *text = plain(o->scratch, f, v), *name = NULL;

	if (v && f->kind == PL_ADDR && o->s.name_of)
		name = o->s.name_of(o->s.names, v);
	if (!name)
		return text;
	return pl_printf(o->scratch, "%s (%s)", text,
			 pl_out_safe(o->scratch, name));
}

static void member(struct pl_out *o, const struct pl_field *f, const void *v,
		   size_t indent, size_t w)
{
	const char *name = spaced(o->scratch, f->name);

	pad(o->s.to, indent);
	(void)fputs(name, o->s.to);
	if (nested(f, v)) {
		(void)putc('\n', o->s.to);
		if (f->kind == PL_OBJECT)
			object(o, f->sub, v, indent + 2);
		else
			sub_table(o, f, v, indent + 2);
		return;
	}
	pad(o->s.to, w - strlen(name) + 2);
	if (v && f->kind == PL_LIST && !f->sub)
		put_list(o, f, v, indent + w + 2);
	else
		(void)fprintf(o->s.to, "%s\n",
			      v && f->kind != PL_LIST && f->kind != PL_OBJECT
				      ? one_value(o, f, v)
				      : "-");
}

static void object(struct pl_out *o, const struct pl_field *f, const void *row,
		   size_t indent)
{
	size_t w = names_width(f, row);

	for (; f->name; f++)
		if (!(f->flags & PL_WIDE))
			member(o, f, pl_field_value(f, row), indent, w);
}

void pl_text_row(struct pl_out *o, const void *row)
{
	object(o, o->s.fields, row, 0);
}
