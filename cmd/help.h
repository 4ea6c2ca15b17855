/* Help on the terminal, from the tables. */
#ifndef PL_CMD_HELP_H
#define PL_CMD_HELP_H

#include <stdio.h>

#include "cmd/cmd.h"

void pl_help_overview(struct pl_arena *a, FILE *to);
void pl_help_group(struct pl_arena *a, FILE *to, const struct pl_group *g);
void pl_help_cmd(struct pl_arena *a, FILE *to, const struct pl_cmd *cmd);

/* "plume token mint [options] TOKEN TO AMOUNT" */
char *pl_help_usage(struct pl_arena *a, const struct pl_cmd *cmd);

/* "-o, --output FORMAT" */
char *pl_help_option(struct pl_arena *a, const struct pl_opt *o);

/* What the option means, with its words, bounds and default. */
char *pl_help_about(struct pl_arena *a, const struct pl_opt *o);

/* Words folded at `width` columns, each line after `indent` spaces; the first
 * line continues where the cursor is.  Blank lines part paragraphs; lines
 * that begin with a space stay as they are. */
void pl_help_fold(FILE *to, const char *text, unsigned indent, unsigned width);

/* What stands for an option's value in a synopsis. */
const char *pl_help_placeholder(const struct pl_opt *o);

#endif
