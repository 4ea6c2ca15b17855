/* Heavy libraries are loaded when a command first needs them: libgit2,
 * libcurl and libcrypto bring forty others and cost milliseconds that
 * `plume version` has no use for.  A façade lists the functions it uses once:
 *
 *	#define FUNCS(X) X(curl_easy_init) X(curl_easy_perform)
 *	PL_LAZY(curl, "libcurl.so.4", FUNCS)
 *
 * and calls curl.curl_easy_init() after PL_TRY(curl_load(e)).  The types come
 * from the library's own header.  A note section names the library for
 * packagers' tools (the "dlopen metadata" convention for ELF files). */
#ifndef PL_BASE_LAZY_H
#define PL_BASE_LAZY_H

#include <stddef.h>

#include "base/err.h"

struct pl_lazy_sym {
	const char *name;
	void **slot;
};

/* Load soname and fill every slot; the first failure names what is missing.
 * Done once per process; *done remembers. */
PL_CHECKED enum pl_rc pl_lazy_load(int *done, const char *soname,
				   const struct pl_lazy_sym *syms, size_t n,
				   struct pl_err *e);

#define PL_LAZY_MEMBER(f) __typeof__(&f) f;
#define PL_LAZY_SYM(f) { #f, (void **)&PL_LAZY_TABLE.f },

/* Define PL_LAZY_TABLE as the table's name before using this. */
#define PL_LAZY(name, soname, funcs)                                           \
	static struct {                                                        \
		funcs(PL_LAZY_MEMBER)                                          \
	} name;                                                                \
	PL_CHECKED static enum pl_rc name##_load(struct pl_err *e)             \
	{                                                                      \
		static const struct pl_lazy_sym syms[] = { funcs(              \
			PL_LAZY_SYM) };                                        \
		static int done;                                               \
		return pl_lazy_load(&done, soname, syms,                       \
				    sizeof(syms) / sizeof(syms[0]), e);        \
	}                                                                      \
	struct pl_lazy_end_of_list

#endif
