/* From a record down to what its figures stand on. */
#include "record/evidence.h"

#include <inttypes.h>

#include "base/buf.h"
#include "crypto/sha256.h"

/* record, model, series, rows, two blocks, the records weighed, and files */
#define MAX_LINKS 16

struct line {
	struct pl_arena *a;
	struct pl_evidence *v;
	size_t n;
};

static void add(struct line *l, const char *step, const char *what,
		const char *value, enum pl_trust trust)
{
	l->v[l->n++] = (struct pl_evidence){ step, what, value, trust };
}

static enum pl_rc model_link(struct line *l, const struct pl_json *doc,
			     struct pl_err *e)
{
	const struct pl_json *model = pl_json_get(doc, "model");
	const char *name;
	int64_t version;

	PL_TRY(pl_json_need_str(&name, model, "name", e));
	PL_TRY(pl_json_int(&version, pl_json_get(model, "version"), e));
	add(l, "model", "the model that turned the series into these figures",
	    pl_printf(l->a, "%s, version %" PRId64, name, version), PL_LOCAL);
	return PL_OK;
}

static enum pl_rc series_link(struct line *l, const struct pl_json *in,
			      struct pl_err *e)
{
	const char *digest;

	PL_TRY(pl_json_need_str(&digest, in, "series_sha256", e));
	add(l, "series", "SHA-256 of the times and values that went in", digest,
	    PL_LOCAL);
	return PL_OK;
}

static enum pl_rc file_links(struct line *l, const struct pl_json *in,
			     enum pl_trust trust, struct pl_err *e)
{
	const char *source, *digest;
	int64_t rows;

	PL_TRY(pl_json_need_str(&source, in, "source", e));
	PL_TRY(pl_json_need_str(&digest, in, "sha256", e));
	PL_TRY(pl_json_int(&rows, pl_json_get(in, "rows"), e));
	add(l, "rows", pl_printf(l->a, "rows of %s", source),
	    pl_printf(l->a, "%" PRId64, rows), trust);
	add(l, "file", "SHA-256 of the file", digest, trust);
	return PL_OK;
}

static enum pl_rc block_link(struct line *l, const struct pl_json *index,
			     const char *key, const char *what,
			     struct pl_err *e)
{
	const struct pl_json *b = pl_json_get(index, key);
	const char *hash, *label;
	enum pl_trust trust;
	int64_t number;

	if (pl_json_is_null(b) || pl_json_is_null(pl_json_get(b, "number")))
		return PL_OK; /* an export that knows no blocks */
	PL_TRY(pl_json_int(&number, pl_json_get(b, "number"), e));
	PL_TRY(pl_json_need_str(&label, b, "trust", e));
	PL_TRY(pl_trust_parse(&trust, label, e));
	hash = pl_json_str(pl_json_get(b, "hash"));
	add(l, "block", pl_printf(l->a, "%s, block %" PRId64, what, number),
	    hash ? hash : "hash not known", trust);
	return PL_OK;
}

static enum pl_rc chain_links(struct line *l, const struct pl_json *in,
			      enum pl_trust trust, struct pl_err *e)
{
	const struct pl_json *index;
	const char *token, *digest;
	int64_t rows;

	/* models of single transfers have these members in input itself */
	index = pl_json_get(in, "index") ? pl_json_get(in, "index") : in;
	PL_TRY(pl_json_need_str(&token, index, "token", e));
	PL_TRY(pl_json_need_str(&digest, in, "sha256", e));
	PL_TRY(pl_json_int(&rows, pl_json_get(in, "rows"), e));
	add(l, "rows",
	    pl_printf(l->a, "SHA-256 of %" PRId64 " transfers of %s", rows,
		      token),
	    digest, trust);
	PL_TRY(block_link(l, index, "first_block", "the first of them", e));
	return block_link(l, index, "last_block", "the last of them", e);
}

/* Labels, prices and the like, which are no source of rows. */
static enum pl_rc more_files(struct line *l, const struct pl_json *in,
			     struct pl_err *e)
{
	const struct pl_json *files = pl_json_get(in, "files");

	for (size_t i = 0; i < pl_json_len(files); i++) {
		const struct pl_json *f = pl_json_at(files, i);
		const char *option, *name, *digest;

		PL_TRY(pl_json_need_str(&option, f, "option", e));
		PL_TRY(pl_json_need_str(&name, f, "name", e));
		PL_TRY(pl_json_need_str(&digest, f, "sha256", e));
		if (!strcmp(option, "csv"))
			continue;
		if (l->n == MAX_LINKS)
			return pl_fail(e, PL_EFORMAT,
				       "a record of too many files");
		add(l, "file",
		    pl_printf(l->a, "SHA-256 of %s, given as --%s", name,
			      option),
		    digest, PL_LOCAL);
	}
	return PL_OK;
}

/* Of a record made of records. */
static enum pl_rc records_link(struct line *l, const struct pl_json *doc,
			       struct pl_err *e)
{
	const struct pl_json *ids = pl_json_get(doc, "records");
	struct pl_hash32 h;
	struct pl_buf b;

	if (!ids)
		return PL_OK;
	if (l->n == MAX_LINKS)
		return pl_fail(e, PL_EFORMAT, "a record of too many files");
	pl_buf_init(&b, l->a);
	for (size_t i = 0; i < pl_json_len(ids); i++) {
		const char *id = pl_json_str(pl_json_at(ids, i));

		if (!id)
			return pl_fail(e, PL_EFORMAT, "records: no id");
		pl_buf_fmt(&b, "%s\n", id);
	}
	PL_TRY(pl_sha256(&h, pl_buf_span(&b), e));
	add(l, "records",
	    pl_printf(l->a,
		      "SHA-256 of the ids, a line each, of %zu records whose "
		      "forecasts were weighed",
		      pl_json_len(ids)),
	    pl_record_name(l->a, &h), PL_LOCAL);
	return PL_OK;
}

enum pl_rc pl_evidence_of(struct pl_arena *a, struct pl_evidence **out,
			  size_t *n, const struct pl_record *r,
			  struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(r->doc, "input");
	struct line l = { a, PL_NEW_N(a, struct pl_evidence, MAX_LINKS), 0 };
	const char *kind, *label;
	enum pl_trust trust;

	PL_TRY(pl_json_need_str(&kind, in, "kind", e));
	PL_TRY(pl_json_need_str(&label, in, "trust", e));
	PL_TRY(pl_trust_parse(&trust, label, e));
	add(&l, "record", "SHA-256 of the decision record",
	    pl_record_name(a, &r->id), PL_LOCAL);
	PL_TRY(model_link(&l, r->doc, e));
	PL_TRY(series_link(&l, in, e));
	if (!strcmp(kind, "csv"))
		PL_TRY(file_links(&l, in, trust, e));
	else
		PL_TRY(chain_links(&l, in, trust, e));
	PL_TRY(more_files(&l, in, e));
	PL_TRY(records_link(&l, r->doc, e));
	*out = l.v;
	*n = l.n;
	return PL_OK;
}
