#include "evm/op.h"

#include <stddef.h>
#include <string.h>

#include "evm/evm.h"

static const struct row {
	const char *name;
	uint8_t code, since, in, out, how;
	uint16_t gas;
} rows[] = {
#define PL_OP(code, name, since, in, out, gas, how)                            \
	{ #name, code, PL_FORK_##since, in, out, how, gas },
#include "evm/op.def"
#undef PL_OP
};

/* Where a fork changed a base price (EIP-150, 1884, 2929).  From Berlin on it
 * is what a warm account or slot costs; a cold one adds the difference. */
static const struct price {
	uint8_t code, fork;
	uint16_t gas;
} prices[] = {
	{ PL_OP_BALANCE, PL_FORK_TANGERINE, 400 },
	{ PL_OP_EXTCODESIZE, PL_FORK_TANGERINE, 700 },
	{ PL_OP_EXTCODECOPY, PL_FORK_TANGERINE, 700 },
	{ PL_OP_SLOAD, PL_FORK_TANGERINE, 200 },
	{ PL_OP_CALL, PL_FORK_TANGERINE, 700 },
	{ PL_OP_CALLCODE, PL_FORK_TANGERINE, 700 },
	{ PL_OP_DELEGATECALL, PL_FORK_TANGERINE, 700 },
	{ PL_OP_SELFDESTRUCT, PL_FORK_TANGERINE, 5000 },
	{ PL_OP_BALANCE, PL_FORK_ISTANBUL, 700 },
	{ PL_OP_EXTCODEHASH, PL_FORK_ISTANBUL, 700 },
	{ PL_OP_SLOAD, PL_FORK_ISTANBUL, 800 },
	{ PL_OP_BALANCE, PL_FORK_BERLIN, 100 },
	{ PL_OP_EXTCODESIZE, PL_FORK_BERLIN, 100 },
	{ PL_OP_EXTCODECOPY, PL_FORK_BERLIN, 100 },
	{ PL_OP_EXTCODEHASH, PL_FORK_BERLIN, 100 },
	{ PL_OP_SLOAD, PL_FORK_BERLIN, 100 },
	{ PL_OP_CALL, PL_FORK_BERLIN, 100 },
	{ PL_OP_CALLCODE, PL_FORK_BERLIN, 100 },
	{ PL_OP_DELEGATECALL, PL_FORK_BERLIN, 100 },
	{ PL_OP_STATICCALL, PL_FORK_BERLIN, 100 },
};

void pl_op_table(struct pl_op out[256], enum pl_fork fork)
{
	memset(out, 0, 256 * sizeof(*out));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		if (r->since <= fork)
			out[r->code] = (struct pl_op){ r->name, r->gas, r->in,
						       r->out, r->how };
	}
	for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++)
		if (prices[i].fork <= fork)
			out[prices[i].code].gas = prices[i].gas;
}

/* Names of what is no opcode are two digits, which need room. */
#define HEX1(x) "0x" #x
#define HEX16(x)                                                               \
	HEX1(x##0), HEX1(x##1), HEX1(x##2), HEX1(x##3), HEX1(x##4),            \
		HEX1(x##5), HEX1(x##6), HEX1(x##7), HEX1(x##8), HEX1(x##9),    \
		HEX1(x##a), HEX1(x##b), HEX1(x##c), HEX1(x##d), HEX1(x##e),    \
		HEX1(x##f)
static const char *const numbers[256] = {
	HEX16(0), HEX16(1), HEX16(2), HEX16(3), HEX16(4), HEX16(5),
	HEX16(6), HEX16(7), HEX16(8), HEX16(9), HEX16(a), HEX16(b),
	HEX16(c), HEX16(d), HEX16(e), HEX16(f)
};

const char *pl_evm_op_name(uint8_t op, enum pl_fork fork)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code != op || rows[i].since > fork)
			continue;
		if (op == PL_OP_DIFFICULTY && fork >= PL_FORK_PARIS)
			return "PREVRANDAO";
		return rows[i].name;
	}
	return numbers[op];
}
