/* A setting as the config commands print it. */
#ifndef PL_CMD_CONFIG_ROW_H
#define PL_CMD_CONFIG_ROW_H

#include "cmd/cmd.h"
#include "cmd/settings.h"

struct pl_config_row {
	const char *key, *value;
	const enum pl_origin *origin; /* NULL: not set */
	const char *source;
};
extern const struct pl_field pl_config_fields[];

/* What set and unset print: the file they changed. */
struct pl_config_change {
	const char *key, *before, *after, *file;
	bool changed;
};
extern const struct pl_field pl_config_change_fields[];
enum pl_rc pl_config_change_text(struct pl_out *o, const void *row,
				 struct pl_err *e);

/* The value of the key in one file of the settings, or NULL. */
const char *pl_config_in(struct pl_ctx *c, const char *key, int scope);

/* Write the edits to the file of the scope, unless --dry-run; then one row. */
PL_CHECKED enum pl_rc pl_config_apply(struct pl_ctx *c, int scope,
				      const struct pl_config_edit *edit,
				      struct pl_err *e);

#endif
