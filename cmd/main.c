#include <stdio.h>

int main(void)
{
	return puts("plume " PL_VERSION) == EOF;
}
