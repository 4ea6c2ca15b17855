/* Runs programs for a comparison with other machines.  The first line of stdin
 * is the block: "FORK CHAIN NUMBER TIME GAS-LIMIT COINBASE PREVRANDAO BASE-FEE
 * BLOB-BASE-FEE", numbers and bytes as 0x and digits.  Every other line, "OUTER
 * FIRST SECOND INPUT", is the code of three accounts and what a call without
 * value, from nobody, gives to the first of them; its answer is a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hex.h"
#include "evm/memstate.h"
#include "evm/transact.h"

#define GAS 30000000 /* of a call */

static struct pl_err e;

static void must(enum pl_rc rc)
{
	if (!rc)
		return;
	(void)fprintf(stderr, "evm_diff: %s\n", e.msg);
	exit(2);
}

/* The next word of the line. */
static char *word(char **rest)
{
	char *w = strtok_r(NULL, " \n", rest);

	if (!w) {
		(void)fprintf(stderr, "evm_diff: a line is too short\n");
		exit(2);
	}
	return w;
}

static struct pl_u256 number(char **rest)
{
	const char *w = word(rest);
	struct pl_u256 v;

	must(pl_u256_parse(&v, w, strlen(w), &e));
	return v;
}

static uint64_t small(char **rest)
{
	struct pl_u256 v = number(rest);

	return v.w[0];
}

static struct pl_span bytes(struct pl_arena *a, char **rest)
{
	const char *w = word(rest);
	struct pl_span s;

	must(pl_hex_bytes(a, &s, w, strlen(w), &e));
	return s;
}

static enum pl_fork fork_named(const char *name)
{
	for (unsigned f = 0; f < PL_FORKS; f++)
		if (!strcmp(name, pl_fork_name((enum pl_fork)f)))
			return (enum pl_fork)f;
	(void)fprintf(stderr, "evm_diff: no fork %s\n", name);
	exit(2);
}

static void read_block(struct pl_evm_block *b, char *line)
{
	struct pl_u256 v;
	uint8_t be[32];
	char *rest;

	b->fork = fork_named(strtok_r(line, " \n", &rest));
	b->chain_id = small(&rest);
	b->number = small(&rest);
	b->time = small(&rest);
	b->gas_limit = small(&rest);
	v = number(&rest);
	pl_u256_to_be(be, &v);
	memcpy(b->coinbase.b, be + 12, 20);
	v = number(&rest);
	pl_u256_to_be(b->prev_randao.b, &v);
	b->base_fee = number(&rest);
	b->blob_base_fee = number(&rest);
}

static struct pl_hash32 no_hash(void *x, uint64_t n)
{
	(void)x;
	(void)n;
	return (struct pl_hash32){ { 0 } };
}

/* The accounts are at …00c0de01 and the two after it. */
static void put(struct pl_memstate *m, uint8_t n, struct pl_span code)
{
	const struct pl_addr at = {
		{ [16] = 0x00, [17] = 0xc0, [18] = 0xde, [19] = n }
	};
	struct pl_u256 some = pl_u256_of(1000);

	pl_memstate_put(m, &at, 1, &some, code);
}

static void run(struct pl_evm *evm, struct pl_arena *a, char *line)
{
	struct pl_tx tx = { .gas = GAS,
			    .has_to = true,
			    .to = { { [17] = 0xc0, [18] = 0xde, [19] = 1 } } };
	struct pl_transact how = { .tx = &tx,
				   .block_gas = GAS,
				   .no_nonce = true,
				   .no_balance = true,
				   .no_base_fee = true,
				   .no_eoa = true,
				   .no_gas_cap = true };
	struct pl_memstate *mem = pl_memstate_new(a);
	char *rest, *outer = strtok_r(line, " \n", &rest), *text;
	struct pl_transacted t;
	struct pl_span code;

	must(pl_hex_bytes(a, &code, outer, strlen(outer), &e));
	put(mem, 1, code);
	put(mem, 2, bytes(a, &rest));
	put(mem, 3, bytes(a, &rest));
	tx.data = bytes(a, &rest);
	pl_memstate_hashes(mem, no_hash, NULL);
	evm->state = pl_state_open(pl_memstate_source(mem));
	pl_state_begin_tx(evm->state);
	must(pl_transact(&t, evm, &how, &e));
	text = pl_alloc(a, 2 * t.output.n + 1);
	pl_hex_put(text, t.output);
	if (t.status == PL_EVM_SUCCESS)
		printf("0x%s\n", text);
	else
		printf("%s\n", pl_evm_status_text(t.status));
	pl_state_close(evm->state);
}

int main(void)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_evm_block block = { 0 };
	struct pl_evm evm = { .block = &block };
	char *line = NULL;
	size_t room = 0;

	if (getline(&line, &room, stdin) <= 0)
		return 2;
	read_block(&block, line);
	evm.pool = pl_evm_pool_open();
	while (getline(&line, &room, stdin) > 0) {
		run(&evm, a, line);
		pl_arena_reset(a);
	}
	pl_evm_pool_close(evm.pool);
	free(line);
	pl_arena_close(a);
	return fflush(stdout) != 0;
}
