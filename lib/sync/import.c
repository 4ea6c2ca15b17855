#include "sync/import.h"

#include "base/hex.h"
#include "base/limits.h"
#include "base/par.h"
#include "codec/gzip.h"
#include "crypto/keccak.h"
#include "crypto/sha256.h"
#include "sync/import_row.h"

const char *const pl_import_format_words[] = { "auto", "etl", "etherscan",
					       "logs", "csv", NULL };

#define LARGE ((size_t)1 << 20) /* bytes worth a second thread */

/* ------------------------------------------------ a map from hash to number */

/* Keys are Keccak-256 of what stands in the file, so nobody can choose keys
 * that fall on one place. */
struct map {
	struct pl_arena *a;
	struct slot {
		struct pl_hash32 key;
		uint64_t value;
		bool used;
	} * slot;
	size_t n, cap; /* cap is a power of two */
};

static struct slot *map_probe(struct slot *v, size_t cap,
			      const struct pl_hash32 *key)
{
	uint64_t at;

	memcpy(&at, key->b, sizeof(at));
	for (;; at++) {
		struct slot *s = &v[at & (cap - 1)];

		if (!s->used || pl_hash32_equal(&s->key, key))
			return s;
	}
}

/* The value under the key, 0 where it is new. */
static uint64_t *map_at(struct map *m, const struct pl_hash32 *key)
{
	struct slot *s;

	if (2 * m->n >= m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 256;
		struct slot *v = PL_NEW_N(m->a, struct slot, cap);

		for (size_t i = 0; i < m->cap; i++)
			if (m->slot[i].used)
				*map_probe(v, cap, &m->slot[i].key) =
					m->slot[i];
		m->slot = v;
		m->cap = cap;
	}
	s = map_probe(m->slot, m->cap, key);
	if (!s->used) {
		s->used = true;
		s->key = *key;
		m->n++;
	}
	return &s->value;
}

/* ------------------------------------------------------------------ the row */

struct pl_importer {
	const struct pl_import *how;
	const char *path;
	struct pl_index *ix;
	struct pl_arena *a;
	struct pl_import_result r;
	int64_t source;
	struct map equal; /* content of a row without log index: how often */
	struct map token_at;
	struct pl_index_token *token; /* tokens met */
	size_t token_n, token_cap;
	size_t token_last;
};

const struct pl_import *pl_importer_how(const struct pl_importer *im)
{
	return im->how;
}

void pl_importer_ignore(struct pl_importer *im)
{
	im->r.ignored++;
}

enum pl_rc pl_importer_failed(struct pl_importer *im, struct pl_err *e)
{
	bool of_a_row = e->rc == PL_EFORMAT || e->rc == PL_EPROOF;

	if (!of_a_row)
		return e->rc;
	if (im->how->skip_bad) {
		(void)pl_note(e, "%s", im->path);
		im->r.rejected++;
		if (im->how->on_bad)
			im->how->on_bad(im->how->ctx, e->msg);
		return PL_OK;
	}
	if (!*e->hint)
		return pl_hint(e, "nothing was imported: correct the row, or "
				  "leave such rows out with --skip-bad");
	return e->rc;
}

/* The token the row belongs to, made in the index when it is new there. */
static enum pl_rc token_of(struct pl_index_token **out, struct pl_importer *im,
			   const struct pl_import_row *row, struct pl_err *e)
{
	struct pl_index_token t = {
		.token = { im->how->chain, row->token },
		.symbol = row->symbol,
		.decimals_known = row->decimals_known,
		.decimals = row->decimals,
	};
	struct pl_hash32 key;
	uint64_t *at;

	if (im->token_n &&
	    pl_addr_equal(&im->token[im->token_last].token.address,
			  &row->token)) {
		*out = &im->token[im->token_last];
		return PL_OK;
	}
	key = pl_keccak256(pl_addr_span(&row->token));
	at = map_at(&im->token_at, &key);
	if (!*at) {
		struct pl_index_token known;

		if (im->how->decimals_set && !t.decimals_known) {
			t.decimals_known = true;
			t.decimals = im->how->decimals;
		}
		PL_TRY(pl_index_token_put(im->ix, &t, e));
		PL_TRY(pl_index_token_get(im->a, im->ix, &known, &t.token, e));
		if (im->token_n == im->token_cap) {
			size_t cap = im->token_cap ? 2 * im->token_cap : 16;

			im->token =
				pl_realloc(im->a, im->token,
					   im->token_cap * sizeof(*im->token),
					   cap * sizeof(*im->token));
			im->token_cap = cap;
		}
		im->token[im->token_n++] = known;
		*at = im->token_n;
	}
	im->token_last = (size_t)*at - 1;
	*out = &im->token[im->token_last];
	return PL_OK;
}

