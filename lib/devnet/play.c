#include "devnet/play.h"

#include <string.h>

#include "base/time.h"
#include "devnet/dev_db.h"

#define CHILD "/child"

static uint64_t now(void)
{
	return (uint64_t)pl_time_now();
}

/* The child's newest block, confirmed.  What fails is tried again with the
 * next tick. */
static void confirm(struct pl_dev_play *p)
{
	struct pl_err e;

	if (!p->child)
		return;
	pl_dev_node_lock(p->node);
	pl_dev_node_lock(p->child);
	(void)!pl_dev_child_confirm(p->link, pl_dev_node_dev(p->child),
				    p->mines, now(), &e);
	pl_dev_node_unlock(p->child);
	pl_dev_node_unlock(p->node);
}

static bool ask_beacon(struct pl_dev_play *p, struct pl_arena *a,
		       struct pl_reply *out, const struct pl_ask *ask)
{
	bool known;

	if (!p->consensus || strcmp(ask->method, "GET") != 0)
		return false;
	pl_dev_node_lock(p->node);
	known = pl_dev_consensus_get(p->consensus, pl_dev_node_dev(p->node),
				     now(), a, out, ask);
	pl_dev_node_unlock(p->node);
	return known;
}

static bool is_child(const struct pl_dev_play *p, const char *path)
{
	const size_t n = strlen(CHILD);

	return p->child && !strncmp(path, CHILD, n) &&
	       (!path[n] || path[n] == '/');
}

/* What is told has to be in the file by then. */
static enum pl_rc sync(struct pl_dev_play *p, struct pl_err *e)
{
	enum pl_rc rc;

	pl_dev_node_lock(p->node);
	rc = pl_dev_sync(pl_dev_node_dev(p->node), e);
	pl_dev_node_unlock(p->node);
	return rc;
}

static void answer(struct pl_dev_play *p, unsigned worker, struct pl_arena *a,
		   struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_err e;

	pl_dev_node_handle(p->node, worker, a, out, ask);
	if (sync(p, &e))
		*out = (struct pl_reply){
			.status = 500,
			.type = "text/plain",
			.body = pl_span_str(pl_printf(a, "%s\n", e.msg)),
		};
}

void pl_dev_play_handle(void *play, unsigned worker, struct pl_arena *a,
			struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_dev_play *p = play;
	struct pl_ask below = *ask;

	if (ask_beacon(p, a, out, ask))
		return;
	if (is_child(p, ask->path)) {
		below.path += strlen(CHILD);
		if (!*below.path)
			below.path = "/";
		pl_dev_node_handle(p->child, worker, a, out, &below);
		confirm(p);
	} else {
		answer(p, worker, a, out, ask);
	}
	out->body = pl_dev_lie(p->lie, a, ask->body, out->body);
}

void pl_dev_play_tick(void *play)
{
	struct pl_dev_play *p = play;
	struct pl_err e;

	pl_dev_node_tick(p->node);
	(void)!sync(p, &e); /* whoever asks next is told what is wrong */
	if (p->child)
		pl_dev_node_tick(p->child);
	confirm(p);
	if (!p->consensus)
		return;
	pl_dev_node_lock(p->node);
	pl_dev_consensus_tick(p->consensus, pl_dev_node_dev(p->node), now());
	pl_dev_node_unlock(p->node);
}

void pl_dev_play_gone(void *play, uint64_t socket)
{
	struct pl_dev_play *p = play;

	pl_dev_node_gone(p->node, socket);
	if (p->child)
		pl_dev_node_gone(p->child, socket);
}
