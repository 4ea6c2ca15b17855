#include "base/lazy.h"

#include <dlfcn.h>

enum pl_rc pl_lazy_load(int *done, const char *soname,
			const struct pl_lazy_sym *syms, size_t n,
			struct pl_err *e)
{
	void *lib;

	if (*done)
		return PL_OK;
	lib = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	if (!lib) {
		(void)pl_fail(e, PL_EIO, "cannot load %s: %s", soname,
			      dlerror());
		return pl_hint(e, "install it: `make deps` names the package");
	}
	for (size_t i = 0; i < n; i++) {
		void *f = dlsym(lib, syms[i].name);

		if (!f)
			return pl_fail(e, PL_EIO, "%s has no %s", soname,
				       syms[i].name);
		*syms[i].slot = f;
	}
	*done = 1;
	return PL_OK;
}
