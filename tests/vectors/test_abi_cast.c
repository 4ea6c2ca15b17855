/* Random types and values, encoded here and by Foundry's cast: the same
 * bytes.  Skipped where cast is absent. */
#include "check.h"

#include <unistd.h>

#include "codec/abi.h"

#define CASES 60

/* A small generator of its own, so that a seed means the same everywhere. */
static uint64_t next(uint64_t *s)
{
	*s = *s * 6364136223846793005u + 1442695040888963407u;
	return *s >> 33;
}

static void put_type(struct pl_buf *b, uint64_t *s, int depth)
{
	static const char *const plain[] = { "uint256", "uint8",   "int64",
					     "int256",  "bool",    "address",
					     "bytes4",  "bytes32", "bytes",
					     "string",  "uint96" };
	uint64_t kind = next(s) % (depth ? 6 : 3);

	if (kind < 3) {
		pl_buf_str(b, plain[next(s) % COUNT(plain)]);
	} else if (kind == 3) {
		pl_buf_byte(b, '(');
		for (uint64_t n = 1 + next(s) % 3; n; n--) {
			put_type(b, s, depth - 1);
			pl_buf_str(b, n > 1 ? "," : ")");
		}
	} else {
		put_type(b, s, depth - 1);
		pl_buf_str(b, kind == 4 ? "[]" : next(s) % 2 ? "[1]" : "[3]");
	}
}

static struct pl_span random_bytes(struct pl_arena *a, uint64_t *s, size_t n)
{
	uint8_t *p = pl_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)next(s);
	return (struct pl_span){ p, n };
}

static struct pl_u256 random_number(uint64_t *s, const struct pl_abi_type *t)
{
	unsigned bits = t->kind == PL_ABI_BOOL ? 1 : t->size;
	unsigned want = (unsigned)(next(s) % (bits + 1));
	struct pl_u256 v = { { 0 } };
	bool minus = t->kind == PL_ABI_INT && next(s) % 2;

	if (t->kind == PL_ABI_INT && want == bits)
		want--;
	for (unsigned i = 0; i < want; i++)
		v.w[i / 64] |= (next(s) & 1) << (i % 64);
	for (int i = 0; minus && i < 4; i++)
		v.w[i] = ~v.w[i];
	return v;
}

static struct pl_abi_value random_value(struct pl_arena *a, uint64_t *s,
					const struct pl_abi_type *t)
{
	struct pl_abi_value v = { .kind = t->kind, .type = t };
	struct pl_abi_value *items;
	char *text;

	switch (t->kind) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
	case PL_ABI_BOOL:
		v.num = random_number(s, t);
		break;
	case PL_ABI_ADDR:
		memcpy(v.addr.b, random_bytes(a, s, 20).p, 20);
		break;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
		v.bytes = random_bytes(a, s, t->size);
		break;
	case PL_ABI_BYTES:
		v.bytes = random_bytes(a, s, next(s) % 70);
		break;
	case PL_ABI_STR:
		v.bytes.n = 1 + next(s) % 70;
		text = pl_alloc(a, v.bytes.n);
		for (size_t i = 0; i < v.bytes.n; i++)
			text[i] = (char)('a' + next(s) % 26);
		v.bytes.p = (const uint8_t *)text;
		break;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		v.n = t->open ? next(s) % 4 : t->count;
		items = PL_NEW_N(a, struct pl_abi_value, v.n);
		for (size_t i = 0; i < v.n; i++)
			items[i] = random_value(
				a, s, t->elem ? t->elem : &t->members[i].type);
		v.items = items;
		break;
	}
	return v;
}

static const char *find_cast(void)
{
	static const char *const near[] = {
		"node_modules/@foundry-rs/cast-linux-amd64/bin/cast",
		"node_modules/@foundry-rs/cast-linux-arm64/bin/cast",
	};

	for (size_t i = 0; i < COUNT(near); i++) {
		if (!access(near[i], X_OK))
			return near[i];
	}
	return NULL;
}

static struct pl_span by_cast(struct pl_arena *a, const char *cast,
			      const char *sig, const struct pl_abi_value *v)
{
	struct pl_buf line, out;
	struct pl_span s;
	size_t n;
	FILE *f;

	pl_buf_init(&line, a);
	pl_buf_init(&out, a);
	pl_buf_fmt(&line, "%s abi-encode '%s' --", cast, sig);
	for (size_t i = 0; i < v->n; i++) {
		char *text = pl_abi_value_text(a, &v->items[i]);

		/* alone, a string stands without quotes */
		if (v->items[i].kind == PL_ABI_STR)
			text = pl_strndup(a, text + 1, strlen(text) - 2);
		pl_buf_fmt(&line, " '%s'", text);
	}
	f = popen(pl_buf_cstr(&line), "r");
	assert_non_null(f);
	do {
		n = fread(pl_buf_room(&out, 4096), 1, 4096, f);
		out.n += n;
	} while (n);
	if (pclose(f))
		print_error("%s\n", pl_buf_cstr(&line));
	s = pl_buf_span(&out);
	while (s.n && (s.p[s.n - 1] == '\n'))
		s.n--;
	return s;
}

static void same_bytes_as_cast(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const char *cast = find_cast();
	uint64_t s = 20260131;

	(void)state;
	if (!cast) {
		pl_arena_close(a);
		skip();
	}
	for (int i = 0; i < CASES; i++) {
		struct pl_abi_item it;
		struct pl_abi_value v, back;
		struct pl_span want;
		struct pl_buf sig, got;
		struct pl_err e;

		pl_arena_reset(a);
		pl_buf_init(&sig, a);
		pl_buf_str(&sig, "f(");
		for (uint64_t n = 1 + next(&s) % 4; n; n--) {
			put_type(&sig, &s, 3);
			pl_buf_str(&sig, n > 1 ? "," : ")");
		}
		assert_ok(pl_abi_sig_parse(a, &it, pl_buf_cstr(&sig), &e), &e);
		v = random_value(a, &s, &it.in);
		pl_buf_init(&got, a);
		assert_ok(pl_abi_encode(&got, &it.in, v.items, v.n, &e), &e);
		want = by_cast(a, cast, it.sig, &v);
		assert_hex_equal(pl_buf_span(&got),
				 pl_strndup(a, (const char *)want.p, want.n));
		assert_ok(
			pl_abi_decode(a, &back, &it.in, pl_buf_span(&got), &e),
			&e);
		assert_string_equal(pl_abi_value_text(a, &back),
				    pl_abi_value_text(a, &v));
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes_as_cast),
	};

	return cmocka_run_group_tests_name("abi cast", tests, NULL, NULL);
}
