#include <inttypes.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cmd/cmd.h"
#include "evm/statetest.h"

#define MAX_DEPTH 32 /* folders inside folders */

struct args {
	struct pl_strs paths;
	const char *fork;
};

/* A line of the result. */
struct row {
	const char *file, *name, *fork;
	uint64_t index;
	bool pass;
	const struct pl_hash32 *root;
	const char *error;
};
struct sum {
	uint64_t passed, failed;
};

static const struct pl_opt opts[] = {
	{ .name = "path",
	  .kind = PL_FILE,
	  .off = PL_AT(struct args, paths, struct pl_strs),
	  .arg = "FILE|DIR",
	  .about = "state tests in JSON, and folders of them",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY },
	{ .name = "fork",
	  .kind = PL_STR,
	  .off = PL_AT(struct args, fork, const char *),
	  .arg = "NAME",
	  .about = "only the cases of this fork, as the tests name it" },
	{ 0 },
};

/* One transfer, and what it must leave. */
/* clang-format off */
#define SETUP \
	"printf '%s' '" \
	"{\"pay\":{\"env\":{\"currentCoinbase\":\"0x" \
	"c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0\"," \
	"\"currentNumber\":\"0x1\",\"currentTimestamp\":\"0x3e8\"," \
	"\"currentGasLimit\":\"0x989680\",\"currentBaseFee\":\"0x7\"}," \
	"\"pre\":{\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":{" \
	"\"balance\":\"0xde0b6b3a7640000\",\"nonce\":\"0x0\",\"code\":\"0x\"," \
	"\"storage\":{}}},\"transaction\":{" \
	"\"sender\":\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"," \
	"\"to\":\"0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"," \
	"\"nonce\":\"0x0\",\"gasPrice\":\"0xa\",\"data\":[\"0x\"]," \
	"\"gasLimit\":[" \
	"\"0x5208\"],\"value\":[\"0x1\"]},\"post\":{\"Cancun\":[{" \
	"\"indexes\":{\"data\":0,\"gas\":0,\"value\":0},\"hash\":" \
	"\"0x" \
	"78e03f1309e9eaed062813c8abf9b3f9142636da7959d16ce9f587599fe526a0\"," \
	"\"logs\":" \
	"\"0x" \
	"1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347\"" \
	"}]}}}" \
	"' >pay.json"
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "a file of tests",
	  .line = "plume evm statetest pay.json",
	  .setup = SETUP },
	{ .about = "every test below this folder, one fork, and the sum alone",
	  .line = "plume evm statetest --fork Cancun . | tail -n 1",
	  .setup = SETUP },
	{ 0 },
};

/* What a line holds; the result has two kinds of lines, and so no table. */
static const struct pl_field row_fields[] = {
	{ .name = "file",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, file, const char *) },
	{ .name = "name",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, name, const char *) },
	{ .name = "fork",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, fork, const char *) },
	{ .name = "index",
	  .kind = PL_UINT,
	  .off = PL_AT(struct row, index, uint64_t) },
	{ .name = "pass",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct row, pass, bool) },
	{ .name = "stateRoot",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct row, root, const struct pl_hash32 *),
	  .flags = PL_NULLABLE },
	{ .name = "error",
	  .kind = PL_STR,
	  .off = PL_AT(struct row, error, const char *) },
	{ 0 },
};
static const struct pl_field sum_fields[] = {
	{ .name = "passed",
	  .kind = PL_UINT,
	  .off = PL_AT(struct sum, passed, uint64_t) },
	{ .name = "failed",
	  .kind = PL_UINT,
	  .off = PL_AT(struct sum, failed, uint64_t) },
	{ 0 },
};

/* Where the run stands. */
struct run {
	struct pl_ctx *c;
	const struct args *args;
	struct pl_statetest *t;
	struct pl_arena *doc; /* one file */
	struct pl_buf line;
	const char *file;
	struct sum sum;
};

static enum pl_rc put_line(struct run *r, const struct pl_field *fields,
			   const void *row, struct pl_err *e)
{
	pl_buf_reset(&r->line);
	pl_out_json(&r->line, fields, row);
	pl_buf_byte(&r->line, '\n');
	return pl_out_raw(r->c->out, pl_buf_span(&r->line), e);
}

static enum pl_rc on_case(void *x, const struct pl_statetest_case *c,
			  struct pl_err *e)
{
	struct run *r = x;
	struct row row = { r->file, c->name, c->fork, c->index,
			   c->pass, c->root, c->error };

	if (c->pass)
		r->sum.passed++;
	else
		r->sum.failed++;
	return put_line(r, row_fields, &row, e);
}

static enum pl_rc run_file(struct run *r, const char *path, struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_err why;

	pl_arena_reset(r->doc);
	r->file = path;
	if (pl_json_read(r->doc, &doc, path, &why)) {
		struct pl_statetest_case c = { .fork = "", .error = why.msg };

		return on_case(r, &c, e);
	}
	return pl_statetest_run(r->t, doc, r->args->fork, on_case, r, e);
}

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_json(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && !strcmp(path + n - 5, ".json");
}

/* Folders in the order of their names, files that are no JSON left out. */
static enum pl_rc run_path(struct run *r, const char *path, unsigned depth,
			   struct pl_err *e)
{
	char **names;
	size_t n;

	if (!is_dir(path))
		return run_file(r, path, e);
	if (depth == MAX_DEPTH)
		return pl_fail(e, PL_ELIMIT, "%s: over %d folders deep", path,
			       MAX_DEPTH);
	PL_TRY(pl_dir_list(r->c->arena, &names, &n, path, e));
	for (size_t i = 0; i < n; i++) {
		char *sub = pl_printf(r->c->arena, "%s/%s", path, names[i]);

		if (is_dir(sub) || is_json(sub))
			PL_TRY(run_path(r, sub, depth + 1, e));
	}
	return PL_OK;
}

static enum pl_rc run_all(struct run *r, struct pl_err *e)
{
	for (size_t i = 0; i < r->args->paths.n; i++)
		PL_TRY(run_path(r, r->args->paths.v[i], 0, e));
	if (!r->sum.passed && !r->sum.failed)
		return pl_fail(e, PL_ENOTFOUND, "no state test there");
	PL_TRY(put_line(r, sum_fields, &r->sum, e));
	if (r->sum.failed)
		return pl_fail(e, PL_EPROOF,
			       "%" PRIu64 " of %" PRIu64 " cases failed",
			       r->sum.failed, r->sum.passed + r->sum.failed);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct run r = { .c = c, .args = opaque };
	enum pl_rc rc;

	r.t = pl_statetest_open();
	r.doc = pl_arena_open(0);
	pl_buf_init(&r.line, c->arena);
	rc = run_all(&r, e);
	pl_arena_close(r.doc);
	pl_statetest_close(r.t);
	return rc;
}

const struct pl_cmd cmd_evm_statetest = {
	.path = "evm statetest",
	.summary = "run state tests of ethereum/tests",
	.about = "Each case of a state test is a transaction on a small state, "
		 "by the rules of one fork; afterwards the root of the state "
		 "and the hash of the logs must be what the test says.  Of "
		 "folders, all files that end in .json are run, at every depth."
		 "\n\n"
		 "Prints a line of JSON for each case, {file, name, fork, "
		 "index, pass, stateRoot, error}, and {passed, failed} as the "
		 "last.  A test that cannot be read is a case that fails.  "
		 "Nothing is asked of anybody.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.examples = examples,
	.run = run,
};
