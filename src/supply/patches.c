/* SPDX-License-Identifier: MIT */
/* What old sources need today, as patches that come with us. */
#include <config.h>

#include "supply/patches.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "os/fs.h"

#define PATCHES_LIST "patches.tsv"

/* Add the patch NAME to the text. */
static int
add_patch(const struct dir *dir, struct str name, struct buf *text, struct strvec *names,
	  struct err *err)
{
	cleanup_buf struct buf one = BUF_INIT(PATCHES_MAX);
	cleanup_free char *file = mem_strndup(name.p, name.n);

	if (fs_read_file(dir, file, &one, err) < 0)
		return -1;
	buf_add_str(text, buf_str(&one));
	strvec_add(names, file);
	return 0;
}

int
patches_find(const struct layout *layout, const char *version, char **ret_text, char **ret_names,
	     struct err *err)
{
	cleanup_free char *path = path_join(layout->share, "patches", NULL);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_buf struct buf list = BUF_INIT(PATCHES_MAX);
	cleanup_buf struct buf text = BUF_INIT(PATCHES_MAX);
	cleanup_strvec struct strvec names = { 0 };
	struct str rest;
	struct str line;
	struct str name;

	*ret_text = *ret_names = NULL;
	if (fs_open_dir(path, &dir, err) < 0 || fs_read_file(&dir, PATCHES_LIST, &list, err) < 0)
		return err_wrap(err, "cannot look for patches");
	rest = buf_str(&list);
	while (str_line(&rest, &line))
		if (str_split(&line, '\t', &name) && str_eq_text(name, version) && line.n &&
		    add_patch(&dir, line, &text, &names, err) < 0)
			return -1;
	if (names.count == 0)
		return 0;
	if (buf_check(&text, "the patches", err) < 0)
		return -1;
	*ret_text = buf_take(&text);
	*ret_names = strvec_join(&names, ", ");
	return 0;
}
