#include "cmd/devnet_fork.h"

#include <string.h>

#include "cmd/light/checks.h"
#include "sync/view.h"

struct fork {
	struct pl_dev_remote base;
	struct pl_view *view;
	struct pl_viewed at;
};

static void copy(struct pl_arena *a, struct pl_span **out, size_t *n,
		 const struct pl_span *nodes, size_t n_nodes)
{
	struct pl_span *v = PL_NEW_N(a, struct pl_span, n_nodes);

	if (n_nodes)
		memcpy(v, nodes, n_nodes * sizeof(*v));
	*out = v;
	*n = n_nodes;
}

static enum pl_rc prove(struct pl_dev_remote *x, struct pl_arena *a,
			const struct pl_addr *addr,
			const struct pl_hash32 *slot, struct pl_span **account,
			size_t *n_account, struct pl_span **storage,
			size_t *n_storage, struct pl_err *e)
{
	struct fork *f = (struct fork *)x;
	struct pl_node_proof p;
	bool exists;

	PL_TRY(pl_view_account(f->view, a, &p, &exists, &f->at.header, addr,
			       slot, slot ? 1 : 0, e));
	copy(a, account, n_account, p.nodes, p.n_nodes);
	copy(a, storage, n_storage, slot ? p.slots[0].nodes : NULL,
	     slot ? p.slots[0].n_nodes : 0);
	return PL_OK;
}

static enum pl_rc code_at(struct fork *f, struct pl_arena *a,
			  struct pl_span *out, const struct pl_addr *addr,
			  struct pl_err *e)
{
	const struct pl_header *at = &f->at.header;
	struct pl_node_proof p;
	bool exists;

	PL_TRY(pl_view_account(f->view, a, &p, &exists, at, addr, NULL, 0, e));
	return pl_view_code(f->view, a, out, at, addr, &p.account.code_hash, e);
}

static enum pl_rc code(struct pl_dev_remote *x, struct pl_arena *a,
		       struct pl_span *out, const struct pl_addr *addr,
		       struct pl_err *e)
{
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_span bytes;
	enum pl_rc rc = code_at((struct fork *)x, scratch, &bytes, addr, e);

	if (!rc)
		*out = pl_span_dup(a, bytes);
	pl_arena_close(scratch);
	return rc;
}

static enum pl_rc block_hash(struct pl_dev_remote *x, struct pl_hash32 *out,
			     uint64_t number, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = number };
	struct pl_arena *scratch = pl_arena_open(0);
	struct pl_viewed at;
	enum pl_rc rc =
		pl_view_header(((struct fork *)x)->view, scratch, &at, &ref, e);

	if (!rc)
		*out = at.header.hash;
	pl_arena_close(scratch);
	return rc;
}

static enum pl_rc open_view(struct pl_ctx *c, struct pl_view **out,
			    const char *url, struct pl_err *e)
{
	const struct pl_rpc_conf rpc = { .url = url };
	struct pl_view_conf conf = { .families = pl_light_families };
	struct pl_transport *t;

	PL_TRY(pl_ctx_dial(c, &t, url, "devnet", e));
	conf.rpc = pl_rpc_new(c->arena, t, &rpc);
	PL_TRY(pl_rpc_chain_id(conf.rpc, &conf.chain_id, e));
	conf.anchors = pl_claimed_anchors(c->arena, conf.rpc);
	*out = pl_view_new(c->arena, &conf);
	return PL_OK;
}

enum pl_rc pl_devnet_fork(struct pl_ctx *c, struct pl_dev_conf *conf,
			  const char *url, const char *block, struct pl_err *e)
{
	struct fork *f = PL_NEW(c->arena, struct fork);
	struct pl_block_ref ref;

	if (pl_block_ref_parse(&ref, block, e)) {
		e->rc = PL_EUSAGE;
		return pl_note(e, "--fork-block");
	}
	f->base = (struct pl_dev_remote){ prove, code, block_hash };
	if (open_view(c, &f->view, url, e) ||
	    pl_view_header(f->view, c->arena, &f->at, &ref, e))
		return pl_note(e, "--fork-url");
	conf->parent = &f->at.header;
	conf->remote = &f->base;
	return PL_OK;
}
