/* SPDX-License-Identifier: MIT */
/* Looking at a Python that is somewhere else. */
#include <config.h>

#include "core/adopt.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/adopt_internal.h"

void
adoptee_reset(struct adoptee *adoptee)
{
	free(adoptee->prefix);
	free(adoptee->interpreter);
	free(adoptee->release);
	free(adoptee->name);
	free(adoptee->is_here);
	free(adoptee->refused);
	facts_reset(&adoptee->facts);
	strvec_reset(&adoptee->links);
	*adoptee = (struct adoptee){ 0 };
}

void
adoptees_reset(struct adoptees *adoptees)
{
	for (size_t i = 0; i < adoptees->count; i++)
		adoptee_reset(&adoptees->items[i]);
	free(adoptees->items);
	strvec_reset(&adoptees->passed_over);
	*adoptees = (struct adoptees){ 0 };
}

char *
adopt_prefix_of(const char *program)
{
	struct str bin = path_dir(program);
	cleanup_free char *folder = mem_strndup(bin.p, bin.n);
	struct str prefix = path_dir(folder);

	return mem_strndup(prefix.p, prefix.n);
}

static bool
has(const char *folder, const char *name)
{
	cleanup_free char *path = path_join(folder, name, NULL);

	return access(path, F_OK) == 0;
}

static bool
is_same(const char *a, const char *b)
{
	struct stat sa;
	struct stat sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

static int
refuse_environment(const char *prefix, struct err *err)
{
	err_set(err, ERR_USAGE, "%s is a virtual environment, not a Python", prefix);
	return err_detail(err, "to fix",
			  "adopt the Python that it was made from: `home` in its pyvenv.cfg");
}

/* "3.11" of python3.11, "3.13t" of python3.13t; NULL for names that do not say it. */
static char *
language_in(const char *program)
{
	struct str name = path_base(program);
	size_t at = 0;

	while (at < name.n && !str_is_digit(name.p[at]))
		at++;
	name = str_skip(name, at);
	return str_find(name, '.') < name.n ? mem_strndup(name.p, name.n) : NULL;
}

/* "3.11.2", and not only "3.11"? */
static bool
is_whole_version(const char *version)
{
	const char *dot = version ? strchr(version, '.') : NULL;

	return dot && strchr(dot + 1, '.');
}

/* By its files: false when these do not tell all that is needed. PROGRAM may be NULL. */
static bool
look_at_files(struct adoptee *a, const char *program)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *language = program ? language_in(program) : NULL;
	cleanup_free char *path = NULL;

	facts_reset(&a->facts);
	if (fs_open_dir(a->prefix, &tree, &ignored) < 0 ||
	    facts_derive_language(&tree, language, &a->facts, &ignored) < 0)
		return false;
	if (!is_whole_version(a->facts.version)) {
		cleanup_free char *known = adopt_conda_version(&tree, "python");

		if (!known || !is_whole_version(known))
			return false;
		free(a->facts.version);
		a->facts.version = steal_ptr(&known);
	}
	path = program ? mem_strdup(program) : path_join(a->prefix, a->facts.executable, NULL);
	free(a->interpreter);
	a->interpreter = realpath(path, NULL);
	return a->interpreter;
}

static char *
some_program(const char *prefix)
{
	static const char *const names[] = { "python3", "python",  "python2",
					     "pypy3",	"graalpy", "pypy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		cleanup_free char *path = path_join(prefix, "bin", names[i], NULL);

		if (access(path, X_OK) == 0)
			return steal_ptr(&path);
	}
	return NULL;
}

static int
refuse_changeable(const char *program, const char *who, struct err *err)
{
	err_set(err, ERR_PROTECTED, "%s is not run to see what it is", program);
	err_detail(err, "because", "%s", who);
	return err_detail(err, "to fix", "change that, or --force");
}

/* By running it. What it says leads to the prefix, whose files may tell the rest. */
static int
ask_it(const struct adopt_how *how, const char *program, struct adoptee *a, struct err *err)
{
	cleanup_free char *who = adopt_who_may_change(a->prefix, program, NULL);
	cleanup_adoptee struct adoptee said = { 0 };

	if (who && !how->force)
		return refuse_changeable(program, who, err);
	if (adopt_run(program, how->timeout_s ? how->timeout_s : ADOPT_TIMEOUT_S, &said, err) < 0)
		return -1;
	free(a->prefix);
	a->prefix = steal_ptr(&said.prefix);
	a->release = steal_ptr(&said.release);
	/* A program that starts another leads to files that may tell it all. */
	if (look_at_files(a, said.interpreter) && strcmp(a->facts.version, said.facts.version) == 0)
		return 0;
	a->was_run = true;
	facts_reset(&a->facts);
	a->facts = said.facts;
	said.facts = (struct facts){ 0 };
	free(a->interpreter);
	a->interpreter = steal_ptr(&said.interpreter);
	return 0;
}

/* Folders that are many things' own. */
static bool
is_shared_name(const char *prefix)
{
	static const char *const names[] = { "/",
					     "/usr",
					     "/usr/local",
					     "/opt",
					     "/opt/local",
					     "/opt/homebrew",
					     "/opt/pkg",
					     "/sw",
					     "/usr/pkg",
					     "/run/host/usr",
					     "/home/linuxbrew/.linuxbrew" };
	const char *home = getenv("HOME");
	cleanup_free char *local = home ? path_join(home, ".local", NULL) : NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is_same(prefix, names[i]))
			return true;
	return local && is_same(prefix, local);
}

