/* Light client objects in SSZ: whatever is read can be written again as the
 * same bytes, whichever form it was; nothing of it makes the rules crash. */
#include <stdlib.h>

#include "codec/ssz.h"
#include "eth/light_file.h"
#include "eth/light_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void bootstrap(struct pl_arena *a, struct pl_span in,
		      const struct pl_lc_config *c, enum pl_lc_fork f)
{
	struct pl_lc_bootstrap *b = PL_NEW(a, struct pl_lc_bootstrap);
	struct pl_lc_store *s;
	const char *failed;
	struct pl_hash32 root;
	struct pl_buf out;
	struct pl_err e;

	if (pl_lc_bootstrap_decode(b, in, c->preset, f, &e))
		return;
	pl_buf_init(&out, a);
	pl_lc_bootstrap_encode(&out, b, c->preset, f);
	need(pl_span_equal(pl_buf_span(&out), in));
	s = PL_NEW(a, struct pl_lc_store);
	pl_lc_beacon_root(&root, &b->header.beacon);
	(void)!pl_lc_store_init(s, c, &root, b, &failed, &e);
}

static void update(struct pl_arena *a, struct pl_span in, enum pl_lc_kind k,
		   const struct pl_lc_config *c, enum pl_lc_fork f)
{
	struct pl_lc_update *u = PL_NEW(a, struct pl_lc_update);
	struct pl_lc_store *s;
	const char *failed = NULL;
	struct pl_buf out;
	struct pl_err e;

	if (pl_lc_update_decode(u, k, in, c->preset, f, &e))
		return;
	pl_buf_init(&out, a);
	pl_lc_update_encode(&out, u, c->preset, f);
	need(pl_span_equal(pl_buf_span(&out), in));
	s = PL_NEW(a, struct pl_lc_store);
	s->config = c;
	/* a store without a committee: nothing can hold */
	need(pl_lc_process(s, u, UINT64_MAX, &failed, &e) && failed);
}

/* First byte: what it is to be; the rest: its bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "minimal", "ethereum" };
	const struct pl_lc_config *c;
	enum pl_lc_kind kind;
	enum pl_lc_fork f, guess;
	struct pl_arena *a;
	struct pl_span in;
	struct pl_err e;
	size_t count;

	if (!n)
		return 0;
	kind = (enum pl_lc_kind)(p[0] & 3);
	f = (enum pl_lc_fork)(PL_LC_ALTAIR + (p[0] >> 2 & 7) % 7);
	c = pl_lc_config_named(names[p[0] >> 7]);
	in = (struct pl_span){ p + 1, n - 1 };
	a = pl_arena_open(0);
	(void)!pl_lc_fork_guess(&guess, kind, in, c, &e);
	if (kind == PL_LC_BOOTSTRAP)
		bootstrap(a, in, c, f);
	else
		update(a, in, kind, c, f);
	if (!pl_ssz_var_list(&count, in, 100, "list", &e))
		for (size_t i = 0; i < count; i++)
			need(pl_ssz_var_item(in, count, i).n <= in.n);
	pl_arena_close(a);
	return 0;
}
