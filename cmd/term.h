/* The terminal: is a person there, how wide is it, may it be coloured. */
#ifndef PL_CMD_TERM_H
#define PL_CMD_TERM_H

#include "cmd/cmd.h"

/* Fills tty_in, tty_err, width and utf8 of the context. */
void pl_term_init(struct pl_ctx *c);

/* fd is a terminal that shows colours, and nobody asked for none. */
bool pl_term_color(int fd, bool refused);

#endif
