/* SPDX-License-Identifier: MIT */
/* What the catalogue knows and cannot install. */
#include <config.h>

#include <string.h>

#include "core/version.h"
#include "supply/catalog_internal.h"

/* The lines of the list in FOLDER; one that is missing or no such list has none. */
static void
read_lines(const char *folder, struct strvec *ret)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf text = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;

	if (fs_open_dir(folder, &dir, &ignored) < 0 ||
	    fs_read_file(&dir, CATALOG_REFUSED_FILE, &text, &ignored) < 0)
		return;
	rest = buf_str(&text);
	if (!str_line(&rest, &line) || !str_eq_text(line, CATALOG_REFUSED_HEADER))
		return;
	while (str_line(&rest, &line)) {
		size_t tab = str_find(line, '\t');

		if (tab < line.n && version_name_ok((struct str){ line.p, tab }))
			strvec_add_str(ret, line);
	}
}

void
catalog_refused_lines(const struct catalog *catalog, struct strvec *ret_lines)
{
	for (size_t i = 0; i < catalog->folders.count; i++)
		read_lines(catalog->folders.items[i], ret_lines);
	strvec_sort(ret_lines);
	strvec_unique(ret_lines);
}

char *
catalog_refused(const struct catalog *catalog, const char *name)
{
	cleanup_strvec struct strvec lines = { 0 };
	size_t n = strlen(name);

	catalog_refused_lines(catalog, &lines);
	for (size_t i = 0; i < lines.count; i++)
		if (strncmp(lines.items[i], name, n) == 0 && lines.items[i][n] == '\t')
			return mem_strdup(lines.items[i] + n + 1);
	return NULL;
}
