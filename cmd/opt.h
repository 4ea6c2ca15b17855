/* The command line: words become a command, its arguments and the global
 * options, all by the tables of cmd.h. */
#ifndef PL_CMD_OPT_H
#define PL_CMD_OPT_H

#include "cmd/cmd.h"

/* What the words of a line turned out to be. */
struct pl_line {
	const struct pl_cmd *cmd;     /* NULL: none, or a group alone */
	const struct pl_group *group; /* the group, when cmd is NULL */
	void *args;                   /* cmd's struct args, in c->arena */
};

/* Reads a whole command line (without the program's name) into *line and *g.
 * Stops at --help, leaving g->help set and *line as far as it is known.
 * PL_EUSAGE tells which word is wrong; a name that the address book does not
 * know is PL_ENOTFOUND. */
PL_CHECKED enum pl_rc pl_line_parse(struct pl_ctx *c, struct pl_line *line,
				    struct pl_globals *g, int argc,
				    char *const *argv, struct pl_err *e);

/* The command or group that one or two words name; PL_EUSAGE with a guess
 * when there is none. */
PL_CHECKED enum pl_rc pl_line_find(struct pl_ctx *c, struct pl_line *line,
				   const struct pl_strs *words,
				   struct pl_err *e);

/* The arguments of one command: *args (zeroed, cmd->args_size bytes). */
PL_CHECKED enum pl_rc pl_opt_parse(struct pl_ctx *c, const struct pl_cmd *cmd,
				   void *args, struct pl_globals *g, int argc,
				   char *const *argv, struct pl_err *e);

/* Would this text do as a value of this kind?  Bounds where max is not 0. */
PL_CHECKED enum pl_rc pl_opt_check(struct pl_ctx *c, enum pl_kind kind,
				   uint64_t min, uint64_t max, const char *text,
				   struct pl_err *e);

/* Can the command honour this global option? */
bool pl_opt_takes(const struct pl_cmd *cmd, const struct pl_opt *global);

/* Does a field, or one inside it, carry a trust label? */
bool pl_fields_trust(const struct pl_field *f);

/* Groups and commands by name; NULL when there is none. */
const struct pl_group *pl_group_find(const char *name);
const struct pl_cmd *pl_cmd_find(const char *path);

/* The verb: what follows the group in "token mint"; "" for "version". */
const char *pl_cmd_verb(const struct pl_cmd *cmd);
bool pl_cmd_in(const struct pl_cmd *cmd, const struct pl_group *group);

/* Has it commands that are listed? */
bool pl_group_filled(const struct pl_group *g);

/* "hash", "address" …: for help, man pages and completions. */
const char *pl_kind_name(enum pl_kind kind);

#endif
