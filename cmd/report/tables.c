/* The figures of any result as tables: what a command prints is described by
 * its own table of fields, so the words beside a figure are those of its man
 * page. */
#include <math.h>

#include "cmd/analyze/say.h"
#include "cmd/opt.h"
#include "cmd/report/report.h"
#include "codec/jcs.h"
#include "out/xml.h"

#define ROWS_SHOWN 40
#define MAX_TABLES 200
#define NARROW 24 /* a text that is not broken */

struct tables {
	struct pl_buf *b;
	size_t n;
};

static const struct pl_field *field_of(const struct pl_field *f,
				       const char *name)
{
	for (; f && f->name; f++) {
		if (!strcmp(f->name, name))
			return f;
	}
	return NULL;
}

/* The members of an object in the order of its fields, which is that of its
 * command; those without a field come after them. */
struct keys {
	const char **v;
	size_t n;
};

static struct keys keys_of(struct pl_arena *a, const struct pl_json *obj,
			   const struct pl_field *fields)
{
	struct keys k = { PL_NEW_N(a, const char *, pl_json_len(obj)), 0 };

	for (const struct pl_field *f = fields; f && f->name; f++) {
		if (pl_json_get(obj, f->name))
			k.v[k.n++] = f->name;
	}
	for (void *it = pl_json_iter(obj); it; it = pl_json_next(obj, it)) {
		if (!field_of(fields, pl_json_iter_key(it)))
			k.v[k.n++] = pl_json_iter_key(it);
	}
	return k;
}

static bool is_plain(const struct pl_json *v)
{
	return pl_json_type(v) != PL_J_OBJECT && pl_json_type(v) != PL_J_ARRAY;
}

/* "var_interval" reads "var interval" */
static void put_name(struct pl_buf *b, const char *name)
{
	char *s = pl_strdup(b->a, name);

	for (char *p = s; *p; p++) {
		if (*p == '_')
			*p = ' ';
	}
	pl_xml_text(b, s);
}

static void put_value(struct pl_buf *b, const struct pl_json *v)
{
	struct pl_buf text;
	struct pl_err e;
	double x;

	switch (pl_json_type(v)) {
	case PL_J_NULL:
		pl_buf_str(b, "–");
		return;
	case PL_J_BOOL:
		pl_buf_str(b, pl_json_bool(v) ? "yes" : "no");
		return;
	case PL_J_STR:
		pl_xml_text(b, pl_say_time(b->a, pl_json_str(v)));
		return;
	case PL_J_INT:
	case PL_J_REAL:
		if (pl_json_num(&x, v, &e))
			pl_buf_str(b, "?");
		else if (fabs(x) < 1e15 && floor(x) == x)
			pl_xml_fmt(b, "%.0f", x);
		else
			pl_xml_fmt(b, "%.6g", x);
		return;
	case PL_J_ARRAY:
	case PL_J_OBJECT:
		pl_buf_init(&text, b->a);
		if (!pl_jcs(&text, v, &e))
			pl_xml_text(b, pl_buf_cstr(&text));
		return;
	}
}

static bool is_number(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_INT || pl_json_type(v) == PL_J_REAL ||
	       pl_json_type(v) == PL_J_NULL;
}

static void put_cell(struct pl_buf *b, const struct pl_json *v, bool right)
{
	const char *s = pl_json_str(v);

	if (right || is_number(v))
		pl_buf_str(b, "<td class=\"n\">");
	else
		pl_buf_str(b, !s || strlen(s) < NARROW ? "<td class=\"w\">"
						       : "<td>");
	put_value(b, v);
	pl_buf_str(b, "</td>");
}

static bool open_table(struct tables *t, const char *caption,
		       const struct pl_field *f)
{
	struct pl_buf *b = t->b;

	if (t->n++ >= MAX_TABLES)
		return false;
	pl_buf_str(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		      "aria-label=\"");
	put_name(b, caption);
	pl_buf_str(b, "\"><table><caption>");
	put_name(b, caption);
	if (f && f->about) {
		pl_buf_str(b, " <span class=\"soft\">");
		pl_xml_text(b, f->about);
		pl_buf_str(b, "</span>");
	}
	pl_buf_str(b, "</caption>\n");
	return true;
}

static void close_table(struct tables *t)
{
	pl_buf_str(t->b, "</tbody></table></div>\n");
}

/* Members that are plain values, one a line with its meaning. */
static void plain_table(struct tables *t, const char *caption,
			const struct pl_json *obj, const struct pl_field *of,
			const struct pl_field *fields)
{
	struct keys k = keys_of(t->b->a, obj, fields);
	size_t n = 0;

	for (size_t i = 0; i < k.n; i++)
		n += is_plain(pl_json_get(obj, k.v[i]));
	if (!n || !open_table(t, caption, of))
		return;
	pl_buf_str(t->b, "<thead><tr><th scope=\"col\">figure</th><th "
			 "scope=\"col\" class=\"n\">value</th><th "
			 "scope=\"col\">meaning</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < k.n; i++) {
		const struct pl_field *f = field_of(fields, k.v[i]);
		const struct pl_json *v = pl_json_get(obj, k.v[i]);

		if (!is_plain(v))
			continue;
		pl_buf_str(t->b, "<tr><th scope=\"row\">");
		put_name(t->b, k.v[i]);
		pl_buf_str(t->b, "</th>");
		put_cell(t->b, v, true);
		pl_buf_str(t->b, "<td class=\"soft\">");
		pl_xml_text(t->b, f && f->about ? f->about : "");
		pl_buf_str(t->b, "</td></tr>\n");
	}
	close_table(t);
}

