/* Calls precompiled contracts: a line "NUMBER FORK INPUT" on stdin (the fork
 * by plume's name, the input as 0x and digits) gives a line "GAS OUTPUT" or
 * "GAS fail" on stdout. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "evm/precompile.h"

static enum pl_fork fork_named(const char *name)
{
	for (unsigned f = 0; f < PL_FORKS; f++)
		if (!strcmp(name, pl_fork_name((enum pl_fork)f)))
			return (enum pl_fork)f;
	(void)fprintf(stderr, "precompile: no fork %s\n", name);
	exit(2);
}

static void answer(struct pl_arena *a, unsigned index, enum pl_fork fork,
		   struct pl_span in)
{
	uint64_t gas = pl_precompile_gas(index, fork, in);
	struct pl_span out;
	char *text;

	if (gas > 1000000000 || !pl_precompile_run(&out, a, index, fork, in)) {
		printf("%" PRIu64 " fail\n", gas);
		return;
	}
	text = pl_alloc(a, 2 * out.n + 1);
	pl_hex_put(text, out);
	printf("%" PRIu64 " 0x%s\n", gas, text);
}

int main(void)
{
	struct pl_arena *a = pl_arena_open(0);
	char *line = NULL, name[32];
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		struct pl_err e;
		struct pl_span in;
		unsigned index;
		char *hex = strstr(line, " 0x");

		if (!hex || sscanf(line, "%u %31s", &index, name) != 2)
			return 2;
		hex++;
		n -= hex - line;
		n -= n && hex[n - 1] == '\n';
		if (pl_hex_bytes(a, &in, hex, (size_t)n, &e))
			return 2;
		answer(a, index, fork_named(name), in);
		pl_arena_reset(a);
	}
	free(line);
	pl_arena_close(a);
	return 0;
}
