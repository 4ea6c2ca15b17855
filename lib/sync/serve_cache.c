/* A ring of entries, and a table of chains into it.  Entries are written one
 * behind another and given up in the same order, so nothing is ever moved. */
#include "sync/serve_cache.h"

#include <pthread.h>

struct entry {
	uint32_t next; /* place + 1 of the next in its chain; 0: none */
	uint32_t slot;
	uint32_t key, value; /* lengths; key 0: only filling */
};

#define ALIGN sizeof(struct entry)
#define PER_SLOT 256 /* bytes of ring for each chain */

struct pl_cache {
	pthread_mutex_t lock;
	uint8_t *ring;
	size_t size;
	size_t head, tail; /* next to write, oldest */
	size_t used;
	uint32_t *slots;
	uint32_t n_slots; /* a power of two */
	struct pl_cache_stats stats;
};

struct pl_cache *pl_cache_new(struct pl_arena *a, size_t bytes)
{
	struct pl_cache *c = PL_NEW(a, struct pl_cache);

	c->size = bytes / ALIGN * ALIGN;
	c->n_slots = 64;
	while (c->n_slots < bytes / PER_SLOT)
		c->n_slots *= 2;
	c->ring = pl_alloc(a, c->size);
	c->slots = PL_NEW_N(a, uint32_t, c->n_slots);
	(void)pthread_mutex_init(&c->lock, NULL);
	return c;
}

void pl_cache_close(struct pl_cache *c)
{
	if (c)
		(void)pthread_mutex_destroy(&c->lock);
}

/* FNV-1a: keys are hashes and addresses, chosen by the local user at most. */
static uint32_t slot_of(const struct pl_cache *c, struct pl_span key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ key.p[i]) * 0x100000001b3u;
	return (uint32_t)(h >> 32 ^ h) & (c->n_slots - 1);
}

static struct entry *at(const struct pl_cache *c, size_t place)
{
	return (struct entry *)(void *)(c->ring + place);
}

static size_t room_of(size_t key, size_t value)
{
	return (sizeof(struct entry) + key + value + ALIGN - 1) / ALIGN * ALIGN;
}

static uint8_t *bytes_of(struct entry *t)
{
	return (uint8_t *)(t + 1);
}

static struct entry *find(const struct pl_cache *c, struct pl_span key)
{
	uint32_t place = c->slots[slot_of(c, key)];

	while (place) {
		struct entry *t = at(c, (size_t)(place - 1) * ALIGN);

		if (t->key == key.n && !memcmp(bytes_of(t), key.p, key.n))
			return t;
		place = t->next;
	}
	return NULL;
}

bool pl_cache_get(struct pl_cache *c, struct pl_arena *a, struct pl_span *value,
		  struct pl_span key)
{
	struct entry *t;

	(void)pthread_mutex_lock(&c->lock);
	t = find(c, key);
	if (t)
		*value = pl_span_dup(
			a, (struct pl_span){ bytes_of(t) + t->key, t->value });
	c->stats.hits += t != NULL;
	c->stats.misses += !t;
	(void)pthread_mutex_unlock(&c->lock);
	return t != NULL;
}

/* Take the oldest entry out of its chain and give its room back. */
static void drop_oldest(struct pl_cache *c)
{
	struct entry *t = at(c, c->tail);
	const uint32_t me = (uint32_t)(c->tail / ALIGN) + 1;
	size_t room = room_of(t->key, t->value);

	if (t->key) {
		uint32_t *link = &c->slots[t->slot];

		while (*link != me)
			link = &at(c, (size_t)(*link - 1) * ALIGN)->next;
		*link = t->next;
		c->stats.entries--;
	}
	c->used -= room;
	c->tail += room;
	if (c->tail == c->size)
		c->tail = 0;
}

/* A run of `room` bytes at the head, in one piece. */
static struct entry *reserve(struct pl_cache *c, size_t room)
{
	struct entry *t;

	if (c->size - c->head < room) { /* fill up to the end */
		size_t rest = c->size - c->head;

		while (rest && c->size - c->used < rest)
			drop_oldest(c);
		if (rest)
			*at(c, c->head) = (struct entry){
				.value = (uint32_t)(rest - sizeof(struct entry))
			};
		c->used += rest;
		c->head = 0;
	}
	while (c->size - c->used < room)
		drop_oldest(c);
	t = at(c, c->head);
	c->used += room;
	c->head += room;
	if (c->head == c->size)
		c->head = 0;
	return t;
}

static void put(struct pl_cache *c, size_t room, struct pl_span key,
		struct pl_span value)
{
	struct entry *t = reserve(c, room);
	uint32_t slot;

	slot = slot_of(c, key);
	*t = (struct entry){ .next = c->slots[slot],
			     .slot = slot,
			     .key = (uint32_t)key.n,
			     .value = (uint32_t)value.n };
	memcpy(bytes_of(t), key.p, key.n);
	if (value.n)
		memcpy(bytes_of(t) + key.n, value.p, value.n);
	c->slots[slot] =
		(uint32_t)((size_t)((uint8_t *)t - c->ring) / ALIGN) + 1;
	c->stats.entries++;
}

void pl_cache_put(struct pl_cache *c, struct pl_span key, struct pl_span value)
{
	size_t room = room_of(key.n, value.n);

	if (!key.n || room > c->size / 4)
		return;
	(void)pthread_mutex_lock(&c->lock);
	if (!find(c, key))
		put(c, room, key, value);
	(void)pthread_mutex_unlock(&c->lock);
}

struct pl_cache_stats pl_cache_stats(struct pl_cache *c)
{
	struct pl_cache_stats s;

	(void)pthread_mutex_lock(&c->lock);
	s = c->stats;
	s.bytes = c->used;
	(void)pthread_mutex_unlock(&c->lock);
	return s;
}