/* Standard libraries of more than one Python: whose bin it is, nobody can say. */
static bool
has_several(const char *prefix)
{
	cleanup_free char *path = path_join(prefix, "lib", NULL);
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	unsigned count = 0;

	if (fs_open_dir(path, &lib, &ignored) < 0 || fs_list(&lib, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *os_py = path_join(names.items[i], "os.py", NULL);

		count += fs_exists_at(&lib, os_py);
	}
	return count > 1;
}

static bool
is_shared(const struct adoptee *a)
{
	cleanup_free char *bin = path_join(a->prefix, "bin", NULL);
	struct str folder = path_dir(a->interpreter);
	cleanup_free char *text = mem_strndup(folder.p, folder.n);

	return is_shared_name(a->prefix) || has_several(a->prefix) || !is_same(bin, text);
}

/* The installed name of the same Python, or NULL. */
static char *
find_here(const struct store *store, const struct adoptee *a)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (store_list(store, 0, &entries, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < entries.count; i++) {
		cleanup_free char *path = store_path(store, entries.items[i].name);
		cleanup_facts struct facts facts = { 0 };
		cleanup_free char *program = NULL;

		if (!a->shared && is_same(path, a->prefix))
			return mem_strdup(entries.items[i].name);
		if (!a->shared || has(path, "pyvenv.cfg") ||
		    facts_read(store, entries.items[i].name, &facts, &ignored) < 0) {
			err_reset(&ignored);
			continue;
		}
		program = path_join(path, facts.executable, NULL);
		if (facts.prefix && is_same(program, a->interpreter))
			return mem_strdup(entries.items[i].name);
	}
	return NULL;
}

/* What is the same for all, once it is known what it is. */
static void
complete(const struct adopt_how *how, struct adoptee *a)
{
	cleanup_free char *stdlib = path_join(a->prefix, a->facts.stdlib, NULL);

	a->source = how->source;
	a->shared = is_shared(a);
	a->refused = adopt_who_may_change(a->prefix, a->interpreter, stdlib);
	a->is_here = find_here(how->store, a);
	adopt_name(how->store, a);
	if (a->shared)
		adopt_programs(a);
}

static int
no_python(const char *path, struct err *err)
{
	err_set(err, ERR_FAILED, "%s is no Python: it has no bin/python", path);
	return err_detail(err, "to fix",
			  "the path of an interpreter, or of the folder that its "
			  "bin is in");
}

/* PROGRAM may be NULL: the prefix was named. */
static int
look(const struct adopt_how *how, const char *prefix, const char *program, struct adoptee *ret,
     struct err *err)
{
	cleanup_adoptee struct adoptee a = { .prefix = mem_strdup(prefix) };
	cleanup_free char *some = NULL;

	if (!look_at_files(&a, program)) {
		some = program ? mem_strdup(program) : some_program(prefix);
		if (!some)
			return no_python(prefix, err);
		if (ask_it(how, some, &a, err) < 0)
			return -1;
		/* A program that starts another's Python: that of an environment. */
		if (has(a.prefix, "pyvenv.cfg"))
			return refuse_environment(a.prefix, err);
	}
	complete(how, &a);
	*ret = a;
	a = (struct adoptee){ 0 };
	return 0;
}

static int
look_at_program(const struct adopt_how *how, const char *path, struct adoptee *ret, struct err *err)
{
	cleanup_free char *shims = path_join(how->store->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_free char *named = adopt_prefix_of(path);
	cleanup_free char *real = realpath(path, NULL);
	cleanup_free char *prefix = NULL;

	if (!real)
		return err_sys(err, "cannot look at %s", path);
	if (path_is_below(path, shims) || path_is_below(real, shims)) {
		err_set(err, ERR_USAGE, "%s is a shim, not a Python", path);
		return err_detail(err, "to fix", "pyvern which python names what it starts");
	}
	if (has(named, "pyvenv.cfg"))
		return refuse_environment(named, err);
	if (access(real, X_OK) < 0)
		return err_sys(err, "%s cannot be run", path);
	prefix = adopt_prefix_of(real);
	return look(how, prefix, real, ret, err);
}

int
adopt_look(const struct adopt_how *how, const char *path, struct adoptee *ret_adoptee,
	   struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		err_sys(err, "cannot look at %s", path);
		return err_detail(err, "to fix", "pyvern adopt --list shows what is found");
	}
	if (S_ISREG(st.st_mode))
		return look_at_program(how, path, ret_adoptee, err);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_FAILED, "%s is neither a folder nor a program", path);
	if (has(path, "pyvenv.cfg"))
		return refuse_environment(path, err);
	if (str_eq_text(path_base(path), "bin") && !has(path, "bin")) {
		struct str parent = path_dir(path);
		cleanup_free char *prefix = mem_strndup(parent.p, parent.n);

		return look(how, prefix, NULL, ret_adoptee, err);
	}
	return look(how, path, NULL, ret_adoptee, err);
}

int
adopt_link(const struct store *store, const struct adoptee *adoptee, const char *name,
	   const struct events *events, struct err *err)
{
	struct adoption adoption = {
		.name = name,
		.prefix = adoptee->prefix,
		.programs = adoptee->shared ? &adoptee->links : NULL,
		.facts = adoptee->shared || adoptee->was_run ? &adoptee->facts : NULL,
	};

	return store_adopt(store, &adoption, events, err);
}
