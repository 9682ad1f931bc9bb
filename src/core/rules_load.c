/* SPDX-License-Identifier: MIT */
/* The policy files: where they are, and who may have written them. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/shell.h"
#include "core/rules_internal.h"
#include "os/fd.h"

/* Write permission of its group and of others. */
#define WRITE_GROUP_OTHERS ((mode_t)(S_IWGRP | S_IWOTH))

/* Who may have written it: OWNER or root, and nobody with one of the bits NOT. */
struct writers {
	uid_t owner;
	mode_t not ;
};

static int
check_writers(const char *path, const struct stat *st, const struct writers *by, struct err *err)
{
	cleanup_free char *word = shell_word(path);

	if (st->st_uid != by->owner && st->st_uid != 0) {
		(void)err_set(err, ERR_RULE, "%s is not believed: it belongs to user %lu", path,
			      (unsigned long)st->st_uid);
		return err_detail(err, "to fix", "chown %lu %s", (unsigned long)by->owner, word);
	}
	if (!(st->st_mode & by->not ))
		return 0;
	(void)err_set(err, ERR_RULE, "%s is not believed: others than its owner may write it",
		      path);
	return err_detail(err, "to fix", "chmod go-w %s", word);
}

static int
unreadable(const char *path, const char *why, struct err *err)
{
	(void)err_set(err, ERR_RULE, "cannot read the rules of %s: %s", path, why);
	return err_detail(err, "to fix", "a file of lines that can be read, or none");
}

/* The folder's owner could put another file in the place of one that is not his. */
static int
check_folder(const char *path, const struct writers *by, struct err *err)
{
	struct str folder = path_dir(path);
	cleanup_free char *name = mem_strndup(folder.p, folder.n);
	struct stat st;

	if (stat(name, &st) < 0)
		return unreadable(path, err_errno_text(errno), err);
	return check_writers(name, &st, by, err);
}

static int
load(struct rules *rules, const char *path, const struct writers *by, struct err *err)
{
	/* O_NONBLOCK: opening a FIFO or a device must not hang us. */
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	cleanup_buf struct buf text = BUF_INIT(RULES_FILE_MAX + 1);
	struct stat st;
	char *room;
	ssize_t n;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return unreadable(path, err_errno_text(errno), err);
	if (!S_ISREG(st.st_mode))
		return unreadable(path, "it is no file", err);
	if (check_writers(path, &st, by, err) < 0 || check_folder(path, by, err) < 0)
		return -1;
	room = buf_room(&text, RULES_FILE_MAX + 1);
	n = fd_read_full(fd, room, RULES_FILE_MAX + 1);
	if (n < 0)
		return unreadable(path, err_errno_text(errno), err);
	if ((size_t)n > RULES_FILE_MAX)
		return unreadable(path, "it is larger than 64 KiB", err);
	buf_use(&text, (size_t)n);
	return rules_add(rules, path, buf_str(&text), err);
}

int
rules_load(const char *user, struct rules **ret, struct err *err)
{
	const struct writers root = { .owner = 0, .not = WRITE_GROUP_OTHERS };
	const struct writers users = { .owner = geteuid(), .not = S_IWOTH };

	*ret = rules_new();
	if (load(*ret, RULES_SYSTEM_FILE, &root, err) < 0)
		return -1;
	return user ? load(*ret, user, &users, err) : 0;
}
