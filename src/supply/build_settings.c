/* SPDX-License-Identifier: MIT */
/* What a build sees: environment, options, compiler. */
#include <config.h>

#include "supply/build.h"

#include <string.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/words.h"

/* Variables that would steer our builds or the Pythons in them. PYTHON_… with
 * an underscore are mostly settings for builds, and stay. */
static const char *const unwanted[] = {
	"PYTHONHOME",
	"PYTHONPATH",
	"PYTHONSTARTUP",
	"PYTHONUSERBASE",
	"PYTHONDEBUG",
	"PYTHONOPTIMIZE",
	"PYTHONINSPECT",
	"PYTHONPLATLIBDIR",
	"PYTHONSAFEPATH",
	"PYTHONNOUSERSITE",
	"PYTHONPYCACHEPREFIX",
	"PYTHONEXECUTABLE",
	"PYTHONWARNINGS",
	"PYTHONDONTWRITEBYTECODE",
	"PYTHONVERBOSE",
	"PYTHON_GIL",
	"VIRTUAL_ENV",
	"CONDA_PREFIX",
	"MAKEFLAGS",
	"MFLAGS",
	"MAKELEVEL",
	"MAKEOVERRIDES",
	"DESTDIR",
	"CDPATH",
	"BASH_ENV",
	"ENV",
	"PYENV_VERSION",
	"PYVERN_VERSION",
};

/* PATH without the root's shims: a configure script that finds one as "python3"
 * would run whatever is pinned where it works. */
static void
clean_path(const struct layout *layout, struct env *env)
{
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	struct strvec kept = { 0 };
	cleanup_free char *joined = NULL;
	struct str rest = str_from(env_get(env, "PATH"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		if (part.n && part.p[0] == '/' && !str_eq_text(part, shims))
			strvec_add_str(&kept, part);
	}
	joined = strvec_join(&kept, ":");
	env_set(env, "PATH", kept.count ? joined : "/usr/local/bin:/usr/bin:/bin");
	strvec_reset(&kept);
}

static void
clean_env(const struct layout *layout, struct env *env)
{
	cleanup_strvec struct strvec pip = { 0 };

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++)
		env_unset(env, unwanted[i]);
	for (size_t i = 0; i < env->vars.count; i++) {
		struct str var = str_from(env->vars.items[i]);

		if (str_starts(var, STR_LIT("PIP_")))
			strvec_add_str(&pip, (struct str){ var.p, str_find(var, '=') });
	}
	for (size_t i = 0; i < pip.count; i++)
		env_unset(env, pip.items[i]);
	clean_path(layout, env);
}

/* pyenv's rule: PYTHON_CFLAGS (of another PACKAGE: OPENSSL_CFLAGS) and its like are added to the global ones. */
static void
join_flags(const char *package, struct env *env)
{
	static const char *const names[] = { "CFLAGS", "CPPFLAGS", "LDFLAGS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *own_name = mem_printf("%s_%s", package, names[i]);
		cleanup_free char *joined = NULL;
		const char *own = env_get(env, own_name);
		const char *all = env_get(env, names[i]);

		if (!own || !*own)
			continue;
		joined = mem_printf("%s%s%s", all ? all : "", all && *all ? " " : "", own);
		env_set(env, names[i], joined);
	}
}

static int
add_words(const struct env *env, const char *name, struct strvec *ret, struct err *err)
{
	return words_split(env_get(env, name), name, ret, err);
}

/* The words of the variable PACKAGE_NAME. */
static int
add_own_words(const struct env *env, const char *package, const char *name, struct strvec *ret,
	      struct err *err)
{
	cleanup_free char *variable = mem_printf("%s_%s", package, name);

	return add_words(env, variable, ret, err);
}

static int
read_make_words(const char *package, unsigned jobs, struct build_settings *s, struct err *err)
{
	const char *name = env_get(&s->env, "MAKE_OPTS") ? "MAKE_OPTS" : "MAKEOPTS";

	if (add_words(&s->env, name, &s->make_words, err) < 0)
		return -1;
	if (s->make_words.count == 0 && jobs == 0)
		jobs = platform_cpus();
	if (jobs)
		strvec_printf(&s->make_words, "-j%u", jobs);
	return add_own_words(&s->env, package, "MAKE_OPTS", &s->make_words, err);
}

int
build_settings_init(const struct layout *layout, unsigned jobs, struct build_settings *ret_settings,
		    struct err *err)
{
	cleanup_env struct env env = { 0 };

	env_copy(&env);
	return build_settings_for(layout, &env, "PYTHON", jobs, ret_settings, err);
}

int
build_settings_for(const struct layout *layout, const struct env *env, const char *package,
		   unsigned jobs, struct build_settings *ret_settings, struct err *err)
{
	cleanup_build_settings struct build_settings s = { 0 };

	strvec_add_all(&s.env.vars, env->vars.items);
	if (add_words(&s.env, "CONFIGURE_OPTS", &s.configure_words, err) < 0 ||
	    add_own_words(&s.env, package, "CONFIGURE_OPTS", &s.configure_words, err) < 0 ||
	    read_make_words(package, jobs, &s, err) < 0 ||
	    add_words(&s.env, "MAKE_INSTALL_OPTS", &s.install_words, err) < 0 ||
	    add_own_words(&s.env, package, "MAKE_INSTALL_OPTS", &s.install_words, err) < 0)
		return -1;
	clean_env(layout, &s.env);
	join_flags(package, &s.env);
	*ret_settings = s;
	s = (struct build_settings){ 0 };
	return 0;
}

void
build_settings_reset(struct build_settings *s)
{
	env_reset(&s->env);
	strvec_reset(&s->configure_words);
	strvec_reset(&s->make_words);
	strvec_reset(&s->install_words);
	free(s->compiler);
	free(s->compiler_version);
	free(s->make);
	free(s->patch);
	*s = (struct build_settings){ 0 };
}

/* What is missing, as a column of the table below. */
enum missing { MISSING_TOOLCHAIN, MISSING_PATCH };

/* The command that gets what is MISSING here; NULL where we know none. */
static const char *
package_fix(const char *path_list, enum missing missing)
{
	static const struct {
		const char *program;
		const char *fixes[2];
	} managers[] = {
		{ "apt-get", { "sudo apt install build-essential", "sudo apt install patch" } },
		{ "dnf", { "sudo dnf install gcc make", "sudo dnf install patch" } },
		{ "apk", { "sudo apk add build-base", "sudo apk add patch" } },
		{ "pacman", { "sudo pacman -S base-devel", "sudo pacman -S patch" } },
		{ "zypper", { "sudo zypper install gcc make", "sudo zypper install patch" } },
		{ "xcode-select", { "xcode-select --install", "xcode-select --install" } },
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

int
build_find_patch(struct build_settings *s, struct err *err)
{
	s->patch = proc_find("patch", env_get(&s->env, "PATH"), NULL);
	if (s->patch)
		return 0;
	(void)err_set(err, ERR_FAILED, "no patch(1) found, which applies --patch");
	(void)err_detail(err, "looked in", "%s", env_get(&s->env, "PATH"));
	return add_fix(MISSING_PATCH, err);
}
