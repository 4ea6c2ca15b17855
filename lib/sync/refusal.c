/* Why a token lets nothing move: what its own rules answer when asked. */
#include <string.h>

#include "crypto/addr.h"
#include "sync/effects.h"

#define SAFE_TEXT 120 /* bytes of a token's own words */

struct asking {
	struct pl_exec *x;
	struct pl_arena *a;
	struct pl_addr token, from, to;
	struct pl_u256 amount;
	struct pl_buf said;
	struct pl_err *e;
};

static bool is_nobody(const struct pl_addr *a)
{
	static const struct pl_addr zero;

	return pl_addr_equal(a, &zero);
}

static void say(struct asking *k, const char *text)
{
	pl_buf_fmt(&k->said, "%s%s", k->said.n ? "; " : "", text);
}

static const char *name(struct asking *k, const struct pl_addr *who)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, who);
	return pl_strdup(k->a, text);
}

/* One value, or *found false. */
static enum pl_rc get(struct asking *k, struct pl_abi_value *out, bool *found,
		      const struct pl_addr *to, const char *signature,
		      const struct pl_abi_value *v, size_t n)
{
	struct pl_abi_value tuple;

	PL_TRY(pl_exec_view(k->x, k->a, &tuple, found, to, signature, v, n,
			    k->e));
	if (*found)
		*out = tuple.items[0];
	return PL_OK;
}

/* A question of yes and no about one account. */
static enum pl_rc about(struct asking *k, const struct pl_addr *contract,
			const char *signature, const struct pl_addr *who,
			bool bad, const char *words)
{
	struct pl_abi_value v, arg = pl_abi_addr(who);
	bool found;

	if (is_nobody(who))
		return PL_OK;
	PL_TRY(get(k, &v, &found, contract, signature, &arg, 1));
	if (found && bad != pl_u256_is_zero(&v.num))
		say(k, pl_printf(k->a, "%s %s", name(k, who), words));
	return PL_OK;
}

static enum pl_rc both(struct asking *k, const char *signature, bool bad,
		       const char *words)
{
	PL_TRY(about(k, &k->token, signature, &k->from, bad, words));
	return about(k, &k->token, signature, &k->to, bad, words);
}

static void movement(const struct asking *k, struct pl_abi_value v[3])
{
	v[0] = pl_abi_addr(&k->from);
	v[1] = pl_abi_addr(&k->to);
	v[2] = pl_abi_u256(&k->amount);
}

static enum pl_rc may_move(struct asking *k, const struct pl_addr *contract,
			   const char *words)
{
	struct pl_abi_value v, args[3];
	bool found;

	movement(k, args);
	PL_TRY(get(k, &v, &found, contract,
		   "canTransfer(address,address,uint256)(bool)", args, 3));
	if (found && pl_u256_is_zero(&v.num))
		say(k, words);
	return PL_OK;
}

/* ---------------------------------------------------------------- ERC-1404 */

/* A token's words, of which only what is printable is shown. */
static const char *tame(struct asking *k, struct pl_span s)
{
	size_t n = s.n < SAFE_TEXT ? s.n : SAFE_TEXT;
	char *text = pl_strndup(k->a, (const char *)s.p, n);

	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return text;
}

static enum pl_rc erc1404(struct asking *k)
{
	struct pl_abi_value v, text, args[3];
	bool found;
	char code[PL_U256_DEC];

	movement(k, args);
	PL_TRY(get(k, &v, &found, &k->token,
		   "detectTransferRestriction(address,address,uint256)(uint8)",
		   args, 3));
	if (!found || pl_u256_is_zero(&v.num))
		return PL_OK;
	args[0] = pl_abi_u256(&v.num);
	pl_u256_dec(code, &v.num);
	PL_TRY(get(k, &text, &found, &k->token,
		   "messageForTransferRestriction(uint8)(string)", args, 1));
	say(k, pl_printf(k->a, "restriction %s of ERC-1404%s%s", code,
			 found ? ": " : "", found ? tame(k, text.bytes) : ""));
	return PL_OK;
}

/* ---------------------------------------------------------------- ERC-3643 */

static enum pl_rc another(struct asking *k, struct pl_addr *out, bool *found,
			  const char *signature)
{
	struct pl_abi_value v;

	PL_TRY(get(k, &v, found, &k->token, signature, NULL, 0));
	if (*found)
		*out = v.addr;
	*found = *found && !is_nobody(out);
	return PL_OK;
}

/* *has: it has a compliance contract, whose word counts. */
static enum pl_rc erc3643(struct asking *k, bool *has)
{
	struct pl_addr it;
	bool found;

	PL_TRY(both(k, "isFrozen(address)(bool)", true, "is frozen"));
	PL_TRY(another(k, &it, &found, "identityRegistry()(address)"));
	if (found)
		PL_TRY(about(k, &it, "isVerified(address)(bool)", &k->to, false,
			     "is not verified in the identity registry "
			     "(ERC-3643)"));
	PL_TRY(another(k, &it, has, "compliance()(address)"));
	if (!*has)
		return PL_OK;
	return may_move(k, &it,
			"the compliance contract (ERC-3643) allows no such "
			"transfer");
}

/* ------------------------------------------------------------- all of them */

/* What is frozen of a balance may not move (ERC-3643, ERC-7943). */
static enum pl_rc frozen_part(struct asking *k)
{
	struct pl_abi_value has, frozen, who = pl_abi_addr(&k->from);
	struct pl_u256 left;
	bool found;

	if (is_nobody(&k->from))
		return PL_OK;
	PL_TRY(get(k, &frozen, &found, &k->token,
		   "getFrozenTokens(address)(uint256)", &who, 1));
	if (!found || pl_u256_is_zero(&frozen.num))
		return PL_OK;
	PL_TRY(get(k, &has, &found, &k->token, "balanceOf(address)(uint256)",
		   &who, 1));
	if (!found)
		return PL_OK;
	if (!pl_u256_sub(&left, &has.num, &frozen.num))
		left = pl_u256_of(0);
	if (pl_u256_cmp(&left, &k->amount) < 0 &&
	    pl_u256_cmp(&has.num, &k->amount) >= 0)
		say(k, pl_printf(k->a, "so much of what %s holds is frozen",
				 name(k, &k->from)));
	return PL_OK;
}

static enum pl_rc paused(struct asking *k)
{
	struct pl_abi_value v;
	bool found;

	PL_TRY(get(k, &v, &found, &k->token, "paused()(bool)", NULL, 0));
	if (found && !pl_u256_is_zero(&v.num))
		say(k, "the token is paused");
	return PL_OK;
}

enum pl_rc pl_effects_refusal(struct pl_exec *x, struct pl_arena *a,
			      const char **why, const struct pl_addr *token,
			      const struct pl_addr *from,
			      const struct pl_addr *to,
			      const struct pl_u256 *amount, struct pl_err *e)
{
	struct asking k = { .x = x,
			    .a = a,
			    .token = *token,
			    .from = *from,
			    .to = *to,
			    .amount = *amount,
			    .e = e };
	bool compliance;

	pl_buf_init(&k.said, a);
	PL_TRY(paused(&k));
	PL_TRY(erc1404(&k));
	PL_TRY(erc3643(&k, &compliance));
	PL_TRY(both(&k, "canTransact(address)(bool)", false,
		    "may not take part (ERC-7943)"));
	if (!compliance)
		PL_TRY(may_move(&k, &k.token,
				"canTransfer (ERC-7943) says no"));
	PL_TRY(frozen_part(&k));
	*why = k.said.n ? pl_strdup(a, pl_buf_cstr(&k.said)) : NULL;
	return PL_OK;
}
