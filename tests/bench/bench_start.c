/* Start-up of two programs, in turn, so that a drifting machine hits both:
 *   bench_start NAME PROGRAM ARG PEER-NAME PEER-PROGRAM PEER-ARG
 * Wall time from fork to the end of the process, median and smallest of 101. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 101

extern char **environ;

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double once(char *prog, char *arg)
{
	char *argv[] = { prog, arg, NULL };
	posix_spawn_file_actions_t fa;
	double t0 = now_ms();
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, prog, &fa, NULL, argv, environ)) {
		perror(prog);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&fa);
	(void)waitpid(pid, &status, 0);
	if (status) {
		(void)fprintf(stderr, "%s %s failed\n", prog, arg);
		exit(1);
	}
	return now_ms() - t0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	double ours[RUNS], peer[RUNS];

	if (argc != 4 && argc != 7)
		return 2;
	for (int i = -5; i < RUNS; i++) {
		double a = once(argv[2], argv[3]);
		double b = argc == 7 ? once(argv[5], argv[6]) : 0;

		if (i < 0)
			continue; /* warming up */
		ours[i] = a;
		peer[i] = b;
	}
	qsort(ours, RUNS, sizeof(double), by_value);
	qsort(peer, RUNS, sizeof(double), by_value);
	printf("%-28s %10.2f ms (min %.2f)\n", argv[1], ours[RUNS / 2],
	       ours[0]);
	if (argc == 7)
		printf("%-28s %10.2f ms (min %.2f)   ours/peer %.3f\n", argv[4],
		       peer[RUNS / 2], peer[0],
		       ours[RUNS / 2] / peer[RUNS / 2]);
	return 0;
}
