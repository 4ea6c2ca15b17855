#include "out/value.h"

#include <inttypes.h>
#include <math.h>

#include "base/hex.h"
#include "base/num.h"
#include "base/time.h"
#include "crypto/addr.h"

const void *pl_field_value(const struct pl_field *f, const void *row)
{
	const char *p = (const char *)row + f->off;
	bool texts = f->kind == PL_STR || f->kind == PL_FILE ||
		     f->kind == PL_DIR || f->kind == PL_DECIMAL ||
		     f->kind == PL_NETWORK;
	bool pointed = f->kind == PL_OBJECT && !(f->flags & PL_INLINE);

	if ((f->flags & PL_NULLABLE) || pointed)
		return *(const void *const *)(const void *)p;
	if (texts && !*(const char *const *)(const void *)p)
		return NULL;
	if (f->kind == PL_DOUBLE && !isfinite(*(const double *)(const void *)p))
		return NULL;
	if (f->kind == PL_TRUST && !*(const int *)(const void *)p)
		return NULL;
	return p;
}

/* Six digits for a person; whole numbers whole. */
static void double_human(struct pl_buf *b, double x)
{
	if (!isfinite(x))
		pl_buf_byte(b, '-');
	else if (x == floor(x) && fabs(x) < 1e15)
		pl_buf_fmt(b, "%.0f", x == 0 ? 0 : x);
	else
		pl_buf_fmt(b, "%.6g", x);
}

static void t_flag(struct pl_buf *b, const void *v, bool human)
{
	bool x = *(const bool *)v;

	if (human)
		pl_buf_str(b, x ? "yes" : "no");
	else
		pl_buf_str(b, x ? "true" : "false");
}

static void t_uint(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_fmt(b, "%" PRIu64, *(const uint64_t *)v);
}

static void t_int(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_fmt(b, "%" PRId64, *(const int64_t *)v);
}

static void t_double(struct pl_buf *b, const void *v, bool human)
{
	char text[PL_NUM_TEXT];
	double x = *(const double *)v;

	if (human) {
		double_human(b, x);
		return;
	}
	pl_double_text(text, x);
	pl_buf_str(b, text);
}

static void t_str(struct pl_buf *b, const void *v, bool human)
{
	const char *s = *(const char *const *)v;

	pl_buf_str(b, human ? pl_out_safe(b->a, s) : s);
}

static void t_hash32(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_str(b, pl_hash32_text(b->a, v));
}

static void t_addr(struct pl_buf *b, const void *v, bool human)
{
	char text[PL_ADDR_TEXT];

	(void)human;
	pl_addr_text(text, v);
	pl_buf_str(b, text);
}

static void t_u256(struct pl_buf *b, const void *v, bool human)
{
	char text[PL_U256_DEC];

	(void)human;
	pl_u256_dec(text, v);
	pl_buf_str(b, text);
}

static void t_amount(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_str(b, pl_amount_text(b->a, v));
}

static void t_bytes(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_str(b, pl_hex(b->a, *(const struct pl_span *)v));
}

static void t_time(struct pl_buf *b, const void *v, bool human)
{
	char text[PL_TIME_TEXT];

	(void)human;
	pl_time_text(text, *(const int64_t *)v);
	pl_buf_str(b, text);
}

static void t_trust(struct pl_buf *b, const void *v, bool human)
{
	(void)human;
	pl_buf_str(b, pl_trust_name(*(const enum pl_trust *)v));
}

static void t_json(struct pl_buf *b, const void *v, bool human)
{
	const struct pl_span *s = v;

	if (human)
		pl_buf_str(b, pl_out_safe(b->a,
					  pl_strndup(b->a, (const char *)s->p,
						     s->n)));
	else
		pl_buf_put(b, *s);
}

/* clang-format off */
static const struct {
	void (*text)(struct pl_buf *b, const void *v, bool human);
	size_t size;
	bool quoted, right;
} kinds[] = {
	[PL_FLAG]    = { t_flag,   sizeof(bool),             false, false },
	[PL_UINT]    = { t_uint,   sizeof(uint64_t),         false, true },
	[PL_INT]     = { t_int,    sizeof(int64_t),          false, true },
	[PL_DOUBLE]  = { t_double, sizeof(double),           false, true },
	[PL_STR]     = { t_str,    sizeof(char *),           true,  false },
	[PL_ENUM]    = { NULL,     sizeof(int),              true,  false },
	[PL_HASH32]  = { t_hash32, sizeof(struct pl_hash32), true,  false },
	[PL_ADDR]    = { t_addr,   sizeof(struct pl_addr),   true,  false },
	[PL_U256]    = { t_u256,   sizeof(struct pl_u256),   true,  true },
	[PL_AMOUNT]  = { t_amount, sizeof(struct pl_amount), true,  true },
	[PL_BYTES]   = { t_bytes,  sizeof(struct pl_span),   true,  false },
	[PL_TIME]    = { t_time,   sizeof(int64_t),          true,  false },
	[PL_TRUST]   = { t_trust,  sizeof(enum pl_trust),    true,  false },
	[PL_FILE]    = { t_str,    sizeof(char *),           true,  false },
	[PL_DIR]     = { t_str,    sizeof(char *),           true,  false },
	[PL_DECIMAL] = { t_str,    sizeof(char *),           true,  true },
	[PL_NETWORK] = { t_str,    sizeof(char *),           true,  false },
	[PL_OBJECT]  = { NULL,     sizeof(void *),           false, false },
	[PL_LIST]    = { NULL,     sizeof(struct pl_list),   false, false },
	[PL_JSON]    = { t_json,   sizeof(struct pl_span),   false, false },
};
/* clang-format on */

void pl_value_text(struct pl_buf *b, enum pl_kind kind, const void *v,
		   const char *const *words, bool human)
{
	if (kind == PL_ENUM)
		pl_buf_str(b, words[*(const int *)v]);
	else
		kinds[kind].text(b, v, human);
}

size_t pl_value_size(enum pl_kind kind)
{
	return kinds[kind].size;
}

bool pl_kind_quoted(enum pl_kind kind)
{
	return kinds[kind].quoted;
}

bool pl_kind_right(enum pl_kind kind)
{
	return kinds[kind].right;
}
