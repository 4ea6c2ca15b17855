#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"
#include "codec/csv.h"
#include "sync/import_row.h"

/* What a column may stand for. */
enum role {
	R_TOKEN,
	R_FROM,
	R_TO,
	R_VALUE,
	R_TX,
	R_LOG_INDEX,
	R_BLOCK,
	R_BLOCK_HASH,
	R_TIME,
	R_SYMBOL,
	R_DECIMALS,
	R_CHAIN,
	R_COUNT
};

/* Each role's name in --map, and the names its column goes by in the exports
 * of ethereum-etl, of block explorers and of plume; the best first. */
static const struct {
	const char *name;
	bool required;
	const char *columns[12];
} roles[R_COUNT] = {
	/* clang-format off */
	[R_TOKEN] = { "token", false,
		{ "token_address", "contractaddress", "contract_address",
		  "contract", NULL } },
	[R_FROM] = { "from", true,
		{ "from_address", "from", "from_addr", "sender", NULL } },
	[R_TO] = { "to", true,
		{ "to_address", "to", "to_addr", "recipient", NULL } },
	[R_VALUE] = { "value", true,
		{ "value_raw", "value", "quantity", "amount_raw", "amount",
		  NULL } },
	[R_TX] = { "tx", true,
		{ "transaction_hash", "tx_hash", "txhash", "transaction hash",
		  "hash", NULL } },
	[R_LOG_INDEX] = { "log_index", false,
		{ "log_index", "logindex", NULL } },
	[R_BLOCK] = { "block", false,
		{ "block_number", "blockno", "blocknumber", "block", NULL } },
	[R_BLOCK_HASH] = { "block_hash", false,
		{ "block_hash", "blockhash", NULL } },
	[R_TIME] = { "time", false,
		{ "block_timestamp", "unixtimestamp", "timestamp", "time",
		  "datetime (utc)", "datetime_utc", "datetime", NULL } },
	[R_SYMBOL] = { "symbol", false,
		{ "symbol", "tokensymbol", "token_symbol", NULL } },
	[R_DECIMALS] = { "decimals", false,
		{ "decimals", "token_decimals", "tokendecimal", NULL } },
	[R_CHAIN] = { "chain", false, { "chain_id", NULL } },
	/* clang-format on */
};

#define NO_COLUMN SIZE_MAX

struct reader {
	struct pl_importer *im;
	struct pl_csv csv;
	size_t column[R_COUNT];
	size_t where_column;
	const char *where_value;
	bool decimal; /* units of the values */
};

/* ------------------------------------------------------- which column is it */

static bool has_column(const struct pl_csv *c, const char *name)
{
	struct pl_err ignored;
	size_t at;

	return !pl_csv_column(&at, c, name, &ignored);
}

/* Block explorers' exports have a hash, sender, recipient and an amount under
 * these names; ethereum-etl's spell them with underscores. */
static enum pl_import_format recognise(const struct pl_csv *c)
{
	if ((has_column(c, "Txhash") || has_column(c, "Transaction Hash")) &&
	    has_column(c, "From") && has_column(c, "To") &&
	    (has_column(c, "Quantity") || has_column(c, "Amount") ||
	     has_column(c, "ContractAddress")))
		return PL_IMPORT_ETHERSCAN;
	if (has_column(c, "token_address") && has_column(c, "from_address") &&
	    has_column(c, "to_address") && has_column(c, "transaction_hash") &&
	    has_column(c, "log_index"))
		return PL_IMPORT_ETL;
	return PL_IMPORT_CSV;
}

static void known_names(struct reader *r)
{
	for (size_t i = 0; i < R_COUNT; i++) {
		struct pl_err ignored;

		for (const char *const *n = roles[i].columns; *n; n++)
			if (!pl_csv_column(&r->column[i], &r->csv, *n,
					   &ignored))
				break;
	}
}

