/* SPDX-License-Identifier: MIT */
/* Which Python an environment is bound to when its own is gone. */
#include <config.h>

#include "venv/rebind.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"

void
rebind_plan_reset(struct rebind_plan *plan)
{
	free(plan->version);
	free(plan->follows);
	free(plan->home);
	free(plan->python);
	free(plan->executable);
	*plan = (struct rebind_plan){ 0 };
}

/* What a Python has to be. */
struct wanted {
	const char *implementation; /* "cpython" */
	char *library;		    /* "python3.13t": name of the folder with the packages */
	bool debug;
	struct version was; /* as far as it is known; borrows from BASE */
	char *base;	    /* name of the version that it was */
};

static void
wanted_reset(struct wanted *wanted)
{
	free(wanted->library);
	free(wanted->base);
}

/* lib's folder of packages; NULL. */
static char *
library_of(const struct dir *tree)
{
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir_at(tree, "lib", &lib, &ignored) < 0 || fs_list(&lib, &names, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *packages = path_join(names.items[i], "site-packages", NULL);
		struct str name = str_from(names.items[i]);

		if ((str_starts(name, STR_LIT("python")) || str_starts(name, STR_LIT("pypy"))) &&
		    fs_is_dir_at(&lib, packages))
			return mem_strdup(names.items[i]);
	}
	return NULL;
}

static const char *
implementation_of(const struct dir *tree, const struct wanted *wanted)
{
	if (str_starts(wanted->was.family, STR_LIT("pypy")) ||
	    str_starts(str_from(wanted->library), STR_LIT("pypy")) ||
	    fs_exists_at(tree, "bin/pypy3") || fs_exists_at(tree, "bin/pypy"))
		return "pypy";
	if (str_starts(wanted->was.family, STR_LIT("graalpy")) || fs_exists_at(tree, "bin/graalpy"))
		return "graalpy";
	return "cpython";
}

static bool
want(const struct dir *tree, const struct env_look *look, struct wanted *ret)
{
	*ret = (struct wanted){ .library = library_of(tree),
				.base = mem_strdup(path_base(look->base).p) };
	if (!ret->library)
		return false;
	/* The name of a version tells what files do not; /usr is none. */
	if (!version_parse(str_from(ret->base), &ret->was) || ret->was.family.n == 0) {
		free(ret->base);
		ret->base = mem_strdup(look->version);
		ret->was = (struct version){ 0 };
		(void)version_parse(str_from(ret->base), &ret->was);
	}
	ret->debug = ret->was.debug;
	ret->implementation = implementation_of(tree, ret);
	return true;
}

char *
rebind_wanted(const struct dir *tree, const struct env_look *look)
{
	cleanup_with(wanted_reset) struct wanted wanted = { 0 };
	const char *language;

	if (!want(tree, look, &wanted))
		return NULL;
	language = wanted.library + strcspn(wanted.library, "0123456789");
	return mem_printf("%s%s%s",
			  strcmp(wanted.implementation, "cpython") == 0 ? ""
									: wanted.implementation,
			  language, wanted.debug ? "-debug" : "");
}

static bool
fits(const struct wanted *wanted, const struct facts *facts)
{
	return strcmp(facts->implementation, wanted->implementation) == 0 &&
	       str_eq_text(path_base(facts->stdlib), wanted->library);
}

/* The plan for the Python with PREFIX, that FACTS are of; false when it cannot be reached. */
static bool
plan_for(const char *prefix, const struct facts *facts, struct rebind_plan *ret)
{
	cleanup_free char *python = path_join(prefix, facts->executable, NULL);
	cleanup_free char *executable = realpath(python, NULL);
	struct str home = path_dir(python);

	if (!executable || access(executable, X_OK) < 0)
		return false;
	*ret = (struct rebind_plan){ .version = mem_strdup(facts->version),
				     .home = mem_strndup(home.p, home.n) };
	ret->python = steal_ptr(&python);
	ret->executable = steal_ptr(&executable);
	return true;
}

/* The Python of that language in the base, where another one has its place. */
static bool
try_own_base(const struct store *store, const struct env_look *look, const struct wanted *wanted,
	     struct rebind_plan *ret)
{
	cleanup_dirfd struct dir base = DIR_INIT;
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (!look->language || fs_open_dir(look->base, &base, &ignored) < 0 ||
	    facts_derive_language(&base, look->language, &facts, &ignored) < 0 || facts.base ||
	    !fits(wanted, &facts) || !plan_for(look->base, &facts, ret))
		return false;
	free(env_base_version(store, look->base, &ret->follows));
	return true;
}

