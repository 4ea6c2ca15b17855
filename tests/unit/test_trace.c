/* The two forms of debug_traceTransaction, to the letter. */
#include "check.h"
#include "machine.h"

#include "evm/trace.h"

#define ME 0x51
#define OTHER 0x52
#define CALLER 0x53

struct world {
	struct machine on;
	struct pl_evm_result r;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	machine_open(&w->on, PL_FORK_PRAGUE);
	pl_memstate_put(w->on.m, ADDR(CALLER), 5,
			&(struct pl_u256){ { 1000, 0, 0, 0 } },
			(struct pl_span){ 0 });
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	machine_close(&w->on);
	free(w);
	return 0;
}

static void put(struct world *w, uint8_t at, const char *code)
{
	pl_memstate_put(w->on.m, ADDR(at), 1,
			&(struct pl_u256){ { 10, 0, 0, 0 } },
			unhex(w->on.a, code));
}

static void run(struct world *w, struct pl_evm_tracer *t, const char *input)
{
	struct pl_evm_msg m = { .kind = PL_EVM_CALL,
				.gas = 100000,
				.sender = *ADDR(CALLER),
				.recipient = *ADDR(ME),
				.code_addr = *ADDR(ME),
				.value = pl_u256_of(1),
				.input = unhex(w->on.a, input) };

	pl_state_reset(w->on.s);
	pl_state_begin_tx(w->on.s);
	w->on.evm.tracer = t;
	pl_evm_run(&w->r, &w->on.evm, &m);
	w->on.evm.tracer = NULL;
}

static char *calls_text(struct world *w, struct pl_trace_calls *t)
{
	struct pl_buf b;
	struct pl_jout out;

	pl_buf_init(&b, w->on.a);
	pl_jout_init(&out, &b);
	pl_trace_calls_json(&out, NULL, t, 121000, 43210);
	return pl_strdup(w->on.a, pl_buf_cstr(&b));
}

/* Written with ' instead of ". */
static void assert_text(struct world *w, const char *got, const char *want)
{
	char *s = pl_strdup(w->on.a, want);

	for (char *p = s; *p; p++)
		if (*p == '\'')
			*p = '"';
	assert_string_equal(got, s);
}

/* clang-format off */
#define A(x) "'0x00000000000000000000000000000000000000" x "'"
#define WORD(x) \
	"00000000000000000000000000000000000000000000000000000000000000" x
#define REVERT \
	"'output':'0x08c379a0" WORD("20") WORD("02") \
	"6e6f000000000000000000000000000000000000000000000000000000000000'," \
	"'error':'execution reverted','revertReason':'no',"

static const char tree[] =
	"{'from':" A("53") ",'gas':'0x1d8a8','gasUsed':'0xa8ca',"
	"'to':" A("51") ",'input':'0xabcd',"
	"'logs':[{'address':" A("51") ",'topics':['0x" WORD("07") "'],"
		"'data':'0x','position':'0x0'}],"
	"'value':'0x1','type':'CALL','calls':["
	"{'from':" A("51") ",'gas':'0x108fb','gasUsed':'0x334',"
		"'to':" A("52") ",'input':'0x0000'," REVERT
		"'value':'0x1','type':'CALL'},"
	"{'from':" A("51") ",'gas':'0xffff','gasUsed':'0x334',"
		"'to':" A("52") ",'input':'0x'," REVERT
		"'value':'0x1','type':'DELEGATECALL'},"
	"{'from':" A("51") ",'gas':'0xd7e6','gasUsed':'0xd7e6',"
		"'input':'0xfe','error':'invalid opcode',"
		"'value':'0x0','type':'CREATE'}]}";

static const char list[] =
	"{'gas':43210,'failed':false,'returnValue':'0x" WORD("ff") "',"
	"'structLogs':["
	"{'pc':0,'op':'PUSH1','gas':100000,'gasCost':3,'depth':1,"
		"'stack':[],'memory':[]},"
	"{'pc':2,'op':'PUSH1','gas':99997,'gasCost':3,'depth':1,"
		"'stack':['0x1'],'memory':[]},"
	"{'pc':4,'op':'SSTORE','gas':99994,'gasCost':22100,'depth':1,"
		"'stack':['0x1','0x2'],'memory':[],"
		"'storage':{'" WORD("02") "':'" WORD("01") "'}},"
	"{'pc':5,'op':'PUSH1','gas':77894,'gasCost':3,'depth':1,"
		"'stack':[],'memory':[]},"
	"{'pc':7,'op':'PUSH0','gas':77891,'gasCost':2,'depth':1,"
		"'stack':['0xff'],'memory':[]},"
	"{'pc':8,'op':'MSTORE','gas':77889,'gasCost':6,'depth':1,"
		"'stack':['0xff','0x0'],'memory':[]},"
	"{'pc':9,'op':'PUSH1','gas':77883,'gasCost':3,'depth':1,"
		"'stack':[],'memory':['" WORD("ff") "']},"
	"{'pc':11,'op':'PUSH0','gas':77880,'gasCost':2,'depth':1,"
		"'stack':['0x20'],'memory':['" WORD("ff") "']},"
	"{'pc':12,'op':'RETURN','gas':77878,'gasCost':0,'depth':1,"
		"'stack':['0x20','0x0'],'memory':['" WORD("ff") "']}]}";
