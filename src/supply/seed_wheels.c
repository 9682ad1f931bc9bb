/* SPDX-License-Identifier: MIT */
/* Where the wheels of a list of packages are. */
#include <config.h>

#include "supply/seed_wheels.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/layout.h"
#include "os/proc.h"
#include "supply/cache.h"

#define SUFFIX ".whl"
/* Folder of downloads in the stage. */
#define DOWNLOADS "wheels"
/* Seconds for some packages of pure Python; a slow line, a proxy that is asleep. */
#define DOWNLOAD_TIMEOUT_S 600

void
seed_wheel_list_reset(struct seed_wheel_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].path);
	free(list->items);
	*list = (struct seed_wheel_list){ 0 };
}

/* "3" and "13" of 3.13.5. */
static bool
split_language(const struct facts *facts, struct str *ret_major, struct str *ret_minor)
{
	struct str rest = str_from(facts->version);

	return str_split(&rest, '.', ret_major) && str_split(&rest, '.', ret_minor) &&
	       ret_major->n && ret_minor->n;
}

/* Is TAG ("py3", "py39", "cp39") one that this Python takes, without its ABI? A tag of an
 * older minor is good for all later ones. */
static bool
python_tag_fits(struct str tag, const struct facts *facts)
{
	bool is_cpython = strcmp(facts->implementation, "cpython") == 0;
	struct str major;
	struct str minor;
	struct str rest;
	uint64_t ours;
	uint64_t theirs = 0;

	if (!split_language(facts, &major, &minor) || !str_u64(minor, 0, UINT32_MAX, &ours) ||
	    !(str_starts(tag, STR_LIT("py")) || (is_cpython && str_starts(tag, STR_LIT("cp")))))
		return false;
	rest = str_skip(tag, 2);
	if (!str_starts(rest, major))
		return false;
	rest = str_skip(rest, major.n);
	return rest.n == 0 ? str_starts(tag, STR_LIT("py"))
			   : str_u64(rest, 0, UINT32_MAX, &theirs) && theirs <= ours;
}

/* The last three parts of NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl. */
bool
seed_wheel_fits(const char *file_name, const struct facts *facts)
{
	struct str rest = str_from(file_name);
	struct str parts[6];
	struct str tag;
	struct str python;
	size_t n = 0;

	if (!str_ends(rest, STR_LIT(SUFFIX)))
		return false;
	rest.n -= strlen(SUFFIX);
	while (n < 6 && str_split(&rest, '-', &parts[n]))
		n++;
	if (n < 5 || rest.n || !str_eq_text(parts[n - 1], "any") ||
	    !str_eq_text(parts[n - 2], "none"))
		return false;
	python = parts[n - 3];
	while (str_split(&python, '.', &tag))
		if (python_tag_fits(tag, facts))
			return true;
	return false;
}

/* The version in a wheel's name; false: it is none. */
static bool
version_of(const char *file_name, struct version *ret)
{
	struct str rest = str_from(file_name);
	struct str name;
	struct str version;

	return str_split(&rest, '-', &name) && str_split(&rest, '-', &version) &&
	       version_parse(version, ret);
}

/* Is FILE_NAME one that ITEM means? */
static bool
is_meant(const struct seed_wheels *wheels, const char *item, const char *file_name)
{
	cleanup_free char *wanted = seed_item_project(item);
	cleanup_free char *as_path = path_join("/", file_name, NULL);
	cleanup_free char *project = seed_item_project(as_path);
	const char *exact = seed_item_version(item);
	struct version version;
	struct version exact_version;

	if (strcmp(wanted, project) != 0 || !seed_wheel_fits(file_name, wheels->facts) ||
	    !version_of(file_name, &version))
		return false;
	return !exact || (version_parse(str_from(exact), &exact_version) &&
			  version_compare(&version, &exact_version) == 0);
}

