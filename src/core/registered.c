/* SPDX-License-Identifier: MIT */
/* Reading records of environments; allocates nothing. */
#include <config.h>

#include "core/registered.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "os/fd.h"

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* A FIFO or a device of that name must not stop us. */
#define RECORD_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW)

static const char *const how_names[] = {
	[REGISTERED_MADE] = "made",
	[REGISTERED_TRUSTED] = "trusted",
	[REGISTERED_FORCED] = "forced",
	[REGISTERED_FOUND] = "found",
};

#define HOW_COUNT (sizeof(how_names) / sizeof(*how_names))

void
registered_key(struct str text, char *ret_key)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash = FNV_BASIS;

	for (size_t i = 0; i < text.n; i++) {
		hash ^= (unsigned char)text.p[i];
		hash *= FNV_PRIME;
	}
	for (size_t i = 0; i < REGISTERED_KEY_SIZE - 1; i++)
		ret_key[i] = digits[hash >> (60 - 4 * i) & 15];
	ret_key[REGISTERED_KEY_SIZE - 1] = '\0';
}

/* Add TEXT at *AT of the PATH_TEXT_MAX bytes at PATH. */
static bool
add(char *path, size_t *at, const char *text)
{
	size_t n = strlen(text);

	if (n >= PATH_TEXT_MAX - *at)
		return false;
	memcpy(path + *at, text, n + 1);
	*at += n;
	return true;
}

bool
registered_folder(const char *state_home, const char *home, const char *root, char *ret_path)
{
	bool has_state = state_home && state_home[0] == '/';
	char key[REGISTERED_KEY_SIZE];
	size_t n = 0;

	if (!has_state && (!home || home[0] != '/'))
		return false;
	registered_key(str_from(root), key);
	return add(ret_path, &n, has_state ? state_home : home) &&
	       (has_state || add(ret_path, &n, "/.local/state")) && add(ret_path, &n, "/pyvern/") &&
	       add(ret_path, &n, key);
}

const char *
registered_how_name(enum registered_how how)
{
	return how_names[how];
}

void
registered_real_path(int fd, const char *path, char *ret_path)
{
	size_t n = str_from(path).n;
#ifdef __linux__
	char link[sizeof("/proc/self/fd/") + 20] = "/proc/self/fd/";
	ssize_t got;

	*str_put_u64(link + strlen(link), (uint64_t)fd) = '\0';
	got = readlink(link, ret_path, PATH_TEXT_MAX - 1);
	/* A folder that was removed has a text that is no path behind it. */
	if (got > 0 && ret_path[0] == '/') {
		ret_path[got] = '\0';
		return;
	}
#elif defined(F_GETPATH)
	_Static_assert(PATH_TEXT_MAX >= 1024, "fcntl(2): MAXPATHLEN bytes");
	if (fcntl(fd, F_GETPATH, ret_path) == 0)
		return;
#endif
	if (n >= PATH_TEXT_MAX)
		n = 0;
	memcpy(ret_path, path, n);
	ret_path[n] = '\0';
}

static bool
is_plain(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 32 || text.p[i] == 127)
			return false;
	return true;
}

static bool
is_id(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!str_is_digit(text.p[i]) && !(text.p[i] >= 'a' && text.p[i] <= 'f'))
			return false;
	return text.n == REGISTERED_ID_LENGTH;
}

static bool
take_how(struct str value, enum registered_how *ret)
{
	for (size_t i = 0; i < HOW_COUNT; i++) {
		if (!str_eq_text(value, how_names[i]))
			continue;
		*ret = (enum registered_how)i;
		return true;
	}
	return false;
}

/* The lines of a record, in their order; all have to be there. */
enum line {
	LINE_PATH,
	LINE_DEVICE,
	LINE_INODE,
	LINE_ID,
	LINE_BASE,
	LINE_FOLLOWS,
	LINE_MADE,
	LINE_HOW,
	LINES
};

static const char *const line_names[LINES] = { "path", "device",  "inode", "id",
					       "base", "follows", "made",  "how" };

static bool
take(enum line line, struct str value, struct registered *ret)
{
	switch (line) {
	case LINE_PATH:
		ret->path = value;
		return value.n > 1 && value.n < PATH_TEXT_MAX && value.p[0] == '/';
	case LINE_DEVICE:
		return str_u64(value, 0, UINT64_MAX, &ret->device);
	case LINE_INODE:
		return str_u64(value, 0, UINT64_MAX, &ret->inode);
	case LINE_ID:
		ret->id = value;
		return value.n == 0 || is_id(value);
	case LINE_BASE:
		ret->base = value;
		return value.n < PATH_TEXT_MAX;
	case LINE_FOLLOWS:
		ret->follows = value;
		return value.n < PATH_TEXT_MAX;
	case LINE_MADE:
		/* What time_t can hold. */
		return str_u64(value, 0, INT64_MAX, &ret->made);
	case LINE_HOW:
		return take_how(value, &ret->how);
	case LINES:
		break;
	}
	return false;
}

