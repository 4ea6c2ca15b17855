/* Events: the first byte says how many topics follow, the rest is data.  What
 * decodes has its columns, of the event's own, in their range; rows, prices
 * and texts never fail. */
#include <math.h>
#include <stdlib.h>

#include "token/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(struct pl_arena *a, const struct pl_event *ev, size_t i)
{
	const struct pl_event_units u = { 6, 18 };
	const struct pl_u256 *stamp = pl_event_num(ev, PL_EC_STAMP);
	const struct pl_u256 *flag = pl_event_num(ev, PL_EC_FLAG);
	double price;

	if (!pl_event_kind_name(ev->kind) || !ev->has || ev->part != i)
		abort();
	if (stamp && (stamp->w[1] || stamp->w[2] || stamp->w[3]))
		abort();
	if (flag && (flag->w[0] > 1 || flag->w[1]))
		abort();
	if (pl_event_price(&price, ev, &u) && !(price >= 0))
		abort();
	for (int c = PL_EC_ADDRS; c < PL_EC_COUNT; c++)
		if (pl_event_has(ev, c))
			(void)pl_event_signed_text(a, pl_event_num(ev, c));
}

static void fuzz(struct pl_arena *a, struct pl_span in)
{
	const struct pl_event_book *book;
	struct pl_hash32 t[4], *known;
	struct pl_event *ev;
	struct pl_err e;
	size_t n, nt, nk;

	if (pl_event_book(a, &book,
			  "event NavUpdated(bytes32 indexed id, uint128 nav, "
			  "uint64 at)",
			  "nav", "at", &e))
		abort();
	nk = pl_event_topics(a, &known, book, UINT64_MAX);
	if (in.n < 2)
		return;
	nt = in.p[0] % 5;
	if (in.n < 2 + 32 * nt)
		return;
	for (size_t i = 0; i < nt; i++)
		memcpy(t[i].b, in.p + 2 + 32 * i, 32);
	if (nt && in.p[1]) /* a topic of the table: they are not guessed */
		t[0] = known[in.p[1] % nk];
	in.p += 2 + 32 * nt;
	in.n -= 2 + 32 * nt;
	if (pl_event_read(a, &ev, &n, book, UINT64_MAX, t, nt, in, &e))
		return;
	for (size_t i = 0; i < n; i++)
		look(a, &ev[i], i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);

	fuzz(a, (struct pl_span){ data, size });
	pl_arena_close(a);
	return 0;
}
