#include "token/token.h"

#include "base/embed.h"
#include "crypto/keccak.h"

PL_EMBED(pl_token_json, "templates/contracts/PlumeToken.json");

/* Errors that tokens of other people throw when plume's verbs meet them. */
static const char *const foreign[] = {
	"error AccessControlUnauthorizedAccount(address account, bytes32 role)",
};
#define FOREIGN (sizeof(foreign) / sizeof(foreign[0]))

static enum pl_rc add_foreign(struct pl_arena *a, struct pl_abi *abi,
			      struct pl_err *e)
{
	struct pl_abi_item *items =
		PL_NEW_N(a, struct pl_abi_item, abi->n + FOREIGN);

	memcpy(items, abi->items, abi->n * sizeof(*items));
	for (size_t i = 0; i < FOREIGN; i++)
		PL_TRY(pl_abi_sig_parse(a, &items[abi->n + i], foreign[i], e));
	*abi = (struct pl_abi){ items, abi->n + FOREIGN };
	return PL_OK;
}

static enum pl_rc read_artifact(struct pl_arena *a, struct pl_token_artifact *t,
				struct pl_err *e)
{
	const struct pl_json *json, *part;

	PL_TRY(pl_json_parse(a, &json, PL_EMBEDDED(pl_token_json), e));
	PL_TRY(pl_json_need_str(&t->contract, json, "contract", e));
	PL_TRY(pl_json_need_str(&t->compiler, json, "compiler", e));
	PL_TRY(pl_json_need(&part, json, "bytecode", PL_J_STR, e));
	PL_TRY(pl_json_data(a, &t->code, part, e));
	PL_TRY(pl_json_need(&part, json, "abi", PL_J_ARRAY, e));
	PL_TRY(pl_abi_read(a, &t->abi, part, e));
	PL_TRY(add_foreign(a, &t->abi, e));
	t->hash = pl_keccak256(t->code);
	return PL_OK;
}

enum pl_rc pl_token_artifact(struct pl_arena *a, struct pl_token_artifact *out,
			     struct pl_err *e)
{
	struct pl_token_artifact t;

	if (read_artifact(a, &t, e))
		return pl_fail(e, PL_EBUG, "the contract inside plume: %.300s",
			       e->msg);
	*out = t;
	return PL_OK;
}

enum pl_rc pl_token_deploy_data(struct pl_arena *a, struct pl_span *out,
				const struct pl_token_artifact *t,
				const struct pl_token_terms *terms,
				struct pl_err *e)
{
	/* in the order of PlumeToken's struct Terms */
	struct pl_abi_value v[] = {
		pl_abi_str(terms->name),       pl_abi_str(terms->symbol),
		pl_abi_u64(terms->decimals),   pl_abi_u256(&terms->cap),
		pl_abi_u256(&terms->supply),   pl_abi_addr(&terms->owner),
		pl_abi_str(terms->asset),      pl_abi_hash32(&terms->root),
		pl_abi_hash32(&terms->commit),
	};
	struct pl_abi_value all = pl_abi_items(v, sizeof(v) / sizeof(v[0]));
	const struct pl_abi_item *make;
	struct pl_buf b;

