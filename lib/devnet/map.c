#include "devnet/map.h"

/* Keys are hashes: any of their bytes spread evenly.  Open addressing, at most
 * three quarters full. */
static size_t home(const struct pl_map *m, const struct pl_hash32 *key)
{
	size_t x;

	memcpy(&x, key->b, sizeof(x));
	return x & (m->cap - 1);
}

/* Where the key is, or the free place it would go to. */
static size_t place(const struct pl_map *m, const struct pl_hash32 *key)
{
	size_t i = home(m, key);

	while (m->v[i].value && !pl_hash32_equal(&m->v[i].key, key))
		i = (i + 1) & (m->cap - 1);
	return i;
}

static void widen(struct pl_map *m)
{
	const struct pl_map was = *m;

	m->cap = was.cap ? 2 * was.cap : 64;
	m->v = PL_NEW_N(m->a, struct pl_map_entry, m->cap);
	for (size_t i = 0; i < was.cap; i++)
		if (was.v[i].value)
			m->v[place(m, &was.v[i].key)] = was.v[i];
}

void pl_map_put(struct pl_map *m, const struct pl_hash32 *key, uint64_t value)
{
	size_t i;

	if (4 * (m->n + 1) > 3 * m->cap)
		widen(m);
	i = place(m, key);
	m->n += !m->v[i].value;
	m->v[i] = (struct pl_map_entry){ *key, value + 1 };
}

bool pl_map_get(const struct pl_map *m, uint64_t *value,
		const struct pl_hash32 *key)
{
	size_t i;

	if (!m->cap)
		return false;
	i = place(m, key);
	if (!m->v[i].value)
		return false;
	*value = m->v[i].value - 1;
	return true;
}

/* Whoever would not be found past the hole moves into it. */
void pl_map_take(struct pl_map *m, const struct pl_hash32 *key)
{
	size_t hole, i;

	if (!m->cap)
		return;
	hole = place(m, key);
	if (!m->v[hole].value)
		return;
	for (i = (hole + 1) & (m->cap - 1); m->v[i].value;
	     i = (i + 1) & (m->cap - 1)) {
		const size_t want = home(m, &m->v[i].key);

		if (((i - want) & (m->cap - 1)) < ((i - hole) & (m->cap - 1)))
			continue;
		m->v[hole] = m->v[i];
		hole = i;
	}
	m->v[hole].value = 0;
	m->n--;
}
