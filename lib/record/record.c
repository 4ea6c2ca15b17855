/* Making, keeping and checking decision records.  Nothing in a folder of
 * records is believed before its bytes hash to its name. */
#include "record/record.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "codec/jcs.h"
#include "crypto/sha256.h"

#define ID_DIGITS 64
#define SHOWN 96 /* of a differing value */

/* Members of a result that stand beside "result" in the record. */
static const char *const own[] = {
	"contributions", "counterfactual", "flags", "input", "model",
	"optimizer",     "records",        "score", "trust", "verdict"
};

char *pl_record_name(struct pl_arena *a, const struct pl_hash32 *id)
{
	char *s = pl_alloc(a, ID_DIGITS + 1);

	pl_hex_put(s, pl_hash32_span(id));
	return s;
}

static bool is_own(const char *key)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (!strcmp(own[i], key))
			return true;
	}
	return false;
}

/* Append "key":value for each member that is (not) the record's own. */
static enum pl_rc put_members(struct pl_buf *b, const struct pl_json *row,
			      bool ours, struct pl_err *e)
{
	bool first = true;

	for (void *it = pl_json_iter(row); it; it = pl_json_next(row, it)) {
		const char *key = pl_json_iter_key(it);

		if (is_own(key) != ours || !strcmp(key, "record"))
			continue;
		if (ours || !first)
			pl_buf_byte(b, ',');
		first = false;
		pl_buf_fmt(b, "\"%s\":", key);
		PL_TRY(pl_jcs(b, pl_json_iter_value(it), e));
	}
	return PL_OK;
}

