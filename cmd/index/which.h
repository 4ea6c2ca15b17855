/* Which rows of the index a command writes: the options of `index export` and
 * `index events`, and what they ask of the index. */
#ifndef PL_CMD_INDEX_WHICH_H
#define PL_CMD_INDEX_WHICH_H

#include "cmd/index/open.h"

/* A member `which` of the command's arguments t. */
struct pl_which {
	struct pl_addr token;
	const uint64_t *from_block, *to_block;
	const int64_t *from, *to;
};

/* clang-format off */
#define PL_WHICH_TOKEN(t)                                                      \
	{ .name = "token", .letter = 't', .kind = PL_ADDR,                     \
	  .off = PL_AT(t, which.token, struct pl_addr), .arg = "TOKEN",        \
	  .about = "address, id of the asset, or name of the address book",    \
	  .flags = PL_REQUIRED | PL_TOKEN_REF }

/* rows: what they are, in words */
#define PL_WHICH_RANGE(t, rows)                                                \
	{ .name = "from-block", .kind = PL_UINT,                               \
	  .off = PL_AT(t, which.from_block, const uint64_t *), .arg = "N",     \
	  .about = "first block", .flags = PL_GIVEN },                         \
	{ .name = "to-block", .kind = PL_UINT,                                 \
	  .off = PL_AT(t, which.to_block, const uint64_t *), .arg = "N",       \
	  .about = "last block", .flags = PL_GIVEN },                          \
	{ .name = "from", .kind = PL_TIME,                                     \
	  .off = PL_AT(t, which.from, const int64_t *), .arg = "TIME",         \
	  .about = rows " of this time and later", .flags = PL_GIVEN },        \
	{ .name = "to", .kind = PL_TIME,                                       \
	  .off = PL_AT(t, which.to, const int64_t *), .arg = "TIME",           \
	  .about = rows " before this time", .flags = PL_GIVEN }
/* clang-format on */

/* Members of a pl_index_query, or of a pl_event_query. */
#define PL_WHICH_QUERY(w)                                                      \
	.from_block_set = (w)->from_block,                                     \
	.from_block = (w)->from_block ? *(w)->from_block : 0,                  \
	.to_block_set = (w)->to_block,                                         \
	.to_block = (w)->to_block ? *(w)->to_block : 0,                        \
	.from_time_set = (w)->from, .from_time = (w)->from ? *(w)->from : 0,   \
	.to_time_set = (w)->to, .to_time = (w)->to ? *(w)->to : 0

#endif