/* Does the installed NAME fit? */
static bool
try_version(const struct store *store, const char *name, const struct wanted *wanted,
	    const char *through, struct rebind_plan *ret)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *prefix = store_path(store, through ? through : name);
	struct version version;

	if (!version_parse(str_from(name), &version) || version.debug != wanted->debug ||
	    facts_read(store, name, &facts, &ignored) < 0 || facts.base || !fits(wanted, &facts) ||
	    !plan_for(prefix, &facts, ret))
		return false;
	ret->follows = mem_strdup(through);
	return true;
}

/* The alias that a version of such a name is below. */
static bool
try_alias(const struct store *store, const struct entries *entries, const struct wanted *wanted,
	  struct rebind_plan *ret)
{
	for (size_t i = 0; i < entries->count; i++) {
		char alias[VERSION_NAME_MAX + 1];
		cleanup_free char *target = NULL;
		struct version version;

		if (!version_parse(str_from(entries->items[i].name), &version) ||
		    !version_alias_name(&version, alias) || !store_is_alias(store, alias))
			continue;
		target = store_find(store, alias);
		if (target && try_version(store, target, wanted, alias, ret))
			return true;
	}
	return false;
}

/* The next newer one, else the next older one; the entries go upwards. */
static bool
try_nearest(const struct store *store, const struct entries *entries, const struct wanted *wanted,
	    struct rebind_plan *ret)
{
	cleanup_rebind_plan struct rebind_plan older = { 0 };

	for (size_t i = 0; i < entries->count; i++) {
		cleanup_rebind_plan struct rebind_plan plan = { 0 };
		struct version version;

		if ((entries->items[i].kind != ENTRY_VERSION &&
		     entries->items[i].kind != ENTRY_LINK) ||
		    !version_parse(str_from(entries->items[i].name), &version) ||
		    !try_version(store, entries->items[i].name, wanted, NULL, &plan))
			continue;
		rebind_plan_reset(&older);
		older = plan;
		plan = (struct rebind_plan){ 0 };
		/* Of another family than it was (or it is not known what it was), all are newer. */
		if (wanted->was.family.n == 0 || version_compare(&version, &wanted->was) > 0)
			break;
	}
	if (!older.python)
		return false;
	*ret = older;
	older = (struct rebind_plan){ 0 };
	return true;
}

int
rebind_choose(const struct store *store, const struct dir *tree, const struct env_look *look,
	      struct rebind_plan *ret_plan, struct err *err)
{
	cleanup_with(wanted_reset) struct wanted wanted = { 0 };
	cleanup_entries struct entries entries = { 0 };
	bool was_here;

	if (!fs_exists_at(tree, CFG_NAME))
		return err_set(err, ERR_FAILED,
			       "it is one of virtualenv before 20, which links "
			       "all of its Python's library");
	if (!want(tree, look, &wanted))
		return err_set(err, ERR_FAILED, "nothing in it tells which Python it is for");
	if (store_list(store, 0, &entries, err) < 0)
		return -1;
	was_here = wanted.was.name.n && !store_is_alias(store, wanted.base);
	if ((was_here && try_version(store, wanted.base, &wanted, NULL, ret_plan)) ||
	    try_own_base(store, look, &wanted, ret_plan) ||
	    try_alias(store, &entries, &wanted, ret_plan) ||
	    try_nearest(store, &entries, &wanted, ret_plan))
		return 0;
	return err_set(err, ERR_NOT_INSTALLED, "no Python that fits is installed");
}

int
rebind_to(const struct store *store, const struct dir *tree, const struct env_look *look,
	  const char *name, const char *follows, struct rebind_plan *ret_plan, struct err *err)
{
	cleanup_with(wanted_reset) struct wanted wanted = { 0 };
	cleanup_free char *language = NULL;

	if (!fs_exists_at(tree, CFG_NAME) || !want(tree, look, &wanted))
		return err_set(err, ERR_FAILED, "nothing in it tells which Python it is for");
	if (try_version(store, name, &wanted, follows, ret_plan))
		return 0;
	language = rebind_wanted(tree, look);
	return err_set(err, ERR_FAILED, "its packages are built for %s, and %s is another Python",
		       language, name);
}

size_t
rebind_packages(const struct dir *tree)
{
	cleanup_free char *library = library_of(tree);
	cleanup_free char *path =
		library ? path_join(tree->path, "lib", library, "site-packages", NULL) : NULL;
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	size_t count = 0;

	if (!path || fs_open_dir(path, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < names.count; i++)
		count += str_ends(str_from(names.items[i]), STR_LIT(".dist-info")) ||
			 str_ends(str_from(names.items[i]), STR_LIT(".egg-info"));
	return count;
}
