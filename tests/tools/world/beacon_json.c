/* What a beacon node says to a light client, in JSON. */
#include "beacon_json.h"

#include "world.h"

void world_lc_name(struct pl_buf *o, const char *s)
{
	if (o->p[o->n - 1] != '{')
		pl_buf_byte(o, ',');
	pl_buf_fmt(o, "\"%s\":", s);
}

void world_lc_bytes(struct pl_buf *o, const char *s, const void *p, size_t n)
{
	world_lc_name(o, s);
	world_hex(o, (struct pl_span){ p, n });
}

void world_lc_number(struct pl_buf *o, const char *s, uint64_t v)
{
	world_lc_name(o, s);
	pl_buf_fmt(o, "\"%llu\"", (unsigned long long)v);
}
