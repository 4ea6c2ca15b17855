/* EIP-712: what a signature of typed data is over. */
#include "eth/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "crypto/keccak.h"

#define DOMAIN "EIP712Domain"

struct type {
	const char *name;
	const struct pl_json *members; /* [{name,type}, …] */
	bool hashed;
	struct pl_hash32 hash; /* of its description */
};

struct typed {
	struct pl_arena *a;
	struct type *v;
	size_t n;
};

/* ------------------------------------------------------------------- types */

static struct type *find(struct typed *t, const char *name, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		if (strlen(t->v[i].name) == n && !memcmp(t->v[i].name, name, n))
			return &t->v[i];
	return NULL;
}

static enum pl_rc member(const struct type *x, size_t i, const char **name,
			 const char **type, struct pl_err *e)
{
	const struct pl_json *m = pl_json_at(x->members, i);

	PL_TRY(pl_json_need_str(name, m, "name", e));
	return pl_json_need_str(type, m, "type", e);
}

static enum pl_rc read_types(struct typed *t, const struct pl_json *o,
			     struct pl_err *e)
{
	const size_t n = pl_json_len(o);

	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "\"types\": an object");
	if (n > PL_TYPED_TYPES)
		return pl_fail(e, PL_ELIMIT, "%zu types", n);
	t->v = PL_NEW_N(t->a, struct type, n + 1); /* a domain may come */
	for (void *it = pl_json_iter(o); it; it = pl_json_next(o, it)) {
		struct type *x = &t->v[t->n++];

		x->name = pl_json_iter_key(it);
		x->members = pl_json_iter_value(it);
		if (pl_json_type(x->members) != PL_J_ARRAY)
			return pl_fail(e, PL_EFORMAT, "type %.64s: a list",
				       x->name);
		if (pl_json_len(x->members) > PL_TYPED_MEMBERS)
			return pl_fail(e, PL_ELIMIT, "type %.64s: %zu members",
				       x->name, pl_json_len(x->members));
	}
	return PL_OK;
}

/* What the domain has, in the specification's order. */
static enum pl_rc add_domain(struct typed *t, const struct pl_json *domain,
			     struct pl_err *e)
{
	static const char *const known[5][2] = {
		{ "name", "string" },     { "version", "string" },
		{ "chainId", "uint256" }, { "verifyingContract", "address" },
		{ "salt", "bytes32" },
	};
	bool more = false;
	struct pl_buf b;

	if (find(t, DOMAIN, strlen(DOMAIN)))
		return PL_OK;
	pl_buf_init(&b, t->a);
	pl_buf_byte(&b, '[');
	for (size_t i = 0; i < 5; i++) {
		if (pl_json_is_null(pl_json_get(domain, known[i][0])))
			continue;
		pl_buf_fmt(&b, "%s{\"name\":\"%s\",\"type\":\"%s\"}",
			   more ? "," : "", known[i][0], known[i][1]);
		more = true;
	}
	pl_buf_byte(&b, ']');
	t->v[t->n].name = DOMAIN;
	PL_TRY(pl_json_parse(t->a, &t->v[t->n].members, pl_buf_span(&b), e));
	t->n++;
	return PL_OK;
}

/* ------------------------------------------------------------ descriptions */

static enum pl_rc describe(struct pl_buf *b, const struct type *x,
			   struct pl_err *e)
{
	pl_buf_fmt(b, "%s(", x->name);
	for (size_t i = 0; i < pl_json_len(x->members); i++) {
		const char *name, *type;

		if (member(x, i, &name, &type, e))
			return pl_note(e, "type %.64s", x->name);
		pl_buf_fmt(b, "%s%s %s", i ? "," : "", type, name);
	}
	pl_buf_byte(b, ')');
	return PL_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct type *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* x itself first, then all that it refers to, once each. */
static enum pl_rc gather(struct typed *t, const struct type **list, size_t *n,
			 const struct type *x, struct pl_err *e)
{
	bool seen[PL_TYPED_TYPES + 1] = { false };

	list[0] = x;
	*n = 1;
	seen[x - t->v] = true;
	for (size_t at = 0; at < *n; at++) {
		for (size_t i = 0; i < pl_json_len(list[at]->members); i++) {
			const char *name, *type;
			const struct type *y;

			PL_TRY(member(list[at], i, &name, &type, e));
			y = find(t, type, strcspn(type, "["));
			if (!y || seen[y - t->v])
				continue;
			seen[y - t->v] = true;
			list[(*n)++] = y;
		}
	}
	return PL_OK;
}

/* SPEC EIP-712 "Definition of encodeType" */
static enum pl_rc type_hash(struct typed *t, struct type *x, struct pl_err *e)
{
	const struct type **list;
	struct pl_buf b;
	size_t n;

