/* SPDX-License-Identifier: MIT */
/* What upstream does for a series of CPython, and until when. */
#include <config.h>

#include "supply/catalog_series.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "supply/catalog_internal.h"

#define SERIES_FILE "series.txt"
#define SERIES_HEADER "# pyvern series 1"
/* A line a series, of which there is one a year. */
#define SERIES_FILE_MAX ((size_t)64 * 1024)

/* "2024-10-07" into RET; anything else leaves it empty. */
static void
take_date(struct str text, char ret[static sizeof("YYYY-MM-DD")])
{
	static const char shape[] = "0000-00-00";

	ret[0] = '\0';
	if (text.n != strlen(shape))
		return;
	for (size_t i = 0; i < text.n; i++)
		if (shape[i] == '-' ? text.p[i] != '-' : !str_is_digit(text.p[i]))
			return;
	memcpy(ret, text.p, text.n);
	ret[text.n] = '\0';
}

/* Is TEXT such a file? Its first line is cut off. */
static bool
begin(struct str *text)
{
	struct str line;

	return str_line(text, &line) && str_eq_text(line, SERIES_HEADER);
}

/* The next series of *TEXT; false at the end. */
static bool
next(struct str *text, struct str *ret_name, struct catalog_series *ret)
{
	struct str line;
	struct str dates[3] = { { NULL, 0 } };

	do {
		if (!str_line(text, &line))
			return false;
	} while (!str_split(&line, '\t', ret_name) || ret_name->n == 0 ||
		 !str_is_digit(ret_name->p[0]));
	for (size_t i = 0; i < 3; i++)
		(void)str_split(&line, '\t', &dates[i]);
	take_date(dates[0], ret->released);
	take_date(dates[1], ret->bugfixes);
	take_date(dates[2], ret->security);
	return true;
}

static bool
find_series(struct str text, const char *series, struct catalog_series *ret)
{
	struct str name;

	if (!begin(&text))
		return false;
	while (next(&text, &name, ret))
		if (str_eq_text(name, series))
			return true;
	return false;
}

bool
catalog_series_find(const struct catalog *catalog, const char *series, struct catalog_series *ret)
{
	/* The root's own file, if there is one, comes first. */
	for (size_t i = 0; i < catalog->folders.count; i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_buf struct buf text = BUF_INIT(SERIES_FILE_MAX);
		cleanup_err struct err ignored = { 0 };

		if (fs_open_dir(catalog->folders.items[i], &dir, &ignored) == 0 &&
		    fs_read_file(&dir, SERIES_FILE, &text, &ignored) == 0 &&
		    find_series(buf_str(&text), series, ret))
			return true;
	}
	return false;
}

/* The end of the series MAJOR.MINOR in RET; NULL: it has none. */
static struct catalog_end *
find_end(const struct catalog_ends *ends, unsigned major, unsigned minor)
{
	for (size_t i = 0; i < ends->count; i++)
		if (ends->items[i].major == major && ends->items[i].minor == minor)
			return &ends->items[i];
	return NULL;
}

static void
add_end(struct catalog_ends *to, struct str name, const char *date)
{
	struct version v;
	struct catalog_end *known;

	if (!*date || !version_parse(name, &v) || v.language_parts != 2 ||
	    !str_eq_text(v.family, "cpython"))
		return;
	known = find_end(to, v.language[0], v.language[1]);
	if (!known) {
		to->items = vec_grow(to->items, to->count, sizeof(*to->items));
		known = &to->items[to->count++];
		*known = (struct catalog_end){ .major = v.language[0], .minor = v.language[1] };
	}
	if (!*known->date || strcmp(date, known->date) < 0)
		memcpy(known->date, date, sizeof(known->date));
}

static int
read_ends(const char *above, struct catalog_ends *ret, struct err *err)
{
	cleanup_free char *folder = path_join(above, LAYOUT_CATALOG, NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf buf = BUF_INIT(SERIES_FILE_MAX);
	struct catalog_series series;
	struct str text;
	struct str name;

	if (fs_open_dir(folder, &dir, err) < 0 || fs_read_file(&dir, SERIES_FILE, &buf, err) < 0)
		return -1;
	text = buf_str(&buf);
	if (!begin(&text))
		return err_set(err, ERR_CHECK, "%s/%s is no list of series", folder, SERIES_FILE);
	while (next(&text, &name, &series))
		add_end(ret, name, series.security);
	return 0;
}

int
catalog_ends_read(const struct layout *layout, struct catalog_ends *ret, struct err *err)
{
	cleanup_err struct err none = { 0 };
	cleanup_err struct err why = { 0 };

	if (read_ends(layout->share, ret, &why) < 0)
		return err_set(err, ERR_CHECK, "no series' end of life is known: %s", why.message);
	if (ret->count == 0)
		return err_set(err, ERR_CHECK, "no series' end of life is known: %s has none",
			       SERIES_FILE);
	(void)!read_ends(layout->root, ret, &none);
	return 0;
}

void
catalog_ends_reset(struct catalog_ends *ends)
{
	free(ends->items);
	*ends = (struct catalog_ends){ 0 };
}

const char *
catalog_ends_find(const struct catalog_ends *ends, const struct version *v)
{
	const struct catalog_end *end;

	if (!str_eq_text(v->family, "cpython") || v->language_parts < 2)
		return NULL;
	end = find_end(ends, v->language[0], v->language[1]);
	if (end)
		return end->date;
	for (size_t i = 0; i < ends->count; i++)
		if (ends->items[i].major < v->language[0] ||
		    (ends->items[i].major == v->language[0] &&
		     ends->items[i].minor < v->language[1]))
			return NULL;
	return "";
}
