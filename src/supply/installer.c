/* SPDX-License-Identifier: MIT */
/* Installer scripts (Miniconda, Miniforge, Mambaforge, Anaconda) run into a stage. */
#include <config.h>

#include "supply/installer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/path.h"
#include "os/fd.h"
#include "os/sig.h"
#include "trust/digest.h"

/* In the stage: the script, its home folder, and the first part of the tree's name. */
#define SCRIPT_NAME "installer.sh"
#define HOME_NAME "home"
#define TREE_NAME "tree"
/* Bytes copied at once. */
#define COPY_SIZE ((size_t)256 * 1024)
/* A package's record in conda-meta/: names and digests of its files. */
#define RECORD_MAX ((size_t)64 * 1024 * 1024)
#define RECORDS "conda-meta"
#define RECORD_KEY "\"sha256_in_prefix\""

/* Copy what FROM has to TO and say what it was. */
static int
copy_digested(int from, int to, char ret_hex[DIGEST_HEX_SIZE], struct err *err)
{
	cleanup_digest struct digest *d = NULL;
	cleanup_free char *block = mem_resize(NULL, COPY_SIZE, 1);
	off_t at = 0;
	ssize_t n;

	if (digest_new(&d, err) < 0)
		return -1;
	while ((n = pread(from, block, COPY_SIZE, at)) != 0) {
		if (n < 0)
			return err_sys(err, "cannot read the installer");
		if (sig_check(err) < 0 || digest_add(d, block, (size_t)n, err) < 0)
			return -1;
		if (fd_write_full(to, block, (size_t)n) < 0)
			return err_sys(err, "cannot copy the installer");
		at += n;
	}
	return digest_finish(d, ret_hex, err);
}

/* The script reads its payload from the file that it is, by name: a copy that
 * nobody else can change between the check and the use. */
