/* ABI values from JSON and as text, and what a revert says. */
#include "codec/abi.h"

#include "base/hex.h"
#include "base/limits.h"
#include "crypto/addr.h"

/* ---------------------------------------------------------- from JSON */

static enum pl_rc wrong(struct pl_err *e, const struct pl_abi_type *t,
			const struct pl_json *v)
{
	return pl_fail(e, PL_EFORMAT, "abi: a %s stands for %.100s",
		       pl_json_type_name(v), t->name);
}

/* Two's complement of -v; the magnitude was checked by nobody yet. */
static struct pl_u256 negative(const struct pl_u256 *v)
{
	struct pl_u256 r;
	uint64_t carry = 1;

	for (size_t i = 0; i < 4; i++) {
		r.w[i] = ~v->w[i] + carry;
		carry = carry && !r.w[i];
	}
	return r;
}

static enum pl_rc number_json(struct pl_u256 *out, const struct pl_abi_type *t,
			      const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);
	size_t n = pl_json_str_len(v);
	bool minus = s && *s == '-';
	struct pl_u256 num, back;
	char text[24];
	int64_t i;

	if (pl_json_type(v) == PL_J_INT) {
		PL_TRY(pl_json_int(&i, v, e));
		n = (size_t)snprintf(text, sizeof(text), "%lld", (long long)i);
		s = text;
		minus = i < 0;
	} else if (!s) {
		return wrong(e, t, v);
	}
	PL_TRY(pl_u256_parse(&num, s + minus, n - minus, e));
	back = negative(&num);
	/* -2^255 is its own complement and the least there is */
	if (minus && (t->kind != PL_ABI_INT ||
		      (pl_u256_bits(&num) > 255 && pl_u256_cmp(&num, &back))))
		return pl_fail(e, PL_EFORMAT, "abi: %.80s does not fit %.100s",
			       s, t->name);
	*out = minus ? back : num;
	return PL_OK;
}

/* Items by place from an array, by name from an object (tuples). */
static const struct pl_json *item_json(const struct pl_abi_type *t,
				       const struct pl_json *v, size_t i)
{
	if (pl_json_type(v) == PL_J_OBJECT)
		return pl_json_get(v, t->members[i].name);
	return pl_json_at(v, i);
}

static enum pl_rc items_json(struct pl_arena *a, struct pl_abi_value *out,
			     const struct pl_abi_type *t,
			     const struct pl_json *v, struct pl_err *e)
{
	size_t n = pl_json_len(v);
	struct pl_abi_value *items = PL_NEW_N(a, struct pl_abi_value, n);
	const struct pl_abi_type *it;

	if (pl_json_type(v) != PL_J_ARRAY &&
	    (t->kind != PL_ABI_TUPLE || pl_json_type(v) != PL_J_OBJECT))
		return wrong(e, t, v);
	if (!t->open && n != t->count)
		return pl_fail(e, PL_EFORMAT,
			       "abi: %zu values for the %zu of %.100s", n,
			       t->count, t->name);
	for (size_t i = 0; i < n; i++) {
		it = t->kind == PL_ABI_ARRAY ? t->elem : &t->members[i].type;
		if (pl_abi_value_json(a, &items[i], it, item_json(t, v, i), e))
			return pl_note(e, "item %zu", i + 1);
	}
	out->items = items;
	out->n = n;
	return PL_OK;
}

enum pl_rc pl_abi_value_json(struct pl_arena *a, struct pl_abi_value *out,
			     const struct pl_abi_type *t,
			     const struct pl_json *v, struct pl_err *e)
{
	struct pl_abi_value r = { .kind = t->kind, .type = t };

	if (!v)
		return pl_fail(e, PL_EFORMAT, "abi: no value for %.100s",
			       t->name);
	switch (t->kind) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
		PL_TRY(number_json(&r.num, t, v, e));
		break;
	case PL_ABI_BOOL:
		if (pl_json_type(v) != PL_J_BOOL)
			return wrong(e, t, v);
		r.num = pl_u256_of(pl_json_bool(v));
		break;
	case PL_ABI_ADDR:
		PL_TRY(pl_json_addr(&r.addr, v, e));
		break;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
	case PL_ABI_BYTES:
		PL_TRY(pl_json_data(a, &r.bytes, v, e));
		break;
	case PL_ABI_STR:
		if (!pl_json_str(v))
			return wrong(e, t, v);
		r.bytes = (struct pl_span){ (const uint8_t *)pl_json_str(v),
					    pl_json_str_len(v) };
		break;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		PL_TRY(items_json(a, &r, t, v, e));
		break;
	}
	*out = r;
	return PL_OK;
}

/* ------------------------------------------------------------ as text */

/* How many bytes the UTF-8 character at p takes; 0 when it is none, or one
 * that moves a terminal: C0 and C1 controls, marks that turn direction. */
