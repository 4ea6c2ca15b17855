/* Runs a fuzz harness over files named on the command line, for compilers
 * without libFuzzer.  Prints TAP: one test per corpus. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buf;
	long size;
	size_t n;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		return -1;
	rewind(f);
	/* exactly the size: reading past the end is seen by the sanitizers */
	buf = malloc((size_t)size ? (size_t)size : 1);
	if (!buf)
		return -1;
	n = fread(buf, 1, (size_t)size, f);
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(buf, n);
	free(buf);
	return 0;
}

int main(int argc, char **argv)
{
	puts("1..1");
	for (int i = 1; i < argc; i++) {
		(void)fprintf(stderr, "%s\n", argv[i]);
		if (run_file(argv[i])) {
			printf("not ok 1 - cannot read %s\n", argv[i]);
			return 1;
		}
	}
	if (argc < 2) {
		puts("not ok 1 - the corpus is empty");
		return 1;
	}
	printf("ok 1 - %d inputs\n", argc - 1);
	return 0;
}
