/* SPDX-License-Identifier: MIT */
/* What the environment says about places; allocates nothing: the shim uses it. */
#include <config.h>

#include "core/layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

/* Longest name of a variable, with its prefix and NUL. */
#define VARIABLE_MAX 64

const char *
layout_env(const char *name, struct str *ret_variable)
{
	static const struct str prefixes[] = { { "PYVERN_", 7 }, { "PYENV_", 6 } };
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct str prefix = prefixes[i];
		char variable[VARIABLE_MAX];
		const char *value;

		if (prefix.n + n >= sizeof(variable))
			return NULL;
		memcpy(variable, prefix.p, prefix.n);
		memcpy(variable + prefix.n, name, n + 1);
		value = getenv(variable);
		if (!value || !*value)
			continue;
		/* "NAME=value": the name stands before the value. */
		if (ret_variable)
			*ret_variable = (struct str){ value - 1 - n - prefix.n, prefix.n + n };
		return value;
	}
	return NULL;
}

static bool
is_here(const char *path)
{
	struct stat by_name;
	struct stat here;

	return stat(path, &by_name) == 0 && stat(".", &here) == 0 &&
	       by_name.st_dev == here.st_dev && by_name.st_ino == here.st_ino;
}

bool
layout_working_folder(char *ret_path)
{
	const char *pwd = getenv("PWD");
	/* Linux gives "(unreachable)/…" for a folder outside our root folder. */
	bool is_known = getcwd(ret_path, PATH_TEXT_MAX) && ret_path[0] == '/';

	if (!pwd || pwd[0] != '/' || (is_known && strcmp(pwd, ret_path) == 0))
		return is_known;
	if (strlen(pwd) >= PATH_TEXT_MAX || !is_here(pwd))
		return is_known;
	memcpy(ret_path, pwd, strlen(pwd) + 1);
	return true;
}
