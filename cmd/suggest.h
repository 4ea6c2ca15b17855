/* "did you mean": the word nearest to a mistyped one. */
#ifndef PL_CMD_SUGGEST_H
#define PL_CMD_SUGGEST_H

#include <stddef.h>

/* Letters to add, drop, change or swap with their neighbour to get from a to
 * b (optimal string alignment).  Words over 63 letters are infinitely far. */
size_t pl_distance(const char *a, const char *b);

/* Keeps the nearest of the words it is shown. */
struct pl_suggest {
	const char *word; /* what was typed */
	const char *best; /* NULL: nothing is near */
	size_t distance;
};

struct pl_suggest pl_suggest_for(const char *word);
void pl_suggest_try(struct pl_suggest *s, const char *candidate);

#endif
