/* Values of options and places, by kind: texts become typed members of a
 * command's struct args. */
#include "cmd/value.h"

#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "cmd/settings.h"
#include "cmd/suggest.h"
#include "cmd/token/resolve.h"

typedef enum pl_rc (*value_fn)(struct pl_ctx *c, void *to,
			       const struct pl_opt *o, const char *s,
			       struct pl_err *e);

static enum pl_rc v_uint(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	struct pl_u256 big;
	uint64_t v;

	(void)c;
	if (pl_u256_parse(&big, s, strlen(s), e))
		return pl_fail(e, PL_EUSAGE, "'%s' is no whole number", s);
	if (!pl_u256_to_u64(&v, &big))
		return pl_fail(e, PL_EUSAGE, "%s is too large", s);
	if (o->max && (v < o->min || v > o->max))
		return pl_fail(e, PL_EUSAGE,
			       "%s is not between %" PRIu64 " and %" PRIu64, s,
			       o->min, o->max);
	*(uint64_t *)to = v;
	return PL_OK;
}

static enum pl_rc v_int(struct pl_ctx *c, void *to, const struct pl_opt *o,
			const char *s, struct pl_err *e)
{
	bool minus = *s == '-';
	const char *digits = s + (*s == '-' || *s == '+');
	uint64_t v = 0, limit = (uint64_t)INT64_MAX + minus;

	(void)c;
	(void)o;
	if (!*digits || digits[strspn(digits, "0123456789")])
		return pl_fail(e, PL_EUSAGE, "'%s' is no whole number", s);
	for (; *digits; digits++) {
		uint64_t d = (uint64_t)(*digits - '0');

		if (v > (limit - d) / 10)
			return pl_fail(e, PL_EUSAGE, "%s is too large", s);
		v = v * 10 + d;
	}
	*(int64_t *)to = minus ? (int64_t)(0 - v) : (int64_t)v;
	return PL_OK;
}

static enum pl_rc v_double(struct pl_ctx *c, void *to, const struct pl_opt *o,
			   const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	return pl_double_parse(to, s, strlen(s), e);
}

static enum pl_rc v_str(struct pl_ctx *c, void *to, const struct pl_opt *o,
			const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	(void)e;
	*(const char **)to = s;
	return PL_OK;
}

static enum pl_rc v_path(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	if (!*s)
		return pl_fail(e, PL_EUSAGE, "an empty text is no path");
	*(const char **)to = s;
	return PL_OK;
}

static enum pl_rc v_enum(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	struct pl_suggest near = pl_suggest_for(s);
	struct pl_buf all;

	pl_buf_init(&all, c->arena);
	for (int i = 0; o->words[i]; i++) {
		if (!strcmp(o->words[i], s)) {
			*(int *)to = i;
			return PL_OK;
		}
		pl_suggest_try(&near, o->words[i]);
		pl_buf_fmt(&all, "%s%s", i ? ", " : "", o->words[i]);
	}
	(void)pl_fail(e, PL_EUSAGE, "'%s' is none of %s", s, pl_buf_cstr(&all));
	return near.best ? pl_hint(e, "did you mean '%s'?", near.best)
			 : PL_EUSAGE;
}

static enum pl_rc v_hash32(struct pl_ctx *c, void *to, const struct pl_opt *o,
			   const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	if (s[0] != '0' || s[1] != 'x')
		return pl_fail(e, PL_EUSAGE,
			       "'%s' is no hash: 0x and 64 hexadecimal digits",
			       s);
	return pl_hash32_parse(to, s, e);
}

static enum pl_rc v_addr(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	if (!(o->flags & PL_TOKEN_REF) || !strncmp(s, "0x", 2))
		return pl_ctx_address(c, s, to, e);
	PL_TRY(pl_settings_load(c, e)); /* for the network's chain */
	return pl_token_resolve(c, to, NULL, s, e);
}

static enum pl_rc v_u256(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	return pl_u256_parse(to, s, strlen(s), e);
}

static enum pl_rc v_bytes(struct pl_ctx *c, void *to, const struct pl_opt *o,
			  const char *s, struct pl_err *e)
{
	(void)o;
	return pl_hex_bytes(c->arena, to, s, strlen(s), e);
}

static enum pl_rc v_time(struct pl_ctx *c, void *to, const struct pl_opt *o,
			 const char *s, struct pl_err *e)
{
	(void)c;
	(void)o;
	if (pl_time_parse(to, s, strlen(s), e))
		return pl_hint(e, "write it like 2026-01-31, "
				  "2026-01-31T23:59:59Z or 1769903999");
	return PL_OK;
}

static enum pl_rc v_trust(struct pl_ctx *c, void *to, const struct pl_opt *o,
			  const char *s, struct pl_err *e)
{
	enum pl_trust t;

	(void)c;
	(void)o;
	PL_TRY(pl_trust_parse(&t, s, e));
	*(int *)to = (int)t;
	return PL_OK;
}

