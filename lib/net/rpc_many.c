#include "net/rpc_many.h"

#include "base/limits.h"
#include "base/stop.h"
#include "base/time.h"
#include "codec/rpc_list.h"
#include "net/rpc_impl.h"

#define TURN_MS 100u
#define NS_PER_MS 1000000u

void pl_rpc_start_list(struct pl_rpc_pending *p, struct pl_rpc *r,
		       struct pl_arena *a, const char *method,
		       const char *params, size_t limit)
{
	struct pl_buf body;

	*p = (struct pl_rpc_pending){ .r = r, .a = a, .method = method };
	p->limit = limit ? limit : pl_rpc_most(method);
	p->id = r->next_id++;
	pl_buf_init(&body, a);
	pl_rpc_put_call(&body, p->id, method, params);
	p->body = pl_buf_span(&body);
}

void pl_rpc_start_batch(struct pl_rpc_pending *p, struct pl_rpc *r,
			struct pl_arena *a, struct pl_rpc_item *items, size_t n)
{
	struct pl_buf body;

	*p = (struct pl_rpc_pending){
		.r = r, .a = a, .method = items->method, .items = items, .n = n
	};
	p->id = r->next_id;
	r->next_id += n;
	pl_buf_init(&body, a);
	for (size_t i = 0; i < n; i++) {
		pl_buf_byte(&body, i ? ',' : '[');
		pl_rpc_put_call(&body, p->id + i, items[i].method,
				items[i].params);
		if (p->limit < pl_rpc_most(items[i].method))
			p->limit = pl_rpc_most(items[i].method);
	}
	pl_buf_byte(&body, ']');
	p->body = pl_buf_span(&body);
}

/* ------------------------------------------------------------ the answer */

static enum pl_rc read_tree(struct pl_rpc_pending *p,
			    const struct pl_answer *got, bool *busy,
			    struct pl_err *e)
{
	struct pl_rpc_error failed = { 0 };
	const struct pl_json *v, *result = NULL;

	PL_TRY(pl_rpc_read_body(p->a, &v, got, e));
	if (p->items) {
		for (size_t i = 0; i < p->n; i++) {
			p->items[i].result = NULL;
			p->items[i].error = (struct pl_rpc_error){ 0 };
		}
		return pl_rpc_read_batch(p->a, p->items, p->n, v, p->id, e);
	}
	PL_TRY(pl_rpc_read_answer(p->a, &result, &failed, v, p->id, e));
	if (failed.message) {
		*busy = pl_rpc_overloaded(&failed);
		return pl_rpc_refusal(&failed, p->method, e);
	}
	p->list = (struct pl_rpc_list){ .tree = result };
	return PL_OK;
}

static enum pl_rc read_answer(struct pl_rpc_pending *p,
			      const struct pl_answer *got, bool *busy,
			      struct pl_err *e)
{
	struct pl_span list;
	uint64_t id;

	if (p->items || got->status != 200 ||
	    !pl_rpc_list_find(&list, &id, got->body))
		return read_tree(p, got, busy, e);
	if (id != p->id)
		return pl_fail(e, PL_ENET,
			       "not the answer to this call: its id is %ju, "
			       "ours %ju",
			       (uintmax_t)id, (uintmax_t)p->id);
	p->list = (struct pl_rpc_list){ .text = list };
	return PL_OK;
}

/* What came of the exchange; or it is to be tried again. */
static void finish(struct pl_rpc_pending *p, enum pl_rc rc,
		   const struct pl_answer *got)
{
	uint64_t now = pl_time_mono_ns();
	struct pl_rpc *r = p->r;
	bool again, busy = false;

	p->under_way = false;
	r->under_way--;
	if (rc) {
		again = rc == PL_ENET && now - p->since < SILENCE_NS;
		p->err = p->flight.err;
	} else {
		busy = got->status == 429;
		again = busy || got->status >= 500;
		rc = read_answer(p, got, &busy, &p->err);
		if (rc)
			rc = pl_note(&p->err, "%s", r->host);
		again = again || busy;
	}
	if (busy)
		r->window = r->window > 2 ? r->window / 2 : 1;
	else if (!rc)
		r->window += 1 / r->window;
	if (rc && again && p->tries < r->conf.retries && !pl_stop_asked()) {
		p->not_before = now + (uint64_t)NS_PER_MS *
					      pl_rpc_pause_ms(r, p->tries++,
							      got->retry_after);
		return;
	}
	p->rc = rc ? pl_note(&p->err, "%s", p->method) : PL_OK;
	p->done = true;
}

/* ---------------------------------------------------------------- turning */

static void set_out(struct pl_rpc_pending *p)
{
	struct pl_request ask = { .url = p->r->conf.url,
				  .body = p->body,
				  .limit = p->limit,
				  .headers = p->r->conf.headers };

	p->under_way = true;
	p->r->under_way++;
	p->since = pl_time_mono_ns();
	p->flight = (struct pl_http_flight){ .ask = ask, .a = p->a };
	if (pl_http_is(p->r->t)) {
		pl_http_start(p->r->t, &p->flight);
		return;
	}
	p->flight.rc = pl_transport_exchange(p->r->t, p->a, &p->flight.got,
					     &ask, &p->flight.err);
	p->flight.done = true;
}

static bool may_set_out(const struct pl_rpc_pending *p, unsigned most,
			uint64_t now)
{
	unsigned room =
		p->r->window < (double)most ? (unsigned)p->r->window : most;

	return !p->done && !p->under_way && now >= p->not_before &&
	       p->r->under_way < room;
}

/* One look at all: is one done?  *wait: until when nothing is to do. */
static bool look(struct pl_rpc_pending *const *v, size_t n, unsigned most,
		 unsigned *wait)
{
	uint64_t now = pl_time_mono_ns();
	bool any = false;

	*wait = TURN_MS;
	for (size_t i = 0; i < n; i++) {
		struct pl_rpc_pending *p = v[i];

		if (may_set_out(p, most, now) && !any)
			set_out(p);
		if (p->under_way && p->flight.done)
			finish(p, p->flight.rc, &p->flight.got);
		any = any || p->done;
		if (!p->done && !p->under_way && p->not_before > now &&
		    (p->not_before - now) / NS_PER_MS < *wait)
			*wait = (unsigned)((p->not_before - now) / NS_PER_MS) +
				1;
	}
	return any;
}

void pl_rpc_turn(struct pl_rpc_pending *const *v, size_t n, unsigned most,
		 unsigned ms)
{
	uint64_t end = pl_time_mono_ns() + (uint64_t)ms * NS_PER_MS;
	unsigned wait;

	while (n && !look(v, n, most, &wait)) {
		uint64_t now = pl_time_mono_ns();
		size_t i = 0;

		if (now >= end)
			return;
		if ((end - now) / NS_PER_MS < wait)
			wait = (unsigned)((end - now) / NS_PER_MS) + 1;
		while (i < n && !v[i]->under_way)
			i++;
		if (i == n)
			pl_stop_pause(wait);
		else if (!v[i]->flight.done)
			pl_http_turn(v[i]->r->t, wait);
	}
}

bool pl_rpc_is_many(const struct pl_rpc *r)
{
	return pl_http_is(r->t);
}

unsigned pl_rpc_load(const struct pl_rpc *r)
{
	return r->under_way;
}

void pl_rpc_drop(struct pl_rpc_pending *p)
{
	if (!p->under_way)
		return;
	if (pl_http_is(p->r->t))
		pl_http_drop(p->r->t, &p->flight);
	p->under_way = false;
	p->r->under_way--;
}
