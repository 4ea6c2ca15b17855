/* A digest of what the C library gives for exp, log, pow and sin: with it a
 * test learns whether hiding processor features changes anything here. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	volatile double x = .0137;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < 200000; i++) {
		const double v[] = { exp(x), log(x), pow(x, 1.7), sin(x) };

		for (size_t k = 0; k < sizeof(v) / sizeof(v[0]); k++) {
			uint64_t b;

			memcpy(&b, &v[k], sizeof(b));
			h = (h ^ b) * UINT64_C(0x100000001b3);
		}
		x += .000173;
	}
	printf("%016" PRIx64 "\n", h);
	return 0;
}
