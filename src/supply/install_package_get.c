/* SPDX-License-Identifier: MIT */
/* Packages of a definition: got, judged by their checksum, unpacked, patched. */
#include <config.h>

#include "supply/install_package.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "io/url.h"
#include "os/platform.h"
#include "supply/hosts.h"
#include "supply/source_tree.h"
#include "supply/unpack.h"
#include "trust/digest.h"

/* The folder of patches beside definitions, and the file that they are applied from. */
#define PATCHES "patches"
#define PATCH_FILE "pyvern.patch"

static int
check_md5(const struct package_work *p, struct fetched *file, struct err *err)
{
	const char *wanted = p->package->md5;
	char got[DIGEST_MD5_HEX_SIZE];

	if (!*wanted)
		return 0;
	if (digest_md5_fd(file->fd, got, err) < 0)
		return -1;
	if (strcmp(got, wanted) == 0)
		return 0;
	(void)err_set(err, ERR_CHECK, "%s is not the file that the definition means",
		      p->package->name);
	(void)err_detail(err, "expected", "md5 %s", wanted);
	return err_detail(err, "got", "md5 %s", got);
}

static int
fetch(struct package_work *p, struct fetched *ret, struct err *err)
{
	struct install_work *w = p->w;
	struct definition_package *package = p->package;
	struct fetch_options options;
	int64_t start = platform_now_ms();

	fetch_options_init(w->options->layout, w->options->config, &options);
	options.offline = w->options->offline;
	options.subject = package->name;
	options.events = w->options->events;
	options.session = w->options->session;
	options.http.ip = w->options->ip;
	if (fetch_named(&options, &package->artifact, ret, err) < 0 || check_md5(p, ret, err) < 0)
		return -1;
	if (!*package->sha256 && !*package->md5)
		event_warning(w->options->events, w->name,
			      "nothing vouches for %s: the definition has no checksum of it",
			      package->url);
	if (package->is_python)
		w->receipt.download_ms = (uint64_t)(platform_now_ms() - start);
	return 0;
}

static int
unpack(struct package_work *p, const struct fetched *file, struct err *err)
{
	struct install_work *w = p->w;
	struct unpack_result result;
	int64_t start = platform_now_ms();
	struct unpack_spec spec = { .layout = w->options->layout,
				    .into = &p->source,
				    .strip = 1,
				    .limits = &archive_limits_default,
				    .subject = w->name,
				    .events = w->options->events,
				    .size = file->provenance.size };

	if (unpack_archive(&spec, file, &result, err) < 0)
		return -1;
	if (p->package->is_python)
		install_note_unpacked(w, &result, start);
	return 0;
}

/* For git and what it starts: no question at a terminal, no other repository. */
static void
git_env(const struct package_work *p, struct env *ret)
{
	strvec_add_all(&ret->vars, p->settings.env.vars.items);
	env_set(ret, "GIT_TERMINAL_PROMPT", "0");
	env_unset(ret, "GIT_DIR");
	env_unset(ret, "GIT_WORK_TREE");
	env_unset(ret, "GIT_INDEX_FILE");
}

static void
take_commit(void *ctx, const char *line)
{
	char **commit = ctx;

	if (!*commit)
		*commit = mem_strdup(line);
}

/* What vouches for a checkout is its commit, which nobody pinned. */
static int
note_commit(struct package_work *p, const char *git, const struct env *env, struct err *err)
{
	char *argv[] = { (char *)git, "rev-parse", "HEAD", NULL };
	struct proc_spec proc = PROC_SPEC_INIT;
	cleanup_free char *commit = NULL;
	struct provenance *provenance =
		p->package->is_python ? &p->w->archive.provenance : &p->own_file.provenance;
	int status = 0;

	proc.argv = argv;
	proc.env = env;
	proc.cwd = p->source.path;
	proc.on_line = take_commit;
	proc.ctx = &commit;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	if (status != 0 || !commit)
		return err_set(err, ERR_FAILED, "git does not say what it checked out");
	provenance_reset(provenance);
	*provenance = (struct provenance){ .kind = PROVENANCE_COMMIT,
					   .url = url_mask(p->package->url),
					   .sha256 = mem_strdup(""),
					   .source = mem_printf("commit %s", commit) };
	return 0;
}

/* git ls-remote's status where nothing has the name (git-ls-remote(1), --exit-code). */
#define NO_SUCH_REF 2

/* Where rules say which hosts may be asked, it must not be sent to others. */
static void
begin_git(const struct package_work *p, const char *git, struct strvec *ret_argv)
{
	strvec_add(ret_argv, git);
	if (hosts_are_limited(p->w->options->config))
		strvec_add_all(ret_argv, (char *[]){ "-c", "http.followRedirects=false", NULL });
}

/* The branch or tag that is cloned: the package's, or what stands in for it. */
static int
find_ref(struct package_work *p, const char *git, const struct env *env, const char **ret,
	 struct err *err)
{
	const struct definition_package *package = p->package;
	cleanup_free char *name = mem_printf("refs/heads/%s", package->ref);
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_free char *last = NULL;
	struct proc_spec proc = PROC_SPEC_INIT;
	int status = 0;