/* clang-format on */

/* ME makes a log, calls OTHER with a word, asks it once more with a
 * DELEGATECALL, and makes a contract that cannot be. */
static void tree_of_calls(void **state)
{
	struct world *w = *state;
	struct pl_trace_calls t;

	put(w, ME,
	    "6007"
	    "5f5fa1" /* LOG1 topic 7 */
	    "5f5f60025f6001605261ffff"
	    "f150" /* CALL, value 1, 2 bytes */
	    "5f5f5f5f605261ffff"
	    "f450"                   /* DELEGATECALL */
	    "60fe5f5360015f5ff000"); /* CREATE of INVALID */
	/* Revert with Error("no"). */
	put(w, OTHER,
	    "5f5f5fa1"
	    "6308c379a060e01b5f5260206004526002602452616e6f60f01b60445260645f"
	    "fd");
	pl_trace_calls_init(&t, w->on.a);
	t.logs = true;
	run(w, &t.t, "abcd");
	assert_int_equal(w->r.status, PL_EVM_SUCCESS);
	assert_false(t.full);
	assert_text(w, calls_text(w, &t), tree);
	pl_trace_calls_init(&t, w->on.a);
	t.only_top = true;
	run(w, &t.t, "");
	assert_null(strstr(calls_text(w, &t), "calls"));
	assert_non_null(strstr(calls_text(w, &t), "\"type\":\"CALL\"}"));
}

/* 1024 calls deep, and back, without a C stack that grows. */
static void deep_tree(void **state)
{
	struct world *w = *state;
	struct pl_trace_calls t;
	char *text, *p;
	size_t n = 0;

	put(w, ME, "5f5f5f5f5f305af100");
	pl_trace_calls_init(&t, w->on.a);
	run(w, &t.t, "");
	text = calls_text(w, &t);
	for (p = text; (p = strstr(p, "\"type\"")) != NULL; p++)
		n++;
	assert_true(n > 100);
	n = 0;
	for (p = text; *p; p++)
		n += (*p == '{') - (size_t)(*p == '}');
	assert_int_equal(n, 0);
	assert_string_equal(text + strlen(text) - 5, "}]}]}");
}

static void list_of_operations(void **state)
{
	struct world *w = *state;
	struct pl_trace_struct t;
	struct pl_buf b;
	struct pl_jout out;

	/* SSTORE 1 at 2, MSTORE, RETURN */
	put(w, ME, "600160025560ff5f5260205ff3");
	pl_trace_struct_init(&t, w->on.a, w->on.s, PL_FORK_PRAGUE);
	t.memory = true;
	run(w, &t.t, "");
	pl_buf_init(&b, w->on.a);
	pl_jout_init(&out, &b);
	pl_trace_struct_json(&out, NULL, &t, 43210, w->r.status, w->r.output);
	assert_text(w, pl_buf_cstr(&b), list);
}

static void reasons(void **state)
{
	struct world *w = *state;
	struct pl_span s =
		unhex(w->on.a, "08c379a0"
			       "000000000000000000000000000000000000000"
			       "0000000000000000000000020"
			       "000000000000000000000000000000000000000"
			       "0000000000000000000000003"
			       "616263000000000000000000000000000000000"
			       "0000000000000000000000000");

	assert_string_equal(pl_revert_reason(w->on.a, s), "abc");
	for (size_t n = 0; n < 71; n++)
		assert_null(
			pl_revert_reason(w->on.a, (struct pl_span){ s.p, n }));
	s = unhex(w->on.a, "4e487b71");
	assert_null(pl_revert_reason(w->on.a, s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tree_of_calls, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(deep_tree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(list_of_operations, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(reasons, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
