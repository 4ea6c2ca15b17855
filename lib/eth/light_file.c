#include "eth/light_file.h"

#include <inttypes.h>

#include "base/limits.h"
#include "codec/snappy.h"
#include "codec/ssz.h"

static enum pl_rc open_json(struct pl_lc_file *f, struct pl_arena *a,
			    struct pl_err *e)
{
	const struct pl_json *doc, *data;

	f->form = "json";
	PL_TRY(pl_json_parse(a, &doc, f->rest, e));
	data = pl_json_get(doc, "data");
	f->list = pl_json_type(data) == PL_J_ARRAY ? data : doc;
	f->n = pl_json_type(f->list) == PL_J_ARRAY ? pl_json_len(f->list) : 1;
	if (!f->n)
		return pl_fail(e, PL_ENOTFOUND, "an empty list");
	return PL_OK;
}

/* The length that stands before an object of an octet-stream, and that the
 * bytes after it can hold. */
static bool chunk_length(size_t *out, struct pl_span in)
{
	uint64_t n;

	if (in.n < 12)
		return false;
	n = pl_ssz_le64(in.p);
	if (n < 4 || n > in.n - 8)
		return false;
	*out = (size_t)n;
	return true;
}

static bool is_json(struct pl_span s)
{
	while (s.n && strchr(" \t\r\n", *s.p) && *s.p)
		(void)pl_span_take(&s, 1);
	return s.n && (*s.p == '{' || *s.p == '[');
}

/* SSZ begins with an offset or a slot, an octet-stream with a length that
 * fits, JSON with a bracket; what is none of them may be snappy's. */
enum pl_rc pl_lc_file_open(struct pl_lc_file *f, struct pl_arena *a,
			   struct pl_span bytes, enum pl_lc_kind kind,
			   const struct pl_lc_config *c, struct pl_err *e)
{
	enum pl_lc_fork fork;
	struct pl_span raw;
	struct pl_err why;
	size_t n;

	*f = (struct pl_lc_file){ .config = c,
				  .kind = kind,
				  .form = "ssz",
				  .failed = "decode",
				  .rest = bytes,
				  .n = 1 };
	if (!pl_lc_fork_guess(&fork, kind, bytes, c, &why))
		return PL_OK;
	if (is_json(bytes))
		return open_json(f, a, e);
	if (chunk_length(&n, bytes)) {
		f->form = "api.bin";
		return PL_OK;
	}
	if (pl_snappy(a, &raw, bytes, PL_MAX_LC_OBJECT, e)) {
		*e = why;
		return why.rc;
	}
	f->form = "ssz_snappy";
	f->rest = raw;
	return PL_OK;
}

bool pl_lc_file_more(const struct pl_lc_file *f)
{
	return !strcmp(f->form, "api.bin") ? f->rest.n > 0 : f->at < f->n;
}

static enum pl_rc json_fork(enum pl_lc_fork *out, const struct pl_lc_file *f,
			    const struct pl_json *item,
			    const struct pl_json *data, struct pl_err *e)
{
	const struct pl_json *version = pl_json_get(item, "version");
	const struct pl_json *header = pl_json_get(
		data,
		f->kind == PL_LC_BOOTSTRAP ? "header" : "attested_header");
	uint64_t slot;

	if (data != item && pl_json_type(version) == PL_J_STR)
		return pl_lc_fork_parse(out, pl_json_str(version), e);
	if (pl_json_u64(&slot,
			pl_json_get(pl_json_get(header, "beacon"), "slot"), e))
		return pl_note(e, "the header's beacon.slot");
	*out = pl_lc_fork_at(f->config, slot);
	return PL_OK;
}

static enum pl_rc next_json(struct pl_lc_file *f, struct pl_lc_bootstrap *b,
			    struct pl_lc_update *u, struct pl_err *e)
{
	const struct pl_lc_preset *p = f->config->preset;
	const struct pl_json *item = f->list, *data;

	if (pl_json_type(item) == PL_J_ARRAY)
		item = pl_json_at(item, f->at);
	f->at++;
	data = pl_json_get(item, "data");
	if (pl_json_type(data) != PL_J_OBJECT)
		data = item;
	PL_TRY(json_fork(&f->fork, f, item, data, e));
	if (f->kind == PL_LC_BOOTSTRAP)
		return pl_lc_bootstrap_json(b, data, p, f->fork, e);
	return pl_lc_update_json(u, f->kind, data, p, f->fork, e);
}

/* The next object of an octet-stream, its fork by the digest before it. */
static enum pl_rc next_chunk(struct pl_lc_file *f, struct pl_span *ssz,
			     struct pl_err *e)
{
	size_t n, left = f->rest.n;
	const uint8_t *digest;

	if (!chunk_length(&n, f->rest)) {
		f->rest.n = 0;
		return pl_fail(e, PL_EFORMAT,
			       "object %zu: its length is not one that the "
			       "%zu bytes left can hold",
			       f->at + 1, left);
	}
	(void)pl_span_take(&f->rest, 8);
	*ssz = pl_span_take(&f->rest, n);
	digest = pl_span_take(ssz, 4).p;
	f->at++;
	/* SPEC altair/p2p-interface ForkDigest-context: it names the form */
	f->failed = "fork_digest";
	return pl_lc_fork_of_digest(&f->fork, f->config, digest, e);
}

enum pl_rc pl_lc_file_next(struct pl_lc_file *f, struct pl_lc_bootstrap *b,
			   struct pl_lc_update *u, struct pl_err *e)
{
	const struct pl_lc_preset *p = f->config->preset;

	if (f->list)
		return next_json(f, b, u, e);
	if (!strcmp(f->form, "api.bin")) {
		f->failed = "decode";
		PL_TRY(next_chunk(f, &f->raw, e));
		f->failed = "decode";
	} else {
		f->at++;
		f->raw = f->rest;
		if (!f->has_fork)
			PL_TRY(pl_lc_fork_guess(&f->fork, f->kind, f->raw,
						f->config, e));
	}
	if (f->kind == PL_LC_BOOTSTRAP)
		return pl_lc_bootstrap_decode(b, f->raw, p, f->fork, e);
	return pl_lc_update_decode(u, f->kind, f->raw, p, f->fork, e);
}
