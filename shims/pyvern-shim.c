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

/* Large, and mostly never touched: in .bss its pages cost nothing. */
static struct shim {
	struct place place;
	char own_root[PATH_TEXT_MAX];
	char dir[PATH_TEXT_MAX];
	struct selection_input input;
	struct selection selection;
	struct finding finding;
	struct launch launch;
	char program[PATH_TEXT_MAX];
	char *args[ARGS_MAX];
} shim;

static char exec_word[] = "exec";
static char end_word[] = "--";
static char name_word[] = "pyvern";

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
	if (shim.place.name[0]) {
		say(shim.place.name);
		say(": ");
	}
	say(why);
	say("\n");
	return status;
}

static bool
same_folder(const char *a, const char *b)
{
	struct stat st_a;
	struct stat st_b;

	return stat(a, &st_a) == 0 && stat(b, &st_b) == 0 && st_a.st_dev == st_b.st_dev &&
	       st_a.st_ino == st_b.st_ino;
}

/* The root's path, as the environment calls it if it means this one: Pythons
 * see their prefix by that path. Else what the shim's own place says, to be
 * exported, so that what we start means the same root. */
static const char *
choose_root(const char **ret_export)
{
	const char *named = layout_env("ROOT", NULL);
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;

	*ret_export = NULL;
	if (!named && n && n + sizeof("/.pyenv") <= sizeof(shim.own_root)) {
		memcpy(shim.own_root, home, n);
		memcpy(shim.own_root + n, "/.pyenv", sizeof("/.pyenv"));
		named = shim.own_root;
	}
	if (named && named[0] == '/' &&
	    (strcmp(named, shim.place.root) == 0 || same_folder(named, shim.place.root)))
		return named;
	*ret_export = shim.place.root;
	return shim.place.root;
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
	shim.args[count++] = name_word;
	shim.args[count++] = exec_word;
	shim.args[count++] = end_word;
	shim.args[count++] = shim.place.name;
	for (; *args; args++) {
		if (count == ARGS_MAX - 1)
			return fail(127, "too many arguments");
		shim.args[count++] = *args;
	}
	execve(program, shim.args, shim.launch.env);
	return fail(127, "pyvern itself cannot be started");
}

int
main(int argc, char **argv)
{
	struct selection_input *in = &shim.input;
	char *const *args = argc > 1 ? argv + 1 : argv + argc;
	const char *export_root;

	if (place_is_elevated())
		return fail(126, "will not run with another user's rights (setuid, setgid)");
	if (!place_find(argc > 0 ? argv[0] : NULL, &shim.place))
		return fail(127, "this shim cannot tell where it is (is it in a `shims` folder?)");
	in->root = choose_root(&export_root);
	in->root_fd = open(in->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->root_fd < 0)
		return fail(127, "the folder above this shim cannot be opened");
	in->policy = policy_of_root(in->root_fd);
	in->path = getenv("PATH");
	in->home = getenv("HOME");
	in->self = shim.place.self;
	if (!launch_begin(&shim.launch, environ, export_root))
		return fail(127, "the environment is too large");
	if (!choose_folders(in) || launch_changes_commands(shim.place.name, args))
		return hand_over(args);
	selection_make(in, &shim.selection);
	selection_find(&shim.selection, shim.place.name, &shim.finding);
	if ((shim.finding.kind != FOUND_IN_VERSION && shim.finding.kind != FOUND_IN_SYSTEM) ||
	    has_invalid(&shim.selection) || argc == 0 ||
	    !launch_enter(&shim.launch, &shim.selection, &shim.finding))
		return hand_over(args);
	argv[0] = shim.finding.path;
	execve(shim.finding.path, argv, shim.launch.env);
	/* A script without `#!`, or a reason that needs words. */
	return hand_over(args);
}
