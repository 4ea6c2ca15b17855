#include <inttypes.h>

#include "base/limits.h"
#include "base/time.h"
#include "codec/rpc_list.h"
#include "sync/import_row.h"
#include "sync/logs.h"

/* Where an item stands, for messages: "line 3" or "item 7", both from 1. */
struct at {
	const char *what;
	uint64_t n;
};

struct reader {
	struct pl_importer *im;
	enum pl_import_format want, *found;
};

static enum pl_rc named(enum pl_rc rc, const char *name, struct pl_err *e)
{
	return rc ? pl_note(e, "\"%s\"", name) : PL_OK;
}

static enum pl_rc etl_place(struct pl_transfer *t, const struct pl_json *v,
			    struct pl_err *e)
{
	const struct pl_json *x;
	const char *s;

	x = pl_json_get(v, "log_index");
	if (!pl_json_is_null(x)) {
		PL_TRY(named(pl_json_u64(&t->log_index, x, e), "log_index", e));
		t->has |= PL_TR_LOG;
	}
	x = pl_json_get(v, "block_number");
	if (!pl_json_is_null(x)) {
		PL_TRY(named(pl_json_u64(&t->block, x, e), "block_number", e));
		t->has |= PL_TR_BLOCK;
	}
	x = pl_json_get(v, "block_hash");
	if (!pl_json_is_null(x)) {
		PL_TRY(named(pl_json_hash32(&t->block_hash, x, e), "block_hash",
			     e));
		t->has |= PL_TR_HASH;
	}
	x = pl_json_get(v, "block_timestamp");
	if (pl_json_is_null(x))
		return PL_OK;
	s = pl_json_str(x);
	PL_TRY(named(s ? pl_time_parse(&t->time, s, pl_json_str_len(x), e)
		       : pl_json_int(&t->time, x, e),
		     "block_timestamp", e));
	t->has |= PL_TR_TIME;
	return PL_OK;
}

static enum pl_rc need_addr(struct pl_addr *out, const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	const struct pl_json *x;

	PL_TRY(pl_json_need(&x, v, key, PL_J_STR, e));
	return named(pl_json_addr(out, x, e), key, e);
}

/* What plume's own export adds to ethereum-etl's members. */
static enum pl_rc extras(struct pl_import_row *row, const struct pl_json *v,
			 struct pl_err *e)
{
	const struct pl_json *x = pl_json_get(v, "chain_id");
	uint64_t d;

	if (!pl_json_is_null(x)) {
		PL_TRY(named(pl_json_u64(&row->chain, x, e), "chain_id", e));
		row->chain_known = true;
	}
	x = pl_json_get(v, "decimals");
	if (!pl_json_is_null(x)) {
		PL_TRY(named(pl_json_u64(&d, x, e), "decimals", e));
		if (d > UINT8_MAX)
			return pl_fail(e, PL_EFORMAT,
				       "\"decimals\" is %" PRIu64, d);
		row->decimals_known = true;
		row->decimals = (uint8_t)d;
	}
	x = pl_json_get(v, "symbol");
	if (pl_json_str(x) && strlen(pl_json_str(x)) == pl_json_str_len(x))
		row->symbol = pl_json_str(x);
	return PL_OK;
}

static enum pl_rc etl_transfer(struct pl_import_row *row,
			       const struct pl_json *v, struct pl_err *e)
{
	struct pl_transfer *t = &row->t;
	const struct pl_json *x;

	PL_TRY(need_addr(&row->token, v, "token_address", e));
	row->token_known = true;
	PL_TRY(need_addr(&t->from, v, "from_address", e));
	PL_TRY(need_addr(&t->to, v, "to_address", e));
	x = pl_json_get(v, "value");
	PL_TRY(named(pl_json_u256(&t->value, x, e), "value", e));
	PL_TRY(pl_json_need(&x, v, "transaction_hash", PL_J_STR, e));
	PL_TRY(named(pl_json_hash32(&t->tx, x, e), "transaction_hash", e));
	PL_TRY(extras(row, v, e));
	return etl_place(t, v, e);
}

