#include "sync/anvil.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/time.h"

#define LISTENS "Listening on 127.0.0.1:"
#define MAX_WORDS ((size_t)64 << 10) /* of what anvil prints at its start */

struct pl_anvil {
	pid_t pid;
	int log; /* an unlinked file that it writes to */
	const char *url;
};

/* ---------------------------------------------------------------- finding */

/* A file that runs and is a program, not a script. */
static bool is_program(const char *path)
{
	char magic[4] = { 0 };
	struct stat st;
	ssize_t n;
	int fd;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || access(path, X_OK))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, magic, sizeof(magic));
	(void)close(fd);
	return n == 4 && !memcmp(magic,
				 "\x7f"
				 "ELF",
				 4);
}

/* npm's name of this processor. */
static const char *package(void)
{
	struct utsname u;

	if (!uname(&u) && !strcmp(u.machine, "aarch64"))
		return "anvil-linux-arm64";
	return "anvil-linux-amd64";
}

/* node_modules beside the path or above it. */
static const char *near(struct pl_arena *a, const char *dir)
{
	char *up = pl_strdup(a, dir), *slash;
	const char *path;

	for (;;) {
		path = pl_printf(a, "%s/node_modules/@foundry-rs/%s/bin/anvil",
				 up, package());
		if (is_program(path))
			return path;
		slash = strrchr(up, '/');
		if (!slash)
			return NULL;
		*slash = 0;
	}
}

static const char *near_us(struct pl_arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return NULL;
	path[n] = 0;
	return near(a, path);
}

static const char *in_path(struct pl_arena *a)
{
	const char *dirs = getenv("PATH"), *path;
	size_t n;

	for (; dirs && *dirs; dirs += n + (dirs[n] == ':')) {
		n = strcspn(dirs, ":");
		path = pl_printf(a, "%.*s/anvil", (int)n, dirs);
		if (n && is_program(path))
			return path;
	}
	return NULL;
}

enum pl_rc pl_anvil_find(struct pl_arena *a, const char **out, struct pl_err *e)
{
	const char *path = getenv("PLUME_ANVIL");

	if (path && *path) {
		if (!is_program(path))
			return pl_fail(e, PL_ENOTFOUND,
				       "PLUME_ANVIL=%.300s is no program",
				       path);
		*out = pl_strdup(a, path);
		return PL_OK;
	}
	path = near_us(a);
	if (!path)
		path = in_path(a);
	if (!path) {
		(void)pl_fail(e, PL_ENOTFOUND, "anvil is not installed");
		return pl_hint(e, "run npm ci --ignore-scripts in plume's "
				  "source, set PLUME_ANVIL, or give a node "
				  "with --rpc URL");
	}
	*out = path;
	return PL_OK;
}

/* --------------------------------------------------------------- starting */

/* In the child, between fork and exec: only calls that are safe there. */
static void become(const char *path, const char *chain_id, const char *genesis,
		   int log, pid_t parent)
{
	char *argv[] = { (char *)(uintptr_t) "anvil",
			 (char *)(uintptr_t) "--host",
			 (char *)(uintptr_t) "127.0.0.1",
			 (char *)(uintptr_t) "--port",
			 (char *)(uintptr_t) "0",
			 (char *)(uintptr_t) "--chain-id",
			 (char *)(uintptr_t)chain_id,
			 (char *)(uintptr_t) "--timestamp",
			 (char *)(uintptr_t)genesis,
			 NULL };
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

	n = snprintf(path, sizeof(path), "%s/plume-anvil-XXXXXX",
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

/* Poll its words for the port: it prints the line once it listens. */
static enum pl_rc await(struct pl_arena *a, struct pl_anvil *n,
			const char *path, unsigned wait_s, struct pl_err *e)
{
	uint64_t until = pl_time_mono_ns() + wait_s * 1000000000ull;
	struct pl_arena *scratch = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	const char *at;
	size_t len;
	bool gone;

	while (!rc && !n->url) {
		pl_arena_reset(scratch);
		gone = exited(n->pid);
		at = strstr((const char *)words(scratch, n->log).p, LISTENS);
		len = at ? strspn(at + strlen(LISTENS), "0123456789") : 0;
		if (len && at[strlen(LISTENS) + len] == '\n')
			n->url = pl_printf(a, "http://127.0.0.1:%.*s", (int)len,
					   at + strlen(LISTENS));
		else if (gone || pl_time_mono_ns() > until)
			rc = never_listened(scratch, path,
					    words(scratch, n->log), e);
		else
			pause_ms(10);
	}
	pl_arena_close(scratch);
	return rc;
}

enum pl_rc pl_anvil_open(struct pl_arena *a, struct pl_anvil **out,
			 const struct pl_anvil_conf *conf, struct pl_err *e)
{
	struct pl_anvil *n = PL_NEW(a, struct pl_anvil);
	const char *path = conf->path;
	const char *chain =
		pl_printf(a, "%llu", (unsigned long long)conf->chain_id);
	int64_t t0 = conf->timestamp ? conf->timestamp : pl_time_now();
	const char *genesis = pl_printf(a, "%lld", (long long)t0);
	pid_t us = getpid();
	enum pl_rc rc;

	if (!path)
		PL_TRY(pl_anvil_find(a, &path, e));
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
		pl_anvil_close(n);
		return rc;
	}
	*out = n;
	return PL_OK;
}

void pl_anvil_close(struct pl_anvil *n)
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

const char *pl_anvil_url(const struct pl_anvil *n)
{
	return n->url;
}

enum pl_rc pl_anvil_fund(struct pl_arena *a, struct pl_rpc *r,
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
