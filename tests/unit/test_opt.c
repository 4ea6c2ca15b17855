/* The command line parser, on a command of its own that has every kind. */
#include "check.h"

#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "cmd/settings.h"
#include "cmd/suggest.h"

struct args {
	bool flag;
	uint64_t n, small;
	const uint64_t *given;
	int64_t i;
	double d;
	const char *s;
	int word;
	struct pl_hash32 hash;
	struct pl_addr addr;
	struct pl_u256 big;
	struct pl_span bytes;
	int64_t when;
	int trust;
	const char *file, *decimal, *secret;
	struct pl_strs many, places;
	const char *first;
};

static const char *const words[] = { "red", "green", NULL };

#define A(m, t) .off = PL_AT(struct args, m, t), .about = "a", .arg = "X"
/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "flag", .letter = 'f', .kind = PL_FLAG, A(flag, bool) },
	{ .name = "n", .letter = 'n', .kind = PL_UINT, A(n, uint64_t),
	  .def = "12" },
	{ .name = "small", .kind = PL_UINT, A(small, uint64_t), .min = 2,
	  .max = 9 },
	{ .name = "given", .kind = PL_UINT, A(given, const uint64_t *),
	  .flags = PL_GIVEN },
	{ .name = "int", .kind = PL_INT, A(i, int64_t) },
	{ .name = "double", .kind = PL_DOUBLE, A(d, double) },
	{ .name = "str", .letter = 's', .kind = PL_STR, A(s, const char *) },
	{ .name = "word", .kind = PL_ENUM, A(word, int), .words = words,
	  .def = "green" },
	{ .name = "hash", .kind = PL_HASH32, A(hash, struct pl_hash32) },
	{ .name = "addr", .kind = PL_ADDR, A(addr, struct pl_addr) },
	{ .name = "big", .kind = PL_U256, A(big, struct pl_u256) },
	{ .name = "bytes", .kind = PL_BYTES, A(bytes, struct pl_span) },
	{ .name = "when", .kind = PL_TIME, A(when, int64_t) },
	{ .name = "trust", .kind = PL_TRUST, A(trust, int) },
	{ .name = "file", .kind = PL_FILE, A(file, const char *) },
	{ .name = "decimal", .kind = PL_DECIMAL, A(decimal, const char *) },
	{ .name = "secret", .kind = PL_DECIMAL, A(secret, const char *),
	  .flags = PL_SECRET },
	{ .name = "many", .letter = 'm', .kind = PL_ADDR,
	  A(many, struct pl_strs), .flags = PL_MANY },
	{ .name = "first", .kind = PL_STR, A(first, const char *),
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ .name = "rest", .kind = PL_STR, A(places, struct pl_strs),
	  .flags = PL_POSITIONAL | PL_MANY },
	{ 0 },
};
/* clang-format on */

static const struct pl_cmd cmd = { .path = "test it",
				   .summary = "s",
				   .args_size = sizeof(struct args),
				   .opts = opts };

#define ALICE "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
#define BOB "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"

static struct pl_config_entry book[] = {
	{ "alias.alice", ALICE, "u", PL_USER },
	{ "alias.bob", BOB, "u", PL_USER },
	{ "alias.bob", ALICE, "r", PL_REPO },
	{ "alias.carol", BOB, "r", PL_REPO },
};
static struct pl_settings settings = { .files = { book, COUNT(book) } };

/* One run of the parser over the words of `line`, parted by spaces; "''" is
 * an empty word. */
struct run {
	struct pl_ctx c;
	struct pl_globals g;
	struct args a;
	struct pl_err e;
	enum pl_rc rc;
};

static struct pl_arena *arena;

static void parse(struct run *r, const char *line)
{
	char *copy = pl_strdup(arena, line), *v[32], *save = NULL, *w;
	int n = 0;

	*r = (struct run){ 0 };
	r->c = (struct pl_ctx){ .arena = arena,
				.g = &r->g,
				.settings = &settings };
	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		v[n++] = strcmp(w, "''") ? w : pl_strdup(arena, "");
	r->rc = pl_opt_parse(&r->c, &cmd, &r->a, &r->g, n, v, &r->e);
}

static void accepted(struct run *r, const char *line)
{
	parse(r, line);
	if (r->rc)
		print_error("%s: %s\n", line, r->e.msg);
	assert_int_equal(r->rc, PL_OK);
}

static int open_arena(void **state)
{
	(void)state;
	arena = pl_arena_open(0);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	pl_arena_close(arena);
	return 0;
}

