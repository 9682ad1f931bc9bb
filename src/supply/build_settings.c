/* SPDX-License-Identifier: MIT */
/* What a build sees: environment, options, compiler. */
#include <config.h>

#include "supply/build.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/words.h"
#include "core/policy.h"
#include "os/platform.h"

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
 * would run whatever is pinned where it works. Nor with our own programs' folder, which is
 * there only when a plugin was started by its command. */
static void
clean_path(const struct layout *layout, struct env *env)
{
	cleanup_free char *shims = path_join(layout->root, LAYOUT_SHIMS, NULL);
	struct strvec kept = { 0 };
	cleanup_free char *joined = NULL;
	struct str rest = str_from(env_get(env, "PATH"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		if (part.n && part.p[0] == '/' && !str_eq_text(part, shims) &&
		    !str_eq_text(part, layout->libexec))
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

/* Has somebody said what debug information there is to be? */
static bool
asks_for_debug_info(const struct env *env)
{
	static const char *const names[] = { "CFLAGS", "OPT", "CFLAGS_NODIST", "EXTRA_CFLAGS",
					     "PYTHON_CFLAGS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = env_get(env, names[i]);
		struct str rest = str_from(value ? value : "");
		struct str word;

		while (str_word(&rest, &word))
			if (str_starts(word, STR_LIT("-g")))
				return true;
	}
	return false;
}

/* ccache stands in for a compiler that it finds by its name on PATH. One that was
 * named otherwise, and one that is a cache already, stay what they are. */
static void
find_ccache(struct build_settings *s)
{
	const char *compiler = env_get(&s->env, "CC");
	const char *disabled = env_get(&s->env, "CCACHE_DISABLE");

	if (disabled || (compiler && strpbrk(compiler, "/ \t")) ||
	    (!env_get(&s->env, "HOME") && !env_get(&s->env, "CCACHE_DIR")))
		return;
	s->ccache = proc_find("ccache", env_get(&s->env, "PATH"), NULL);
}

/* A compiler that is somewhere else is asked over the network. */
static bool
is_near(const struct env *env)
{
	static const char *const far[] = { "distcc", "icecc", "sccache", "goma", "pump" };
	static const char *const remote[] = { "CCACHE_REMOTE_STORAGE", "CCACHE_SECONDARY_STORAGE",
					      "CCACHE_PREFIX", "DISTCC_HOSTS" };
	const char *compiler = env_get(env, "CC");

	for (size_t i = 0; compiler && i < sizeof(far) / sizeof(*far); i++)
		if (strstr(compiler, far[i]))
			return false;
	for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if (env_get(env, remote[i]))
			return false;
	return true;
}

/* What makes it quicker and leaves no trace in what comes out. */
static void
find_shortcuts(const struct build_options *options, struct build_settings *s)
{
	if (!env_get(&s->env, "CONFIG_SHELL"))
		s->dash = proc_find("dash", env_get(&s->env, "PATH"), NULL);
	if (!options->fresh)
		find_ccache(s);
}

/* The environment's words. */
static int
read_words(const char *package, unsigned jobs, struct build_settings *s, struct err *err)
{
	if (add_words(&s->env, "CONFIGURE_OPTS", &s->asked_words, err) < 0 ||
	    add_own_words(&s->env, package, "CONFIGURE_OPTS", &s->asked_words, err) < 0 ||
	    read_make_words(package, jobs, s, err) < 0 ||
	    add_words(&s->env, "MAKE_INSTALL_OPTS", &s->install_words, err) < 0)
		return -1;
	return add_own_words(&s->env, package, "MAKE_INSTALL_OPTS", &s->install_words, err);
}

/* Those of the version that this one is to be like. */
static void
take_words(const struct build_like *like, unsigned jobs, struct build_settings *s)
{
	for (size_t i = 0; build_like_variables[i]; i++)
		env_unset(&s->env, build_like_variables[i]);
	for (size_t i = 0; i < like->variables.count; i++) {
		struct str value = str_from(like->variables.items[i]);
		struct str name;
		cleanup_free char *key = NULL;

		(void)str_split(&value, '=', &name);
		key = mem_strndup(name.p, name.n);
		env_set(&s->env, key, value.p ? value.p : "");
	}
	strvec_add_all(&s->asked_words, like->configure.items);
	strvec_add_all(&s->make_words, like->make.items);
	strvec_printf(&s->make_words, "-j%u", jobs ? jobs : platform_cpus());
	strvec_add_all(&s->install_words, like->install.items);
}

/* Is one of WORDS this option, "--enable-optimizations" or "--enable-optimizations=yes"? */
static bool
has_option(const struct strvec *words, const char *option)
{
	size_t n = strlen(option);

	for (size_t i = 0; i < words->count; i++)
		if (strncmp(words->items[i], option, n) == 0 &&
		    (words->items[i][n] == '\0' || words->items[i][n] == '='))
			return true;
	return false;
}

/* What nobody but CPython's own developers runs is left out, unless somebody says otherwise;
 * it takes a fifth of the time. pyenv's users find what pyenv's builds have. */
static bool
leaves_out_tests(const struct layout *layout, const struct build_options *options,
		 const struct version *version, const struct strvec *asked)
{
	if (options->tests || options->no_tests)
		return options->no_tests;
	return str_eq_text(version->family, "cpython") && !options->as_pyenv && !version->debug &&
	       !policy_of_layout(layout)->speaks_pyenv && !has_option(asked, "--with-pydebug") &&
	       !has_option(asked, "--enable-test-modules") &&
	       !has_option(asked, "--disable-test-modules");
}

/* Words of options, before those of variables. */
static void
add_option_words(const struct layout *layout, const struct build_options *options,
		 const struct version *version, struct build_settings *s)
{
	s->without_tests = leaves_out_tests(layout, options, version, &s->asked_words);
	build_options_words(options, &s->configure_words);
	/* They are what --enable-optimizations measures; it has them taken out at the end. */
	if (s->without_tests && build_options_knows_no_tests(version) && !options->pgo &&
	    !has_option(&s->asked_words, "--enable-optimizations"))
		strvec_add(&s->configure_words, "--disable-test-modules");
}

/* What a build of CPython has, beside the words. */
static void
take_ways(const struct layout *layout, const struct build_options *options,
	  const struct version *version, struct build_settings *s)
{
	/* pyenv's users know what its builds have; ours read what we leave out. */
	s->without_debug_info = !options->debug_info && !options->as_pyenv && !version->debug &&
				!policy_of_layout(layout)->speaks_pyenv &&
				!asks_for_debug_info(&s->env);
	s->is_fresh = options->fresh;
	s->alone = is_near(&s->env);
	find_shortcuts(options, s);
}

int
build_settings_for(const struct layout *layout, const struct env *env, const char *package,
		   const struct build_options *options, const struct version *version,
		   struct build_settings *ret_settings, struct err *err)
{
	cleanup_build_settings struct build_settings s = { .nice = options->nice };
	bool is_like = version && options->like;

	if (version && build_options_check(options, version, err) < 0)
		return -1;
	strvec_add_all(&s.env.vars, env->vars.items);
	if (is_like)
		take_words(options->like, options->jobs, &s);
	else if (read_words(package, options->jobs, &s, err) < 0)
		return -1;
	if (version)
		add_option_words(layout, options, version, &s);
	strvec_add_all(&s.configure_words, s.asked_words.items);
	clean_env(layout, &s.env);
	if (!is_like)
		join_flags(package, &s.env);
	if (version)
		take_ways(layout, options, version, &s);
	*ret_settings = s;
	s = (struct build_settings){ 0 };
	return 0;
}

int
build_settings_init(const struct layout *layout, const struct build_options *options,
		    const struct version *version, struct build_settings *ret_settings,
		    struct err *err)
{
	cleanup_env struct env env = { 0 };

	env_copy(&env);
	return build_settings_for(layout, &env, "PYTHON", options, version, ret_settings, err);
}

void
build_settings_reset(struct build_settings *s)
{
	env_reset(&s->env);
	strvec_reset(&s->asked_words);
	strvec_reset(&s->configure_words);
	strvec_reset(&s->make_words);
	strvec_reset(&s->install_words);
	free(s->compiler);
	free(s->compiler_version);
	free(s->make);
	free(s->patch);
	free(s->strip);
	free(s->dash);
	free(s->ccache);
	*s = (struct build_settings){ 0 };
}

int
build_mask_compilers(const struct build_settings *s, const struct dir *dir, struct err *err)
{
	static const char *const names[] = { "cc", "gcc", "clang", "c++", "g++", "c99", "clang++" };
	const char *given = env_get(&s->env, "CC");
	struct strvec all = { 0 };
	int result = 0;

	if (given && *given)
		strvec_add(&all, given);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strvec_has(&all, names[i]))
			strvec_add(&all, names[i]);
	for (size_t i = 0; result == 0 && i < all.count; i++) {
		cleanup_free char *there = proc_find(all.items[i], env_get(&s->env, "PATH"), NULL);

		if (there)
			result = fs_make_link_at(dir, all.items[i], s->ccache, err);
	}
	strvec_reset(&all);
	return result;
}
