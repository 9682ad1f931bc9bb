/* SPDX-License-Identifier: MIT */
/* Signatures of artifacts: whose they must be, where they are kept, whether they hold. */
#include <config.h>

#include "supply/signature.h"

#include "base/path.h"
#include "os/fs.h"
#include "trust/root.h"

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

/* "3.13" of "3.13.5" and of "3.14.0rc2". */
static struct str
series_of(const char *version)
{
	struct str text = str_from(version);
	size_t major = str_find(text, '.');
	size_t n = major + 1;

	while (n < text.n && str_is_digit(text.p[n]))
		n++;
	return (struct str){ text.p, n < text.n ? n : text.n };
}

int
signature_signer(const struct layout *layout, const char *version, struct signer *ret,
		 struct err *err)
{
	cleanup_free char *path = path_join(layout->share, "trust", "cpython.tsv", NULL);
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	struct str series = series_of(version);
	struct str rest;
	struct str line;

	if (signature_read_file(path, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line)) {
		struct str name;
		struct str identity;

		if (!str_split(&line, '\t', &name) || !str_eq(name, series) ||
		    !str_split(&line, '\t', &identity) || line.n == 0)
			continue;
		ret->identity = mem_strndup(identity.p, identity.n);
		ret->issuer = mem_strndup(line.p, line.n);
		return 0;
	}
	return err_set(err, ERR_CHECK, "nobody is known to sign CPython %.*s", STR_ARG(series));
}

void
signer_reset(struct signer *signer)
{
	free(signer->identity);
	free(signer->issuer);
	*signer = (struct signer){ 0 };
}