/* "1,234,567.89" without its separators: groups of three, or none at all. */
static enum pl_rc no_separators(char *out, size_t cap, struct pl_span s,
				struct pl_err *e)
{
	size_t n = 0, group = 0;
	bool grouped = false, fraction = false, good = s.n && s.n < cap;

	for (size_t i = 0; good && i < s.n; i++) {
		char c = (char)s.p[i];

		if (c == ',' && !fraction) {
			good = grouped ? group == 3 : group && group <= 3;
			grouped = true;
			group = 0;
			continue;
		}
		if (c == '.') {
			good = !grouped || group == 3;
			fraction = true;
		}
		group++;
		out[n++] = c;
	}
	if (!good || (grouped && !fraction && group != 3))
		return pl_fail(e, PL_EFORMAT,
			       "value \"%.*s\" is no decimal number",
			       (int)(s.n < 90 ? s.n : 90), (const char *)s.p);
	out[n] = '\0';
	return PL_OK;
}

static enum pl_rc decimal_value(struct pl_u256 *out,
				const struct pl_index_token *t,
				const struct pl_import_row *row,
				struct pl_err *e)
{
	struct pl_amount v;
	char text[128];

	if (!row->decimals_known && !t->decimals_known) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the values are in decimal units, and the "
			      "token's decimals are not known");
		return pl_hint(e, "say --decimals N (USDC has 6, most tokens "
				  "18)");
	}
	PL_TRY(no_separators(text, sizeof(text), row->decimal, e));
	if (pl_amount_parse(&v, text,
			    row->decimals_known ? row->decimals : t->decimals,
			    e))
		return pl_note(e, "value \"%s\"", text);
	*out = v.raw;
	return PL_OK;
}

/* How many rows of just this content the file had before. */
static uint64_t count_equal(struct pl_importer *im,
			    const struct pl_import_row *row)
{
	uint8_t b[32 + 20 + 20 + 20 + 32];
	struct pl_hash32 key;

	memcpy(b, row->t.tx.b, 32);
	memcpy(b + 32, row->token.b, 20);
	memcpy(b + 52, row->t.from.b, 20);
	memcpy(b + 72, row->t.to.b, 20);
	pl_u256_to_be(b + 92, &row->t.value);
	key = pl_keccak256((struct pl_span){ b, sizeof(b) });
	return (*map_at(&im->equal, &key))++;
}

static void count(struct pl_importer *im, const struct pl_transfer *t,
		  enum pl_put how)
{
	struct pl_import_result *r = &im->r;

	switch (how) {
	case PL_PUT_ADDED:
		r->added++;
		break;
	case PL_PUT_DUPLICATE:
		r->duplicates++;
		break;
	case PL_PUT_ENRICHED:
		r->enriched++;
		break;
	}
	r->zero_value += pl_u256_is_zero(&t->value);
	r->no_log_index += !(t->has & PL_TR_LOG);
	if (!(t->has & PL_TR_BLOCK))
		return;
	if (!r->blocks_known || t->block < r->first_block)
		r->first_block = t->block;
	if (!r->blocks_known || t->block > r->last_block)
		r->last_block = t->block;
	r->blocks_known = true;
}

/* Decimals given for the whole file fit one token. */
static enum pl_rc one_token(const struct pl_importer *im,
			    const struct pl_import_row *row, struct pl_err *e)
{
	if (!im->how->decimals_set || row->decimals_known || im->token_n < 2)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE,
		      "--decimals is for one token, and the file has several");
	return pl_hint(e, "import them one by one: --token ADDR --decimals N");
}

enum pl_rc pl_importer_row(struct pl_importer *im, struct pl_import_row *row,
			   struct pl_err *e)
{
	const struct pl_import *how = im->how;
	struct pl_index_token *t = NULL;
	enum pl_put put;

	if (!row->token_known && !how->token_set) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the file does not say which token its rows are "
			      "of");
		return pl_hint(e, "say --token ADDR, or --map token=COL");
	}
	if (row->token_known && how->token_set &&
	    !pl_addr_equal(&row->token, &how->token)) {
		im->r.ignored++;
		return PL_OK;
	}
	if (!row->token_known)
		row->token = how->token;
	if (row->chain_known && row->chain != how->chain) {
		(void)pl_fail(e, PL_EFORMAT,
			      "the row is of chain %ju, the import of %ju",
			      (uintmax_t)row->chain, (uintmax_t)how->chain);
		return pl_hint(e, "name the row's chain with --network; "
				  "`plume network list` has the numbers");
	}
	PL_TRY(token_of(&t, im, row, e));
	PL_TRY(one_token(im, row, e));
	if (row->is_decimal)
		PL_TRY(decimal_value(&row->t.value, t, row, e));
	if (!(row->t.has & PL_TR_LOG))
		row->t.nth = count_equal(im, row);
	row->t.trust = PL_LOCAL;
	row->t.source = im->source;
	PL_TRY(pl_index_put(im->ix, &put, t->id, &row->t, e));
	count(im, &row->t, put);
	im->r.rows++;
	if (how->on_rows && im->r.rows % 4096 == 0)
		how->on_rows(how->ctx, im->r.rows);
	return PL_OK;
}

