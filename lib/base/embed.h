/* Files that travel inside the binary.  PL_EMBED(name, "path") defines
 * name_begin and name_end from a file of the source tree (the Makefile gives
 * the path of the tree and rebuilds when the file changes). */
#ifndef PL_BASE_EMBED_H
#define PL_BASE_EMBED_H

#include "base/span.h"

#define PL_EMBED(name, path)                                                   \
	__asm__(".section .rodata\n"                                           \
		".global " #name "_begin\n.global " #name "_end\n"             \
		".balign 16\n" #name "_begin:\n"                               \
		".incbin \"" PL_SRC "/" path "\"\n" #name "_end:\n"            \
		".byte 0\n"                                                    \
		".previous\n");                                                \
	extern const uint8_t name##_begin[]                                    \
		__attribute__((visibility("hidden")));                         \
	extern const uint8_t name##_end[] __attribute__((visibility("hidde"    \
								    "n")))

#define PL_EMBEDDED(name)                                                      \
	((struct pl_span){ name##_begin, (size_t)(name##_end - name##_begin) })

#endif
