/* SPDX-License-Identifier: MIT */
/* From a version's bundled wheels to the seed that environments link. */
#include <config.h>

#include "supply/seedmaker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/platform.h"
#include "supply/seedmaker_internal.h"
#include "venv/seed.h"

/* Seconds for compiling some 800 files, which takes three: a slow machine, an
 * emulated one. */
#define COMPILE_TIMEOUT 900
/* Compilers at one time: more gain nothing on so few files. */
#define COMPILE_JOBS_MAX 4

/*
 * Compile everything below the working folder. Forks instead of using a pool,
 * because a process pool needs semaphores that containers may not have. A file
 * that does not compile stays without .pyc, as pip leaves it. Runs on 2.7 and
 * all of 3. Answers with the tag in the names of the .pyc.
 */
static const char compile_script[] =
	"import sys\n"
	"if sys.path and not sys.path[0]:\n"
	"    del sys.path[0]\n"
	"import os, py_compile\n"
	"jobs = int(sys.argv[1])\n"
	"names = sorted(os.path.join(f, n)[2:] for f, _, ns in os.walk('.')\n"
	"               for n in ns if n.endswith('.py'))\n"
	"mode = getattr(py_compile, 'PycInvalidationMode', None)\n"
	"options = {'invalidation_mode': mode.TIMESTAMP} if mode else {}\n"
	"def work(mine):\n"
	"    for name in mine:\n"
	"        try:\n"
	"            py_compile.compile(name, dfile=name, doraise=True, **options)\n"
	"        except py_compile.PyCompileError:\n"
	"            pass\n"
	"children = []\n"
	"for i in range(1, jobs):\n"
	"    pid = os.fork()\n"
	"    if not pid:\n"
	"        status = 1\n"
	"        try:\n"
	"            work(names[i::jobs])\n"
	"            status = 0\n"
	"        finally:\n"
	"            os._exit(status)\n"
	"    children.append(pid)\n"
	"work(names[0::jobs])\n"
	"failed = [pid for pid in children if os.waitpid(pid, 0)[1]]\n"
	"tag = getattr(getattr(sys, 'implementation', None), 'cache_tag', None)\n"
	"sys.stdout.write(tag or '')\n"
	"sys.exit(1 if failed else 0)\n";

void
seed_making_reset(struct making *m)
{
	for (size_t i = 0; i < SEED_PACKAGES_MAX; i++)
		seed_package_reset(&m->packages[i]);
	dir_reset(&m->seed);
	dir_reset(&m->files);
	free(m->key);
}

int
seed_compile(const struct making *m, struct buf *ret_tag, struct err *err)
{
	unsigned cpus = platform_cpus();
	cleanup_free char *jobs =
		mem_printf("%u", cpus < COMPILE_JOBS_MAX ? cpus : COMPILE_JOBS_MAX);
	/* Not -I, which 2.7 does not know; -E and -s are what it does. */
	char *argv[] = { (char *)m->spec->python, "-E", "-s", "-S", "-B", "-c",
			 (char *)compile_script,  jobs, NULL };
	struct proc_spec spec = PROC_SPEC_INIT;
	int status;

	spec.argv = argv;
	spec.env = m->spec->env;
	spec.cwd = m->files.path;
	spec.timeout_s = COMPILE_TIMEOUT;
	if (proc_capture(&spec, ret_tag, &status, err) < 0)
		return err_wrap(err, "cannot compile pip");
	if (status != 0)
		return err_set(err, ERR_FAILED, "cannot compile pip: %s ended with %d",
			       m->spec->python, status);
	return 0;
}

static int
unpack_wheel(const struct making *m, struct str path, struct seed_package *ret_package,
	     struct err *err)
{
	cleanup_free char *name = mem_strndup(path.p, path.n);
	/* An adopted Python that is a folder of links has its files elsewhere. */
	const char *prefix = m->spec->facts->prefix ? m->spec->facts->prefix : m->spec->tree->path;
	cleanup_free char *whole = path_join(prefix, name, NULL);
	cleanup_fd int fd = open(whole, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return err_sys(err, "cannot open %s", whole);
	return seed_package_unpack(NULL, fd, path_base(name).p, &m->files, ret_package, err);
}

/* Write the `dir`, `file` and `copy` lines for the folder PATH ("." at the top)
 * and what is below it, and make its files read-only. */
static int
index_folder(const struct making *m, const char *path, struct buf *out, struct err *err)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_strvec struct strvec folders = { 0 };

	if (fs_open_dir_at(&m->files, path, &dir, err) < 0 || fs_list(&dir, &names, err) < 0)
		return -1;
	buf_printf(out, "dir %s\n", path);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		bool copied = strcmp(name, "RECORD") == 0;
		struct stat st;

