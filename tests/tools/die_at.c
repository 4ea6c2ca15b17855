/* Kill a program between two of its writes.  Preloaded into it, this counts
 * the calls that change a file or folder and raises SIGKILL in place of the
 * DIE_AT-th (counted from 1), so that a test can walk DIE_AT upward until the
 * program gets through.  With DIE_TORN=1 a write does the first half of its
 * bytes before the kill.  With DIE_LOG=FILE every counted call is noted there.
 *
 *	cc -shared -fPIC -o die_at.so tests/tools/die_at.c -ldl
 *	LD_PRELOAD=./die_at.so DIE_AT=7 plume asset commit …
 *
 * Not seen: writes through stdio (of which only results and words are made)
 * and through mappings.  Writes to anything but regular files do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define EXPORT __attribute__((visibility("default")))

static void note(const char *call, long count, const char *path)
{
	const char *to = getenv("DIE_LOG");
	char line[512];
	int n, fd;

	if (!to)
		return;
	n = snprintf(line, sizeof(line), "%ld %s %s\n", count, call, path);
	fd = REAL(open)(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	(void)!REAL(write)(fd, line, (size_t)n);
	(void)close(fd);
}

/* 1 when this call is the one to die in. */
static int due(const char *call, const char *path)
{
	static long count;
	const char *at = getenv("DIE_AT");
	long now = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);

	note(call, now, path);
	return at && now == strtol(at, NULL, 10);
}

static void tick(const char *call, const char *path)
{
	if (due(call, path))
		(void)raise(SIGKILL);
}

/* 1 when half of a write is to be done before dying. */
static int tick_fd(const char *call, int fd)
{
	const char *torn = getenv("DIE_TORN");
	char link[64], path[400] = "";
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n > 0)
		path[n] = '\0';
	if (!due(call, path))
		return 0;
	if (torn && *torn == '1')
		return 1;
	(void)raise(SIGKILL);
	return 0;
}

EXPORT ssize_t write(int fd, const void *p, size_t n)
{
	if (tick_fd("write", fd)) {
		(void)!REAL(write)(fd, p, n / 2);
		(void)raise(SIGKILL);
	}
	return REAL(write)(fd, p, n);
}

EXPORT ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (tick_fd("pwrite", fd)) {
		(void)!REAL(pwrite)(fd, p, n / 2, at);
		(void)raise(SIGKILL);
	}
	return REAL(pwrite)(fd, p, n, at);
}

EXPORT ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	if (tick_fd("pwrite", fd)) {
		(void)!REAL(pwrite64)(fd, p, n / 2, at);
		(void)raise(SIGKILL);
	}
	return REAL(pwrite64)(fd, p, n, at);
}

EXPORT ssize_t writev(int fd, const struct iovec *v, int n)
{
	if (tick_fd("writev", fd)) {
		(void)!REAL(writev)(fd, v, n / 2);
		(void)raise(SIGKILL);
	}
	return REAL(writev)(fd, v, n);
}

#define ON_FD(ret, name, params, args)                                         \
	EXPORT ret name params                                                 \
	{                                                                      \
		if (tick_fd(#name, fd))                                        \
			(void)raise(SIGKILL);                                  \
		return REAL(name) args;                                        \
	}
ON_FD(int, fsync, (int fd), (fd))
ON_FD(int, fdatasync, (int fd), (fd))
ON_FD(int, ftruncate, (int fd, off_t n), (fd, n))
ON_FD(int, ftruncate64, (int fd, off64_t n), (fd, n))
ON_FD(int, fchmod, (int fd, mode_t mode), (fd, mode))

#define ON_PATH(ret, name, params, args, path)                                 \
	EXPORT ret name params                                                 \
	{                                                                      \
		tick(#name, path);                                             \
		return REAL(name) args;                                        \
	}
ON_PATH(int, rename, (const char *a, const char *b), (a, b), b)
ON_PATH(int, renameat, (int x, const char *a, int y, const char *b),
	(x, a, y, b), b)
ON_PATH(int, renameat2,
	(int x, const char *a, int y, const char *b, unsigned flags),
	(x, a, y, b, flags), b)
ON_PATH(int, link, (const char *a, const char *b), (a, b), b)
ON_PATH(int, linkat, (int x, const char *a, int y, const char *b, int flags),
	(x, a, y, b, flags), b)
ON_PATH(int, symlink, (const char *a, const char *b), (a, b), b)
ON_PATH(int, unlink, (const char *a), (a), a)
ON_PATH(int, unlinkat, (int x, const char *a, int flags), (x, a, flags), a)
ON_PATH(int, rmdir, (const char *a), (a), a)
ON_PATH(int, mkdir, (const char *a, mode_t mode), (a, mode), a)
ON_PATH(int, mkdirat, (int x, const char *a, mode_t mode), (x, a, mode), a)
ON_PATH(int, truncate, (const char *a, off_t n), (a, n), a)
ON_PATH(int, chmod, (const char *a, mode_t mode), (a, mode), a)
ON_PATH(int, mkstemp, (char *a), (a), a)
ON_PATH(int, mkstemp64, (char *a), (a), a)
ON_PATH(char *, mkdtemp, (char *a), (a), a)

/* Opening counts when it may make or cut a file. */
#define OPENING(name, dir_param, dir_arg)                                      \
	EXPORT int name(dir_param const char *path, int flags, ...)            \
	{                                                                      \
		mode_t mode = 0;                                               \
		va_list ap;                                                    \
                                                                               \
		if (flags & (O_CREAT | O_TRUNC)) {                             \
			va_start(ap, flags);                                   \
			mode = (mode_t)va_arg(ap, int);                        \
			va_end(ap);                                            \
			tick(#name, path);                                     \
		}                                                              \
		return REAL(name)(dir_arg path, flags, mode);                  \
	}
#define COMMA ,
OPENING(open, , )
OPENING(open64, , )
OPENING(openat, int at COMMA, at COMMA)
OPENING(openat64, int at COMMA, at COMMA)
