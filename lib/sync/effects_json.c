/* Effects as JSON: amounts as decimal strings, in the units of their token. */
#include "codec/json_out.h"
#include "sync/effects.h"

static void address(struct pl_jout *w, const char *key,
		    const struct pl_addr *addr)
{
	struct pl_abi_value v = pl_abi_addr(addr);

	pl_abi_value_out(w, key, &v);
}

static void args(struct pl_jout *w, const struct pl_effect_event *ev)
{
	pl_jout_open(w, "args", '[');
	for (size_t i = 0; i < ev->args.n; i++) {
		pl_jout_open(w, NULL, '{');
		pl_jout_str(w, "name", ev->item->in.members[i].name);
		pl_abi_value_out(w, "value", &ev->args.items[i]);
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
}

static void unknown(struct pl_jout *w, const struct pl_log *l)
{
	pl_jout_null(w, "event");
	pl_jout_open(w, "topics", '[');
	for (size_t i = 0; i < l->n_topics; i++)
		pl_jout_hash(w, NULL, &l->topics[i]);
	pl_jout_close(w, ']');
	pl_jout_data(w, "data", l->data);
}

struct pl_span pl_effects_events_json(struct pl_arena *a,
				      const struct pl_effects *f)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '[');
	for (size_t i = 0; i < f->n_events; i++) {
		const struct pl_effect_event *ev = &f->events[i];

		pl_jout_open(&w, NULL, '{');
		address(&w, "contract", &ev->log->address);
		if (ev->item) {
			pl_jout_str(&w, "event", ev->item->name);
			args(&w, ev);
		} else {
			unknown(&w, ev->log);
		}
		pl_jout_close(&w, '}');
	}
	pl_jout_close(&w, ']');
	return pl_buf_span(&b);
}

static void amount(struct pl_jout *w, const char *key, const struct pl_u256 *v,
		   uint8_t decimals)
{
	const struct pl_amount is = { *v, decimals };

	pl_jout_str(w, key, pl_amount_text(w->b->a, &is));
}

struct pl_span pl_effects_changes_json(struct pl_arena *a,
				       const struct pl_effects *f)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '[');
	for (size_t i = 0; i < f->n_changes; i++) {
		const struct pl_effect_change *c = &f->changes[i];

		pl_jout_open(&w, NULL, '{');
		address(&w, "account", &c->account);
		if (c->token)
			address(&w, "token", c->token);
		else
			pl_jout_null(&w, "token");
		if (c->symbol)
			pl_jout_str(&w, "symbol", c->symbol);
		amount(&w, "before", &c->before, c->decimals);
		amount(&w, "after", &c->after, c->decimals);
		pl_jout_int(&w, "decimals", c->decimals);
		pl_jout_close(&w, '}');
	}
	pl_jout_close(&w, ']');
	return pl_buf_span(&b);
}