static void every_kind_lands_in_its_member(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "x -f -n18446744073709551615 --small=9 --given 0 "
		     "--int=-9223372036854775808 --double -1.5e3 --str=a=b "
		     "--word red --addr " ALICE " --big 0x10 --bytes 0x01ff "
		     "--when 1970-01-02 --trust signed --file f.c "
		     "--decimal 00.50");
	assert_true(r.a.flag);
	assert_true(r.a.n == UINT64_MAX);
	assert_int_equal(r.a.small, 9);
	assert_non_null(r.a.given);
	assert_int_equal(*r.a.given, 0);
	assert_true(r.a.i == INT64_MIN);
	assert_true(r.a.d == -1500);
	assert_string_equal(r.a.s, "a=b");
	assert_int_equal(r.a.word, 0);
	assert_hex_equal(pl_addr_span(&r.a.addr),
			 "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
	assert_int_equal(r.a.big.w[0], 16);
	assert_hex_equal(r.a.bytes, "01ff");
	assert_int_equal(r.a.when, 86400);
	assert_int_equal(r.a.trust, PL_SIGNED);
	assert_string_equal(r.a.file, "f.c");
	assert_string_equal(r.a.decimal, "00.50");
	assert_string_equal(r.a.first, "x");
}

static void defaults_and_what_was_not_given(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "x");
	assert_int_equal(r.a.n, 12);
	assert_int_equal(r.a.word, 1);
	assert_null(r.a.given);
	assert_null(r.a.s);
	assert_int_equal(r.a.many.n, 0);
	assert_false(r.a.flag);
}

static void many_and_places(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "one -m " ALICE " two --many=alice -mcarol three -- -f "
		     "--many");
	assert_int_equal(r.a.many.n, 3);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(
			r.a.many.v[i],
			"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
	assert_string_equal(r.a.many.v[2],
			    "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359");
	assert_string_equal(r.a.first, "one");
	assert_int_equal(r.a.places.n, 4);
	assert_string_equal(r.a.places.v[0], "two");
	assert_string_equal(r.a.places.v[3], "--many");
	assert_false(r.a.flag);
}

static void flags_and_letters(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "x -fqs ab");
	assert_true(r.a.flag && r.g.quiet);
	assert_string_equal(r.a.s, "ab");
	accepted(&r, "x -fsab");
	assert_string_equal(r.a.s, "ab");
	accepted(&r, "x --flag --no-flag");
	assert_false(r.a.flag);
	accepted(&r, "x --no-color");
	assert_true(r.g.no_color);
	accepted(&r, "x --no-color --color");
	assert_false(r.g.no_color);
	accepted(&r, "x - --str -");
	assert_string_equal(r.a.places.v[0], "-");
	assert_string_equal(r.a.s, "-");
}

static void help_stops_everything(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "--help --nonsense");
	assert_true(r.g.help);
}

/* Each line is refused, and the message holds the part. */
static const struct {
	const char *line, *part;
} refused[] = {
	{ "", "needs X" },
	{ "x --nonsense", "has no option --nonsense" },
	{ "x --fla", "has no option --fla" },
	{ "x -z", "has no option -z" },
	{ "x --no-str", "has no option --no-str" },
	{ "x --flag=yes", "--flag takes no value" },
	{ "x --str", "--str needs a value" },
	{ "x --str --flag", "--str needs a value" },
	{ "x -s", "--str needs a value" },
	{ "x --str a --str b", "--str is given twice" },
	{ "x -n 18446744073709551616", "too large" },
	{ "x -n -1", "no whole number" },
	{ "x -n 1.0", "no whole number" },
	{ "x -n ''", "no whole number" },
	{ "x --small 1", "between 2 and 9" },
	{ "x --small 10", "between 2 and 9" },
	{ "x --int 9223372036854775808", "too large" },
	{ "x --int -9223372036854775809", "too large" },
	{ "x --int 0x1", "no whole number" },
	{ "x --int -", "no whole number" },
	{ "x --double inf", "no number" },
	{ "x --double 1e999", "too large" },
	{ "x --word blue", "none of red, green" },
	{ "x --hash 0x12", "--hash" },
	{ "x --hash 12", "no hash" },
	{ "x --addr 0x12", "--addr" },
	{ "x --addr 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "--addr" },
	{ "x --addr 5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "--addr" },
	{ "x --addr bob", "in the repository's" },
	{ "x --big 115792089237316195423570985008687907853269984665640564039457"
	  "584007913129639936",
	  "--big" },
	{ "x --bytes 01", "--bytes" },
	{ "x --bytes 0x012", "--bytes" },
	{ "x --when tomorrow", "--when" },
	{ "x --trust high", "--trust" },
	{ "x --file ''", "--file" },
	{ "x --decimal 1e3", "no decimal" },
	{ "x --decimal 5.", "no decimal" },
	{ "x --decimal -1", "no decimal" },
	{ "x --decimal 1,5", "no decimal" },
	{ "x -m 0x12", "--many" },
	{ "x --dry-run", "cannot honour --dry-run" },
	{ "x --yes", "cannot honour --yes" },
	{ "x --rpc http://x", "cannot honour --rpc" },
	{ "x --json", "cannot honour --json" },
	{ "x -C .", "cannot honour --repo" },
	{ "x --require proven", "cannot honour --require" },
};

static void wrong_lines_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct run r;

		parse(&r, refused[i].line);
		if (r.rc != PL_EUSAGE || !strstr(r.e.msg, refused[i].part))
			print_error("%s: %d %s\n", refused[i].line, r.rc,
				    r.e.msg);
		assert_int_equal(r.rc, PL_EUSAGE);
		assert_non_null(strstr(r.e.msg, refused[i].part));
	}
}

