/* SPDX-License-Identifier: MIT */
/* Environments on CPython 2.7, which knows no pyvenv.cfg. */
#include <config.h>

#include "venv/python2.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"

/* What is the base's, and is found by its place: os.py and lib-dynload are the landmarks,
 * config has the Makefile that distutils reads, include the headers. */
static const char *const shared[] = {
	PYTHON2_LIBRARY "/os.py",
	PYTHON2_LIBRARY "/lib-dynload",
	PYTHON2_LIBRARY "/config",
	"include/python2.7",
	NULL,
};

/*
 * Only what is built into the interpreter can be imported before sys.path is right. The
 * base's module is executed in this one's namespace (imp.load_module of a name that is
 * there), so that `import site` gives what it always gives. no_user_site is for that
 * moment alone: programs hand sys.flags on to their children.
 */
static const char site_text[] =
	"# Made by pyvern. Python 2.7 does not know pyvenv.cfg: this reads it, leads to the\n"
	"# library of the Python it names, and loads the site module of that.\n"
	"import imp\n"
	"import sys\n"
	"\n"
	"\n"
	"class _Flags(object):\n"
	"    no_user_site = 1\n"
	"\n"
	"    def __init__(self, flags):\n"
	"        self._flags = flags\n"
	"\n"
	"    def __getattr__(self, name):\n"
	"        return getattr(self._flags, name)\n"
	"\n"
	"\n"
	"def _read(path):\n"
	"    with open(path) as cfg:\n"
	"        pairs = [line.partition('=') for line in cfg]\n"
	"    return dict((key.strip().lower(), value.strip()) for key, equals, value in pairs)\n"
	"\n"
	"\n"
	"def _enter():\n"
	"    keys = _read(sys.prefix + '/pyvenv.cfg')\n"
	"    base = keys['home'][:keys['home'].rfind('/')]\n"
	"    sees_all = keys.get('include-system-site-packages', '').lower() == 'true'\n"
	"    own = sys.prefix + '/lib/python2'\n"
	"    packages = sys.prefix + '/lib/python2.7/site-packages'\n"
	"    sys.path[:] = [base + path[len(sys.prefix):]\n"
	"                   if path.startswith(own) and not path.startswith(packages) else path\n"
	"                   for path in sys.path]\n"
	"    sys.base_prefix = sys.base_exec_prefix = sys.real_prefix = base\n"
	"    flags = sys.flags\n"
	"    if not sees_all:\n"
	"        sys.flags = _Flags(flags)\n"
	"    found = imp.find_module('site', [base + '/lib/python2.7'])\n"
	"    try:\n"
	"        imp.load_module('site', *found)\n"
	"    finally:\n"
	"        found[0].close()\n"
	"        sys.flags = flags\n"
	"    if sees_all:\n"
	"        sys.modules['site'].addsitedir(base + '/lib/python2.7/site-packages')\n"
	"\n"
	"\n"
	"_enter()\n";

bool
python2_is(const struct facts *facts)
{
	return strcmp(facts->implementation, "cpython") == 0 &&
	       strcmp(facts->stdlib, PYTHON2_LIBRARY) == 0;
}

/* Let the link PATH, below TREE, lead to the same place below PREFIX. */
static int
lead(const struct dir *tree, const char *path, const char *prefix, struct err *err)
{
	cleanup_free char *target = path_join(prefix, path, NULL);
	struct str folder = path_dir(path);
	cleanup_free char *folder_path = mem_strndup(folder.p, folder.n);
	cleanup_dirfd struct dir dir = DIR_INIT;

	/* A Python may have been installed without its headers. */
	if (access(target, F_OK) < 0)
		return 0;
	if (fs_open_dir_at(tree, folder_path, &dir, err) < 0)
		return -1;
	return fs_write_link(&dir, path_base(path).p, target, err);
}

int
python2_rebind(const struct dir *tree, const char *prefix, struct err *err)
{
	for (const char *const *path = shared; *path; path++)
		if (lead(tree, *path, prefix, err) < 0)
			return -1;
	return 0;
}

int
python2_fill(const struct dir *tree, const char *prefix, struct err *err)
{
	cleanup_dirfd struct dir library = DIR_INIT;

	if (fs_open_dir_at(tree, PYTHON2_LIBRARY, &library, err) < 0 ||
	    fs_create_file(&library, "site.py", str_from(site_text), 0666, err) < 0)
		return -1;
	return python2_rebind(tree, prefix, err);
}

bool
python2_is_made(const struct dir *tree)
{
	cleanup_free char *target = fs_read_link(tree, PYTHON2_LIBRARY "/os.py");

	return target && fs_exists_at(tree, PYTHON2_LIBRARY "/site.py");
}