		if (fs_is_dir_at(&dir, name)) {
			strvec_add(&folders, name);
			continue;
		}
		if (fchmodat(dir.fd, name, SEED_FILE_MODE, 0) < 0 ||
		    fstatat(dir.fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(err, "cannot finish %s/%s", dir.path, name);
		buf_printf(out, "%s %lld %lld %s\n", copied ? "copy" : "file",
			   (long long)st.st_size, (long long)st.st_mtime, name);
	}
	for (size_t i = 0; i < folders.count; i++) {
		cleanup_free char *below = strcmp(path, ".") == 0
						   ? mem_strdup(folders.items[i])
						   : path_join(path, folders.items[i], NULL);

		if (index_folder(m, below, out, err) < 0)
			return -1;
	}
	return 0;
}

static int
write_index(const struct making *m, struct err *err)
{
	const struct seed_package *packages = m->packages;
	cleanup_buf struct buf text = BUF_INIT(SEED_INDEX_MAX);

	buf_add_text(&text, SEED_HEADER "\n");
	for (size_t i = 0; i < m->count; i++) {
		buf_printf(&text, "package %s %s\n", packages[i].name, packages[i].version);
		for (size_t k = 0; k < packages[i].scripts.count; k++)
			buf_printf(&text, "script %s\n", packages[i].scripts.items[k]);
	}
	if (index_folder(m, ".", &text, err) < 0 || buf_check(&text, SEED_INDEX, err) < 0)
		return -1;
	return fs_create_file(&m->seed, SEED_INDEX, buf_str(&text), SEED_FILE_MODE, err);
}

/* Path from site-packages to bin, as RECORD has it: "../../../bin". */
static char *
way_to_bin(const struct facts *facts)
{
	struct buf b = BUF_INIT(BUF_TEXT_MAX);
	struct str rest = str_from(facts->platlib);
	struct str part;

	while (str_split(&rest, '/', &part))
		buf_add_text(&b, "../");
	buf_add_text(&b, "bin");
	return buf_take(&b);
}

static int
unpack_wheels(struct making *m, struct err *err)
{
	struct str rest = str_from(m->spec->facts->wheels);
	struct str wheel;

	while (m->count < SEED_PACKAGES_MAX && str_word(&rest, &wheel)) {
		if (unpack_wheel(m, wheel, &m->packages[m->count], err) < 0)
			return -1;
		m->count++;
	}
	if (m->count == 0 && seed_unpack_spare(m, err) < 0)
		return -1;
	if (m->count)
		return 0;
	err_set(err, ERR_FAILED, "Python %s in %s has no pip with it: no bundled wheel",
		m->spec->facts->version, m->spec->tree->path);
	return err_detail(err, "to fix",
			  "--download, --find-links with a folder that has its wheel, or "
			  "--without-pip");
}

int
seed_finish(struct making *m, const char *tag, struct err *err)
{
	cleanup_free char *bin = way_to_bin(m->spec->facts);
	const char *version = m->spec->facts->version;

	for (size_t i = 0; i < m->count; i++)
		if (seed_package_scripts(&m->packages[i], &m->files, version, err) < 0 ||
		    seed_package_record(&m->packages[i], &m->files, bin, tag, err) < 0)
			return -1;
	return write_index(m, err);
}

static int
fill(struct making *m, struct err *err)
{
	cleanup_buf struct buf tag = BUF_INIT(SEED_TAG_MAX);
	cleanup_free char *key = NULL;
	cleanup_free char *line = NULL;

	if (seed_take_present(m))
		return seed_finish(m, m->spec->tag, err);
	key = seed_key(m);
	if (seed_take_same(m, key))
		return 0;
	if (unpack_wheels(m, err) < 0 || seed_compile(m, &tag, err) < 0 ||
	    seed_finish(m, buf_text(&tag), err) < 0)
		return -1;
	line = mem_printf("%s\n", key ? key : "");
	return key ? fs_create_file(&m->seed, SEED_KEY, str_from(line), SEED_FILE_MODE, err) : 0;
}

int
seed_clear(struct making *m, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	for (size_t i = 0; i < SEED_PACKAGES_MAX; i++)
		seed_package_reset(&m->packages[i]);
	m->count = 0;
	dir_reset(&m->files);
	if (fs_list(&m->seed, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_remove_tree(&m->seed, names.items[i], err) < 0)
			return -1;
	return fs_make_dir_at(&m->seed, SEED_FILES, 0755, &m->files, err);
}

int
seed_make_in(struct making *m, const struct dir *into, const char *name, struct err *err)
{
	event_phase(m->spec->events, m->spec->subject, "prepare pip", NULL);
	if (fs_make_dir_at(into, name, 0755, &m->seed, err) < 0 ||
	    fs_make_dir_at(&m->seed, SEED_FILES, 0755, &m->files, err) < 0)
		return -1;
	return m->wheels ? seed_fill_chosen(m, err) : fill(m, err);
}

int
seed_make(const struct seed_spec *spec, struct err *err)
{
	cleanup_with(seed_making_reset) struct making m = {
		.spec = spec,
		.seed = DIR_INIT,
		.files = DIR_INIT,
	};
	cleanup_dirfd struct dir meta = DIR_INIT;

	if (fs_make_dir_at(spec->tree, LAYOUT_META, 0755, &meta, err) < 0 ||
	    fs_remove_tree(&meta, LAYOUT_SEED, err) < 0)
		return -1;
	return seed_make_in(&m, &meta, LAYOUT_SEED, err);
}
