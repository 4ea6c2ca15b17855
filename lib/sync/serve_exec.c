#include "sync/serve_exec.h"

#include "sync/serve_impl.h"

/* Half of what one call may need is left for it. */
static bool is_full(struct pl_exec *x)
{
	const struct pl_remote_stats s = pl_remote_stats(pl_exec_remote(x));

	return s.accounts > PL_MAX_CALL_ACCOUNTS / 2 ||
	       s.slots > PL_MAX_CALL_SLOTS / 2 ||
	       s.code_bytes > PL_MAX_CALL_CODE / 2 ||
	       s.trips > PL_MAX_CALL_TRIPS / 2;
}

static bool is_of(struct pl_exec *x, const struct pl_viewed *at)
{
	return pl_hash32_equal(&pl_remote_at(pl_exec_remote(x))->header.hash,
			       &at->header.hash);
}

struct pl_exec *serve_exec(struct serve_execs *all, struct pl_view *view,
			   const struct pl_viewed *at)
{
	size_t old = 0;

	all->clock++;
	for (size_t i = 0; i < SERVE_EXECS; i++) {
		if (all->v[i].x && is_of(all->v[i].x, at)) {
			old = i;
			if (is_full(all->v[i].x))
				break;
			all->v[i].used = all->clock;
			return all->v[i].x;
		}
		if (all->v[i].used < all->v[old].used)
			old = i;
	}
	pl_exec_close(all->v[old].x);
	all->v[old].x = pl_exec_open(view, at);
	all->v[old].used = all->clock;
	return all->v[old].x;
}

void serve_execs_close(struct serve_execs *all)
{
	for (size_t i = 0; i < SERVE_EXECS; i++) {
		pl_exec_close(all->v[i].x);
		all->v[i].x = NULL;
	}
}

struct pl_exec *pl_serve_exec(struct pl_serve *s)
{
	struct serve_seat *seat = &s->seat[0];

	return serve_exec(&seat->execs, seat->view, pl_serve_head(s));
}