bool
registered_parse(struct str text, struct registered *ret)
{
	struct registered record = { .how = REGISTERED_FOUND };
	struct str line;

	if (!str_line(&text, &line) || !str_eq_text(line, REGISTERED_FORMAT))
		return false;
	for (int i = 0; i < LINES; i++) {
		struct str name = str_from(line_names[i]);

		/* "path = " and then all of the line: a path may end with blanks. */
		if (!str_line(&text, &line) || !is_plain(line) || !str_starts(line, name))
			return false;
		line = str_skip(line, name.n);
		if (!str_starts(line, STR_LIT(" = ")) ||
		    !take((enum line)i, str_skip(line, strlen(" = ")), &record))
			return false;
	}
	/* Without an id it can only have been found. */
	if (text.n || (record.id.n == 0 && record.how != REGISTERED_FOUND))
		return false;
	*ret = record;
	return true;
}

struct str
registered_id_of(struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		size_t equals = str_find(line, '=');
		struct str key = str_trim((struct str){ line.p, equals });
		struct str value = str_trim(str_skip(line, equals + 1));

		if (str_eq_text(key, REGISTERED_ID_KEY))
			return is_id(value) ? value : STR_LIT("");
	}
	return STR_LIT("");
}

/* All of the small file at FD in TEXT (REGISTERED_MAX + 1 bytes). */
static bool
read_all(int fd, char *text, struct str *ret)
{
	ssize_t n = fd_read_full(fd, text, REGISTERED_MAX + 1);

	if (n < 0 || (size_t)n > REGISTERED_MAX)
		return false;
	*ret = (struct str){ text, (size_t)n };
	return true;
}

/* Only this user's word counts, and only where nobody else can say it for him. */
static bool
read_record(const char *file, char *text, struct registered *ret)
{
	struct stat st;
	struct str content;
	int fd = open(file, RECORD_FLAGS);
	bool read;

	if (fd < 0)
		return false;
	read = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH)) && read_all(fd, text, &content);
	close(fd);
	return read && registered_parse(content, ret);
}

static bool
is_own_folder(const struct stat *env)
{
	return (env->st_uid == geteuid() || env->st_uid == 0) && S_ISDIR(env->st_mode) &&
	       !(env->st_mode & S_IWOTH);
}

enum registered_state
registered_look(const char *folder, const char *path, const struct stat *env, int cfg_fd)
{
	char file[PATH_TEXT_MAX];
	char record_text[REGISTERED_MAX + 1];
	char cfg_text[REGISTERED_MAX + 1];
	char key[REGISTERED_KEY_SIZE];
	struct registered record;
	struct str cfg;
	size_t n = 0;

	registered_key(str_from(path), key);
	if (!add(file, &n, folder) || !add(file, &n, "/" REGISTERED_VENVS "/") ||
	    !add(file, &n, key) || !read_record(file, record_text, &record) ||
	    !str_eq_text(record.path, path) || record.how == REGISTERED_FOUND)
		return REGISTERED_NOT;
	if (record.how != REGISTERED_FORCED && !is_own_folder(env))
		return REGISTERED_DIFFERS;
	if (record.inode != (uint64_t)env->st_ino || !read_all(cfg_fd, cfg_text, &cfg) ||
	    !str_eq(record.id, registered_id_of(cfg)))
		return REGISTERED_DIFFERS;
	return REGISTERED_OURS;
}

void
registered_use(const char *folder, const char *path)
{
	char file[PATH_TEXT_MAX];
	char key[REGISTERED_KEY_SIZE];
	struct timespec now;
	struct stat st;
	size_t n = 0;

	registered_key(str_from(path), key);
	if (add(file, &n, folder) && add(file, &n, "/" REGISTERED_VENVS "/") &&
	    add(file, &n, key) && fstatat(AT_FDCWD, file, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    clock_gettime(CLOCK_REALTIME, &now) == 0 &&
	    now.tv_sec - st.st_mtime >= REGISTERED_USE_EVERY_S)
		(void)utimensat(AT_FDCWD, file, NULL, AT_SYMLINK_NOFOLLOW);
}

bool
registered_place(const char *folder, const char *key, char *ret_path)
{
	char file[PATH_TEXT_MAX];
	char text[REGISTERED_MAX + 1];
	struct registered record;
	struct stat st;
	size_t n = 0;
	bool is_ours;
	int fd;
	int cfg_fd;
	int sys;

	errno = 0;
	if (!add(file, &n, folder) || !add(file, &n, "/" REGISTERED_VENVS "/") ||
	    !add(file, &n, key) || !read_record(file, text, &record))
		return false;
	memcpy(ret_path, record.path.p, record.path.n);
	ret_path[record.path.n] = '\0';
	fd = open(ret_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	cfg_fd = openat(fd, "pyvenv.cfg", RECORD_FLAGS);
	sys = cfg_fd < 0 ? errno : 0;
	is_ours = cfg_fd >= 0 && fstat(fd, &st) == 0 &&
		  registered_look(folder, ret_path, &st, cfg_fd) == REGISTERED_OURS;
	if (cfg_fd >= 0)
		close(cfg_fd);
	close(fd);
	errno = sys;
	return is_ours;
}
