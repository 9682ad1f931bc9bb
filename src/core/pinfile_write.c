/* SPDX-License-Identifier: MIT */
/* Writing pin files. */
#include <config.h>

#include "core/pinfile.h"

int
pinfile_write(const struct dir *dir, const char *name, char *const *words, size_t count,
	      struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(PIN_FILE_MAX);

	if (count > PIN_WORDS_MAX)
		return err_set(err, ERR_USAGE, "%s cannot hold more than %d versions", name,
			       PIN_WORDS_MAX);
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s\n", words[i]);
	if (buf_check(&text, name, err) < 0)
		return -1;
	return fs_update_file(dir, name, buf_str(&text), 0644, 0777, err);
}
