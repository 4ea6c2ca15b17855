#include "base/secret.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *pl_secret_open(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		(void)fprintf(stderr, "plume: out of memory for a secret\n");
		exit(70);
	}
	(void)mlock(p, n); /* refused under a small RLIMIT_MEMLOCK */
#ifdef MADV_DONTDUMP
	(void)madvise(p, n, MADV_DONTDUMP);
#endif
	return p;
}

void pl_secret_close(void *p, size_t n)
{
	if (!p)
		return;
	pl_wipe(p, n);
	(void)munmap(p, n);
}

void pl_wipe(void *p, size_t n)
{
	if (!n)
		return;
	memset(p, 0, n);
	/* tell the compiler that somebody reads it */
	__asm__ __volatile__("" : : "r"(p) : "memory");
}

bool pl_ct_equal(const void *a, const void *b, size_t n)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t d = 0;

	for (size_t i = 0; i < n; i++)
		d |= (uint8_t)(x[i] ^ y[i]);
	return !d;
}
