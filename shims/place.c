/* SPDX-License-Identifier: MIT */
/* Which shim is running, and of which root. */
#include <config.h>

#include "place.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "core/layout.h"

/* Links that are followed from the name we were started by, as the kernel does. */
#define LINKS_MAX 40

bool
place_is_elevated(void)
{
#ifdef __linux__
	return getauxval(AT_SECURE) != 0;
#else
	return issetugid() != 0;
#endif
}

/* The name the kernel was given for us; NULL when it does not say. */
static const char *
started_as(void)
{
#ifdef __linux__
	return (const char *)getauxval(AT_EXECFN);
#else
	return NULL;
#endif
}

/* Cut PATH behind its last slash; false when it has none. */
static bool
cut_name(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return false;
	slash[1] = '\0';
	return true;
}

/* Follow the links of the last component of PATH, in place. */
static bool
follow(char *path)
{
	for (unsigned i = 0; i < LINKS_MAX; i++) {
		char target[PATH_TEXT_MAX];
		ssize_t n = readlink(path, target, sizeof(target) - 1);
		size_t at = 0;

		if (n < 0)
			return true;
		target[n] = '\0';
		if (target[0] != '/')
			at = cut_name(path) ? strlen(path) : 0;
		if (at + (size_t)n >= PATH_TEXT_MAX)
			return false;
		memcpy(path + at, target, (size_t)n + 1);
	}
	return false;
}

/* Our file without the kernel's help (no /proc; macOS): NAME made absolute, its
 * links followed. */
static bool
own_file_by_name(const char *name, char *ret)
{
	size_t n = name ? strlen(name) : 0;
	size_t at = 0;

	if (n == 0 || !strchr(name, '/'))
		return false;
	/* In the folder itself: it must be the last but one in the path. */
	while (str_starts(str_from(name), STR_LIT("./"))) {
		name += 2;
		n -= 2;
	}
	if (name[0] != '/') {
		if (!layout_working_folder(ret))
			return false;
		at = strlen(ret);
		ret[at++] = '/';
	}
	if (at + n >= PATH_TEXT_MAX)
		return false;
	memcpy(ret + at, name, n + 1);
	return follow(ret);
}

/* Where "/shims/NAME" begins, at the end of PATH; NULL when it does not end so. */
static char *
shims_at(char *path)
{
	size_t n = strlen("/" LAYOUT_SHIMS);
	char *slash = strrchr(path, '/');

	if (!slash || (size_t)(slash - path) <= n || memcmp(slash - n, "/" LAYOUT_SHIMS, n) != 0)
		return NULL;
	return slash - n;
}

/* Path of our own file. The shim program lies inside the root, so /proc/self/exe
 * is right in every way of starting (facts/experiments.md). Without it there is the
 * name the kernel was given; a script's has our path from its first line as argv[0]. */