/* --------------------------------------------------------------- the file */

static bool looks_like_json(struct pl_span s)
{
	if (s.n >= 3 && !memcmp(s.p, "\xef\xbb\xbf", 3))
		(void)pl_span_take(&s, 3);
	while (s.n &&
	       (*s.p == ' ' || *s.p == '\t' || *s.p == '\r' || *s.p == '\n'))
		(void)pl_span_take(&s, 1);
	return s.n && (*s.p == '{' || *s.p == '[');
}

static enum pl_rc read_rows(struct pl_importer *im, struct pl_span text,
			    bool plain, struct pl_err *e)
{
	bool json = looks_like_json(text);
	enum pl_import_format f = im->how->format;

	if (!json && f == PL_IMPORT_LOGS)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getLogs answers are JSON, and this is not");
	if (json && (f == PL_IMPORT_ETHERSCAN || f == PL_IMPORT_CSV))
		return pl_fail(e, PL_EFORMAT, "JSON where CSV was announced");
	if (json)
		return pl_import_json(im, &im->r.format, im->a, text, plain, e);
	return pl_import_csv(im, &im->r.format, im->a, text, e);
}

/* Two looks at the whole file, side by side where it is large. */
struct looks {
	struct pl_span raw, text;
	struct pl_hash32 digest;
	bool plain;
	enum pl_rc rc;
	struct pl_err e;
};

static void look(void *ctx, size_t which)
{
	struct looks *k = ctx;

	if (which)
		k->plain = pl_import_json_plain(k->text);
	else
		k->rc = pl_sha256(&k->digest, k->raw, &k->e);
}

static enum pl_rc source_of(struct pl_importer *im, const struct looks *k,
			    struct pl_source *src, struct pl_err *e)
{
	if (k->rc) {
		*e = k->e;
		return k->rc;
	}
	im->r.digest = k->digest;
	*src = (struct pl_source){
		.kind = PL_SOURCE_FILE,
		.name = im->path,
		.format = pl_import_format_words[im->how->format],
		.digest_known = true,
		.digest = im->r.digest,
		.trust = PL_LOCAL,
		.time = im->how->now,
	};
	PL_TRY(pl_index_source_put(im->ix, src, e));
	im->source = src->id;
	return PL_OK;
}

static enum pl_rc nothing_there(const struct pl_importer *im, struct pl_err *e)
{
	const struct pl_import_result *r = &im->r;

	if (r->rows || r->rejected || (im->how->token_set && r->ignored))
		return PL_OK;
	(void)pl_fail(e, PL_EFORMAT, "no transfer of a token in it");
	return pl_hint(e,
		       "%ju other rows or events were passed over; --format "
		       "names what the file is",
		       (uintmax_t)r->ignored);
}

static enum pl_rc in_transaction(struct pl_importer *im, struct pl_span text,
				 struct pl_span raw, struct pl_err *e)
{
	struct looks k = { .raw = raw, .text = text };
	struct pl_source src;

	pl_par(2, raw.n < LARGE ? 1 : 2, look, &k);
	PL_TRY(source_of(im, &k, &src, e));
	if (read_rows(im, text, k.plain, e) || nothing_there(im, e))
		return pl_note(e, "%s", im->path);
	src.format = pl_import_format_words[im->r.format];
	src.rows = im->r.rows + im->r.rejected;
	src.added = im->r.added;
	src.duplicates = im->r.duplicates + im->r.enriched;
	src.rejected = im->r.rejected;
	PL_TRY(pl_index_source_count(im->ix, &src, e));
	if (im->how->dry_run)
		return PL_OK;
	return pl_index_commit(im->ix, e);
}

enum pl_rc pl_import_file(struct pl_index *ix, struct pl_import_result *out,
			  const struct pl_import *how, const char *path,
			  struct pl_err *e)
{
	struct pl_arena *mine = pl_arena_open(0);
	struct pl_importer im = {
		.how = how,
		.path = strcmp(path, "-") ? path : "standard input",
		.ix = ix,
		.a = mine,
		.equal = { .a = mine },
		.token_at = { .a = mine },
	};
	struct pl_span text, raw;
	enum pl_rc rc;

	rc = pl_data_read(mine, &text, &raw, path, PL_MAX_FILE, e);
	if (!rc)
		rc = pl_index_begin(ix, e);
	if (!rc) {
		rc = in_transaction(&im, text, raw, e);
		pl_index_rollback(ix); /* does nothing after a commit */
	}
	if (!rc) {
		im.r.tokens = im.token_n;
		if (im.token_n == 1)
			im.r.token = im.token[0].token.address;
		*out = im.r;
	}
	pl_arena_close(mine);
	return rc;
}
