/* Runs a program over damaged copies of a file, the same ones for the same
 * seed, and judges each end:
 *
 *	batter [-n WORD] [-r FILE] FROM NAME HOW… -- COMMAND…
 *
 * HOW is `cut STEP` (FROM ends after 0, STEP, 2·STEP … bytes), `change SEED
 * COUNT` (bytes changed, left out, put in, doubled) or `lines` (each line of
 * FROM is one content).  The copy is written to NAME.  COMMAND has to end by
 * itself within 20 seconds, with status 0, 1 or 3 to 8; a failure has words,
 * with WORD among them; and nothing raw that a terminal would obey is
 * printed.  FILE, and what SQLite keeps beside it, is removed before each run.
 * The first that does not hold is told, and NAME stays as it was. */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX (16u << 20)

static uint8_t whole[MAX], copy[2 * MAX];
static size_t n_whole, n_copy;
static uint64_t state;

/* SplitMix64 */
static size_t below(size_t n)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (size_t)((z ^ (z >> 31)) % (n ? n : 1));
}

/* Bytes that mean something to some reader. */
static uint8_t odd_byte(void)
{
	static const uint8_t odd[] = "0,\"\n\r;{}[]:-+eE.\\/ x\xff\xc3\x1b";

	return below(3) ? odd[below(sizeof(odd))] : (uint8_t)below(256);
}

static void remove_some(size_t at)
{
	size_t n = 1 + below(below(4) ? 4 : 100);

	if (n > n_copy - at)
		n = n_copy - at;
	memmove(copy + at, copy + at + n, n_copy - at - n);
	n_copy -= n;
}

static void insert_some(size_t at, int again)
{
	size_t n = 1 + below(below(4) ? 4 : 60);

	if (n > n_copy - at)
		n = n_copy - at;
	if (n_copy + n > sizeof(copy))
		return;
	/* doubled as it stands, or made of odd bytes */
	memmove(copy + at + n, copy + at, n_copy - at);
	for (size_t i = 0; !again && i < n; i++)
		copy[at + i] = odd_byte();
	n_copy += n;
}

static void change(void)
{
	static const size_t often[] = { 1, 1, 2, 8 };

	memcpy(copy, whole, n_whole);
	n_copy = n_whole;
	for (size_t k = often[below(4)]; k && n_copy; k--) {
		size_t at = below(n_copy);

		switch (below(5)) {
		case 0:
			copy[at] = odd_byte();
			break;
		case 1:
			copy[at] ^= (uint8_t)(1u << below(8));
			break;
		case 2:
			remove_some(at);
			break;
		default:
			insert_some(at, (int)below(2));
		}
	}
}

static struct {
	const char *word, *remove, *name;
	char **cmd;
	size_t runs;
} job;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void put(const uint8_t *p, size_t n)
{
	FILE *f = fopen(job.name, "wb");

	if (!f || fwrite(p, 1, n, f) != n || fclose(f))
		fail(job.name);
}

static void remove_old(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[4096];

	for (size_t i = 0; job.remove && i < 4; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", job.remove, ends[i]);
		(void)unlink(path);
	}
}

/* The command's wait status; what it said is in the two files. */
static int run(int out, int err)
{
	int status, in;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (!child) {
		in = open("/dev/null", O_RDONLY);
		if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
			_exit(99);
		(void)alarm(20);
		(void)execvp(job.cmd[0], job.cmd);
		_exit(98);
	}
	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	return status;
}

static const char *control_byte(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 32 && !strchr("\t\n\r", s[i]))
			return "a control byte was printed";
	return memchr(s, 0, n) ? "a zero byte was printed" : NULL;
}

static const char *verdict(int status, const char *err, size_t n)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? "it does not end"
						   : "a signal ended it";
	if (code == 2 || code < 0 || code > 8)
		return "that status belongs to no damaged file";
	if (code && !n)
		return "a failure without a word";
	if (code && job.word && !strstr(err, job.word))
		return "a failure that does not name the file";
	return NULL;
}

static void judge(const uint8_t *p, size_t n)
{
	static char text[1 << 20];
	FILE *out = tmpfile(), *err = tmpfile();
	const char *why = NULL;
	int status;

	if (!out || !err)
		fail("tmpfile");
	remove_old();
	put(p, n);
	status = run(fileno(out), fileno(err));
	rewind(out);
	why = control_byte(text, fread(text, 1, sizeof(text) - 1, out));
	rewind(err);
	n = fread(text, 1, sizeof(text) - 1, err);
	text[n] = '\0';
	if (!why)
		why = control_byte(text, n);
	if (!why)
		why = verdict(status, text, n);
	(void)fclose(out);
	(void)fclose(err);
	if (!why) {
		job.runs++;
		return;
	}
	printf("copy %zu of %s: %s (wait status 0x%x)\n%.4000s\n", job.runs,
	       job.name, why, (unsigned)status, text);
	exit(1);
}

static void all(char **how)
{
	size_t n = how[1] ? strtoul(how[1], NULL, 10) : 0;
	uint8_t *line = whole, *end = whole + n_whole, *nl;

	if (!strcmp(how[0], "cut")) {
		for (size_t i = 0; i < n_whole && n; i += n)
			judge(whole, i);
	} else if (!strcmp(how[0], "change")) {
		state = n;
		n = strtoul(how[2], NULL, 10);
		for (size_t i = 0; i < n; i++) {
			change();
			judge(copy, n_copy);
		}
	} else {
		for (; (nl = memchr(line, '\n', (size_t)(end - line)));
		     line = nl + 1)
			judge(line, (size_t)(nl - line));
	}
}

int main(int argc, char **argv)
{
	int c, at;
	FILE *f;

	while ((c = getopt(argc, argv, "+n:r:")) != -1)
		*(c == 'n' ? &job.word : &job.remove) = optarg;
	for (at = optind; at < argc && strcmp(argv[at], "--") != 0; at++)
		continue;
	if (at + 1 >= argc || at - optind < 3 ||
	    (!strcmp(argv[optind + 2], "change") && at - optind < 5)) {
		(void)fputs("batter [-n WORD] [-r FILE] FROM NAME cut STEP | "
			    "change SEED COUNT | lines -- COMMAND\n",
			    stderr);
		return 2;
	}
	f = fopen(argv[optind], "rb");
	if (!f)
		fail(argv[optind]);
	n_whole = fread(whole, 1, sizeof(whole), f);
	(void)fclose(f);
	argv[at] = NULL;
	job.name = argv[optind + 1];
	job.cmd = argv + at + 1;
	all(argv + optind + 2);
	printf("%zu runs\n", job.runs);
	return job.runs ? 0 : 1;
}