static size_t printable(const uint8_t *p, size_t n)
{
	size_t len = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	uint32_t c = len == 1 ? *p : *p & (0xffu >> (len + 1));
	static const uint32_t least[] = { 0, 0x20, 0xa0, 0x800, 0x10000 };

	if ((*p & 0xc0) == 0x80 || *p > 0xf4 || *p == 0x7f || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	if ((c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return len;
}

static void put_text(struct pl_buf *b, struct pl_span s)
{
	size_t n;

	while (s.n) {
		n = printable(s.p, s.n);
		if (n && *s.p != '"' && *s.p != '\\')
			pl_buf_put(b, pl_span_take(&s, n));
		else if (n)
			pl_buf_fmt(b, "\\%c", *pl_span_take(&s, 1).p);
		else
			pl_buf_fmt(b, "\\x%02x",
				   (unsigned)*pl_span_take(&s, 1).p);
	}
}

static void put_number(struct pl_buf *b, const struct pl_abi_value *v)
{
	bool minus = v->kind == PL_ABI_INT && v->num.w[3] >> 63;
	struct pl_u256 n = minus ? negative(&v->num) : v->num;
	char dec[PL_U256_DEC];
	struct pl_amount amount = { n, 0 };

	if (v->type && v->type->places) {
		amount.decimals = (uint8_t)v->type->places;
		pl_buf_fmt(b, "%s%s", minus ? "-" : "",
			   pl_amount_text(b->a, &amount));
		return;
	}
	pl_u256_dec(dec, &n);
	pl_buf_fmt(b, "%s%s", minus ? "-" : "", dec);
}

static void put_value(struct pl_buf *b, const struct pl_abi_value *v);

static void put_list(struct pl_buf *b, const struct pl_abi_value *v)
{
	bool tuple = v->kind == PL_ABI_TUPLE;

	pl_buf_byte(b, tuple ? '(' : '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			pl_buf_str(b, ", ");
		if (tuple && v->type && *v->type->members[i].name)
			pl_buf_fmt(b, "%s ", v->type->members[i].name);
		put_value(b, &v->items[i]);
	}
	pl_buf_byte(b, tuple ? ')' : ']');
}

static void put_value(struct pl_buf *b, const struct pl_abi_value *v)
{
	char addr[PL_ADDR_TEXT];

	switch (v->kind) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
		put_number(b, v);
		break;
	case PL_ABI_BOOL:
		pl_buf_str(b, pl_u256_is_zero(&v->num) ? "false" : "true");
		break;
	case PL_ABI_ADDR:
		pl_addr_text(addr, &v->addr);
		pl_buf_str(b, addr);
		break;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
	case PL_ABI_BYTES:
		pl_buf_str(b, pl_hex(b->a, v->bytes));
		break;
	case PL_ABI_STR:
		pl_buf_byte(b, '"');
		put_text(b, v->bytes);
		pl_buf_byte(b, '"');
		break;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		put_list(b, v);
		break;
	}
}

char *pl_abi_value_text(struct pl_arena *a, const struct pl_abi_value *v)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	put_value(&b, v);
	return pl_strdup(a, pl_buf_cstr(&b));
}

/* ------------------------------------------------------------ reverts */

/* Error(string) and Panic(uint256), which every contract may throw. */
static bool builtin(struct pl_arena *a, struct pl_abi_value *v, const char *sig,
		    struct pl_span data)
{
	struct pl_abi_value all;
	struct pl_abi_item it;
	struct pl_err e;

	if (pl_abi_sig_parse(a, &it, sig, &e) || data.n < 4 ||
	    memcmp(data.p, it.hash.b, 4) != 0)
		return false;
	(void)pl_span_take(&data, 4);
	if (pl_abi_decode(a, &all, &it.in, data, &e))
		return false;
	*v = all.items[0];
	return true;
}

/* SPEC solidity panic codes (control structures, "Panic via assert") */
static const char *panic_words(const struct pl_u256 *code)
{
	static const struct {
		uint64_t code;
		const char *words;
	} table[] = {
		{ 0x00, "a panic the compiler put there" },
		{ 0x01, "an assertion is false" },
		{ 0x11, "arithmetic overflow or underflow" },
		{ 0x12, "division by zero" },
		{ 0x21, "a number that is no value of its enum" },
		{ 0x22, "a byte array stored wrongly" },
		{ 0x31, "pop of an empty array" },
		{ 0x32, "an index outside its array" },
		{ 0x41, "too much memory, or an array too large" },
		{ 0x51, "a call of an unset internal function" },
	};
	uint64_t c;

	for (size_t i = 0;
	     pl_u256_to_u64(&c, code) && i < sizeof(table) / sizeof(table[0]);
	     i++) {
		if (table[i].code == c)
			return table[i].words;
	}
	return "a code the compiler does not document";
}

bool pl_abi_revert_decode(struct pl_arena *a, const struct pl_abi_item **item,
			  struct pl_abi_value *out, const struct pl_abi *abi,
			  struct pl_span data)
{
	const struct pl_abi_item *it;
	struct pl_err e;

	it = abi ? pl_abi_by_selector(abi, PL_ABI_ERROR, data) : NULL;
	if (!it)
		return false;
	(void)pl_span_take(&data, 4);
	if (pl_abi_decode(a, out, &it->in, data, &e))
		return false;
	*item = it;
	return true;
}

char *pl_abi_revert_text(struct pl_arena *a, const struct pl_abi *abi,
			 struct pl_span data)
{
	const struct pl_abi_item *it;
	struct pl_abi_value v;
	struct pl_buf b;

	if (!data.n)
		return pl_strdup(a, "no reason given");
	pl_buf_init(&b, a);
	if (builtin(a, &v, "error Error(string)", data)) {
		put_text(&b, v.bytes);
		return pl_strdup(a, pl_buf_cstr(&b));
	}
	if (builtin(a, &v, "error Panic(uint256)", data))
		return pl_printf(a, "%s (panic %s)", panic_words(&v.num),
				 pl_abi_value_text(a, &v));
	if (pl_abi_revert_decode(a, &it, &v, abi, data))
		return pl_printf(a, "%s%s", it->name, pl_abi_value_text(a, &v));
	if (data.n > 68)
		return pl_printf(a, "%s… (%zu bytes)",
				 pl_hex(a, (struct pl_span){ data.p, 68 }),
				 data.n);
	return pl_hex(a, data);
}
