#include "cmd/record/anchors.h"

#include <inttypes.h>

#include "base/file.h"
#include "record/record.h"

const char *pl_anchors_name(struct pl_arena *a, const struct pl_anchor *x)
{
	return pl_printf(a, "%" PRIu64 "-%s.json", x->chain_id,
			 pl_record_name(a, &x->root));
}

static bool is_batch(const char *name)
{
	size_t n = strlen(name);

	return n > 70 && !strcmp(name + n - 5, ".json") &&
	       strspn(name, "0123456789") == n - 70 && name[n - 70] == '-';
}

static enum pl_rc read_one(struct pl_ctx *c, struct pl_anchor *out,
			   const char *dir, const char *name, struct pl_err *e)
{
	const char *path = pl_printf(c->arena, "%s/%s", dir, name);
	struct pl_span text;

	PL_TRY(pl_file_read(c->arena, &text, path, PL_MAX_ANCHOR_FILE, e));
	if (pl_anchor_get(c->arena, out, text, e))
		return pl_note(e, "%s", path);
	if (strcmp(pl_anchors_name(c->arena, out), name) != 0)
		return pl_fail(e, PL_EPROOF, "%s holds another batch", path);
	return PL_OK;
}

enum pl_rc pl_anchors_read(struct pl_ctx *c, struct pl_anchor **out, size_t *n,
			   const char *records, uint64_t chain,
			   struct pl_err *e)
{
	const char *dir = pl_printf(c->arena, "%s/anchors", records);
	size_t files, count = 0;
	struct pl_anchor *v;
	char **names;
	enum pl_rc rc = pl_dir_list(c->arena, &names, &files, dir, e);

	if (rc && rc != PL_ENOTFOUND)
		return rc;
	if (rc)
		files = 0;
	v = PL_NEW_N(c->arena, struct pl_anchor, files);
	for (size_t i = 0; i < files; i++) {
		if (!is_batch(names[i]))
			continue;
		PL_TRY(read_one(c, &v[count], dir, names[i], e));
		if (!chain || v[count].chain_id == chain)
			count++;
	}
	*out = v;
	*n = count;
	return PL_OK;
}

enum pl_rc pl_anchors_write(struct pl_ctx *c, const char *records,
			    const struct pl_anchor *x, struct pl_err *e)
{
	const char *dir = pl_printf(c->arena, "%s/anchors", records);
	struct pl_buf b;

	pl_buf_init(&b, c->arena);
	PL_TRY(pl_anchor_put(&b, x, e));
	PL_TRY(pl_dir_make(dir, 0755, e));
	return pl_file_write(
		pl_printf(c->arena, "%s/%s", dir, pl_anchors_name(c->arena, x)),
		pl_buf_span(&b), 0644, e);
}
