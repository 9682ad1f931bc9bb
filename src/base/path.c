/* SPDX-License-Identifier: MIT */
/* Paths as text: looking at them. Allocates nothing: the shim uses it. */
#include <config.h>

#include "base/path.h"

#include <string.h>

bool
path_component_ok(struct str name)
{
	if (name.n == 0 || name.n > PATH_NAME_MAX)
		return false;
	if (str_eq(name, STR_LIT(".")) || str_eq(name, STR_LIT("..")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c == '/' || c < ' ' || c == 127)
			return false;
	}
	return true;
}

struct str
path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_from(slash ? slash + 1 : path);
}

struct str
path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return STR_LIT(".");
	if (slash == path)
		return STR_LIT("/");
	return (struct str){ path, (size_t)(slash - path) };
}

bool
path_is_below(const char *path, const char *dir)
{
	struct str p = str_from(path);
	struct str d = str_from(dir);

	while (d.n && d.p[d.n - 1] == '/')
		d.n--;
	return str_starts(p, d) && (p.n == d.n || p.p[d.n] == '/');
}
