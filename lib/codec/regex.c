#include "codec/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/lazy.h"

#define MATCH_LIMIT 20000u /* backtracking steps, more for longer text */
#define DEPTH_LIMIT 1000u
#define HEAP_LIMIT_KIB 4096u

#define FUNCS(X)                                                               \
	X(pcre2_compile_8)                                                     \
	X(pcre2_compile_context_create_8)                                      \
	X(pcre2_general_context_create_8)                                      \
	X(pcre2_get_error_message_8)                                           \
	X(pcre2_match_8)                                                       \
	X(pcre2_match_context_create_8)                                        \
	X(pcre2_match_data_create_8)                                           \
	X(pcre2_set_compile_extra_options_8)                                   \
	X(pcre2_set_depth_limit_8)                                             \
	X(pcre2_set_heap_limit_8)                                              \
	X(pcre2_set_match_limit_8)                                             \
	X(pcre2_set_max_pattern_length_8)
#define PL_LAZY_TABLE lp
PL_LAZY(lp, "libpcre2-8.so.0", FUNCS);

struct pl_regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* PCRE2's memory is the arena's: nothing is freed singly. */
static void *from_arena(PCRE2_SIZE n, void *a)
{
	return pl_alloc(a, n);
}

static void to_nowhere(void *p, void *a)
{
	(void)p;
	(void)a;
}

/* Unicode's long names of general categories, which PCRE2 knows by letters. */
static const char *const categories[][2] = {
	{ "Letter", "L" },
	{ "Lowercase_Letter", "Ll" },
	{ "Uppercase_Letter", "Lu" },
	{ "Titlecase_Letter", "Lt" },
	{ "Modifier_Letter", "Lm" },
	{ "Other_Letter", "Lo" },
	{ "Mark", "M" },
	{ "Number", "N" },
	{ "Decimal_Number", "Nd" },
	{ "Punctuation", "P" },
	{ "Symbol", "S" },
	{ "Currency_Symbol", "Sc" },
	{ "Separator", "Z" },
	{ "Space_Separator", "Zs" },
	{ "Other", "C" },
};

/* The pattern with \p{Letter} made \p{L}. */
static struct pl_span short_names(struct pl_arena *a, const char *p, size_t n)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		bool prop = n - i > 3 && p[i] == '\\' &&
			    (p[i + 1] | 0x20) == 'p' && p[i + 2] == '{';

		pl_buf_byte(&b, (uint8_t)p[i]);
		if (p[i] == '\\' && i + 1 < n)
			pl_buf_byte(&b, (uint8_t)p[++i]);
		if (!prop)
			continue;
		pl_buf_byte(&b, (uint8_t)p[++i]);
		for (size_t k = 0; k < sizeof(categories) / sizeof(*categories);
		     k++) {
			size_t len = strlen(categories[k][0]);

			if (n - i - 1 <= len || p[i + 1 + len] != '}' ||
			    memcmp(p + i + 1, categories[k][0], len))
				continue;
			pl_buf_str(&b, categories[k][1]);
			i += len;
			break;
		}
	}
	return pl_buf_span(&b);
}

static enum pl_rc compile(struct pl_regex *re, pcre2_general_context *g,
			  const char *pattern, size_t n, struct pl_err *e)
{
	/* What ECMAScript means: "$" is the very end, \u0041 and \x41 are
	 * characters, [] matches nothing, an unset group matches "". */
	const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY |
				 PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS |
				 PCRE2_MATCH_UNSET_BACKREF |
				 PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *c = lp.pcre2_compile_context_create_8(g);
	PCRE2_SIZE at = 0;
	uint8_t why[128] = "";
	int code = 0;

	(void)lp.pcre2_set_compile_extra_options_8(c, PCRE2_EXTRA_ALT_BSUX);
	(void)lp.pcre2_set_max_pattern_length_8(c, 65536);
	re->code = lp.pcre2_compile_8((PCRE2_SPTR)pattern, n, options, &code,
				      &at, c);
	if (re->code)
		return PL_OK;
	(void)lp.pcre2_get_error_message_8(code, why, sizeof(why));
	return pl_fail(e, PL_EFORMAT,
		       "pattern \"%.100s\": %s (at character %zu)", pattern,
		       (const char *)why, (size_t)at + 1);
}

enum pl_rc pl_regex_compile(struct pl_arena *a, struct pl_regex **out,
			    const char *pattern, size_t n, struct pl_err *e)
{
	struct pl_regex *re = PL_NEW(a, struct pl_regex);
	pcre2_general_context *g;
	struct pl_span text;

	PL_TRY(lp_load(e));
	g = lp.pcre2_general_context_create_8(from_arena, to_nowhere, a);
	text = short_names(a, pattern, n);
	PL_TRY(compile(re, g, pl_strndup(a, (const char *)text.p, text.n),
		       text.n, e));
	re->data = lp.pcre2_match_data_create_8(1, g);
	re->limits = lp.pcre2_match_context_create_8(g);
	(void)lp.pcre2_set_depth_limit_8(re->limits, DEPTH_LIMIT);
	(void)lp.pcre2_set_heap_limit_8(re->limits, HEAP_LIMIT_KIB);
	*out = re;
	return PL_OK;
}

enum pl_rc pl_regex_find(bool *found, struct pl_regex *re, const char *s,
			 size_t n, struct pl_err *e)
{
	uint8_t why[128] = "";
	int code;

	if (n > UINT32_MAX / 32)
		return pl_fail(e, PL_ELIMIT,
			       "a text of %zu bytes is too long "
			       "for a pattern",
			       n);
	(void)lp.pcre2_set_match_limit_8(re->limits,
					 MATCH_LIMIT + 16 * (uint32_t)n);
	code = lp.pcre2_match_8(re->code, (PCRE2_SPTR)s, n, 0, 0, re->data,
				re->limits);
	if (code >= 0 || code == PCRE2_ERROR_NOMATCH) {
		*found = code >= 0;
		return PL_OK;
	}
	(void)lp.pcre2_get_error_message_8(code, why, sizeof(why));
	return pl_fail(e, PL_ELIMIT, "matching a pattern: %s",
		       (const char *)why);
}