static int
copy_script(const struct installer_spec *spec, struct err *err)
{
	const struct provenance *p = &spec->script->provenance;
	cleanup_fd int fd = openat(spec->work->fd, SCRIPT_NAME,
				   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	char hex[DIGEST_HEX_SIZE];

	if (fd < 0)
		return err_sys(err, "cannot make %s/%s", spec->work->path, SCRIPT_NAME);
	if (copy_digested(spec->script->fd, fd, hex, err) < 0)
		return -1;
	if (close(steal_fd(&fd)) < 0)
		return err_sys(err, "cannot write %s/%s", spec->work->path, SCRIPT_NAME);
	if (p->sha256 && strcmp(hex, p->sha256) != 0)
		return err_set(err, ERR_CHECK, "%s changed after it was verified",
			       spec->script->path ? spec->script->path : "the installer");
	return 0;
}

/* "tree", made so long that the whole path is not shorter than the final one. */
static char *
tree_name(const struct installer_spec *spec)
{
	size_t have = strlen(spec->work->path) + strlen("/" TREE_NAME);
	size_t wanted = strlen(spec->final_path);
	cleanup_buf struct buf name = BUF_INIT(PATH_NAME_MAX);

	buf_add_text(&name, TREE_NAME);
	for (; have < wanted; have++)
		buf_add_char(&name, '_');
	return buf_take(&name);
}

static void
make_env(const struct installer_spec *spec, const char *home, struct env *ret)
{
	static const char *const starts[] = { "CONDA_", "_CONDA_", "MAMBA_", "PYTHON", "PIP_" };

	if (spec->env)
		strvec_add_all(&ret->vars, spec->env->vars.items);
	else
		env_copy(ret);
	for (size_t i = ret->vars.count; i-- > 0;) {
		for (size_t k = 0; k < sizeof(starts) / sizeof(*starts); k++) {
			struct str var = str_from(ret->vars.items[i]);
			cleanup_free char *name = mem_strndup(var.p, str_find(var, '='));

			if (!str_starts(var, str_from(starts[k])))
				continue;
			env_unset(ret, name);
			break;
		}
	}
	env_set(ret, "HOME", home);
}

static void
take_line(void *ctx, const char *line)
{
	const struct installer_spec *spec = ctx;

	build_log_line(spec->log, line);
	event_line(spec->events, spec->subject, line);
}

/* What conda-forge's and Anaconda's installers understand: -b asks nothing and leaves
 * the start-up files alone, -f takes a folder that is there, -p is the place. */
static int
run_script(const struct installer_spec *spec, const char *tree, struct err *err)
{
	cleanup_free char *home = path_join(spec->work->path, HOME_NAME, NULL);
	cleanup_free char *script = path_join(spec->work->path, SCRIPT_NAME, NULL);
	cleanup_env struct env env = { 0 };
	cleanup_free char *shell = NULL;
	cleanup_strvec struct strvec argv = { 0 };
	struct proc_spec proc = PROC_SPEC_INIT;
	int status = 0;

	make_env(spec, home, &env);
	/* Older ones are written for bash, whatever their first line says. */
	shell = proc_find("bash", env_get(&env, "PATH"), NULL);
	strvec_add(&argv, shell ? shell : "/bin/sh");
	strvec_add(&argv, script);
	strvec_add(&argv, "-b");
	strvec_add(&argv, "-f");
	strvec_add(&argv, "-p");
	strvec_add(&argv, tree);
	event_phase(spec->events, spec->subject, "installer", NULL);
	build_log_phase(spec->log, "installer", argv.items);
	proc.argv = argv.items;
	proc.env = &env;
	proc.cwd = spec->work->path;
	proc.on_line = take_line;
	proc.ctx = (void *)spec;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	if (status == 0)
		return 0;
	(void)err_set(err, ERR_FAILED, "its installer failed with status %d", status);
	return build_log_explain(spec->log, "installer", err);
}

/* In TEXT, a package's record, the digests of changed files become those that they
 * have now; NOW leads from the one to the other. */
static bool
change_digests(char *text, const struct map *now)
{
	char *at = text;
	bool changed = false;

	while ((at = strstr(at, RECORD_KEY))) {
		cleanup_free char *hex = NULL;
		const char *new;

		at += strlen(RECORD_KEY);
		at += strspn(at, " \t:\"");
		hex = mem_strndup(at, strnlen(at, DIGEST_HEX_LEN));
		new = map_get(now, hex);
		if (!new)
			continue;
		memcpy(at, new, DIGEST_HEX_LEN);
		changed = true;
	}
	return changed;
}

/* `conda doctor` compares files with the digests in their packages' records. */
static int
update_records(const struct dir *tree, const struct prefix_report *report, struct err *err)
{
	cleanup_dirfd struct dir records = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_map struct map now = { 0 };

	if (!fs_is_dir_at(tree, RECORDS))
		return 0;
	for (size_t i = 0; i < report->files.count; i++)
		map_set(&now, report->before.items[i], report->after.items[i]);
	if (fs_open_dir_at(tree, RECORDS, &records, err) < 0 || fs_list(&records, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_buf struct buf text = BUF_INIT(RECORD_MAX);

		if (!str_ends(str_from(names.items[i]), STR_LIT(".json")))
			continue;
		if (sig_check(err) < 0 || fs_read_file(&records, names.items[i], &text, err) < 0)
			return -1;
		if (text.len && change_digests(text.data, &now) &&
		    fs_replace_file(&records, names.items[i], buf_str(&text), 0644, err) < 0)
			return -1;
	}
	return 0;
}

static int
check_path(const struct installer_spec *spec, struct err *err)
{
	if (!strpbrk(spec->work->path, " \t"))
		return 0;
	(void)err_set(err, ERR_FAILED, "its installer refuses a path with a blank (%s)",
		      spec->work->path);
	return err_detail(err, "to fix", "a root without blanks in its path (PYVERN_ROOT)");
}

int
installer_run(const struct installer_spec *spec, char **ret_tree, struct prefix_report *ret_report,
	      struct err *err)
{
	cleanup_free char *name = tree_name(spec);
	cleanup_free char *path = path_join(spec->work->path, name, NULL);
	cleanup_dirfd struct dir home = DIR_INIT;
	cleanup_dirfd struct dir tree = DIR_INIT;

	if (check_path(spec, err) < 0 || copy_script(spec, err) < 0 ||
	    fs_make_dir_at(spec->work, HOME_NAME, S_IRWXU, &home, err) < 0 ||
	    fs_make_dir_at(spec->work, name, 0755, &tree, err) < 0 ||
	    run_script(spec, path, err) < 0)
		return -1;
	event_phase(spec->events, spec->subject, "relocate", NULL);
	if (prefix_replace(&tree, path, spec->final_path, ret_report, err) < 0 ||
	    update_records(&tree, ret_report, err) < 0)
		return err_wrap(err, "cannot move what its installer made");
	*ret_tree = steal_ptr(&name);
	return 0;
}