static enum pl_rc map_one(struct reader *r, const char *role, size_t role_n,
			  const char *column, struct pl_err *e)
{
	for (size_t i = 0; i < R_COUNT; i++) {
		if (strlen(roles[i].name) != role_n ||
		    memcmp(roles[i].name, role, role_n) != 0)
			continue;
		if (!strcmp(column, "-")) {
			r->column[i] = NO_COLUMN;
			return PL_OK;
		}
		if (pl_csv_column(&r->column[i], &r->csv, column, e)) {
			e->rc = PL_EUSAGE; /* the map is wrong, not the file */
			return pl_note(e, "--map %s", roles[i].name);
		}
		return PL_OK;
	}
	(void)pl_fail(e, PL_EUSAGE, "--map: no such part \"%.*s\"",
		      (int)(role_n < 40 ? role_n : 40), role);
	return pl_hint(e, "from, to, value, tx, log_index, block, block_hash, "
			  "time, token, symbol, decimals or chain, each "
			  "=COLUMN; =- for none");
}

static enum pl_rc map_all(struct reader *r, struct pl_arena *a, const char *map,
			  struct pl_err *e)
{
	char *p = pl_strdup(a, map);

	while (*p) {
		char *end = p + strcspn(p, ","), *eq;
		bool last = !*end;

		*end = '\0';
		eq = strchr(p, '=');
		if (!eq)
			return pl_fail(e, PL_EUSAGE,
				       "--map: \"%.60s\" is not PART=COLUMN",
				       p);
		PL_TRY(map_one(r, p, (size_t)(eq - p), eq + 1, e));
		if (last)
			break;
		p = end + 1;
	}
	return PL_OK;
}

static enum pl_rc where(struct reader *r, struct pl_arena *a, const char *text,
			struct pl_err *e)
{
	const char *eq = text ? strchr(text, '=') : NULL;

	r->where_column = NO_COLUMN;
	if (!text)
		return PL_OK;
	if (!eq)
		return pl_fail(e, PL_EUSAGE,
			       "--where: \"%.60s\" is not COLUMN=VALUE", text);
	if (pl_csv_column(&r->where_column, &r->csv,
			  pl_strndup(a, text, (size_t)(eq - text)), e)) {
		e->rc = PL_EUSAGE;
		return pl_note(e, "--where");
	}
	r->where_value = eq + 1;
	return PL_OK;
}

static enum pl_rc all_required(const struct reader *r, struct pl_arena *a,
			       struct pl_err *e)
{
	for (size_t i = 0; i < R_COUNT; i++) {
		if (!roles[i].required || r->column[i] != NO_COLUMN)
			continue;
		(void)pl_fail(e, PL_EFORMAT,
			      "no column is known as the \"%s\" of a "
			      "transfer; there are: %s",
			      roles[i].name, pl_csv_names(a, &r->csv));
		return pl_hint(e, "say which it is: --map %s=COLUMN",
			       roles[i].name);
	}
	return PL_OK;
}

/* ----------------------------------------------------------------- one row */

static struct pl_span cell(const struct reader *r, enum role i)
{
	if (r->column[i] == NO_COLUMN)
		return (struct pl_span){ (const uint8_t *)"", 0 };
	return pl_csv_field(&r->csv, r->column[i]);
}

/* A failure at a cell: where, and what stands there. */
static enum pl_rc at_cell(const struct reader *r, enum role i, struct pl_err *e)
{
	struct pl_span name = r->csv.header[r->column[i]];
	struct pl_span v = cell(r, i);

	return pl_note(e, "line %" PRIu64 ", column %.*s, value \"%.*s\"",
		       r->csv.line, (int)(name.n < 60 ? name.n : 60),
		       (const char *)name.p, (int)(v.n < 80 ? v.n : 80),
		       (const char *)v.p);
}

static enum pl_rc bytes_of(uint8_t *out, size_t n, const struct reader *r,
			   enum role i, struct pl_err *e)
{
	struct pl_span s = cell(r, i);

	if (pl_hex_fixed(out, n, (const char *)s.p, s.n, e))
		return at_cell(r, i, e);
	return PL_OK;
}

static enum pl_rc number_of(uint64_t *out, bool *known, const struct reader *r,
			    enum role i, struct pl_err *e)
{
	struct pl_span s = cell(r, i);
	struct pl_u256 v;

