/* SPDX-License-Identifier: MIT */
/* What a program sees that is run inside an environment. */
#include <config.h>

#include "cmd/inside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

/* PATH with BIN in front, once. */
static char *
path_with(const char *bin)
{
	cleanup_buf struct buf path = BUF_INIT(BUF_TEXT_MAX);
	struct str rest = str_from(getenv("PATH"));
	struct str part;

	buf_add_text(&path, bin);
	while (str_split(&rest, ':', &part))
		if (part.n && !str_eq_text(part, bin))
			buf_printf(&path, ":%.*s", STR_ARG(part));
	return buf_take(&path);
}

void
inside_env(const char *path, struct env *ret_env)
{
	static const char *const unwanted[] = { "PYTHONHOME", "PYVERN_VERSION", "PYENV_VERSION",
						"PYENV_VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT" };
	cleanup_free char *bin = path_join(path, "bin", NULL);
	cleanup_free char *all = path_with(bin);

	env_copy(ret_env);
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++)
		env_unset(ret_env, unwanted[i]);
	env_set(ret_env, "VIRTUAL_ENV", path);
	env_set(ret_env, "PATH", all);
}

int
inside_find(const char *path, const struct env *env, const char *name, char **ret_program,
	    struct err *err)
{
	bool is_path = strchr(name, '/') != NULL;

	/* A path is what it is, as in a shell. */
	*ret_program = is_path ? mem_strdup(name) : proc_find(name, env_get(env, "PATH"), NULL);
	if (is_path && access(name, F_OK) < 0)
		free(steal_ptr(ret_program));
	if (*ret_program)
		return 0;
	if (is_path)
		return err_set(err, ERR_NO_COMMAND, "there is no %s", name);
	return err_set(err, ERR_NO_COMMAND, "%s is neither in %s nor in PATH", name, path);
}