	PL_TRY(pl_abi_find(&make, &t->abi, PL_ABI_CONSTRUCTOR, "constructor",
			   e));
	pl_buf_init(&b, a);
	pl_buf_put(&b, t->code);
	PL_TRY(pl_abi_encode(&b, &make->in, &all, 1, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

enum pl_rc pl_token_call(struct pl_arena *a, struct pl_span *out,
			 const struct pl_token_artifact *t,
			 const char *function, const struct pl_abi_value *v,
			 size_t n, struct pl_err *e)
{
	const struct pl_abi_item *f;

	PL_TRY(pl_abi_find(&f, &t->abi, PL_ABI_FUNCTION, function, e));
	return pl_abi_encode_call(a, out, f, v, n, e);
}

enum pl_rc pl_token_answer(struct pl_arena *a, struct pl_abi_value *out,
			   const struct pl_token_artifact *t,
			   const char *function, struct pl_span data,
			   struct pl_err *e)
{
	const struct pl_abi_item *f;
	struct pl_abi_value all;

	PL_TRY(pl_abi_find(&f, &t->abi, PL_ABI_FUNCTION, function, e));
	if (f->out.count != 1)
		return pl_fail(e, PL_EUSAGE, "%s answers %zu values", f->sig,
			       f->out.count);
	if (pl_abi_decode(a, &all, &f->out, data, e))
		return pl_note(e, "answer of %s", f->sig);
	*out = all.items[0];
	return PL_OK;
}

/* bytes32, text padded with zeros: tokens of 2017 and before. */
static bool short_text(struct pl_span *out, struct pl_span data)
{
	size_t n = 0;

	if (data.n != 32)
		return false;
	while (n < 32 && data.p[n])
		n++;
	for (size_t i = n; i < 32; i++) {
		if (data.p[i])
			return false;
	}
	*out = (struct pl_span){ data.p, n };
	return true;
}

/* A string at offset 32, whatever stands behind it. */
static bool loose_text(struct pl_span *out, struct pl_span data)
{
	struct pl_u256 v;
	uint64_t offset, n;

	if (data.n < 64)
		return false;
	v = pl_u256_from_be32(data.p);
	if (!pl_u256_to_u64(&offset, &v) || offset != 32)
		return false;
	v = pl_u256_from_be32(data.p + 32);
	if (!pl_u256_to_u64(&n, &v) || n > data.n - 64)
		return false;
	*out = (struct pl_span){ data.p + 64, (size_t)n };
	return true;
}

enum pl_rc pl_token_text_answer(struct pl_arena *a, char **out,
				struct pl_span data, struct pl_err *e)
{
	struct pl_span s;

	if (!loose_text(&s, data) && !short_text(&s, data))
		return pl_fail(e, PL_EFORMAT,
			       "the answer (%zu bytes) is no text", data.n);
	if (s.n > PL_TOKEN_MAX_TEXT)
		return pl_fail(e, PL_ELIMIT,
			       "a text of %zu bytes, over the %d read", s.n,
			       PL_TOKEN_MAX_TEXT);
	if (s.n && memchr(s.p, 0, s.n))
		return pl_fail(e, PL_EFORMAT, "the text holds a zero byte");
	*out = pl_strndup(a, (const char *)s.p, s.n);
	return PL_OK;
}

/* ----------------------------------------------------------------- events */

const struct pl_hash32 pl_token_topic_transfer = { {
	0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0,
	0x68, 0xfc, 0x37, 0x8d, 0xaa, 0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4,
	0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
} };

const char *pl_token_event_name(enum pl_token_event_kind k)
{
	switch (k) {
	case PL_TOKEN_OTHER:
		return "other";
	case PL_TOKEN_TRANSFER:
		return "transfer";
	case PL_TOKEN_MINT:
		return "mint";
	case PL_TOKEN_BURN:
		return "burn";
	case PL_TOKEN_APPROVAL:
		return "approval";
	case PL_TOKEN_PAUSED:
		return "paused";
	case PL_TOKEN_UNPAUSED:
		return "unpaused";
	case PL_TOKEN_OWNER:
		return "owner";
	case PL_TOKEN_PAPERS:
		return "papers";
	}
	return "other";
}

static enum pl_token_event_kind kind_of(const char *name)
{
	static const struct {
		const char *name;
		enum pl_token_event_kind kind;
	} table[] = {
		{ "Transfer", PL_TOKEN_TRANSFER },
		{ "Approval", PL_TOKEN_APPROVAL },
		{ "Paused", PL_TOKEN_PAUSED },
		{ "Unpaused", PL_TOKEN_UNPAUSED },
		{ "OwnershipTransferred", PL_TOKEN_OWNER },
		{ "PapersChanged", PL_TOKEN_PAPERS },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].name, name))
			return table[i].kind;
	}
	return PL_TOKEN_OTHER;
}

static size_t topics_of(const struct pl_abi_item *ev)
{
	size_t n = 1;

	for (size_t i = 0; i < ev->in.count; i++)
		n += ev->in.members[i].indexed;
	return n;
}

static bool is_zero_addr(const struct pl_addr *a)
{
	static const struct pl_addr zero;

	return pl_addr_equal(a, &zero);
}

/* The members of the event by their kind's order. */
static void fill(struct pl_token_event *ev, const struct pl_abi_value *v)
{
	if (ev->kind == PL_TOKEN_PAPERS) {
		memcpy(ev->root.b, v[0].bytes.p, 32);
		memcpy(ev->commit.b, v[1].bytes.p, 32);
		return;
	}
	ev->from = v[0].addr;
	if (ev->kind == PL_TOKEN_PAUSED || ev->kind == PL_TOKEN_UNPAUSED)
		return;
	ev->to = v[1].addr;
	if (ev->kind == PL_TOKEN_OWNER)
		return;
	ev->value = v[2].num;
	if (ev->kind != PL_TOKEN_TRANSFER)
		return;
	if (is_zero_addr(&ev->from))
		ev->kind = PL_TOKEN_MINT;
	else if (is_zero_addr(&ev->to))
		ev->kind = PL_TOKEN_BURN;
}