	*known = s.n > 0;
	if (!*known)
		return PL_OK;
	if (pl_u256_parse(&v, (const char *)s.p, s.n, e))
		return at_cell(r, i, e);
	if (!pl_u256_to_u64(out, &v)) {
		(void)pl_fail(e, PL_EFORMAT, "over 64 bits");
		return at_cell(r, i, e);
	}
	return PL_OK;
}

/* "12/9/2016 18:35:23" turned into "2016-12-09 18:35:23" (month first) or
 * "2016-09-12 18:35:23". */
static enum pl_rc slashed(char out[32], struct pl_span s, enum pl_dates dates,
			  struct pl_err *e)
{
	unsigned part[3] = { 0 }, n = 0;
	size_t i = 0, pad;

	for (; i < s.n && s.p[i] != ' '; i++) {
		if (s.p[i] == '/') {
			if (++n == 3)
				break;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9' || part[n] > 999)
			break;
		part[n] = 10 * part[n] + (unsigned)(s.p[i] - '0');
	}
	if (n != 2 || (i < s.n && s.p[i] != ' ') || s.n - i > 12 ||
	    part[0] > 31 || part[1] > 31)
		return pl_fail(e, PL_EFORMAT, "no date");
	/* spreadsheets write the hour with one digit */
	pad = s.n - i > 2 && s.p[i + 2] == ':';
	(void)snprintf(out, 32, "%04u-%02u-%02u%s%.*s", part[2],
		       dates == PL_DATES_MDY ? part[0] : part[1],
		       dates == PL_DATES_MDY ? part[1] : part[0],
		       pad ? " 0" : "", (int)(s.n - i - pad),
		       (const char *)s.p + i + pad);
	return PL_OK;
}

/* A number, then a slash, then a number that is not a year first. */
static bool has_slashes(struct pl_span s)
{
	const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;

	return slash && slash - s.p <= 2;
}

static enum pl_rc time_of(struct pl_transfer *t, const struct reader *r,
			  struct pl_err *e)
{
	enum pl_dates dates = pl_importer_how(r->im)->dates;
	struct pl_span s = cell(r, R_TIME);
	char text[32];

	if (!s.n)
		return PL_OK;
	if (has_slashes(s) && dates == PL_DATES_ISO) {
		(void)pl_fail(e, PL_EFORMAT, "month first or day first?");
		(void)at_cell(r, R_TIME, e);
		return pl_hint(e, "say --dates mdy or --dates dmy");
	}
	if (has_slashes(s)) {
		if (slashed(text, s, dates, e))
			return at_cell(r, R_TIME, e);
		s = pl_span_str(text);
	}
	if (pl_time_parse(&t->time, (const char *)s.p, s.n, e))
		return at_cell(r, R_TIME, e);
	t->has |= PL_TR_TIME;
	return PL_OK;
}

static enum pl_rc value_of(struct pl_import_row *row, const struct reader *r,
			   struct pl_err *e)
{
	struct pl_span s = cell(r, R_VALUE);

	row->is_decimal = r->decimal;
	row->decimal = s;
	if (r->decimal)
		return PL_OK;
	if (!pl_u256_parse(&row->t.value, (const char *)s.p, s.n, e))
		return PL_OK;
	(void)at_cell(r, R_VALUE, e);
	if (s.n && (memchr(s.p, '.', s.n) || memchr(s.p, ',', s.n)))
		return pl_hint(e, "if the values are in whole tokens rather "
				  "than raw units: --units decimal");
	return e->rc;
}

static enum pl_rc place_of(struct pl_transfer *t, const struct reader *r,
			   struct pl_err *e)
{
	bool known;

