/* SPDX-License-Identifier: MIT */
/* Environments for other programs, and finding programs. */
#include <config.h>

#include "os/proc.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"

extern char **environ;

void
env_copy(struct env *ret_env)
{
	strvec_add_all(&ret_env->vars, environ);
}

/* Index of NAME's entry, or the count. */
static size_t
find_var(const struct env *env, const char *name)
{
	size_t n = strlen(name);
	size_t i;

	for (i = 0; i < env->vars.count; i++)
		if (strncmp(env->vars.items[i], name, n) == 0 && env->vars.items[i][n] == '=')
			break;
	return i;
}

void
env_set(struct env *env, const char *name, const char *value)
{
	env_unset(env, name);
	strvec_printf(&env->vars, "%s=%s", name, value);
}

void
env_unset(struct env *env, const char *name)
{
	size_t i;

	/* An environment can have a name twice; programs differ in which they see. */
	while ((i = find_var(env, name)) < env->vars.count) {
		free(env->vars.items[i]);
		memmove(&env->vars.items[i], &env->vars.items[i + 1],
			(env->vars.count - i) * sizeof(*env->vars.items));
		env->vars.count--;
	}
}

const char *
env_get(const struct env *env, const char *name)
{
	size_t i = find_var(env, name);

	return i == env->vars.count ? NULL : env->vars.items[i] + strlen(name) + 1;
}

void
env_reset(struct env *env)
{
	strvec_reset(&env->vars);
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *
proc_find(const char *name, const char *path_list, const struct strvec *skip)
{
	struct str rest = str_from(path_list);
	struct str part;

	while (str_split(&rest, ':', &part)) {
		cleanup_free char *dir = NULL;
		cleanup_free char *path = NULL;

		if (part.n == 0 || part.p[0] != '/')
			continue;
		dir = mem_strndup(part.p, part.n);
		if (skip && strvec_has(skip, dir))
			continue;
		path = path_join(dir, name, NULL);
		if (is_program(path))
			return steal_ptr(&path);
	}
	return NULL;
}
