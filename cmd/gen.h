/* Everything that is written from the tables: man pages, completions.  The
 * same bytes on every machine. */
#ifndef PL_CMD_GEN_H
#define PL_CMD_GEN_H

#include "cmd/cmd.h"

/* gen_man.c: plume.1, plume-GROUP-VERB.1, plume-config.5 */
void pl_gen_man_main(struct pl_buf *b);
void pl_gen_man_cmd(struct pl_buf *b, const struct pl_cmd *cmd);
void pl_gen_man_config(struct pl_buf *b);

/* gen_sh.c */
extern const char *const pl_shell_words[]; /* "bash", "zsh", "fish", NULL */
void pl_gen_completion(struct pl_buf *b, int shell);

/* What stands after an option, for completion: "file", "dir", "network",
 * "address", "words" (.words holds them), another word that __complete knows,
 * or "" for nothing to offer. */
const char *pl_gen_offer(const struct pl_opt *o);

#endif
