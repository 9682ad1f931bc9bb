/* SPDX-License-Identifier: MIT */
/* One wheel of a seed: unpacked, and recorded as pip would. */
#include <config.h>

#include "supply/seed_package.h"

#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "io/zip.h"
#include "supply/unpack_wheel.h"
#include "venv/scripts.h"

/* RECORD of pip has 40 KB. */
#define RECORD_MAX ((size_t)4 * 1024 * 1024)
/* What pip writes, and the digests of that: "pip\n", and nothing. */
#define INSTALLER_LINE "INSTALLER,sha256=zuuue4knoyJ-UwPPXg8fezS7VCrXJQrAP7zeNuwvFQg,4"
#define REQUESTED_LINE "REQUESTED,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0"

void
seed_package_reset(struct seed_package *package)
{
	free(package->name);
	free(package->version);
	free(package->info);
	strvec_reset(&package->files);
	strvec_reset(&package->scripts);
	*package = (struct seed_package){ 0 };
}

/* RECORD is CSV: a name that would need quoting is refused. What a wheel wants
 * to have in other places (NAME.data) is nothing that ensurepip ever had. */
static int
check_names(const struct seed_package *package, const char *file_name, struct err *err)
{
	for (size_t i = 0; i < package->files.count; i++) {
		const char *name = package->files.items[i];
		struct str rest = str_from(name);
		struct str top;

		(void)str_split(&rest, '/', &top);
		if (strpbrk(name, ",\"") || str_ends(top, STR_LIT(".data")))
			return err_set(err, ERR_FAILED, "cannot install %s by linking: it has %s",
				       file_name, name);
	}
	return 0;
}

int
seed_package_name(struct seed_package *package, const char *file_name, struct err *err)
{
	struct str rest = str_from(file_name);
	struct str name;
	struct str version;

	if (!str_split(&rest, '-', &name) || !str_split(&rest, '-', &version) || name.n == 0 ||
	    version.n == 0 || !str_ends(rest, STR_LIT(".whl")))
		return err_set(err, ERR_CHECK, "%s is not called as wheels are", file_name);
	package->name = mem_strndup(name.p, name.n);
	package->version = mem_strndup(version.p, version.n);
	package->info = mem_printf("%s-%s.dist-info", package->name, package->version);
	return 0;
}

int
seed_package_mark(const struct seed_package *package, const struct dir *site, struct err *err)
{
	cleanup_dirfd struct dir info = DIR_INIT;

	if (fs_open_dir_at(site, package->info, &info, err) < 0)
		return err_wrap(err, "%s is no wheel", package->name);
	if (fs_create_file(&info, "INSTALLER", STR_LIT("pip\n"), 0644, err) < 0)
		return -1;
	return fs_create_file(&info, "REQUESTED", STR_LIT(""), 0644, err);
}

int
seed_package_unpack(const struct layout *layout, int fd, const char *file_name,
		    const struct dir *site, struct seed_package *ret_package, struct err *err)
{
	struct strvec *files = &ret_package->files;

	if (seed_package_name(ret_package, file_name, err) < 0 ||
	    (layout ? unpack_wheel(layout, fd, file_name, site, files, err)
		    : zip_unpack(fd, file_name, site, files, err)) < 0 ||
	    check_names(ret_package, file_name, err) < 0)
		return -1;
	return seed_package_mark(ret_package, site, err);
}

/* One "name = module:attribute [extras]" of entry_points.txt. */
static int
add_entry(struct seed_package *package, struct str line, struct err *err)
{
	size_t equals = str_find(line, '=');
	struct str name = str_trim((struct str){ line.p, equals });
	struct str rest = str_trim(str_skip(line, equals + 1));
	struct str module;
	struct str attribute;

	(void)str_split(&rest, ':', &module);
	module = str_trim(module);
	attribute = str_trim((struct str){ rest.p, str_find(rest, '[') });
	/* Replaced by names of this Python: see seed_package_scripts. */
	if (str_starts(name, STR_LIT("pip3")) || str_starts(name, STR_LIT("easy_install-")))
		return 0;
	if (!path_component_ok(name) || str_find(name, ' ') != name.n || !script_name_ok(module) ||
	    !script_name_ok(attribute))
		return err_set(err, ERR_CHECK, "entry_points.txt of %s has \"%.*s\"", package->info,
			       STR_ARG(line));
	strvec_printf(&package->scripts, "%.*s %.*s %.*s", STR_ARG(name), STR_ARG(module),
		      STR_ARG(attribute));
	return 0;
}

