#include "sync/devnode.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/time.h"

#define READY "{\"url\":"
#define MAX_WORDS ((size_t)64 << 10) /* of what it prints at its start */

struct pl_devnode {
	pid_t pid;
	int log; /* an unlinked file that it writes to */
	const char *url;
	struct pl_hash32 checkpoint;
};

/* This program, wherever it lies. */
static enum pl_rc our_path(struct pl_arena *a, const char **out,
			   struct pl_err *e)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return pl_fail(e, PL_EIO, "/proc/self/exe: %s",
			       strerror(errno));
	path[n] = 0;
	*out = pl_strdup(a, path);
	return PL_OK;
}

/* --------------------------------------------------------------- starting */

#define WORD(s) ((char *)(uintptr_t)(s)) /* as execv wants it */

/* In the child, between fork and exec: only calls that are safe there. */
static void become(const char *path, const char *chain_id, const char *time,
		   int log, pid_t parent)
{
	char *argv[] = { WORD("plume"),       WORD("devnet"),
			 WORD("--listen"),    WORD("127.0.0.1:0"),
			 WORD("--consensus"), WORD("--chain-id"),
			 WORD(chain_id),      WORD("--timestamp"),
			 WORD(time),          WORD("--output"),
			 WORD("jsonl"),       NULL };
	int null = open("/dev/null", O_RDONLY);

	/* plume may have died before this was said */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(127);
	if (dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	(void)execv(path, argv);
	_exit(127);
}

static enum pl_rc open_log(int *out, struct pl_err *e)
{
	const char *dir = getenv("TMPDIR");
	char path[1024];
	int n, fd;

	n = snprintf(path, sizeof(path), "%s/plume-devnet-XXXXXX",
		     dir && *dir ? dir : "/tmp");
	if (n < 0 || (size_t)n >= sizeof(path))
		return pl_fail(e, PL_EIO, "TMPDIR is too long");
	fd = mkstemp(path);
	if (fd < 0)
		return pl_fail(e, PL_EIO, "cannot write %s: %s", path,
			       strerror(errno));
	(void)unlink(path);
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	*out = fd;
	return PL_OK;
}

/* What it has printed so far. */
static struct pl_span words(struct pl_arena *a, int log)
{
	uint8_t *p = pl_alloc(a, MAX_WORDS + 1);
	ssize_t n = pread(log, p, MAX_WORDS, 0);

	return (struct pl_span){ p, n < 0 ? 0 : (size_t)n };
}

static bool exited(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	       info.si_pid == pid;
}

static enum pl_rc never_listened(struct pl_arena *a, const char *path,
				 struct pl_span said, struct pl_err *e)
{
	char *last = pl_strndup(a, (const char *)said.p, said.n);
	size_t n = said.n;

	while (n && last[n - 1] == '\n')
		last[--n] = 0;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)last[i] < ' ' && last[i] != '\n')
			last[i] = '?';
	}
	while (n && last[n - 1] != '\n')
		n--;
	return pl_fail(e, PL_ENET, "%.300s does not listen%s%.300s", path,
		       last[n] ? ": " : "", last + n);
}

static void pause_ms(long ms)
{
	struct timespec t = { 0, ms * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* The line it prints once it listens; false: not yet. */
static bool is_ready(struct pl_arena *a, struct pl_devnode *n,
		     struct pl_span said)
{
	const struct pl_json *row;
	const char *line, *end, *url;
	struct pl_err e;

	line = strstr((const char *)said.p, READY);
	end = line ? strchr(line, '\n') : NULL;
	if (!end || pl_json_parse(a, &row,
				  (struct pl_span){ (const uint8_t *)line,
						    (size_t)(end - line) },
				  &e))
		return false;
	url = pl_json_str(pl_json_get(row, "url"));
	if (!url ||
	    pl_json_hash32(&n->checkpoint, pl_json_get(row, "checkpoint"), &e))
		return false;
	n->url = pl_strdup(a, url);
	return true;
}

static enum pl_rc await(struct pl_arena *a, struct pl_devnode *n,
			const char *path, unsigned wait_s, struct pl_err *e)
{
	uint64_t until = pl_time_mono_ns() + wait_s * 1000000000ull;
	struct pl_arena *scratch = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	bool gone;

	while (!rc) {
		pl_arena_reset(scratch);
		gone = exited(n->pid);
		if (is_ready(a, n, words(scratch, n->log)))
			break;
		if (gone || pl_time_mono_ns() > until)
			rc = never_listened(scratch, path,
					    words(scratch, n->log), e);
		else
			pause_ms(5);
	}
	pl_arena_close(scratch);
	return rc;
}

enum pl_rc pl_devnode_open(struct pl_arena *a, struct pl_devnode **out,
			   const struct pl_devnode_conf *conf, struct pl_err *e)
{
	struct pl_devnode *n = PL_NEW(a, struct pl_devnode);
	const char *path = conf->path;
	const char *chain =
		pl_printf(a, "%llu", (unsigned long long)conf->chain_id);
	int64_t t0 = conf->timestamp ? conf->timestamp : pl_time_now();
	const char *genesis = pl_printf(a, "%lld", (long long)t0);
	pid_t us = getpid();
	enum pl_rc rc;

	if (!path)
		PL_TRY(our_path(a, &path, e));
	PL_TRY(open_log(&n->log, e));
	n->pid = fork();
	if (n->pid < 0) {
		(void)close(n->log);
		return pl_fail(e, PL_EIO, "cannot start another process: %s",
			       strerror(errno));
	}
	if (!n->pid)
		become(path, chain, genesis, n->log, us);
	rc = await(a, n, path, conf->wait_s ? conf->wait_s : 30, e);
	if (rc) {
		pl_devnode_close(n);
		return rc;
	}
	*out = n;
	return PL_OK;
}

void pl_devnode_close(struct pl_devnode *n)
{
	int status;

	if (!n)
		return;
	/* Nothing in it is worth keeping: no need to ask politely. */
	(void)kill(n->pid, SIGKILL);
	while (waitpid(n->pid, &status, 0) < 0 && errno == EINTR)
		;
	(void)close(n->log);
}

const char *pl_devnode_url(const struct pl_devnode *n)
{
	return n->url;
}

const struct pl_hash32 *pl_devnode_checkpoint(const struct pl_devnode *n)
{
	return &n->checkpoint;
}

enum pl_rc pl_devnode_fund(struct pl_arena *a, struct pl_rpc *r,
			   const struct pl_addr *who, const struct pl_u256 *wei,
			   struct pl_err *e)
{
	uint8_t be[32];
	const struct pl_json *result;
	char *params;

	pl_u256_to_be(be, wei);
	params = pl_printf(a, "[\"%s\",\"%s\"]", pl_hex(a, pl_addr_span(who)),
			   pl_hex(a, (struct pl_span){ be, sizeof(be) }));
	return pl_rpc_call(r, a, &result, "anvil_setBalance", params, e);
}
