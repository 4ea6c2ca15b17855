#include "devnet/lie.h"

#include <string.h>

#include "codec/jcs.h"

const char *const pl_dev_lie_words[] = { "nothing", "headers", "state",
					 "logs",    "proofs",  "signatures",
					 NULL };

/* The result in hand, and where it stands: a member of the answer. */
struct lying {
	struct pl_arena *a;
	const struct pl_json *answer;
	const struct pl_json *result;
	const char *method;
	bool told;
};

typedef void lie_fn(struct lying *x);

static bool is(const struct lying *x, const char *method)
{
	return !strcmp(x->method, method);
}

/* Another last digit; of a quantity, another number. */
static const struct pl_json *other(struct lying *x, const struct pl_json *v)
{
	const char *was = pl_json_str(v);
	const struct pl_json *out;
	struct pl_err e;
	char *s;

	if (!was || strlen(was) < 3)
		return NULL;
	s = pl_strdup(x->a, was);
	s[strlen(s) - 1] = s[strlen(s) - 1] == '1' ? '2' : '1';
	return pl_json_new_str(x->a, &out, s, &e) ? NULL : out;
}

static void change(struct lying *x, const struct pl_json *obj, const char *key)
{
	const struct pl_json *v = other(x, pl_json_get(obj, key));
	struct pl_err e;

	if (v && !pl_json_put(x->a, obj, key, v, &e))
		x->told = true;
}

/* An array without its last item. */
static void shorten(struct lying *x, const struct pl_json *obj, const char *key)
{
	const struct pl_json *v = pl_json_get(obj, key), *out;
	size_t n = pl_json_len(v);
	struct pl_err e;

	if (pl_json_type(v) != PL_J_ARRAY || !n ||
	    pl_json_parse(x->a, &out, pl_span_str("[]"), &e))
		return;
	for (size_t i = 0; i + 1 < n; i++)
		if (pl_json_append(x->a, out, pl_json_at(v, i), &e))
			return;
	if (!pl_json_put(x->a, obj, key, out, &e))
		x->told = true;
}

static void headers(struct lying *x)
{
	if (is(x, "debug_getRawHeader") || is(x, "debug_getRawBlock"))
		change(x, x->answer, "result");
	else
		change(x, x->result, "stateRoot");
}

static void state(struct lying *x)
{
	static const char *const words[] = { "eth_getBalance",
					     "eth_getTransactionCount",
					     "eth_getCode", "eth_getStorageAt",
					     "eth_call" };
	const struct pl_json *slots = pl_json_get(x->result, "storageProof");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is(x, words[i]))
			change(x, x->answer, "result");
	if (!is(x, "eth_getProof"))
		return;
	change(x, x->result, "balance");
	for (size_t i = 0; i < pl_json_len(slots); i++)
		change(x, pl_json_at(slots, i), "value");
}

static void logs(struct lying *x)
{
	if (is(x, "eth_getLogs") || is(x, "eth_getFilterLogs"))
		shorten(x, x->answer, "result");
	if (is(x, "debug_getRawReceipts"))
		shorten(x, x->answer, "result");
	if (is(x, "eth_getTransactionReceipt"))
		shorten(x, x->result, "logs");
	if (is(x, "eth_getBlockReceipts"))
		for (size_t i = 0; i < pl_json_len(x->result); i++)
			shorten(x, pl_json_at(x->result, i), "logs");
}

static void proofs(struct lying *x)
{
	const struct pl_json *slots = pl_json_get(x->result, "storageProof");

	if (!is(x, "eth_getProof"))
		return;
	shorten(x, x->result, "accountProof");
	for (size_t i = 0; i < pl_json_len(slots); i++)
		shorten(x, pl_json_at(slots, i), "proof");
}

static lie_fn *const lies[] = { [PL_DEV_LIE_HEADERS] = headers,
				[PL_DEV_LIE_STATE] = state,
				[PL_DEV_LIE_LOGS] = logs,
				[PL_DEV_LIE_PROOFS] = proofs };

static bool same_id(const struct pl_json *x, const struct pl_json *y)
{
	const struct pl_json *a = pl_json_get(x, "id"),
			     *b = pl_json_get(y, "id");
	int64_t i = 0, j = 1;
	struct pl_err e;

	if (pl_json_str(a) && pl_json_str(b))
		return !strcmp(pl_json_str(a), pl_json_str(b));
	return !pl_json_int(&i, a, &e) && !pl_json_int(&j, b, &e) && i == j;
}

/* request: one, or the array in which its request stands */
static void one(struct lying *x, lie_fn *lie, const struct pl_json *request,
		const struct pl_json *answer)
{
	const struct pl_json *q = request;

	if (pl_json_type(request) == PL_J_ARRAY) {
		q = NULL;
		for (size_t i = 0; !q && i < pl_json_len(request); i++)
			if (same_id(pl_json_at(request, i), answer))
				q = pl_json_at(request, i);
	}
	x->method = pl_json_str(pl_json_get(q, "method"));
	x->answer = answer;
	x->result = pl_json_get(answer, "result");
	if (x->method && x->result)
		lie(x);
}

struct pl_span pl_dev_lie(enum pl_dev_lie lie, struct pl_arena *a,
			  struct pl_span request, struct pl_span answer)
{
	struct lying x = { .a = a };
	const struct pl_json *q, *r;
	struct pl_buf out;
	struct pl_err e;

	if (lie == PL_DEV_HONEST || lie == PL_DEV_LIE_SIGNATURES ||
	    pl_json_parse(a, &q, request, &e) ||
	    pl_json_parse(a, &r, answer, &e))
		return answer;
	if (pl_json_type(r) != PL_J_ARRAY)
		one(&x, lies[lie], q, r);
	else
		for (size_t i = 0; i < pl_json_len(r); i++)
			one(&x, lies[lie], q, pl_json_at(r, i));
	pl_buf_init(&out, a);
	return x.told && !pl_jcs(&out, r, &e) ? pl_buf_span(&out) : answer;
}
