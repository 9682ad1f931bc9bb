/* SPDX-License-Identifier: MIT */
/* Is there what any build needs, before it begins? */
#include <config.h>

#include "supply/build.h"

#include <string.h>

/* What is missing, as a column of the table below. */
enum missing { MISSING_TOOLCHAIN, MISSING_PATCH, MISSING_STRIP };

/* The command that gets what is MISSING here; NULL where we know none. */
static const char *
package_fix(const char *path_list, enum missing missing)
{
	static const struct {
		const char *program;
		const char *fixes[3];
	} managers[] = {
		{ "apt-get",
		  { "sudo apt install build-essential", "sudo apt install patch",
		    "sudo apt install binutils" } },
		{ "dnf",
		  { "sudo dnf install gcc make", "sudo dnf install patch",
		    "sudo dnf install binutils" } },
		{ "apk",
		  { "sudo apk add build-base", "sudo apk add patch", "sudo apk add binutils" } },
		{ "pacman",
		  { "sudo pacman -S base-devel", "sudo pacman -S patch",
		    "sudo pacman -S binutils" } },
		{ "zypper",
		  { "sudo zypper install gcc make", "sudo zypper install patch",
		    "sudo zypper install binutils" } },
		{ "xcode-select",
		  { "xcode-select --install", "xcode-select --install",
		    "xcode-select --install" } },
	};

	for (size_t i = 0; i < sizeof(managers) / sizeof(*managers); i++) {
		cleanup_free char *found = proc_find(managers[i].program, path_list, NULL);

		if (found)
			return managers[i].fixes[missing];
	}
	return NULL;
}

/* Hang below ERR how to get what is MISSING. */
static int
add_fix(enum missing missing, struct err *err)
{
	/* Managers live in sbin-less places, but PATH may be a restricted one. */
	const char *fix = package_fix("/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin", missing);

	return fix ? err_detail(err, "to fix", "%s", fix) : -1;
}

static int
no_tool(const struct env *env, const char *what, const char *variable, struct err *err)
{
	const char *set = env_get(env, variable);

	if (set && *set) {
		(void)err_set(err, ERR_FAILED, "no %s found: %s is %s", what, variable, set);
		return err_detail(err, "looked in", "%s", env_get(env, "PATH"));
	}
	(void)err_set(err, ERR_FAILED, "no %s found", what);
	(void)err_detail(err, "looked in", "%s", env_get(env, "PATH"));
	return add_fix(MISSING_TOOLCHAIN, err);
}

/* Path of the program that the variable NAME names, else of the first of
 * CANDIDATES (blank-separated) on PATH; NULL: none. */
static char *
find_tool(const struct env *env, const char *variable, const char *candidates)
{
	const char *set = env_get(env, variable);
	const char *path = env_get(env, "PATH");
	struct str rest = str_from(set && *set ? set : candidates);
	struct str word;

	while (str_word(&rest, &word)) {
		cleanup_free char *name = mem_strndup(word.p, word.n);
		char *found = strchr(name, '/') ? steal_ptr(&name) : proc_find(name, path, NULL);

		/* A variable may go on with options: only its first word is sought. */
		if (found || (set && *set))
			return found;
	}
	return NULL;
}

/* The compiler and what CC says after it: "ccache gcc" is two words. */
static void
compiler_command(const struct build_settings *s, struct strvec *ret)
{
	const char *set = env_get(&s->env, "CC");
	struct str rest = str_from(set);
	struct str word;

	strvec_add(ret, s->compiler);
	(void)str_word(&rest, &word);
	while (str_word(&rest, &word))
		strvec_add_str(ret, word);
}

/* The first line that a compiler prints, and the first that names an error. */
struct said {
	char *first;
	char *error;
};

static void
said_reset(struct said *said)
{
	free(said->first);
	free(said->error);
}

static void
take_line(void *ctx, const char *line)
{
	struct said *said = ctx;

	if (!said->first)
		said->first = mem_strdup(line);
	if (!said->error && strstr(line, "error"))
		said->error = mem_strdup(line);
}

