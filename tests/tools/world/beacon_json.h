/* Members of a JSON object, each after a comma where one is due. */
#ifndef PL_TESTS_WORLD_BEACON_JSON_H
#define PL_TESTS_WORLD_BEACON_JSON_H

#include "base/buf.h"
#include "eth/light.h"

void world_lc_name(struct pl_buf *o, const char *s);
void world_lc_bytes(struct pl_buf *o, const char *s, const void *p, size_t n);
void world_lc_number(struct pl_buf *o, const char *s, uint64_t v);

#endif
