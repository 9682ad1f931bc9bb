/* SPDX-License-Identifier: MIT */
/* Environments that other programs made in one place, given another. */
#include <config.h>

#include "venv/readdress.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "venv/cfg.h"

/* 1 MiB: scripts have some KiB; programs that are no text may be larger. */
#define TEXT_MAX ((size_t)1024 * 1024)

/* TEXT with FROM replaced by TO, in RET; false when there is none in it. A longer name
 * that begins like FROM is another one. */
static bool
replace(const char *text, const char *from, const char *to, struct buf *ret)
{
	size_t n = strlen(from);
	bool any = false;

	for (const char *at; (at = strstr(text, from)) != NULL; text = at + n) {
		char next = at[n];
		bool is_other =
			str_is_alpha(next) || str_is_digit(next) || (next && strchr("-_.", next));

		buf_add(ret, text, (size_t)(at - text));
		buf_add_text(ret, is_other ? from : to);
		any = any || !is_other;
	}
	buf_add_text(ret, text);
	return any;
}

static int
readdress_file(const struct dir *dir, const char *name, const char *from, const char *to,
	       struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(TEXT_MAX);
	cleanup_buf struct buf changed = BUF_INIT(2 * TEXT_MAX);
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size > TEXT_MAX)
		return 0;
	if (fs_read_file(dir, name, &text, err) < 0)
		return -1;
	if (strlen(buf_text(&text)) != text.len || !replace(buf_text(&text), from, to, &changed))
		return 0;
	if (buf_check(&changed, name, err) < 0)
		return -1;
	return fs_replace_file(dir, name, buf_str(&changed), st.st_mode & 0777, err);
}

int
readdress(const struct dir *tree, const char *from, const char *to, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (readdress_file(tree, CFG_NAME, from, to, err) < 0 ||
	    fs_open_dir_at(tree, "bin", &bin, err) < 0 || fs_list(&bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (readdress_file(&bin, names.items[i], from, to, err) < 0)
			return -1;
	return 0;
}
