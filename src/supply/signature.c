/* SPDX-License-Identifier: MIT */
/* Signatures of artifacts: whose they must be, where they are kept, whether they hold. */
#include <config.h>

#include "supply/signature.h"

#include "base/path.h"
#include "os/fs.h"

int
signature_read_file(const char *path, struct buf *ret, struct err *err)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	struct str parent = path_dir(path);
	cleanup_free char *parent_text = mem_strndup(parent.p, parent.n);
	cleanup_free char *name = mem_strdup(path_base(path).p);

	if (fs_open_dir(parent_text, &folder, err) < 0)
		return -1;
	return fs_read_file(&folder, name, ret, err);
}

int
signature_root_read(const char *path, struct trust_root **ret, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(TRUST_ROOT_MAX);

	if (signature_read_file(path, &text, err) < 0)
		return -1;
	return trust_root_parse(buf_str(&text), path, ret, err);
}

int
signature_root_shipped(const struct layout *layout, struct trust_root **ret, struct err *err)
{
	cleanup_free char *path = path_join(layout->share, "trust", "sigstore.tsv", NULL);

	return signature_root_read(path, ret, err);
}
