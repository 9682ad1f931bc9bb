/* SPDX-License-Identifier: MIT */
/* Landlock: which files a process, and what it starts, can reach. */
#include <config.h>

#include "os/landlock.h"

#include <errno.h>
#include <fcntl.h>

#ifdef __linux__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Landlock's interface, of which older headers know less than newer kernels: see
 * linux/landlock.h, whose numbers never change. */
#define SYS_LANDLOCK_CREATE_RULESET 444
#define SYS_LANDLOCK_ADD_RULE 445
#define SYS_LANDLOCK_RESTRICT_SELF 446
#define LANDLOCK_VERSION 1U
#define RULE_PATH_BENEATH 1

enum access {
	ACCESS_EXECUTE = 1 << 0,
	ACCESS_WRITE_FILE = 1 << 1,
	ACCESS_READ_FILE = 1 << 2,
	ACCESS_READ_DIR = 1 << 3,
	ACCESS_MAKE_DIR = 1 << 7,
	ACCESS_MAKE_REG = 1 << 8,
	ACCESS_MAKE_SYM = 1 << 12,
	ACCESS_REFER = 1 << 13,	   /* from version 2 on */
	ACCESS_TRUNCATE = 1 << 14, /* 3 */
};
/* Those that a rule for a file, not a folder, may have (and that are given up). */
#define ACCESS_OF_FILES (ACCESS_WRITE_FILE | ACCESS_TRUNCATE)
/* All that version 1 knows, and what each later one added. */
#define ACCESS_ALL_1 0x1fffU
#define ACCESS_IOCTL_DEV 0x8000U /* 5 */
#define ACCESS_NET 3U		 /* 4: bind, connect */
#define SCOPE_ALL 3U		 /* 6: abstract sockets, signals */

struct ruleset {
	uint64_t files;
	uint64_t net;	/* 4 */
	uint64_t scope; /* 6 */
};

struct path_beneath {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

static size_t
ruleset_for(int version, struct ruleset *ret)
{
	*ret = (struct ruleset){ .files = ACCESS_ALL_1 };
	if (version >= 2)
		ret->files |= ACCESS_REFER;
	if (version >= 3)
		ret->files |= ACCESS_TRUNCATE;
	if (version >= 5)
		ret->files |= ACCESS_IOCTL_DEV;
	if (version < 4)
		return offsetof(struct ruleset, net);
	ret->net = ACCESS_NET;
	if (version < 6)
		return offsetof(struct ruleset, scope);
	ret->scope = SCOPE_ALL;
	return sizeof(*ret);
}

/* Give up what RULES handle, but for what each of the COUNT exceptions allows. */
static int
enter(const struct ruleset *rules, size_t size, const struct path_beneath *exceptions, size_t count)
{
	long fd = syscall(SYS_LANDLOCK_CREATE_RULESET, rules, size, 0U);
	bool ok = fd >= 0;

	for (size_t i = 0; i < count && ok; i++)
		ok = syscall(SYS_LANDLOCK_ADD_RULE, (int)fd, RULE_PATH_BENEATH, &exceptions[i],
			     0U) == 0;
	ok = ok && syscall(SYS_LANDLOCK_RESTRICT_SELF, (int)fd, 0U) == 0;
	if (fd >= 0)
		close((int)fd);
	return ok ? 0 : -1;
}

static int
interface_version(void)
{
	return (int)syscall(SYS_LANDLOCK_CREATE_RULESET, NULL, (size_t)0, LANDLOCK_VERSION);
}

int
landlock_enter(int folder)
{
	int version = interface_version();
	struct path_beneath below = { .allowed = ACCESS_WRITE_FILE | ACCESS_READ_FILE |
						 ACCESS_READ_DIR | ACCESS_MAKE_DIR |
						 ACCESS_MAKE_REG | ACCESS_MAKE_SYM,
				      .folder = folder };
	struct ruleset rules;
	size_t size;

	if (version < 1)
		return -1;
	size = ruleset_for(version, &rules);
	below.allowed |= rules.files & (ACCESS_REFER | ACCESS_TRUNCATE);
	return enter(&rules, size, &below, 1) < 0 ? -1 : version;
}

int
landlock_enter_reader(int folder)
{
	int version = interface_version();
	struct path_beneath exceptions[2] = { { .folder = folder } };
	struct ruleset rules;
	size_t size;
	int null;
	int result;

	if (version < 1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	size = ruleset_for(version, &rules);
	rules.files &= ~(uint64_t)(ACCESS_EXECUTE | ACCESS_READ_FILE | ACCESS_READ_DIR);
	exceptions[0].allowed = rules.files;
	/* Some programs open it for what they want to say to nobody. */
	null = open("/dev/null", O_PATH | O_CLOEXEC);
	exceptions[1] =
		(struct path_beneath){ .allowed = rules.files & ACCESS_OF_FILES, .folder = null };
	result = enter(&rules, size, exceptions, null >= 0 ? 2 : 1);
	if (null >= 0)
		close(null);
	return result < 0 ? -1 : version;
}

#else

int
landlock_enter(int folder)
{
	(void)folder;
	errno = ENOSYS;
	return -1;
}

int
landlock_enter_reader(int folder)
{
	(void)folder;
	errno = ENOSYS;
	return -1;
}

#endif
