/* SPDX-License-Identifier: MIT */
/* The place that a Python was made for, as its files say. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "supply/relocate_internal.h"
#include "supply/relocate_literals.h"

/* What is looked for, and found. */
struct search {
	const char *except;
	char *found;
};

static void
take(struct search *s, struct str value)
{
	while (value.n > 1 && value.p[value.n - 1] == '/')
		value.n--;
	if (s->found || value.n < 2 || value.p[0] != '/' ||
	    (s->except && str_eq_text(value, s->except)))
		return;
	s->found = mem_strndup(value.p, value.n);
}

static bool
look_at_value(void *ctx, struct str key, struct str value, struct buf *out)
{
	(void)out;
	if (str_eq_text(key, "prefix"))
		take(ctx, value);
	return false;
}

static void
look_at_data(struct search *s, const struct dir *dir, const char *name)
{
	cleanup_buf struct buf text = BUF_INIT(RELOCATE_TEXT_MAX);
	cleanup_buf struct buf same = BUF_INIT(RELOCATE_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };

	if (fs_read_file(dir, name, &text, &ignored) == 0)
		(void)literals_rewrite(buf_str(&text), LITERALS_PYTHON, look_at_value, s, &same);
}

/* `prefix= /install`, in the Makefile of the folder NAME (config-3.13-...). */
static void
look_at_makefile(struct search *s, const struct dir *dir, const char *name)
{
	cleanup_free char *path = path_join(name, "Makefile", NULL);
	cleanup_buf struct buf text = BUF_INIT(RELOCATE_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };
	struct str rest;
	struct str line;

	if (fs_read_file(dir, path, &text, &ignored) < 0)
		return;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		if (str_starts(line, STR_LIT("prefix=")))
			take(s, str_trim(str_skip(line, strlen("prefix="))));
}

static void
look_at_library(struct search *s, const struct dir *lib, const char *name)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir_at(lib, name, &dir, &ignored) < 0 || fs_list(&dir, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (str_starts(str_from(names.items[i]), STR_LIT("_sysconfigdata")))
			look_at_data(s, &dir, names.items[i]);
	for (size_t i = 0; i < names.count; i++)
		if (str_starts(str_from(names.items[i]), STR_LIT("config")))
			look_at_makefile(s, &dir, names.items[i]);
}

char *
relocate_recorded(const struct dir *tree, const char *except)
{
	struct search s = { .except = except };
	cleanup_dirfd struct dir lib = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir_at(tree, "lib", &lib, &ignored) < 0 ||
	    fs_list_starting(&lib, "python", &names, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < names.count && !s.found; i++)
		look_at_library(&s, &lib, names.items[i]);
	return s.found;
}
