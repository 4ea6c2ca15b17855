#include "base/stop.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#define PIECE_MS 100

static atomic_bool asked;

void pl_stop_ask(void)
{
	atomic_store(&asked, true);
}

bool pl_stop_asked(void)
{
	return atomic_load(&asked);
}

void pl_stop_forget(void)
{
	atomic_store(&asked, false);
}

void pl_stop_pause(unsigned ms)
{
	while (ms && !pl_stop_asked()) {
		unsigned now = ms < PIECE_MS ? ms : PIECE_MS;
		struct timespec t = { 0, (long)now * 1000000 };

		while (nanosleep(&t, &t) && errno == EINTR)
			;
		ms -= now;
	}
}
