/* SPDX-License-Identifier: MIT */
/* What a CPython source tree tells before it is built. */
#include <config.h>

#include "supply/source_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"

/* Largest file that is looked through: 3.13's configure has 0.95 MB. */
#define SOURCE_FILE_MAX ((size_t)16 * 1024 * 1024)
/* Folders inside folders that are counted: Lib has 7. */
#define SOURCE_DEPTH_MAX 32

static bool
read_source(const struct dir *source, const char *name, struct buf *ret)
{
	cleanup_err struct err ignored = { 0 };

	return fs_read_file(source, name, ret, &ignored) == 0;
}

bool
source_mentions(const struct dir *source, const char *name, const char *text)
{
	cleanup_buf struct buf content = BUF_INIT(SOURCE_FILE_MAX);

	return read_source(source, name, &content) && strstr(buf_text(&content), text);
}

/* The number that "#define NAME NUMBER" says in TEXT. */
static bool
find_number(struct str text, const char *name, unsigned *ret)
{
	struct str line;
	struct str word;
	uint64_t number;

	while (str_line(&text, &line)) {
		if (!str_word(&line, &word) || !str_eq_text(word, "#define") ||
		    !str_word(&line, &word) || !str_eq_text(word, name) || !str_word(&line, &word))
			continue;
		if (!str_u64(word, 0, UINT_MAX, &number))
			return false;
		*ret = (unsigned)number;
		return true;
	}
	return false;
}

bool
source_series(const struct dir *source, unsigned *ret_major, unsigned *ret_minor)
{
	cleanup_buf struct buf content = BUF_INIT(SOURCE_FILE_MAX);

	return read_source(source, "Include/patchlevel.h", &content) &&
	       find_number(buf_str(&content), "PY_MAJOR_VERSION", ret_major) &&
	       find_number(buf_str(&content), "PY_MINOR_VERSION", ret_minor);
}

static uint64_t
count_text(const char *in, const char *text)
{
	uint64_t count = 0;

	for (const char *p = in; (p = strstr(p, text)); p += strlen(text))
		count++;
	return count;
}

uint64_t
source_count_checks(const struct dir *source)
{
	cleanup_buf struct buf content = BUF_INIT(SOURCE_FILE_MAX);

	if (!read_source(source, "configure", &content))
		return 0;
	/* Each check is written twice, to the log and to the terminal; those for
	 * functions, headers and types are calls of one text. */
	return count_text(buf_text(&content), "checking ") / 2 +
	       count_text(buf_text(&content), "\nac_fn_c_check_");
}

/* Files below the folder FD (taken), and *.py files twice. */
static uint64_t
count_files(int fd, unsigned depth)
{
	cleanup_fd int own = fd;
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(own);
	struct dirent *entry;
	uint64_t count = 0;

	if (!dir)
		return 0;
	(void)steal_fd(&own);
	if (depth > SOURCE_DEPTH_MAX)
		return 0;
	while ((entry = readdir(dir))) {
		struct str name = str_from(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (entry->d_type == DT_DIR)
			count +=
				count_files(openat(fd, entry->d_name,
						   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
					    depth + 1);
		else
			count += str_ends(name, STR_LIT(".py")) ? 2 : 1;
	}
	return count;
}

uint64_t
source_count_files(const struct dir *source)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

	return count_files(openat(source->fd, "Lib", flags), 0) +
	       count_files(openat(source->fd, "Include", flags), 0);
}