static void names_of_addresses(void **state)
{
	struct run r;

	(void)state;
	accepted(&r, "x --addr alice");
	assert_hex_equal(pl_addr_span(&r.a.addr),
			 "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
	parse(&r, "x --addr alcie");
	assert_int_equal(r.rc, PL_ENOTFOUND);
	assert_string_equal(r.e.hint, "did you mean alice?");
}

static void secrets_are_not_repeated(void **state)
{
	struct run r;

	(void)state;
	parse(&r, "x --secret hunter2");
	assert_int_equal(r.rc, PL_EUSAGE);
	assert_null(strstr(r.e.msg, "hunter2"));
	assert_null(strstr(r.e.hint, "hunter2"));
}

static void globals_by_what_a_command_needs(void **state)
{
	static const struct {
		unsigned needs;
		const char *takes;
	} cases[] = {
		{ 0, "quiet verbose no-color help" },
		{ PL_NEEDS_CONFIG, "repo quiet verbose no-color help" },
		{ PL_NEEDS_NETWORK,
		  "network repo quiet verbose no-color help" },
		{ PL_NEEDS_NET, "network rpc insecure-http repo quiet verbose "
				"no-color help" },
		{ PL_NEEDS_STORE, "repo store quiet verbose no-color help" },
		{ PL_HAS_DRY_RUN, "yes dry-run quiet verbose no-color help" },
		{ PL_CAN_DRY_RUN, "dry-run quiet verbose no-color help" },
		{ PL_ASKS, "yes quiet verbose no-color help" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_cmd c = { .path = "x", .needs = cases[i].needs };
		struct pl_buf b;

		pl_buf_init(&b, arena);
		for (const struct pl_opt *o = pl_global_opts; o->name; o++)
			if (pl_opt_takes(&c, o))
				pl_buf_fmt(&b, "%s%s", b.n ? " " : "", o->name);
		assert_string_equal(pl_buf_cstr(&b), cases[i].takes);
	}
}

static void distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t d;
	} cases[] = {
		{ "", "", 0 },
		{ "a", "", 1 },
		{ "ab", "ba", 1 },
		{ "tokn", "token", 1 },
		{ "mnt", "mint", 1 },
		{ "amonut", "amount", 1 },
		{ "kitten", "sitting", 3 },
		{ "ca", "abc", 3 },
	};
	struct pl_suggest s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(pl_distance(cases[i].a, cases[i].b),
				 cases[i].d);
		assert_int_equal(pl_distance(cases[i].b, cases[i].a),
				 cases[i].d);
	}
	s = pl_suggest_for("zebra");
	pl_suggest_try(&s, "token");
	assert_null(s.best);
	s = pl_suggest_for("tok");
	pl_suggest_try(&s, "token");
	assert_string_equal(s.best, "token");
	s = pl_suggest_for("x");
	pl_suggest_try(&s, "y");
	assert_null(s.best);
}

/* What is true of every command in the table. */
static void the_table_is_sound(void **state)
{
	size_t n = 0;

	(void)state;
	for (; pl_cmds[n]; n++) {
		const struct pl_cmd *c = pl_cmds[n];
		bool optional = false, many = false;
		size_t count = 0;

		assert_non_null(c->run);
		assert_true(c->summary && *c->summary);
		assert_ptr_equal(pl_cmd_find(c->path), c);
		for (const struct pl_opt *o = c->opts; o && o->name; o++) {
			struct pl_ctx ctx = { .arena = arena,
					      .settings = &settings };
			struct pl_err e;

			assert_true(++count < 64);
			assert_true(o->about && *o->about);
			assert_true(o->kind != PL_ENUM || o->words);
			assert_true(o->off < c->args_size);
			assert_false(o->def && (o->flags & PL_REQUIRED));
			if (o->def && o->kind != PL_ENUM)
				assert_ok(pl_opt_check(&ctx, o->kind, o->min,
						       o->max, o->def, &e),
					  &e);
			if (!(o->flags & PL_POSITIONAL))
				continue;
			/* required ones first, and nothing after many */
			assert_false(many);
			assert_false(optional && (o->flags & PL_REQUIRED));
			many = o->flags & PL_MANY;
			optional = !(o->flags & PL_REQUIRED);
		}
	}
	assert_true(n > 10);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_kind_lands_in_its_member),
		T(defaults_and_what_was_not_given),
		T(many_and_places),
		T(flags_and_letters),
		T(help_stops_everything),
		T(wrong_lines_are_refused),
		T(names_of_addresses),
		T(secrets_are_not_repeated),
		T(globals_by_what_a_command_needs),
		cmocka_unit_test(distances),
		T(the_table_is_sound),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
