#include "crypto/rand.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

enum pl_rc pl_random(void *out, size_t n, struct pl_err *e)
{
	uint8_t *p = out;

	while (n) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return pl_fail(e, PL_EIO,
				       "the system gives no random bytes: %s",
				       strerror(errno));
		p += got;
		n -= (size_t)got;
	}
	return PL_OK;
}