static enum pl_rc v_decimal(struct pl_ctx *c, void *to, const struct pl_opt *o,
			    const char *s, struct pl_err *e)
{
	size_t whole = strspn(s, "0123456789"), frac = 0;
	const char *p = s + whole;

	(void)c;
	(void)o;
	if (*p == '.') {
		frac = strspn(++p, "0123456789");
		p += frac;
		if (!frac)
			whole = 0;
	}
	if (!whole || *p || whole > 78 || frac > 255)
		return pl_fail(e, PL_EUSAGE,
			       "'%s' is no decimal number: write it like 12.5",
			       s);
	*(const char **)to = s;
	return PL_OK;
}

/* clang-format off */
static const struct {
	const char *name;
	value_fn parse;
	size_t size;
} kinds[] = {
	[PL_FLAG]    = { "flag",      NULL,      sizeof(bool) },
	[PL_UINT]    = { "number",    v_uint,    sizeof(uint64_t) },
	[PL_INT]     = { "integer",   v_int,     sizeof(int64_t) },
	[PL_DOUBLE]  = { "real",      v_double,  sizeof(double) },
	[PL_STR]     = { "text",      v_str,     sizeof(char *) },
	[PL_ENUM]    = { "word",      v_enum,    sizeof(int) },
	[PL_HASH32]  = { "hash",      v_hash32,  sizeof(struct pl_hash32) },
	[PL_ADDR]    = { "address",   v_addr,    sizeof(struct pl_addr) },
	[PL_U256]    = { "u256",      v_u256,    sizeof(struct pl_u256) },
	[PL_AMOUNT]  = { "amount",    NULL,      sizeof(struct pl_amount) },
	[PL_BYTES]   = { "bytes",     v_bytes,   sizeof(struct pl_span) },
	[PL_TIME]    = { "time",      v_time,    sizeof(int64_t) },
	[PL_TRUST]   = { "trust",     v_trust,   sizeof(int) },
	[PL_FILE]    = { "file",      v_path,    sizeof(char *) },
	[PL_DIR]     = { "folder",    v_path,    sizeof(char *) },
	[PL_DECIMAL] = { "decimal",   v_decimal, sizeof(char *) },
	[PL_NETWORK] = { "network",   v_path,    sizeof(char *) },
	[PL_OBJECT]  = { "object",    NULL,      0 },
	[PL_LIST]    = { "list",      NULL,      0 },
	[PL_JSON]    = { "json",      NULL,      0 },
};
/* clang-format on */

const char *pl_kind_name(enum pl_kind kind)
{
	return kinds[kind].name;
}

enum pl_rc pl_opt_check(struct pl_ctx *c, enum pl_kind kind, uint64_t min,
			uint64_t max, const char *text, struct pl_err *e)
{
	struct pl_opt o = { .kind = kind, .min = min, .max = max };

	return kinds[kind].parse(c, pl_alloc(c->arena, kinds[kind].size), &o,
				 text, e);
}

static void *at(void *args, const struct pl_opt *o)
{
	return (char *)args + o->off;
}

static void append(struct pl_arena *a, struct pl_strs *list, const char *s)
{
	list->v = pl_grow(a, list->v, list->n, sizeof(*list->v));
	list->v[list->n++] = s;
}

static bool is_text(enum pl_kind k)
{
	return k == PL_STR || k == PL_FILE || k == PL_DIR || k == PL_DECIMAL ||
	       k == PL_NETWORK;
}

static enum pl_rc store(struct pl_ctx *c, void *args, const struct pl_opt *o,
			const char *s, struct pl_err *e)
{
	bool many = o->flags & PL_MANY;
	bool given = (o->flags & PL_GIVEN) && !is_text(o->kind);
	void *to = many || given ? pl_alloc(c->arena, kinds[o->kind].size)
				 : at(args, o);

	PL_TRY(kinds[o->kind].parse(c, to, o, s, e));
	if (many && o->kind == PL_ADDR)
		s = pl_hex(c->arena, pl_addr_span(to));
	if (many)
		append(c->arena, at(args, o), s);
	else if (given)
		*(const void **)at(args, o) = to;
	return PL_OK;
}

char *pl_opt_shown(struct pl_arena *a, const struct pl_opt *o)
{
	if (o->flags & PL_POSITIONAL)
		return pl_strdup(a, o->arg ? o->arg : o->name);
	return pl_printf(a, "--%s", o->name);
}

enum pl_rc pl_opt_set(struct pl_ctx *c, void *args, const struct pl_opt *o,
		      const char *s, struct pl_err *e)
{
	enum pl_rc rc = store(c, args, o, s, e);

	if (!rc)
		return PL_OK;
	if (rc == PL_EFORMAT)
		e->rc = PL_EUSAGE;
	if (o->flags & PL_SECRET) /* the words above may quote the value */
		(void)pl_fail(e, PL_EUSAGE, "not a valid %s",
			      kinds[o->kind].name);
	return pl_note(e, "%s", pl_opt_shown(c->arena, o));
}
