/* A development chain from start to first answer, the transfers it takes one
 * after another on one connection, each in a block of its own when the answer
 * comes, and the memory it takes:
 *   bench_devnet PLUME [ANVIL] */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "bench_http.h"
#include "devnet/node.h"

#define STARTS 15
#define GOAL_START 10.0
#define GOAL_RATE 5000.0
#define GOAL_MB 15.0

struct node {
	const char *name, *path;
	char *args[8];
	uint16_t port;
	pid_t pid;
};

/* A port that nobody has now. */
static uint16_t free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, n) ||
	    getsockname(fd, (struct sockaddr *)&a, &n))
		exit(1);
	(void)close(fd);
	return ntohs(a.sin_port);
}

static char *request(struct pl_arena *a, const char *method, const char *params)
{
	const char *body = pl_printf(a,
				     "{\"jsonrpc\":\"2.0\",\"id\":1,"
				     "\"method\":\"%s\",\"params\":[%s]}",
				     method, params);

	return pl_printf(a,
			 "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			 "Content-Type: application/json\r\n"
			 "Content-Length: %zu\r\n\r\n%s",
			 strlen(body), body);
}

static void start(struct node *n, const char *hello)
{
	const struct timespec nap = { .tv_nsec = 100000 };
	int fd;

	n->pid = fork();
	if (!n->pid) {
		fd = open("/dev/null", O_RDWR);
		(void)dup2(fd, 0);
		(void)dup2(fd, 1);
		(void)dup2(fd, 2);
		(void)execv(n->path, n->args);
		_exit(127);
	}
	for (int i = 0; i < 100000; i++) {
		const char *answer = NULL;

		fd = bench_dial(n->port);
		if (fd >= 0) {
			answer = bench_ask(fd, hello);
			(void)close(fd);
		}
		if (answer && strstr(answer, "0x7a69"))
			return;
		(void)nanosleep(&nap, NULL);
	}
	(void)fprintf(stderr, "bench_devnet: %s does not answer\n", n->name);
	exit(1);
}

static void stop(struct node *n)
{
	(void)kill(n->pid, SIGKILL);
	(void)waitpid(n->pid, NULL, 0);
}

static double resident_mb(struct pl_arena *a, pid_t pid)
{
	FILE *f = fopen(pl_printf(a, "/proc/%d/status", (int)pid), "r");
	double kb = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmRSS:", 6))
			kb = strtod(line + 6, NULL);
	if (f)
		(void)fclose(f);
	return kb / 1024;
}

/* n transfers of the first account, signed. */
static char **transfers(struct pl_arena *a, size_t n)
{
	char **out = PL_NEW_N(a, char *, n);
	struct pl_dev_key keys[2];
	struct pl_err e;

	if (pl_dev_keys(keys, 2, &e))
		pl_die(&e);
	for (size_t i = 0; i < n; i++) {
		struct pl_tx tx = { .type = PL_TX_FEE,
				    .has_chain_id = true,
				    .chain_id = 31337,
				    .nonce = i,
				    .gas = 21000,
				    .max_fee = pl_u256_of(20000000000u),
				    .max_priority_fee = pl_u256_of(1000000000),
				    .has_to = true,
				    .to = keys[1].addr,
				    .value = pl_u256_of(1) };
		struct pl_buf b;
		char *hex;

		pl_buf_init(&b, a);
		if (pl_tx_sign(&tx, &b, keys[0].secret, &e))
			pl_die(&e);
		pl_tx_encode(&b, &tx);
		hex = pl_alloc(a, 2 * b.n + 5);
		memcpy(hex, "\"0x", 3);
		for (size_t k = 0; k < b.n; k++)
			(void)snprintf(hex + 3 + 2 * k, 3, "%02x", b.p[k]);
		memcpy(hex + 3 + 2 * b.n, "\"", 2);
		out[i] = request(a, "eth_sendRawTransaction", hex);
	}
	return out;
}

static double rate(struct node *n, char **txs, size_t count)
{
	int fd = bench_dial(n->port);
	double ms = bench_ms();

	for (size_t i = 0; i < count; i++) {
		const char *answer = bench_ask(fd, txs[i]);

		if (answer && strstr(answer, "\"result\":\"0x"))
			continue;
		(void)fprintf(stderr, "bench_devnet: %s: %s\n", n->name,
			      answer ? answer : "no answer");
		exit(1);
	}
	ms = bench_ms() - ms;
	(void)close(fd);
	return (double)count / ms * 1e3;
}

struct figures {
	double start, rate, mb;
};

static struct figures measure(struct pl_arena *a, struct node *n, size_t count)
{
	const char *hello = request(a, "eth_chainId", "");
	double ms[STARTS];
	struct figures f;

	for (size_t i = 0; i < STARTS; i++) {
		ms[i] = bench_ms();
		start(n, hello);
		ms[i] = bench_ms() - ms[i];
		if (i + 1 < STARTS)
			stop(n);
	}
	f.start = bench_median(ms, STARTS);
	f.mb = resident_mb(a, n->pid);
	f.rate = rate(n, transfers(a, count), count);
	stop(n);
	return f;
}

static void tell(const char *name, double v, const char *unit, double goal,
		 bool met)
{
	(void)printf("plume devnet  %8.1f %s   goal %.0f   %s   %s\n", v, unit,
		     goal, met ? "met" : "missed", name);
}

int main(int argc, char **argv)
{
	struct pl_arena *a = pl_arena_open(0);
	struct node plume = { .name = "plume devnet", .port = free_port() };
	struct node anvil = { .name = "anvil", .port = free_port() };
	struct figures p, q;

	if (argc < 2)
		return 2;
	plume.path = plume.args[0] = argv[1];
	plume.args[1] = pl_strdup(a, "devnet");
	plume.args[2] = pl_strdup(a, "--listen");
	plume.args[3] = pl_printf(a, "127.0.0.1:%u", plume.port);
	p = measure(a, &plume, 20000);
	tell("from start to first answer, median", p.start, "ms", GOAL_START,
	     p.start <= GOAL_START);
	tell("transfers/s, each in a block, one connection", p.rate, "/s",
	     GOAL_RATE, p.rate >= GOAL_RATE);
	tell("resident after its first answer", p.mb, "MB", GOAL_MB,
	     p.mb <= GOAL_MB);
	if (argc > 2) {
		anvil.path = anvil.args[0] = argv[2];
		anvil.args[1] = pl_strdup(a, "--port");
		anvil.args[2] = pl_printf(a, "%u", anvil.port);
		q = measure(a, &anvil, 2000);
		(void)printf("anvil         %8.1f ms, %.0f transfers/s, %.1f "
			     "MB\n",
			     q.start, q.rate, q.mb);
	}
	pl_arena_close(a);
	return 0;
}
