#include "cmd/index/open.h"

#include <unistd.h>

#include "base/file.h"

enum pl_rc pl_open_index(struct pl_ctx *c, struct pl_index **out,
			 unsigned flags, struct pl_err *e)
{
	const char *path, *slash;

	PL_TRY(pl_ctx_store_path(c, &path, e));
	slash = strrchr(path, '/');
	if (pl_index_is_remote(path))
		slash = NULL;
	if ((flags & PL_INDEX_CREATE) && slash && slash != path)
		PL_TRY(pl_dir_make(
			pl_strndup(c->arena, path, (size_t)(slash - path)),
			0777, e));
	return pl_index_open(out, path, flags, e);
}

void pl_close_index(struct pl_ctx *c, struct pl_index *ix, bool was_there)
{
	const char *path;
	struct pl_err e;

	pl_index_close(ix);
	if (c->g->dry_run && !was_there && !pl_ctx_store_path(c, &path, &e) &&
	    !pl_index_is_remote(path))
		(void)unlink(path);
}

enum pl_rc pl_open_token(struct pl_ctx *c, struct pl_index *ix,
			 struct pl_index_token *out,
			 const struct pl_addr *address, struct pl_err *e)
{
	struct pl_token_id id = { .address = *address };
	struct pl_network net;

	PL_TRY(pl_ctx_network(c, &net, e));
	id.chain = net.chain_id;
	return pl_index_token_get(c->arena, ix, out, &id, e);
}

static const uint64_t *kept(struct pl_arena *a, bool known, uint64_t v)
{
	uint64_t *p = NULL;

	if (known) {
		p = PL_NEW(a, uint64_t);
		*p = v;
	}
	return p;
}

static const int64_t *kept_time(struct pl_arena *a, bool known, int64_t v)
{
	int64_t *p = NULL;

	if (known) {
		p = PL_NEW(a, int64_t);
		*p = v;
	}
	return p;
}

enum pl_rc pl_token_row_of(struct pl_ctx *c, struct pl_index *ix,
			   struct pl_token_row *out, int64_t token,
			   struct pl_err *e)
{
	struct pl_arena *a = c->arena;
	struct pl_index_status *s = PL_NEW(a, struct pl_index_status);

	PL_TRY(pl_index_status(a, ix, s, token, e));
	*out = (struct pl_token_row){
		.chain_id = s->token.token.chain,
		.token = s->token.token.address,
		.symbol = s->token.symbol,
		.decimals = kept(a, s->token.decimals_known, s->token.decimals),
		.rows = s->rows,
		.zero_value = s->zero_rows,
		.no_log_index = s->no_log_index,
		.no_block = s->no_block,
		.no_time = s->no_time,
		.trust = s->rows ? &s->trust : NULL,
		.first_block = kept(a, s->blocks_known, s->first_block),
		.last_block = kept(a, s->blocks_known, s->last_block),
		.first_time = kept_time(a, s->times_known, s->first_time),
		.last_time = kept_time(a, s->times_known, s->last_time),
		.last_hash = s->last_hash_known ? &s->last_hash : NULL,
	};
	return PL_OK;
}