/* A log or a transfer into *row; *use is false for other events. */
static enum pl_rc item_read(struct reader *r, struct pl_import_row *row,
			    bool *use, const struct pl_json *v,
			    struct pl_err *e)
{
	bool transfer = pl_json_get(v, "from_address") != NULL;
	bool log = pl_json_get(v, "topics") != NULL;
	struct pl_transfer_log l;

	*use = true;
	if (transfer && r->want != PL_IMPORT_LOGS) {
		*r->found = PL_IMPORT_ETL;
		return etl_transfer(row, v, e);
	}
	if (!log) {
		(void)pl_fail(e, PL_EFORMAT,
			      "%s that is neither a log (\"topics\") nor a "
			      "transfer of ethereum-etl (\"from_address\")",
			      pl_json_type_name(v));
		return e->rc;
	}
	*r->found = pl_json_get(v, "transaction_hash") ? PL_IMPORT_ETL
						       : PL_IMPORT_LOGS;
	PL_TRY(pl_transfer_log_read(&l, v, e));
	*use = l.is_transfer;
	row->token = l.address;
	row->token_known = true;
	row->t = l.t;
	return PL_OK;
}

static enum pl_rc failed(struct reader *r, struct at at, struct pl_err *e)
{
	(void)pl_note(e, "%s %" PRIu64, at.what, at.n);
	return pl_importer_failed(r->im, e);
}

/* NULL: what stands there is no transfer. */
static enum pl_rc take(struct reader *r, struct pl_import_row *row,
		       struct at at, struct pl_err *e)
{
	if (!row) {
		pl_importer_ignore(r->im);
		return PL_OK;
	}
	return pl_importer_row(r->im, row, e) ? failed(r, at, e) : PL_OK;
}

static enum pl_rc item(struct reader *r, const struct pl_json *v, struct at at,
		       struct pl_err *e)
{
	struct pl_import_row row = { .token_known = false };
	bool use = false;

	if (item_read(r, &row, &use, v, e))
		return failed(r, at, e);
	return take(r, use ? &row : NULL, at, e);
}

/* What an answer of a node holds: its result, or its error in words. */
static enum pl_rc unwrap(const struct pl_json **v, struct pl_err *e)
{
	const struct pl_json *err = pl_json_get(*v, "error");
	const struct pl_json *result = pl_json_get(*v, "result");
	const char *words = pl_json_str(pl_json_get(err, "message"));

	if (!pl_json_is_null(err))
		return pl_fail(e, PL_EFORMAT,
			       "the node's answer is an error: %.200s",
			       words ? words : "without words");
	if (result)
		*v = result;
	return PL_OK;
}

/* A list of items, or of answers that hold lists: two levels and no more. */
static enum pl_rc list(struct reader *r, const struct pl_json *v,
		       struct pl_err *e)
{
	uint64_t n = 0;

	for (size_t i = 0; i < pl_json_len(v); i++) {
		const struct pl_json *x = pl_json_at(v, i);

		PL_TRY(unwrap(&x, e));
		if (!x || pl_json_type(x) != PL_J_ARRAY) {
			PL_TRY(item(r, x, (struct at){ "item", ++n }, e));
			continue;
		}
		for (size_t k = 0; k < pl_json_len(x); k++)
			PL_TRY(item(r, pl_json_at(x, k),
				    (struct at){ "item", ++n }, e));
	}
	return PL_OK;
}

static struct pl_span take_line(struct pl_span *s)
{
	const uint8_t *end = s->n ? memchr(s->p, '\n', s->n) : NULL;
	struct pl_span line =
		pl_span_take(s, end ? (size_t)(end - s->p) + 1 : s->n);

	while (line.n &&
	       (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r' ||
		line.p[line.n - 1] == ' '))
		line.n--;
	return line;
}

/* Several lines, each an object of its own. */
static bool is_lines(struct pl_span s)
{
	struct pl_span first = { NULL, 0 };

	while (s.n && !first.n)
		first = take_line(&s);
	if (!first.n || first.p[0] != '{' || first.p[first.n - 1] != '}')
		return false;
	while (s.n) {
		struct pl_span next = take_line(&s);

		if (next.n)
			return next.p[0] == '{';
	}
	return false;
}

