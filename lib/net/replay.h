/* A node that is a file: recorded exchanges, answered strictly.  For tests
 * and for looking again at what a node once said.  The file is JSON lines,
 * {"method":…,"params":[…],"result":…} or with "error" in place of "result";
 * {"method":"GET","params":["/eth/…"],"result":…} for what is asked by GET;
 * "status" and "body" (text) give a raw HTTP answer instead.  A call that was
 * recorded several times gets its answers in order, the last one for ever; a
 * call that was not recorded is PL_ENOTFOUND and named. */
#ifndef PL_NET_REPLAY_H
#define PL_NET_REPLAY_H

#include "net/transport.h"

/* Reads the file whole into the arena, where the transport lives too. */
PL_CHECKED enum pl_rc pl_replay_open(struct pl_arena *a,
				     struct pl_transport **out,
				     const char *path, struct pl_err *e);

/* The same from lines that are there already (and stay).  Those that say they
 * are of another "chain" are passed over; 0: all are meant. */
PL_CHECKED enum pl_rc pl_replay_lines(struct pl_arena *a,
				      struct pl_transport **out,
				      struct pl_span lines, uint64_t chain,
				      struct pl_err *e);

#endif
