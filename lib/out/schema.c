/* What a command's JSON looks like, as JSON Schema 2020-12. */
#include "out/value.h"

static void object(struct pl_buf *b, const struct pl_field *f);

/* clang-format off */
static const char *const types[] = {
	[PL_FLAG]    = "\"type\":\"boolean\"",
	[PL_UINT]    = "\"type\":[\"integer\",\"string\"],\"minimum\":0,"
		       "\"pattern\":\"^[0-9]+$\"",
	[PL_INT]     = "\"type\":[\"integer\",\"string\"],"
		       "\"pattern\":\"^-?[0-9]+$\"",
	[PL_DOUBLE]  = "\"type\":[\"number\",\"null\"]",
	[PL_STR]     = "\"type\":[\"string\",\"null\"]",
	[PL_HASH32]  = "\"type\":\"string\",\"pattern\":\"^0x[0-9a-f]{64}$\"",
	[PL_ADDR]    = "\"type\":\"string\","
		       "\"pattern\":\"^0x[0-9a-fA-F]{40}$\"",
	[PL_U256]    = "\"type\":\"string\",\"pattern\":\"^[0-9]+$\"",
	[PL_AMOUNT]  = "\"type\":\"string\","
		       "\"pattern\":\"^[0-9]+(\\\\.[0-9]+)?$\"",
	[PL_BYTES]   = "\"type\":\"string\","
		       "\"pattern\":\"^0x([0-9a-f]{2})*$\"",
	[PL_TIME]    = "\"type\":\"string\",\"format\":\"date-time\"",
	[PL_TRUST]   = "\"enum\":[\"local\",\"claimed\",\"signed\",\"proven\","
		       "null]",
	[PL_FILE]    = "\"type\":[\"string\",\"null\"]",
	[PL_DIR]     = "\"type\":[\"string\",\"null\"]",
	[PL_DECIMAL] = "\"type\":[\"string\",\"null\"]",
	[PL_NETWORK] = "\"type\":[\"string\",\"null\"]",
	[PL_JSON]    = "",
};
/* clang-format on */

static void type(struct pl_buf *b, enum pl_kind kind, const char *const *words)
{
	if (kind != PL_ENUM) {
		pl_buf_str(b, types[kind]);
		return;
	}
	pl_buf_str(b, "\"enum\":[");
	for (size_t i = 0; words[i]; i++) {
		if (i)
			pl_buf_byte(b, ',');
		pl_out_json_str(b, words[i]);
	}
	pl_buf_byte(b, ']');
}

static void body(struct pl_buf *b, const struct pl_field *f)
{
	if (f->kind == PL_OBJECT) {
		object(b, f->sub);
		return;
	}
	if (f->kind != PL_LIST) {
		type(b, f->kind, f->words);
		return;
	}
	pl_buf_str(b, "\"type\":\"array\",\"items\":{");
	if (f->sub)
		object(b, f->sub);
	else
		type(b, f->of, f->words);
	pl_buf_byte(b, '}');
}

static void property(struct pl_buf *b, const struct pl_field *f)
{
	bool null = !(f->flags & PL_SPARE) &&
		    ((f->flags & PL_NULLABLE) ||
		     (f->kind == PL_OBJECT && !(f->flags & PL_INLINE)));

	pl_out_json_str(b, f->name);
	pl_buf_str(b, ":{\"description\":");
	pl_out_json_str(b, f->about ? f->about : f->name);
	if (f->kind != PL_JSON)
		pl_buf_byte(b, ',');
	if (null)
		pl_buf_str(b, "\"anyOf\":[{\"type\":\"null\"},{");
	body(b, f);
	if (null)
		pl_buf_str(b, "}]");
	pl_buf_byte(b, '}');
	if (f->kind == PL_AMOUNT)
		pl_buf_fmt(b,
			   ",\"%s_decimals\":{\"description\":\"decimal places "
			   "of the token\",\"type\":[\"integer\",\"null\"],"
			   "\"minimum\":0,\"maximum\":255}",
			   f->name);
}

static void object(struct pl_buf *b, const struct pl_field *f)
{
	pl_buf_str(b, "\"type\":\"object\",\"required\":[");
	for (const struct pl_field *g = f; g->name; g++) {
		if (g->flags & PL_SPARE) /* never the first */
			continue;
		if (g != f)
			pl_buf_byte(b, ',');
		pl_out_json_str(b, g->name);
		if (g->kind == PL_AMOUNT)
			pl_buf_fmt(b, ",\"%s_decimals\"", g->name);
	}
	pl_buf_str(b, "],\"properties\":{");
	for (const struct pl_field *g = f; g->name; g++) {
		if (g != f)
			pl_buf_byte(b, ',');
		property(b, g);
	}
	pl_buf_byte(b, '}');
}

char *pl_out_schema(struct pl_arena *a, const char *title,
		    const struct pl_field *fields, bool many)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "{\"$schema\":\"https://json-schema.org/draft/2020-12/"
		       "schema\",\"title\":");
	pl_out_json_str(&b, title);
	pl_buf_byte(&b, ',');
	if (many)
		pl_buf_str(&b, "\"type\":\"array\",\"items\":{");
	object(&b, fields);
	if (many)
		pl_buf_byte(&b, '}');
	pl_buf_str(&b, "}\n");
	return pl_strdup(a, pl_buf_cstr(&b));
}
