#include "cmd/token/dry.h"

#include <inttypes.h>
#include <string.h>

#include "cmd/light/checks.h"
#include "cmd/light/node.h"
#include "cmd/light/view.h"
#include "crypto/addr.h"
#include "sync/effects.h"
#include "sync/send.h"
#include "sync/serve.h"

/* Of an Orbit chain, what a transaction will meet is its newest state. */
static enum pl_rc open_light(struct pl_ctx *c, struct pl_light_node **out,
			     const int *level, struct pl_err *e)
{
	static const int claimed = PL_LEVEL_CLAIMED;
	struct pl_light_args args = { .orbit = { .level = level } };
	struct pl_network net;

	PL_TRY(pl_ctx_network(c, &net, e));
	if (net.parent && !level)
		args.orbit.level = &claimed;
	return pl_light_node(c, out, &args, e);
}

/* The node's own head, and the state it has proofs for. */
static enum pl_rc open_claimed(struct pl_ctx *c, struct pl_light_node **out,
			       struct pl_err *e)
{
	struct pl_view_conf conf = { .families = pl_light_families };
	struct pl_network net;

	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_ctx_rpc_of(c, &conf.rpc, &net, e));
	conf.anchors = pl_claimed_anchors(c->arena, conf.rpc);
	conf.chain_id = net.chain_id;
	return pl_light_node_of(c, out, pl_view_new(c->arena, &conf), &net, e);
}

enum pl_rc pl_dry_open(struct pl_ctx *c, struct pl_dry *out,
		       struct pl_rpc **rpc, const int *level, struct pl_err *e)
{
	*out = (struct pl_dry){ .light = pl_light_is_set_up(c) };
	if (!out->light)
		return pl_ctx_rpc(c, rpc, e);
	PL_TRY(open_light(c, &out->node, level, e));
	*rpc = out->node->rpc;
	return PL_OK;
}

enum pl_trust pl_dry_trust(const struct pl_dry *d)
{
	return d->light ? d->node->trust : PL_CLAIMED;
}

/* ---------------------------------------------------------------- running */

static enum pl_rc failed(const struct pl_exec_result *r, struct pl_err *e)
{
	return pl_fail(e, PL_EREFUSED, "it would fail: %s",
		       pl_evm_status_text(r->status));
}

static enum pl_rc run_here(struct pl_ctx *c, struct pl_dry *d,
			   const struct pl_plan *p, const struct pl_abi *abi,
			   struct pl_err *e)
{
	const struct pl_exec_call call = { .from = p->from,
					   .has_to = !p->create,
					   .to = p->to,
					   .gas = p->gas_limit,
					   .value = p->value,
					   .data = p->data };
	struct pl_effects *f = PL_NEW(c->arena, struct pl_effects);

	PL_TRY(pl_effects_run(pl_serve_exec(d->node->serve), c->arena, f, &call,
			      abi, e));
	if (f->result.status != PL_EVM_SUCCESS)
		return failed(&f->result, e);
	d->effects = f;
	d->events = pl_effects_events_json(c->arena, f);
	d->changes = pl_effects_changes_json(c->arena, f);
	d->block = pl_serve_head(d->node->serve)->header.number;
	return PL_OK;
}

enum pl_rc pl_dry_run(struct pl_ctx *c, struct pl_dry *d,
		      const struct pl_plan *plan, const struct pl_abi *abi,
		      struct pl_err *e)
{
	struct pl_err why;

	if (d->light)
		return run_here(c, d, plan, abi, e);
	pl_say(c, "no light client of this chain is set up: the node simulated "
		  "it, and is believed");
	if (open_claimed(c, &d->node, &why) || run_here(c, d, plan, abi, &why))
		pl_tell(c, "it could not be run here: %s", why.msg);
	return PL_OK;
}

void pl_dry_explain(struct pl_ctx *c, struct pl_dry *d,
		    const struct pl_addr *token, const struct pl_addr *from,
		    const struct pl_addr *to, const struct pl_u256 *amount,
		    struct pl_err *e)
{
	struct pl_err ignored;
	const char *why;

	if (e->rc != PL_EREFUSED || !d->light)
		return;
	if (!pl_effects_refusal(pl_serve_exec(d->node->serve), c->arena, &why,
				token, from, to, amount, &ignored) &&
	    why)
		(void)pl_hint(e, "asked about it, the token says: %s", why);
}

/* ------------------------------------------------------------------- text */

static void event_line(FILE *f, struct pl_arena *a,
		       const struct pl_effect_event *ev)
{
	char addr[PL_ADDR_TEXT];

	(void)fprintf(f, "  would log %s(",
		      ev->item ? ev->item->name : "an unknown event");
	for (size_t i = 0; ev->item && i < ev->args.n; i++) {
		const char *name = ev->item->in.members[i].name;

		(void)fprintf(f, "%s%s%s%s", i ? ", " : "", name,
			      *name ? " " : "",
			      pl_abi_value_text(a, &ev->args.items[i]));
	}
	pl_addr_text(addr, &ev->log->address);
	(void)fprintf(f, ") of %s\n", addr);
}

static const char *by_how_much(struct pl_arena *a,
			       const struct pl_effect_change *c)
{
	struct pl_amount d = { .decimals = c->decimals };
	const char *sign = "+";

	if (!pl_u256_sub(&d.raw, &c->after, &c->before)) {
		(void)!pl_u256_sub(&d.raw, &c->before, &c->after);
		sign = "-";
	}
	return pl_printf(a, "%s%s", sign, pl_amount_text(a, &d));
}

static void change_line(FILE *f, struct pl_arena *a,
			const struct pl_effect_change *c)
{
	const struct pl_amount before = { c->before, c->decimals };
	const struct pl_amount after = { c->after, c->decimals };
	char addr[PL_ADDR_TEXT];

	pl_addr_text(addr, &c->account);
	(void)fprintf(f, "  %s would have %s %s instead of %s (%s)\n", addr,
		      pl_amount_text(a, &after),
		      c->symbol  ? pl_out_safe(a, c->symbol)
		      : c->token ? "tokens"
				 : "coins",
		      pl_amount_text(a, &before), by_how_much(a, c));
}

void pl_dry_text(struct pl_out *o, const struct pl_effects *e)
{
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);

	if (!e)
		return;
	for (size_t i = 0; i < e->n_events; i++)
		event_line(f, a, &e->events[i]);
	for (size_t i = 0; i < e->n_changes; i++)
		change_line(f, a, &e->changes[i]);
	if (e->more)
		(void)fprintf(f, "  and more balances, not followed\n");
	if (!e->n_events && !e->n_changes)
		(void)fprintf(f, "  would log nothing and move nothing\n");
}