	PL_TRY(number_of(&t->log_index, &known, r, R_LOG_INDEX, e));
	t->has |= known ? PL_TR_LOG : 0;
	PL_TRY(number_of(&t->block, &known, r, R_BLOCK, e));
	t->has |= known ? PL_TR_BLOCK : 0;
	if (cell(r, R_BLOCK_HASH).n) {
		PL_TRY(bytes_of(t->block_hash.b, sizeof(t->block_hash.b), r,
				R_BLOCK_HASH, e));
		t->has |= PL_TR_HASH;
	}
	return time_of(t, r, e);
}

static enum pl_rc about_token(struct pl_import_row *row, struct pl_arena *a,
			      const struct reader *r, struct pl_err *e)
{
	struct pl_span symbol = cell(r, R_SYMBOL);
	uint64_t d = 0;

	row->token_known = r->column[R_TOKEN] != NO_COLUMN;
	if (row->token_known)
		PL_TRY(bytes_of(row->token.b, sizeof(row->token.b), r, R_TOKEN,
				e));
	PL_TRY(number_of(&d, &row->decimals_known, r, R_DECIMALS, e));
	if (d > UINT8_MAX) {
		(void)pl_fail(e, PL_EFORMAT, "over 255");
		return at_cell(r, R_DECIMALS, e);
	}
	row->decimals = (uint8_t)d;
	if (symbol.n && symbol.n <= 64)
		row->symbol = pl_strndup(a, (const char *)symbol.p, symbol.n);
	return number_of(&row->chain, &row->chain_known, r, R_CHAIN, e);
}

static enum pl_rc row_read(struct pl_import_row *row, struct pl_arena *a,
			   const struct reader *r, struct pl_err *e)
{
	struct pl_transfer *t = &row->t;

	PL_TRY(pl_csv_ragged(&r->csv, e));
	PL_TRY(about_token(row, a, r, e));
	PL_TRY(bytes_of(t->tx.b, sizeof(t->tx.b), r, R_TX, e));
	PL_TRY(bytes_of(t->from.b, sizeof(t->from.b), r, R_FROM, e));
	PL_TRY(bytes_of(t->to.b, sizeof(t->to.b), r, R_TO, e));
	PL_TRY(value_of(row, r, e));
	return place_of(t, r, e);
}

static enum pl_rc one_row(struct reader *r, struct pl_arena *a,
			  struct pl_err *e)
{
	struct pl_import_row row = { .token_known = false };
	enum pl_rc rc = row_read(&row, a, r, e);

	if (rc)
		return pl_importer_failed(r->im, e);
	if (!pl_importer_row(r->im, &row, e))
		return PL_OK;
	(void)pl_note(e, "line %" PRIu64, r->csv.line);
	return pl_importer_failed(r->im, e);
}

static bool wanted(const struct reader *r)
{
	return r->where_column == NO_COLUMN ||
	       pl_span_is(pl_csv_field(&r->csv, r->where_column),
			  r->where_value);
}

static enum pl_rc rows(struct reader *r, struct pl_err *e)
{
	struct pl_arena *scratch = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	bool more = true;

	while (!rc) {
		/* a broken record ends the file: what follows has no place */
		rc = pl_csv_next(&r->csv, &more, e);
		if (rc || !more)
			break;
		pl_arena_reset(scratch);
		if (!wanted(r))
			pl_importer_ignore(r->im);
		else
			rc = one_row(r, scratch, e);
	}
	pl_arena_close(scratch);
	return rc;
}

static bool decimal_units(enum pl_units units, enum pl_import_format format)
{
	return units == PL_UNITS_DECIMAL ||
	       (units == PL_UNITS_AUTO && format == PL_IMPORT_ETHERSCAN);
}

static enum pl_rc prepare(struct reader *r, enum pl_import_format *format,
			  struct pl_arena *a, struct pl_err *e)
{
	const struct pl_import *how = pl_importer_how(r->im);

	PL_TRY(pl_csv_header(&r->csv, e));
	*format = how->format ? how->format : recognise(&r->csv);
	for (size_t i = 0; i < R_COUNT; i++)
		r->column[i] = NO_COLUMN;
	known_names(r);
	if (how->map)
		PL_TRY(map_all(r, a, how->map, e));
	PL_TRY(where(r, a, how->where, e));
	r->decimal = decimal_units(how->units, *format);
	return all_required(r, a, e);
}

enum pl_rc pl_import_csv(struct pl_importer *im, enum pl_import_format *format,
			 struct pl_arena *a, struct pl_span text,
			 struct pl_err *e)
{
	struct reader r = { .im = im };

	pl_csv_init(&r.csv, a, text, 0);
	PL_TRY(prepare(&r, format, a, e));
	return rows(&r, e);
}
