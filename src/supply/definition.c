/* SPDX-License-Identifier: MIT */
/* Definitions: where they are, and what their calls mean. */
#include <config.h>

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "core/plugins.h"
#include "core/version.h"
#include "io/url.h"
#include "supply/definition_internal.h"
#include "trust/digest.h"

/* Where definitions are below a plugin, and below PYTHON_BUILD_ROOT; and a folder beside
 * them that is none. */
#define FOLDER "share/python-build"
#define PATCHES "patches"
/* Hexadecimal digits of an MD5. */
#define MD5_HEX_LEN ((size_t)32)

static void
add_folder(void *ctx, const char *path)
{
	strvec_add(ctx, path);
}

static void
folders(const struct layout *layout, struct strvec *ret)
{
	const char *cwd = layout->working ? layout->working : "/";
	const char *root = getenv("PYTHON_BUILD_ROOT");
	struct str rest = str_from(getenv("PYTHON_BUILD_DEFINITIONS"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		cleanup_free char *text = mem_strndup(part.p, part.n);

		if (part.n)
			strvec_take(ret, path_clean(cwd, text));
	}
	plugin_each_folder(layout, FOLDER, add_folder, ret);
	if (root && *root) {
		cleanup_free char *below = path_join(root, FOLDER, NULL);

		strvec_take(ret, path_clean(cwd, below));
	}
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char *
definition_find(const struct layout *layout, const char *name)
{
	cleanup_free char *here = path_clean(layout->working ? layout->working : "/", name);

	if (*name && is_file(here))
		return steal_ptr(&here);
	return definition_find_named(layout, name);
}

char *
definition_find_named(const struct layout *layout, const char *name)
{
	cleanup_strvec struct strvec dirs = { 0 };

	if (!path_component_ok(str_from(name)))
		return NULL;
	folders(layout, &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		char *path = path_join(dirs.items[i], name, NULL);

		if (is_file(path))
			return path;
		free(path);
	}
	return definition_is_branch(name) ? mem_strdup(name) : NULL;
}

void
definition_list(const struct layout *layout, struct strvec *ret_names)
{
	cleanup_strvec struct strvec dirs = { 0 };

	folders(layout, &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_strvec struct strvec names = { 0 };
		cleanup_err struct err none = { 0 };

		if (fs_open_dir(dirs.items[i], &dir, &none) < 0 || fs_list(&dir, &names, &none) < 0)
			continue;
		for (size_t n = 0; n < names.count; n++)
			if (names.items[n][0] != '.' && strcmp(names.items[n], PATCHES) != 0 &&
			    !strpbrk(names.items[n], " \t"))
				strvec_add(ret_names, names.items[n]);
	}
}

static const struct {
	const char *word;
	enum definition_step step;
} step_rows[] = {
	{ "standard", STEP_STANDARD },
	{ "standard_build", STEP_STANDARD_BUILD },
	{ "standard_install", STEP_STANDARD_INSTALL },
	{ "copy", STEP_COPY },
	{ "pyston", STEP_COPY },
	{ "pypy", STEP_PYPY },
	{ "graalpython", STEP_GRAALPYTHON },
	{ "anaconda", STEP_CONDA },
	{ "miniconda", STEP_CONDA },
	{ "autoconf", STEP_AUTOCONF },
	{ "enable_shared", STEP_ENABLE_SHARED },
	{ "copy_python_gdb", STEP_COPY_PYTHON_GDB },
	{ "ensurepip", STEP_PIP },
	{ "ensurepip_lt21", STEP_PIP },
	{ "get_pip", STEP_PIP },
	{ "warn_eol", STEP_WARN_EOL },
	{ "warn_unsupported", STEP_WARN_UNSUPPORTED },
	/* X11's headers on macOS; names without the version, which every Python gets. */
	{ "auto_tcltk", STEP_NOTHING },
	{ "symlink_version_suffix", STEP_NOTHING },
};

static bool
find_step(struct str word, const struct strvec *own, enum definition_step *ret)
{
	cleanup_free char *function = mem_printf("build_package_%.*s", STR_ARG(word));

	*ret = STEP_OWN;
	if (strvec_has(own, function))
		return true;
	*ret = STEP_VERIFY;
	if (str_starts(word, STR_LIT("verify_py")))
		return true;
	for (size_t i = 0; i < sizeof(step_rows) / sizeof(*step_rows); i++) {
		if (!str_eq_text(word, step_rows[i].word))
			continue;
		*ret = step_rows[i].step;
		return true;
	}
	return false;
}

static void
add_work(struct definition_package *package, enum definition_step step, struct str word)
{
	package->works = vec_grow(package->works, package->work_count, sizeof(*package->works));
	package->works[package->work_count++] =
		(struct definition_work){ step, mem_strndup(word.p, word.n) };
}

/* The words from FIRST on are steps; one word can have several, as pyenv's shell took
 * them apart. None: "standard". */
static int
add_works(struct definition_package *package, const struct definition_call *call, size_t first,
	  struct err *err)
{
	for (size_t i = first; i < call->words.count; i++) {
		struct str rest = str_from(call->words.items[i]);
		struct str word;

		while (str_word(&rest, &word)) {
			enum definition_step step;

			if (!find_step(word, &call->own, &step)) {
				(void)err_set(err, ERR_FAILED,
					      "its step %.*s of %s is none that we have",
					      STR_ARG(word), package->name);
				return err_detail(err, "to fix",
						  "a function build_package_%.*s in the definition",
						  STR_ARG(word));
			}
			add_work(package, step, word);
		}
	}
	if (package->work_count == 0)
		add_work(package, STEP_STANDARD, STR_LIT("standard"));
	return 0;
}

/* "PYTHON" for "Python-3.13.5". */
static char *
variable_of(const char *name)
{
	char *variable = mem_strndup(name, str_find(str_from(name), '-'));

	for (char *p = variable; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return variable;
}

static int
no_digest(const struct definition_package *package, const char *checksum, struct err *err)
{
	return err_set(err, ERR_CHECK,
		       "the checksum of %s is neither a SHA-256 nor an MD5: %s has %zu digits",
		       package->name, checksum, strlen(checksum));
}

/* URL#CHECKSUM: 64 digits are a SHA-256, 32 an MD5. */
static int
take_address(struct definition_package *package, const char *text, struct err *err)
{
	struct str all = str_from(text);
	size_t at = str_find(all, '#');
	cleanup_free char *checksum =
		mem_strdup(at < all.n && package->kind != DEFINITION_GIT ? text + at + 1 : "");
	size_t n = strlen(checksum);

	package->url = mem_strndup(text, at);
	for (char *p = checksum; *p; p++)
		*p = str_lower(*p);
	if (n && (strspn(checksum, "0123456789abcdef") != n ||
		  (n != DIGEST_HEX_LEN && n != MD5_HEX_LEN)))
		return no_digest(package, checksum, err);
	package->sha256 = mem_strdup(n == DIGEST_HEX_LEN ? checksum : "");
	package->md5 = mem_strdup(n == MD5_HEX_LEN ? checksum : "");
	if (package->kind == DEFINITION_GIT)
		return 0;
	if (!url_ok(package->url))
		return err_set(err, ERR_FAILED, "%s is no address of %s", package->url,
			       package->name);
	if (url_has_scheme(package->url, "http") && !*package->sha256 &&
	    !url_is_loopback(package->url)) {
		(void)err_set(err, ERR_CHECK, "%s by http without a SHA-256 could be any file",
			      package->name);
		return err_detail(err, "to fix", "https://, or URL#SHA256 in the definition");
	}
	return 0;
}

static bool
has_step(const struct definition_package *package, enum definition_step step)
{
	for (size_t i = 0; i < package->work_count; i++)
		if (package->works[i].step == step)
			return true;
	return false;
}

/* Only the installers of the conda family are scripts that we know how to call, and only
 * scripts are such installers. */
static int
check_kind(const struct definition_package *package, struct err *err)
{
	if ((package->kind == DEFINITION_SCRIPT) == has_step(package, STEP_CONDA))
		return 0;
	return err_set(err, ERR_FAILED,
		       "%s: install_script and the steps anaconda and miniconda go together",
		       package->name);
}

static int
take_words(struct definition_package *package, const struct definition_call *call, struct err *err)
{
	static const struct {
		const char *word;
		enum definition_kind kind;
		size_t count; /* words before the steps */
	} kinds[] = {
		{ "package", DEFINITION_ARCHIVE, 3 },
		{ "nightly_package", DEFINITION_ARCHIVE, 3 },
		{ "script", DEFINITION_SCRIPT, 3 },
		{ "git", DEFINITION_GIT, 4 },
	};
	const struct strvec *words = &call->words;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(words->items[0], kinds[i].word) != 0)
			continue;
		package->kind = kinds[i].kind;
		if (words->count < kinds[i].count || !path_component_ok(str_from(words->items[1])))
			return err_set(err, ERR_FAILED, "its call of install_%s has not its words",
				       kinds[i].word);
		package->name = mem_strdup(words->items[1]);
		package->variable = variable_of(package->name);
		if (kinds[i].kind == DEFINITION_GIT)
			package->ref = mem_strdup(words->items[3]);
		if (take_address(package, words->items[2], err) < 0 ||
		    add_works(package, call, kinds[i].count, err) < 0)
			return -1;
		return check_kind(package, err);
	}
	return err_set(err, ERR_FAILED, "install_%s is no call that we have", words->items[0]);
}

int
definition_add(struct definition *definition, const struct definition_call *call, struct err *err)
{
	struct definition_package *package;

	if (call->words.count == 0)
		return err_set(err, ERR_FAILED, "a call in it has no words");
	definition->packages =
		vec_grow(definition->packages, definition->count, sizeof(*definition->packages));
	package = &definition->packages[definition->count++];
	*package = (struct definition_package){ 0 };
	if (take_words(package, call, err) < 0)
		return -1;
	strvec_add_all(&package->vars.vars, call->vars.items);
	strvec_add_all(&package->configure, call->configure.items);
	strvec_add_all(&package->make, call->make.items);
	strvec_add_all(&package->install, call->install.items);
	package->before = strvec_has(&call->own, "before_install_package");
	package->after = strvec_has(&call->own, "after_install_package");
	package->is_python = str_starts(str_from(package->name), STR_LIT("Python-")) ||
			     has_step(package, STEP_VERIFY) || has_step(package, STEP_PIP) ||
			     has_step(package, STEP_PYPY) || has_step(package, STEP_CONDA) ||
			     has_step(package, STEP_GRAALPYTHON);
	return 0;
}

/* "3.13" for a package that verify_py313 is a step of; NULL: none says it. */
static char *
verified_language(const struct definition_package *package)
{
	for (size_t i = 0; i < package->work_count; i++) {
		const char *digits = package->works[i].word + strlen("verify_py");

		if (package->works[i].step == STEP_VERIFY && str_is_digit(digits[0]) &&
		    str_is_digit(digits[1]))
			return mem_printf("%c.%s", digits[0], digits + 1);
	}
	return NULL;
}

/* A version with all that its name says: the package's (Python-3.13.5), the definition's
 * (pypy3.10-7.3.16), or at least the series that is verified. */
static char *
version_text(const struct definition *definition, const struct definition_package *package)
{
	const char *threads = env_get(&package->vars, "PYTHON_BUILD_FREE_THREADING");
	struct version version;

	if (str_starts(str_from(package->name), STR_LIT("Python-")) &&
	    version_parse(str_from(package->name + strlen("Python-")), &version) &&
	    version.language_parts >= 2)
		return mem_printf("%s%s", package->name + strlen("Python-"),
				  threads && *threads && !version.free_threaded ? "t" : "");
	if (version_parse(str_from(definition->name), &version) && version.family.n &&
	    !str_eq_text(version.family, "cpython"))
		return mem_strdup(definition->name);
	return verified_language(package);
}

/* What its file is, as the catalogue would say it. */
static void
describe(struct definition_package *package, const char *version)
{
	package->artifact = (struct artifact){
		.implementation = "definition",
		.version = version ? version : package->name,
		.variant = "",
		.kind = package->kind == DEFINITION_SCRIPT ? ARTIFACT_INSTALLER : ARTIFACT_SOURCE,
		.os = "",
		.arch = "",
		.libc = "",
		.cpu = "",
		.build = "",
		.url = package->url,
		.sha256 = package->sha256,
	};
}

int
definition_settle(struct definition *definition, struct err *err)
{
	struct definition_package *python = NULL;

	for (size_t i = 0; i < definition->count; i++) {
		struct definition_package *package = &definition->packages[i];

		describe(package, NULL);
		if (package->is_python && python)
			return err_set(err, ERR_FAILED, "it makes two Pythons, %s and %s",
				       python->name, package->name);
		if (package->is_python)
			python = package;
	}
	if (definition->count == 0)
		return err_set(err, ERR_FAILED, "it calls nothing that installs");
	if (!python)
		return 0;
	definition->version = version_text(definition, python);
	describe(python, definition->version);
	if (definition->version)
		return 0;
	(void)err_set(err, ERR_FAILED, "it does not say which Python %s is", python->name);
	return err_detail(err, "to fix", "a step verify_py313, or its like, for %s", python->name);
}
