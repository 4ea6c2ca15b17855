/* ABI values from words, and as JSON. */
#include "codec/abi.h"

#include <string.h>

#include "crypto/addr.h"

static enum pl_rc bool_word(struct pl_abi_value *out,
			    const struct pl_abi_type *t, const char *word,
			    struct pl_err *e)
{
	bool yes = !strcmp(word, "true") || !strcmp(word, "1");

	if (!yes && strcmp(word, "false") != 0 && strcmp(word, "0") != 0)
		return pl_fail(e, PL_EFORMAT, "'%.40s' is not true or false",
			       word);
	*out = (struct pl_abi_value){ .kind = t->kind,
				      .type = t,
				      .num = pl_u256_of(yes) };
	return PL_OK;
}

enum pl_rc pl_abi_value_word(struct pl_arena *a, struct pl_abi_value *out,
			     const struct pl_abi_type *t, const char *word,
			     struct pl_err *e)
{
	const struct pl_json *v = NULL;

	switch (t->kind) {
	case PL_ABI_BOOL:
		return bool_word(out, t, word, e);
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		PL_TRY(pl_json_parse(a, &v, pl_span_str(word), e));
		break;
	case PL_ABI_UINT:
	case PL_ABI_INT:
	case PL_ABI_ADDR:
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
	case PL_ABI_BYTES:
	case PL_ABI_STR:
		PL_TRY(pl_json_new_str(a, &v, word, e));
		break;
	}
	return pl_abi_value_json(a, out, t, v, e);
}

/* Names that an object may have as its keys. */
static bool named(const struct pl_abi_type *t)
{
	if (!t || !t->count)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		if (!*t->members[i].name)
			return false;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(t->members[i].name, t->members[k].name))
				return false;
	}
	return true;
}

static void list_out(struct pl_jout *w, const char *key,
		     const struct pl_abi_value *v)
{
	const bool object = v->kind == PL_ABI_TUPLE && named(v->type);

	pl_jout_open(w, key, object ? '{' : '[');
	for (size_t i = 0; i < v->n; i++)
		pl_abi_value_out(w, object ? v->type->members[i].name : NULL,
				 &v->items[i]);
	pl_jout_close(w, object ? '}' : ']');
}

void pl_abi_value_out(struct pl_jout *w, const char *key,
		      const struct pl_abi_value *v)
{
	char addr[PL_ADDR_TEXT];

	switch (v->kind) {
	case PL_ABI_UINT:
	case PL_ABI_INT:
		pl_jout_str(w, key, pl_abi_value_text(w->b->a, v));
		break;
	case PL_ABI_BOOL:
		pl_jout_bool(w, key, !pl_u256_is_zero(&v->num));
		break;
	case PL_ABI_ADDR:
		pl_addr_text(addr, &v->addr);
		pl_jout_str(w, key, addr);
		break;
	case PL_ABI_FIXED:
	case PL_ABI_FUNC:
	case PL_ABI_BYTES:
		pl_jout_data(w, key, v->bytes);
		break;
	case PL_ABI_STR:
		pl_jout_str(w, key,
			    pl_strndup(w->b->a, (const char *)v->bytes.p,
				       v->bytes.n));
		break;
	case PL_ABI_TUPLE:
	case PL_ABI_ARRAY:
		list_out(w, key, v);
		break;
	}
}