enum pl_rc pl_token_event(struct pl_arena *a, struct pl_token_event *out,
			  const struct pl_token_artifact *t,
			  const struct pl_addr *addr,
			  const struct pl_hash32 *topics, size_t n_topics,
			  struct pl_span data, struct pl_err *e)
{
	const struct pl_abi_item *item =
		n_topics ? pl_abi_by_topic(&t->abi, &topics[0]) : NULL;
	struct pl_token_event ev = { .kind = PL_TOKEN_OTHER, .token = *addr };
	struct pl_abi_value v;

	if (item && n_topics == topics_of(item))
		ev.kind = kind_of(item->name);
	if (ev.kind != PL_TOKEN_OTHER) {
		PL_TRY(pl_abi_decode_event(a, &v, item, topics, n_topics, data,
					   e));
		fill(&ev, v.items);
	}
	*out = ev;
	return PL_OK;
}

/* ---------------------------------------------------------------- reverts */

/* What the errors of OpenZeppelin and of our contract mean. */
static const char *meaning(const char *error)
{
	static const struct {
		const char *error, *words;
	} table[] = {
		{ "ERC20InsufficientBalance", "the sender holds too little" },
		{ "ERC20InsufficientAllowance",
		  "the holder has allowed too little" },
		{ "ERC20InvalidReceiver", "this address cannot receive" },
		{ "ERC20InvalidSender", "this address cannot send" },
		{ "ERC20InvalidApprover", "this address cannot allow" },
		{ "ERC20InvalidSpender", "this address cannot be allowed" },
		{ "ERC20ExceededCap", "more than the token's cap" },
		{ "EnforcedPause", "the token is paused" },
		{ "ExpectedPause", "the token is not paused" },
		{ "OwnableUnauthorizedAccount",
		  "only the token's owner may do this" },
		{ "OwnableInvalidOwner", "this address cannot own" },
		{ "OwnerNeededToUnpause",
		  "a paused token needs an owner: unpause it first" },
		{ "ERC2612ExpiredSignature", "the permit has expired" },
		{ "ERC2612InvalidSigner",
		  "the permit was signed by somebody else" },
		{ "AccessControlUnauthorizedAccount",
		  "the account lacks the role for this" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].error, error))
			return table[i].words;
	}
	return NULL;
}

/* A symbol that can stand behind a number as a unit. */
static bool plain_word(const char *s)
{
	size_t n;

	for (n = 0; s && s[n]; n++) {
		if (s[n] <= 0x20 || s[n] >= 0x7f)
			return false;
	}
	return n > 0 && n <= 16;
}

/* "needed 7 ESTATE": amounts of ERC-20's errors in the token's units. */
static void put_member(struct pl_buf *b, const char *name,
		       const struct pl_abi_value *v, const char *symbol,
		       uint8_t decimals)
{
	struct pl_amount amount = { v->num, decimals };

	if (*name)
		pl_buf_fmt(b, "%s ", name);
	if (symbol && v->kind == PL_ABI_UINT)
		pl_buf_fmt(b, "%s %s", pl_amount_text(b->a, &amount), symbol);
	else
		pl_buf_str(b, pl_abi_value_text(b->a, v));
}

char *pl_token_revert_text(struct pl_arena *a,
			   const struct pl_token_artifact *t,
			   struct pl_span revert, const char *symbol,
			   uint8_t decimals)
{
	const struct pl_abi_item *it;
	struct pl_abi_value v;
	struct pl_buf b;
	const char *words, *unit;

	if (!pl_abi_revert_decode(a, &it, &v, &t->abi, revert))
		return pl_abi_revert_text(a, &t->abi, revert);
	unit = !strncmp(it->name, "ERC20", 5) && plain_word(symbol) ? symbol
								    : NULL;
	words = meaning(it->name);
	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "%s%s%s(", words ? words : "", words ? ": " : "",
		   it->name);
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			pl_buf_str(&b, ", ");
		put_member(&b, it->in.members[i].name, &v.items[i], unit,
			   decimals);
	}
	pl_buf_byte(&b, ')');
	return pl_strdup(a, pl_buf_cstr(&b));
}