/* Do all members have the same members, all of them plain? */
static bool is_matrix(const struct pl_json *obj)
{
	const struct pl_json *first = NULL;
	size_t n = 0;

	for (void *it = pl_json_iter(obj); it; it = pl_json_next(obj, it)) {
		const struct pl_json *v = pl_json_iter_value(it);

		if (pl_json_type(v) != PL_J_OBJECT || !pl_json_len(v))
			return false;
		first = first ? first : v;
		if (pl_json_len(v) != pl_json_len(first))
			return false;
		for (void *k = pl_json_iter(v); k; k = pl_json_next(v, k)) {
			if (!pl_json_get(first, pl_json_iter_key(k)) ||
			    !is_plain(pl_json_iter_value(k)))
				return false;
		}
		n++;
	}
	return n > 1;
}

static void head_of(struct tables *t, const struct pl_json *row,
		    const struct keys *k, const char *corner)
{
	pl_buf_str(t->b, "<thead><tr>");
	if (corner)
		pl_buf_fmt(t->b, "<th scope=\"col\">%s</th>", corner);
	for (size_t i = 0; i < k->n; i++) {
		pl_buf_str(t->b, is_number(pl_json_get(row, k->v[i]))
					 ? "<th scope=\"col\" class=\"n\">"
					 : "<th scope=\"col\">");
		put_name(t->b, k->v[i]);
		pl_buf_str(t->b, "</th>");
	}
	pl_buf_str(t->b, "</tr></thead><tbody>\n");
}

static void cells_of(struct tables *t, const struct pl_json *row,
		     const struct keys *k)
{
	for (size_t i = 0; i < k->n; i++)
		put_cell(t->b, pl_json_get(row, k->v[i]), false);
	pl_buf_str(t->b, "</tr>\n");
}

static void matrix_table(struct tables *t, const char *caption,
			 const struct pl_json *obj, const struct pl_field *f)
{
	const struct pl_field *sub = f ? f->sub : NULL, *first;
	struct keys rows = keys_of(t->b->a, obj, sub), cols;
	const struct pl_json *top = pl_json_get(obj, rows.v[0]);

	if (!open_table(t, caption, f))
		return;
	first = field_of(sub, rows.v[0]);
	cols = keys_of(t->b->a, top, first ? first->sub : NULL);
	head_of(t, top, &cols, "which");
	for (size_t i = 0; i < rows.n; i++) {
		pl_buf_str(t->b, "<tr><th scope=\"row\">");
		put_name(t->b, rows.v[i]);
		pl_buf_str(t->b, "</th>");
		cells_of(t, pl_json_get(obj, rows.v[i]), &cols);
	}
	close_table(t);
}

static void list_table(struct tables *t, const char *caption,
		       const struct pl_json *list, const struct pl_field *f)
{
	size_t n = pl_json_len(list);
	const struct pl_json *first = pl_json_at(list, 0);
	struct keys k;

	if (pl_json_type(first) != PL_J_OBJECT || !open_table(t, caption, f))
		return;
	k = keys_of(t->b->a, first, f ? f->sub : NULL);
	head_of(t, first, &k, NULL);
	for (size_t i = 0; i < n && i < ROWS_SHOWN; i++) {
		pl_buf_str(t->b, "<tr>");
		cells_of(t, pl_json_at(list, i), &k);
	}
	close_table(t);
	if (n > ROWS_SHOWN)
		pl_buf_fmt(t->b,
			   "<p class=\"soft\">The first %d of %zu; the record "
			   "has them all.</p>\n",
			   ROWS_SHOWN, n);
}

static void object(struct tables *t, const char *path,
		   const struct pl_json *obj, const struct pl_field *of,
		   const struct pl_field *fields);

/* Recursion ends with the document's depth, which the parser limits. */
static void member(struct tables *t, const char *path, const char *key,
		   const struct pl_json *v, const struct pl_field *fields)
{
	const struct pl_field *f = field_of(fields, key);
	const char *name =
		*path ? pl_printf(t->b->a, "%s, %s", path, key) : key;

	if (pl_json_type(v) == PL_J_ARRAY)
		list_table(t, name, v, f);
	else if (pl_json_type(v) == PL_J_OBJECT && is_matrix(v))
		matrix_table(t, name, v, f);
	else if (pl_json_type(v) == PL_J_OBJECT)
		object(t, name, v, f, f ? f->sub : NULL);
}

static void object(struct tables *t, const char *path,
		   const struct pl_json *obj, const struct pl_field *of,
		   const struct pl_field *fields)
{
	struct keys k = keys_of(t->b->a, obj, fields);

	plain_table(t, *path ? path : "figures", obj, of, fields);
	for (size_t i = 0; i < k.n; i++)
		member(t, path, k.v[i], pl_json_get(obj, k.v[i]), fields);
}

void pl_report_tables(struct pl_buf *b, const struct pl_section *s)
{
	const struct pl_cmd *cmd = pl_cmd_find(s->command);
	const struct pl_json *model = pl_json_get(s->record.doc, "model");
	const struct pl_field *fields = cmd ? cmd->fields : NULL;
	const struct pl_field *f = field_of(fields, "model");
	struct tables t = { b, 0 };

	object(&t, "", pl_json_get(s->record.doc, "result"), NULL, fields);
	f = f ? field_of(f->sub, "parameters") : NULL;
	plain_table(&t, "parameters", pl_json_get(model, "parameters"), NULL,
		    f ? f->sub : NULL);
}
