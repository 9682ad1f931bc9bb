/* SPDX-License-Identifier: MIT */
/* Binding an environment to another Python: its links and pyvenv.cfg. */
#include <config.h>

#include "venv/rebind.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "venv/cfg.h"
#include "venv/interpreter.h"
#include "venv/python2.h"

/* 64 KiB: pyvenv.cfg has ten lines. */
#define TEXT_MAX ((size_t)64 * 1024)

static bool
is_key(struct str key, const char *name)
{
	return key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0;
}

/* The numbers that VALUE ("3.12.1.final.0", "3.12.1") begins with. */
static size_t
numbers(struct str value)
{
	size_t n = 0;

	while (n < value.n && (str_is_digit(value.p[n]) || value.p[n] == '.'))
		n++;
	while (n > 0 && value.p[n - 1] == '.')
		n--;
	return n;
}

void
rebind_cfg(struct str text, const struct rebind_plan *plan, struct buf *ret)
{
	struct str prefix = path_dir(plan->home);
	struct str line;

	while (str_line(&text, &line)) {
		size_t equals = str_find(line, '=');
		struct str key = str_trim((struct str){ line.p, equals });
		struct str value = str_trim(str_skip(line, equals + 1));
		struct str new = { 0 };

		if (equals == line.n)
			key.n = 0;
		if (is_key(key, "home"))
			new = str_from(plan->home);
		else if (is_key(key, "version") || is_key(key, "version_info"))
			new = str_from(plan->version);
		/* virtualenv's base-* name the Python itself. */
		else if (is_key(key, "executable") || is_key(key, "base-executable"))
			new = str_from(is_key(key, "executable") ? plan->executable : plan->python);
		else if (is_key(key, "base-prefix") || is_key(key, "base-exec-prefix"))
			new = prefix;
		if (!new.n) {
			buf_add_str(ret, line);
		} else {
			buf_add_str(ret, key);
			buf_add_text(ret, " = ");
			buf_add_str(ret, new);
			if (is_key(key, "version_info"))
				buf_add_str(ret, str_skip(value, numbers(value)));
		}
		buf_add_char(ret, '\n');
	}
}

/* Is NAME one of the interpreter ("python3.12", "pypy3", "python3.13t"), or -config? */
static bool
is_interpreter(const char *name, bool *ret_config)
{
	static const char *const stems[] = { "python", "pypy", "graalpy", NULL };
	struct str rest = { 0 };

	for (const char *const *stem = stems; *stem; stem++)
		if (str_starts(str_from(name), str_from(*stem)))
			rest = str_from(name + strlen(*stem));
	*ret_config = rest.p && str_ends(rest, STR_LIT("-config"));
	if (!rest.p)
		return false;
	if (*ret_config)
		rest.n -= strlen("-config");
	for (size_t i = 0; i < rest.n; i++)
		if (!str_is_digit(rest.p[i]) && rest.p[i] != '.' && !strchr("tdmu", rest.p[i]))
			return false;
	return true;
}

/* A script called python is somebody's wrapper. */
static bool
is_script(const struct dir *bin, const char *name)
{
	cleanup_fd int fd = openat(bin->fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	char start[2];

	return fd >= 0 && read(fd, start, sizeof(start)) == (ssize_t)sizeof(start) &&
	       start[0] == '#' && start[1] == '!';
}

/* One name in bin: links out of the environment lead to the new Python, and so do copies
 * of the old one; links to names beside it stay. */
static int
bind_name(const struct dir *bin, const char *name, const struct rebind_plan *plan, struct err *err)
{
	cleanup_free char *target = fs_read_link(bin, name);
	cleanup_free char *config = path_join(plan->home, name, NULL);
	struct stat st;
	bool is_config;

	if (!is_interpreter(name, &is_config) ||
	    fstatat(bin->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (is_config) {
		if (!target || target[0] != '/')
			return 0;
		if (access(config, X_OK) == 0)
			return fs_write_link(bin, name, config, err);
		/* What leads nowhere helps nobody. */
		return access(target, F_OK) < 0 && unlinkat(bin->fd, name, 0) < 0
			       ? err_sys(err, "cannot remove %s/%s", bin->path, name)
			       : 0;
	}
	if ((target && target[0] != '/' && strncmp(target, "../", 3) != 0) ||
	    (!target && (!S_ISREG(st.st_mode) || is_script(bin, name))))
		return 0;
	return fs_write_link(bin, name, plan->python, err);
}

static int
write_cfg(const struct dir *tree, const struct rebind_plan *plan, struct err *err)
{
	cleanup_buf struct buf old = BUF_INIT(TEXT_MAX);
	cleanup_buf struct buf new = BUF_INIT(TEXT_MAX);

	if (fs_read_file(tree, CFG_NAME, &old, err) < 0)
		return -1;
	rebind_cfg(buf_str(&old), plan, &new);
	if (buf_check(&new, CFG_NAME, err) < 0)
		return -1;
	return fs_update_file(tree, CFG_NAME, buf_str(&new), 0644, 0777, err);
}

/* Its interpreter has to be a copy. */
static int
rebind_python2(const struct dir *tree, const struct dir *bin, const struct rebind_plan *plan,
	       struct err *err)
{
	struct str home = path_dir(plan->home);
	cleanup_free char *prefix = mem_strndup(home.p, home.n);

	if (python2_rebind(tree, prefix, err) < 0)
		return -1;
	return interpreter_copy(plan->executable, tree, bin, err);
}

int
rebind(const struct dir *tree, const struct rebind_plan *plan, struct err *err)
{
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	if (fs_open_dir_at(tree, "bin", &bin, err) < 0 || fs_list(&bin, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (bind_name(&bin, names.items[i], plan, err) < 0)
			return -1;
	if (python2_is_made(tree) && rebind_python2(tree, &bin, plan, err) < 0)
		return -1;
	if (!fs_exists_at(&bin, "python") && fs_write_link(&bin, "python", plan->python, err) < 0)
		return -1;
	return write_cfg(tree, plan, err);
}