static enum pl_rc one_line(struct reader *r, struct pl_arena *a,
			   struct pl_span line, uint64_t n, struct pl_err *e)
{
	struct at at = { "line", n };
	const struct pl_json *v;

	if (line.n > PL_MAX_LINE)
		return pl_fail(e, PL_ELIMIT,
			       "line %" PRIu64 ": longer than %zu bytes", n,
			       PL_MAX_LINE);
	if (pl_json_parse(a, &v, pl_json_quote_big(a, line), e)) {
		(void)pl_note(e, "line %" PRIu64, n);
		return pl_importer_failed(r->im, e);
	}
	return item(r, v, at, e);
}

static enum pl_rc lines(struct reader *r, struct pl_span s, struct pl_err *e)
{
	struct pl_arena *scratch = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	uint64_t n = 0;

	while (!rc && s.n) {
		struct pl_span line = take_line(&s);

		n++;
		pl_arena_reset(scratch);
		if (line.n)
			rc = one_line(r, scratch, line, n, e);
	}
	pl_arena_close(scratch);
	return rc;
}

static struct pl_span without_mark(struct pl_span text)
{
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		(void)pl_span_take(&text, 3);
	return text;
}

/* The list of a node's answer, or the list the text is. */
static struct pl_span list_of(struct pl_span text)
{
	struct pl_span logs;
	uint64_t id;

	return pl_rpc_list_find(&logs, &id, text) ? logs : text;
}

/* Every log of a list, or none: false when it is not of the shape that can be
 * scanned, or holds a log that is to be refused. */
static bool all_scan(struct pl_arena *a, struct pl_span text)
{
	struct pl_transfer_log t;
	struct pl_scanned_log l;
	struct pl_log_scan s;

	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &l))
		if (!pl_transfer_log_scanned(&t, &l))
			return false;
	return s.any && !s.odd;
}

bool pl_import_json_plain(struct pl_span text)
{
	struct pl_arena *a;
	bool plain;

	text = without_mark(text);
	if (is_lines(text))
		return false;
	a = pl_arena_open(0);
	plain = all_scan(a, list_of(text));
	pl_arena_close(a);
	return plain;
}

static enum pl_rc scanned(struct reader *r, struct pl_arena *a,
			  struct pl_span text, struct pl_err *e)
{
	struct pl_transfer_log t;
	struct pl_scanned_log l;
	struct pl_log_scan s;
	uint64_t n = 0;

	*r->found = PL_IMPORT_LOGS;
	pl_log_scan_begin(&s, a, text);
	while (pl_log_scan_next(&s, &l)) {
		struct at at = { "item", ++n };
		struct pl_import_row row = { .token_known = true };
		bool use = pl_transfer_log_scanned(&t, &l) && t.is_transfer;

		row.token = t.address;
		row.t = t.t;
		PL_TRY(take(r, use ? &row : NULL, at, e));
	}
	return PL_OK;
}

enum pl_rc pl_import_json(struct pl_importer *im, enum pl_import_format *format,
			  struct pl_arena *a, struct pl_span text, bool plain,
			  struct pl_err *e)
{
	struct reader r = { im, pl_importer_how(im)->format, format };
	const struct pl_json *v;

	text = without_mark(text);
	if (is_lines(text))
		return lines(&r, text, e);
	if (r.want != PL_IMPORT_ETL && plain)
		return scanned(&r, a, list_of(text), e);
	if (text.n > PL_MAX_JSON_FILE)
		return pl_fail(e, PL_ELIMIT,
			       "%zu bytes of JSON in one value, at most %zu: "
			       "JSON lines have no such limit",
			       text.n, PL_MAX_JSON_FILE);
	PL_TRY(pl_json_parse(a, &v, pl_json_quote_big(a, text), e));
	PL_TRY(unwrap(&v, e));
	if (pl_json_type(v) == PL_J_ARRAY)
		return list(&r, v, e);
	return item(&r, v, (struct at){ "item", 1 }, e);
}
