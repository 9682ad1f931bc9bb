/* SPDX-License-Identifier: MIT */
/* Which package manager this machine has, and how it is called. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/toolchain.h"
#include "os/fs.h"
#include "os/proc.h"

/* os-release has some hundred bytes. */
#define RELEASE_MAX ((size_t)64 * 1024)

static const struct {
	const char *program;
	const char *install;	      /* behind `sudo` where that is needed */
	enum package_manager manager; /* whose names its packages have */
	bool as_user;
} ways[] = {
	{ "apt", "apt install", PACKAGES_APT, false },
	{ "dnf", "dnf install", PACKAGES_DNF, false },
	{ "yum", "yum install", PACKAGES_DNF, false },
	{ "apk", "apk add", PACKAGES_APK, false },
	{ "pacman", "pacman -S", PACKAGES_PACMAN, false },
	{ "zypper", "zypper install", PACKAGES_ZYPPER, false },
	{ "brew", "brew install", PACKAGES_BREW, true },
	{ "pkg", "pkg install", PACKAGES_PKG, false },
};
#define WAYS (sizeof(ways) / sizeof(*ways))

/* Words of ID and ID_LIKE. Source: os-release(5), and what these distributions' have. */
static const struct {
	const char *id;
	enum package_manager manager;
} families[] = {
	{ "debian", PACKAGES_APT },	 { "ubuntu", PACKAGES_APT },  { "fedora", PACKAGES_DNF },
	{ "rhel", PACKAGES_DNF },	 { "centos", PACKAGES_DNF },  { "amzn", PACKAGES_DNF },
	{ "alpine", PACKAGES_APK },	 { "arch", PACKAGES_PACMAN }, { "suse", PACKAGES_ZYPPER },
	{ "opensuse", PACKAGES_ZYPPER }, { "freebsd", PACKAGES_PKG },
};

static bool
is_on(const char *path, const char *program)
{
	cleanup_free char *found = path ? proc_find(program, path, NULL) : NULL;

	return found != NULL;
}

static bool
has_manager(const char *path, enum package_manager manager)
{
	for (size_t i = 0; i < WAYS; i++)
		if (ways[i].manager == manager && is_on(path, ways[i].program))
			return true;
	return false;
}

/* The manager of the first family that VALUE, one line's words, names. */
static enum package_manager
manager_of(struct str value, const char *path)
{
	struct str word;

	if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') &&
	    value.p[value.n - 1] == value.p[0])
		value = (struct str){ value.p + 1, value.n - 2 };
	while (str_word(&value, &word))
		for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
			if (str_eq_text(word, families[i].id) &&
			    has_manager(path, families[i].manager))
				return families[i].manager;
	return PACKAGE_MANAGERS;
}

enum package_manager
toolchain_packages_of(struct str text, const char *path)
{
	static const struct str keys[] = { STR_LIT("ID="), STR_LIT("ID_LIKE=") };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct str rest = text;
		struct str line;

		while (str_line(&rest, &line)) {
			enum package_manager manager =
				str_starts(line, keys[i])
					? manager_of(str_skip(line, keys[i].n), path)
					: PACKAGE_MANAGERS;

			if (manager != PACKAGE_MANAGERS)
				return manager;
		}
	}
	for (size_t i = 0; i < WAYS; i++)
		if (is_on(path, ways[i].program))
			return ways[i].manager;
	return PACKAGE_MANAGERS;
}

enum package_manager
toolchain_packages(void)
{
	static const char *const folders[] = { "/etc", "/usr/lib" };
	cleanup_buf struct buf text = BUF_INIT(RELEASE_MAX);

	/* The first is often a link to the second, and is not followed. */
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		cleanup_dirfd struct dir dir = DIR_INIT;
		cleanup_err struct err ignored = { 0 };

		if (fs_open_dir(folders[i], &dir, &ignored) == 0 &&
		    fs_read_file(&dir, "os-release", &text, &ignored) == 0)
			break;
	}
	return toolchain_packages_of(buf_str(&text), getenv("PATH"));
}

/* How MANAGER installs here; yum where there is no dnf. */
static size_t
way_of(enum package_manager manager)
{
	const char *path = getenv("PATH");
	size_t first = WAYS;

	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i].manager != manager)
			continue;
		if (is_on(path, ways[i].program))
			return i;
		if (first == WAYS)
			first = i;
	}
	return first;
}

char *
toolchain_fix(enum package_manager manager, const struct toolchain_part *const *parts, size_t count)
{
	cleanup_buf struct buf fix = BUF_INIT(BUF_TEXT_MAX);
	size_t way = manager < PACKAGE_MANAGERS ? way_of(manager) : WAYS;

	if (way == WAYS)
		return NULL;
	buf_printf(&fix, "%s%s", geteuid() == 0 || ways[way].as_user ? "" : "sudo ",
		   ways[way].install);
	for (size_t i = 0; i < count; i++) {
		if (!parts[i]->packages[manager])
			return NULL;
		buf_printf(&fix, " %s", parts[i]->packages[manager]);
	}
	return buf_take(&fix);
}
