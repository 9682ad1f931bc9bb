/* SPDX-License-Identifier: MIT */
/* Who may change a Python that is somewhere else. */
#include <config.h>

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "core/adopt_internal.h"

/* 16 KiB: what getpwuid_r needs for the longest lines that systems allow. */
#define PASSWD_MAX ((size_t)16 * 1024)

static char *
name_of(uid_t uid)
{
	cleanup_free char *text = mem_zalloc(PASSWD_MAX);
	struct passwd entry;
	struct passwd *found = NULL;

	if (getpwuid_r(uid, &entry, text, PASSWD_MAX, &found) == 0 && found)
		return mem_strdup(found->pw_name);
	return mem_printf("user %lu", (unsigned long)uid);
}

/* What is wrong with PATH itself. A group is the administrator's choice, as in Debian's
 * /usr/local; everybody is nobody's choice, but for a sticky folder, in which nobody can
 * take away what is another's. */
static char *
judge(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	if ((st.st_mode & S_IWOTH) && !(S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX)))
		return mem_printf("everybody may write to %s", path);
	if (st.st_uid != 0 && st.st_uid != geteuid()) {
		cleanup_free char *owner = name_of(st.st_uid);

		return mem_printf("%s belongs to %s", path, owner);
	}
	return NULL;
}

/* PATH and all folders above it. */
static char *
judge_way(const char *path)
{
	cleanup_free char *real = realpath(path, NULL);

	if (!real)
		return NULL;
	for (;;) {
		char *why = judge(real);
		char *slash;

		if (why)
			return why;
		slash = strrchr(real, '/');
		if (!slash || !slash[1])
			return NULL;
		/* "/a" -> "/", which is looked at, too. */
		slash[slash == real] = '\0';
	}
}

char *
adopt_who_may_change(const char *prefix, const char *program, const char *stdlib)
{
	cleanup_free char *bin = path_join(prefix, "bin", NULL);
	const char *const ways[] = { program, bin, stdlib };

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		char *why = ways[i] ? judge_way(ways[i]) : NULL;

		if (why)
			return why;
	}
	return NULL;
}
