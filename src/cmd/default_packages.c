/* SPDX-License-Identifier: MIT */
/* What every new version gets: $ROOT/default-packages. */
#include <config.h>

#include "cmd/default_packages.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/shell.h"
#include "os/fs.h"
#include "os/proc.h"

/* Lines of pip's that an error shows. */
#define LINES_SHOWN 5
/* How pip begins its last word. */
#define INSTALLED "Successfully installed "

/* What would put packages somewhere else than into the version, or refuse to, and what
 * would make its Python another one. Where pip looks for packages is the user's. */
static const char *const unwanted[] = {
	"PIP_REQUIRE_VENV", "PIP_REQUIRE_VIRTUALENV",
	"PIP_USER",	    "PIP_TARGET",
	"PIP_PREFIX",	    "PIP_ROOT",
	"PYTHONHOME",	    "PYTHONPATH",
	"PYTHONUSERBASE",   "PYTHONPLATLIBDIR",
	"VIRTUAL_ENV",	    "CONDA_PREFIX",
};

/* Does a line of TEXT ask for something? */
static bool
asks_for_anything(struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		struct str word = str_trim(line);

		if (word.n && word.p[0] != '#')
			return true;
	}
	return false;
}

static int
check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_FAILED, "%s is no file", path);
	if ((st.st_uid != geteuid() && st.st_uid != 0) || (st.st_mode & S_IWOTH)) {
		(void)err_set(err, ERR_PROTECTED, "%s can be written by others", path);
		return err_detail(err, "to fix",
				  "chown and chmod o-w it, if what it lists is yours");
	}
	return 0;
}

/* *RET_ANY: is there anything to install? */
static int
look_at_file(const char *path, bool *ret_any, struct err *err)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[DEFAULT_PACKAGES_MAX + 1];
	size_t n = 0;
	ssize_t got = 1;

	*ret_any = false;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0
							   : err_sys(err, "cannot read %s", path);
	if (check_file(fd, path, err) < 0)
		return -1;
	while (got > 0 && n < sizeof(text)) {
		got = read(fd, text + n, sizeof(text) - n);
		if (got > 0)
			n += (size_t)got;
	}
	if (got < 0)
		return err_sys(err, "cannot read %s", path);
	if (n > DEFAULT_PACKAGES_MAX)
		return err_set(err, ERR_FAILED, "%s is larger than %zu bytes", path,
			       DEFAULT_PACKAGES_MAX);
	*ret_any = asks_for_anything((struct str){ text, n });
	return 0;
}

static void
pip_env(const struct default_packages *d, struct env *ret)
{
	cleanup_free char *path = NULL;
	const char *old = getenv("PATH");

	env_copy(ret);
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++)
		env_unset(ret, unwanted[i]);
	/* What a package's build starts as `python` is this one. */
	path = mem_printf("%s/bin%s%s", d->prefix, old ? ":" : "", old ? old : "");
	env_set(ret, "PATH", path);
	env_set(ret, "PYENV_VERSION", d->name);
	env_unset(ret, "PYVERN_VERSION");
	env_set(ret, "PIP_DISABLE_PIP_VERSION_CHECK", "1");
	env_set(ret, "PIP_NO_INPUT", "1");
	if (d->offline)
		env_set(ret, "PIP_NO_INDEX", "1");
}

/* What pip says. */
struct said {
	const struct default_packages *d;
	char *installed;
	char *lines[LINES_SHOWN]; /* ring of the last ones */
	size_t count;
};

static void
said_reset(struct said *said)
{
	free(said->installed);
	for (size_t i = 0; i < LINES_SHOWN; i++)
		free(said->lines[i]);
}

static void
take_line(void *ctx, const char *line)
{
	struct said *said = ctx;
	char **slot = &said->lines[said->count++ % LINES_SHOWN];

	free(*slot);
	*slot = mem_strdup(line);
	event_line(said->d->events, said->d->name, line);
	if (str_starts(str_from(line), STR_LIT(INSTALLED))) {
		free(said->installed);
		said->installed = mem_strdup(line + strlen(INSTALLED));
	}
}

static int
pip_failed(const struct default_packages *d, const struct said *said, const char *file, int status,
	   struct err *err)
{
	cleanup_free char *pip = path_join(d->prefix, "bin/pip", NULL);
	cleanup_free char *pip_word = shell_word(pip);
	cleanup_free char *file_word = shell_word(file);
	size_t first = said->count > LINES_SHOWN ? said->count - LINES_SHOWN : 0;

	(void)err_set(err, ERR_FAILED,
		      "the default packages are not in it: pip failed with status %d", status);
	for (size_t i = first; i < said->count; i++)
		(void)err_detail(err, "pip", "%s", said->lines[i % LINES_SHOWN]);
	(void)err_pyenv(err, "pyenv: error installing packages from  `%s'", file);
	return err_detail(err, "to fix", "%s install -r %s", pip_word, file_word);
}

static int
run_pip(const struct default_packages *d, const char *file, char **ret_what, struct err *err)
{
	cleanup_free char *python = path_join(d->prefix, "bin/python", NULL);
	cleanup_free char *pip = path_join(d->prefix, "bin/pip", NULL);
	cleanup_free char *argument = mem_strdup(file);
	cleanup_env struct env env = { 0 };
	cleanup_with(said_reset) struct said said = { .d = d };
	char install[] = "install";
	char requirement[] = "-r";
	/* By its interpreter: the script's first line may be too long for the kernel. */
	char *argv[] = { python, pip, install, requirement, argument, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status = 0;

	if (access(pip, F_OK) < 0) {
		(void)err_set(err, ERR_FAILED, "the default packages are not in it: it has no pip");
		return err_pyenv(err, "pyenv: error installing packages from  `%s'", file);
	}
	pip_env(d, &env);
	spec.argv = argv;
	spec.env = &env;
	spec.on_line = d->events ? take_line : NULL;
	spec.ctx = &said;
	if (proc_run(&spec, &status, err) < 0)
		return -1;
	if (status != 0)
		return pip_failed(d, &said, file, status, err);
	*ret_what = said.installed ? steal_ptr(&said.installed) : mem_strdup("");
	return 0;
}

int
default_packages_install(const struct default_packages *d, char **ret_what, struct err *err)
{
	cleanup_free char *file = path_join(d->layout->root, DEFAULT_PACKAGES_FILE, NULL);
	bool any = false;
	int result;

	*ret_what = NULL;
	if (look_at_file(file, &any, err) < 0)
		return -1;
	if (!any)
		return 0;
	event_phase(d->events, d->name, "default packages", NULL);
	result = run_pip(d, file, ret_what, err);
	event_end(d->events, d->name);
	return result;
}
