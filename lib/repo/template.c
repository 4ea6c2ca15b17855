/* The asset classes that travel inside the binary. */
#include "base/buf.h"
#include "base/embed.h"
#include "codec/jcs.h"
#include "repo/asset.h"

PL_EMBED(pl_tpl_asset, "templates/assets/asset.schema.json");

#define CLASS(id, name)                                                        \
	PL_EMBED(pl_tpl_##id##_schema,                                         \
		 "templates/assets/" name ".schema.json");                     \
	PL_EMBED(pl_tpl_##id##_example,                                        \
		 "templates/assets/" name ".example.json");                    \
	PL_EMBED(pl_tpl_##id##_papers, "templates/assets/" name ".papers.md")

CLASS(real_estate, "real-estate");
CLASS(private_credit, "private-credit");
CLASS(treasury_bill, "treasury-bill");
CLASS(commodity_gold, "commodity-gold");
CLASS(fund, "fund");
CLASS(invoice, "invoice");
CLASS(carbon_credit, "carbon-credit");

#define ROW(id, name)                                                          \
	{                                                                      \
		name, pl_tpl_##id##_schema_begin, pl_tpl_##id##_schema_end,    \
			pl_tpl_##id##_example_begin,                           \
			pl_tpl_##id##_example_end, pl_tpl_##id##_papers_begin, \
			pl_tpl_##id##_papers_end                               \
	}
static const struct {
	const char *name;
	const uint8_t *schema, *schema_end, *example, *example_end, *papers,
		*papers_end;
} classes[] = {
	ROW(real_estate, "real-estate"),
	ROW(private_credit, "private-credit"),
	ROW(treasury_bill, "treasury-bill"),
	ROW(commodity_gold, "commodity-gold"),
	ROW(fund, "fund"),
	ROW(invoice, "invoice"),
	ROW(carbon_credit, "carbon-credit"),
};

#define N_CLASSES (sizeof(classes) / sizeof(classes[0]))

static struct pl_span between(const uint8_t *from, const uint8_t *to)
{
	return (struct pl_span){ from, (size_t)(to - from) };
}

/* One file that any validator takes: the common schema goes among the $defs
 * of the class's, under its own $id. */
static enum pl_rc bundle(struct pl_arena *a, struct pl_asset_class *c,
			 struct pl_span text, struct pl_err *e)
{
	const struct pl_json *schema, *common, *defs;
	struct pl_buf b;

	PL_TRY(pl_json_parse(a, &schema, text, e));
	PL_TRY(pl_json_parse(a, &common, PL_EMBEDDED(pl_tpl_asset), e));
	PL_TRY(pl_json_need(&defs, schema, "$defs", PL_J_OBJECT, e));
	PL_TRY(pl_json_put(a, defs, "asset", common, e));
	PL_TRY(pl_json_need_str(&c->title, schema, "title", e));
	PL_TRY(pl_json_need_str(&c->about, schema, "description", e));
	pl_buf_init(&b, a);
	PL_TRY(pl_jcs_pretty(&b, schema, e));
	c->schema = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc pl_asset_classes(struct pl_arena *a, struct pl_asset_class **out,
			    size_t *n, struct pl_err *e)
{
	struct pl_asset_class *v =
		PL_NEW_N(a, struct pl_asset_class, N_CLASSES);

	for (size_t i = 0; i < N_CLASSES; i++) {
		v[i].name = classes[i].name;
		v[i].example =
			between(classes[i].example, classes[i].example_end);
		v[i].papers = between(classes[i].papers, classes[i].papers_end);
		if (bundle(a, &v[i],
			   between(classes[i].schema, classes[i].schema_end),
			   e))
			return pl_note(e, "built-in class %s", v[i].name);
	}
	*out = v;
	*n = N_CLASSES;
	return PL_OK;
}