/* pip -> pip3, pip3.13; easy_install -> easy_install-3.13. */
static void
add_versioned(struct seed_package *package, struct str major, struct str minor)
{
	size_t count = package->scripts.count;

	for (size_t i = 0; i < count; i++) {
		struct str rest = str_from(package->scripts.items[i]);
		cleanup_free char *tail = NULL;
		struct str name;

		(void)str_split(&rest, ' ', &name);
		tail = mem_strndup(rest.p, rest.n);
		if (str_eq_text(name, "pip")) {
			strvec_printf(&package->scripts, "pip%.*s %s", STR_ARG(major), tail);
			strvec_printf(&package->scripts, "pip%.*s %s", STR_ARG(minor), tail);
		} else if (str_eq_text(name, "easy_install")) {
			strvec_printf(&package->scripts, "easy_install-%.*s %s", STR_ARG(minor),
				      tail);
		}
	}
}

int
seed_package_scripts(struct seed_package *package, const struct dir *site,
		     const char *python_version, struct err *err)
{
	cleanup_free char *path = path_join(package->info, "entry_points.txt", NULL);
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct str version = str_from(python_version);
	struct str major = { version.p, str_find(version, '.') };
	struct str after = str_skip(version, major.n + 1);
	struct str minor = { version.p, major.n + 1 + str_find(after, '.') };
	bool in_scripts = false;
	struct str rest;
	struct str line;

	if (minor.n > version.n)
		minor.n = version.n;
	if (!fs_exists_at(site, path))
		return 0;
	if (fs_read_file(site, path, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		line = str_trim(line);
		if (line.n == 0 || *line.p == '#')
			continue;
		if (*line.p == '[')
			in_scripts = str_eq_text(line, "[console_scripts]");
		else if (in_scripts && add_entry(package, line, err) < 0)
			return -1;
	}
	add_versioned(package, major, minor);
	return 0;
}

/* The .pyc of NAME ("pip/a.py") if there is one: "pip/__pycache__/a.TAG.pyc".
 * Owned by the caller; NULL. */
static char *
compiled_name(const struct dir *site, const char *name, const char *tag)
{
	cleanup_free char *path = NULL;
	struct str base = path_base(name);
	struct str stem = { base.p, base.n - strlen(".py") };
	size_t folder = (size_t)(base.p - name);

	if (*tag)
		path = mem_printf("%.*s__pycache__/%.*s.%s.pyc", (int)folder, name, STR_ARG(stem),
				  tag);
	else
		path = mem_printf("%sc", name);
	return fs_exists_at(site, path) ? steal_ptr(&path) : NULL;
}

static int
write_record(const struct seed_package *package, const struct dir *site, struct strvec *lines,
	     struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
	cleanup_dirfd struct dir info = DIR_INIT;

	strvec_sort(lines);
	strvec_unique(lines);
	for (size_t i = 0; i < lines->count; i++)
		buf_printf(&text, "%s\n", lines->items[i]);
	if (buf_check(&text, "RECORD", err) < 0 ||
	    fs_open_dir_at(site, package->info, &info, err) < 0)
		return -1;
	return fs_replace_file(&info, "RECORD", buf_str(&text), 0644, err);
}

int
seed_package_record(const struct seed_package *package, const struct dir *site, const char *bin,
		    const char *tag, struct err *err)
{
	cleanup_free char *path = path_join(package->info, "RECORD", NULL);
	cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);
	cleanup_strvec struct strvec lines = { 0 };
	struct str rest;
	struct str line;

	if (fs_read_file(site, path, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		if (str_trim(line).n)
			strvec_add_str(&lines, str_trim(line));
	strvec_printf(&lines, "%s/%s", package->info, INSTALLER_LINE);
	strvec_printf(&lines, "%s/%s", package->info, REQUESTED_LINE);
	/* Scripts carry the environment's path, so their digest is not known here;
	 * the field may be empty. */
	for (size_t i = 0; i < package->scripts.count; i++) {
		const char *script = package->scripts.items[i];

		strvec_printf(&lines, "%s/%.*s,,", bin, (int)strcspn(script, " "), script);
	}
	for (size_t i = 0; i < package->files.count; i++) {
		const char *name = package->files.items[i];
		cleanup_free char *compiled = NULL;

		if (str_ends(str_from(name), STR_LIT(".py")))
			compiled = compiled_name(site, name, tag);
		if (compiled)
			strvec_printf(&lines, "%s,,", compiled);
	}
	return write_record(package, site, &lines, err);
}
