#include "cmd/config/row.h"

/* clang-format off */
#define R(m, type) PL_AT(struct pl_config_row, m, type)
const struct pl_field pl_config_fields[] = {
	{ .name = "key", .kind = PL_STR, .off = R(key, const char *),
	  .about = "name of the setting" },
	{ .name = "value", .kind = PL_STR, .off = R(value, const char *),
	  .about = "its value; null: none" },
	{ .name = "origin", .kind = PL_ENUM, .words = pl_origin_words,
	  .off = R(origin, const enum pl_origin *), .flags = PL_NULLABLE,
	  .about = "where the value comes from" },
	{ .name = "source", .kind = PL_STR, .off = R(source, const char *),
	  .about = "the file or the variable" },
	{ 0 },
};
#define C(m, type) PL_AT(struct pl_config_change, m, type)
const struct pl_field pl_config_change_fields[] = {
	{ .name = "key", .kind = PL_STR, .off = C(key, const char *),
	  .about = "name of the setting" },
	{ .name = "before", .kind = PL_STR, .off = C(before, const char *),
	  .about = "value in the file until now; null: none" },
	{ .name = "after", .kind = PL_STR, .off = C(after, const char *),
	  .about = "value from now on; null: none" },
	{ .name = "file", .kind = PL_STR, .off = C(file, const char *),
	  .about = "the settings file" },
	{ .name = "changed", .kind = PL_FLAG, .off = C(changed, bool),
	  .about = "the file was written; false with --dry-run" },
	{ 0 },
};
/* clang-format on */

enum pl_rc pl_config_change_text(struct pl_out *o, const void *row,
				 struct pl_err *e)
{
	const struct pl_config_change *r = row;
	struct pl_arena *a = pl_out_arena(o);

	(void)e;
	(void)fprintf(pl_out_file(o), "%s%s %s%s (%s)\n",
		      r->changed ? "" : "would write: ", r->key,
		      r->after ? "= " : "unset",
		      r->after ? pl_out_safe(a, r->after) : "",
		      pl_out_safe(a, r->file));
	return PL_OK;
}

const char *pl_config_in(struct pl_ctx *c, const char *key, int scope)
{
	const struct pl_config *f = &c->settings->files;
	int level = scope ? PL_REPO : PL_USER;

	for (size_t i = f->n; i-- > 0;)
		if (f->v[i].level == level && !strcmp(f->v[i].key, key))
			return f->v[i].value;
	return NULL;
}

enum pl_rc pl_config_apply(struct pl_ctx *c, int scope,
			   const struct pl_config_edit *edit, struct pl_err *e)
{
	struct pl_config_change r = {
		.key = edit->key,
		.before = pl_config_in(c, edit->key, scope),
		.after = edit->value,
		.changed = !c->g->dry_run,
	};

	PL_TRY(pl_settings_file(c, scope, &r.file, e));
	if (!edit->value && !r.before)
		return pl_fail(e, PL_ENOTFOUND, "%s does not set %s", r.file,
			       edit->key);
	if (r.changed)
		PL_TRY(pl_config_write(r.file, edit, 1, e));
	return pl_out_row(c->out, &r, e);
}
