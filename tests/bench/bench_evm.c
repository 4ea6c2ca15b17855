/* bench_evm [URL]: the programs of evm-bench inside the process, and beside
 * them by eth_call at the node there (anvil, so revm), less what a call of an
 * account without code takes there. */
#include "bench.h"

#include <math.h>

#include "base/hex.h"
#include "evm_programs.h"
#include "net/http.h"
#include "net/rpc.h"

#define ROUNDS 21 /* the best of so many is taken */

/* Those that spend their time in calls, storage and signatures; the others
 * compute. */
static const char *const bound[] = {
	"CallLoop",  "EcrecoverLoop", "Erc20ApproveTransferFrom",
	"Erc20Mint", "Erc20Transfer", "SstoreLoop"
};

static bool is_bound(const char *name)
{
	for (size_t i = 0; i < sizeof(bound) / sizeof(bound[0]); i++)
		if (!strcmp(bound[i], name))
			return true;
	return false;
}

static double ours(struct machine *m, const struct program *p)
{
	struct pl_transacted t;
	double best = HUGE_VAL;

	for (size_t k = 0; k < ROUNDS; k++) {
		double begin = bench_ms();

		evm_call(&t, m, p);
		best = fmin(best, bench_ms() - begin);
	}
	return best;
}

/* ------------------------------------------------------------------ anvil */

static char *text(struct pl_arena *a, struct pl_span s)
{
	char *t = pl_alloc(a, 2 * s.n + 1);

	pl_hex_put(t, s);
	return t;
}

static const struct pl_json *ask(struct pl_rpc *rpc, struct pl_arena *a,
				 const char *method, const char *params)
{
	const struct pl_json *v = NULL;
	struct pl_err e = { 0 };

	evm_must(pl_rpc_call(rpc, a, &v, method, params, &e), &e);
	return v;
}

/* The contract as our state has it. */
static void deploy(struct pl_rpc *rpc, struct pl_arena *a, struct machine *m)
{
	const char *to = text(a, pl_addr_span(&evm_contract));
	struct pl_acct *acct;

	pl_state_reset(m->state);
	acct = pl_state_get(m->state, &evm_contract);
	(void)ask(rpc, a, "anvil_setCode",
		  pl_printf(a, "[\"0x%s\",\"0x%s\"]", to,
			    text(a, pl_acct_code(m->state, acct))));
	for (uint64_t i = 0; i < 64; i++) {
		struct pl_u256 k = pl_u256_of(i);
		uint8_t be[32];

		pl_u256_to_be(be,
			      pl_slot_value(pl_state_slot(m->state, acct, &k)));
		(void)ask(rpc, a, "anvil_setStorageAt",
			  pl_printf(a, "[\"0x%s\",\"0x%llx\",\"0x%s\"]", to,
				    (unsigned long long)i,
				    text(a, (struct pl_span){ be, 32 })));
	}
}

static double theirs(struct pl_rpc *rpc, const struct pl_addr *to,
		     struct pl_span input)
{
	struct pl_arena *a = pl_arena_open(0);
	char *params = pl_printf(
		a,
		"[{\"from\":\"0x%s\",\"to\":\"0x%s\",\"gas\":\"0x40000000\","
		"\"data\":\"0x%s\"},\"latest\"]",
		text(a, pl_addr_span(&evm_sender)), text(a, pl_addr_span(to)),
		text(a, input));
	double best = HUGE_VAL;

	for (size_t k = 0; k < ROUNDS; k++) {
		double begin = bench_ms();

		(void)ask(rpc, a, "eth_call", params);
		best = fmin(best, bench_ms() - begin);
	}
	pl_arena_close(a);
	return best;
}

static double with_anvil(struct pl_rpc *rpc, struct machine *m,
			 const struct program *p)
{
	static const struct pl_addr nobody = { { 0xee, [19] = 0xee } };
	struct pl_arena *a = pl_arena_open(0);
	double base, ms;

	deploy(rpc, a, m);
	base = theirs(rpc, &nobody, p->input);
	ms = theirs(rpc, &evm_contract, p->input) - base;
	pl_arena_close(a);
	return ms;
}

/* ------------------------------------------------------------------- both */

struct mean {
	double logs;
	unsigned n;
};

static void print(const struct program *p, double ms, double anvil,
		  struct mean *mean)
{
	printf("%-26s %9.3f ms %8.1f Mgas/s", p->name, ms,
	       (double)p->want_gas / ms / 1e3);
	/* Shorter ones drown in what a request takes. */
	if (anvil > 0 && ms > 0.1) {
		printf("   anvil %9.3f ms   %5.2f times as fast", anvil,
		       anvil / ms);
		mean->logs += log(anvil / ms);
		mean->n++;
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	struct program p[EVM_PROGRAMS] = { 0 };
	size_t n = evm_programs(p, a);
	struct mean mean[2] = { { 0 } };
	struct pl_transport *t = NULL;
	struct pl_rpc *rpc = NULL;
	struct pl_err e = { 0 };

	if (argc > 1) {
		evm_must(pl_http_open(a, &t, NULL, &e), &e);
		rpc = pl_rpc_new(a, t, &(struct pl_rpc_conf){ .url = argv[1] });
	}
	for (size_t i = 0; i < n; i++) {
		struct machine m;
		double ms;

		evm_open(&m, a, &p[i]);
		ms = ours(&m, &p[i]);
		print(&p[i], ms, rpc ? with_anvil(rpc, &m, &p[i]) : 0,
		      &mean[is_bound(p[i].name)]);
		evm_close(&m);
	}
	for (int i = 0; i < 2; i++)
		if (mean[i].n)
			printf("%s: %.2f times as fast as anvil, the geometric "
			       "mean of %u (goal: %s)\n",
			       i ? "calls and storage" : "computing",
			       exp(mean[i].logs / mean[i].n), mean[i].n,
			       i ? "1.0" : "1.5");
	pl_transport_close(t);
	pl_arena_close(a);
	return n ? 0 : 1;
}