	*ret = package->ref;
	if (!package->ref_else)
		return 0;
	begin_git(p, git, &argv);
	strvec_add_all(&argv, (char *[]){ "ls-remote", "--quiet", "--exit-code", package->url, name,
					  NULL });
	proc.argv = argv.items;
	proc.env = env;
	proc.on_line = proc_keep_line;
	proc.ctx = &last;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	if (status == NO_SUCH_REF)
		*ret = package->ref_else;
	if (status == 0 || status == NO_SUCH_REF)
		return 0;
	(void)err_set(err, ERR_NETWORK, "git cannot ask %s for its branches", package->url);
	return last ? err_detail(err, "because", "%s", last) : -1;
}

/* What stands in for a series' branch may be of another series by now. */
static int
check_series(const struct package_work *p, const char *ref, struct err *err)
{
	const struct version *v = &p->w->version;
	unsigned major;
	unsigned minor;

	if (ref == p->package->ref || !source_series(&p->source, &major, &minor) ||
	    (major == v->language[0] && minor == v->language[1]))
		return 0;
	(void)err_set(err, ERR_UNKNOWN_VERSION, "%s has no branch %s", p->package->url,
		      p->package->ref);
	return err_detail(err, "because", "its branch %s is Python %u.%u by now", ref, major,
			  minor);
}

static int
clone(struct package_work *p, struct err *err)
{
	struct install_work *w = p->w;
	cleanup_strvec struct strvec argv = { 0 };
	cleanup_env struct env env = { 0 };
	cleanup_free char *last = NULL;
	cleanup_free char *git = proc_find("git", env_get(&p->settings.env, "PATH"), NULL);
	struct proc_spec proc = PROC_SPEC_INIT;
	const char *ref;
	int status = 0;

	if (!git) {
		(void)err_set(err, ERR_FAILED, "%s is in a git repository, and git is not here",
			      p->package->name);
		return err_detail(err, "to fix", "install git with this system's packages");
	}
	if (w->options->offline)
		return err_set(err, ERR_NOT_CACHED, "%s is on the network, which --offline forbids",
			       p->package->url);
	if (hosts_check_url(w->options->config, p->package->url, err) < 0)
		return -1;
	git_env(p, &env);
	if (find_ref(p, git, &env, &ref, err) < 0)
		return -1;
	begin_git(p, git, &argv);
	strvec_add_all(&argv, (char *[]){ "clone", "--quiet", "--depth", "1", "--branch", NULL });
	strvec_add(&argv, ref);
	strvec_add(&argv, "--");
	strvec_add(&argv, p->package->url);
	strvec_add(&argv, p->source.path);
	event_phase(w->options->events, w->name, "clone", p->package->url);
	build_log_phase(p->log, "clone", argv.items);
	proc.argv = argv.items;
	proc.env = &env;
	proc.on_line = proc_keep_line;
	proc.ctx = &last;
	if (proc_run(&proc, &status, err) < 0)
		return -1;
	if (status == 0 && check_series(p, ref, err) < 0)
		return -1;
	if (status == 0)
		return note_commit(p, git, &env, err);
	(void)err_set(err, ERR_NETWORK, "git cannot clone %s", p->package->url);
	return last ? err_detail(err, "because", "%s", last) : -1;
}

/* The definition's own patches for this package: sorted, joined. Owned (free); NULL: none. */
static int
read_patches(const struct package_work *p, char **ret, struct err *err)
{
	struct str folder = path_dir(p->definition->path ? p->definition->path : "");
	cleanup_free char *beside = mem_strndup(folder.p, folder.n);
	cleanup_free char *path =
		path_join(beside, PATCHES, p->definition->name, p->package->name, NULL);
	cleanup_buf struct buf text = BUF_INIT(BUILD_PATCH_MAX);
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };

	*ret = NULL;
	if (!p->definition->path || access(path, F_OK) < 0)
		return 0;
	if (fs_open_dir(path, &dir, err) < 0 || fs_list(&dir, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		if (fs_read_file(&dir, names.items[i], &text, err) < 0)
			return -1;
	if (buf_check(&text, path, err) < 0)
		return -1;
	if (text.len)
		*ret = buf_take(&text);
	return 0;
}

static int
apply_patch(struct package_work *p, struct err *err)
{
	cleanup_strvec struct strvec argv = { 0 };
	int result;

	if (p->package->is_python && p->w->options->patch)
		p->patch = mem_strdup(p->w->options->patch);
	else if (read_patches(p, &p->patch, err) < 0)
		return -1;
	if (!p->patch)
		return 0;
	if (build_find_patch(&p->settings, err) < 0 ||
	    fs_create_file(&p->source, PATCH_FILE, str_from(p->patch), 0600, err) < 0)
		return -1;
	strvec_add(&argv, p->settings.patch);
	strvec_add(&argv, strstr(p->patch, "diff --git a/") ? "-p1" : "-p0");
	strvec_add(&argv, "--force");
	strvec_add(&argv, "--input=" PATCH_FILE);
	result = package_run(p, "patch", &argv, err);
	(void)unlinkat(p->source.fd, PATCH_FILE, 0);
	return result < 0 ? err_wrap(err, "the patch does not apply") : 0;
}

int
package_get(struct package_work *p, struct err *err)
{
	const struct definition_package *package = p->package;
	struct fetched *file = package->is_python ? &p->w->archive : &p->own_file;

	if (fs_make_dir_at(p->build, package->name, 0755, &p->source, err) < 0)
		return -1;
	if (package->kind == DEFINITION_GIT)
		return clone(p, err) < 0 ? -1 : apply_patch(p, err);
	if (fetch(p, file, err) < 0)
		return -1;
	if (package->kind == DEFINITION_SCRIPT)
		return 0;
	return unpack(p, file, err) < 0 ? -1 : apply_patch(p, err);
}
