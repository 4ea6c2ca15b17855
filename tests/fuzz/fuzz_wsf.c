/* WebSocket: a stream of a client's frames.  Cut anywhere, a head is the same
 * or not there yet; what is put on its way here comes back as it was. */
#include <stdlib.h>

#include "base/arena.h"
#include "codec/wsf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void cut(struct pl_span in, const struct pl_wsf *whole)
{
	struct pl_wsf f;
	struct pl_err e;

	for (in.n = 0; in.n < whole->head; in.n++)
		need(!pl_wsf_read(&f, in, &e) && !f.head);
	need(!pl_wsf_read(&f, in, &e) && f.head == whole->head &&
	     f.body == whole->body && f.kind == whole->kind &&
	     f.last == whole->last);
}

/* As a client would send what a server sent. */
static void there_and_back(struct pl_arena *a, struct pl_span body,
			   enum pl_wsf_kind kind)
{
	uint8_t *frame = pl_alloc(a, PL_WSF_HEAD + 4 + body.n);
	const uint8_t mask[4] = { 1, 2, 3, 4 };
	size_t n = pl_wsf_head(frame, kind, body.n);
	struct pl_wsf f;
	struct pl_err e;

	frame[1] |= 0x80;
	memcpy(frame + n, mask, 4);
	n += 4;
	if (body.n)
		memcpy(frame + n, body.p, body.n);
	pl_wsf_mask(frame + n, body.n, mask);
	need(!pl_wsf_read(&f, (struct pl_span){ frame, n + body.n }, &e));
	need(f.head == n && f.body == body.n && f.kind == kind && f.last);
	pl_wsf_mask(frame + n, body.n, f.mask);
	need(!body.n || !memcmp(frame + n, body.p, body.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	char key[32], accept[PL_WSF_ACCEPT];
	struct pl_span in = { p, n };
	struct pl_wsf f;
	struct pl_err e;

	memcpy(key, p, n < 31 ? n : 31);
	key[n < 31 ? n : 31] = '\0';
	need(pl_wsf_accept(accept, key, &e) || strlen(accept) == 28);
	while (!pl_wsf_read(&f, in, &e) && f.head) {
		struct pl_span body;

		cut(in, &f);
		(void)pl_span_take(&in, f.head);
		if (f.body > in.n)
			break;
		body = pl_span_take(&in, f.body);
		need(pl_wsf_close_code(body) >= 1000);
		(void)pl_wsf_is_text(body);
		there_and_back(a, body,
			       body.n > 125 ? PL_WSF_TEXT : PL_WSF_PING);
	}
	pl_arena_close(a);
	return 0;
}
