/* SPDX-License-Identifier: MIT */
/* Definitions: the bash that reads them. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/path.h"
#include "core/plugins.h"
#include "os/sig.h"
#include "supply/definition_internal.h"

static char *
find_bash(const struct layout *layout, struct err *err)
{
	char *bash = plugin_find_bash(layout);

	if (bash)
		return bash;
	(void)err_set(err, ERR_FAILED, "definitions need bash, and there is none on PATH");
	(void)err_detail(err, "to fix", "install bash");
	return NULL;
}

static int
start(struct definition *definition, const struct layout *layout, const char *prefix,
      struct err *err)
{
	cleanup_free char *bash = find_bash(layout, err);
	cleanup_env struct env env = { 0 };
	struct proc_spec proc = PROC_SPEC_INIT;
	char *argv[] = {
		bash,		"-c", (char *)definition_driver, "python-build", definition->path,
		(char *)prefix, NULL
	};
	int fds[2];
	int started;

	if (!bash || proc_channel(fds, err) < 0)
		return -1;
	plugin_env(layout, &env);
	/* What would be sourced before the driver. */
	env_unset(&env, "BASH_ENV");
	proc.argv = argv;
	proc.env = &env;
	proc.pass_fd = fds[1];
	proc.pass_as = DEFINITION_FD;
	proc.own_group = true;
	started = proc_begin(&proc, false, &definition->child, err);
	close(fds[1]);
	definition->fd = fds[0];
	return started;
}

/* What is there of an answer, if it is all of it. The answer of a function is of one call,
 * which is not named again. */
static bool
read_answer(const struct buf *answer, bool of_function, struct definition_calls *ret)
{
	definition_calls_reset(ret);
	if (of_function) {
		ret->items = vec_grow(NULL, 0, sizeof(*ret->items));
		ret->items[0] = (struct definition_call){ 0 };
		ret->count = 1;
	}
	return answer->len && answer->data[answer->len - 1] == '\0' &&
	       definition_read(buf_str(answer), ret);
}

/* Read until the answer is complete, or bash is gone. */
static int
take_answer(struct definition *definition, bool of_function, struct definition_calls *ret,
	    struct err *err)
{
	cleanup_buf struct buf answer = BUF_INIT(DEFINITION_ANSWER_MAX);
	cleanup_buf struct buf printed = BUF_INIT(BUF_TEXT_MAX);
	int status;

	while (proc_beside_read(&definition->child, definition->fd, &answer, &printed))
		if (answer.overflowed || sig_received() || read_answer(&answer, of_function, ret))
			break;
	if (sig_check(err) < 0 || buf_check(&answer, "what a definition hands over", err) < 0)
		return -1;
	if (read_answer(&answer, of_function, ret))
		return 0;
	/* It took over (exec), or was killed. */
	if (proc_beside_wait(&definition->child, &printed, &status, err) < 0)
		return -1;
	ret->status = status ? status : 1;
	return 0;
}

static int
ended_badly(const struct definition_calls *calls, struct err *err)
{
	if (!calls->unknown)
		return err_set(err, ERR_FAILED, "it ended with status %d", calls->status);
	(void)err_set(err, ERR_FAILED, "it calls %s, which we do not have", calls->unknown);
	return err_detail(err, "to fix", "a function %s in the definition", calls->unknown);
}

static int
take_calls(struct definition *definition, const struct definition_calls *calls, struct err *err)
{
	if (calls->status >= 0)
		return ended_badly(calls, err);
	for (size_t i = 0; i < calls->count; i++)
		if (definition_add(definition, &calls->items[i], err) < 0)
			return -1;
	return definition_settle(definition, err);
}

int
definition_open(const struct layout *layout, const char *path, const char *prefix,
		struct definition *ret_definition, struct err *err)
{
	cleanup_definition struct definition definition = DEFINITION_INIT;
	cleanup_definition_calls struct definition_calls calls = { 0 };

	if (!strchr(path, '/'))
		return definition_branch(path, ret_definition, err);
	definition.path = mem_strdup(path);
	definition.name = mem_strdup(path_base(path).p);
	if (start(&definition, layout, prefix, err) < 0 ||
	    take_answer(&definition, false, &calls, err) < 0)
		return -1;
	if (take_calls(&definition, &calls, err) < 0)
		return err_wrap(err, "the definition %s", path);
	*ret_definition = definition;
	definition = (struct definition)DEFINITION_INIT;
	return 0;
}

int
definition_run(struct definition *definition, struct definition_package *package,
	       const char *function, const char *folder, const char *prefix, const char *log,
	       struct err *err)
{
	cleanup_definition_calls struct definition_calls calls = { 0 };

	proc_say(definition->fd, function);
	proc_say(definition->fd, package->name);
	proc_say(definition->fd, folder);
	proc_say(definition->fd, prefix);
	proc_say(definition->fd, log);
	if (take_answer(definition, true, &calls, err) < 0)
		return -1;
	if (calls.status >= 0) {
		(void)ended_badly(&calls, err);
		return err_wrap(err, "%s of the definition", function);
	}
	env_reset(&package->vars);
	strvec_add_all(&package->vars.vars, calls.items[0].vars.items);
	return 0;
}

static void
package_reset(struct definition_package *package)
{
	for (size_t i = 0; i < package->work_count; i++)
		free(package->works[i].word);
	free(package->works);
	free(package->name);
	free(package->variable);
	free(package->url);
	free(package->sha256);
	free(package->md5);
	free(package->ref);
	free(package->ref_else);
	env_reset(&package->vars);
	strvec_reset(&package->configure);
	strvec_reset(&package->make);
	strvec_reset(&package->install);
}

void
definition_reset(struct definition *definition)
{
	cleanup_buf struct buf printed = BUF_INIT(BUF_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };
	int status;

	if (definition->fd >= 0) {
		/* It reads the end of our questions, and ends; or has not answered one. */
		(void)shutdown(definition->fd, SHUT_RDWR);
		if (sig_received())
			proc_beside_stop(&definition->child);
		(void)!proc_beside_wait(&definition->child, &printed, &status, &ignored);
		close(definition->fd);
	}
	proc_beside_reset(&definition->child);
	for (size_t i = 0; i < definition->count; i++)
		package_reset(&definition->packages[i]);
	free(definition->packages);
	free(definition->path);
	free(definition->name);
	free(definition->version);
	*definition = (struct definition)DEFINITION_INIT;
}
