/* Methods that run code: eth_call, eth_estimateGas, eth_createAccessList, here
 * and over proven state.  Errors are those of geth: 3 with the data where the
 * code reverted, -32000 for what else may happen to it. */
#include <inttypes.h>

#include "codec/abi.h"
#include "sync/exec_json.h"
#include "sync/serve_impl.h"

#define RPC_REVERTED 3

/* What a caller has the state or the block be instead is his own premise: the
 * answer is as proven as all that he left as it is. */
static enum pl_rc overrides(struct serve_call *c, struct pl_exec *x,
			    struct pl_exec_call *call, struct pl_err *e)
{
	struct pl_evm_block *block = PL_NEW(c->a, struct pl_evm_block);

	*block = *pl_exec_block(x);
	if (pl_overrides_read(c->a, &call->overrides, pl_json_at(c->params, 2),
			      e) ||
	    pl_override_block(block, pl_json_at(c->params, 3), e))
		return serve_bad(c, e);
	call->block = block;
	return PL_OK;
}

/* The parent chain's part of the gas is its nodes' own reckoning. */
static enum pl_rc gas_is_known(struct serve_call *c, const struct pl_viewed *at,
			       struct pl_err *e)
{
	if (c->s->conf.execution_gas ||
	    !pl_view_is_nitro(c->seat->view, &at->header))
		return PL_OK;
	c->code = RPC_UNSUPPORTED;
	return pl_fail(e, PL_EREFUSED,
		       "what the parent chain's data costs on this chain is "
		       "no part of its proven state");
}

static enum pl_rc begin(struct serve_call *c, struct pl_exec **x,
			struct pl_exec_call *call, struct pl_viewed *at,
			struct pl_err *e)
{
	struct pl_view *view = c->seat->view;

	/* running code may take long, too: no work for the loop */
	if (c->seat == &c->s->quick) {
		serve_node_mark(c->seat->node);
		return pl_fail(e, PL_ENET, "a worker does this");
	}
	if (pl_exec_call_read(c->a, call, pl_json_at(c->params, 0),
			      pl_view_chain_id(view), e))
		return serve_bad(c, e);
	PL_TRY(serve_header_param(c, at, 1, e));
	*x = serve_exec(&c->seat->execs, view, at);
	return overrides(c, *x, call, e);
}

/* Why nothing was run. */
static enum pl_rc not_run(struct serve_call *c, struct pl_exec *x,
			  enum pl_rc rc)
{
	if (rc == PL_EREFUSED)
		c->code = pl_remote_beyond(pl_exec_remote(x)) ? RPC_UNSUPPORTED
							      : RPC_SERVER;
	return rc;
}

/* The reason that geth would name beside the data. */
static const char *reason(struct serve_call *c, struct pl_span data)
{
	static const uint8_t known[2][4] = { { 0x08, 0xc3, 0x79, 0xa0 },
					     { 0x4e, 0x48, 0x7b, 0x71 } };

	for (size_t i = 0; i < 2; i++)
		if (data.n >= 4 && !memcmp(data.p, known[i], 4))
			return pl_printf(c->a, "execution reverted: %s",
					 pl_abi_revert_text(c->a, NULL, data));
	return "execution reverted";
}

static enum pl_rc failed(struct serve_call *c, const struct pl_exec_result *r,
			 struct pl_err *e)
{
	if (r->status != PL_EVM_REVERT) {
		c->code = RPC_SERVER;
		return pl_fail(e, PL_EREFUSED, "%s",
			       pl_evm_status_text(r->status));
	}
	c->code = RPC_REVERTED;
	c->data = r->output;
	if (!c->data.p)
		c->data.p = (const uint8_t *)"";
	return pl_fail(e, PL_EREFUSED, "%s", reason(c, r->output));
}

enum pl_rc serve_call_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_exec_call call = { .has_to = false };
	struct pl_exec_result r;
	struct pl_viewed at;
	struct pl_exec *x;
	enum pl_rc rc;

	PL_TRY(begin(c, &x, &call, &at, e));
	rc = pl_exec_run(x, c->a, &r, &call, e);
	if (rc)
		return not_run(c, x, rc);
	if (r.status != PL_EVM_SUCCESS)
		return failed(c, &r, e);
	pl_jout_data(c->w, SERVE_KEY, r.output);
	return PL_OK;
}

enum pl_rc serve_estimate_gas_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_exec_call call = { .has_to = false };
	struct pl_exec_result r;
	struct pl_viewed at;
	struct pl_exec *x;
	uint64_t gas;
	enum pl_rc rc;

	PL_TRY(begin(c, &x, &call, &at, e));
	PL_TRY(gas_is_known(c, &at, e));
	rc = pl_exec_estimate(x, c->a, &gas, &r, &call, e);
	if (rc)
		return not_run(c, x, rc);
	if (r.status == PL_EVM_OUT_OF_GAS) {
		c->code = RPC_SERVER;
		return pl_fail(e, PL_EREFUSED,
			       "gas required exceeds allowance (%" PRIu64 ")",
			       r.gas_used);
	}
	if (r.status != PL_EVM_SUCCESS)
		return failed(c, &r, e);
	pl_jout_u64(c->w, SERVE_KEY, gas);
	return PL_OK;
}

enum pl_rc serve_access_list_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_exec_call call = { .has_to = false };
	const struct pl_exec_access *list;
	struct pl_exec_result r;
	struct pl_viewed at;
	struct pl_exec *x;
	enum pl_rc rc;
	size_t n;

	PL_TRY(begin(c, &x, &call, &at, e));
	PL_TRY(gas_is_known(c, &at, e));
	rc = pl_exec_list(x, c->a, &list, &n, &r, &call, e);
	if (rc)
		return not_run(c, x, rc);
	pl_jout_open(c->w, SERVE_KEY, '{');
	pl_exec_list_out(c->w, "accessList", list, n);
	if (r.status != PL_EVM_SUCCESS)
		pl_jout_str(c->w, "error",
			    r.status == PL_EVM_REVERT
				    ? "execution reverted"
				    : pl_evm_status_text(r.status));
	pl_jout_u64(c->w, "gasUsed", r.gas_used);
	pl_jout_close(c->w, '}');
	return PL_OK;
}