	if (x->hashed)
		return PL_OK;
	list = PL_NEW_N(t->a, const struct type *, t->n);
	PL_TRY(gather(t, list, &n, x, e));
	qsort(list + 1, n - 1, sizeof(const struct type *), by_name);
	pl_buf_init(&b, t->a);
	for (size_t i = 0; i < n; i++)
		PL_TRY(describe(&b, list[i], e));
	x->hash = pl_keccak256(pl_buf_span(&b));
	x->hashed = true;
	return PL_OK;
}

/* ------------------------------------------------------------------ values */

/* The number behind a prefix that is all of the rest; 0 where there is none. */
static unsigned size_of(const char *type, const char *prefix)
{
	const size_t n = strlen(prefix);
	unsigned v = 0;

	if (strncmp(type, prefix, n) != 0 || type[n] == '0')
		return 0;
	for (type += n; *type; type++) {
		if (*type < '0' || *type > '9' || v > 999)
			return 0;
		v = v * 10 + (unsigned)(*type - '0');
	}
	return v;
}

static void negate(uint8_t word[32])
{
	unsigned carry = 1;

	for (size_t i = 32; i--;) {
		carry += (uint8_t)~word[i];
		word[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* "-5", "0x05", "5" or a plain integer; bits: of its magnitude. */
static enum pl_rc integer(uint8_t word[32], const struct pl_json *v,
			  unsigned bits, bool is_signed, struct pl_err *e)
{
	const char *s = pl_json_str(v);
	struct pl_u256 x, most = pl_u256_of(0);
	bool minus = false;
	int64_t i;

	if (pl_json_type(v) == PL_J_INT) {
		PL_TRY(pl_json_int(&i, v, e));
		minus = i < 0;
		x = pl_u256_of(minus ? 0 - (uint64_t)i : (uint64_t)i);
	} else if (s) {
		minus = *s == '-';
		PL_TRY(pl_u256_parse(&x, s + minus, strlen(s + minus), e));
	} else {
		return pl_fail(e, PL_EFORMAT, "%s where an integer belongs",
			       pl_json_type_name(v));
	}
	/* the least of a signed one is one more than the most */
	if (minus)
		(void)!pl_u256_sub(&most, &x, &(struct pl_u256){ { 1 } });
	if ((minus && !is_signed && !pl_u256_is_zero(&x)) ||
	    pl_u256_bits(minus && !pl_u256_is_zero(&x) ? &most : &x) >
		    bits - is_signed)
		return pl_fail(e, PL_EFORMAT, "an integer that does not fit");
	pl_u256_to_be(word, &x);
	if (minus)
		negate(word);
	return PL_OK;
}

static enum pl_rc fixed(struct typed *t, uint8_t word[32],
			const struct pl_json *v, unsigned n, struct pl_err *e)
{
	struct pl_span s;

	PL_TRY(pl_json_data(t->a, &s, v, e));
	if (s.n != n)
		return pl_fail(e, PL_EFORMAT, "%zu bytes, not %u", s.n, n);
	memcpy(word, s.p, n);
	return PL_OK;
}

/* SPEC EIP-712 "Definition of encodeData": the atomic and dynamic types */
static enum pl_rc atom(struct typed *t, uint8_t word[32], const char *type,
		       const struct pl_json *v, struct pl_err *e)
{
	const unsigned u = size_of(type, "uint"), i = size_of(type, "int"),
		       n = size_of(type, "bytes");
	struct pl_hash32 h;
	struct pl_addr addr;
	struct pl_span s;

	memset(word, 0, 32);
	if (!strcmp(type, "string")) {
		if (!pl_json_str(v))
			return pl_fail(e, PL_EFORMAT, "no string");
		h = pl_keccak256((struct pl_span){
			(const uint8_t *)pl_json_str(v), pl_json_str_len(v) });
		memcpy(word, h.b, 32);
	} else if (!strcmp(type, "bytes")) {
		PL_TRY(pl_json_data(t->a, &s, v, e));
		h = pl_keccak256(s);
		memcpy(word, h.b, 32);
	} else if (!strcmp(type, "address")) {
		PL_TRY(pl_json_addr(&addr, v, e));
		memcpy(word + 12, addr.b, 20);
	} else if (!strcmp(type, "bool")) {
		if (pl_json_type(v) != PL_J_BOOL)
			return pl_fail(e, PL_EFORMAT, "not true nor false");
		word[31] = pl_json_bool(v);
	} else if (n && n <= 32) {
		return fixed(t, word, v, n, e);
	} else if ((u && u <= 256 && u % 8 == 0) ||
		   (i && i <= 256 && i % 8 == 0)) {
		return integer(word, v, u ? u : i, !u, e);
	} else {
		return pl_fail(e, PL_EFORMAT, "no type: %.64s", type);
	}
	return PL_OK;
}

static enum pl_rc value(struct typed *t, uint8_t word[32], const char *type,
			const struct pl_json *v, unsigned depth,
			struct pl_err *e);

/* SPEC EIP-712 "Definition of hashStruct" */
static enum pl_rc hash_struct(struct typed *t, uint8_t word[32], struct type *x,
			      const struct pl_json *v, unsigned depth,
			      struct pl_err *e)
{
	struct pl_hash32 h;
	struct pl_buf b;

	if (pl_json_type(v) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where %.64s belongs",
			       pl_json_type_name(v), x->name);
	PL_TRY(type_hash(t, x, e));
	pl_buf_init(&b, t->a);
	pl_buf_put(&b, pl_hash32_span(&x->hash));
	for (size_t i = 0; i < pl_json_len(x->members); i++) {
		const char *name, *type;
		uint8_t one[32];

		PL_TRY(member(x, i, &name, &type, e));
		if (value(t, one, type, pl_json_get(v, name), depth, e))
			return pl_note(e, "%.64s", name);
		pl_buf_put(&b, (struct pl_span){ one, 32 });
	}
	h = pl_keccak256(pl_buf_span(&b));
	memcpy(word, h.b, 32);
	return PL_OK;
}

/* type[] or type[n]: open is where its last bracket opens. */
static enum pl_rc hash_array(struct typed *t, uint8_t word[32],
			     const char *type, const char *open,
			     const struct pl_json *v, unsigned depth,
			     struct pl_err *e)
{
	const char *of = pl_strndup(t->a, type, (size_t)(open - type));
	const size_t n = pl_json_len(v);
	struct pl_hash32 h;
	struct pl_buf b;
	char want[32];

	if (pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT, "%s where %.64s belongs",
			       pl_json_type_name(v), type);
	(void)snprintf(want, sizeof(want), "[%zu]", n);
	if (strcmp(open, "[]") != 0 && strcmp(open, want) != 0)
		return pl_fail(e, PL_EFORMAT, "%zu items, and %.64s", n, type);
	pl_buf_init(&b, t->a);
	for (size_t i = 0; i < n; i++) {
		uint8_t one[32];

		if (value(t, one, of, pl_json_at(v, i), depth, e))
			return pl_note(e, "[%zu]", i);
		pl_buf_put(&b, (struct pl_span){ one, 32 });
	}
	h = pl_keccak256(pl_buf_span(&b));
	memcpy(word, h.b, 32);
	return PL_OK;
}

static enum pl_rc value(struct typed *t, uint8_t word[32], const char *type,
			const struct pl_json *v, unsigned depth,
			struct pl_err *e)
{
	const char *open = strrchr(type, '[');
	struct type *x;

	if (depth == PL_TYPED_DEPTH)
		return pl_fail(e, PL_ELIMIT, "more than %d within one another",
			       PL_TYPED_DEPTH);
	if (open)
		return hash_array(t, word, type, open, v, depth + 1, e);
	x = find(t, type, strlen(type));
	if (!x)
		return atom(t, word, type, v, e);
	memset(word, 0, 32);
	return pl_json_is_null(v) ? PL_OK
				  : hash_struct(t, word, x, v, depth + 1, e);
}

/* ------------------------------------------------------------------- whole */

static enum pl_rc digest(struct typed *t, struct pl_hash32 *out,
			 const struct pl_json *data, struct pl_err *e)
{
	const struct pl_json *domain, *message = pl_json_get(data, "message");
	const char *primary;
	uint8_t all[66] = { 0x19, 0x01 };
	struct type *x;
	size_t n = 34;

	PL_TRY(read_types(t, pl_json_get(data, "types"), e));
	PL_TRY(pl_json_need_str(&primary, data, "primaryType", e));
	PL_TRY(pl_json_need(&domain, data, "domain", PL_J_OBJECT, e));
	PL_TRY(add_domain(t, domain, e));
	x = find(t, DOMAIN, strlen(DOMAIN));
	if (hash_struct(t, all + 2, x, domain, 0, e))
		return pl_note(e, "domain");
	if (strcmp(primary, DOMAIN) != 0) {
		x = find(t, primary, strlen(primary));
		if (!x)
			return pl_fail(e, PL_EFORMAT, "no type: %.64s",
				       primary);
		if (hash_struct(t, all + 34, x, message, 0, e))
			return pl_note(e, "message");
		n = 66;
	}
	*out = pl_keccak256((struct pl_span){ all, n });
	return PL_OK;
}

enum pl_rc pl_typed_digest(struct pl_arena *a, struct pl_hash32 *out,
			   const struct pl_json *data, struct pl_err *e)
{
	struct typed t = { .a = a };

	return digest(&t, out, data, e) ? pl_note(e, "typed data") : PL_OK;
}