static enum pl_rc canonical(struct pl_arena *a, struct pl_span *out,
			    const struct pl_json *doc, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	PL_TRY(pl_jcs(&b, doc, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc pl_record_make(struct pl_arena *a, struct pl_record *out,
			  const char *plume, const char *command,
			  struct pl_span row, struct pl_err *e)
{
	const struct pl_json *v, *model;
	struct pl_record r;
	struct pl_buf b;

	PL_TRY(pl_json_parse(a, &v, row, e));
	PL_TRY(pl_json_need(&model, v, "model", PL_J_OBJECT, e));
	pl_buf_init(&b, a);
	pl_buf_fmt(&b,
		   "{\"schema\":\"" PL_RECORD_SCHEMA
		   "\",\"plume\":\"%s\",\"command\":\"%s\"",
		   plume ? plume : PL_VERSION, command);
	PL_TRY(put_members(&b, v, true, e));
	pl_buf_str(&b, ",\"result\":{");
	PL_TRY(put_members(&b, v, false, e));
	pl_buf_str(&b, "}}");
	PL_TRY(pl_json_parse(a, &v, pl_buf_span(&b), e));
	PL_TRY(canonical(a, &r.bytes, v, e));
	PL_TRY(pl_json_parse(a, &r.doc, r.bytes, e)); /* members in order */
	PL_TRY(pl_sha256(&r.id, r.bytes, e));
	*out = r;
	return PL_OK;
}

/* The members without which a record can be neither shown nor replayed. */
static enum pl_rc has_its_parts(const struct pl_json *doc, struct pl_err *e)
{
	const struct pl_json *v;
	const char *schema;

	PL_TRY(pl_json_need_str(&schema, doc, "schema", e));
	if (strcmp(schema, PL_RECORD_SCHEMA))
		return pl_fail(e, PL_EFORMAT, "schema %s, not %s", schema,
			       PL_RECORD_SCHEMA);
	PL_TRY(pl_json_need_str(&schema, doc, "plume", e));
	PL_TRY(pl_json_need_str(&schema, doc, "command", e));
	PL_TRY(pl_json_need(&v, doc, "input", PL_J_OBJECT, e));
	PL_TRY(pl_json_need(&v, doc, "result", PL_J_OBJECT, e));
	return pl_json_need(&v, doc, "model", PL_J_OBJECT, e);
}

enum pl_rc pl_record_check(struct pl_arena *a, struct pl_record *out,
			   const struct pl_hash32 *id, struct pl_span bytes,
			   struct pl_err *e)
{
	struct pl_record r = { *id, bytes, NULL };
	struct pl_hash32 got;
	struct pl_span again;

	PL_TRY(pl_sha256(&got, bytes, e));
	if (!pl_hash32_equal(&got, id))
		return pl_fail(e, PL_EPROOF,
			       "record %s was changed: its bytes hash to %s",
			       pl_record_name(a, id), pl_record_name(a, &got));
	if (pl_json_parse(a, &r.doc, bytes, e) || has_its_parts(r.doc, e) ||
	    canonical(a, &again, r.doc, e))
		return pl_note(e, "record %s", pl_record_name(a, id));
	if (!pl_span_equal(again, bytes))
		return pl_fail(e, PL_EPROOF,
			       "record %s is not in canonical form (RFC 8785)",
			       pl_record_name(a, id));
	*out = r;
	return PL_OK;
}

/* ----------------------------------------------------------------- files */

static char *path_of(struct pl_arena *a, const char *dir,
		     const struct pl_hash32 *id)
{
	return pl_printf(a, "%s/%s.json", dir, pl_record_name(a, id));
}

enum pl_rc pl_record_load(struct pl_arena *a, struct pl_record *out,
			  const char *dir, const struct pl_hash32 *id,
			  struct pl_err *e)
{
	struct pl_span bytes;

	PL_TRY(pl_file_read(a, &bytes, path_of(a, dir, id), PL_MAX_RECORD, e));
	return pl_record_check(a, out, id, bytes, e);
}

enum pl_rc pl_record_save(struct pl_arena *a, const char *dir,
			  const struct pl_record *r, struct pl_err *e)
{
	const char *path = path_of(a, dir, &r->id);
	struct pl_record there;

	if (r->bytes.n > PL_MAX_RECORD)
		return pl_fail(e, PL_ELIMIT,
			       "the record has %zu bytes, at most %zu",
			       r->bytes.n, PL_MAX_RECORD);
	if (pl_file_exists(path))
		return pl_record_load(a, &there, dir, &r->id, e);
	PL_TRY(pl_dir_make(dir, 0755, e));
	return pl_file_write(path, r->bytes, 0644, e);
}

static bool is_record_name(const char *name, struct pl_hash32 *id)
{
	struct pl_err e;

	if (strlen(name) != ID_DIGITS + 5 || strcmp(name + ID_DIGITS, ".json"))
		return false;
	for (size_t i = 0; i < ID_DIGITS; i++) {
		if (name[i] >= 'A' && name[i] <= 'F')
			return false;
	}
	return name[1] != 'x' &&
	       !pl_hex_fixed(id->b, sizeof(id->b), name, ID_DIGITS, &e);
}

enum pl_rc pl_record_list(struct pl_arena *a, struct pl_hash32 **ids, size_t *n,
			  const char *dir, struct pl_err *e)
{
	size_t files, count = 0;
	char **names;
	struct pl_hash32 *v;
	enum pl_rc rc = pl_dir_list(a, &names, &files, dir, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (rc)
		files = 0;
	v = PL_NEW_N(a, struct pl_hash32, files);
	for (size_t i = 0; i < files; i++) {
		if (is_record_name(names[i], &v[count]))
			count++;
	}
	*ids = v;
	*n = count;
	return PL_OK;
}

static enum pl_rc good_prefix(char out[ID_DIGITS + 1], const char *text,
			      struct pl_err *e)
{
	const char *s = text[0] == '0' && text[1] == 'x' ? text + 2 : text;
	size_t n = strlen(s);

	if (n < 4 || n > ID_DIGITS)
		return pl_fail(e, PL_EUSAGE,
			       "a record's id is 4 to 64 hexadecimal digits, "
			       "not \"%s\"",
			       text);
	for (size_t i = 0; i < n; i++) {
		if (pl_hex_digit(s[i]) < 0)
			return pl_fail(e, PL_EUSAGE,
				       "\"%s\" is not an id: '%c' is no "
				       "hexadecimal digit",
				       text, s[i]);
		out[i] = "0123456789abcdef"[pl_hex_digit(s[i])];
	}
	out[n] = '\0';
	return PL_OK;
}

enum pl_rc pl_record_find(struct pl_arena *a, struct pl_hash32 *id,
			  const char *dir, const char *prefix, struct pl_err *e)
{
	char want[ID_DIGITS + 1];
	const struct pl_hash32 *found = NULL;
	struct pl_hash32 *ids;
	size_t n, matches = 0;

	PL_TRY(good_prefix(want, prefix, e));
	PL_TRY(pl_record_list(a, &ids, &n, dir, e));
	for (size_t i = 0; i < n; i++) {
		if (strncmp(pl_record_name(a, &ids[i]), want, strlen(want)) !=
		    0)
			continue;
		found = &ids[i];
		matches++;
	}
	if (matches > 1)
		return pl_fail(e, PL_EUSAGE, "%zu records begin with %s",
			       matches, want);
	if (!found) {
		(void)pl_fail(e, PL_ENOTFOUND, "no record %s in %s", want, dir);
		return pl_hint(e, "plume record list shows those there are");
	}
	*id = *found;
	return PL_OK;
}

/* --------------------------------------------------------------- compare */

struct walk {
	struct pl_arena *a;
	struct pl_record_diff *out;
	struct pl_err *e;
};

static enum pl_rc shown(struct walk *w, const char **text,
			const struct pl_json *v)
{
	struct pl_buf b;

	if (!v) {
		*text = "absent";
		return PL_OK;
	}
	pl_buf_init(&b, w->a);
	PL_TRY(pl_jcs(&b, v, w->e));
	*text = b.n <= SHOWN ? pl_buf_cstr(&b)
			     : pl_printf(w->a, "%.*s…", SHOWN, b.p);
	return PL_OK;
}

static enum pl_rc differ(struct walk *w, bool *same, const char *path,
			 const struct pl_json *was, const struct pl_json *now)
{
	*same = false;
	w->out->path = path;
	PL_TRY(shown(w, &w->out->was, was));
	return shown(w, &w->out->now, now);
}

static enum pl_rc compare(struct walk *w, bool *same, const char *path,
			  const struct pl_json *was, const struct pl_json *now);

static const char *below(struct walk *w, const char *path, const char *key)
{
	return *path ? pl_printf(w->a, "%s.%s", path, key)
		     : pl_strdup(w->a, key);
}

/* Both are canonical, so their members come in the same order. */
static enum pl_rc compare_objects(struct walk *w, bool *same, const char *path,
				  const struct pl_json *was,
				  const struct pl_json *now)
{
	void *i = pl_json_iter(was), *k = pl_json_iter(now);

	while (*same && (i || k)) {
		const char *left = i ? pl_json_iter_key(i) : NULL;
		const char *right = k ? pl_json_iter_key(k) : NULL;
		int order = !left ? 1 : !right ? -1 : strcmp(left, right);
		const struct pl_json *x, *y;

		x = order <= 0 ? pl_json_iter_value(i) : NULL;
		y = order >= 0 ? pl_json_iter_value(k) : NULL;
		PL_TRY(compare(w, same, below(w, path, x ? left : right), x,
			       y));
		if (x)
			i = pl_json_next(was, i);
		if (y)
			k = pl_json_next(now, k);
	}
	return PL_OK;
}

static enum pl_rc compare_arrays(struct walk *w, bool *same, const char *path,
				 const struct pl_json *was,
				 const struct pl_json *now)
{
	size_t n = pl_json_len(was), m = pl_json_len(now);

	for (size_t i = 0; *same && i < (n > m ? n : m); i++)
		PL_TRY(compare(w, same, pl_printf(w->a, "%s[%zu]", path, i),
			       pl_json_at(was, i), pl_json_at(now, i)));
	return PL_OK;
}

/* Recursion ends with the documents' depth, which the parser limits. */
static enum pl_rc compare(struct walk *w, bool *same, const char *path,
			  const struct pl_json *was, const struct pl_json *now)
{
	struct pl_buf x, y;

	if (!was || !now || pl_json_type(was) != pl_json_type(now))
		return differ(w, same, path, was, now);
	if (pl_json_type(was) == PL_J_OBJECT)
		return compare_objects(w, same, path, was, now);
	if (pl_json_type(was) == PL_J_ARRAY)
		return compare_arrays(w, same, path, was, now);
	pl_buf_init(&x, w->a);
	pl_buf_init(&y, w->a);
	PL_TRY(pl_jcs(&x, was, w->e));
	PL_TRY(pl_jcs(&y, now, w->e));
	if (pl_span_equal(pl_buf_span(&x), pl_buf_span(&y)))
		return PL_OK;
	return differ(w, same, path, was, now);
}

enum pl_rc pl_record_compare(struct pl_arena *a, bool *same,
			     struct pl_record_diff *out,
			     const struct pl_record *was,
			     const struct pl_record *now, struct pl_err *e)
{
	struct pl_record_diff d = { "", "", "" };
	struct walk w = { a, &d, e };
	bool equal = true;

	if (!pl_span_equal(was->bytes, now->bytes))
		PL_TRY(compare(&w, &equal, "", was->doc, now->doc));
	*same = equal;
	if (!equal)
		*out = d;
	return PL_OK;
}