static bool
own_file(const char *argv0, char *ret)
{
#ifdef __APPLE__
	char name[PATH_TEXT_MAX];
	uint32_t size = sizeof(name);

	(void)argv0;
	return _NSGetExecutablePath(name, &size) == 0 && own_file_by_name(name, ret);
#else
	ssize_t n = readlink("/proc/self/exe", ret, PATH_TEXT_MAX - 1);

	if (n > 0 && ret[0] == '/') {
		ret[n] = '\0';
		return true;
	}
	return (own_file_by_name(started_as(), ret) && shims_at(ret)) ||
	       own_file_by_name(argv0, ret);
#endif
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static int
open_root(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The usual way: the kernel was given NAMED/shims/COMMAND, and that is a link to
 * the shim program beside it, so it is us: a script whose first line names a shim
 * is another file. /proc/self/exe would say the same, but its entries are made for
 * each process that asks, which takes as long as twenty looks at files. */
static bool
find_by_name(const char *named, struct place *ret)
{
	const char *path = started_as();
	struct str name = str_from(path);
	struct str root = str_from(named);
	struct stat self;
	struct stat program;
	int fd;

	if (!str_starts(name, root) ||
	    !str_starts(str_skip(name, root.n), STR_LIT("/" LAYOUT_SHIMS "/")))
		return false;
	name = str_skip(name, root.n + strlen("/" LAYOUT_SHIMS "/"));
	if (!path_component_ok(name))
		return false;
	fd = open_root(named);
	if (fd < 0)
		return false;
	if (fstatat(fd, path + root.n + 1, &self, 0) < 0 ||
	    fstatat(fd, LAYOUT_SHIMS "/" LAYOUT_SHIM_PROGRAM, &program, 0) < 0 ||
	    !same_file(&self, &program)) {
		close(fd);
		return false;
	}
	ret->root = named;
	ret->is_named = true;
	ret->name = name.p;
	ret->self = (struct file_id){ self.st_dev, self.st_ino };
	ret->root_fd = fd;
	return true;
}

/* Cut "/shims/NAME" off PATH; false when it does not end so. The program in
 * libexec, started by hand, would take a folder that is none for its root, find
 * itself on a plugin's PATH, and go round for ever. */
static bool
cut_shims(char *path)
{
	char *slash = shims_at(path);

	if (slash)
		*slash = '\0';
	return slash != NULL;
}

/* The root above our own file; false when the system does not tell. */
static bool
find_root(const char *argv0, char *text, struct place *ret)
{
	struct stat st;

	if (!own_file(argv0, text))
		return false;
	/* Under the kernel's own name, because ours may have been replaced by a
	 * rehash since we were started. */
	if (stat("/proc/self/exe", &st) < 0 && stat(text, &st) < 0)
		return false;
	ret->self = (struct file_id){ st.st_dev, st.st_ino };
	if (!cut_shims(text))
		return false;
	ret->root = text;
	return true;
}

/* Is the open root also what NAMED means? */
static bool
is_root(int root_fd, const char *named)
{
	struct stat root;
	struct stat other;

	return fstat(root_fd, &root) == 0 && stat(named, &other) == 0 && same_file(&root, &other);
}

static bool
is_self(const char *path, struct file_id self)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == self.dev && st.st_ino == self.ino;
}

/* The folder of PATH, by which we were started, unless that is the root's own. */
static struct str
linked_from(const char *path, int root_fd)
{
	struct str folder = str_from(path);
	char text[PATH_TEXT_MAX];
	struct stat here;
	struct stat ours;

	while (folder.n && folder.p[folder.n - 1] != '/')
		folder.n--;
	if (folder.n < 2 || folder.p[0] != '/' || folder.n > sizeof(text))
		return (struct str){ 0 };
	folder.n--;
	memcpy(text, folder.p, folder.n);
	text[folder.n] = '\0';
	if (stat(text, &here) < 0 || fstatat(root_fd, LAYOUT_SHIMS, &ours, 0) < 0 ||
	    same_file(&here, &ours))
		return (struct str){ 0 };
	return folder;
}

const char *
place_find(const char *argv0, const char *named, struct place_text *text, struct place *ret)
{
	const char *name = started_as();
	bool by_link;
	struct str base;

	ret->name = "";
	ret->linked = (struct str){ 0 };
	if (named && name && find_by_name(named, ret))
		return NULL;
	if (!find_root(argv0, text->root, ret))
		return "this shim cannot tell where it is (is it in a `shims` folder?)";
	/* In `#!…/shims/python` the kernel's name is the script's. */
	by_link = name && is_self(name, ret->self);
	if (!by_link)
		name = argv0 ? argv0 : "";
	base = path_base(name);
	if (!path_component_ok(base))
		return "this shim cannot tell what it is called";
	memcpy(text->name, base.p, base.n + 1);
	ret->name = text->name;
	ret->root_fd = open_root(ret->root);
	if (ret->root_fd < 0)
		return "the folder above this shim cannot be opened";
	if (by_link)
		ret->linked = linked_from(name, ret->root_fd);
	ret->is_named = named && (strcmp(named, ret->root) == 0 || is_root(ret->root_fd, named));
	if (ret->is_named)
		ret->root = named;
	return NULL;
}
