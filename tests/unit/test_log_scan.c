/* The scan of logs against the tree of the same text. */
#include "check.h"

#include "scan_both.h"

#define T32                                                                    \
	"\"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef" \
	"\""
#define B32                                                                    \
	"\"0x00000000000000000000000000000000000000000000000000000000000000Ab" \
	"\""
#define ADDR "\"0xdAC17F958D2ee523a2206206994597C13D831ec7\""

static const char whole[] = "[{\"address\":" ADDR ",\"topics\":[" T32 "," B32
			    "],\"data\":\"0x0102\","
			    "\"blockNumber\":\"0x10\",\"transactionHash\":" B32
			    ",\"transactionIndex\":\"0x0\",\"blockHash\":" T32
			    ",\"blockTimestamp\":\"0x66\",\"logIndex\":"
			    "\"0xfFff\",\"removed\":false},"
			    " {\"data\" : \"0x\",\n\"removed\":true, "
			    "\"topics\":[ ],\t\"address\":" ADDR " } ]\n";

/* what is no log of that shape, though JSON it may be */
static const char *const odd[] = {
	"",
	"{}",
	"[{}]",
	"[] []",
	"[,]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0x\"},]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0x\"}",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0x1\"}]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0xg0\"}]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"\\u0030x\"}]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0x\",\"more\":1}]",
	"[{\"address\":" ADDR
	",\"topics\":[],\"data\":\"0x\",\"data\":\"0x\"}]",
	"[{\"address\":" ADDR ",\"topics\":[,],\"data\":\"0x\"}]",
	"[{\"address\":" ADDR ",\"topics\":[" T32 "," T32 "," T32 "," T32
	"," T32 "],\"data\":\"0x\"}]",
	"[{\"address\":" ADDR
	",\"topics\":[],\"data\":\"0x\",\"logIndex\":\"0x01\"}]",
	"[{\"address\":" ADDR
	",\"topics\":[],\"data\":\"0x\",\"logIndex\":\"0x\"}]",
	"[{\"address\":" ADDR ",\"topics\":[],\"data\":\"0x\","
	"\"logIndex\":\"0x10000000000000000\"}]",
	"[{\"address\":" ADDR
	",\"topics\":[],\"data\":\"0x\",\"removed\":null}]",
};

static void reads_what_the_tree_reads(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	bool same;

	(void)state;
	assert_int_equal(scan_both(a, pl_span_str(whole), &same), 2);
	assert_true(same);
	assert_int_equal(scan_both(a, pl_span_str(" [ ] "), &same), 0);
	assert_true(same);
	for (size_t i = 0; i < COUNT(odd); i++)
		assert_int_equal(scan_both(a, pl_span_str(odd[i]), &same), -1);
	pl_arena_close(a);
}

/* Cut anywhere, and every byte another: given up, or the same as the tree. */
static void is_never_alone_with_a_reading(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char text[sizeof(whole)];
	size_t n = sizeof(whole) - 1;
	bool same;

	(void)state;
	for (size_t i = 0; i < n - 1; i++) {
		struct pl_span cut = { (const uint8_t *)whole, i };

		assert_int_equal(scan_both(a, cut, &same), -1);
		pl_arena_reset(a);
	}
	memcpy(text, whole, sizeof(whole));
	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < 8; k++) {
			text[i] = (char)(whole[i] ^ (1 << k));
			(void)scan_both(a, pl_span_str(text), &same);
			assert_true(same);
			text[i] = whole[i];
			pl_arena_reset(a);
		}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_the_tree_reads),
		cmocka_unit_test(is_never_alone_with_a_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
