#include "cmd/suggest.h"

#include <stdint.h>
#include <string.h>

#define MAX 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t pl_distance(const char *a, const char *b)
{
	size_t rows[3][MAX + 1], *before = rows[0], *prev = rows[1],
				 *now = rows[2];
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX || m > MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		prev[j] = before[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *t = before;

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			now[j] = least(least(prev[j], now[j - 1]) + 1,
				       prev[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = prev;
		prev = now;
		now = t;
	}
	return prev[m];
}

struct pl_suggest pl_suggest_for(const char *word)
{
	/* one mistake in three letters is a slip, more is another word */
	return (struct pl_suggest){ word, NULL, (strlen(word) + 2) / 3 + 1 };
}

void pl_suggest_try(struct pl_suggest *s, const char *candidate)
{
	size_t d = pl_distance(s->word, candidate);

	/* a word typed as the beginning of another was meant for it */
	if (d >= s->distance && !s->best && strlen(s->word) >= 2 &&
	    !strncmp(s->word, candidate, strlen(s->word)))
		d = s->distance - 1;
	if (d >= s->distance || d >= strlen(candidate))
		return;
	s->best = candidate;
	s->distance = d;
}
