/* SPDX-License-Identifier: MIT */
/* The program behind every shim: finds the selected version's, and becomes it. */
#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/launch.h"
#include "core/layout.h"
#include "core/policy.h"
#include "core/selection.h"
#include "place.h"

/* One look at the environment, the face and the pins, one execve: no fork, no
 * allocation, no output. Everything else (an error that needs words, a rehash
 * afterwards) is `pyvern exec`'s, which finds the same by the same modules. */

/* Arguments that are handed over: more pointers than Linux gives in 2 MiB. */
#define ARGS_MAX ((size_t)256 * 1024)

extern char **environ;

/* Large, and mostly never touched: in .bss a page costs something when it is
 * used, so what every call uses stands together. */
static struct shim {
	struct selection_input input;
	struct place place;
	char dir[PATH_TEXT_MAX];
	struct selection selection;
	struct finding finding;
	struct launch launch;
	struct place_text place_text;
	char own_root[PATH_TEXT_MAX];
	char program[PATH_TEXT_MAX];
	const char *args[ARGS_MAX];
} shim;

static void
say(const char *text)
{
	/* Nothing can be done about an stderr that takes nothing. */
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

/* A shim's own statuses are 127, and 126 for what is there and may not run. */
static int
fail(int status, const char *why)
{
	say("pyvern: ");
	if (*shim.place.name) {
		say(shim.place.name);
		say(": ");
	}
	say(why);
	say("\n");
	return status;
}

/* The root as the environment names it; NULL when it names none. */
static const char *
named_root(void)
{
	const char *named = layout_env("ROOT", NULL);
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;

	if (!named && n && n + sizeof("/.pyenv") <= sizeof(shim.own_root)) {
		memcpy(shim.own_root, home, n);
		memcpy(shim.own_root + n, "/.pyenv", sizeof("/.pyenv"));
		named = shim.own_root;
	}
	return named && named[0] == '/' ? named : NULL;
}

/* Where pins are searched; false when that needs more than a look. */
static bool
choose_folders(struct selection_input *in)
{
	const char *named = layout_env("DIR", NULL);
	const char *working = layout_working_folder(shim.dir) ? shim.dir : NULL;

	in->dir = named ? named : working;
	in->dir_too = named ? working : NULL;
	return !named || named[0] == '/';
}

/* Is there a pin line that is no version, of which the user must be told? */
static bool
has_invalid(const struct selection *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].state == ITEM_INVALID)
			return true;
	return s->unusable;
}

/* Become `pyvern exec -- NAME ARGS`. */
static int
hand_over(char *const *args)
{
	const char *program = shim.program;
	size_t n = strlen(shim.input.root);
	size_t count = 0;

	if (n + sizeof("/" LAYOUT_PROGRAM) > sizeof(shim.program))
		return fail(127, "the path of the root is too long");
	memcpy(shim.program, shim.input.root, n);
	memcpy(shim.program + n, "/" LAYOUT_PROGRAM, sizeof("/" LAYOUT_PROGRAM));
	if (access(program, X_OK) < 0 &&
	    !selection_find_in_path(&shim.input, "pyvern", shim.program))
		return fail(127,
			    "pyvern itself is not found: install it again, then `pyvern rehash`");
	shim.args[count++] = "pyvern";
	shim.args[count++] = "exec";
	shim.args[count++] = "--";
	shim.args[count++] = shim.place.name;
	for (; *args; args++) {
		if (count == ARGS_MAX - 1)
			return fail(127, "too many arguments");
		shim.args[count++] = *args;
	}
	/* execve() changes no argument: its prototype is older than const. */
	execve(program, (char *const *)shim.args, shim.launch.env);
	return fail(127, "pyvern itself cannot be started");
}

int
main(int argc, char **argv)
{
	struct selection_input *in = &shim.input;
	char *const *args = argc > 1 ? argv + 1 : argv + argc;
	struct place *place = &shim.place;
	const char *why;
	bool hooks;

	place->name = "";
	if (place_is_elevated())
		return fail(126, "will not run with another user's rights (setuid, setgid)");
	why = place_find(argc > 0 ? argv[0] : NULL, named_root(), &shim.place_text, place);
	if (why)
		return fail(127, why);
	in->root = place->root;
	in->root_fd = place->root_fd;
	in->policy = policy_of_root_and_hooks(in->root_fd, &hooks);
	in->path = getenv("PATH");
	in->home = getenv("HOME");
	in->self = place->self;
	/* What we start must mean the same root. */
	if (!launch_begin(&shim.launch, environ, place->is_named ? NULL : place->root) ||
	    !launch_leave_out(&shim.launch, place->name, place->linked))
		return fail(127, "the environment is too large");
	/* Hooks of the root's, or of the caller's own: bash is not ours to start. */
	if (hooks || layout_env("HOOK_PATH", NULL) || !choose_folders(in) ||
	    launch_changes_commands(place->name, args))
		return hand_over(args);
	selection_make(in, &shim.selection);
	selection_find(&shim.selection, place->name, &shim.finding);
	if ((shim.finding.kind != FOUND_IN_VERSION && shim.finding.kind != FOUND_IN_VENV &&
	     shim.finding.kind != FOUND_IN_SYSTEM) ||
	    has_invalid(&shim.selection) || argc == 0 ||
	    !launch_enter(&shim.launch, &shim.selection, &shim.finding))
		return hand_over(args);
	argv[0] = shim.finding.path;
	execve(shim.finding.path, argv, shim.launch.env);
	/* A script without `#!`, or a reason that needs words. */
	return hand_over(args);
}
