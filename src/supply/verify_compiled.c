/* SPDX-License-Identifier: MIT */
/* Does a compiled file say of its source what that is? */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "core/version.h"
#include "os/fd.h"
#include "supply/verify_internal.h"

/* Longest header (PEP 552), in bytes. */
#define HEADER_MAX 16
/* The two bits of a header's flags: its source is known by a hash, and Python looks at it. */
#define FLAG_HASH 1u
#define FLAG_CHECKED 2u

enum verify_header
verify_header_of(const char *version)
{
	struct version v;

	if (!version_parse(str_from(version), &v) || v.release_parts < 2 || v.release[0] > 3 ||
	    (v.release[0] == 3 && v.release[1] >= 7))
		return VERIFY_HEADER_FLAGS;
	return v.release[0] == 3 && v.release[1] >= 3 ? VERIFY_HEADER_TIME_SIZE
						      : VERIFY_HEADER_TIME;
}

/* The source of "a/__pycache__/b.cpython-312.opt-1.pyc": "a/b.py", as importlib's
 * source_from_cache() has it. Owned (free). */
static char *
source_of(const char *path)
{
	static const struct str folder = STR_LIT("__pycache__/");
	const char *cache = strstr(path, folder.p);
	struct str above = { path, (size_t)(cache - path) };
	struct str name = path_base(path);

	name.n = str_find(name, '.');
	return mem_printf("%.*s%.*s.py", STR_ARG(above), STR_ARG(name));
}

/* Little-endian, as all of it is. */
static uint32_t
number_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static bool
read_header(const struct dir *tree, const char *path, size_t size, unsigned char *ret_bytes)
{
	cleanup_fd int fd =
		openat(tree->fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && fd_read_full(fd, ret_bytes, size) == (ssize_t)size;
}

bool
verify_compiled(const struct dir *tree, const char *path, enum verify_header header, bool listed)
{
	static const size_t sizes[] = {
		[VERIFY_HEADER_TIME] = 8,
		[VERIFY_HEADER_TIME_SIZE] = 12,
		[VERIFY_HEADER_FLAGS] = HEADER_MAX,
	};
	/* Where the time of the source is; its size is behind it. */
	size_t at = header == VERIFY_HEADER_FLAGS ? 8 : 4;
	cleanup_free char *source = source_of(path);
	unsigned char bytes[HEADER_MAX] = { 0 };
	uint32_t flags;
	struct stat st;

	if (!read_header(tree, path, sizes[header], bytes))
		return false;
	flags = header == VERIFY_HEADER_FLAGS ? number_at(bytes + 4) : 0;
	if (flags & FLAG_HASH)
		return flags & FLAG_CHECKED;
	if (!listed || fstatat(tree->fd, source, &st, AT_SYMLINK_NOFOLLOW) < 0)
		/* Without a source beside it, it is not looked for. */
		return true;
	return number_at(bytes + at) == (uint32_t)st.st_mtime &&
	       (header == VERIFY_HEADER_TIME || number_at(bytes + at + 4) == (uint32_t)st.st_size);
}
