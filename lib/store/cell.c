#include "store/cell.h"

#include <string.h>

const struct pl_store_table pl_store_tables[PL_T_COUNT] = {
	[PL_T_TOKEN] = { .name = "token",
			 .columns = "id,chain,address,symbol,decimals",
			 .types = "qqaSQ",
			 .id = "id",
			 .key = "id" },
	[PL_T_SOURCE] = { .name = "source",
			  .columns = "id,kind,name,format,digest,trust,time,"
				     "rows,added,duplicates,rejected",
			  .types = "qqssHqqqqqq",
			  .id = "id",
			  .key = "id" },
	[PL_T_CURSOR] = { .name = "cursor",
			  .columns = "token,source,first_block,next_block,"
				     "last_hash",
			  .types = "qqqqh",
			  .id = "token,source",
			  .key = "token,source" },
	[PL_T_WATCH] = { .name = "watch",
			 .columns = "token,name,stds,kinds,from_block,sig,"
				    "member,stamp,addr0,addr1,units,dec0,dec1,"
				    "since",
			 .types = "qSqqqSSSAAqqqq",
			 .id = "token",
			 .key = "token" },
	[PL_T_EVENT_CURSOR] = { .name = "event_cursor",
				.columns = "token,source,kinds,first_block,"
					   "next_block,last_hash",
				.types = "qqqqqh",
				.id = "token,source",
				.key = "token,source" },
	[PL_T_TRANSFER] = { .name = "transfer",
			    .columns = "token,chain,tx,log_index,nth,block,"
				       "block_hash,time,sender,recipient,"
				       "value,trust,source",
			    .types = "qqhoqoHQaahqq",
			    .id = "id",
			    .key = "token,block,tx,log_index,sender,recipient,"
				   "value,nth" },
	[PL_T_EVENT] = { .name = "event",
			 .columns = "token,chain,block,log_index,part,kind,tx,"
				    "block_hash,time,trust,source,sender,"
				    "recipient,operator,item,value,shares,"
				    "amount0,amount1,reserve0,reserve1,"
				    "sqrt_price,liquidity,tick,answer,stamp,"
				    "flag",
			 .types = "qqqqqqhhqqqAAAHHHHHHHHHHHHH",
			 .id = "id",
			 .key = "token,block,log_index,part,tx" },
};

static bool bytes(struct pl_cell *out, size_t n, struct pl_span *s)
{
	if (s->n < n)
		return false;
	out->bytes = pl_span_take(s, n);
	return true;
}

/* Lengths are in groups of seven bits, the lowest first. */
static bool text(struct pl_cell *out, struct pl_span *s)
{
	uint64_t n = 0;
	unsigned at = 0;
	uint8_t b;

	do {
		if (at > 28 || !s->n)
			return false;
		b = *pl_span_take(s, 1).p;
		n |= (uint64_t)(b & 0x7f) << at;
		at += 7;
	} while (b & 0x80);
	if (n > s->n || n > PL_MAX_CELL_TEXT)
		return false;
	if (n && memchr(s->p, 0, (size_t)n))
		return false;
	return bytes(out, (size_t)n, s);
}

/* Before what may be unknown stands a byte that says so. */
static bool is_unknown(bool *out, struct pl_span *s)
{
	uint8_t b;

	if (!s->n)
		return false;
	b = *pl_span_take(s, 1).p;
	*out = b;
	return b <= 1;
}

bool pl_cell_u64(uint64_t *out, struct pl_span *s)
{
	struct pl_cell c;

	if (!bytes(&c, 8, s))
		return false;
	*out = 0;
	for (unsigned i = 0; i < 8; i++)
		*out |= (uint64_t)c.bytes.p[i] << 8 * i;
	return true;
}

bool pl_cell_take(struct pl_cell *out, char type, struct pl_span *s)
{
	struct pl_cell c = { .unknown = false };
	uint64_t v = 0;

	if (strchr("QHAS", type) && !is_unknown(&c.unknown, s))
		return false;
	if (c.unknown) {
		*out = c;
		return true;
	}
	if (strchr("qQo", type)) {
		if (!pl_cell_u64(&v, s))
			return false;
		c.i = (int64_t)v;
		if (type == 'o' && c.i < -1)
			return false;
		c.unknown = type == 'o' && c.i == -1;
	} else if (strchr("hH", type)   ? !bytes(&c, 32, s)
		   : strchr("aA", type) ? !bytes(&c, 20, s)
					: !text(&c, s)) {
		return false;
	}
	*out = c;
	return true;
}

bool pl_cell_row(struct pl_cell *out, const char *types, struct pl_span *s)
{
	for (; *types; types++, out++)
		if (!pl_cell_take(out, *types, s))
			return false;
	return true;
}

void pl_cell_put_u64(struct pl_buf *b, uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		pl_buf_byte(b, (uint8_t)(v >> 8 * i));
}

void pl_cell_put(struct pl_buf *b, char type, const struct pl_cell *v)
{
	size_t n = v->bytes.n;

	if (strchr("QHAS", type))
		pl_buf_byte(b, v->unknown);
	if (type == 'o')
		pl_cell_put_u64(b, v->unknown ? UINT64_MAX : (uint64_t)v->i);
	if (type == 'o' || (v->unknown && strchr("QHAS", type)))
		return;
	if (strchr("qQ", type)) {
		pl_cell_put_u64(b, (uint64_t)v->i);
		return;
	}
	if (strchr("sS", type)) {
		for (; n >= 0x80; n >>= 7)
			pl_buf_byte(b, (uint8_t)(n | 0x80));
		pl_buf_byte(b, (uint8_t)n);
	}
	pl_buf_put(b, v->bytes);
}
