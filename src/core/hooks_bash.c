/* SPDX-License-Identifier: MIT */
/* Hooks: the bash that they run in. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/path.h"
#include "core/hooks_internal.h"
#include "core/plugins.h"

static char *
find_bash(const struct layout *layout, const struct strvec *files, struct err *err)
{
	char *bash = plugin_find_bash(layout);

	if (bash)
		return bash;
	err_set(err, ERR_FAILED, "hooks need bash, and there is none on PATH");
	err_detail(err, "hook", "%s", files->items[0]);
	err_detail(err, "to fix", "install bash, or remove the hook");
	return NULL;
}

/* The words for VARS (hooks_driver.c). */
static void
add_vars(const struct hook_vars *vars, struct strvec *argv)
{
	for (size_t i = 0; i < vars->count; i++) {
		const struct hook_var *var = &vars->items[i];

		if (var->is_given && var->is_list) {
			strvec_printf(argv, "@%s", var->name);
			strvec_printf(argv, "%zu", var->list.count);
			strvec_add_all(argv, var->list.items);
		} else if (var->is_given && var->value) {
			strvec_printf(argv, "=%s", var->name);
			strvec_add(argv, var->value);
		} else if (var->is_given) {
			strvec_printf(argv, "-%s", var->name);
		}
		if (var->is_wanted)
			strvec_printf(argv, "?%s%s", var->name,
				      var->is_map    ? "{}"
				      : var->is_list ? "[]"
						     : "");
	}
}

/* What bash is started with, up to the positional parameters. $0 is what the script
 * would be called that pyenv's hooks are sourced into. */
static void
begin_words(const struct layout *layout, const char *bash, const char *point,
	    const struct strvec *files, const struct hook_vars *vars, struct strvec *argv)
{
	cleanup_free char *script = mem_printf("%s/pyenv-%s", layout->libexec, point);

	strvec_add(argv, bash);
	strvec_add(argv, "-c");
	strvec_add(argv, hooks_driver);
	strvec_add(argv, script);
	strvec_printf(argv, ":%s", point);
	add_vars(vars, argv);
	strvec_add_all(argv, files->items);
}

/* What plugin_env() put in front of PATH, with the colon behind it. Owned (free). */
static char *
front_of_path(const struct env *env, const char *old)
{
	const char *now = env_get(env, "PATH");
	size_t n = strlen(now);
	size_t kept = old ? strlen(old) : 0;

	if (!old || n <= kept || strcmp(now + n - kept, old) != 0)
		return mem_strdup("");
	return mem_strndup(now, n - kept);
}

/* Let the program see NAME as without hooks; NOW is what they see. */
static void
add_undo(const struct env *after, const struct env *now, const char *name, struct strvec *argv)
{
	const char *value = env_get(after, name);

	if (!value && !env_get(now, name))
		return;
	strvec_printf(argv, "%c%s", value ? '^' : '~', name);
	if (value)
		strvec_add(argv, value);
}

int
hooks_exec_words(const struct layout *layout, const struct strvec *files,
		 const struct hook_vars *vars, char *const *args, const struct env *after,
		 char **ret_path, struct strvec *ret_argv, struct env *ret_env, struct err *err)
{
	static const char *const ours[] = {
		"PYENV_DIR",  "PYENV_HOOK_PATH",  "_PYENV_INSTALL_PREFIX", "PYVERN_ROOT",
		"PYVERN_DIR", "PYVERN_HOOK_PATH", "PYVERN_VERSION",
	};
	const char *version = env_get(after, "PYENV_VERSION");
	cleanup_free char *front = NULL;
	char *bash = find_bash(layout, files, err);

	if (!bash)
		return -1;
	plugin_env_over(layout, after, ret_env);
	front = front_of_path(ret_env, env_get(after, "PATH"));
	begin_words(layout, bash, "exec", files, vars, ret_argv);
	strvec_add(ret_argv, "+PYENV_VERSION");
	strvec_printf(ret_argv, "%%%s", front);
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		add_undo(after, ret_env, ours[i], ret_argv);
	/* A face that exports it lets hooks change it for the program, too. */
	if (!version || strcmp(version, hook_vars_get(vars, "PYENV_VERSION")) != 0)
		strvec_printf(ret_argv, "%cPYENV_VERSION", version ? '^' : '~');
	if (version && strcmp(version, hook_vars_get(vars, "PYENV_VERSION")) != 0)
		strvec_add(ret_argv, version);
	strvec_add(ret_argv, "--");
	strvec_add_all(ret_argv, args);
	*ret_path = bash;
	return 0;
}

