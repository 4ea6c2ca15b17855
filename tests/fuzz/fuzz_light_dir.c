/* The light client's file `store`, changed by somebody who knows how to make
 * its hash right: it opens or is refused, and a client that opens can be asked
 * everything.  "$B" and "$U" stand for an empty bootstrap and update in SSZ,
 * so that inputs stay short. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "sync/light.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static char dir[] = "/tmp/plume-fuzz-XXXXXX";
static char file[sizeof(dir) + 8];
static const char *empty_bootstrap, *empty_update;

static void leave(void)
{
	(void)unlink(file);
	(void)rmdir(dir);
}

static void prepare(const struct pl_lc_config *c)
{
	static struct pl_arena *a;
	struct pl_lc_bootstrap *b;
	struct pl_lc_update *u;
	struct pl_buf out;

	if (a)
		return;
	if (!mkdtemp(dir))
		abort();
	(void)snprintf(file, sizeof(file), "%s/store", dir);
	(void)atexit(leave);
	a = pl_arena_open(0);
	b = PL_NEW(a, struct pl_lc_bootstrap);
	u = PL_NEW(a, struct pl_lc_update);
	u->kind = PL_LC_UPDATE;
	pl_buf_init(&out, a);
	pl_lc_bootstrap_encode(&out, b, c->preset, PL_LC_DENEB);
	empty_bootstrap = pl_hex(a, pl_buf_span(&out));
	pl_buf_reset(&out);
	pl_lc_update_encode(&out, u, c->preset, PL_LC_DENEB);
	empty_update = pl_hex(a, pl_buf_span(&out));
}

static void expand(struct pl_buf *out, struct pl_span in)
{
	while (in.n) {
		struct pl_span one = pl_span_take(&in, 1);

		if (*one.p != '$' || !in.n) {
			pl_buf_put(out, one);
			continue;
		}
		one = pl_span_take(&in, 1);
		pl_buf_fmt(out, "%s",
			   *one.p == 'B' ? empty_bootstrap : empty_update);
	}
}

static void write_store(struct pl_arena *a, struct pl_span in)
{
	struct pl_hash32 h;
	struct pl_buf b;
	FILE *f;

	pl_buf_init(&b, a);
	expand(&b, in);
	h = pl_keccak256(pl_buf_span(&b));
	pl_buf_fmt(&b, "\n%s\n", pl_hex(a, pl_hash32_span(&h)) + 2);
	f = fopen(file, "w");
	if (!f || fwrite(b.p, 1, b.n, f) != b.n || fclose(f))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct pl_lc_config *c = pl_lc_config_named("minimal");
	const struct pl_lc_object *objects;
	struct pl_light_about about;
	struct pl_arena *a;
	struct pl_light *l;
	struct pl_err e;
	size_t count;

	prepare(c);
	a = pl_arena_open(0);
	write_store(a, (struct pl_span){ p, n });
	if (!pl_light_open(a, &l, dir, c, &e)) {
		pl_light_about(l, &about);
		/* none of the files is there */
		if (about.objects &&
		    !pl_light_evidence(l, a, &objects, &count, &e))
			abort();
	} else if (e.rc != PL_ESTORE && e.rc != PL_EUSAGE) {
		abort();
	}
	pl_arena_close(a);
	return 0;
}
