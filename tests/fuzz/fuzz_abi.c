/* ABI: the first line is a signature, the rest data of its arguments.  What
 * decodes must encode to the same bytes; signatures print as they parse; a
 * revert of any bytes has a text. */
#include <stdlib.h>

#include "base/buf.h"
#include "codec/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(struct pl_arena *a, const struct pl_abi_item *it,
		       struct pl_span data)
{
	struct pl_abi_value v;
	struct pl_buf b;
	struct pl_err e;

	if (pl_abi_decode(a, &v, &it->in, data, &e))
		return;
	(void)pl_abi_value_text(a, &v);
	pl_buf_init(&b, a);
	if (pl_abi_encode(&b, &it->in, v.items, v.n, &e) ||
	    !pl_span_equal(pl_buf_span(&b), data))
		abort();
}

static void fuzz(struct pl_arena *a, struct pl_span in)
{
	const uint8_t *nl = in.n ? memchr(in.p, '\n', in.n) : NULL;
	struct pl_abi_item it, again;
	struct pl_abi abi;
	struct pl_err e;
	char *sig;

	if (!nl)
		return;
	sig = pl_strndup(a, (const char *)in.p, (size_t)(nl - in.p));
	(void)pl_span_take(&in, (size_t)(nl - in.p) + 1);
	if (pl_abi_sig_parse(a, &it, sig, &e))
		return;
	if (it.kind != PL_ABI_CONSTRUCTOR &&
	    (pl_abi_sig_parse(a, &again, it.sig, &e) ||
	     !pl_hash32_equal(&it.hash, &again.hash)))
		abort();
	same_again(a, &it, in);
	it.kind = PL_ABI_ERROR;
	abi = (struct pl_abi){ &it, 1 };
	(void)pl_abi_revert_text(a, &abi, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);

	fuzz(a, (struct pl_span){ data, size });
	pl_arena_close(a);
	return 0;
}