static void
add(struct seed_wheel_list *list, char *path, bool own)
{
	list->items = vec_grow(list->items, list->count, sizeof(*list->items));
	list->items[list->count++] = (struct seed_wheel){ path, own };
}

/* The newest first. */
static int
by_version(const void *left, const void *right)
{
	const struct seed_wheel *a = left;
	const struct seed_wheel *b = right;
	struct version one;
	struct version other;

	/* They were parsed when they were added. */
	(void)version_of(path_base(a->path).p, &one);
	(void)version_of(path_base(b->path).p, &other);
	return version_compare(&other, &one);
}

/* The wheels of ITEM in the folder PATH; none when it cannot be read. */
static void
add_from(const struct seed_wheels *wheels, const char *item, const char *path,
	 struct seed_wheel_list *list)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };
	size_t first = list->count;

	if (fs_open_dir(path, &folder, &ignored) < 0 || fs_list(&folder, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (is_meant(wheels, item, names.items[i]))
			add(list, path_join(path, names.items[i], NULL), false);
	if (list->count > first)
		qsort(list->items + first, list->count - first, sizeof(*list->items), by_version);
}

static void
add_own(const struct seed_wheels *wheels, const char *item, struct seed_wheel_list *list)
{
	struct str rest = str_from(wheels->facts->wheels);
	struct str word;

	while (str_word(&rest, &word)) {
		cleanup_free char *relative = mem_strndup(word.p, word.n);

		if (is_meant(wheels, item, path_base(relative).p))
			add(list, path_join(wheels->prefix, relative, NULL), true);
	}
}

static char *
cached_wheels(const struct seed_wheels *wheels)
{
	return path_join(wheels->store->layout->root, LAYOUT_CACHE, CACHE_WHEELS, NULL);
}

void
seed_wheels_find(const struct seed_wheels *wheels, const char *item, struct seed_wheel_list *ret)
{
	cleanup_free char *cached = cached_wheels(wheels);

	if (seed_item_is_file(item)) {
		add(ret, mem_strdup(item), false);
		return;
	}
	if (wheels->downloads.fd >= 0)
		add_from(wheels, item, wheels->downloads.path, ret);
	add_own(wheels, item, ret);
	if (wheels->choice->find_links)
		add_from(wheels, item, wheels->choice->find_links, ret);
	add_from(wheels, item, cached, ret);
}

/* Has pip to be asked for ITEM? */
static bool
is_wanted(const struct seed_wheels *wheels, const char *item)
{
	cleanup_seed_wheel_list struct seed_wheel_list found = { 0 };

	if (seed_item_is_file(item))
		return false;
	if (!seed_item_version(item))
		return true;
	seed_wheels_find(wheels, item, &found);
	return found.count == 0;
}

/* A Python that brings pip, and the wheel of that, which can be run as it is. */
struct provider {
	char *python;
	char *wheel;
};

static void
provider_reset(struct provider *provider)
{
	free(provider->python);
	free(provider->wheel);
}

/* Does the Python at PREFIX bring a pip? */
static bool
provides(const char *prefix, const struct facts *facts, struct provider *ret)
{
	struct str rest = str_from(facts->wheels);
	struct str word;

	while (str_word(&rest, &word)) {
		cleanup_free char *relative = mem_strndup(word.p, word.n);

		if (!str_starts(path_base(relative), STR_LIT("pip-")))
			continue;
		*ret = (struct provider){ path_join(prefix, facts->executable, NULL),
					  path_join(facts->prefix ? facts->prefix : prefix,
						    relative, NULL) };
		return true;
	}
	return false;
}

/* The newest version of the root that brings one; else the Python in question. */
static bool
find_provider(const struct seed_wheels *wheels, struct provider *ret)
{
	cleanup_entries struct entries entries = { 0 };
	cleanup_err struct err ignored = { 0 };

	(void)!store_list(wheels->store, 0, &entries, &ignored);
	for (size_t i = entries.count; i-- > 0;) {
		cleanup_free char *prefix = store_path(wheels->store, entries.items[i].name);
		cleanup_facts struct facts facts = { 0 };
		cleanup_err struct err none = { 0 };

		if (facts_read(wheels->store, entries.items[i].name, &facts, &none) == 0 &&
		    !facts.base && !str_starts(str_from(facts.version), STR_LIT("2.")) &&
		    provides(prefix, &facts, ret))
			return true;
	}
	return provides(wheels->prefix, wheels->facts, ret);
}

/* pip's command line, but for the packages. */
static void
make_argv(const struct seed_wheels *wheels, const struct provider *provider, const char *into,
	  struct strvec *argv)
{
	bool is_cpython = strcmp(wheels->facts->implementation, "cpython") == 0;
	const char *const words[] = { "download",
				      "--no-deps",
				      "--only-binary=:all:",
				      "--no-input",
				      "--quiet",
				      "--disable-pip-version-check",
				      "--platform",
				      "any",
				      "--abi",
				      "none",
				      "--implementation",
				      is_cpython ? "cp" : "py",
				      "--python-version",
				      wheels->facts->version,
				      "--dest",
				      into,
				      NULL };

	strvec_add(argv, provider->python);
	strvec_add(argv, "-E");
	strvec_add(argv, "-s");
	strvec_printf(argv, "%s/pip", provider->wheel);
	for (const char *const *word = words; *word; word++)
		strvec_add(argv, *word);
	if (wheels->choice->find_links)
		strvec_printf(argv, "--find-links=%s", wheels->choice->find_links);
}

/* Where the next one finds it: best effort, the seed is what counts. */
static void
keep(const struct seed_wheels *wheels)
{
	cleanup_free char *path = cached_wheels(wheels);
	cleanup_dirfd struct dir cached = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_make_dirs(path, 0755, &cached, &ignored) < 0 ||
	    fs_list(&wheels->downloads, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		(void)!linkat(wheels->downloads.fd, names.items[i], cached.fd, names.items[i], 0);
}

static int
run_pip(struct seed_wheels *wheels, const struct strvec *items, struct err *err)
{
	cleanup_with(provider_reset) struct provider provider = { 0 };
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_free char *last = NULL;
	cleanup_free char *names = strvec_join(items, ", ");
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	if (!find_provider(wheels, &provider)) {
		err_set(err, ERR_NOT_INSTALLED, "no Python here brings a pip that could download");
		return err_detail(err, "to fix", "pyvern install, or --seed with the wheel's file");
	}
	make_argv(wheels, &provider, wheels->downloads.path, &argv);
	strvec_add_all(&argv, items->items);
	spec.argv = argv.items;
	spec.on_line = proc_keep_line;
	spec.ctx = &last;
	spec.timeout_s = DOWNLOAD_TIMEOUT_S;
	if (proc_run(&spec, &status, err) < 0)
		return err_wrap(err, "cannot run pip");
	if (status == 0)
		return 0;
	err_set(err, ERR_NETWORK, "pip cannot download %s", names);
	if (last)
		err_detail(err, "it says", "%s", last);
	return err_detail(err, "to fix", "the same with a network, or --find-links DIR");
}

int
seed_wheels_download(struct seed_wheels *wheels, const struct dir *work,
		     const struct events *events, const char *subject, struct err *err)
{
	const struct strvec *all = &wheels->choice->list->items;
	cleanup_strvec struct strvec items = { 0 };

	for (size_t i = 0; wheels->choice->download && i < all->count; i++)
		if (is_wanted(wheels, all->items[i]))
			strvec_add(&items, all->items[i]);
	if (items.count == 0)
		return 0;
	event_phase(events, subject, "download", NULL);
	if (fs_make_dir_at(work, DOWNLOADS, 0755, &wheels->downloads, err) < 0 ||
	    run_pip(wheels, &items, err) < 0)
		return -1;
	keep(wheels);
	return 0;
}
