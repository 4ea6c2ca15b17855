/* eth_getBalance a second from a running `light serve`, asked again and again
 * on one connection, and the memory it takes:
 *   bench_serve PORT ADDRESS */
#include "bench.h"
#include "bench_http.h"

#define CALLS 20000
#define GOAL_RATE 5000
#define GOAL_MB 30

static double resident_mb(int fd)
{
	const char *body = bench_ask(fd, "GET /metrics HTTP/1.1\r\n"
					 "Host: 127.0.0.1\r\n\r\n");
	const char *at = body ? strstr(body, "\nplume_resident_bytes ") : NULL;

	return at ? strtod(at + 22, NULL) / 1048576 : 0;
}

int main(int argc, char **argv)
{
	char body[256], text[512];
	const char *answer = NULL;
	double ms, rate, mb;
	int fd;

	if (argc != 3)
		return 2;
	fd = bench_dial((uint16_t)strtoul(argv[1], NULL, 10));
	if (fd < 0)
		return 1;
	(void)snprintf(body, sizeof(body),
		       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		       "\"eth_getBalance\",\"params\":[\"%s\",\"finalized\"]}",
		       argv[2]);
	(void)snprintf(text, sizeof(text),
		       "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		       "Content-Type: application/json\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       strlen(body), body);
	(void)bench_ask(fd, text);
	ms = bench_ms();
	for (int i = 0; i < CALLS; i++)
		answer = bench_ask(fd, text);
	ms = bench_ms() - ms;
	if (!answer || !strstr(answer, "\"result\":\"0x")) {
		(void)fprintf(stderr, "bench_serve: %s\n",
			      answer ? answer : "no answer");
		return 1;
	}
	rate = CALLS / ms * 1e3;
	mb = resident_mb(fd);
	(void)close(fd);
	(void)printf("plume light serve   %8.0f eth_getBalance/s from cache, "
		     "one connection   goal %d   %s\n",
		     rate, GOAL_RATE, rate >= GOAL_RATE ? "met" : "missed");
	(void)printf("plume light serve   %8.1f MB resident   goal %d   %s\n",
		     mb, GOAL_MB, mb <= GOAL_MB ? "met" : "missed");
	return 0;
}