static int
run_compiler(const struct build_settings *s, const struct strvec *words, int *ret_status,
	     struct said *ret_said, struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;
	cleanup_strvec struct strvec argv = { 0 };

	compiler_command(s, &argv);
	strvec_add_all(&argv, words->items);
	spec.argv = argv.items;
	spec.env = &s->env;
	spec.on_line = take_line;
	spec.ctx = ret_said;
	return proc_run(&spec, ret_status, err);
}

static int
compiler_failed(const struct build_settings *s, int status, const struct said *said,
		struct err *err)
{
	const char *why = said->error ? said->error : said->first;

	bool no_headers = why && strstr(why, "stdio.h");

	if (no_headers)
		(void)err_set(err, ERR_FAILED,
			      "the C compiler does not find the C library's headers");
	else
		(void)err_set(err, ERR_FAILED,
			      "the C compiler does not work: it ended with status %d", status);
	(void)err_detail(err, "compiler", "%s", s->compiler);
	if (why)
		(void)err_detail(err, "because", "%s", why);
	return no_headers ? add_fix(MISSING_TOOLCHAIN, err) : -1;
}

/* Compile nothing but stdio.h: a compiler without the C library's headers is
 * the usual surprise in slim containers. */
static int
try_compiler(struct build_settings *s, struct err *err)
{
	cleanup_strvec struct strvec compile = { 0 };
	cleanup_strvec struct strvec version = { 0 };
	cleanup_with(said_reset) struct said tried = { 0 };
	cleanup_with(said_reset) struct said named = { 0 };
	int status = 0;

	strvec_add_all(&compile, (char *[]){ "-x", "c", "-include", "stdio.h", "-c", "/dev/null",
					     "-o", "/dev/null", NULL });
	strvec_add(&version, "--version");
	if (run_compiler(s, &compile, &status, &tried, err) < 0)
		return -1;
	if (status != 0)
		return compiler_failed(s, status, &tried, err);
	if (run_compiler(s, &version, &status, &named, err) < 0)
		return -1;
	s->compiler_version = steal_ptr(&named.first);
	return 0;
}

int
build_preflight(struct build_settings *s, const char *prefix, struct err *err)
{
	/* Blanks and quotes for make and its shells, the comma for -Wl. */
	if (strpbrk(prefix, " \t\n:'\"$`\\#%;&|<>(),")) {
		(void)err_set(err, ERR_FAILED,
			      "Python cannot be built for %s: its makefiles break at blanks, "
			      "quotes and the like",
			      prefix);
		return err_detail(err, "to fix", "PYVERN_ROOT=DIR for a root without them");
	}
	s->compiler = find_tool(&s->env, "CC", "cc gcc clang");
	if (!s->compiler)
		return no_tool(&s->env, "C compiler", "CC", err);
	if (try_compiler(s, err) < 0)
		return -1;
	s->make = find_tool(&s->env, "MAKE", "gmake make");
	if (!s->make)
		return no_tool(&s->env, "make", "MAKE", err);
	return 0;
}

/* The program NAME, which does what OPTION asks for. */
static int
find_program(const struct build_settings *s, const char *name, const char *option,
	     enum missing missing, char **ret, struct err *err)
{
	*ret = proc_find(name, env_get(&s->env, "PATH"), NULL);
	if (*ret)
		return 0;
	(void)err_set(err, ERR_FAILED, "no %s(1) found, which %s needs", name, option);
	(void)err_detail(err, "looked in", "%s", env_get(&s->env, "PATH"));
	return add_fix(missing, err);
}

int
build_find_patch(struct build_settings *s, struct err *err)
{
	return find_program(s, "patch", "--patch", MISSING_PATCH, &s->patch, err);
}

int
build_find_strip(struct build_settings *s, struct err *err)
{
	return find_program(s, "strip", "--strip", MISSING_STRIP, &s->strip, err);
}
