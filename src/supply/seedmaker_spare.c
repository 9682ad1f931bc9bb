/* SPDX-License-Identifier: MIT */
/* A pip for Pythons that bring none: the wheels that came with bundles. */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "supply/cache.h"
#include "supply/seedmaker_internal.h"

/* pip's has 4 KB; some have their manual in it. */
#define METADATA_MAX ((size_t)1024 * 1024)
#define REQUIRES "Requires-Python:"

/* All wheels of pip in $ROOT/cache/wheels; without the folder there are none. */
static void
list_spares(const struct store *store, struct dir *ret_folder, struct strvec *ret_names)
{
	cleanup_free char *path =
		store ? path_join(store->layout->root, LAYOUT_CACHE, CACHE_WHEELS, NULL) : NULL;
	cleanup_err struct err none = { 0 };

	if (path && fs_open_dir(path, ret_folder, &none) == 0)
		(void)!fs_list_starting(ret_folder, "pip-", ret_names, &none);
}

/* The newest of NAMES in *RET_NAME (borrowed). False: there is none. */
static bool
find_newest(const struct strvec *names, char **ret_name)
{
	struct version newest = { 0 };

	*ret_name = NULL;
	for (size_t i = 0; i < names->count; i++) {
		struct str rest = str_from(names->items[i]);
		struct version version;
		struct str part;

		if (!str_ends(rest, STR_LIT("-py3-none-any.whl")) ||
		    !str_split(&rest, '-', &part) || !str_split(&rest, '-', &part) ||
		    !version_parse(part, &version) ||
		    (*ret_name && version_compare(&version, &newest) <= 0))
			continue;
		*ret_name = names->items[i];
		newest = version;
	}
	return *ret_name != NULL;
}

static bool
takes_py3(const char *python_version)
{
	return !str_starts(str_from(python_version), STR_LIT("2."));
}

bool
seed_has_spare(const struct store *store, const char *python_version)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	char *name;

	list_spares(store, &folder, &names);
	return takes_py3(python_version) && find_newest(&names, &name);
}

/* Is the specifier TEXT true of the Python VERSION, of which only the release counts: a
 * pre-release has what its final one will have? What cannot be read is not. */
static bool
accepts(struct str text, const char *version)
{
	struct str release = { version, strspn(version, "0123456789.") };
	struct request request;
	struct version v;

	return request_parse(text, &request, NULL) && request.kind == REQUEST_RANGE &&
	       version_parse(release, &v) && request_matches(&request, &v);
}

/* Source: core metadata specification; headers end with an empty line. */
int
seed_check_python(const struct making *m, const struct seed_package *package, struct err *err)
{
	const char *version = m->spec->facts->version;
	cleanup_free char *name = path_join(package->info, "METADATA", NULL);
	cleanup_buf struct buf text = BUF_INIT(METADATA_MAX);
	struct str rest;
	struct str line;

	if (fs_read_file(&m->files, name, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line) && (line = str_trim(line)).n) {
		struct str value = str_trim(str_skip(line, strlen(REQUIRES)));

		if (str_starts(line, STR_LIT(REQUIRES)) && !accepts(value, version))
			return err_set(err, ERR_CHECK, "it is for Python %.*s", STR_ARG(value));
	}
	return 0;
}

static int
unpack(struct making *m, const struct dir *folder, const char *name, struct err *err)
{
	cleanup_fd int fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "cannot open it");
	if (seed_package_unpack(m->spec->store->layout, fd, name, &m->files, &m->packages[0], err) <
	    0)
		return -1;
	return seed_check_python(m, &m->packages[0], err);
}

int
seed_unpack_spare(struct making *m, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	char *name;

	if (!takes_py3(m->spec->facts->version))
		return 0;
	list_spares(m->spec->store, &folder, &names);
	while (find_newest(&names, &name)) {
		cleanup_err struct err why = { 0 };

		if (unpack(m, &folder, name, &why) == 0) {
			m->count = 1;
			return 0;
		}
		if (why.code == ERR_INTERRUPTED) {
			*err = why;
			why = (struct err){ 0 };
			return -1;
		}
		event_warning(m->spec->events, m->spec->subject, "not with %s/%s: %s", folder.path,
			      name, why.message);
		if (seed_clear(m, err) < 0)
			return -1;
		*name = '\0';
	}
	return 0;
}
