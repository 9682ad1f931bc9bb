/* SPDX-License-Identifier: MIT */
/* The program: finds the command, or the plugin that is one. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/vec.h"
#include "cmd/command.h"
#include "cmd/suggest.h"
#include "core/plugins.h"
#include "os/fd.h"
#include "os/platform.h"

extern const struct command command_overview;

/* The two names that the program goes by; messages use the one it was called. */
static const char *
program_name(const char *argv0)
{
	struct str base = path_base(argv0);

	return str_eq(base, STR_LIT("pyenv")) || str_starts(base, STR_LIT("pyenv-")) ? "pyenv"
										     : "pyvern";
}

/* `pyvern-NAME` and `pyenv-NAME`, by which hooks and plugins call commands, and
 * `python-build`. */
static const char *
command_in_name(const char *argv0)
{
	struct str base = path_base(argv0);

	if (str_starts(base, STR_LIT("pyvern-")))
		return base.p + strlen("pyvern-");
	if (str_starts(base, STR_LIT("pyenv-")))
		return base.p + strlen("pyenv-");
	/* pyenv's own name for it. */
	return str_eq(base, STR_LIT("python-build")) ? base.p : NULL;
}

static bool
is_pyenv(const char *program)
{
	return strcmp(program, LAYOUT_PYENV) == 0;
}

static int
fail(const char *program, const struct err *err)
{
	cleanup_free char *home = platform_home();
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err no_root = { 0 };
	struct out *out = out_new(program, home, 0);
	const struct policy *policy = NULL;

	if (layout_init(&layout, &no_root) == 0 || layout.root) {
		layout.as_pyenv = is_pyenv(program);
		policy = policy_of_layout(&layout);
	}
	if (policy && policy->speaks_pyenv)
		out_set_face(out, policy->name, OUT_PYENV);
	out_error(out, err);
	(void)out_finish(out);
	return policy && policy->speaks_pyenv ? err_pyenv_status(err->code) : err_status(err->code);
}

static int run_named(const char *program, const char *name, char *const *args);

/* --help of a plugin's command is what its file says; it is not run. One for the shell
 * function prints code, as our own do. */
static int
help_plugin(const char *program, const char *name)
{
	char *words[] = { (char *)name, NULL };
	struct out *out;

	if (!str_starts(str_from(name), STR_LIT("sh-")))
		return run_named(program, "help", words);
	out = out_new(program, NULL, 0);
	out_data(out, "%s help ", program);
	out_line(out, name + strlen("sh-"));
	return out_finish(out);
}

/* A command whose work is done by a program: ours in libexec, or a plugin's. */
static int
run_plugin(const char *program, const char *name, char *const *args)
{
	cleanup_err struct err err = { 0 };
	cleanup_layout struct layout layout = { 0 };
	cleanup_free char *path = NULL;
	cleanup_strvec struct strvec argv = { 0 };

	if (layout_init(&layout, &err) < 0)
		return fail(program, &err);
	layout.as_pyenv = is_pyenv(program);
	path = plugin_find(&layout, name);
	if (path && !command_find(name) && args[0] && strcmp(args[0], "--help") == 0)
		return help_plugin(program, name);
	if (path) {
		strvec_add(&argv, path);
		strvec_add_all(&argv, args);
		plugin_exec(&layout, path, argv.items, &err);
	} else if (command_find(name)) {
		err_set(&err, ERR_FAILED, "the program pyvern-%s is missing in %s", name,
			layout.libexec);
		err_detail(&err, "to fix", "install pyvern again");
	} else {
		suggest_command(name, &err);
	}
	return fail(program, &err);
}

static int
run_named(const char *program, const char *name, char *const *args)
{
	const struct command *command = command_find(name);

	if (command && command->run)
		return command_main(command, program, args);
	/* What is shown by --help must not depend on a plugin being there. */
	if (command && args[0] && !args[1] && strcmp(args[0], "--help") == 0)
		return command_main(command, program, args);
	return run_plugin(program, name, args);
}

/* Under pyenv's name, and in its face, scripts compare what comes behind the name. */
static int
print_version(const char *program)
{
	cleanup_layout struct layout layout = { 0 };
	cleanup_err struct err no_root = { 0 };
	bool rooted = layout_init(&layout, &no_root) == 0;
	bool as_pyenv = is_pyenv(program) || (rooted && policy_of_layout(&layout)->speaks_pyenv);
	struct out *out = out_new(program, NULL, 0);

	if (as_pyenv)
		out_data(out, "pyenv %s\n", PYENV_VERSION_TEXT);
	else
		out_data(out, "%s %s\n", program, PACKAGE_VERSION);
	return out_finish(out);
}

/* Everything we do follows environment variables of the caller. */
static int
refuse_elevated(const char *program)
{
	cleanup_err struct err err = { 0 };

	err_set(&err, ERR_PROTECTED, "will not run with another user's rights (setuid, setgid)");
	err_detail(&err, "to fix", "chmod ug-s the program, or run it through sudo");
	return fail(program, &err);
}

/* The words of the command line that follow the program's name. */
static int
run_words(const char *program, char *const *words)
{
	char *none[] = { NULL };
	const char *name = words[0];

	/* What pyenv's own scripts, and hooks in their manner, look at. */
	if (name && strcmp(name, "--debug") == 0) {
		(void)setenv("PYENV_DEBUG", "1", 1);
		name = *++words;
	}
	if (!name)
		return command_main(&command_overview, program, none);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-v") == 0)
		return print_version(program);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return run_named(program, "help", words + 1);
	return run_named(program, name, words + 1);
}

int
main(int argc, char **argv)
{
	const char *program = program_name(argc ? argv[0] : "pyvern");
	const char *name = argc ? command_in_name(argv[0]) : NULL;
	char *none[] = { NULL };

	fd_guard_standard();
	if (platform_is_elevated())
		return refuse_elevated(program);
	if (name)
		return run_named(program, name, argv + 1);
	return run_words(program, argc ? argv + 1 : none);
}
