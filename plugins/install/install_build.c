/* SPDX-License-Identifier: MIT */
/* What `install` says of how a source is to be built. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "core/store.h"
#include "install_job.h"
#include "os/fs.h"

/* More compilers at once than any machine has use for. */
#define JOBS_MAX CONFIG_NUMBER_MAX

static int
read_jobs(const struct context *ctx, unsigned *ret_jobs, struct err *err)
{
	const char *text = options_text(ctx->options, "jobs");
	uint64_t jobs = 0;

	if (!text)
		text = config_get(ctx->config, "jobs", NULL);
	if (text && !str_u64(str_from(text), 1, JOBS_MAX, &jobs))
		return err_set(err, ERR_USAGE, "%s is no number of jobs (1 to %d)", text, JOBS_MAX);
	*ret_jobs = (unsigned)jobs;
	return 0;
}

static int
read_nice(const struct context *ctx, unsigned *ret_nice, struct err *err)
{
	const char *text = options_text(ctx->options, "nice");
	uint64_t nice = 0;

	if (text && !str_u64(str_from(text), 0, BUILD_NICE_MAX, &nice))
		return err_set(err, ERR_USAGE, "--nice: %s is not a number from 0 to %d", text,
			       BUILD_NICE_MAX);
	*ret_nice = (unsigned)nice;
	return 0;
}

/* configure would only complain after the download. */
static int
read_openssl(struct install_job *job, struct err *err)
{
	const struct context *ctx = job->ctx;
	const char *given = options_text(ctx->options, "with-openssl");
	cleanup_dirfd struct dir folder = DIR_INIT;

	if (!given)
		return 0;
	job->openssl = path_clean(ctx->layout->working ? ctx->layout->working : "/", given);
	if (fs_open_dir(job->openssl, &folder, err) < 0)
		return err_wrap(err, "--with-openssl");
	if (!fs_exists_at(&folder, "include/openssl/ssl.h")) {
		(void)err_set(err, ERR_FAILED, "--with-openssl: there is no OpenSSL in %s",
			      job->openssl);
		return err_detail(err, "missing", "%s/include/openssl/ssl.h", job->openssl);
	}
	job->options.build.openssl = job->openssl;
	return 0;
}

/* How the installed version that --like names was made. */
static int
read_like(struct install_job *job, struct err *err)
{
	const struct context *ctx = job->ctx;
	const char *name = options_text(ctx->options, "like");
	cleanup_store struct store store = STORE_INIT;
	cleanup_dirfd struct dir meta = DIR_INIT;
	cleanup_free char *path = NULL;

	if (!name)
		return 0;
	if (options_has(ctx->options, "from"))
		return err_set(err, ERR_USAGE, "--like and --from exclude each other");
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	job->like_name = store_find(&store, name);
	if (!job->like_name) {
		(void)err_set(err, ERR_UNKNOWN_VERSION, "--like: %s is not installed", name);
		return err_detail(err, "to fix", "pyvern versions lists what is");
	}
	path = path_join(ctx->layout->root, LAYOUT_VERSIONS, job->like_name, LAYOUT_META, NULL);
	if (fs_open_dir(path, &meta, err) < 0 || receipt_read(&meta, &job->like, err) < 0)
		return err_wrap(err, "--like: how %s was made is not known", job->like_name);
	job->options.source = job->like.is_built ? INSTALL_BUILD : INSTALL_PREBUILT;
	if (!job->like.is_built)
		return 0;
	build_options_take(&job->options.build, &job->like.like.options);
	job->options.build.like = &job->like.like;
	if (!options_has(ctx->options, "patch"))
		job->patch = mem_strdup(job->like.like.patch);
	return 0;
}

int
job_read_build(struct install_job *job, struct err *err)
{
	const struct options *given = job->ctx->options;

	job->options.build = (struct build_options){
		.without = options_text(given, "without"),
		.pgo = options_has(given, "pgo"),
		.lto = options_has(given, "lto"),
		.jit = options_has(given, "jit"),
		.shared = options_has(given, "shared"),
		.fixed = options_has(given, "static"),
		.tests = options_has(given, "tests"),
		.no_tests = options_has(given, "no-tests"),
		.strip = options_has(given, "strip"),
		.debug_info = options_has(given, "debug-info"),
		.fresh = options_has(given, "fresh"),
	};
	if (read_jobs(job->ctx, &job->options.build.jobs, err) < 0 ||
	    read_nice(job->ctx, &job->options.build.nice, err) < 0 || read_like(job, err) < 0)
		return -1;
	return read_openssl(job, err);
}

void
job_warn_of_other(const struct install_job *job, const struct install_result *result)
{
	const char *then = job->like.sha256;
	const char *now = result->provenance.sha256;

	if (job->like_name && then && now && strcmp(job->like_name, result->name) == 0 &&
	    strcmp(then, now) != 0)
		out_fact(job->ctx->out, '!', result->name,
			 "is made of another file than then (sha256 %s)", then);
}