/* Read until the answer is complete, or bash is gone. */
static int
take_answer(struct hooks *hooks, struct hook_vars *vars, struct err *err)
{
	cleanup_buf struct buf answer = BUF_INIT(HOOK_ANSWER_MAX);
	int status = -1;

	while (proc_beside_read(&hooks->child, hooks->fd, &answer, &hooks->printed))
		if (answer.len && answer.data[answer.len - 1] == '\0' &&
		    hooks_read_answer(buf_str(&answer), vars, &status))
			break;
	if (buf_check(&answer, "what a hook hands back", err) < 0 ||
	    buf_check(&hooks->printed, "what a hook prints", err) < 0)
		return -1;
	if (status < 0 && !hooks_read_answer(buf_str(&answer), vars, &status)) {
		/* It took over (exec), or was killed: its status is what counts. */
		hooks->has_ended = true;
		return proc_beside_wait(&hooks->child, &hooks->printed, &hooks->status, err);
	}
	if (status >= 0) {
		hooks->has_ended = true;
		hooks->status = status;
	}
	return 0;
}

int
hooks_begin(const struct hooks_spec *spec, struct hook_vars *vars, struct hooks *ret_hooks,
	    struct err *err)
{
	cleanup_free char *bash = find_bash(spec->layout, spec->files, err);
	cleanup_env struct env env = { 0 };
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec proc = PROC_SPEC_INIT;
	int fds[2];
	int started;

	if (!bash || proc_channel(fds, err) < 0)
		return -1;
	if (spec->env)
		strvec_add_all(&env.vars, spec->env->vars.items);
	else
		plugin_env(spec->layout, &env);
	begin_words(spec->layout, bash, spec->point, spec->files, vars, &argv);
	strvec_add(&argv, "--");
	strvec_add_all(&argv, spec->args);
	proc.argv = argv.items;
	proc.env = &env;
	proc.stdin_fd = STDIN_FILENO;
	proc.pass_fd = fds[1];
	proc.pass_as = HOOKS_FD;
	started = proc_begin(&proc, spec->collect, &ret_hooks->child, err);
	close(fds[1]);
	ret_hooks->fd = fds[0];
	if (started < 0)
		return -1;
	return take_answer(ret_hooks, vars, err);
}

int
hooks_call(struct hooks *hooks, const char *moment, struct hook_vars *vars, struct err *err)
{
	for (size_t i = 0; i < vars->count; i++) {
		const struct hook_var *var = &vars->items[i];
		cleanup_free char *word = NULL;

		if (!var->is_given || var->is_list)
			continue;
		word = mem_printf("%c%s", var->value ? '=' : '-', var->name);
		proc_say(hooks->fd, word);
		if (var->value)
			proc_say(hooks->fd, var->value);
	}
	proc_say(hooks->fd, moment);
	return take_answer(hooks, vars, err);
}

int
hooks_end(struct hooks *hooks, struct err *err)
{
	int status;

	if (hooks->fd < 0)
		return 0;
	(void)shutdown(hooks->fd, SHUT_WR);
	if (proc_beside_wait(&hooks->child, &hooks->printed, &status, err) < 0)
		return -1;
	close(hooks->fd);
	hooks->fd = -1;
	return 0;
}

void
hooks_reset(struct hooks *hooks)
{
	cleanup_err struct err ignored = { 0 };

	(void)!hooks_end(hooks, &ignored);
	proc_beside_reset(&hooks->child);
	buf_reset(&hooks->printed);
}

void
hook_end_take(struct hook_end *ret_end, const struct hooks *hooks)
{
	hook_end_reset(ret_end);
	ret_end->has_ended = hooks->has_ended;
	ret_end->status = hooks->status;
	ret_end->printed = mem_strdup(buf_text(&hooks->printed));
}

void
hook_end_reset(struct hook_end *end)
{
	free(end->printed);
	*end = (struct hook_end){ 0 };
}
