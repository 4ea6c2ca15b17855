#include "codec/gzip.h"

#include <zlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/lazy.h"

#define PL_LAZY_TABLE zlib
#define FUNCS(X) X(inflateInit2_) X(inflate) X(inflateReset) X(inflateEnd)
PL_LAZY(zlib, "libz.so.1", FUNCS);

#define STEP ((size_t)1 << 18)

bool pl_is_gzip(struct pl_span in)
{
	return in.n >= 2 && in.p[0] == 0x1f && in.p[1] == 0x8b;
}

/* One piece of output.  *done when a member has ended. */
static enum pl_rc step(z_stream *z, struct pl_buf *b, size_t limit, bool *done,
		       struct pl_err *e)
{
	size_t room = limit - b->n < STEP ? limit - b->n + 1 : STEP;
	int rc;

	z->next_out = pl_buf_room(b, room);
	z->avail_out = (uInt)room;
	rc = zlib.inflate(z, Z_NO_FLUSH);
	b->n += room - z->avail_out;
	if (b->n > limit)
		return pl_fail(e, PL_ELIMIT,
			       "gzip: unpacks to more than %zu bytes", limit);
	*done = rc == Z_STREAM_END;
	if (rc == Z_OK || rc == Z_STREAM_END)
		return PL_OK;
	if (rc == Z_BUF_ERROR)
		return pl_fail(e, PL_EFORMAT, "gzip: cut short");
	return pl_fail(e, PL_EFORMAT, "gzip: %s",
		       z->msg ? z->msg : "damaged data");
}

/* The bytes are fed in whole: pl_data_read's limit keeps them under 4 GiB. */
static enum pl_rc members(z_stream *z, struct pl_buf *b, size_t limit,
			  struct pl_err *e)
{
	for (;;) {
		bool done = false;

		while (!done)
			PL_TRY(step(z, b, limit, &done, e));
		if (!z->avail_in)
			return PL_OK;
		if (z->avail_in < 2 || z->next_in[0] != 0x1f)
			return pl_fail(e, PL_EFORMAT,
				       "gzip: %u bytes follow the last member",
				       z->avail_in);
		if (zlib.inflateReset(z) != Z_OK)
			return pl_fail(e, PL_EBUG, "gzip: cannot go on");
	}
}

enum pl_rc pl_gunzip(struct pl_arena *a, struct pl_span *out, struct pl_span in,
		     size_t limit, struct pl_err *e)
{
	z_stream z = { 0 };
	struct pl_buf b;
	enum pl_rc rc;

	if (in.n > UINT32_MAX)
		return pl_fail(e, PL_ELIMIT, "gzip: over 4 GiB");
	PL_TRY(zlib_load(e));
	pl_buf_init(&b, a);
	z.next_in = (z_const Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	/* 15 window bits, and 16 for: gzip's frame, nothing else */
	if (zlib.inflateInit2_(&z, 15 + 16, ZLIB_VERSION, (int)sizeof(z)))
		return pl_fail(e, PL_EBUG, "gzip: cannot begin");
	rc = members(&z, &b, limit, e);
	(void)zlib.inflateEnd(&z);
	if (rc)
		return rc;
	*pl_buf_room(&b, 0) = 0;
	*out = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc pl_data_read(struct pl_arena *a, struct pl_span *out,
			struct pl_span *raw, const char *path, size_t limit,
			struct pl_err *e)
{
	struct pl_span bytes;

	PL_TRY(pl_file_read(a, &bytes, path, limit, e));
	*out = bytes;
	if (pl_is_gzip(bytes) && pl_gunzip(a, out, bytes, limit, e))
		return pl_note(e, "%s", path);
	if (raw)
		*raw = bytes;
	return PL_OK;
}
